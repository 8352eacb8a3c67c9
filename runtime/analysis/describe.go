package analysis

import (
	"strconv"
	"strings"

	"gospark/runtime/expr"
	"gospark/runtime/logical"
	"gospark/runtime/resolved"
	"gospark/runtime/types"
)

// summaryStatistics are those of df.Summary without arguments.
var summaryStatistics = []string{"count", "mean", "stddev", "min", "25%", "50%", "75%", "max"}

// statistics are the aggregates of describe and summary. A string counts as the number it is, or as none.
var statistics = map[string]func(r *resolver, a *expr.Attr) expr.Expr{
	"count":                 func(r *resolver, a *expr.Attr) expr.Expr { return r.must("count", a) },
	"count_distinct":        func(r *resolver, a *expr.Attr) expr.Expr { return r.distinctCount(a) },
	"approx_count_distinct": func(r *resolver, a *expr.Attr) expr.Expr { return r.must("approx_count_distinct", a) },
	"mean":                  func(r *resolver, a *expr.Attr) expr.Expr { return r.must("avg", numberOf(a)) },
	"stddev":                func(r *resolver, a *expr.Attr) expr.Expr { return r.must("stddev", numberOf(a)) },
	"min":                   func(r *resolver, a *expr.Attr) expr.Expr { return r.must("min", a) },
	"max":                   func(r *resolver, a *expr.Attr) expr.Expr { return r.must("max", a) },
}

func (r *resolver) distinctCount(a *expr.Attr) expr.Expr {
	e, err := expr.Resolve("count", []expr.Expr{a}, expr.Options{Distinct: true})
	if err != nil {
		raise(nil, err)
	}
	return e
}

// numberOf is a column as a number.
func numberOf(a *expr.Attr) expr.Expr {
	if a.Typ.Numeric() {
		return a
	}
	return &expr.Cast{Child: a, To: types.Double, Mode: types.CastTry, Implicit: true}
}

// percentile is a statistic such as 25%; nil if it is none.
func (r *resolver) percentile(stat string, a *expr.Attr, o *logical.Origin) expr.Expr {
	text, ok := strings.CutSuffix(stat, "%")
	if !ok {
		return nil
	}
	p, err := strconv.ParseFloat(text, 64)
	if err != nil {
		raise(o, illegalArgument("Unable to parse "+stat+" as a percentile"))
	}
	if p < 0 || p > 100 {
		raise(o, illegalArgument("requirement failed: Percentiles must be in the range [0, 1]"))
	}
	n := numberOf(a)
	if n.Type().Kind == types.DecimalKind {
		n = implicit(n, types.Double, true)
	}
	return r.must("percentile_approx", n, expr.DoubleLit(p/100))
}

// describe makes a row of each statistic: all are computed in one aggregation, whose row is expanded.
func (r *resolver) describe(l *logical.Describe, e *env) *scope {
	in := r.relation(l.Input, e)
	stats := l.Statistics
	if len(stats) == 0 {
		stats = summaryStatistics
	}
	r.chosen(in, l.Columns, l.Origin)
	all := in.cols
	if len(l.Columns) > 0 {
		all = nil
		for _, name := range l.Columns {
			all = append(all, r.columnsOf(in, name)[0])
		}
	}
	var cols []*expr.Attr
	for _, a := range all {
		if a.Typ.Numeric() || a.Typ.Text() {
			cols = append(cols, a)
		}
	}
	node := &resolved.Aggregate{Input: in.rel, Session: -1}
	x := &resolved.Expand{Attrs: []*expr.Attr{{ID: expr.NextID(), Name: "summary", Typ: types.String, Null: true}}}
	for _, a := range cols {
		x.Attrs = append(x.Attrs, &expr.Attr{ID: expr.NextID(), Name: a.Name, Typ: types.String, Null: true})
	}
	for _, stat := range stats {
		row := []expr.Expr{expr.StringLit(stat)}
		for _, a := range cols {
			agg := r.statistic(stat, a, l.Origin)
			named := alias(agg, agg.String())
			node.Aggs = append(node.Aggs, named)
			row = append(row, implicit(named.Attr(), types.String, r.Legacy))
		}
		if len(cols) == 0 {
			r.statistic(stat, &expr.Attr{Typ: types.Int}, l.Origin)
		}
		x.Projections = append(x.Projections, row)
	}
	x.Input = node
	return leafScope(x)
}

func (r *resolver) statistic(stat string, a *expr.Attr, o *logical.Origin) expr.Expr {
	if p := r.percentile(stat, a, o); p != nil {
		return p
	}
	f := statistics[strings.ToLower(stat)]
	if f == nil {
		raise(o, illegalArgument(stat+" is not a recognised statistic"))
	}
	return f(r, a)
}
