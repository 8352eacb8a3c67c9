package format

import (
	"gospark/runtime/expr"
	"gospark/runtime/types"
)

// An Op is what a filter says of a column.
type Op uint8

// The operators. In is true for any of the values.
const (
	Equal Op = iota
	Less
	LessEqual
	Greater
	GreaterEqual
	In
	IsNull
	NotNull
)

// A Filter is a fact about one column that statistics can deny: column op value. Rows for which it is not true may be
// left out. Values are of the physical type of Type and not null; the column is of the same type, or of a whole number
// that is narrower.
type Filter struct {
	Column int // position in the schema
	Op     Op
	Values []any
	Type   *types.Type
}

var comparisons = map[string]struct{ op, swapped Op }{
	"=": {Equal, Equal}, "<=>": {Equal, Equal}, "<": {Less, Greater}, "<=": {LessEqual, GreaterEqual}, ">": {Greater, Less}, ">=": {GreaterEqual, LessEqual},
}

// Filters are the facts that conditions contain. column finds the position of an attribute, -1 if it is none.
func Filters(conditions []expr.Expr, column func(*expr.Attr) int) []Filter {
	var fs []Filter
	for _, e := range conditions {
		c, ok := e.(*expr.Call)
		if !ok {
			continue
		}
		if f, ok := filterOf(c, column); ok {
			fs = append(fs, f)
		}
	}
	return fs
}

func filterOf(c *expr.Call, column func(*expr.Attr) int) (f Filter, ok bool) {
	side := func(i int) bool {
		a := attribute(c.Args[i])
		if a == nil {
			return false
		}
		f.Column, f.Type = column(a), c.Arg(i)
		return f.Column >= 0
	}
	value := func(i int) bool {
		v, ok := c.Constant(i)
		f.Values = append(f.Values, v)
		return ok && v != nil
	}
	if cmp, is := comparisons[c.Fn.Name]; is {
		switch {
		case side(0) && value(1):
			f.Op = cmp.op
			return f, true
		case side(1) && value(0):
			f.Op = cmp.swapped
			return f, true
		}
		return f, false
	}
	switch c.Fn.Name {
	case "in":
		f.Op = In
		ok = side(0)
		for i := range c.Args[1:] {
			ok = ok && value(i+1)
		}
		return f, ok
	case "isnull":
		f.Op = IsNull
		return f, side(0)
	case "isnotnull":
		f.Op = NotNull
		return f, side(0)
	}
	return f, false
}

// attribute is the column that an expression is, perhaps widened to compare it.
func attribute(e expr.Expr) *expr.Attr {
	switch e := e.(type) {
	case *expr.Attr:
		return e
	case *expr.Cast:
		if a, ok := e.Child.(*expr.Attr); ok && e.To.Integral() && a.Typ.Integral() && a.Typ.Kind < e.To.Kind {
			return a
		}
	}
	return nil
}
