package session

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"gospark/runtime/logical"
	"gospark/runtime/sql"
	"gospark/runtime/types"
)

// A StructType is a schema.
type StructType = types.Type

// A StructField is a column of a schema.
type StructField = types.Field

// A Column is an expression over a DataFrame's columns. Wherever a method takes a column, a string names one.
type Column struct {
	e logical.Expression
}

// Col is the column of a name: "a", "t.a", "s.field", "*".
func Col(name string) *Column {
	if name == "*" {
		return &Column{&logical.UnresolvedStar{}}
	}
	if t, ok := strings.CutSuffix(name, ".*"); ok {
		return &Column{&logical.UnresolvedStar{Target: nameParts(t)}}
	}
	return &Column{&logical.UnresolvedAttribute{Parts: nameParts(name)}}
}

// quoted is a name as Col takes it, whatever is in it.
func quoted(name string) string { return types.Quote(name) }

// nameParts cuts a name at its dots outside of backquotes.
func nameParts(name string) []string {
	var parts []string
	var b strings.Builder
	quoted := false
	for i := 0; i < len(name); i++ {
		switch c := name[i]; {
		case c == '`' && quoted && i+1 < len(name) && name[i+1] == '`':
			b.WriteByte('`')
			i++
		case c == '`':
			quoted = !quoted
		case c == '.' && !quoted:
			parts = append(parts, b.String())
			b.Reset()
		default:
			b.WriteByte(c)
		}
	}
	return append(parts, b.String())
}

// Expr is an expression in SQL: Expr("a + 1").
func Expr(text string) *Column {
	e, err := sql.ParseExpression(text)
	if err != nil {
		raise("Expr", err)
	}
	return &Column{e}
}

// Lit is a constant: a Go bool, number, string, []byte, time.Time, time.Duration or nil; slices make arrays.
func Lit(v any) *Column {
	if c, ok := v.(*Column); ok {
		return c
	}
	l, err := literal(v)
	if err != nil {
		raise("Lit", err)
	}
	return &Column{l}
}

func literal(v any) (logical.Expression, error) {
	lit := func(v any, t *types.Type) (logical.Expression, error) {
		return &logical.Literal{Value: v, Type: t}, nil
	}
	switch x := v.(type) {
	case nil:
		return lit(nil, types.Void)
	case bool:
		return lit(x, types.Boolean)
	case int:
		if int64(int32(x)) == int64(x) {
			return lit(int32(x), types.Int)
		}
		return lit(int64(x), types.Long)
	case int8:
		return lit(x, types.Byte)
	case int16:
		return lit(x, types.Short)
	case int32:
		return lit(x, types.Int)
	case int64:
		return lit(x, types.Long)
	case float32:
		return lit(x, types.Float)
	case float64:
		return lit(x, types.Double)
	case string:
		return lit(x, types.String)
	case []byte:
		return lit(string(x), types.Binary)
	case time.Time:
		return lit(x.UnixMicro(), types.Timestamp)
	case time.Duration:
		return lit(x.Microseconds(), types.DayToSecond)
	}
	rv := reflect.ValueOf(v)
	if rv.Kind() != reflect.Slice && rv.Kind() != reflect.Array {
		return nil, fmt.Errorf("a %T cannot be a column; use a bool, number, string, time or slice", v)
	}
	f := &logical.UnresolvedFunction{Name: "array", Internal: true}
	for i := range rv.Len() {
		e, err := literal(rv.Index(i).Interface())
		if err != nil {
			return nil, err
		}
		f.Args = append(f.Args, e)
	}
	return f, nil
}

// toColumn makes a column of an argument: a *Column as it is, anything else by other, which says what a plain value means
// there (Col: strings are names; Lit: everything is a constant).
func toColumn[T any](v any, other func(T) *Column) *Column {
	if c, ok := v.(*Column); ok {
		return c
	}
	if x, ok := v.(T); ok {
		return other(x)
	}
	return Lit(v)
}

// names are columns of arguments in which strings are names; lists are opened.
func names(args []any) []logical.Expression {
	var es []logical.Expression
	for _, a := range args {
		switch a := a.(type) {
		case []string:
			for _, n := range a {
				es = append(es, Col(n).e)
			}
		case []*Column:
			for _, c := range a {
				es = append(es, c.e)
			}
		default:
			es = append(es, toColumn(a, Col).e)
		}
	}
	return es
}

// call is a function of columns.
func call(name string, args ...logical.Expression) *Column {
	return &Column{&logical.UnresolvedFunction{Name: name, Args: args, Internal: true}}
}

