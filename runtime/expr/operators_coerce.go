package expr

import (
	"fmt"
	"slices"
	"strings"

	"gospark/runtime/types"
)

// operands gives the two sides of a binary operator one type that it accepts, or says why there is none. accepts lists
// the classes of the operator; an empty list accepts everything.
func operands(text func() string, args []Expr, accepts []string) ([]Expr, error) {
	a, b := args[0], args[1]
	if t := promoted(a.Type(), b.Type()); t != nil {
		a, b = Implicit(a, t), Implicit(b, t)
	}
	a, b = decimalOperands(a, b)
	if at, bt := a.Type(), b.Type(); !at.Equal(bt) && handled(at, bt) {
		if t := types.TightestCommon(at, bt); t != nil && inClasses(accepts, t) {
			a, b = Implicit(a, t), Implicit(b, t)
		}
	}
	if isVoid(a) && isVoid(b) && len(accepts) > 0 {
		a, b = NullOf(types.Double), NullOf(types.Double)
	}
	at, bt := a.Type(), b.Type()
	if !sameShape(at, bt) && (at.Kind != types.DecimalKind || bt.Kind != types.DecimalKind || !inClasses(accepts, at)) {
		return nil, mismatch("BINARY_OP_DIFF_TYPES", text(),
			fmt.Sprintf("the left and right operands of the binary operator have incompatible types (%s and %s).", quotedType(at), quotedType(bt)),
			"left", quotedType(at), "right", quotedType(bt))
	}
	if !inClasses(accepts, at) {
		names := make([]string, len(accepts))
		for i, n := range accepts {
			names[i] = classes[n].name
			if t := named[n]; t != nil && names[i] == "" {
				names[i] = t.SQL()
			}
		}
		choice := typeChoice(names)
		return nil, mismatch("BINARY_OP_WRONG_TYPE", text(),
			fmt.Sprintf("the binary operator requires the input type %s, not %s.", choice, quotedType(at)),
			"inputType", choice, "actualDataType", quotedType(at))
	}
	return []Expr{a, b}, nil
}

// sameShape says whether two types are the same but for the names of fields.
func sameShape(a, b *types.Type) bool {
	switch {
	case a.Same(b):
		return true
	case a.Kind != b.Kind || len(a.Fields) != len(b.Fields):
		return false
	case a.Kind == types.ArrayKind:
		return sameShape(a.Elem, b.Elem)
	case a.Kind != types.StructKind:
		return false
	}
	for i, f := range a.Fields {
		if !sameShape(f.Type, b.Fields[i].Type) {
			return false
		}
	}
	return true
}

// handled says whether two types are brought together by their tightest common type; decimals have rules of their own.
func handled(a, b *types.Type) bool {
	if a.Kind == types.DecimalKind || b.Kind == types.DecimalKind {
		return a.Kind == types.VoidKind || b.Kind == types.VoidKind
	}
	return true
}

func inClasses(names []string, t *types.Type) bool {
	if len(names) == 0 {
		return true
	}
	for _, n := range names {
		if c, ok := classOf(n); ok && c.accepts(t) {
			return true
		}
	}
	return false
}

// decimalOperands brings a decimal and another number together: whole numbers become decimals, of just the digits a
// constant needs; beside a float both become doubles.
func decimalOperands(a, b Expr) (Expr, Expr) {
	at, bt := a.Type(), b.Type()
	switch {
	case at.Kind == types.DecimalKind && bt.Integral():
		return a, Implicit(b, wholeAsDecimal(b))
	case at.Integral() && bt.Kind == types.DecimalKind:
		return Implicit(a, wholeAsDecimal(a)), b
	case at.Kind == types.DecimalKind && bt.Fractional():
		return Implicit(a, types.Double), b
	case at.Fractional() && bt.Kind == types.DecimalKind:
		return a, Implicit(b, types.Double)
	}
	return a, b
}

func wholeAsDecimal(e Expr) *types.Type {
	if l, ok := e.(*Lit); ok && l.Value != nil {
		return types.LiteralDecimal(wholeValue(l.Value))
	}
	return types.DecimalFor(e.Type())
}

// wholeValue is a whole number of any width.
func wholeValue(v any) int64 {
	switch v := v.(type) {
	case int8:
		return int64(v)
	case int16:
		return int64(v)
	case int32:
		return int64(v)
	case int64:
		return v
	}
	panic(fmt.Sprintf("expr: %T is not a whole number", v))
}

// infix is the text of a binary operator.
func infix(symbol string) func(c *Call) string {
	return func(c *Call) string { return infixText(symbol, c.Args) }
}

// infixShown is infixText, made when it is asked for.
func infixShown(symbol string, args []Expr) func() string {
	args = slices.Clone(args)
	return func() string { return infixText(symbol, args) }
}

func infixText(symbol string, args []Expr) string {
	texts := make([]string, len(args))
	for i, a := range args {
		texts[i] = a.String()
	}
	return "(" + strings.Join(texts, " "+symbol+" ") + ")"
}
