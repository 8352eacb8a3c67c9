package engine

import (
	"fmt"
	"reflect"
	"strings"

	"gospark/runtime/logical"
	"gospark/runtime/plan"
	"gospark/runtime/resolved"
)

// explainModes are the modes of Explain, and whether they show the relation above the plan that runs.
var explainModes = map[string]bool{"simple": false, "formatted": false, "codegen": false, "extended": true, "cost": true}

// Explain is the plan as text, in Spark's frame: the operators are this engine's own.
func (e *Engine) Explain(r resolved.Relation, mode string) (string, error) {
	mode = strings.ToLower(mode)
	whole, ok := explainModes[mode]
	if !ok {
		return "", fmt.Errorf("explain: no mode %q; want simple, extended, formatted, codegen or cost", mode)
	}
	n, err := e.Plan(r, e.context())
	if err != nil {
		return "", err
	}
	var b strings.Builder
	if whole {
		b.WriteString("== Analyzed Logical Plan ==\n")
		var columns []string
		for _, f := range e.Schema(r).Fields {
			columns = append(columns, f.Name+": "+f.Type.String())
		}
		b.WriteString(strings.Join(columns, ", ") + "\n")
		writeRelation(&b, r, "", "")
		b.WriteByte('\n')
	}
	b.WriteString("== Physical Plan ==\n")
	writeNode(&b, n, "", "")
	b.WriteByte('\n')
	return b.String(), nil
}

// explainCommand is EXPLAIN: one row with the text.
func (e *Engine) explainCommand(c *logical.Explain, p Params) (*logical.LocalRelation, error) {
	text := ""
	if in, ok := c.Query.(logical.Command); ok {
		text = "== Physical Plan ==\nExecute " + nodeName(in) + "\n\n"
	} else {
		r, err := e.Analyze(c.Query, p)
		if err != nil {
			return nil, err
		}
		if text, err = e.Explain(r, c.Mode); err != nil {
			return nil, err
		}
	}
	return local("plan", [][]any{{strings.TrimSuffix(text, "\n")}}), nil
}

func writeRelation(b *strings.Builder, r resolved.Relation, first, rest string) {
	b.WriteString(first + nodeName(r))
	if es := r.Exprs(); len(es) > 0 {
		var texts []string
		for _, x := range es {
			texts = append(texts, x.String())
		}
		b.WriteString(" [" + strings.Join(texts, ", ") + "]")
	} else if len(r.Inputs()) == 0 {
		var names []string
		for _, a := range r.Output() {
			names = append(names, a.Name)
		}
		b.WriteString(" [" + strings.Join(names, ", ") + "]")
	}
	b.WriteByte('\n')
	in := r.Inputs()
	for i, c := range in {
		f, next := branch(rest, i == len(in)-1)
		writeRelation(b, c, f, next)
	}
}

func writeNode(b *strings.Builder, n plan.Node, first, rest string) {
	b.WriteString(first + nodeName(n))
	if p := n.Partitions(); p != 1 {
		fmt.Fprintf(b, " (%d partitions)", p)
	}
	b.WriteByte('\n')
	cs := n.Children()
	for i, c := range cs {
		f, next := branch(rest, i == len(cs)-1)
		writeNode(b, c, f, next)
	}
}

// branch is what stands before the first line of a child, and before the lines below it.
func branch(rest string, last bool) (first, next string) {
	if last {
		return rest + "+- ", rest + "   "
	}
	return rest + ":- ", rest + ":  "
}

func nodeName(n any) string {
	t := reflect.TypeOf(n)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Name()
}
