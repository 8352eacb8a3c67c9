package rest

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"gospark/monitor/history"
)

type distribution []double

// A summary says how the figures of the successful tasks of a stage are distributed.
type summary struct {
	Quantiles                  distribution `json:"quantiles"`
	Duration                   distribution `json:"duration"`
	ExecutorDeserializeTime    distribution `json:"executorDeserializeTime"`
	ExecutorDeserializeCPUTime distribution `json:"executorDeserializeCpuTime"`
	ExecutorRunTime            distribution `json:"executorRunTime"`
	ExecutorCPUTime            distribution `json:"executorCpuTime"`
	ResultSize                 distribution `json:"resultSize"`
	JVMGCTime                  distribution `json:"jvmGcTime"`
	ResultSerializationTime    distribution `json:"resultSerializationTime"`
	GettingResultTime          distribution `json:"gettingResultTime"`
	SchedulerDelay             distribution `json:"schedulerDelay"`
	PeakExecutionMemory        distribution `json:"peakExecutionMemory"`
	MemoryBytesSpilled         distribution `json:"memoryBytesSpilled"`
	DiskBytesSpilled           distribution `json:"diskBytesSpilled"`
	InputMetrics               struct {
		BytesRead   distribution `json:"bytesRead"`
		RecordsRead distribution `json:"recordsRead"`
	} `json:"inputMetrics"`
	OutputMetrics struct {
		BytesWritten   distribution `json:"bytesWritten"`
		RecordsWritten distribution `json:"recordsWritten"`
	} `json:"outputMetrics"`
	ShuffleReadMetrics struct {
		ReadBytes                  distribution           `json:"readBytes"`
		ReadRecords                distribution           `json:"readRecords"`
		RemoteBlocksFetched        distribution           `json:"remoteBlocksFetched"`
		LocalBlocksFetched         distribution           `json:"localBlocksFetched"`
		FetchWaitTime              distribution           `json:"fetchWaitTime"`
		RemoteBytesRead            distribution           `json:"remoteBytesRead"`
		RemoteBytesReadToDisk      distribution           `json:"remoteBytesReadToDisk"`
		TotalBlocksFetched         distribution           `json:"totalBlocksFetched"`
		RemoteReqsDuration         distribution           `json:"remoteReqsDuration"`
		ShufflePushReadMetricsDist pushRead[distribution] `json:"shufflePushReadMetricsDist"`
	} `json:"shuffleReadMetrics"`
	ShuffleWriteMetrics struct {
		WriteBytes   distribution `json:"writeBytes"`
		WriteRecords distribution `json:"writeRecords"`
		WriteTime    distribution `json:"writeTime"`
	} `json:"shuffleWriteMetrics"`
}

func taskSummary(q *query) (any, error) {
	s, err := q.attempt()
	if err != nil {
		return nil, err
	}
	quantiles, err := parseQuantiles(cmp.Or(q.params.Get("quantiles"), "0.05,0.25,0.5,0.75,0.95"))
	if err != nil {
		return nil, err
	}
	tasks := succeeded(s)
	if len(tasks) == 0 {
		return nil, notFound("No tasks reported metrics for %d / %d yet.", s.ID, s.Attempt)
	}
	return summarize(tasks, quantiles), nil
}

func succeeded(s *history.Stage) (tasks []*history.Task) {
	for _, t := range s.Tasks {
		if t.Status == history.TaskSuccess {
			tasks = append(tasks, t)
		}
	}
	return tasks
}

func parseQuantiles(s string) (distribution, error) {
	var out distribution
	for _, part := range strings.Split(s, ",") {
		f, err := strconv.ParseFloat(part, 64)
		if err != nil || !(f >= 0 && f <= 1) {
			return nil, badParameter("quantiles", "double", part)
		}
		out = append(out, double(f))
	}
	return out, nil
}

func summarize(tasks []*history.Task, quantiles distribution) *summary {
	of := func(figure func(*history.Task) int64) distribution {
		values := make([]int64, len(tasks))
		for i, t := range tasks {
			values[i] = figure(t)
		}
		slices.Sort(values)
		out := make(distribution, len(quantiles))
		for i, q := range quantiles {
			out[i] = double(values[min(int(float64(q)*float64(len(values))), len(values)-1)])
		}
		return out
	}
	none := make(distribution, len(quantiles))
	v := &summary{
		Quantiles:               quantiles,
		Duration:                of(func(t *history.Task) int64 { return t.End.Sub(t.Launch).Milliseconds() }),
		ExecutorDeserializeTime: none, ExecutorDeserializeCPUTime: none,
		ExecutorRunTime: of(func(t *history.Task) int64 { return t.Metrics.RunTime.Milliseconds() }),
		ExecutorCPUTime: none, ResultSize: none, JVMGCTime: none, ResultSerializationTime: none, GettingResultTime: none,
		SchedulerDelay: of(func(t *history.Task) int64 {
			return max(0, (t.End.Sub(t.Launch) - t.Metrics.RunTime).Milliseconds())
		}),
		PeakExecutionMemory: of(func(t *history.Task) int64 { return t.Metrics.PeakMemory }),
		MemoryBytesSpilled:  none, DiskBytesSpilled: none,
	}
	v.InputMetrics.BytesRead = of(func(t *history.Task) int64 { return t.Metrics.InputBytes })
	v.InputMetrics.RecordsRead = of(func(t *history.Task) int64 { return t.Metrics.InputRows })
	v.OutputMetrics.BytesWritten = of(func(t *history.Task) int64 { return t.Metrics.OutputBytes })
	v.OutputMetrics.RecordsWritten = of(func(t *history.Task) int64 { return t.Metrics.OutputRows })
	r := &v.ShuffleReadMetrics
	r.ReadBytes = of(func(t *history.Task) int64 { return t.Metrics.ShuffleReadBytes })
	r.ReadRecords = of(func(t *history.Task) int64 { return t.Metrics.ShuffleReadRows })
	r.RemoteBlocksFetched, r.LocalBlocksFetched, r.FetchWaitTime, r.RemoteBytesRead = none, none, none, none
	r.RemoteBytesReadToDisk, r.TotalBlocksFetched, r.RemoteReqsDuration = none, none, none
	r.ShufflePushReadMetricsDist = pushRead[distribution]{none, none, none, none, none, none, none, none, none}
	v.ShuffleWriteMetrics.WriteBytes = of(func(t *history.Task) int64 { return t.Metrics.ShuffleWriteBytes })
	v.ShuffleWriteMetrics.WriteRecords = of(func(t *history.Task) int64 { return t.Metrics.ShuffleWriteRows })
	v.ShuffleWriteMetrics.WriteTime = none
	return v
}
