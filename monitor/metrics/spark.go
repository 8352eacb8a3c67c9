package metrics

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"gospark/monitor/history"
)

// A sparkFigure is a figure under the name Spark gives it, without the prefix of application and executor.
type sparkFigure struct {
	name  string
	value int64
}

func mb(n int64) int64 { return n >> 20 }

// sparkGauges are those of Spark's gauges that are measured here.
func sparkGauges(h *history.History) []sparkFigure {
	t, memory := &h.Totals, history.Now()
	running := int64(0)
	waiting := int64(0)
	for s := range h.Stages.All() {
		switch s.Status {
		case history.StageActive:
			running++
		case history.StagePending:
			waiting++
		}
	}
	list := []sparkFigure{
		{"BlockManager.disk.diskSpaceUsed_MB", mb(cachedOnDisk(h))},
		{"BlockManager.memory.memUsed_MB", mb(cachedBytes(h))},
		{"BlockManager.memory.onHeapMemUsed_MB", mb(cachedBytes(h))},
		{"DAGScheduler.job.activeJobs", t.ActiveJobs()},
		{"DAGScheduler.job.allJobs", t.Jobs},
		{"DAGScheduler.stage.failedStages", t.StagesFailed},
		{"DAGScheduler.stage.runningStages", running},
		{"DAGScheduler.stage.waitingStages", waiting},
		{"ExecutorMetrics.ConcurrentGCCount", memory.Cycles},
		{"ExecutorMetrics.JVMHeapMemory", memory.Heap},
		{"ExecutorMetrics.JVMOffHeapMemory", memory.Other},
		{"ExecutorMetrics.OnHeapStorageMemory", cachedBytes(h)},
		{"executor.threadpool.activeTasks", t.ActiveTasks()},
		{"executor.threadpool.completeTasks", t.TasksEnded},
		{"executor.threadpool.startedTasks", t.TasksStarted},
		{"executor.threadpool.maxPool_size", int64(h.App.Cores)},
	}
	for j := range h.Jobs.Backward() {
		if !j.Completed.IsZero() {
			list = append(list, sparkFigure{"appStatus.jobDuration", j.Completed.Sub(j.Submitted).Milliseconds()})
			break
		}
	}
	if c := h.Streaming(""); c != nil {
		for _, f := range streamingGauges(c) {
			list = append(list, sparkFigure{h.App.Name + ".StreamingMetrics.streaming." + f.name, f.value})
		}
	}
	return list
}

// epoch is a moment in ms, and Spark's -1 when it has not come.
func epoch(t time.Time) int64 {
	if t.IsZero() {
		return -1
	}
	return t.UnixMilli()
}

func streamingGauges(c *history.Context) []sparkFigure {
	queued, processing := c.ActiveBatches()
	list := []sparkFigure{
		{"receivers", int64(len(c.Receivers))},
		{"retainedCompletedBatches", int64(c.Batches.Len() - queued - processing)},
		{"runningBatches", int64(processing)},
		{"totalCompletedBatches", c.CompletedBatches},
		{"totalProcessedRecords", c.ProcessedRows},
		{"totalReceivedRecords", c.ReceivedRows},
		{"unprocessedBatches", int64(queued + processing)},
		{"waitingBatches", int64(queued)},
	}
	if b := c.LastCompleted; b != nil {
		scheduling, _ := b.SchedulingDelay()
		processing, _ := b.ProcessingTime()
		total, _ := b.TotalDelay()
		list = append(list, sparkFigure{"lastCompletedBatch_submissionTime", epoch(b.Submitted)},
			sparkFigure{"lastCompletedBatch_processingStartTime", epoch(b.Started)},
			sparkFigure{"lastCompletedBatch_processingEndTime", epoch(b.Completed)},
			sparkFigure{"lastCompletedBatch_schedulingDelay", scheduling.Milliseconds()},
			sparkFigure{"lastCompletedBatch_processingDelay", processing.Milliseconds()},
			sparkFigure{"lastCompletedBatch_totalDelay", total.Milliseconds()})
	}
	if b := c.LastReceived; b != nil {
		list = append(list, sparkFigure{"lastReceivedBatch_submissionTime", epoch(b.Submitted)},
			sparkFigure{"lastReceivedBatch_processingStartTime", epoch(b.Started)},
			sparkFigure{"lastReceivedBatch_processingEndTime", epoch(b.Completed)},
			sparkFigure{"lastReceivedBatch_records", b.Rows()})
	}
	return list
}

