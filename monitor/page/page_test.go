package page

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"gospark/monitor/history"
	"gospark/monitor/historytest"
	"gospark/runtime/progress"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func handler(s *history.Store) http.Handler {
	return New(s, Options{Now: func() time.Time { return historytest.Now }})
}

func get(t *testing.T, h http.Handler, path string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	return w
}

var tags = regexp.MustCompile(`(?s)<[^>]*>`)

// shown is the text of a page with one space where there was space or a tag.
func shown(page string) string {
	return strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString(page, " "))), " ")
}

func TestPages(t *testing.T) {
	h := handler(historytest.Store())
	for _, c := range []struct {
		path string
		want []string
	}{
		{"/streaming/", []string{"Streaming Queries Jobs Stages Storage Environment Executors", "words running", "Batch interval 2 s", "Running for 50 s Since",
			"Batches completed 3 Rows received 100 Rows processed 60", "Input rate avg 17.5 rows/s", "Scheduling delay avg 25 ms", "Processing time avg 200 ms",
			"Total delay avg 220 ms", "0 SocketTextStream localhost:9999 active 168 14.0", "connection refused", "1 QueueStream none: read per batch 42 3.5",
			"Active batches 3", "60 – – – 0/2 queued", "40 40 ms – – 0/2 processing", "Completed batches 3", "20 20 ms 200 ms 220 ms 1/2 (1 failed) completed",
			"index out of range"}},
		{"/streaming/batch/?id=1767261614000", []string{"words earlier batch later batch", "completed Rows 20 Batch interval 2 s", "Scheduling delay 20 ms Processing time 200 ms Total delay 220 ms",
			"1 QueueStream 4 files 2", "0: print at snippet:4 succeeded 90 ms", "1: print at snippet:5 failed 90 ms", "runtime error: index out of range", "2/2 3/3"}},
		{"/streaming/batch/?id=1767261620000&context=ssc-1", []string{"queued Rows 50", "0: print at snippet:4 queued", "No jobs."}},
		{"/queries/", []string{"Active 1", "clicks 1e91d164-8b2e-4b36-885b-9afa1e74b05c running", "10 s 3 30.0 750 12 2 7 s",
			"Ended 1", "(no name) 7c1f0f0e-58a2-4a1c-9f3e-0a4a0c9b0d11 failed [STREAM_FAILED] division by zero"}},
		{"/queries/query/?run=" + historytest.RunID, []string{"clicks running", "Late rows dropped 2", "Input rate avg 20.0 rows/s", "Batch duration avg 40 ms",
			"State avg 8.0 rows", "Watermark behind the newest event avg 7 s", `KafkaV2[Subscribe[clicks]] 30 {"clicks":{"0":7}} {"clicks":{"0":9}} {"clicks":{"0":12}}`,
			"stateStoreSave 12 4 0 2 2.0 KiB 0 ms", "Batches 3 retained", "2 2026-01-01T10:00:53.000Z 30 3 2 12 40 ms"}},
		{"/queries/query/?run=" + historytest.FailedRunID, []string{"(no name) failed", "[STREAM_FAILED] division by zero", "No batch yet."}},
		{"/jobs/", []string{"Jobs 10", "Active 2", "102 count at snippet:11", "0/2 (2 running)", "Failed 2", "101 collect at snippet:10", "0/1 (2 failed) (2 skipped)",
			"Completed 6", "100 count at snippet:9 how many <words>", "500 ms 1/1 (1 skipped) 3/3 (4 skipped)", "batch "}},
		{"/jobs/job/?id=100", []string{"Job 100 succeeded", "Group g1", "200 map at snippet:9", "201 count at snippet:9"}},
		{"/stages/", []string{"Active 2", "Pending 1", "Failed 1", "Completed 13", "Skipped 2", "6 rows 198 B"}},
		{"/stages/stage/?id=201", []string{"Stage 201 complete", "Job 100", "Reads from stage 200", "Time of all tasks 150 ms", "Duration 40 ms 40 ms 50 ms 60 ms 60 ms", "7 blanks 12",
			"2010 0 0 0 success"}},
		{"/stages/stage/?id=202&attempt=0", []string{"Stage 202 failed", "2021 0 1 0 failed division by zero"}},
		{"/storage/", []string{"71 words Memory Deserialized 1x Replicated 2/3 2.9 KiB 0 B"}},
		{"/storage/rdd/?id=71", []string{"words 71", "Cached partitions 2 of 3", "2 Memory Deserialized 1x Replicated 2.0 KiB 0 B"}},
		{"/environment/", []string{"Name Spark shell ID local-1767261600000 Master local[2]", "spark.master local[2]", "GOMAXPROCS 2", "Go go1."}},
		{"/executors/", []string{"with 2 slots", "Slots busy 4 of 2", "Jobs 6 2 2 active", "Stages 13 1 2 skipped", "Cached 2 partitions, 2.9 KiB"}},
	} {
		w := get(t, h, c.path)
		text := shown(w.Body.String())
		if w.Code != 200 || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
			t.Errorf("GET %s: %d %s", c.path, w.Code, text)
		}
		for _, want := range c.want {
			if !strings.Contains(text, want) {
				t.Errorf("GET %s: %q is not in\n%s", c.path, want, text)
			}
		}
	}
}

