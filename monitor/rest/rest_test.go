package rest

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"math"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"gospark/monitor/history"
	"gospark/monitor/historytest"
	"gospark/runtime/progress"
)

const app = Prefix + "applications/local-1767261600000"

// get gives members of an answer: the path of a member is dotted, and an index picks from a list.
func get(t *testing.T, path string) any {
	t.Helper()
	w := served(t, path)
	if w.Code != 200 {
		t.Fatalf("GET %s: %d %s", path, w.Code, w.Body)
	}
	var v any
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func ids(v any, key string) (list []int) {
	for _, e := range v.([]any) {
		list = append(list, int(e.(map[string]any)[key].(float64)))
	}
	return list
}

func TestLists(t *testing.T) {
	for _, c := range []struct {
		path, key string
		want      []int
	}{
		{app + "/jobs", "jobId", []int{102, 101, 100, 6, 5, 4, 3, 2, 1, 0}},
		{app + "/jobs?status=running", "jobId", []int{102, 6}},
		{app + "/jobs?status=FAILED&status=running", "jobId", []int{102, 101, 6, 3}},
		{app + "/jobs/?status=unknown", "jobId", nil},
		{app + "/stages?status=pending", "stageId", []int{13}},
		{app + "/stages?status=active", "stageId", []int{204, 12}},
		{app + "/stages?status=skipped", "stageId", []int{203, 200}},
		{app + "/stages?status=failed", "stageId", []int{202}},
		{app + "/stages/202/0/taskList", "taskId", []int{2020, 2021}},
		{app + "/stages/201/0/taskList?sortBy=-runtime&length=2", "taskId", []int{2012, 2011}},
		{app + "/stages/201/0/taskList?sortBy=runtime&offset=1&length=1", "taskId", []int{2011}},
		{app + "/stages/201/0/taskList?offset=9", "taskId", nil},
		{app + "/stages/204/0/taskList?status=running", "taskId", []int{2040, 2041}},
		{app + "/storage/rdd", "id", []int{71}},
		{app + "/streaming/receivers", "streamId", []int{0, 1}},
		{app + "/streaming/batches?status=queued", "batchId", []int{int(historytest.BatchTime(6)), int(historytest.BatchTime(5))}},
		{app + "/streaming/batches?status=processing", "batchId", []int{int(historytest.BatchTime(4))}},
		{app + "/streaming/batches/1767261618000/operations", "outputOpId", []int{0, 1}}, // only one of them has started
		{app + "/streaming/batches/1767261622000/operations", "outputOpId", []int{0, 1}}, // none
	} {
		if got := ids(get(t, c.path), c.key); !slices.Equal(got, c.want) {
			t.Errorf("GET %s: %v, want %v", c.path, got, c.want)
		}
	}
}

func TestMembers(t *testing.T) {
	for _, c := range []struct{ path, want string }{
		{app + "/streaming/statistics", `{"startTime":"2026-01-01T10:00:10.000GMT","batchDuration":2000,"numReceivers":1,"numActiveReceivers":1,` +
			`"numInactiveReceivers":0,"numTotalCompletedBatches":3,"numRetainedCompletedBatches":3,"numActiveBatches":3,` +
			`"numProcessedRecords":60,"numReceivedRecords":100,"avgInputRate":17.5,"avgSchedulingDelay":25,"avgProcessingTime":200,"avgTotalDelay":220}`},
		{app + "/streaming/batches/1767261614000", `{"batchId":1767261614000,"batchTime":"2026-01-01T10:00:14.000GMT","status":"COMPLETED",` +
			`"batchDuration":2000,"inputSize":20,"schedulingDelay":20,"processingTime":200,"totalDelay":220,"numActiveOutputOps":0,` +
			`"numCompletedOutputOps":1,"numFailedOutputOps":1,"numTotalOutputOps":2,"firstFailureReason":"task 0 of stage 7: snippet:4: runtime error: index out of range"}`},
		{app + "/streaming/batches/1767261620000/operations/1", `{"outputOpId":1,"name":"print at snippet:5","description":"snippet:4\nprompt","jobIds":[]}`},
		{app + "/streaming/receivers/1", `{"streamId":1,"streamName":"QueueStream","avgEventRate":3.5,"eventRates":[[1767261612000,1.0],` +
			`[1767261614000,2.0],[1767261616000,3.0],[1767261618000,4.0],[1767261620000,5.0],[1767261622000,6.0]]}`},
		{app + "/jobs/100", `{"jobId":100,"name":"count at snippet:9","description":"how many <words>","submissionTime":"2026-01-01T10:00:40.000GMT",` +
			`"completionTime":"2026-01-01T10:00:40.500GMT","stageIds":[200,201],"jobGroup":"g1","jobTags":[],"status":"SUCCEEDED","numTasks":7,` +
			`"numActiveTasks":0,"numCompletedTasks":3,"numSkippedTasks":4,"numFailedTasks":0,"numKilledTasks":0,"numCompletedIndices":3,` +
			`"numActiveStages":0,"numCompletedStages":1,"numSkippedStages":1,"numFailedStages":0,"killedTasksSummary":{}}`},
		{app + "/jobs/101", `{"jobId":101,"name":"collect at snippet:10","submissionTime":"2026-01-01T10:00:41.000GMT",` +
			`"completionTime":"2026-01-01T10:00:41.400GMT","stageIds":[202,203],"jobTags":[],"status":"FAILED","numTasks":3,` +
			`"numActiveTasks":0,"numCompletedTasks":0,"numSkippedTasks":2,"numFailedTasks":2,"numKilledTasks":0,"numCompletedIndices":0,` +
			`"numActiveStages":0,"numCompletedStages":0,"numSkippedStages":1,"numFailedStages":1,"killedTasksSummary":{}}`},
		{Prefix + "version", `{"spark":"4.2.0"}`},
	} {
		w := served(t, c.path)
		if got := compactJSON(w.Body.String()); got != c.want {
			t.Errorf("GET %s:\n%s\nwant\n%s", c.path, got, c.want)
		}
	}
	job := get(t, app+"/jobs/0").(map[string]any)
	if d := job["description"].(string); !strings.HasPrefix(d, `Streaming job from <a href="/streaming/batch/?id=1767261612000">[output operation 0, batch time `) {
		t.Errorf("description of a streaming job: %s", d)
	}
	sum := get(t, app+"/stages/201/0/taskSummary?quantiles=0,0.5,1").(map[string]any)
	if d := sum["duration"].([]any); d[0] != 40.0 || d[1] != 50.0 || d[2] != 60.0 {
		t.Errorf("quantiles of durations: %v", d)
	}
	stage := get(t, app+"/stages/0/0").(map[string]any)
	if stage["shuffleWriteBytes"] != 198.0 || stage["inputRecords"] != 8.0 || len(stage["tasks"].(map[string]any)) != 2 {
		t.Errorf("figures of a stage: %v %v %v", stage["shuffleWriteBytes"], stage["inputRecords"], stage["tasks"])
	}
	failed := get(t, app+"/stages/202/0?taskStatus=failed").(map[string]any)["tasks"].(map[string]any)
	none := get(t, app+"/stages/202?taskStatus=success").([]any)[0].(map[string]any)["tasks"]
	if len(failed) != 2 || none != nil && len(none.(map[string]any)) != 0 {
		t.Errorf("taskStatus: %d failed, succeeded %v", len(failed), none)
	}
	with := get(t, app+"/stages?withSummaries=true&quantiles=1&status=complete").([]any)[0].(map[string]any)
	if d := with["taskMetricsDistributions"].(map[string]any)["duration"].([]any); len(d) != 1 || d[0] != 60.0 {
		t.Errorf("withSummaries: %v", d)
	}
	if _, ok := get(t, app+"/stages/0/0?details=false").(map[string]any)["tasks"]; ok {
		t.Error("tasks, though details=false")
	}
}

// compactJSON takes the layout out, keeping the order of members and the digits of numbers.
func compactJSON(s string) string {
	var v json.RawMessage
	if json.Unmarshal([]byte(s), &v) != nil {
		return s
	}
	var b strings.Builder
	inString := false
	for i := 0; i < len(s); i++ {
		if s[i] == '"' && s[i-1] != '\\' {
			inString = !inString
		}
		if inString || s[i] != ' ' && s[i] != '\n' {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		path, want string
		code       int
	}{
		{app + "/jobs?status=broken", `Bad value for parameter "status".`, 400},
		{app + "/stages/201/0/taskSummary?quantiles=0.5,x", `Bad value for parameter "quantiles".  Expected a double, got "x"`, 400},
		{app + "/stages/201/0/taskSummary?quantiles=NaN", `Bad value for parameter "quantiles".`, 400},
		{app + "/stages/201/0/taskList?length=-1", `Bad value for parameter "length".`, 400},
		{app + "/stages/201/0/taskList?sortBy=size", `Bad value for parameter "sortBy".`, 400},
		{Prefix + "applications?minDate=yesterday", `Bad value for parameter "minDate".`, 400},
		{app + "/jobs/x", `unknown job: x`, 404},
		{app + "/stages/201/7", `unknown attempt for stage 201.  Found attempts: [0]`, 404},
		{app + "/stages/201/7/taskList", `unknown attempt for stage 201.  Found attempts: [0]`, 404},
		{app + "/stages/204/0/taskSummary", `No tasks reported metrics for 204 / 0 yet.`, 404},
		{app + "/storage/rdd/3", `no rdd found w/ id 3`, 404},
		{app + "/executors/1/threads", `Executor does not exist.`, 404},
		{app + "/executors/x/threads", `Invalid executorId: neither 'driver' nor number.`, 400},
		{app + "/stages/201?taskStatus=x", `Bad value for parameter "taskStatus".`, 400},
		{app + "/stages?withSummaries=true&quantiles=2", `Bad value for parameter "quantiles".`, 400},
		{app + "/streaming/statistics?context=other", `unknown streaming context: other`, 404},
		{Prefix + "nothing", `no such endpoint: /api/v1/nothing`, 404},
	} {
		w := served(t, c.path)
		if w.Code != c.code || !strings.HasPrefix(w.Body.String(), c.want) {
			t.Errorf("GET %s: %d %s, want %d %s", c.path, w.Code, w.Body, c.code, c.want)
		}
	}
}

func TestApplicationFilters(t *testing.T) {
	running := []progress.Event{historytest.App}
	ended := append(running, progress.ApplicationEnd{Time: historytest.Start.Add(time.Hour)})
	for _, c := range []struct {
		events []progress.Event
		query  string
		want   int
	}{
		{running, "", 1}, {running, "?status=running", 1}, {running, "?status=completed", 0},
		{ended, "?status=running", 0}, {ended, "?status=completed", 1},
		{running, "?limit=0", 0}, {running, "?limit=1", 1},
		{running, "?minDate=2026-01-01", 1}, {running, "?minDate=2026-01-02", 0},
		{running, "?maxDate=2026-01-01T09:59:59.999GMT", 0}, {running, "?maxDate=2026-01-01T10:00:00.000GMT", 1},
		{running, "?minEndDate=2027-01-01", 1}, {running, "?maxEndDate=2025-01-01", 0},
		{ended, "?minEndDate=2026-01-01T11:00:00.000GMT", 1}, {ended, "?minEndDate=2026-01-01T11:00:00.001GMT", 0},
		{ended, "?maxEndDate=2026-01-01T10:59:59.999GMT", 0},
	} {
		w := ask(c.events, Prefix+"applications"+c.query)
		var list []application
		if err := json.Unmarshal(w.Body.Bytes(), &list); err != nil || len(list) != c.want {
			t.Errorf("%s: %d %s, want %d applications", c.query, w.Code, w.Body, c.want)
		}
	}
}

func ask(events []progress.Event, path string) *httptest.ResponseRecorder {
	s := history.New(progress.ApplicationStart{}, history.Limits{})
	for _, e := range events {
		s.Apply(e)
	}
	w := httptest.NewRecorder()
	New(s, Options{Now: func() time.Time { return historytest.Now }}).ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	return w
}

// The newest running context answers unless another is named; with none running the text is the recorded one.
func TestSeveralStreamingContexts(t *testing.T) {
	start := func(id string, ms int) progress.Event {
		return progress.StreamingStart{Context: id, Interval: time.Duration(ms) * time.Millisecond, Time: historytest.Start}
	}
	events := []progress.Event{historytest.App, start("a", 1000), start("b", 2000)}
	stopB := append(slices.Clone(events), progress.StreamingStop{Context: "b", Time: historytest.Now})
	stopAll := append(slices.Clone(stopB), progress.StreamingStop{Context: "a", Time: historytest.Now})
	want, err := os.ReadFile("testdata/streaming-statistics-after-stop.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		events      []progress.Event
		query, want string
		code        int
	}{
		{events[:1], "", string(want), 404},
		{events, "", `"batchDuration" : 2000`, 200},
		{events, "?context=a", `"batchDuration" : 1000`, 200},
		{stopB, "", `"batchDuration" : 1000`, 200},
		{stopB, "?context=b", `"batchDuration" : 2000`, 200},
		{stopAll, "", string(want), 404},
		{stopAll, "?context=a", `"batchDuration" : 1000`, 200},
	} {
		w := ask(c.events, app+"/streaming/statistics"+c.query)
		if w.Code != c.code || !strings.Contains(w.Body.String(), strings.TrimSpace(c.want)) {
			t.Errorf("%s: %d %s, want %d with %s", c.query, w.Code, w.Body, c.code, c.want)
		}
	}
	w := ask(events[:2], app+"/streaming/statistics")
	if strings.Contains(w.Body.String(), "avg") {
		t.Errorf("averages of no batch: %s", w.Body)
	}
}

// There are no event logs: like Spark without them, it hands out an archive of nothing.
func TestLogs(t *testing.T) {
	w := served(t, app+"/logs")
	z, err := zip.NewReader(bytes.NewReader(w.Body.Bytes()), int64(w.Body.Len()))
	if w.Code != 200 || err != nil || len(z.File) != 0 || w.Header().Get("Content-Type") != "application/octet-stream" {
		t.Errorf("%d %v %v", w.Code, w.Header(), err)
	}
}

func TestDoublesAreWrittenAsInJava(t *testing.T) {
	for f, want := range map[double]string{
		0: "0.0", 1: "1.0", -1.5: "-1.5", 4955: "4955.0", 0.001: "0.001", 0.0009: "9.0E-4", 9999999: "9999999.0", 1e7: "1.0E7",
		2.52610628e8: "2.52610628E8", 18.91304347826087: "18.91304347826087", double(math.Inf(1)): `"Infinity"`, double(math.NaN()): `"NaN"`,
	} {
		got, err := f.MarshalJSON()
		if err != nil || string(got) != want {
			t.Errorf("%v: %s, want %s (%v)", float64(f), got, want, err)
		}
	}
}

func TestGoroutinesAsThreads(t *testing.T) {
	const stacks = "goroutine 1 [running]:\nmain.main()\n\t/src/main.go:3 +0x1d\n\n" +
		"goroutine 7 [chan receive, 3 minutes, locked to thread]:\nmain.wait(...)\n\t/src/wait.go:9\ncreated by main.main in goroutine 1\n\t/src/main.go:2 +0x2f\n\n" +
		"goroutine 9 [sleep]:\ntime.Sleep(0x1)\n\t/src/time.go:1 +0x1\n"
	var got []string
	for _, th := range threads(stacks) {
		got = append(got, th.State+" "+strings.Join(th.StackTrace.Elems, "|"))
	}
	want := []string{"RUNNABLE main.main() (/src/main.go:3)\n",
		"WAITING main.wait(...) (/src/wait.go:9)\n|created by main.main in goroutine 1 (/src/main.go:2)\n", "TIMED_WAITING time.Sleep(0x1) (/src/time.go:1)\n"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
	if n := len(threads(allStacks())); n < 2 {
		t.Errorf("%d goroutines in a running test", n)
	}
}
