package rest

import (
	"cmp"
	"slices"
	"time"

	"gospark/monitor/history"
)

type task struct {
	TaskID             int64             `json:"taskId"`
	Index              int               `json:"index"`
	Attempt            int               `json:"attempt"`
	PartitionID        int               `json:"partitionId"`
	LaunchTime         date              `json:"launchTime"`
	Duration           int64             `json:"duration"`
	ExecutorID         string            `json:"executorId"`
	Host               string            `json:"host"`
	Status             string            `json:"status"`
	TaskLocality       string            `json:"taskLocality"`
	Speculative        bool              `json:"speculative"`
	AccumulatorUpdates []accumulator     `json:"accumulatorUpdates"`
	ErrorMessage       string            `json:"errorMessage,omitempty"`
	TaskMetrics        *taskMetrics      `json:"taskMetrics,omitempty"`
	ExecutorLogs       map[string]string `json:"executorLogs"`
	SchedulerDelay     int64             `json:"schedulerDelay"`
	GettingResultTime  int64             `json:"gettingResultTime"`
}

type taskMetrics struct {
	ExecutorDeserializeTime    int64 `json:"executorDeserializeTime"`
	ExecutorDeserializeCPUTime int64 `json:"executorDeserializeCpuTime"`
	ExecutorRunTime            int64 `json:"executorRunTime"`
	ExecutorCPUTime            int64 `json:"executorCpuTime"`
	ResultSize                 int64 `json:"resultSize"`
	JVMGCTime                  int64 `json:"jvmGcTime"`
	ResultSerializationTime    int64 `json:"resultSerializationTime"`
	MemoryBytesSpilled         int64 `json:"memoryBytesSpilled"`
	DiskBytesSpilled           int64 `json:"diskBytesSpilled"`
	PeakExecutionMemory        int64 `json:"peakExecutionMemory"`
	InputMetrics               struct {
		BytesRead   int64 `json:"bytesRead"`
		RecordsRead int64 `json:"recordsRead"`
	} `json:"inputMetrics"`
	OutputMetrics struct {
		BytesWritten   int64 `json:"bytesWritten"`
		RecordsWritten int64 `json:"recordsWritten"`
	} `json:"outputMetrics"`
	ShuffleReadMetrics struct {
		RemoteBlocksFetched    int64           `json:"remoteBlocksFetched"`
		LocalBlocksFetched     int64           `json:"localBlocksFetched"`
		FetchWaitTime          int64           `json:"fetchWaitTime"`
		RemoteBytesRead        int64           `json:"remoteBytesRead"`
		RemoteBytesReadToDisk  int64           `json:"remoteBytesReadToDisk"`
		LocalBytesRead         int64           `json:"localBytesRead"`
		RecordsRead            int64           `json:"recordsRead"`
		RemoteReqsDuration     int64           `json:"remoteReqsDuration"`
		ShufflePushReadMetrics pushRead[int64] `json:"shufflePushReadMetrics"`
	} `json:"shuffleReadMetrics"`
	ShuffleWriteMetrics struct {
		BytesWritten   int64 `json:"bytesWritten"`
		WriteTime      int64 `json:"writeTime"`
		RecordsWritten int64 `json:"recordsWritten"`
	} `json:"shuffleWriteMetrics"`
}

// pushRead are figures of a kind of exchange between machines that does not exist here.
type pushRead[T any] struct {
	CorruptMergedBlockChunks  T `json:"corruptMergedBlockChunks"`
	MergedFetchFallbackCount  T `json:"mergedFetchFallbackCount"`
	RemoteMergedBlocksFetched T `json:"remoteMergedBlocksFetched"`
	LocalMergedBlocksFetched  T `json:"localMergedBlocksFetched"`
	RemoteMergedChunksFetched T `json:"remoteMergedChunksFetched"`
	LocalMergedChunksFetched  T `json:"localMergedChunksFetched"`
	RemoteMergedBytesRead     T `json:"remoteMergedBytesRead"`
	LocalMergedBytesRead      T `json:"localMergedBytesRead"`
	RemoteMergedReqsDuration  T `json:"remoteMergedReqsDuration"`
}

