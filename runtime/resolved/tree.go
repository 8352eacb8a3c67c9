package resolved

import (
	"fmt"
	"strings"

	"gospark/runtime/expr"
)

// Tree is the text of a relation as EXPLAIN shows it: an operator a line, its inputs below it, columns with their
// identities.
func Tree(r Relation) string {
	var b strings.Builder
	DrawTree(&b, r, Describe, Relation.Inputs)
	return b.String()
}

// DrawTree writes a tree, a node a line, with branches in front of what is below.
func DrawTree[N any](b *strings.Builder, n N, text func(N) string, below func(N) []N) {
	draw(b, n, "", "", text, below)
}

func draw[N any](b *strings.Builder, n N, first, rest string, text func(N) string, below func(N) []N) {
	b.WriteString(first + text(n) + "\n")
	in := below(n)
	for i, c := range in {
		if i < len(in)-1 {
			draw(b, c, rest+":- ", rest+":  ", text, below)
		} else {
			draw(b, c, rest+"+- ", rest+"   ", text, below)
		}
	}
}

// Describe is the line of a relation.
func Describe(r Relation) string {
	switch r := r.(type) {
	case *LocalRelation:
		return fmt.Sprintf("LocalRelation %s, %d rows", list(attrExprs(r.Attrs)), len(r.Rows))
	case *Range:
		return fmt.Sprintf("Range (%d, %d, step=%d)", r.Start, r.End, r.Step)
	case *Scan:
		s := "Relation " + list(attrExprs(r.Attrs)) + " " + r.Source.String()
		if len(r.Filters) > 0 {
			s += ", PushedFilters: " + list(r.Filters)
		}
		return s
	case *Cached:
		return "InMemoryRelation " + list(attrExprs(r.Attrs))
	case *Project:
		return "Project " + list(r.Cols)
	case *Filter:
		return "Filter " + Text(r.Condition)
	case *Join:
		s := "Join " + r.Type.String()
		if r.Condition != nil {
			s += ", " + Text(r.Condition)
		}
		for i, h := range []JoinHint{r.LeftHint, r.RightHint} {
			if h != "" {
				s += fmt.Sprintf(", %s=(strategy=%s)", [...]string{"leftHint", "rightHint"}[i], h)
			}
		}
		return s
	case *Aggregate:
		return "Aggregate " + list(r.Grouping) + ", " + list(r.Aggs)
	case *Window:
		return "Window " + list(r.Calls)
	case *Deduplicate:
		return "Deduplicate " + list(attrExprs(r.Keys))
	case *Sort:
		ks := make([]string, len(r.Order))
		for i, k := range r.Order {
			k.Child = withIDs(k.Child)
			ks[i] = k.String()
		}
		return fmt.Sprintf("Sort [%s], %t", strings.Join(ks, ", "), r.Global)
	case *Limit:
		return fmt.Sprintf("Limit %d", r.N)
	case *Offset:
		return fmt.Sprintf("Offset %d", r.N)
	case *Tail:
		return fmt.Sprintf("Tail %d", r.N)
	case *Expand:
		ps := make([]string, len(r.Projections))
		for i, p := range r.Projections {
			ps[i] = list(p)
		}
		return "Expand [" + strings.Join(ps, ", ") + "], " + list(attrExprs(r.Attrs))
	case *Generate:
		return "Generate " + Text(r.Gen) + ", " + list(attrExprs(r.Attrs))
	case *Repartition:
		by := make([]string, len(r.By))
		for i, k := range r.By {
			by[i] = Text(k.Child)
		}
		if len(by) > 0 {
			return fmt.Sprintf("RepartitionByExpression [%s], %d", strings.Join(by, ", "), r.N)
		}
		return fmt.Sprintf("Repartition %d, %t", r.N, r.Shuffle)
	case *Sample:
		return fmt.Sprintf("Sample %v, %v, %t, %d", r.Lower, r.Upper, r.WithReplacement, r.Seed)
	case *Union, *Intersect, *Except, *Distinct, *Recursive:
		return name(r)
	case *CollectMetrics:
		return "CollectMetrics " + r.Name + ", " + list(r.Metrics)
	}
	return name(r) + " " + list(attrExprs(r.Output()))
}

// name is the type's without its package.
func name(r Relation) string {
	s := fmt.Sprintf("%T", r)
	return s[strings.LastIndexByte(s, '.')+1:]
}

// Text is an expression in which columns have their identities: (a#1 + 1) AS b#2.
func Text(e expr.Expr) string {
	if a, ok := e.(*expr.Alias); ok {
		return fmt.Sprintf("%s AS %s#%d", withIDs(a.Child), a.Name, a.ID)
	}
	return withIDs(e).String()
}

func withIDs(e expr.Expr) expr.Expr {
	return expr.Rewrite(e, func(e expr.Expr) expr.Expr {
		switch e := e.(type) {
		case *expr.Attr:
			return &expr.Attr{ID: e.ID, Name: fmt.Sprintf("%s#%d", e.Name, e.ID), Typ: e.Typ, Null: e.Null}
		case *expr.Shown: // what is computed, not what it is called
			return e.Child
		}
		return e
	})
}

func list(es []expr.Expr) string {
	ts := make([]string, len(es))
	for i, e := range es {
		ts[i] = Text(e)
	}
	return "[" + strings.Join(ts, ", ") + "]"
}

func attrExprs(as []*expr.Attr) []expr.Expr {
	es := make([]expr.Expr, len(as))
	for i, a := range as {
		es[i] = a
	}
	return es
}