func (c *Column) with(name string, v any) *Column { return call(name, c.e, Lit(v).e) }

// Arithmetic with another column or a constant.
func (c *Column) Plus(v any) *Column { return c.with("+", v) }

// Minus subtracts a column or a constant.
func (c *Column) Minus(v any) *Column { return c.with("-", v) }

// Multiply multiplies by a column or a constant.
func (c *Column) Multiply(v any) *Column { return c.with("*", v) }

// Divide divides by a column or a constant; whole numbers yield a double.
func (c *Column) Divide(v any) *Column { return c.with("/", v) }

// Mod is the remainder of a division.
func (c *Column) Mod(v any) *Column { return c.with("%", v) }

// Comparison with another column or a constant.
func (c *Column) EqualTo(v any) *Column { return c.with("=", v) }

// NotEqual says whether two values differ; NULL if one is NULL.
func (c *Column) NotEqual(v any) *Column { return call("not", c.with("=", v).e) }

// Gt says whether the value is greater.
func (c *Column) Gt(v any) *Column { return c.with(">", v) }

// Geq says whether the value is greater or equal.
func (c *Column) Geq(v any) *Column { return c.with(">=", v) }

// Lt says whether the value is less.
func (c *Column) Lt(v any) *Column { return c.with("<", v) }

// Leq says whether the value is less or equal.
func (c *Column) Leq(v any) *Column { return c.with("<=", v) }

// EqNullSafe says whether two values are equal; NULL equals NULL.
func (c *Column) EqNullSafe(v any) *Column { return c.with("<=>", v) }

// Between is lo <= c and c <= hi.
func (c *Column) Between(lo, hi any) *Column { return c.Geq(lo).And(c.Leq(hi)) }

// And, Or and Not combine conditions.
func (c *Column) And(v any) *Column { return c.with("and", v) }

// Or is true if one of two conditions is.
func (c *Column) Or(v any) *Column { return c.with("or", v) }

// Not is the opposite of a condition.
func Not(c any) *Column { return call("not", toColumn(c, Col).e) }

// Tests of one value.
func (c *Column) IsNull() *Column { return call("isnull", c.e) }

// IsNotNull says whether there is a value.
func (c *Column) IsNotNull() *Column { return call("isnotnull", c.e) }

// IsNaN says whether the value is not a number.
func (c *Column) IsNaN() *Column { return call("isnan", c.e) }

// In says whether the value is one of those given.
func (c *Column) In(vs ...any) *Column {
	args := []logical.Expression{c.e}
	for _, v := range vs {
		if rv := reflect.ValueOf(v); len(vs) == 1 && rv.Kind() == reflect.Slice {
			for i := range rv.Len() {
				args = append(args, Lit(rv.Index(i).Interface()).e)
			}
			continue
		}
		args = append(args, Lit(v).e)
	}
	return call("in", args...)
}

// IsIn is In.
func (c *Column) IsIn(vs ...any) *Column { return c.In(vs...) }

// Text matching.
func (c *Column) Like(p any) *Column { return c.with("like", p) }

// ILike is Like without regard to case.
func (c *Column) ILike(p any) *Column { return c.with("ilike", p) }

// RLike says whether a regular expression is found in the text.
func (c *Column) RLike(p any) *Column { return c.with("rlike", p) }

// StartsWith says whether the text starts with another.
func (c *Column) StartsWith(v any) *Column { return c.with("startswith", v) }

// EndsWith says whether the text ends with another.
func (c *Column) EndsWith(v any) *Column { return c.with("endswith", v) }

// Contains says whether the text contains another.
func (c *Column) Contains(v any) *Column { return c.with("contains", v) }

// Substr is the part from a position, counted from 1, of a length.
func (c *Column) Substr(pos, length any) *Column {
	return call("substr", c.e, Lit(pos).e, Lit(length).e)
}

// Bits.
func (c *Column) BitwiseAND(v any) *Column { return c.with("&", v) }

// BitwiseOR is the bits that are set in one of the values.
func (c *Column) BitwiseOR(v any) *Column { return c.with("|", v) }

// BitwiseXOR is the bits that are set in exactly one of the values.
func (c *Column) BitwiseXOR(v any) *Column { return c.with("^", v) }

// Cast converts to a type, given by its name in SQL; TryCast gives NULL where that fails.
func (c *Column) Cast(typ any) *Column { return c.cast(typ, false) }

