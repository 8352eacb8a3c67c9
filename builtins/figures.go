package builtins

import (
	"fmt"
	"math"
	"strings"
	"time"

	"gospark/session"
)

// figures are what the last batches of a stream or streaming query did, from its reports.
type figures struct {
	id, state string
	batches   int64
	last      time.Time // of the last batch; zero without one
	rate      []float64 // rows a second that came
	took      []float64 // ms
	delay     []float64 // ms that batches waited; nil for queries, whose batches do not
	rows      []float64 // of state; nil for streams
}

// figures of the streams and streaming queries that are there.
func (c *Commands) figures() []figures {
	var all []figures
	for _, ssc := range c.Session.SparkContext().StreamingContexts() {
		all = append(all, streamFigures(ssc))
	}
	for _, q := range c.latestRuns() {
		all = append(all, queryFigures(q))
	}
	return all
}

// latestRuns are the queries that are there; of one that was started again, the last run.
func (c *Commands) latestRuns() []*session.StreamingQuery {
	var runs []*session.StreamingQuery
	at := map[string]int{}
	for _, q := range c.Session.Streams().All() {
		if i, ok := at[handle(q)]; ok {
			runs[i] = q
			continue
		}
		at[handle(q)] = len(runs)
		runs = append(runs, q)
	}
	return runs
}

func streamFigures(ssc *session.StreamingContext) figures {
	st := ssc.Status()
	f := figures{id: st.ID, state: strings.ToLower(fmt.Sprint(st.State)), batches: st.Batches, delay: []float64{}}
	for _, b := range ssc.RecentBatches() {
		f.last = b.Time
		f.rate = append(f.rate, float64(b.Rows)/st.Interval.Seconds())
		f.took = append(f.took, float64(b.ProcessingTime)/1e6)
		f.delay = append(f.delay, float64(b.SchedulingDelay)/1e6)
	}
	return f
}

func queryFigures(q *session.StreamingQuery) figures {
	f := figures{id: handle(q), state: stateOf(q), rows: []float64{}}
	for _, p := range q.RecentProgress() {
		if t, err := time.Parse(time.RFC3339, p.Timestamp); err == nil {
			f.last = t
		}
		f.batches = p.BatchID + 1
		rate, _ := p.InputRowsPerSecond.Rows()
		f.rate = append(f.rate, rate)
		f.took = append(f.took, float64(p.BatchDuration))
		var n int64
		for _, o := range p.StateOperators {
			n += o.NumRowsTotal
		}
		f.rows = append(f.rows, float64(n))
	}
	return f
}

// sparks are the eighths of a line.
var sparks = []rune("▁▂▃▄▅▆▇█")

// sparkline draws the last values, one a column, from zero to the greatest of them.
func sparkline(values []float64, width int) string {
	values = values[max(len(values)-max(width, 0), 0):]
	top := 0.0
	for _, v := range values {
		top = max(top, v)
	}
	var b strings.Builder
	for _, v := range values {
		i := 0
		if top > 0 && v > 0 {
			i = min(int(v/top*float64(len(sparks))), len(sparks)-1)
		}
		b.WriteRune(sparks[i])
	}
	return b.String()
}

// number writes a figure with three digits or so.
func number(v float64) string {
	switch {
	case v == math.Trunc(v) || v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}

// lastOf is the last value as text, - if there is none.
func lastOf(values []float64, unit string) string {
	if len(values) == 0 {
		return "-"
	}
	return number(values[len(values)-1]) + unit
}
