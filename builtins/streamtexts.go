package builtins

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"gospark/session"
)

// streamTexts are what the commands of streaming queries say of a stream of a StreamingContext.
var streamTexts = map[string]func(*session.StreamingContext) (string, error){
	"progress":   text1(streamProgress),
	"explain":    text1((*session.StreamingContext).DAG),
	"health":     text1(streamHealth),
	"why":        text1(streamWhy),
	"checkpoint": text1(streamCheckpoint),
	"state": func(ssc *session.StreamingContext) (string, error) {
		return "", fmt.Errorf("%s: the state of UpdateStateByKey and MapWithState is not counted; print the stream they make, or its StateSnapshots()", ssc.ID())
	},
	"footer": func(ssc *session.StreamingContext) (string, error) {
		return "", fmt.Errorf("%s: a footer is for streaming queries; :queries, :progress and :top show what the batches of a stream do", ssc.ID())
	},
	"restart": func(ssc *session.StreamingContext) (string, error) {
		return "", fmt.Errorf("%s: a streaming context that was stopped has to be defined again, as in Spark; with StreamingContextGetOrCreate a new one goes on from its checkpoint", ssc.ID())
	},
}

func text1(f func(*session.StreamingContext) string) func(*session.StreamingContext) (string, error) {
	return func(ssc *session.StreamingContext) (string, error) { return f(ssc), nil }
}

// idleText says why a stream has no batches, "" if it has.
func idleText(st session.StreamingStatus) string {
	switch {
	case st.State == session.StreamingInitialized && len(st.Outputs) == 0:
		return fmt.Sprintf("%s is defined but has no output, such as Print(), and is not started\n", st.ID)
	case st.State == session.StreamingInitialized:
		return fmt.Sprintf("%s is defined but not started: ssc.Start(), or :start %[1]s\n", st.ID)
	case st.Batches == 0 && st.State == session.StreamingActive:
		return fmt.Sprintf("no batch yet: the first one ends an interval of %s after the start\n", st.Interval)
	case st.Batches == 0:
		return "the stream was stopped before its first batch\n"
	}
	return ""
}

func streamProgress(ssc *session.StreamingContext) string {
	st := ssc.Status()
	if text := idleText(st); text != "" || st.Last == nil {
		return text
	}
	var b strings.Builder
	l := st.Last
	fmt.Fprintf(&b, "the batch of %s took %s, after it had waited %s: %d rows in, %s/s\n", l.Time.Format("15:04:05.999"), short(l.ProcessingTime), short(l.SchedulingDelay),
		l.Rows, number(float64(l.Rows)/st.Interval.Seconds()))
	if l.Err != nil {
		fmt.Fprintf(&b, "it failed: %v\n", l.Err)
	}
	rows := [][]string{{"INPUT", "STATE", "ROWS SO FAR", "ROWS/S ALLOWED"}}
	for _, in := range st.Inputs {
		state, limit := in.State, "any"
		if state == "" {
			state = "-"
		}
		if in.Rate > 0 {
			limit = number(in.Rate)
		}
		rows = append(rows, []string{in.Name, state, fmt.Sprint(in.Rows), limit})
	}
	b.WriteString(table(rows))
	fmt.Fprintf(&b, "%d batches with %d rows so far", st.Batches, st.Rows)
	if st.Failed > 0 {
		fmt.Fprintf(&b, ", of which %d with %d rows failed", st.Failed, st.FailedRows)
	}
	b.WriteByte('\n')
	return b.String()
}

// judged is how many of the last batches a verdict rests on.
const judged = 10

// streamHealth judges the batch interval by the last batches.
func streamHealth(ssc *session.StreamingContext) string {
	st := ssc.Status()
	if text := idleText(st); text != "" {
		return text
	}
	recent := ssc.RecentBatches()
	return streamVerdict(st, recent[max(0, len(recent)-judged):])
}