// sparkCounters are those of Spark's counters that are counted here.
func sparkCounters(h *history.History, dropped Dropped) []sparkFigure {
	t, m := &h.Totals, &h.Totals.Metrics
	lost := int64(0)
	if dropped != nil {
		for _, n := range dropped() {
			lost += n
		}
	}
	return []sparkFigure{
		{"LiveListenerBus.numEventsPosted", t.Events},
		{"LiveListenerBus.queue.appStatus.numDroppedEvents", lost},
		{"appStatus.jobs.failedJobs", t.JobsFailed},
		{"appStatus.jobs.succeededJobs", t.JobsSucceeded},
		{"appStatus.stages.completedStages", t.StagesCompleted},
		{"appStatus.stages.failedStages", t.StagesFailed},
		{"appStatus.stages.skippedStages", t.StagesSkipped},
		{"appStatus.tasks.completedTasks", t.TasksSucceeded},
		{"appStatus.tasks.failedTasks", t.TasksFailed},
		{"appStatus.tasks.killedTasks", t.TasksKilled},
		{"executor.bytesRead", m.InputBytes},
		{"executor.bytesWritten", m.OutputBytes},
		{"executor.recordsRead", m.InputRows},
		{"executor.recordsWritten", m.OutputRows},
		{"executor.runTime", m.RunTime.Milliseconds()},
		{"executor.shuffleBytesWritten", m.ShuffleWriteBytes},
		{"executor.shuffleLocalBytesRead", m.ShuffleReadBytes},
		{"executor.shuffleRecordsRead", m.ShuffleReadRows},
		{"executor.shuffleRecordsWritten", m.ShuffleWriteRows},
		{"executor.shuffleTotalBytesRead", m.ShuffleReadBytes},
		{"executor.succeededTasks", t.TasksSucceeded},
	}
}

func cachedOnDisk(h *history.History) (n int64) {
	for _, s := range h.Storage {
		n += s.DiskBytes
	}
	return n
}

// aliases adds Spark's names to the page for Prometheus. Which there are depends on the application, so none are announced.
type aliases struct {
	store   *history.Store
	dropped Dropped
}

func (a *aliases) Describe(chan<- *prometheus.Desc) {}

func (a *aliases) Collect(out chan<- prometheus.Metric) {
	var list []prometheus.Metric
	a.store.Read(func(h *history.History) {
		add := func(f sparkFigure, suffix, group string, kind prometheus.ValueType) {
			name := "metrics_" + underscored(h.App.ID+".driver."+f.name) + "_" + suffix
			d := prometheus.NewDesc(name, "Spark's "+valid(f.name)+".", nil, prometheus.Labels{"type": group})
			list = append(list, prometheus.MustNewConstMetric(d, kind, float64(f.value)))
		}
		for _, f := range sparkGauges(h) {
			add(f, "Number", "gauges", gauge)
			add(f, "Value", "gauges", gauge)
		}
		for _, f := range sparkCounters(h, a.dropped) {
			add(f, "Count", "counters", counter)
		}
	})
	for _, m := range list {
		out <- m
	}
}

// valid makes text fit for a label: Prometheus wants UTF-8.
func valid(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

func underscored(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, s)
}

// JSONHandler serves Spark's /metrics/json: gauges and counters under their dotted names.
func JSONHandler(store *history.Store, dropped Dropped) http.Handler {
	type value struct {
		Value int64 `json:"value"`
	}
	type count struct {
		Count int64 `json:"count"`
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page := struct {
			Version    string           `json:"version"`
			Gauges     map[string]value `json:"gauges"`
			Counters   map[string]count `json:"counters"`
			Histograms struct{}         `json:"histograms"`
			Meters     struct{}         `json:"meters"`
			Timers     struct{}         `json:"timers"`
		}{Version: "4.0.0", Gauges: map[string]value{}, Counters: map[string]count{}} // of the layout
		store.Read(func(h *history.History) {
			for _, f := range sparkGauges(h) {
				page.Gauges[h.App.ID+".driver."+f.name] = value{f.value}
			}
			for _, f := range sparkCounters(h, dropped) {
				page.Counters[h.App.ID+".driver."+f.name] = count{f.value}
			}
		})
		w.Header().Set("Content-Type", "text/json;charset=utf-8")
		json.NewEncoder(w).Encode(page)
	})
}

