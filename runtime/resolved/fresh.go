package resolved

import (
	"fmt"

	"gospark/runtime/expr"
)

// Fresh is a copy of a relation in which everything has an identity of its own, so that both can be in one tree. ids says
// which column of the copy is which.
func Fresh(r Relation) (copied Relation, ids map[int64]int64) {
	f := fresh{}
	return f.relation(r), f
}

// Renew is an expression over the copy: its columns are those of ids.
func Renew(e expr.Expr, ids map[int64]int64) expr.Expr { return fresh(ids).expr(e) }

type fresh map[int64]int64

func (f fresh) id(old int64) int64 {
	if f[old] == 0 {
		f[old] = expr.NextID()
	}
	return f[old]
}

func (f fresh) attr(a *expr.Attr) *expr.Attr {
	if a == nil {
		return nil
	}
	b := *a
	b.ID = f.id(a.ID)
	return &b
}

func (f fresh) attrs(as []*expr.Attr) []*expr.Attr {
	out := make([]*expr.Attr, len(as))
	for i, a := range as {
		out[i] = f.attr(a)
	}
	return out
}

// expr renews columns that the copy has made; others come from outside and stay.
func (f fresh) expr(e expr.Expr) expr.Expr {
	return expr.Rewrite(e, func(e expr.Expr) expr.Expr {
		switch e := e.(type) {
		case *expr.Attr:
			if f[e.ID] != 0 {
				return f.attr(e)
			}
		case *expr.Alias:
			b := *e
			b.ID = f.id(e.ID)
			return &b
		}
		return e
	})
}

func (f fresh) relation(r Relation) Relation {
	in := r.Inputs()
	if len(in) > 0 {
		renewed := make([]Relation, len(in))
		if rec, ok := r.(*Recursive); ok {
			f.id(rec.Key)
		}
		for i, c := range in {
			renewed[i] = f.relation(c)
		}
		r = r.WithInputs(renewed)
	}
	switch x := r.(type) {
	case *LocalRelation:
		return &LocalRelation{Attrs: f.attrs(x.Attrs), Rows: x.Rows}
	case *Range:
		y := *x
		y.Attr = f.attr(x.Attr)
		return &y
	case *Scan:
		y := *x
		y.Attrs = f.attrs(x.Attrs)
		y.Filters = make([]expr.Expr, len(x.Filters))
		for i, e := range x.Filters {
			y.Filters[i] = f.expr(e)
		}
		return &y
	case *Cached:
		return &Cached{Attrs: f.attrs(x.Attrs), Input: x.Input, Key: x.Key}
	case *RecursiveRef:
		return &RecursiveRef{Key: f.key(x.Key), Attrs: f.attrs(x.Attrs)}
	case *Recursive:
		y := *x
		y.Key, y.Attrs = f.key(x.Key), f.attrs(x.Attrs)
		return &y
	case *Union:
		return &Union{Children: x.Children, Attrs: f.attrs(x.Attrs)}
	case *Intersect:
		y := *x
		y.Attrs = f.attrs(x.Attrs)
		return &y
	case *Except:
		y := *x
		y.Attrs = f.attrs(x.Attrs)
		return &y
	case *Expand:
		y := *MapExprs(x, f.expr).(*Expand)
		y.Attrs = f.attrs(x.Attrs)
		return &y
	case *Generate:
		y := *MapExprs(x, f.expr).(*Generate)
		y.Attrs = f.attrs(x.Attrs)
		return &y
	case *Typed:
		y := *x
		y.Attrs = f.attrs(x.Attrs)
		return &y
	case *GroupsWithState:
		y := *MapExprs(x, f.expr).(*GroupsWithState)
		y.Attrs = f.attrs(x.Attrs)
		return &y
	case *Join:
		y := *MapExprs(x, f.expr).(*Join)
		y.Exists = f.attr(x.Exists)
		return &y
	case *Deduplicate:
		y := *x
		y.Keys = f.attrs(x.Keys)
		return &y
	case *WithWatermark:
		y := *x
		y.Column = f.attr(x.Column)
		return &y
	case *Project, *Filter, *Aggregate, *Window, *Distinct, *Sort, *Limit, *Offset, *Tail, *Repartition, *Sample, *CollectMetrics:
		return MapExprs(r, f.expr)
	}
	panic(fmt.Sprintf("resolved: no copy of a %T", r))
}

// key is the key of a recursive relation: that of the copy, if it is in it.
func (f fresh) key(k int64) int64 {
	if f[k] != 0 {
		return f[k]
	}
	return k
}
