// Package gofunc makes user Go functions into expressions over columns: it checks a function's shape against the
// columns, picks a typed loop where there is one, and falls back to reflection where there is none.
//
// The records of an RDD or DStream are Go values; the engine holds them as columns. A [Shape] says how columns make a
// record: one column is the record itself, two are a key and a value, and a shape may nest, as the result of a join
// does: (key, (left, right)) is three columns. Values are boxed into [Pair]s only where a user's function or an
// action asks for them so.
package gofunc

import (
	"fmt"
	"reflect"
	"strings"

	"gospark/runtime/batch"
)

// A Shape is the structure of a record over consecutive columns: a leaf is one column of a Go type; a tuple is its
// parts one after another.
type Shape struct {
	Elem     reflect.Type // of a leaf
	Parts    []Shape      // of a tuple: two make a Pair, more a Tuple
	Optional bool         // the leaf may be null: an outer join's side that had no match
}

// typeNames strips what a user did not type.
var typeNames = strings.NewReplacer("gofunc.", "", "main.", "", "interface {}", "any")

var anyType = reflect.TypeFor[any]()

// Leaf is the shape of a record held in one column.
func Leaf(t reflect.Type) Shape { return Shape{Elem: t} }

// LeafOf is Leaf of a type known at compile time.
func LeafOf[T any]() Shape { return Shape{Elem: reflect.TypeFor[T]()} }

// PairOf is the shape of a key and a value.
func PairOf(k, v Shape) Shape { return Shape{Parts: []Shape{k, v}} }

// Opt is the shape of something that an outer join may leave out. A tuple becomes one boxed column, so that "no tuple"
// and "a tuple of nulls" stay different.
func Opt(s Shape) Shape {
	if s.IsTuple() {
		return Shape{Elem: anyType, Optional: true}
	}
	s.Optional = true
	return s
}

// IsTuple says whether the record has parts.
func (s Shape) IsTuple() bool { return s.Parts != nil }

// IsPair says whether the record is a key and a value.
func (s Shape) IsPair() bool { return len(s.Parts) == 2 }

func (s Shape) Key() Shape   { return s.Parts[0] }
func (s Shape) Value() Shape { return s.Parts[1] }

// Width is the number of columns.
func (s Shape) Width() int {
	if !s.IsTuple() {
		return 1
	}
	n := 0
	for _, p := range s.Parts {
		n += p.Width()
	}
	return n
}

// Leaves lists the columns' shapes in order.
func (s Shape) Leaves() []Shape {
	if !s.IsTuple() {
		return []Shape{s}
	}
	var ls []Shape
	for _, p := range s.Parts {
		ls = append(ls, p.Leaves()...)
	}
	return ls
}

// Elems lists the columns' element types in order.
func (s Shape) Elems() []reflect.Type {
	ls := s.Leaves()
	ts := make([]reflect.Type, len(ls))
	for i, l := range ls {
		ts[i] = l.Elem
	}
	return ts
}

// GoType is the Go type of the boxed record.
func (s Shape) GoType() reflect.Type {
	switch {
	case !s.IsTuple():
		return s.Elem
	case s.IsPair():
		return pairType
	}
	return tupleType
}

// Same says whether two shapes have the same structure and types.
func (s Shape) Same(o Shape) bool {
	if s.Elem != o.Elem || len(s.Parts) != len(o.Parts) {
		return false
	}
	for i := range s.Parts {
		if !s.Parts[i].Same(o.Parts[i]) {
			return false
		}
	}
	return true
}

// String is the type as the shell shows it: string, (string, int), (string, (int, float64)).
func (s Shape) String() string {
	if !s.IsTuple() {
		return TypeName(s.Elem)
	}
	ps := make([]string, len(s.Parts))
	for i, p := range s.Parts {
		ps[i] = p.String()
	}
	return "(" + strings.Join(ps, ", ") + ")"
}

// TypeName is a Go type's name without the package of the shell, and by its struct tag for a type typed at the prompt
// (`gst:"Click"` on the first field carries the name, which the run-time type has lost).
func TypeName(t reflect.Type) string {
	switch {
	case t == nil:
		return "any"
	case t.Name() == "" && t.Kind() == reflect.Struct && t.NumField() > 0:
		if n := t.Field(0).Tag.Get("gst"); n != "" {
			return n
		}
	case t.Name() == "" && t.Kind() == reflect.Slice:
		return "[]" + TypeName(t.Elem())
	case t.Name() == "" && t.Kind() == reflect.Pointer:
		return "*" + TypeName(t.Elem())
	case t == anyType:
		return "any"
	}
	return typeNames.Replace(t.String())
}

// Box is the record of a row as a Go value. Columns start at col.
func (s Shape) Box(b *batch.Batch, row, col int) any {
	if !s.IsTuple() {
		return b.Cols[col].Any(row)
	}
	if s.IsPair() {
		k := s.Parts[0].Box(b, row, col)
		return Pair{Key: k, Value: s.Parts[1].Box(b, row, col+s.Parts[0].Width())}
	}
	t := make(Tuple, len(s.Parts))
	for i, p := range s.Parts {
		t[i] = p.Box(b, row, col)
		col += p.Width()
	}
	return t
}

// BoxAll boxes the selected rows of a batch.
func (s Shape) BoxAll(out []any, b *batch.Batch) []any {
	for i := range b.Rows() {
		out = append(out, s.Box(b, b.Row(i), 0))
	}
	return out
}

// Unbox appends the parts of a record to columns from col on. The value must fit the shape; what a user's function
// returns in an `any` is checked here.
func (s Shape) Unbox(v any, cols []batch.Vector, col int) error {
	if !s.IsTuple() {
		return appendChecked(cols[col], v)
	}
	var parts []any
	switch t := v.(type) {
	case Pair:
		parts = []any{t.Key, t.Value}
	case Tuple:
		parts = t
	default:
		return fmt.Errorf("want a %v record, have %T", s, v)
	}
	if len(parts) != len(s.Parts) {
		return fmt.Errorf("want a %v record, have one of %d parts", s, len(parts))
	}
	for i, p := range s.Parts {
		if err := p.Unbox(parts[i], cols, col); err != nil {
			return err
		}
		col += p.Width()
	}
	return nil
}

func appendChecked(c batch.Vector, v any) error {
	t := c.Elem()
	if v != nil && t != anyType {
		if vt := reflect.TypeOf(v); vt != t {
			if !vt.AssignableTo(t) {
				return fmt.Errorf("want a value of type %s, have %s", TypeName(t), TypeName(vt))
			}
			v = reflect.ValueOf(v).Convert(t).Interface()
		}
	}
	c.AppendAny(v)
	return nil
}

// NewBatch makes an empty batch of the shape.
func (s Shape) NewBatch(capacity int) *batch.Batch { return batch.New(capacity, s.Elems()...) }
