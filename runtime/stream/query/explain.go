package query

import (
	"fmt"

	"gospark/runtime/planner"
)

// waiting is what there is to explain before the first batch.
const waiting = "No physical plan. Waiting for data.\n"

// Explain is the plan of the batch that ran last, or of that which runs, as text. Parsed is the query as it was written;
// mode is one of planner.ExplainModes.
func (q *Query) Explain(parsed, mode string) (string, error) {
	e, ok, err := q.plan.Explain()
	if err != nil {
		return "", err
	}
	if !ok {
		return waiting, nil
	}
	e.Parsed = parsed
	e.Write = fmt.Sprintf("%s, %s", q.sink, planner.ModeName(q.cfg.Mode))
	return e.Text(mode)
}
