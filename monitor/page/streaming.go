package page

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"time"

	"gospark/monitor/history"
)

// shownBatches is how many completed batches the table lists; the charts have all that are retained.
const shownBatches = 100

// recentBatches are those that decide whether a stream keeps up.
const recentBatches = 10

type streamingView struct {
	Contexts []contextLink
	None     bool

	ID, Name             string
	Running              bool
	Err                  string
	Interval, Ran        time.Duration
	Started, Stopped     time.Time
	Completed            int64
	Received, Processed  int64
	Behind               *behind
	Charts               []chart
	Inputs               []inputView
	Active, Done         []batchRow
	RetainedDone, Hidden int
}

// A contextLink leads to the page of another streaming context.
type contextLink struct {
	Label, Href     string
	Running, Chosen bool
}

// behind says that batches take longer than their interval.
type behind struct{ Takes, Interval time.Duration }

// A chart is drawn by the script.
type chart struct {
	Title   string
	Average string
	Data    chartData
}

// chartData is read by the script: points are [ms, value], or with Series [ms, values...], which are stacked.
type chartData struct {
	Unit   string      `json:"unit"` // "ms", "rows/s" or "rows"
	Color  int         `json:"color"`
	Stable float64     `json:"stable,omitempty"` // a line at this value: the batch interval
	Points [][]float64 `json:"points"`
	Series []string    `json:"series,omitempty"`
}

type inputView struct {
	ID       int
	Name     string
	Receiver bool
	State    string // "active", "inactive", "starting"; empty without receiver
	Err      string
	ErrTime  time.Time
	Rows     int64 // in the retained batches
	Rate     float64
	Data     chartData
}

type batchRow struct {
	Href                          string
	Time                          string
	Status                        string
	Rows                          int64
	Scheduling, Processing, Total *time.Duration
	Over                          bool // processing took longer than the interval
	DoneOps, FailedOps, Ops       int
	FirstFailure                  string
}

func (v *streamingView) title() string { return "Streaming" }

// context gives the context that is asked for or, without one, the newest running or else the newest.
func (q *query) context() *history.Context {
	if id := q.http.URL.Query().Get("context"); id != "" {
		return q.Streaming(id)
	}
	if c := q.Streaming(""); c != nil {
		return c
	}
	for c := range q.Contexts.Backward() {
		return c
	}
	return nil
}

func streaming(q *query) (any, error) {
	c := q.context()
	if c == nil {
		if id := q.http.URL.Query().Get("context"); id != "" {
			return nil, errNotFound("There is no streaming context " + id)
		}
		return &streamingView{None: true}, nil
	}
	v := &streamingView{ID: c.ID, Name: cmp.Or(c.Name, c.ID), Running: c.Stopped.IsZero(), Err: c.Err, Interval: c.Interval, Started: c.Started,
		Stopped: c.Stopped, Completed: c.CompletedBatches, Received: c.ReceivedRows, Processed: c.ProcessedRows}
	if !c.Started.IsZero() {
		until := c.Stopped
		if v.Running {
			until = q.now
		}
		v.Ran = until.Sub(c.Started)
	}
	if q.Contexts.Len() > 1 {
		for other := range q.Contexts.Backward() {
			v.Contexts = append(v.Contexts, contextLink{cmp.Or(other.Name, other.ID), "/streaming/?context=" + url.QueryEscape(other.ID),
				other.Stopped.IsZero(), other == c})
		}
	}
	batches := slices.SortedFunc(c.Batches.All(), func(a, b *history.Batch) int { return cmp.Compare(a.Time, b.Time) })
	v.Charts = charts(c, batches)
	v.Inputs = inputs(c, batches)
	v.Behind = fallingBehind(c, batches)
	for _, b := range slices.Backward(batches) {
		if b.Status == history.Completed {
			v.RetainedDone++
			if len(v.Done) < shownBatches {
				v.Done = append(v.Done, newBatchRow(c, b))
			}
		} else {
			v.Active = append(v.Active, newBatchRow(c, b))
		}
	}
	v.Hidden = v.RetainedDone - len(v.Done)
	return v, nil
}