func streamVerdict(st session.StreamingStatus, recent []session.StreamingBatch) string {
	var took, longest, waited time.Duration
	var rows int64
	failed := 0
	for _, x := range recent {
		took += x.ProcessingTime
		longest = max(longest, x.ProcessingTime)
		waited += x.SchedulingDelay
		rows += x.Rows
		if x.Err != nil {
			failed++
		}
	}
	n := time.Duration(max(len(recent), 1))
	took, waited = took/n, waited/n
	share := 100 * float64(took) / float64(st.Interval)
	verdict := "healthy"
	switch {
	case st.State != session.StreamingActive:
		verdict = "stopped"
	case failed > 0:
		verdict = fmt.Sprintf("%s of the last %d failed", counted(failed, "batch", "batches"), len(recent))
	case st.Queued > 1 || share > 100:
		verdict = "falling behind"
	case share > 80:
		verdict = "close to the limit"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: the last %s took %s on average (%s of the interval of %s) and %s at most, with %d rows each\n", verdict,
		counted(len(recent), "batch", "batches"), short(took), percent(share), st.Interval, short(longest), rows/int64(n))
	fmt.Fprintf(&b, "they waited %s on average before they began; %s waiting now\n", short(waited), counted(st.Queued, "batch is", "batches are"))
	if st.State == session.StreamingActive && share > 80 {
		fmt.Fprintf(&b, "processing is the bottleneck: an interval of %s would do, or more slots (--master local[N]), or spark.streaming.backpressure.enabled to take in less\n",
			enough(took))
	}
	for _, in := range st.Inputs {
		if in.Err != "" {
			fmt.Fprintf(&b, "%s: %s\n", in.Name, in.Err)
		}
	}
	return b.String()
}

// enough is an interval that batches of the given time leave a fifth of.
func enough(took time.Duration) time.Duration {
	d := took * 5 / 4
	unit := 100 * time.Millisecond
	if d > 10*time.Second {
		unit = time.Second
	}
	return (d + unit - 1).Truncate(unit)
}

func percent(p float64) string {
	if p < 1 {
		return "under 1%"
	}
	return fmt.Sprintf("%.0f%%", p)
}

// counted is a number with the word that fits it.
func counted(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, more)
}

// streamWhy explains why a stream prints nothing.
func streamWhy(ssc *session.StreamingContext) string {
	st := ssc.Status()
	var b strings.Builder
	if st.Muted {
		fmt.Fprintf(&b, "it is muted, and %d batches were not printed: :unmute %s\n", st.MutedBlocks, st.ID)
	}
	if st.Paused {
		fmt.Fprintf(&b, "it is paused, %s: :pause %s prints them\n", holdText(st.Held), st.ID)
	}
	if text := idleText(st); text != "" {
		return b.String() + text
	}
	if st.State != session.StreamingActive {
		b.WriteString("the stream is stopped\n")
	}
	if st.Err != nil {
		fmt.Fprintf(&b, "it stopped by itself: %v\n", st.Err)
	}
	if l := st.Last; l != nil && l.Err != nil {
		fmt.Fprintf(&b, "the last batch failed: %v\n", l.Err)
	}
	uncounted := slices.ContainsFunc(st.Inputs, queued)
	if uncounted {
		fmt.Fprintf(&b, "%s run", counted(int(st.Batches), "batch has", "batches have"))
	} else {
		fmt.Fprintf(&b, "%s read %s", counted(int(st.Batches), "batch has", "batches have"), counted(int(st.Rows), "row", "rows"))
	}
	fmt.Fprintf(&b, "; the outputs are %s\n", strings.Join(st.Outputs, ", "))
	for _, in := range st.Inputs {
		switch {
		case queued(in):
			fmt.Fprintf(&b, "%s: its records are not counted\n", in.Name)
		case in.Err != "":
			fmt.Fprintf(&b, "%s: %s: %s\n", in.Name, in.State, in.Err)
		case in.Rows == 0 && in.State == "":
			fmt.Fprintf(&b, "%s has given nothing yet\n", in.Name)
		case in.Rows == 0:
			fmt.Fprintf(&b, "%s (%s) has given nothing yet\n", in.Name, in.State)
		default:
			fmt.Fprintf(&b, "%s has given %s\n", in.Name, counted(int(in.Rows), "row", "rows"))
		}
	}
	if !uncounted && st.Last != nil && st.Last.Rows == 0 && st.Rows > 0 {
		b.WriteString("the last batch read none\n")
	}
	if st.Queued > 1 {
		fmt.Fprintf(&b, "%d batches wait: :health says what takes the time\n", st.Queued)
	}
	return b.String()
}

// queued tells the input of QueueStream, whose RDDs are not counted before they are used.
func queued(in session.StreamingInput) bool { return in.Uncounted }

func streamCheckpoint(ssc *session.StreamingContext) string {
	if dir := ssc.Status().Checkpoint; dir != "" {
		return fmt.Sprintf("%s\nStreamingContextGetOrCreate(%[1]q, func() *StreamingContext { … }) goes on from there\n", dir)
	}
	return "no checkpoint: set one with ssc.Checkpoint(dir), and define the stream within StreamingContextGetOrCreate to go on after a restart\n"
}
