package builtins

import (
	"errors"
	"io"
	"regexp"
	"testing"
	"time"

	"gospark/session"
)

// The verdict of :health on batches of a stream.
func TestStreamVerdict(t *testing.T) {
	batches := func(n int, took time.Duration) (all []session.StreamingBatch) {
		for range n {
			all = append(all, session.StreamingBatch{Rows: 8, ProcessingTime: took, SchedulingDelay: time.Millisecond})
		}
		return all
	}
	failed := append(batches(3, time.Millisecond), session.StreamingBatch{Err: errors.New("no")})
	for _, c := range []struct {
		name   string
		state  session.StreamingContextState
		queued int
		recent []session.StreamingBatch
		want   string
	}{
		{"quick", session.StreamingActive, 0, batches(10, 20*time.Millisecond), `^healthy: the last 10 batches took 20ms on average \(2% of the interval of 1s\) and 20ms at most, with 8 rows each\nthey waited 1ms on average before they began; 0 batches are waiting now\n$`},
		{"nearly", session.StreamingActive, 1, batches(5, 900*time.Millisecond), `^close to the limit: .*\n.*; 1 batch is waiting now\nprocessing is the bottleneck: an interval of 1.2s would do`},
		{"slow", session.StreamingActive, 3, batches(5, 1500*time.Millisecond), `^falling behind: .*\(150% of the interval of 1s\).*\n.*3 batches are waiting now\n.*an interval of 1.9s would do`},
		{"failing", session.StreamingActive, 0, failed, `^1 batch of the last 4 failed: `},
		{"stopped", session.StreamingStopped, 0, batches(1, 2*time.Second), `^stopped: the last 1 batch took 2s on average .*\n[^\n]*\n$`},
	} {
		st := session.StreamingStatus{State: c.state, Interval: time.Second, Queued: c.queued}
		if got := streamVerdict(st, c.recent); !regexp.MustCompile(c.want).MatchString(got) {
			t.Errorf("%s: got\n%swant %s", c.name, got, c.want)
		}
	}
}

// What the commands say of a stream from its definition to its end.
func TestCommandsOfAStream(t *testing.T) {
	spark, err := session.New(session.Config{Master: "local[2]", Out: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	defer spark.Stop()
	c := &Commands{Session: spark}
	says := func(name, want string) {
		t.Helper()
		ssc := c.context(nil, "stream-1")
		if ssc == nil {
			t.Fatal("no stream-1")
		}
		text, err := streamTexts[name](ssc)
		if err != nil {
			text = err.Error()
		}
		if !regexp.MustCompile(want).MatchString(text) {
			t.Errorf(":%s: got\n%s\nwant %s", name, text, want)
		}
	}
	ssc := session.NewStreamingContext(spark.SparkContext(), 20*time.Millisecond)
	queue := make(chan []int, 1)
	in := ssc.QueueStream(queue)
	says("why", "^stream-1 is defined but has no output")
	in.Print()
	for _, name := range []string{"why", "health", "progress"} {
		says(name, `^stream-1 is defined but not started: ssc.Start\(\), or :start stream-1\n$`)
	}
	says("checkpoint", "^no checkpoint: set one with ssc.Checkpoint")
	for _, name := range []string{"state", "footer", "restart"} {
		says(name, "^stream-1: ")
	}
	ssc.Start()
	queue <- []int{1, 2}
	look, deadline := time.NewTicker(time.Millisecond), time.After(30*time.Second)
	defer look.Stop()
	for ssc.Status().Batches == 0 {
		select {
		case <-look.C:
		case <-deadline:
			t.Fatal("no batch")
		}
	}
	says("why", `(?s)^\d+ batch(es have| has) run; the outputs are print at .*\nqueue stream: its records are not counted\n$`)
	says("health", `^[a-z ]+: the last \d+ batch(es)? took `)
	says("progress", `^the batch of \d\d:\d\d:\d\d(\.\d+)? took .*\nINPUT +STATE +ROWS SO FAR +ROWS/S ALLOWED\nqueue stream +- +0 +any\n\d+ batches with 0 rows so far\n$`)
	says("explain", `^stream-1: every 20ms\nprint at `)
	ssc.Mute()
	says("why", "^it is muted, and ")
	if c.context(nil, "") != ssc {
		t.Error("the only stream is not meant without a name")
	}
	ssc.Stop(false)
	text, err := streamTexts["why"](ssc)
	if err != nil || !regexp.MustCompile("the stream is stopped\n").MatchString(text) {
		t.Errorf("stopped: %s%v", text, err)
	}
}
