package expr

import (
	"strconv"

	"gospark/runtime/condition"
	"gospark/runtime/javarand"
	"gospark/runtime/types"
)

// uniform and randstr: random numbers between bounds, and random letters and digits.

func init() {
	family("math_funcs", []Function{
		{Name: "uniform", Sig: "any, any, any?", Make: uniform, Doc: "Random numbers between two constants; a third argument is the seed.", Example: "uniform(5, 5, 1) = 5"},
	})
	family("string_funcs", []Function{
		{Name: "randstr", Sig: "integral, integral? -> string", Null: Never, Volatile: true, Text: randomText, Coerce: randomLetters, Bind: randstr,
			Doc: "A text of so many random letters and digits; a second argument is the seed.", Example: "randstr(3, 0) = ceV"},
	})
}

// uniform(a, b) is a + (b - a) * rand(), in the type of the bounds.
func uniform(r *Request) (Expr, error) {
	text := r.Text()
	null := false
	for i, a := range r.Args {
		t := a.Type()
		if !t.Numeric() && t.Kind != types.VoidKind || i == 2 && !t.Integral() && t.Kind != types.VoidKind {
			want := quoted("NUMERIC")
			if i == 2 {
				want = typeChoice([]string{"INT", "BIGINT"})
			}
			return nil, unexpectedInput(text, i, want, a)
		}
		if !Foldable(a) {
			return nil, notFoldable(text, [...]string{"min", "max", "seed"}[i], t, a)
		}
		null = null || t.Kind == types.VoidKind
	}
	to := uniformType(r.Args[0].Type(), r.Args[1].Type())
	if null {
		return &Shown{Text: text, Child: NullOf(to)}, nil
	}
	lo, hi := Implicit(r.Args[0], types.Double), Implicit(r.Args[1], types.Double)
	width, err := r.other("-", hi, lo)
	if err != nil {
		return nil, err
	}
	share, err := r.other("rand", r.Args[2:]...)
	if err != nil {
		return nil, err
	}
	if share, err = r.other("*", width, share); err != nil {
		return nil, err
	}
	if share, err = r.other("+", lo, share); err != nil {
		return nil, err
	}
	return &Shown{Text: text, Child: Implicit(share, to), Never: true}, nil
}

func uniformType(a, b *types.Type) *types.Type {
	switch {
	case a.Integral() && b.Integral():
		if a.Kind < b.Kind {
			return b
		}
		return a
	case a.Kind == types.DoubleKind || b.Kind == types.DoubleKind:
		return types.Double
	case a.Kind == types.FloatKind || b.Kind == types.FloatKind:
		return types.Float
	case b.Kind == types.DecimalKind:
		return b
	}
	return a
}

// randomText leaves out a seed that the user did not write.
func randomText(c *Call) string {
	if c.Seedless {
		return c.Name + "(" + join(c.Args[:len(c.Args)-1]) + ")"
	}
	return c.Name + "(" + join(c.Args) + ")"
}

func randomLetters(r *Request) error {
	text := r.Text()
	if !Foldable(r.Args[0]) {
		return notFoldable(text, "length", r.Args[0].Type(), r.Args[0])
	}
	return r.seed(1)
}

func randstr(c *Call) *Impl {
	seed := int64(0)
	if v, ok := c.Constant(1); ok && v != nil {
		seed = wholeValue(v)
	}
	draw := func(r *javarand.XORShift, n int64) (any, error) {
		if n < 0 {
			return nil, condition.New("INVALID_PARAMETER_VALUE.LENGTH", "22023", "The value of parameter(s) `length` in `randstr` is invalid: Expects `length` greater than or equal to 0, but got %d.", n).
				WithParam("parameter", "`length`").WithParam("functionName", "`randstr`").WithParam("length", strconv.FormatInt(n, 10))
		}
		const letters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		b := make([]byte, n)
		for i := range b {
			k := r.NextInt() % int32(len(letters))
			b[i] = letters[max(k, -k)]
		}
		return string(b), nil
	}
	return &Impl{
		kernel: func(c *Call) Kernel {
			var r *javarand.XORShift
			return boxedNulls(func(ctx *Context, args []any) (any, error) {
				if args[0] == nil {
					return nil, nil
				}
				if r == nil {
					r = javarand.NewXORShift(seed + int64(ctx.Partition))
				}
				return draw(r, wholeValue(args[0]))
			}).kernel(c)
		},
		row: func(*Call) RowFunc {
			return func(ctx *Context, args []any) (any, error) {
				if args[0] == nil {
					return nil, nil
				}
				return draw(javarand.NewXORShift(seed+int64(ctx.Partition)), wholeValue(args[0]))
			}
		},
	}
}
