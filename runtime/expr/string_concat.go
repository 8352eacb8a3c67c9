package expr

import (
	"strings"
	"unsafe"

	"gospark/runtime/batch"
	"gospark/runtime/types"
)

func init() {
	family("string_funcs", []Function{
		{Name: "concat", SameAs: []string{"||"}, Sig: "any*", Make: concat, Coerce: concatOperands, Ret: concatType, Bind: concatImpl,
			Doc: "Strings, binary or arrays one after the other.", Example: "concat('Spark', 'SQL') = SparkSQL"},
		{Name: "concat_ws", Sig: "string, array<string>|string* -> string", NullIf: func(args []Expr) bool { return args[0].Nullable() }, Impl: concatWS(),
			Doc: "Strings, and the elements of arrays, with a separator between them; NULL is left out.", Example: "concat_ws(' ', 'Spark', 'SQL') = Spark SQL"},
		{Name: "elt", Sig: "int, any...", Coerce: eltOperands, Ret: func(args []Expr) *types.Type { return args[1].Type() }, Null: Always, Impl: eltImpl(),
			Doc: "The n-th of the arguments after the first.", Example: "elt(1, 'scala', 'java') = scala"},
	})
}

// concat without arguments is the empty string; of arrays it is the business of the arrays.
func concat(r *Request) (Expr, error) {
	if len(r.Args) == 0 {
		return &Shown{Text: "concat()", Child: StringLit("")}, nil
	}
	return r.build()
}

func concatOperands(r *Request) error {
	arrays, binaries := 0, 0
	for _, a := range r.Args {
		switch a.Type().Kind {
		case types.ArrayKind:
			arrays++
		case types.BinaryKind:
			binaries++
		}
	}
	text := r.Text()
	switch {
	case arrays == len(r.Args):
		t := commonOf(r.Args, types.Widen)
		if t == nil {
			return diffTypes(text, "concat", typeListOr(r.Args))
		}
		r.Args = implicitAll(r.Args, t)
	case binaries < len(r.Args):
		nested := false
		for i, a := range r.Args {
			if a.Type().Nested() {
				nested = true
			} else {
				r.Args[i] = Implicit(a, types.String)
			}
		}
		if nested {
			return diffTypes(text, "concat", typeListOr(r.Args))
		}
	}
	return nil
}

// typeListOr is a list of types as alternatives.
func typeListOr(es []Expr) string {
	names := make([]string, len(es))
	for i, e := range es {
		names[i] = e.Type().SQL()
	}
	return typeChoice(names)
}

func concatType(args []Expr) *types.Type {
	t := args[0].Type()
	for _, a := range args[1:] {
		if u := types.Widen(t, a.Type()); u != nil {
			t = u
		}
	}
	return t
}

func concatImpl(c *Call) *Impl {
	if c.Typ.Kind == types.ArrayKind {
		return boxed(func(_ *Context, args []any) (any, error) {
			n := int64(0)
			for _, a := range args {
				n += int64(len(a.([]any)))
			}
			if err := room("concat", n, tooManyMade); err != nil {
				return nil, err
			}
			out := make([]any, 0, n)
			for _, a := range args {
				out = append(out, a.([]any)...)
			}
			return out, nil
		})
	}
	return kernelImpl(concatKernel, func(*Call) RowFunc {
		return func(_ *Context, args []any) (any, error) {
			var b strings.Builder
			for _, a := range args {
				if a == nil {
					return nil, nil
				}
				b.WriteString(a.(string))
			}
			return b.String(), nil
		}
	})
}

// concatKernel writes all results of a batch into one block of memory.
func concatKernel(*Call) Kernel {
	var o out[string]
	var merged []validity
	return func(_ *Context, n int, rows []int32, args []batch.Vector) (batch.Vector, error) {
		if merged == nil {
			merged = make([]validity, len(args))
		}
		var valid []bool
		size := 0
		cols := make([][]string, len(args))
		for k, a := range args {
			v := a.(*batch.Vec[string])
			cols[k] = v.V
			valid = merged[k].both(n, valid, v.Valid)
		}
		_ = each(n, rows, func(i int) error {
			if valid == nil || valid[i] {
				for _, c := range cols {
					size += len(c[i])
				}
			}
			return nil
		})
		z := o.start(n)
		z.Valid = valid
		block := make([]byte, 0, size)
		return z, each(n, rows, func(i int) error {
			if valid != nil && !valid[i] {
				return nil
			}
			start := len(block)
			for _, c := range cols {
				block = append(block, c[i]...)
			}
			z.V[i] = view(block[start:])
			return nil
		})
	}
}

// view is a string over bytes that are not written again.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

func concatWS() *Impl {
	return boxedNulls(func(_ *Context, args []any) (any, error) {
		if args[0] == nil {
			return nil, nil
		}
		var parts []string
		for _, a := range args[1:] {
			switch a := a.(type) {
			case string:
				parts = append(parts, a)
			case []any:
				for _, e := range a {
					if s, ok := e.(string); ok {
						parts = append(parts, s)
					}
				}
			}
		}
		return strings.Join(parts, args[0].(string)), nil
	})
}

// eltOperands makes strings of the choices, unless all are binary.
func eltOperands(r *Request) error {
	for _, a := range r.Args[1:] {
		if a.Type().Kind != types.BinaryKind {
			for i := range r.Args[1:] {
				if r.Args[i+1].Type().Nested() {
					return unexpectedInput(r.Text(), i+1, typeChoice([]string{"STRING", "BINARY"}), r.Args[i+1])
				}
				r.Args[i+1] = Implicit(r.Args[i+1], types.String)
			}
			return nil
		}
	}
	return nil
}

func eltImpl() *Impl {
	return &Impl{
		kernel: func(c *Call) Kernel {
			return boxedNulls(eltRow(c)).kernel(c)
		},
		row: eltRow,
	}
}

func eltRow(c *Call) RowFunc {
	return func(_ *Context, args []any) (any, error) {
		if args[0] == nil {
			return nil, nil
		}
		n := int(args[0].(int32))
		if n < 1 || n >= len(args) {
			if c.Legacy {
				return nil, nil
			}
			return nil, invalidIndex(n, len(args)-1)
		}
		return args[n], nil
	}
}