// measured are the batches for which a figure is known, as points and as an average.
func measured(batches []*history.Batch, of func(*history.Batch) (time.Duration, bool)) (points [][]float64, average string) {
	points, average = [][]float64{}, "–"
	var sum time.Duration
	for _, b := range batches {
		if d, ok := of(b); ok {
			sum += d
			points = append(points, []float64{float64(b.Time), float64(d) / float64(time.Millisecond)})
		}
	}
	if len(points) > 0 {
		average = duration(sum / time.Duration(len(points)))
	}
	return points, average
}

func rates(batches []*history.Batch, rows func(*history.Batch) int64) (points [][]float64, average float64) {
	points = [][]float64{}
	for _, b := range batches {
		r := b.Rate(rows(b))
		average += r
		points = append(points, []float64{float64(b.Time), r})
	}
	if len(points) > 0 {
		average /= float64(len(points))
	}
	return points, average
}

func charts(c *history.Context, batches []*history.Batch) []chart {
	points, average := rates(batches, (*history.Batch).Rows)
	list := []chart{{"Input rate", rate(average) + " rows/s", chartData{Unit: "rows/s", Color: 1, Points: points}}}
	for i, f := range []struct {
		title string
		of    func(*history.Batch) (time.Duration, bool)
	}{
		{"Scheduling delay", (*history.Batch).SchedulingDelay},
		{"Processing time", (*history.Batch).ProcessingTime},
		{"Total delay", (*history.Batch).TotalDelay},
	} {
		points, average := measured(batches, f.of)
		data := chartData{Unit: "ms", Color: i + 2, Points: points}
		if f.title == "Processing time" {
			data.Stable = float64(c.Interval) / float64(time.Millisecond)
		}
		list = append(list, chart{f.title, average, data})
	}
	return list
}

func inputs(c *history.Context, batches []*history.Batch) (list []inputView) {
	for _, in := range c.Streams() {
		v := inputView{ID: in.ID, Name: cmp.Or(in.Name, fmt.Sprintf("Stream-%d", in.ID)), Receiver: in.Receiver}
		for _, r := range c.Receivers {
			if r.Stream.ID != in.ID {
				continue
			}
			v.Receiver, v.Err, v.ErrTime = true, r.Err, r.ErrTime
			switch {
			case r.Active:
				v.State = "active"
			case r.Known:
				v.State = "inactive"
			default:
				v.State = "starting"
			}
		}
		v.Data.Unit, v.Data.Color = "rows/s", 1
		v.Data.Points, v.Rate = rates(batches, func(b *history.Batch) int64 { return b.RowsOf(in.ID) })
		for _, b := range batches {
			v.Rows += b.RowsOf(in.ID)
		}
		list = append(list, v)
	}
	return list
}

// fallingBehind says so when the last batches took longer than the interval on average, and others wait.
func fallingBehind(c *history.Context, batches []*history.Batch) *behind {
	var sum time.Duration
	n := time.Duration(0)
	for _, b := range slices.Backward(batches) {
		if d, ok := b.ProcessingTime(); ok && n < recentBatches {
			sum += d
			n++
		}
	}
	if queued, _ := c.ActiveBatches(); n == 0 || c.Interval == 0 || queued == 0 || sum/n <= c.Interval || !c.Stopped.IsZero() {
		return nil
	}
	return &behind{sum / n, c.Interval}
}

func batchHref(c *history.Context, t int64) string {
	return fmt.Sprintf("/streaming/batch/?id=%d&context=%s", t, url.QueryEscape(c.ID))
}

func newBatchRow(c *history.Context, b *history.Batch) batchRow {
	v := batchRow{Href: batchHref(c, b.Time), Time: c.FormatTime(b.Time, "2006-01-02 15:04:05"), Status: b.Status, Rows: b.Rows(),
		Scheduling: known(b.SchedulingDelay()), Processing: known(b.ProcessingTime()), Total: known(b.TotalDelay()),
		Ops: max(b.Outputs, len(b.Ops))}
	_, v.DoneOps, v.FailedOps = b.OpCounts()
	v.Over = v.Processing != nil && c.Interval > 0 && *v.Processing > c.Interval
	for _, op := range b.Ops {
		if op.Err != "" {
			v.FirstFailure = op.Err
			break
		}
	}
	return v
}