func newTask(t *history.Task, now time.Time) task {
	m := &taskMetrics{ExecutorRunTime: t.Metrics.RunTime.Milliseconds(), PeakExecutionMemory: t.Metrics.PeakMemory}
	m.InputMetrics.BytesRead, m.InputMetrics.RecordsRead = t.Metrics.InputBytes, t.Metrics.InputRows
	m.OutputMetrics.BytesWritten, m.OutputMetrics.RecordsWritten = t.Metrics.OutputBytes, t.Metrics.OutputRows
	m.ShuffleReadMetrics.LocalBytesRead, m.ShuffleReadMetrics.RecordsRead = t.Metrics.ShuffleReadBytes, t.Metrics.ShuffleReadRows
	m.ShuffleWriteMetrics.BytesWritten, m.ShuffleWriteMetrics.RecordsWritten = t.Metrics.ShuffleWriteBytes, t.Metrics.ShuffleWriteRows
	d := t.Duration(now)
	v := task{
		TaskID: t.ID, Index: t.Index, Attempt: t.Attempt, PartitionID: t.Index, LaunchTime: date(t.Launch),
		Duration: d.Milliseconds(), ExecutorID: driver, Host: "localhost", Status: t.Status, TaskLocality: "PROCESS_LOCAL",
		AccumulatorUpdates: []accumulator{}, ErrorMessage: t.Err, TaskMetrics: m, ExecutorLogs: map[string]string{},
	}
	if !t.End.IsZero() {
		v.SchedulerDelay = max(0, (d - t.Metrics.RunTime).Milliseconds())
	}
	return v
}

// byName holds the orders that sortBy names.
var byName = map[string]func(now time.Time) func(a, b *history.Task) int{
	"ID": func(time.Time) func(a, b *history.Task) int {
		return func(a, b *history.Task) int { return cmp.Compare(a.ID, b.ID) }
	},
	"runtime": func(now time.Time) func(a, b *history.Task) int {
		return func(a, b *history.Task) int { return cmp.Compare(a.Duration(now), b.Duration(now)) }
	},
	"-runtime": func(now time.Time) func(a, b *history.Task) int {
		return func(a, b *history.Task) int { return cmp.Compare(b.Duration(now), a.Duration(now)) }
	},
}

// defaultTaskListLength is how many tasks Spark lists unless told.
const defaultTaskListLength = 20

func taskList(q *query) (any, error) {
	s, err := q.attempt()
	if err != nil {
		return nil, err
	}
	offset, err := q.integer("offset", 0)
	if err != nil {
		return nil, err
	}
	length, err := q.integer("length", defaultTaskListLength)
	if err != nil {
		return nil, err
	}
	wanted, err := q.statuses(history.TaskRunning, history.TaskSuccess, history.TaskFailed, history.TaskKilled)
	if err != nil {
		return nil, err
	}
	sortBy := cmp.Or(q.params.Get("sortBy"), "ID")
	switch sortBy { // Spark's long names
	case "increasing_runtime", "INCREASING_RUNTIME":
		sortBy = "runtime"
	case "decreasing_runtime", "DECREASING_RUNTIME":
		sortBy = "-runtime"
	}
	order, ok := byName[sortBy]
	if !ok {
		return nil, badParameter("sortBy", "value of ID, runtime, -runtime", sortBy)
	}
	tasks := slices.DeleteFunc(slices.Clone(s.Tasks), func(t *history.Task) bool { return !wanted(t.Status) })
	slices.SortStableFunc(tasks, order(q.Now()))
	tasks = tasks[min(offset, len(tasks)):]
	tasks = tasks[:min(length, len(tasks))]
	list := make([]task, len(tasks))
	for i, t := range tasks {
		list[i] = newTask(t, q.Now())
	}
	return list, nil
}