func TestBeforeAnythingHappened(t *testing.T) {
	h := handler(history.New(progress.ApplicationStart{}, history.Limits{}))
	for path, want := range map[string]string{
		"/streaming/": "No streaming context was started yet.", "/queries/": "None runs.", "/jobs/": "No job ran yet.", "/stages/": "No stage ran yet.",
		"/storage/": "Nothing is cached.", "/environment/": "Go runtime", "/executors/": "There is one",
	} {
		if w := get(t, h, path); w.Code != 200 || !strings.Contains(shown(w.Body.String()), want) {
			t.Errorf("GET %s: %d %s", path, w.Code, shown(w.Body.String()))
		}
	}
	if w := get(t, h, "/"); w.Code != 302 || w.Header().Get("Location") != "/jobs/" {
		t.Errorf("/: %d %v", w.Code, w.Header())
	}
	for first, events := range map[string][]progress.Event{"/streaming/": historytest.Batch("ssc-1", 1), "/queries/": historytest.Events()} {
		s := history.New(historytest.App, history.Limits{})
		for _, e := range events {
			s.Apply(e)
		}
		if w := get(t, handler(s), "/"); w.Header().Get("Location") != first {
			t.Errorf("/: %v, want %s", w.Header(), first)
		}
	}
}

func TestNotFound(t *testing.T) {
	h := handler(historytest.Store())
	for path, want := range map[string]string{
		"/nothing": "There is no page /nothing", "/jobs": "", "/jobs/job/?id=77": "There is no job 77", "/jobs/job/": "There is no job",
		"/jobs/job/?id=<b>": "There is no job <b>", "/stages/stage/?id=201&attempt=3": "There is no stage 201 with that attempt",
		"/storage/rdd/?id=x": "No dataset x is cached", "/streaming/?context=zz": "There is no streaming context zz",
		"/streaming/batch/?id=1": "There is no batch 1", "/streaming/batch/?id=1767261614000&context=zz": "There is no batch 1767261614000",
		"/static/": "", "/static/nothing.js": "", "/static/../page.go": "",
	} {
		w := get(t, h, path)
		if want == "" {
			if w.Code == 200 {
				t.Errorf("GET %s: %s", path, w.Body)
			}
			continue
		}
		if w.Code != 404 || !strings.Contains(shown(w.Body.String()), want) {
			t.Errorf("GET %s: %d %s", path, w.Code, shown(w.Body.String()))
		}
	}
}

var links = regexp.MustCompile(`(?:href|src)="([^"]*)"`)

// Every link of every page that is reached from the first leads somewhere.
func TestLinks(t *testing.T) {
	h := handler(historytest.Store())
	elsewhere := []string{"/api/", "/metrics/", "/debug/"} // served beside the pages
	todo, seen := []string{"/"}, map[string]bool{}
	for len(todo) > 0 {
		path := todo[0]
		todo = todo[1:]
		if seen[path] || slices.ContainsFunc(elsewhere, func(p string) bool { return strings.HasPrefix(path, p) }) {
			continue
		}
		seen[path] = true
		w := get(t, h, path)
		if loc := w.Header().Get("Location"); loc != "" {
			todo = append(todo, loc)
			continue
		}
		if w.Code != 200 {
			t.Errorf("%s: %d", path, w.Code)
		}
		if strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
			for _, m := range links.FindAllStringSubmatch(w.Body.String(), -1) {
				if !strings.HasPrefix(m[1], "/") {
					t.Errorf("%s links to %s: nothing outside is used", path, m[1])
				}
				todo = append(todo, html.UnescapeString(m[1]))
			}
		}
	}
	if len(seen) < 40 {
		t.Errorf("only %d pages reached", len(seen))
	}
}

