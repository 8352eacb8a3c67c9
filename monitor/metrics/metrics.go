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

// A figure is one number of something: the application or a streaming context.
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

var contextLabels = []string{"context", "name"}

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
			hist, cumulated, sum := f.of(c), map[float64]uint64{}, uint64(0)
			for i, bound := range history.Bounds {
				sum += uint64(hist.Buckets[i])
				cumulated[bound] = sum
			}
			list = append(list, prometheus.MustNewConstHistogram(descs()[f.name], uint64(hist.Count), hist.Sum.Seconds(), cumulated, valid(c.ID), valid(c.Name)))
		}
		for _, r := range c.Receivers {
			add(receiverName, gauge, truth(r.Active), c.ID, c.Name, strconv.Itoa(r.Stream.ID), r.Stream.Name)
		}
	}
	return list
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
