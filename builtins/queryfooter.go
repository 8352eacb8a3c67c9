package builtins

import (
	"fmt"
	"strings"

	"gospark/repl"
	"gospark/session"
)

// footer prints a line of figures below each batch of a query, also when it is started again.
func (c *Commands) footer(sh *repl.Shell, q *session.StreamingQuery, flags map[string]bool) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	id, streams := q.ID(), c.Session.Streams()
	old := c.footers[id]
	delete(c.footers, id)
	if old != nil {
		streams.RemoveListener(old)
	}
	if flags["--off"] {
		if old == nil {
			return fmt.Errorf("%s has no footer; :footer %[1]s gives it one", handle(q))
		}
		return nil
	}
	l := &session.StreamingQueryListener{OnQueryProgress: func(p *session.StreamingQueryProgress) {
		if line := footerText(p); p.ID == id && line != "" {
			sh.Print(handle(q) + ": " + line)
		}
	}}
	if c.footers == nil {
		c.footers = map[string]*session.StreamingQueryListener{}
	}
	c.footers[id] = l
	streams.AddListener(l)
	return nil
}

// footerText is what a batch did, on one line; nothing of a batch that neither read nor wrote.
func footerText(p *session.StreamingQueryProgress) string {
	if p.NumInputRows == 0 && p.Sink.NumOutputRows <= 0 {
		return ""
	}
	parts := []string{fmt.Sprintf("batch %d: %d rows in", p.BatchID, p.NumInputRows)}
	if p.Sink.NumOutputRows >= 0 {
		parts = append(parts, fmt.Sprintf("%d out", p.Sink.NumOutputRows))
	}
	if len(p.StateOperators) > 0 {
		var late, state int64
		for _, o := range p.StateOperators {
			late += o.NumRowsDroppedByWatermark
			state += o.NumRowsTotal
		}
		parts = append(parts, fmt.Sprintf("%d late, %d in state", late, state))
	}
	if w := p.EventTime["watermark"]; w != "" {
		parts = append(parts, "watermark "+w)
	}
	return strings.Join(append(parts, fmt.Sprintf("%d ms", p.BatchDuration)), ", ") + "\n"
}
