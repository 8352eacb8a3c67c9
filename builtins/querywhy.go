package builtins

import (
	"fmt"
	"strings"
	"time"

	"gospark/session"
)

// whyText explains an empty output: what was read, what became of it, and what the query waits for.
func whyText(q *session.StreamingQuery) string {
	d := q.Detail()
	if f := q.Exception(); f != nil {
		return fmt.Sprintf("the query failed in batch %d: %v\n", f.Batch, f.Cause)
	}
	recent := q.RecentProgress()
	var b strings.Builder
	if !q.IsActive() {
		b.WriteString("the query is stopped\n")
	}
	if d.Muted {
		fmt.Fprintf(&b, "it is muted, and %d batches were not printed: :unmute %s\n", d.Hidden, handle(q))
	}
	if len(recent) == 0 {
		fmt.Fprintf(&b, "no batch has run yet: %s\n", q.Status().Message)
		return b.String()
	}
	last := recent[len(recent)-1]
	var in, out, late, filtered int64
	for _, p := range recent {
		in += p.NumInputRows
		out += max(0, p.Sink.NumOutputRows)
		for _, o := range p.StateOperators {
			late += o.NumRowsDroppedByWatermark
		}
		if p.NumInputRows > 0 && p.Sink.NumOutputRows == 0 && len(p.StateOperators) == 0 {
			filtered += p.NumInputRows
		}
	}
	fmt.Fprintf(&b, "the last %d batches read %d rows", len(recent), in)
	if last.Sink.NumOutputRows >= 0 {
		fmt.Fprintf(&b, " and wrote %d", out)
	}
	b.WriteByte('\n')
	if in == 0 {
		b.WriteString(waiting(last, false))
		return b.String()
	}
	if late > 0 {
		fmt.Fprintf(&b, "%d rows came too late, older than the watermark, and were dropped; a longer delay in WithWatermark keeps them\n", late)
	}
	if filtered > 0 {
		fmt.Fprintf(&b, "%d rows were read by batches that wrote none: conditions left all of them out\n", filtered)
	}
	if len(last.StateOperators) > 0 && last.Sink.NumOutputRows == 0 {
		b.WriteString(held(d, last, newest(recent)))
	}
	if last.NumInputRows == 0 {
		b.WriteString(waiting(last, true))
	}
	return b.String()
}

// waiting says where the sources are; read, that they gave something before.
func waiting(p *session.StreamingQueryProgress, read bool) string {
	var b strings.Builder
	for _, s := range p.Sources {
		fmt.Fprintf(&b, "%s is read up to %s", s.Description, offsetText(s.EndOffset))
		switch {
		case s.LatestOffset != nil && string(s.LatestOffset) != string(s.EndOffset):
			fmt.Fprintf(&b, ", it has up to %s: the next batch reads more\n", s.LatestOffset)
		default:
			b.WriteString(" and had nothing more: waiting for data\n")
		}
		if strings.HasPrefix(s.Description, "Kafka") && !read {
			b.WriteString("a new Kafka query starts at the latest records; add .Option(\"startingOffsets\", \"earliest\") to read the older ones\n")
		}
	}
	return b.String()
}

// newest is the latest event time that batches saw.
func newest(recent []*session.StreamingQueryProgress) (t time.Time) {
	for _, p := range recent {
		if m, err := time.Parse(time.RFC3339, p.EventTime["max"]); err == nil && m.After(t) {
			t = m
		}
	}
	return t
}

