package planner

import (
	"math"

	"gospark/runtime/expr"
	"gospark/runtime/resolved"
	"gospark/runtime/types"
)

// A Sized source knows about how many bytes it has.
type Sized interface{ SizeInBytes() int64 }

// size estimates the bytes of a relation, as Spark does without statistics of columns: filters let everything pass, a join
// has the product of its sides. An unknown size is infinite. A hint overrides it.
func (p *planner) size(r resolved.Relation, h resolved.JoinHint) float64 {
	if h == "broadcast" {
		return 0
	}
	rows := rowsOf(r)
	if rows == 0 {
		return 0
	}
	return rows * width(r.Output())
}

// rowsOf estimates the rows of a relation.
func rowsOf(r resolved.Relation) float64 {
	in := r.Inputs()
	switch r := r.(type) {
	case *resolved.LocalRelation:
		return float64(len(r.Rows))
	case *resolved.Range:
		return float64(rangeLen(r.Start, r.End, r.Step))
	case *resolved.Scan:
		if s, ok := r.Source.(Sized); ok && s.SizeInBytes() >= 0 {
			all := 0.0
			for _, f := range r.Source.Schema().Fields {
				all += typeWidth(f.Type)
			}
			return float64(s.SizeInBytes()) / (all + rowOverhead)
		}
		return math.Inf(1)
	case *resolved.Cached:
		return rowsOf(r.Input)
	case *resolved.Recursive, *resolved.RecursiveRef:
		return math.Inf(1)
	case *resolved.Limit:
		return min(float64(r.N), rowsOf(r.Input))
	case *resolved.Tail:
		return min(float64(r.N), rowsOf(r.Input))
	case *resolved.Sample:
		return rowsOf(r.Input) * (r.Upper - r.Lower)
	case *resolved.Expand:
		return rowsOf(r.Input) * float64(len(r.Projections))
	case *resolved.Aggregate:
		if len(r.Grouping) == 0 {
			return 1
		}
	case *resolved.Union:
		n := 0.0
		for _, c := range in {
			n += rowsOf(c)
		}
		return n
	case *resolved.Join:
		switch r.Type {
		case resolved.LeftSemi, resolved.LeftAnti, resolved.NullAwareAnti, resolved.Existence, resolved.LeftSingle:
			return rowsOf(r.Left)
		}
		return max(1, rowsOf(r.Left)) * max(1, rowsOf(r.Right))
	}
	if len(in) == 0 {
		return math.Inf(1)
	}
	return rowsOf(in[0])
}

const rowOverhead = 8

func width(attrs []*expr.Attr) float64 {
	w := float64(rowOverhead)
	for _, a := range attrs {
		w += typeWidth(a.Typ)
	}
	return w
}

// typeWidth is Spark's default size of a type's values.
func typeWidth(t *types.Type) float64 {
	switch t.Kind {
	case types.BooleanKind, types.ByteKind, types.VoidKind:
		return 1
	case types.ShortKind:
		return 2
	case types.IntKind, types.DateKind, types.FloatKind, types.YearMonthKind:
		return 4
	case types.StringKind, types.CharKind, types.VarcharKind:
		return 20
	case types.BinaryKind:
		return 100
	case types.DecimalKind, types.CalendarKind:
		return 16
	case types.ArrayKind:
		return typeWidth(t.Elem)
	case types.MapKind:
		return typeWidth(t.Key) + typeWidth(t.Elem)
	case types.StructKind:
		w := 0.0
		for _, f := range t.Fields {
			w += typeWidth(f.Type)
		}
		return w
	}
	return 8
}
