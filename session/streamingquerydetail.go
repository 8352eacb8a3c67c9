package session

import (
	"fmt"
	"os"
	"time"

	"gospark/runtime/condition"
	"gospark/runtime/connector"
	"gospark/runtime/resolved"
)

// A StreamingQueryDetail is how a query was started, and what it remembers where.
type StreamingQueryDetail struct {
	Label      string // the query's name, or the beginning of its id
	Format     string // of the sink
	Mode       string // append, update or complete
	Trigger    string
	Started    time.Time
	Checkpoint string
	Temporary  bool // the checkpoint is removed at the end
	Sources    []string
	Watermarks []WatermarkDetail
	Muted      bool
	Hidden     int64 // batches that were not printed
	Paused     bool
	Held       StreamHold
}

// A WatermarkDetail is a watermark that a query declares.
type WatermarkDetail struct {
	Column string
	Delay  time.Duration
}

// Detail tells how the query was started.
func (q *StreamingQuery) Detail() StreamingQueryDetail {
	q = q.latest()
	c := q.q.Config()
	d := StreamingQueryDetail{Label: q.label(), Format: q.format, Mode: c.Mode.String(), Trigger: triggerText(q.writer.trigger), Started: q.q.Started(),
		Checkpoint: c.Dir, Temporary: c.Temporary}
	d.Muted, d.Hidden, d.Paused, d.Held = q.console.status()
	resolved.Walk(c.Relation, func(r resolved.Relation) {
		switch r := r.(type) {
		case *resolved.Scan:
			if src, ok := r.Source.(connector.Relation); ok && r.Streaming {
				d.Sources = append(d.Sources, src.String())
			}
		case *resolved.WithWatermark:
			d.Watermarks = append(d.Watermarks, WatermarkDetail{r.Column.Name, time.Duration(r.Delay) * time.Microsecond})
		}
	})
	return d
}

// triggerText is the trigger as the user wrote it.
func triggerText(t Trigger) string {
	switch {
	case t.t.Every > 0:
		return "every " + t.t.Every.String()
	case t == Once():
		return "once"
	case t == AvailableNow():
		return "available now"
	}
	return "at once"
}

// Restart stops the query, if it runs, and starts it again as it was defined. It goes on from its checkpoint; with true
// everything that it remembers is forgotten first. The query is then the one that runs.
func (q *StreamingQuery) Restart(fresh ...bool) *StreamingQuery {
	q = q.latest()
	c := q.q.Config()
	forget := len(fresh) > 0 && fresh[0]
	if c.Temporary && !forget {
		condition.New("", "", "%s has no checkpoint to go on from: it was started without checkpointLocation", q.label()).
			WithFix(`start it anew with q.Restart(true), or :restart --fresh`).Raise()
	}
	q.Stop()
	if forget && !c.Temporary {
		if err := os.RemoveAll(c.Dir); err != nil {
			raise("Restart", fmt.Errorf("%s: %w", q.label(), err))
		}
	}
	n := q.writer.start("Restart")
	q.manager.supersede(q, n)
	return n
}
