package resolved

import (
	"fmt"
	"strings"

	"gospark/runtime/expr"
	"gospark/runtime/types"
)

// Canonical is a text that is the same for relations that are computed in the same way: columns are numbered in the
// order in which they appear, and have no names. Functions of users are equal to themselves only.
func Canonical(r Relation) string {
	c := canonical{ids: map[int64]int{}}
	c.relation(r)
	for _, a := range r.Output() {
		fmt.Fprintf(&c.b, " %d", c.id(a.ID))
	}
	return c.b.String()
}

type canonical struct {
	b   strings.Builder
	ids map[int64]int
}

func (c *canonical) id(id int64) int {
	if _, ok := c.ids[id]; !ok {
		c.ids[id] = len(c.ids)
	}
	return c.ids[id]
}

func (c *canonical) relation(r Relation) {
	c.b.WriteString(name(r) + "(")
	for _, in := range r.Inputs() {
		c.relation(in)
	}
	switch x := r.(type) {
	case *LocalRelation:
		for _, row := range x.Rows {
			for i, v := range row {
				c.b.WriteString(types.Text(v, x.Attrs[i].Typ, types.CastText, nil) + ",")
			}
			c.b.WriteByte(';')
		}
	case *Scan:
		fmt.Fprintf(&c.b, "%p %v", x.Source, x.Columns)
	case *Cached:
		fmt.Fprintf(&c.b, "%d", x.Key)
	case *Typed:
		fmt.Fprintf(&c.b, "%p", x.Fn)
	case *GroupsWithState:
		fmt.Fprintf(&c.b, "%p", x.Fn)
	default:
		c.b.WriteString(Describe(withoutExprs(r)))
	}
	if s, ok := r.(*Sort); ok {
		for _, k := range s.Order {
			fmt.Fprintf(&c.b, "%t %t,", k.Desc, k.NullsFirst)
		}
		fmt.Fprintf(&c.b, "%t", s.Global)
	}
	for _, e := range r.Exprs() {
		c.b.WriteString("[" + c.text(e) + "]")
	}
	for _, a := range r.Output() {
		fmt.Fprintf(&c.b, "%d:%s ", c.id(a.ID), a.Typ)
	}
	c.b.WriteString(")")
}

// withoutExprs is a relation whose line says what is not in its expressions: a limit's number, a join's kind.
func withoutExprs(r Relation) Relation {
	switch x := r.(type) {
	case *Join:
		return &Join{Left: x.Left, Right: x.Right, Type: x.Type}
	case *Repartition:
		return &Repartition{Input: x.Input, N: x.N, Shuffle: x.Shuffle, Range: x.Range}
	case *Limit, *Offset, *Tail, *Range, *Sample:
		return r
	}
	return &Distinct{}
}

func (c *canonical) text(e expr.Expr) string {
	if a, ok := e.(*expr.Alias); ok {
		id := c.id(a.ID)
		return fmt.Sprintf("%s AS %d", c.text(a.Child), id)
	}
	own := ""
	e = expr.Rewrite(e, func(e expr.Expr) expr.Expr {
		switch e := e.(type) {
		case *expr.Attr:
			return &expr.Attr{ID: e.ID, Name: fmt.Sprintf("#%d", c.id(e.ID)), Typ: e.Typ, Null: e.Null}
		case *expr.Shown:
			return e.Child
		case *expr.GoCall:
			own += fmt.Sprintf(" %p", e.Fn)
		}
		return e
	})
	return e.String() + ":" + e.Type().String() + own
}