// hostile makes every text of every event a piece of markup.
func hostile() *history.Store {
	const evil = `"'><script>alert(1)</script><img src=x onerror=alert(1)>&lt;`
	s := history.New(progress.ApplicationStart{ID: evil, Name: evil, Master: evil, User: evil, Version: evil}, history.Limits{})
	st := progress.StageInfo{ID: 1, Name: evil, Details: evil, Tasks: 2, ParentIDs: []int{0}}
	op := progress.OutputOp{Name: evil, Description: evil, Err: evil, Jobs: []int{1, 9}}
	in := progress.StreamInfo{Name: evil, Receiver: true}
	for _, e := range []progress.Event{
		progress.EnvironmentUpdate{SparkProperties: [][2]string{{evil, evil}}, SystemProperties: [][2]string{{evil, evil}}},
		progress.StreamingStart{Context: "other"},
		progress.StreamingStart{Context: evil, Name: evil, Inputs: []progress.StreamInfo{in}},
		progress.ReceiverState{Context: evil, Stream: in, Err: evil},
		progress.JobStart{ID: 1, Name: evil, Description: evil, Group: evil, Stages: []progress.StageInfo{st}, BatchTime: 1000, Context: evil},
		progress.StageSubmitted{Stage: st, JobID: 1},
		progress.TaskEnd{StageID: 1, ID: 1, Err: evil}, progress.TaskEnd{StageID: 1, ID: 2}, progress.TaskEnd{StageID: 1, ID: 3},
		progress.StageCompleted{Stage: st, JobID: 1, Err: evil, Accumulators: []progress.AccumulatorUpdate{{Name: evil, Value: evil}}},
		progress.JobEnd{ID: 1, Err: evil},
		progress.BatchCompleted{Context: evil, BatchTime: 1000, Inputs: []progress.InputInfo{{Rows: 1, Metadata: map[string]any{evil: evil}}}, Outputs: []progress.OutputOp{op}},
		progress.StorageUpdate{Name: evil, Level: evil, Blocks: []progress.StorageBlock{{Level: evil}}},
		progress.StreamingStop{Context: evil, Err: evil},
	} {
		s.Apply(e)
	}
	return s
}

func TestTextIsNeverMarkup(t *testing.T) {
	h := handler(hostile())
	todo, seen := []string{"/", "/nothing/<script>alert(1)</script>", "/jobs/job/?id=<script>alert(1)</script>"}, map[string]bool{}
	for len(todo) > 0 {
		path := todo[0]
		todo = todo[1:]
		if seen[path] || strings.HasPrefix(path, "/static") || strings.HasPrefix(path, "/debug") || strings.HasPrefix(path, "/api") || strings.HasPrefix(path, "/metrics") {
			continue
		}
		seen[path] = true
		r := httptest.NewRequest("GET", "/", nil)
		r.URL.Path, r.URL.RawQuery, _ = strings.Cut(path, "?")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if loc := w.Header().Get("Location"); loc != "" {
			todo = append(todo, loc)
			continue
		}
		body := w.Body.String()
		if strings.Contains(body, "<script>") || strings.Contains(body, "<img src=x") {
			t.Errorf("%s holds markup from a name:\n%s", path, body)
		}
		if p := w.Header().Get("Content-Security-Policy"); !strings.Contains(p, "script-src 'self'") || strings.Contains(p, "unsafe") {
			t.Errorf("%s: policy %q", path, p)
		}
		for _, m := range links.FindAllStringSubmatch(body, -1) {
			todo = append(todo, html.UnescapeString(m[1]))
		}
	}
	if len(seen) < 14 {
		t.Errorf("only %d pages looked at: %v", len(seen), seen)
	}
	// The text itself is there.
	if w := get(t, h, "/streaming/?context=other"); !strings.Contains(shown(w.Body.String()), `"'><script>alert(1)</script>`) {
		t.Error("the name is not shown")
	}
}

var chartAttribute = regexp.MustCompile(`data-chart="([^"]*)"`)

func TestChartsHoldTheFigures(t *testing.T) {
	var list []chartData
	for _, m := range chartAttribute.FindAllStringSubmatch(get(t, handler(historytest.Store()), "/streaming/").Body.String(), -1) {
		var d chartData
		if err := json.Unmarshal([]byte(html.UnescapeString(m[1])), &d); err != nil {
			t.Fatal(err)
		}
		list = append(list, d)
	}
	if len(list) != 6 { // four and one for each input stream
		t.Fatalf("%d charts", len(list))
	}
	first := float64(historytest.BatchTime(1))
	for i, want := range []chartData{
		{Unit: "rows/s", Points: [][]float64{{first, 5}, {first + 2000, 10}, {first + 4000, 15}, {first + 6000, 20}, {first + 8000, 25}, {first + 10000, 30}}},
		{Unit: "ms", Points: [][]float64{{first, 10}, {first + 2000, 20}, {first + 4000, 30}, {first + 6000, 40}}},
		{Unit: "ms", Stable: 2000, Points: [][]float64{{first, 200}, {first + 2000, 200}, {first + 4000, 200}}},
		{Unit: "ms", Points: [][]float64{{first, 210}, {first + 2000, 220}, {first + 4000, 230}}},
	} {
		want.Color = i + 1
		if fmt.Sprint(list[i]) != fmt.Sprint(want) {
			t.Errorf("chart %d: %v, want %v", i, list[i], want)
		}
	}
}

