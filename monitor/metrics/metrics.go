// Package metrics gives the figures of a history to Prometheus.
//
// Names start with gospark_, in base units (seconds, bytes), with HELP and TYPE. Besides, the names under which Spark's
// own endpoints publish the same figures are served, so that dashboards made for Spark find what they ask for: see
// ExecutorsHandler and JSONHandler, and the aliases at the end of Handler's page. A figure of Spark's that is not measured
// here is left out rather than given as 0.
package metrics

import (
	"net/http"
	"strconv"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"gospark/monitor/history"
	"gospark/runtime/progress"
)

// Dropped tells how many events each listener of the bus lost; nil when there is no bus.
type Dropped func() map[string]int64

// Handler serves the page for Prometheus from a registry of its own, which is set up when it is first asked.
func Handler(store *history.Store, dropped Dropped) http.Handler {
	page := sync.OnceValue(func() http.Handler {
		r := prometheus.NewRegistry()
		r.MustRegister(&collector{store, dropped}, &aliases{store, dropped},
			collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
		return promhttp.HandlerFor(r, promhttp.HandlerOpts{})
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { page().ServeHTTP(w, r) })
}

// A figure is one number of something: the application, a streaming context or a streaming query.
type figure[T any] struct {
	name, help string
	kind       prometheus.ValueType
	of         func(T) float64
	status     string // value of the label "status", where several figures share a name
}

const (
	counter = prometheus.CounterValue
	gauge   = prometheus.GaugeValue
)

var applicationFigures = []figure[*history.History]{
	{"gospark_events_total", "Events taken in by the monitor.", counter, func(h *history.History) float64 { return float64(h.Totals.Events) }, ""},

	{"gospark_jobs_total", "Jobs ended.", counter, func(h *history.History) float64 { return float64(h.Totals.JobsSucceeded) }, "succeeded"},
	{"gospark_jobs_total", "Jobs ended.", counter, func(h *history.History) float64 { return float64(h.Totals.JobsFailed) }, "failed"},
	{"gospark_jobs_active", "Jobs running now.", gauge, func(h *history.History) float64 { return float64(h.Totals.ActiveJobs()) }, ""},

	{"gospark_stages_total", "Stages ended.", counter, func(h *history.History) float64 { return float64(h.Totals.StagesCompleted) }, "completed"},
	{"gospark_stages_total", "Stages ended.", counter, func(h *history.History) float64 { return float64(h.Totals.StagesFailed) }, "failed"},
	{"gospark_stages_total", "Stages ended.", counter, func(h *history.History) float64 { return float64(h.Totals.StagesSkipped) }, "skipped"},

	{"gospark_tasks_total", "Tasks ended.", counter, func(h *history.History) float64 { return float64(h.Totals.TasksSucceeded) }, "succeeded"},
	{"gospark_tasks_total", "Tasks ended.", counter, func(h *history.History) float64 { return float64(h.Totals.TasksFailed) }, "failed"},
	{"gospark_tasks_total", "Tasks ended.", counter, func(h *history.History) float64 { return float64(h.Totals.TasksKilled) }, "killed"},
	{"gospark_tasks_active", "Tasks running now.", gauge, func(h *history.History) float64 { return float64(h.Totals.ActiveTasks()) }, ""},
	{"gospark_task_slots", "Tasks that can run at once.", gauge, func(h *history.History) float64 { return float64(h.App.Cores) }, ""},
	{"gospark_task_seconds_total", "Time from launch to end, summed over ended tasks.", counter, func(h *history.History) float64 { return h.Totals.TaskTime.Seconds() }, ""},
	{"gospark_task_run_seconds_total", "Time of running operators, summed over ended tasks.", counter, func(h *history.History) float64 { return h.Totals.Metrics.RunTime.Seconds() }, ""},

	{"gospark_input_rows_total", "Rows read from sources.", counter, func(h *history.History) float64 { return float64(h.Totals.Metrics.InputRows) }, ""},
	{"gospark_input_bytes_total", "Bytes read from sources.", counter, func(h *history.History) float64 { return float64(h.Totals.Metrics.InputBytes) }, ""},
	{"gospark_output_rows_total", "Rows written to sinks.", counter, func(h *history.History) float64 { return float64(h.Totals.Metrics.OutputRows) }, ""},
	{"gospark_output_bytes_total", "Bytes written to sinks.", counter, func(h *history.History) float64 { return float64(h.Totals.Metrics.OutputBytes) }, ""},
	{"gospark_result_rows_total", "Rows given back by actions.", counter, func(h *history.History) float64 { return float64(h.Totals.Metrics.ResultRows) }, ""},
	{"gospark_shuffle_read_rows_total", "Rows read from exchanges.", counter, func(h *history.History) float64 { return float64(h.Totals.Metrics.ShuffleReadRows) }, ""},
	{"gospark_shuffle_read_bytes_total", "Bytes read from exchanges.", counter, func(h *history.History) float64 { return float64(h.Totals.Metrics.ShuffleReadBytes) }, ""},
	{"gospark_shuffle_write_rows_total", "Rows written to exchanges.", counter, func(h *history.History) float64 { return float64(h.Totals.Metrics.ShuffleWriteRows) }, ""},
	{"gospark_shuffle_write_bytes_total", "Bytes written to exchanges.", counter, func(h *history.History) float64 { return float64(h.Totals.Metrics.ShuffleWriteBytes) }, ""},

	{"gospark_storage_memory_bytes", "Memory held by cached datasets.", gauge, func(h *history.History) float64 { return float64(cachedBytes(h)) }, ""},
	{"gospark_storage_partitions", "Partitions of cached datasets.", gauge, func(h *history.History) float64 { return float64(cachedBlocks(h)) }, ""},
}

var streamingFigures = []figure[*history.Context]{
	{"gospark_streaming_running", "Whether the streaming context runs.", gauge, func(c *history.Context) float64 { return truth(c.Stopped.IsZero()) }, ""},
	{"gospark_streaming_batch_interval_seconds", "Batch interval, 0 if batches follow each other without one.", gauge, func(c *history.Context) float64 { return c.Interval.Seconds() }, ""},
	{"gospark_streaming_batches_total", "Batches completed.", counter, func(c *history.Context) float64 { return float64(c.CompletedBatches) }, ""},
	{"gospark_streaming_batches_queued", "Batches that wait for their turn.", gauge, func(c *history.Context) float64 { q, _ := c.ActiveBatches(); return float64(q) }, ""},
	{"gospark_streaming_batches_processing", "Batches in processing.", gauge, func(c *history.Context) float64 { _, p := c.ActiveBatches(); return float64(p) }, ""},
	{"gospark_streaming_received_rows_total", "Rows in the batches that were started.", counter, func(c *history.Context) float64 { return float64(c.ReceivedRows) }, ""},
	{"gospark_streaming_processed_rows_total", "Rows in the batches that were completed.", counter, func(c *history.Context) float64 { return float64(c.ProcessedRows) }, ""},
	{"gospark_streaming_failed_output_operations_total", "Output operations that failed.", counter, func(c *history.Context) float64 { return float64(c.FailedOps) }, ""},
}

// streamingHistograms are durations of completed batches.
var streamingHistograms = []struct {
	name, help string
	of         func(*history.Context) *history.Histogram
}{
	{"gospark_streaming_scheduling_delay_seconds", "Time from submission of a batch to its start.", func(c *history.Context) *history.Histogram { return &c.Scheduling }},
	{"gospark_streaming_processing_time_seconds", "Time from the start of a batch to its end.", func(c *history.Context) *history.Histogram { return &c.Processing }},
	{"gospark_streaming_total_delay_seconds", "Time from submission of a batch to its end.", func(c *history.Context) *history.Histogram { return &c.Total }},
}

// queryFigures are of runs of streaming queries. What only a report knows is left out before the first one.
var queryFigures = []figure[*history.Query]{
	{"gospark_query_running", "Whether the streaming query runs.", gauge, func(q *history.Query) float64 { return truth(q.Active()) }, ""},
	{"gospark_query_batches_total", "Batches of the streaming query completed.", counter, func(q *history.Query) float64 { return float64(q.Batches) }, ""},
	{"gospark_query_input_rows_total", "Rows read by the streaming query.", counter, func(q *history.Query) float64 { return float64(q.InputRows) }, ""},
	{"gospark_query_output_rows_total", "Rows the sink of the streaming query says it took.", counter, func(q *history.Query) float64 { return float64(q.OutputRows) }, ""},
	{"gospark_query_late_rows_total", "Rows dropped because they came behind the watermark.", counter, func(q *history.Query) float64 { return float64(q.LateRows) }, ""},
}

var reportFigures = []figure[*progress.QueryProgress]{
	{"gospark_query_last_batch_id", "Number of the last batch.", gauge, func(p *progress.QueryProgress) float64 { return float64(p.BatchID) }, ""},
	{"gospark_query_state_rows", "Rows in the state of the streaming query.", gauge, func(p *progress.QueryProgress) float64 { return float64(history.StateRows(p)) }, ""},
	{"gospark_query_input_rows_per_second", "Rows that came in a second before the last batch.", gauge, func(p *progress.QueryProgress) float64 { r, _ := p.InputRowsPerSecond.Rows(); return r }, ""},
	{"gospark_query_processed_rows_per_second", "Rows that were processed in a second of the last batch.", gauge, func(p *progress.QueryProgress) float64 { r, _ := p.ProcessedRowsPerSecond.Rows(); return r }, ""},
}

// Those of queries that are in no table.
const (
	queryDurationName = "gospark_query_batch_duration_seconds"
	watermarkGapName  = "gospark_query_watermark_gap_seconds"
)

var (
	contextLabels = []string{"context", "name"}
	queryLabels   = []string{"run", "name"}
)

// Those that are in no table.
const (
	infoName     = "gospark_info"
	droppedName  = "gospark_events_dropped_total"
	receiverName = "gospark_streaming_receiver_up"
)

// descs holds every metric by name.
var descs = sync.OnceValue(func() map[string]*prometheus.Desc {
	m := map[string]*prometheus.Desc{}
	add := func(name, help string, labels ...string) { m[name] = prometheus.NewDesc(name, help, labels, nil) }
	add(infoName, "The application.", "app_id", "app_name", "master", "version")
	add(droppedName, "Events lost because a listener was slow.", "listener")
	add(receiverName, "Whether the receiver works.", append(contextLabels, "stream", "stream_name")...)
	for _, f := range applicationFigures {
		if f.status != "" {
			add(f.name, f.help, "status")
		} else {
			add(f.name, f.help)
		}
	}
	for _, f := range streamingFigures {
		add(f.name, f.help, contextLabels...)
	}
	for _, f := range streamingHistograms {
		add(f.name, f.help, contextLabels...)
	}
	for _, f := range queryFigures {
		add(f.name, f.help, queryLabels...)
	}
	for _, f := range reportFigures {
		add(f.name, f.help, queryLabels...)
	}
	add(queryDurationName, "How long a batch of the streaming query took.", queryLabels...)
	add(watermarkGapName, "How far the watermark was behind the newest event of the last batch.", queryLabels...)
	return m
})

// collector turns the history into metrics at the moment it is asked.
type collector struct {
	store   *history.Store
	dropped Dropped
}

func (c *collector) Describe(out chan<- *prometheus.Desc) {
	for _, d := range descs() {
		out <- d
	}
}

func (c *collector) Collect(out chan<- prometheus.Metric) {
	// The channel may be slow: it must not hold the history still.
	var list []prometheus.Metric
	c.store.Read(func(h *history.History) { list = figures(h) })
	if c.dropped != nil {
		for listener, n := range c.dropped() {
			list = append(list, prometheus.MustNewConstMetric(descs()[droppedName], counter, float64(n), listener))
		}
	}
	for _, m := range list {
		out <- m
	}
}

func figures(h *history.History) (list []prometheus.Metric) {
	add := func(name string, kind prometheus.ValueType, v float64, labels ...string) {
		for i, l := range labels {
			labels[i] = valid(l)
		}
		list = append(list, prometheus.MustNewConstMetric(descs()[name], kind, v, labels...))
	}
	add(infoName, gauge, 1, h.App.ID, h.App.Name, h.App.Master, h.App.Version)
	for _, f := range applicationFigures {
		if f.status != "" {
			add(f.name, f.kind, f.of(h), f.status)
		} else {
			add(f.name, f.kind, f.of(h))
		}
	}
	for c := range h.Contexts.All() {
		for _, f := range streamingFigures {
			add(f.name, f.kind, f.of(c), c.ID, c.Name)
		}
		for _, f := range streamingHistograms {
			list = append(list, histogram(f.name, f.of(c), c.ID, c.Name))
		}
		for _, r := range c.Receivers {
			add(receiverName, gauge, truth(r.Active), c.ID, c.Name, strconv.Itoa(r.Stream.ID), r.Stream.Name)
		}
	}
	for q := range h.Queries.All() {
		for _, f := range queryFigures {
			add(f.name, f.kind, f.of(q), q.RunID, q.Name)
		}
		list = append(list, histogram(queryDurationName, &q.Duration, q.RunID, q.Name))
		p := q.Last()
		if p == nil {
			continue
		}
		for _, f := range reportFigures {
			add(f.name, f.kind, f.of(p), q.RunID, q.Name)
		}
		if gap, ok := history.WatermarkGap(p); ok {
			add(watermarkGapName, gauge, gap.Seconds(), q.RunID, q.Name)
		}
	}
	return list
}

// histogram is the metric of a histogram, whose buckets count what is below their bounds.
func histogram(name string, h *history.Histogram, labels ...string) prometheus.Metric {
	cumulated, sum := map[float64]uint64{}, uint64(0)
	for i, bound := range history.Bounds {
		sum += uint64(h.Buckets[i])
		cumulated[bound] = sum
	}
	for i, l := range labels {
		labels[i] = valid(l)
	}
	return prometheus.MustNewConstHistogram(descs()[name], uint64(h.Count), h.Sum.Seconds(), cumulated, labels...)
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func cachedBytes(h *history.History) (n int64) {
	for _, s := range h.Storage {
		n += s.MemoryBytes
	}
	return n
}

func cachedBlocks(h *history.History) (n int) {
	for _, s := range h.Storage {
		n += s.CachedPartitions
	}
	return n
}
