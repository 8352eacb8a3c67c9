package session

import (
	"fmt"
	"reflect"

	"gospark/runtime/logical"
)

// GroupedData is a DataFrame whose rows are grouped, for aggregation.
type GroupedData struct {
	df    *DataFrame
	kind  logical.GroupKind
	by    []logical.Expression
	sets  [][]logical.Expression
	pivot logical.Expression
	vals  []logical.Expression
}

// GroupBy groups rows by columns.
func (df *DataFrame) GroupBy(cols ...any) *GroupedData { return &GroupedData{df: df, by: names(cols)} }

// Rollup and Cube group by prefixes, and by all subsets, of columns.
func (df *DataFrame) Rollup(cols ...any) *GroupedData {
	return &GroupedData{df: df, kind: logical.Rollup, by: names(cols)}
}

// Cube groups by all subsets of the columns.
func (df *DataFrame) Cube(cols ...any) *GroupedData {
	return &GroupedData{df: df, kind: logical.Cube, by: names(cols)}
}

// Agg aggregates all rows.
func (df *DataFrame) Agg(cols ...any) *DataFrame { return df.GroupBy().Agg(cols...) }

// Agg computes aggregates of each group: columns, or a map of columns and the names of functions of them.
func (g *GroupedData) Agg(cols ...any) *DataFrame {
	var es []logical.Expression
	for _, c := range cols {
		if m := reflect.ValueOf(c); m.Kind() == reflect.Map { // {"age": "max", "*": "count"}
			for _, k := range sortedKeys(m) {
				es = append(es, aggregateOf(fmt.Sprint(m.MapIndex(k)), k.String()))
			}
			continue
		}
		es = append(es, names([]any{c})...)
	}
	return g.aggregate(es)
}

// aggregateOf is an aggregate by the names of a function and a column.
func aggregateOf(f, col string) logical.Expression {
	if col == "*" {
		return call(f, Lit(1).e).e
	}
	return call(f, Col(col).e).e
}

func (g *GroupedData) aggregate(es []logical.Expression) *DataFrame {
	kind := g.kind
	if g.pivot != nil {
		kind = logical.Pivot
	}
	return g.df.with(&logical.Aggregate{Input: g.df.rel, Kind: kind, Grouping: g.by, Sets: g.sets, Aggregates: es, FromAPI: true, PivotCol: g.pivot, PivotVals: g.vals})
}

// Count counts the rows of each group.
func (g *GroupedData) Count() *DataFrame {
	return g.aggregate([]logical.Expression{&logical.Alias{Child: call("count", Lit(1).e).e, Names: []string{"count"}}})
}

func (g *GroupedData) each(f string, cols []string) *DataFrame {
	if len(cols) == 0 {
		for _, fd := range g.df.Schema().Fields {
			if fd.Type.Numeric() && !g.groupedBy(fd.Name) {
				cols = append(cols, fd.Name)
			}
		}
	}
	var es []logical.Expression
	for _, c := range cols {
		es = append(es, call(f, Col(c).e).e)
	}
	return g.aggregate(es)
}

func (g *GroupedData) groupedBy(name string) bool {
	for _, e := range g.by {
		if a, ok := e.(*logical.UnresolvedAttribute); ok && a.Parts[len(a.Parts)-1] == name {
			return true
		}
	}
	return false
}

// Aggregates of columns, of all numeric ones when none is named.
func (g *GroupedData) Sum(cols ...string) *DataFrame { return g.each("sum", cols) }

// Avg is the mean of the columns, of all numeric ones when none is named.
func (g *GroupedData) Avg(cols ...string) *DataFrame { return g.each("avg", cols) }

// Mean is Avg.
func (g *GroupedData) Mean(cols ...string) *DataFrame { return g.each("avg", cols) }

// Min is the least value of the columns, of all numeric ones when none is named.
func (g *GroupedData) Min(cols ...string) *DataFrame { return g.each("min", cols) }

// Max is the greatest value of the columns, of all numeric ones when none is named.
func (g *GroupedData) Max(cols ...string) *DataFrame { return g.each("max", cols) }

// Pivot turns the values of a column into columns of the result; given values are not looked for.
func (g *GroupedData) Pivot(col any, values ...any) *GroupedData {
	p := *g
	p.pivot = toColumn(col, Col).e
	for _, v := range values {
		p.vals = append(p.vals, Lit(v).e)
	}
	return &p
}
