package engine

import (
	"reflect"
	"strings"

	"gospark/runtime/logical"
	"gospark/runtime/optimizer"
	"gospark/runtime/planner"
	"gospark/runtime/resolved"
)

// Explain is a query as text, in Spark's frame: as it was written, if parsed is not nil, analysed, optimised, and as it
// runs. The operators are this engine's own. Mode is one of planner.ExplainModes.
func (e *Engine) Explain(parsed logical.Relation, r resolved.Relation, mode string) (string, error) {
	ctx := e.context()
	x := planner.Explained{Analyzed: r, Optimized: optimizer.Optimize(r, ctx)}
	if parsed != nil {
		x.Parsed = logical.Tree(parsed)
	}
	var err error
	if x.Physical, err = e.physical(x.Optimized, ctx); err != nil {
		return "", err
	}
	return x.Text(mode)
}

// explainCommand is EXPLAIN: one row with the text.
func (e *Engine) explainCommand(c *logical.Explain, p Params) (*logical.LocalRelation, error) {
	text := ""
	if in, ok := c.Query.(logical.Command); ok {
		text = "== Physical Plan ==\nExecute " + reflect.TypeOf(in).Elem().Name() + "\n\n"
	} else {
		r, err := e.Analyze(c.Query, p)
		if err != nil {
			return nil, err
		}
		if text, err = e.Explain(c.Query, r, c.Mode); err != nil {
			return nil, err
		}
	}
	return local("plan", [][]any{{strings.TrimSuffix(text, "\n")}}), nil
}
