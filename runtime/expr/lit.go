package expr

import (
	"math"
	"strconv"
	"strings"

	"gospark/runtime/batch"
	"gospark/runtime/types"
)

// Lit is a constant of the type's physical Go type, nil for NULL; arrays are []any, maps types.MapValue and structs
// types.Row.
type Lit struct {
	Value any
	Typ   *types.Type
}

func (l *Lit) Type() *types.Type        { return l.Typ }
func (l *Lit) Nullable() bool           { return l.Value == nil }
func (l *Lit) Children() []Expr         { return nil }
func (l *Lit) WithChildren([]Expr) Expr { return l }

// Constants that occur everywhere.
var (
	True  = &Lit{Value: true, Typ: types.Boolean}
	False = &Lit{Value: false, Typ: types.Boolean}
	Null  = &Lit{Typ: types.Void}
)

// String, Int, ... make constants.
func StringLit(s string) *Lit   { return &Lit{Value: s, Typ: types.String} }
func IntLit(i int32) *Lit       { return &Lit{Value: i, Typ: types.Int} }
func LongLit(i int64) *Lit      { return &Lit{Value: i, Typ: types.Long} }
func DoubleLit(f float64) *Lit  { return &Lit{Value: f, Typ: types.Double} }
func NullOf(t *types.Type) *Lit { return &Lit{Typ: t} }
func isNullLit(e Expr) bool     { l, ok := e.(*Lit); return ok && l.Value == nil }
func isVoid(e Expr) bool        { return e.Type().Kind == types.VoidKind }
func litOf(v any, e Expr) *Lit  { return &Lit{Value: v, Typ: e.Type()} }

// String is the constant as Spark writes it in a column's name: strings without quotes, dates with their type.
func (l *Lit) String() string {
	if l.Value == nil {
		return "NULL"
	}
	switch v := l.Value.(type) {
	case string:
		if l.Typ.Kind == types.BinaryKind {
			return "X'" + upperHex(v) + "'"
		}
		return v
	case bool:
		return strconv.FormatBool(v)
	}
	switch l.Typ.Kind {
	case types.DateKind:
		return "DATE '" + textOf(l.Value, l.Typ) + "'"
	case types.TimestampKind:
		return "TIMESTAMP '" + textOf(l.Value, l.Typ) + "'"
	case types.TimestampNTZKind:
		return "TIMESTAMP_NTZ '" + textOf(l.Value, l.Typ) + "'"
	case types.TimeKind:
		return "TIME '" + textOf(l.Value, l.Typ) + "'"
	case types.DecimalKind:
		return javaDecimal(textOf(l.Value, l.Typ))
	}
	return textOf(l.Value, l.Typ)
}

// SQLText is the constant as it would be written in SQL: with quotes and the suffix of its type. Error messages have it.
func (l *Lit) SQLText() string {
	if l.Value == nil {
		return "NULL"
	}
	suffix := map[types.Kind]string{types.ByteKind: "Y", types.ShortKind: "S", types.LongKind: "L", types.DoubleKind: "D"}
	switch l.Typ.Kind {
	case types.StringKind, types.CharKind, types.VarcharKind:
		return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(l.Value.(string)) + "'"
	case types.FloatKind:
		if f := float64(l.Value.(float32)); math.IsNaN(f) || math.IsInf(f, 0) {
			return "CAST('" + textOf(l.Value, l.Typ) + "' AS FLOAT)"
		}
		return "CAST(" + textOf(l.Value, l.Typ) + " AS FLOAT)"
	case types.DecimalKind:
		return textOf(l.Value, l.Typ) + "BD"
	}
	return l.String() + suffix[l.Typ.Kind]
}

// javaDecimal writes a small decimal as Java's BigDecimal does: below 1E-6 with an exponent.
func javaDecimal(s string) string {
	digits := strings.TrimPrefix(s, "-")
	frac, ok := strings.CutPrefix(digits, "0.")
	if !ok {
		return s
	}
	first := strings.TrimLeft(frac, "0")
	zeros := len(frac) - len(first)
	if first == "" {
		if len(frac) <= 6 {
			return s
		}
		return "0E-" + strconv.Itoa(len(frac))
	}
	if zeros < 6 {
		return s
	}
	sign := s[:len(s)-len(digits)]
	mantissa := first[:1]
	if len(first) > 1 {
		mantissa += "." + first[1:]
	}
	return sign + mantissa + "E-" + strconv.Itoa(zeros+1)
}

const hexDigits = "0123456789ABCDEF"

func upperHex(s string) string {
	out := make([]byte, 0, 2*len(s))
	for i := range len(s) {
		out = append(out, hexDigits[s[i]>>4], hexDigits[s[i]&15])
	}
	return string(out)
}

// constant evaluates a Lit: a column of the value, made once for the longest batch seen.
type constant struct {
	lit *Lit
	vec batch.Vector
}

func (k *constant) Eval(_ *Context, b *batch.Batch, _ []int32) (batch.Vector, error) {
	if k.vec == nil || k.vec.Len() < b.N {
		k.vec = repeat(k.lit.Value, k.lit.Typ, max(b.N, min(batch.Size, 2*b.N)))
	}
	return k.vec, nil
}