// TryCast is Cast with NULL where the conversion fails.
func (c *Column) TryCast(typ any) *Column { return c.cast(typ, true) }

// AsType is Cast.
func (c *Column) AsType(typ any) *Column { return c.cast(typ, false) }

func (c *Column) cast(typ any, try bool) *Column {
	t, ok := typ.(*types.Type)
	if !ok {
		var err error
		if t, err = types.ParseType(fmt.Sprint(typ)); err != nil {
			raise("Cast", err)
		}
	}
	return &Column{&logical.Cast{Child: c.e, Type: t, Try: try}}
}

// As names the column; several names are for a function with several results. Alias and Name are the same.
func (c *Column) As(names ...string) *Column {
	return &Column{&logical.Alias{Child: c.e, Names: names}}
}

// Alias is As.
func (c *Column) Alias(names ...string) *Column { return c.As(names...) }

// Name is As with one name.
func (c *Column) Name(name string) *Column { return c.As(name) }

func (c *Column) order(desc, nullsFirst bool) *Column {
	return &Column{&sortColumn{SortOrder: &logical.SortOrder{Child: c.e, Descending: desc, NullsFirst: nullsFirst}}}
}

// sortColumn lets a sort order travel in a Column.
type sortColumn struct{ *logical.SortOrder }

// Orders for OrderBy and window specifications. Nulls come first in Asc and last in Desc unless the name says otherwise.
func (c *Column) Asc() *Column { return c.order(false, true) }

// Desc sorts downwards, NULLs last.
func (c *Column) Desc() *Column { return c.order(true, false) }

// AscNullsFirst sorts upwards, NULLs first.
func (c *Column) AscNullsFirst() *Column { return c.order(false, true) }

// AscNullsLast sorts upwards, NULLs last.
func (c *Column) AscNullsLast() *Column { return c.order(false, false) }

// DescNullsFirst sorts downwards, NULLs first.
func (c *Column) DescNullsFirst() *Column { return c.order(true, true) }

// DescNullsLast sorts downwards, NULLs last.
func (c *Column) DescNullsLast() *Column { return c.order(true, false) }

// sortOrders are orders of arguments in which strings are names.
func sortOrders(args []any) []*logical.SortOrder {
	var os []*logical.SortOrder
	for _, e := range names(args) {
		if s, ok := e.(*sortColumn); ok {
			os = append(os, s.SortOrder)
			continue
		}
		os = append(os, &logical.SortOrder{Child: e, NullsFirst: true})
	}
	return os
}

// GetItem is the element of an array at a position counted from 0, or the value of a map's key; GetField a struct's field.
func (c *Column) GetItem(key any) *Column {
	return &Column{&logical.UnresolvedExtractValue{Child: c.e, Extraction: Lit(key).e}}
}

// GetField is the field of a struct, by name.
func (c *Column) GetField(name string) *Column { return c.GetItem(name) }

// WithField sets a struct's field, DropFields leaves fields out.
func (c *Column) WithField(name string, v any) *Column {
	return &Column{&logical.UpdateFields{Struct: c.e, Field: name, Value: Lit(v).e}}
}

// DropFields leaves fields of a struct out.
func (c *Column) DropFields(names ...string) *Column {
	out := c
	for _, n := range names {
		out = &Column{&logical.UpdateFields{Struct: out.e, Field: n}}
	}
	return out
}

// When starts, or goes on with, a choice: When(cond, value).When(cond, value).Otherwise(value).
func When(cond *Column, v any) *Column { return call("case", cond.e, Lit(v).e) }

// When goes on with a choice: the value if the condition holds and none before it did.
func (c *Column) When(cond *Column, v any) *Column {
	f := c.choice("When")
	return call("case", append(append([]logical.Expression(nil), f.Args...), cond.e, Lit(v).e)...)
}

// Otherwise is the value when no condition holds.
func (c *Column) Otherwise(v any) *Column {
	f := c.choice("Otherwise")
	return call("case", append(append([]logical.Expression(nil), f.Args...), Lit(v).e)...)
}

func (c *Column) choice(method string) *logical.UnresolvedFunction {
	f, ok := c.e.(*logical.UnresolvedFunction)
	if !ok || f.Name != "case" || len(f.Args)%2 != 0 {
		raise(method, fmt.Errorf("it follows When(condition, value)"))
	}
	return f
}

// Over computes the function over a window.
func (c *Column) Over(w *WindowSpec) *Column {
	return &Column{&logical.Window{Func: c.e, Partition: w.partition, Order: w.order, Frame: w.frame}}
}
