package page

import (
	"cmp"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"time"

	"gospark/monitor/history"
)

type batchView struct {
	batchRow
	Context, ContextHref          string
	Interval                      time.Duration
	Submitted, Started, Completed time.Time
	Inputs                        []batchInput
	Operations                    []operationView
	Earlier, Later                string
}

func (v *batchView) title() string { return "Batch " + v.Time }

type batchInput struct {
	ID       int
	Name     string
	Rows     int64
	Metadata [][2]string
}

type operationView struct {
	ID                int
	Name, Description string
	Started           time.Time
	Duration          *time.Duration
	Status            string
	Err               string
	Jobs              []jobRow
	ForgottenJobs     []int
}

// batchOf finds the batch asked for: in the context named or, where a link names none, in any.
func (q *query) batchOf(id string) (*history.Context, *history.Batch) {
	t, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return nil, nil
	}
	if c := q.context(); c != nil {
		if b := c.Batch(t, false); b != nil {
			return c, b
		}
	}
	if q.http.URL.Query().Get("context") == "" {
		for c := range q.Contexts.Backward() {
			if b := c.Batch(t, false); b != nil {
				return c, b
			}
		}
	}
	return nil, nil
}

func batch(q *query) (any, error) {
	id := q.http.URL.Query().Get("id")
	c, b := q.batchOf(id)
	if b == nil {
		return nil, errNotFound("There is no batch " + id + ", or it is no longer retained")
	}
	v := &batchView{batchRow: newBatchRow(c, b), Context: cmp.Or(c.Name, c.ID), ContextHref: "/streaming/?context=" + url.QueryEscape(c.ID),
		Interval: c.Interval, Submitted: b.Submitted, Started: b.Started, Completed: b.Completed}
	earlier, later := int64(-1), int64(math.MaxInt64)
	for other := range c.Batches.All() {
		if other.Time < b.Time {
			earlier = max(earlier, other.Time)
		} else if other.Time > b.Time {
			later = min(later, other.Time)
		}
	}
	if earlier >= 0 {
		v.Earlier = batchHref(c, earlier)
	}
	if later < math.MaxInt64 {
		v.Later = batchHref(c, later)
	}
	names := map[int]string{}
	for _, in := range c.Streams() {
		names[in.ID] = in.Name
	}
	for _, in := range b.Inputs {
		row := batchInput{ID: in.StreamID, Name: names[in.StreamID], Rows: in.Rows}
		for key, value := range in.Metadata {
			text, err := jsonText(value)
			if err != nil {
				text = fmt.Sprint(value)
			}
			row.Metadata = append(row.Metadata, [2]string{key, text})
		}
		slices.SortFunc(row.Metadata, func(a, b [2]string) int { return cmp.Compare(a[0], b[0]) })
		v.Inputs = append(v.Inputs, row)
	}
	for _, op := range b.AllOps() {
		o := operationView{ID: op.ID, Name: op.Name, Description: op.Description, Started: op.Started, Err: op.Err,
			Duration: known(op.Completed.Sub(op.Started), !op.Started.IsZero() && !op.Completed.IsZero())}
		switch {
		case op.Err != "":
			o.Status = "failed"
		case !op.Completed.IsZero():
			o.Status = "succeeded"
		case !op.Started.IsZero():
			o.Status = "running"
		default:
			o.Status = "queued"
		}
		for _, id := range op.Jobs {
			if j, ok := q.Jobs.Get(id); ok {
				o.Jobs = append(o.Jobs, q.jobRow(j))
			} else {
				o.ForgottenJobs = append(o.ForgottenJobs, id)
			}
		}
		v.Operations = append(v.Operations, o)
	}
	return v, nil
}