func TestFallingBehindIsSaid(t *testing.T) {
	events := func(took time.Duration) *history.Store {
		s := history.New(historytest.App, history.Limits{})
		s.Apply(progress.StreamingStart{Context: "a", Interval: time.Second, Time: historytest.Start})
		for n := range 3 {
			at := historytest.Start.Add(time.Duration(n) * time.Second)
			s.Apply(progress.BatchSubmitted{Context: "a", BatchTime: at.UnixMilli(), Submitted: at})
			if n < 2 {
				s.Apply(progress.BatchCompleted{Context: "a", BatchTime: at.UnixMilli(), Submitted: at, Started: at, Completed: at.Add(took)})
			}
		}
		return s
	}
	const said = "Batches take 1.50 s on average, but one is due every 1 s"
	if text := shown(get(t, handler(events(1500*time.Millisecond)), "/streaming/").Body.String()); !strings.Contains(text, said) {
		t.Errorf("not said: %s", text)
	}
	if text := shown(get(t, handler(events(900*time.Millisecond)), "/streaming/").Body.String()); strings.Contains(text, "falling behind") {
		t.Errorf("said of a stream that keeps up: %s", text)
	}
}

func TestLostEventsAreSaid(t *testing.T) {
	h := New(historytest.Store(), Options{Now: time.Now, Dropped: func() map[string]int64 { return map[string]int64{"monitor": 1200, "x": 34} }})
	if text := shown(get(t, h, "/jobs/").Body.String()); !strings.Contains(text, "1,234 events were lost") {
		t.Errorf("not said: %s", text)
	}
}

// A page is told when it opens and at changes, and the connection ends with the monitor or with the reader.
func TestLive(t *testing.T) {
	for _, end := range []string{"monitor", "reader"} {
		store, done := history.New(historytest.App, history.Limits{}), make(chan struct{})
		server := httptest.NewServer(New(store, Options{Now: time.Now, Done: done}))
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		r, err := http.NewRequestWithContext(ctx, "GET", server.URL+"/events", nil)
		if err != nil {
			t.Fatal(err)
		}
		client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
		resp, err := client.Do(r)
		if err != nil || resp.Header.Get("Content-Type") != "text/event-stream" {
			t.Fatal(err, resp)
		}
		lines := bufio.NewScanner(resp.Body)
		next := func() string {
			for lines.Scan() {
				if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
					return data
				}
			}
			return "ended"
		}
		if got := next(); got != "0" {
			t.Errorf("at first: %s", got)
		}
		store.Apply(progress.JobStart{ID: 1})
		if got := next(); got != "1" {
			t.Errorf("after an event: %s", got)
		}
		for range 3 {
			store.Apply(progress.JobEnd{ID: 1})
		}
		for got := next(); got != "4"; got = next() {
			if got == "ended" {
				t.Fatal("ended before the last event was told")
			}
		}
		if end == "monitor" {
			close(done)
			if got := next(); got != "ended" {
				t.Errorf("after the end: %s", got)
			}
		} else {
			cancel()
		}
		resp.Body.Close()
		cancel()
		server.Close()
	}
}

func TestFormats(t *testing.T) {
	for want, got := range map[string]string{
		"0": count(0), "999": count(999), "1,000": count(1000), "-1,234,567": count(int64(-1234567)),
		"0 B": size(0), "1023 B": size(1023), "1.0 KiB": size(1024), "117 MiB": size(123 << 20 * 95 / 100), "2.0 GiB": size(2 << 30),
		"0 ms": duration(time.Duration(0)), "5 µs": duration(5 * time.Microsecond), "999 ms": duration(999 * time.Millisecond),
		"2 s": duration(2 * time.Second), "1.25 s": duration(1250 * time.Millisecond), "12.5 s": duration(12500 * time.Millisecond),
		"3 min 20 s": duration(200 * time.Second), "2 h 5 min": duration(125 * time.Minute), "3 d 1 h": duration(73 * time.Hour), "–": duration((*time.Duration)(nil)),
		"17.5": rate(17.5), "1,235": rate(1234.6),
	} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