// executorFigures are the lines of Spark's /metrics/executors/prometheus, in its order. Seconds have a fraction.
var executorFigures = []struct {
	name string
	of   func(*history.History, history.Memory) any
}{
	{"rddBlocks", func(h *history.History, _ history.Memory) any { return int64(cachedBlocks(h)) }},
	{"memoryUsed_bytes", func(h *history.History, _ history.Memory) any { return cachedBytes(h) }},
	{"diskUsed_bytes", func(h *history.History, _ history.Memory) any { return cachedOnDisk(h) }},
	{"totalCores", func(h *history.History, _ history.Memory) any { return int64(h.App.Cores) }},
	{"maxTasks", func(h *history.History, _ history.Memory) any { return int64(h.App.Cores) }},
	{"activeTasks", func(h *history.History, _ history.Memory) any { return h.Totals.ActiveTasks() }},
	{"failedTasks_total", func(h *history.History, _ history.Memory) any { return h.Totals.TasksFailed }},
	{"completedTasks_total", func(h *history.History, _ history.Memory) any { return h.Totals.TasksSucceeded }},
	{"totalTasks_total", func(h *history.History, _ history.Memory) any { return h.Totals.TasksStarted }},
	{"totalDuration_seconds_total", func(h *history.History, _ history.Memory) any { return h.Totals.TaskTime.Seconds() }},
	{"totalInputBytes_bytes_total", func(h *history.History, _ history.Memory) any { return h.Totals.Metrics.InputBytes }},
	{"totalShuffleRead_bytes_total", func(h *history.History, _ history.Memory) any { return h.Totals.Metrics.ShuffleReadBytes }},
	{"totalShuffleWrite_bytes_total", func(h *history.History, _ history.Memory) any { return h.Totals.Metrics.ShuffleWriteBytes }},
	{"usedOnHeapStorageMemory_bytes", func(h *history.History, _ history.Memory) any { return cachedBytes(h) }},
	{"JVMHeapMemory_bytes", func(_ *history.History, m history.Memory) any { return m.Heap }},
	{"JVMOffHeapMemory_bytes", func(_ *history.History, m history.Memory) any { return m.Other }},
	{"OnHeapStorageMemory_bytes", func(h *history.History, _ history.Memory) any { return cachedBytes(h) }},
	{"ConcurrentGCCount_total", func(_ *history.History, m history.Memory) any { return m.Cycles }},
}

// ExecutorsHandler serves Spark's /metrics/executors/prometheus.
func ExecutorsHandler(store *history.Store) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var page bytes.Buffer
		store.Read(func(h *history.History) {
			fmt.Fprintf(&page, "spark_info{version=%s, revision=%s} 1.0\n", label(h.App.Version), label(revision()))
			m := history.Now()
			for _, f := range executorFigures {
				fmt.Fprintf(&page, "metrics_executor_%s{application_id=%s, application_name=%s, executor_id=\"driver\"} %s\n",
					f.name, label(h.App.ID), label(h.App.Name), number(f.of(h, m)))
			}
		})
		w.Header().Set("Content-Type", "text/plain")
		w.Write(page.Bytes())
	})
}

var labelEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

func label(s string) string { return `"` + labelEscapes.Replace(valid(s)) + `"` }

func number(v any) string {
	f, ok := v.(float64)
	if !ok {
		return fmt.Sprint(v)
	}
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

// revision is the commit the program was built from, where the build knew.
func revision() string {
	if b, ok := debug.ReadBuildInfo(); ok {
		for _, s := range b.Settings {
			if s.Key == "vcs.revision" {
				return s.Value
			}
		}
	}
	return ""
}
