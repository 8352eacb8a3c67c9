package page

import (
	"cmp"
	"net/url"
	"slices"
	"time"

	"gospark/monitor/history"
	"gospark/runtime/progress"
)

type queriesView struct {
	Active, Done []queryRow
}

func (v *queriesView) title() string { return "Queries" }

// A queryRow is one run of a streaming query.
type queryRow struct {
	Href, Name, ID, RunID string
	Status                string // "running", "waiting", "failed", "stopped"
	Started               time.Time
	Ran                   time.Duration
	Batches               int64
	InputRate, Rate       string
	StateRows             int64
	Gap                   *time.Duration
	Late                  int64
	Err                   string
}

func (q *query) newQueryRow(s *history.Query) queryRow {
	v := queryRow{Href: "/queries/query/?run=" + url.QueryEscape(s.RunID), Name: cmp.Or(s.Name, "(no name)"), ID: s.ID, RunID: s.RunID,
		Started: s.Started, Batches: s.Batches, InputRate: "–", Rate: "–", Late: s.LateRows, Err: s.Err}
	until := q.now
	switch {
	case s.Err != "":
		v.Status, until = "failed", s.Stopped
	case !s.Active():
		v.Status, until = "stopped", s.Stopped
	case s.Idle:
		v.Status = "waiting"
	default:
		v.Status = "running"
	}
	if !s.Started.IsZero() {
		v.Ran = until.Sub(s.Started)
	}
	if p := s.Last(); p != nil {
		v.InputRate, v.Rate = rateOf(p.InputRowsPerSecond), rateOf(p.ProcessedRowsPerSecond)
		v.StateRows = history.StateRows(p)
		v.Gap = known(history.WatermarkGap(p))
	}
	return v
}

func rateOf(r progress.Rate) string {
	if rows, ok := r.Rows(); ok {
		return rate(rows)
	}
	return "–"
}

func queries(q *query) (any, error) {
	v := &queriesView{}
	for s := range q.Queries.Backward() {
		if s.Active() {
			v.Active = append(v.Active, q.newQueryRow(s))
		} else {
			v.Done = append(v.Done, q.newQueryRow(s))
		}
	}
	return v, nil
}

type queryView struct {
	queryRow
	Charts    []chart
	Sources   []querySource
	Operators []progress.StateOperatorProgress
	Sink      string
	Watermark string
	Reports   []reportRow
}

func (v *queryView) title() string { return v.Name }

// A querySource is a source at the last batch.
type querySource struct {
	Description        string
	Start, End, Latest string
	Rows               int64
}

// A reportRow is one batch.
type reportRow struct {
	Batch                  int64
	Time                   string
	Rows, Late, StateRows  int64
	Duration               time.Duration
	Out                    string
	Newest, Watermark, Gap string
}

func queryPage(q *query) (any, error) {
	id := q.http.URL.Query().Get("run")
	s, ok := q.Queries.Get(id)
	if !ok {
		return nil, errNotFound("There is no run " + id + " of a streaming query")
	}
	v := &queryView{queryRow: q.newQueryRow(s), Charts: queryCharts(s.Progress)}
	if p := s.Last(); p != nil {
		v.Operators, v.Sink, v.Watermark = slices.Clone(p.StateOperators), p.Sink.Description, p.EventTime["watermark"]
		for _, in := range p.Sources {
			v.Sources = append(v.Sources, querySource{in.Description, string(in.StartOffset), string(in.EndOffset), string(in.LatestOffset), in.NumInputRows})
		}
	}
	for _, p := range slices.Backward(s.Progress) {
		v.Reports = append(v.Reports, newReportRow(p))
	}
	return v, nil
}

func newReportRow(p *progress.QueryProgress) reportRow {
	v := reportRow{Batch: p.BatchID, Time: p.Timestamp, Rows: p.NumInputRows, StateRows: history.StateRows(p), Out: "–",
		Duration: time.Duration(p.BatchDuration) * time.Millisecond, Newest: p.EventTime["max"], Watermark: p.EventTime["watermark"], Gap: "–"}
	for _, o := range p.StateOperators {
		v.Late += o.NumRowsDroppedByWatermark
	}
	if p.Sink.NumOutputRows >= 0 {
		v.Out = count(p.Sink.NumOutputRows)
	}
	if gap, ok := history.WatermarkGap(p); ok {
		v.Gap = duration(gap)
	}
	return v
}

// phases are the parts of a batch's duration, in their order.
var phases = []string{"latestOffset", "walCommit", "getBatch", "queryPlanning", "addBatch", "commitBatch", "commitOffsets"}

func queryCharts(reports []*progress.QueryProgress) []chart {
	draw := func(title, unit string, color int, of func(*progress.QueryProgress) (float64, bool)) chart {
		points, sum := [][]float64{}, 0.0
		for _, p := range reports {
			if y, ok := of(p); ok {
				points = append(points, []float64{millis(p), y})
				sum += y
			}
		}
		c := chart{title, "–", chartData{Unit: unit, Color: color, Points: points}}
		if n := len(points); n > 0 && unit == "ms" {
			c.Average = duration(time.Duration(sum / float64(n) * float64(time.Millisecond)))
		} else if n > 0 {
			c.Average = rate(sum/float64(n)) + " " + unit
		}
		return c
	}
	stacked := chart{"Batch duration", "–", chartData{Unit: "ms", Color: 2, Points: [][]float64{}, Series: phases}}
	var sum int64
	for _, p := range reports {
		point := []float64{millis(p)}
		for _, phase := range phases {
			point = append(point, float64(p.DurationMs[phase]))
		}
		stacked.Data.Points = append(stacked.Data.Points, point)
		sum += p.BatchDuration
	}
	if n := len(reports); n > 0 {
		stacked.Average = duration(time.Duration(sum) * time.Millisecond / time.Duration(n))
	}
	return []chart{
		draw("Input rate", "rows/s", 1, func(p *progress.QueryProgress) (float64, bool) { return p.InputRowsPerSecond.Rows() }),
		draw("Process rate", "rows/s", 3, func(p *progress.QueryProgress) (float64, bool) { return p.ProcessedRowsPerSecond.Rows() }),
		stacked,
		draw("State", "rows", 4, func(p *progress.QueryProgress) (float64, bool) {
			return float64(history.StateRows(p)), len(p.StateOperators) > 0
		}),
		draw("Watermark behind the newest event", "ms", 3, func(p *progress.QueryProgress) (float64, bool) {
			gap, ok := history.WatermarkGap(p)
			return float64(gap) / float64(time.Millisecond), ok
		}),
	}
}

func millis(p *progress.QueryProgress) float64 {
	t, err := time.Parse(time.RFC3339, p.Timestamp)
	if err != nil {
		return 0
	}
	return float64(t.UnixMilli())
}