// held says what state waits for.
func held(d session.StreamingQueryDetail, p *session.StreamingQueryProgress, newest time.Time) string {
	var rows int64
	for _, o := range p.StateOperators {
		rows += o.NumRowsTotal
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d rows are held as state\n", rows)
	mark, err := time.Parse(time.RFC3339, p.EventTime["watermark"])
	switch {
	case d.Mode != "append":
		fmt.Fprintf(&b, "in output mode %s a batch writes what it changed, and the last one changed nothing\n", d.Mode)
	case err != nil:
		b.WriteString("in output mode append a row is written when it is final, and without a watermark nothing is: use WithWatermark, or OutputMode(\"update\")\n")
	case mark.UnixMilli() == 0:
		b.WriteString("there is no watermark yet: it is the newest event time less the delay, and is set at the end of a batch that saw one\n")
	default:
		at := mark.UTC().Format("2006-01-02 15:04:05.999")
		fmt.Fprintf(&b, "the watermark is %s: in output mode append a window is written when its end is not later than that\n", at)
		for _, w := range d.Watermarks {
			fmt.Fprintf(&b, "the newest %s is %s, and the delay %s: a window that ends at T is written after a %s of T + %s or later was read\n",
				w.Column, newest.UTC().Format("2006-01-02 15:04:05.999"), w.Delay, w.Column, w.Delay)
		}
		if len(p.Sources) > 1 {
			b.WriteString("with several sources the one that is furthest behind decides\n")
		}
	}
	return b.String()
}

// healthText judges the last batches of a query.
func healthText(q *session.StreamingQuery) string {
	if f := q.Exception(); f != nil {
		return fmt.Sprintf("failed in batch %d: %v\n", f.Batch, f.Cause)
	}
	recent := q.RecentProgress()
	if len(recent) == 0 {
		return "no batch yet: " + q.Status().Message + "\n"
	}
	recent = recent[max(0, len(recent)-judged):]
	var rows, took, every int64
	phases := map[string]int64{}
	var first, last time.Time
	for _, p := range recent {
		rows += p.NumInputRows
		took += p.BatchDuration
		for k, ms := range p.DurationMs {
			if k != "triggerExecution" {
				phases[k] += ms
			}
		}
		if t, err := time.Parse(time.RFC3339, p.Timestamp); err == nil {
			if first.IsZero() {
				first = t
			}
			last = t
		}
	}
	n := int64(len(recent))
	if n > 1 {
		every = last.Sub(first).Milliseconds() / (n - 1)
	}
	slowest, ms := "", int64(-1)
	for k, v := range phases {
		if v > ms || v == ms && k < slowest {
			slowest, ms = k, v
		}
	}
	verdict := "healthy"
	behind := behindText(recent[len(recent)-1])
	switch {
	case n == 1:
		verdict = "one batch so far"
	case every > 0 && took/n > every*9/10 && behind != "":
		verdict = "falling behind"
	case every > 0 && took/n > every*9/10 && rows > 0:
		verdict = "busy all the time"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: the last %s took %d ms on average", verdict, counted(int(n), "batch", "batches"), took/n)
	if every > 0 {
		fmt.Fprintf(&b, ", one every %d ms", every)
	}
	fmt.Fprintf(&b, ", %d rows each\n", rows/n)
	if took > 0 {
		fmt.Fprintf(&b, "most of it is %s, %d ms of %d (%d%%): %s\n", slowest, ms/n, took/n, 100*ms/took, phaseTexts[slowest])
	}
	b.WriteString(behind)
	return b.String()
}

// phaseTexts say what the parts of a batch are.
var phaseTexts = map[string]string{
	"latestOffset":  "asking the sources how far they are",
	"walCommit":     "writing the offsets to the checkpoint; a faster disk helps, or a longer trigger interval",
	"getBatch":      "preparing the read",
	"queryPlanning": "planning",
	"addBatch":      "reading, computing and writing the rows, and committing sink and state",
	"commitOffsets": "writing the commit to the checkpoint; a faster disk helps, or a longer trigger interval",
}

// behindText says which sources have more than was read.
func behindText(p *session.StreamingQueryProgress) string {
	var b strings.Builder
	for _, s := range p.Sources {
		if s.LatestOffset != nil && string(s.LatestOffset) != string(s.EndOffset) {
			fmt.Fprintf(&b, "%s is read up to %s and has up to %s\n", s.Description, s.EndOffset, s.LatestOffset)
		}
	}
	return b.String()
}
