package metrics

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"gospark/monitor/history"
	"gospark/monitor/historytest"
	"gospark/runtime/progress"
)

func dropped() map[string]int64 { return map[string]int64{"monitor": 3, "other": 0} }

func page(t *testing.T, h http.Handler) string {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	return w.Body.String()
}

func recorded(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestFigures(t *testing.T) {
	text := page(t, Handler(historytest.Store(), dropped))
	for _, want := range []string{
		`gospark_info{app_id="local-1767261600000",app_name="Spark shell",master="local[2]",version="4.2.0"} 1`,
		`gospark_jobs_total{status="succeeded"} 6`,
		`gospark_jobs_total{status="failed"} 2`,
		`gospark_jobs_active 2`,
		`gospark_stages_total{status="skipped"} 2`,
		`gospark_tasks_total{status="failed"} 2`,
		`gospark_tasks_active 4`,
		`gospark_shuffle_write_bytes_total 1782`,
		`gospark_storage_memory_bytes 3000`,
		`gospark_events_dropped_total{listener="monitor"} 3`,
		`gospark_streaming_batches_total{context="ssc-1",name="words"} 3`,
		`gospark_streaming_batches_queued{context="ssc-1",name="words"} 2`,
		`gospark_streaming_batches_processing{context="ssc-1",name="words"} 1`,
		`gospark_streaming_processed_rows_total{context="ssc-1",name="words"} 60`,
		`gospark_streaming_failed_output_operations_total{context="ssc-1",name="words"} 1`,
		`gospark_streaming_processing_time_seconds_bucket{context="ssc-1",name="words",le="0.1"} 0`,
		`gospark_streaming_processing_time_seconds_bucket{context="ssc-1",name="words",le="0.25"} 3`,
		`gospark_streaming_processing_time_seconds_bucket{context="ssc-1",name="words",le="+Inf"} 3`,
		`gospark_streaming_receiver_up{context="ssc-1",name="words",stream="0",stream_name="SocketTextStream localhost:9999"} 1`,
		`gospark_query_running{name="clicks",run="` + historytest.RunID + `"} 1`,
		`gospark_query_running{name="",run="` + historytest.FailedRunID + `"} 0`,
		`gospark_query_input_rows_total{name="clicks",run="` + historytest.RunID + `"} 60`,
		`gospark_query_late_rows_total{name="clicks",run="` + historytest.RunID + `"} 2`,
		`gospark_query_state_rows{name="clicks",run="` + historytest.RunID + `"} 12`,
		`gospark_query_watermark_gap_seconds{name="clicks",run="` + historytest.RunID + `"} 7`,
		`gospark_query_batch_duration_seconds_count{name="clicks",run="` + historytest.RunID + `"} 3`,
		`# TYPE gospark_tasks_total counter`,
		`# HELP gospark_tasks_total Tasks ended.`,
		`metrics_local_1767261600000_driver_Spark_shell_StreamingMetrics_streaming_totalReceivedRecords_Value{type="gauges"} 100`,
		`metrics_local_1767261600000_driver_appStatus_jobs_failedJobs_Count{type="counters"} 2`,
	} {
		if !strings.Contains(text, want+"\n") {
			t.Errorf("no line %s", want)
		}
	}
	if !strings.Contains(text, "\ngo_goroutines ") {
		t.Error("no figures of the Go runtime")
	}
}

// Our own names follow Prometheus's rules; Spark's do not and are left out.
func TestNamesFollowTheRules(t *testing.T) {
	var own strings.Builder
	for line := range strings.Lines(page(t, Handler(historytest.Store(), dropped))) {
		if strings.Contains(line, "gospark_") {
			own.WriteString(line)
		}
	}
	problems, err := promlint.New(strings.NewReader(own.String())).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
}

var recordedApp = regexp.MustCompile(`local[-_]1795264784783`)

// Each of the names after Spark's is one that Spark publishes, with the same labels.
func TestAliasesAreSparksNames(t *testing.T) {
	known := map[string]bool{}
	for line := range strings.Lines(recordedApp.ReplaceAllString(recorded(t, "metrics-prometheus.txt"), "local_1767261600000")) {
		name, _, _ := strings.Cut(line, " ")
		known[name] = true
	}
	n := 0
	for line := range strings.Lines(page(t, Handler(historytest.Store(), dropped))) {
		if name, _, _ := strings.Cut(line, " "); strings.HasPrefix(name, "metrics_") {
			if n++; !known[name] {
				t.Errorf("%s is not one of Spark's", name)
			}
		}
	}
	if n < 50 {
		t.Errorf("%d aliases", n)
	}

	type figures struct {
		Version          string
		Gauges, Counters map[string]map[string]any
	}
	var want, got figures
	if err := json.Unmarshal([]byte(recordedApp.ReplaceAllString(recorded(t, "metrics-json.json"), historytest.App.ID)), &want); err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	JSONHandler(historytest.Store(), dropped).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Header().Get("Content-Type") != "text/json;charset=utf-8" {
		t.Fatal(err, w.Header())
	}
	if got.Version != want.Version || len(got.Gauges) < 20 || len(got.Counters) < 20 {
		t.Errorf("version %s, %d gauges, %d counters", got.Version, len(got.Gauges), len(got.Counters))
	}
	for _, pair := range [][2]map[string]map[string]any{{got.Gauges, want.Gauges}, {got.Counters, want.Counters}} {
		for name, v := range pair[0] {
			for member := range v {
				if _, ok := pair[1][name][member]; !ok {
					t.Errorf("%s.%s is not one of Spark's", name, member)
				}
			}
		}
	}
}

// The lines are Spark's, in Spark's order, without those that are not measured.
func TestExecutorLinesAreSparks(t *testing.T) {
	strip := func(text string) (list []string) {
		for line := range strings.Lines(text) {
			name, _, _ := strings.Cut(line, "{")
			form := "whole"
			if strings.Contains(line[strings.LastIndex(line, " "):], ".") {
				form = "real"
			}
			list = append(list, name+" "+form)
		}
		return list
	}
	text := page(t, ExecutorsHandler(historytest.Store()))
	got, want := strip(text), strip(recorded(t, "metrics-executors-prometheus.txt"))
	kept := slices.DeleteFunc(slices.Clone(want), func(s string) bool { return !slices.Contains(got, s) })
	if !slices.Equal(got, kept) || len(got) < 15 {
		t.Errorf("got  %v\nwant %v", got, kept)
	}
	if line := `metrics_executor_completedTasks_total{application_id="local-1767261600000", application_name="Spark shell", executor_id="driver"} 21`; !strings.Contains(text, line+"\n") {
		t.Errorf("no line %s in\n%s", line, text)
	}
}

func TestStrangeNames(t *testing.T) {
	s := history.New(progress.ApplicationStart{ID: "a-1", Name: "a\"b\\\n\xff"}, history.Limits{})
	s.Apply(progress.StreamingStart{Context: "c\"\n", Name: "<script>\xff", Inputs: []progress.StreamInfo{{Name: "\xfe", Receiver: true}}})
	page(t, Handler(s, nil))
	if text := page(t, ExecutorsHandler(s)); !strings.Contains(text, `application_name="a\"b\\\n`+"\uFFFD\"") {
		t.Errorf("label not escaped: %s", text)
	}
	if text := page(t, JSONHandler(s, nil)); !json.Valid([]byte(text)) {
		t.Errorf("not JSON: %s", text)
	}
}
