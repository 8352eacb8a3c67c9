package expr

import (
	"math"
	"strconv"

	"gospark/runtime/batch"
	"gospark/runtime/types"
)

// Window functions that look at another row: lag and lead from the row's own place, nth_value from the start of the
// frame.

func init() {
	nearby := func(sign int) func(c *Call) WindowFunction {
		return func(c *Call) WindowFunction {
			v, _ := c.Constant(1)
			n, _ := v.(int32)
			return &neighbour{call: c, offset: sign * int(n)}
		}
	}
	missing := func(args []Expr) bool { return args[0].Nullable() || args[2].Nullable() }
	family("window_funcs", []Function{
		{Name: "lag", Sig: "any = null, int = 1, any = null -> $1", Make: neighbouring, NullIf: missing, Window: nearby(-1),
			Doc:     "The value of the row so many rows before this one, or the default if there is none.",
			Example: "lag(col, 1, 0) OVER (ORDER BY col) FROM VALUES (10) AS t(col) = 0"},
		{Name: "lead", Sig: "any = null, int = 1, any = null -> $1", Make: neighbouring, NullIf: missing, Window: nearby(1),
			Doc:     "The value of the row so many rows behind this one, or the default if there is none.",
			Example: "lead(col, 1, 0) OVER (ORDER BY col) FROM VALUES (10) AS t(col) = 0"},
		{Name: "nth_value", Sig: "any, int, boolean? -> $1", Make: nthValue, Null: Always, Text: nthText, Window: func(c *Call) WindowFunction {
			v, _ := c.Constant(1)
			n, _ := v.(int32)
			return &nth{call: c, n: int(n)}
		}, Doc: "The value of the n-th row of the frame, counted from 1.", Example: "nth_value(col, 1) OVER (ORDER BY col) FROM VALUES (10) AS t(col) = 10"},
	})
}

// neighbouring needs a constant offset, and a default of the type of the value.
func neighbouring(r *Request) (Expr, error) {
	text, value, other := r.Text(), r.Args[0].Type(), r.Args[2]
	if k := other.Type(); k.Kind != types.VoidKind && !k.Same(value) {
		c := class{value.SQL(), value.Same, value, nil, false}
		t := c.convert(k)
		if t == nil {
			return nil, unexpectedInput(text, 2, typeChoice([]string{value.SQL(), types.Void.SQL()}), other)
		}
		r.Args[2] = Implicit(other, t)
	}
	if err := r.rowOffset(text); err != nil {
		return nil, err
	}
	return r.build()
}

// rowOffset makes a number of the second argument, which must be a constant.
func (r *Request) rowOffset(text string) error {
	if t := implicitType(r.Args[1], []class{classInt}); t != nil {
		r.Args[1] = Implicit(r.Args[1], t)
	} else {
		return unexpectedInput(text, 1, quotedType(types.Int), r.Args[1])
	}
	v, ok, err := r.constant(1)
	if err != nil {
		return err
	}
	if !ok {
		return notFoldable(text, "offset", types.Int, r.Args[1])
	}
	r.Args[1] = &Lit{Value: v, Typ: types.Int}
	return nil
}

var classInt, _ = classOf("int")

func nthValue(r *Request) (Expr, error) {
	text := r.Text()
	if len(r.Args) == 3 {
		if err := r.ignoreNulls(2, text); err != nil {
			return nil, err
		}
	}
	if err := r.rowOffset(text); err != nil {
		return nil, err
	}
	n, _ := r.Args[1].(*Lit).Value.(int32)
	if n <= 0 {
		return nil, outOfRange(text, "offset", "(0, "+strconv.FormatInt(math.MaxInt64, 10)+"]", strconv.Itoa(int(n))+"L")
	}
	return r.build()
}

func nthText(c *Call) string {
	s := c.Name + "(" + join(c.Args) + ")"
	if c.IgnoreNulls {
		s += " ignore nulls"
	}
	return s
}

// A neighbour is lag (a negative offset) or lead.
type neighbour struct {
	call   *Call
	offset int
}

func (f *neighbour) Eval(_ *Context, p *Partition, args []batch.Vector) (batch.Vector, error) {
	in, other := args[0], args[2]
	at := make([]int32, p.N) // where each row's value is; -1: nowhere
	if f.call.IgnoreNulls {
		f.skipNulls(in, at)
	} else {
		for i := range at {
			at[i] = -1
			if k := i + f.offset; k >= 0 && k < p.N {
				at[i] = int32(k)
			}
		}
	}
	absent := f.call.Args[2].Type().Kind == types.VoidKind
	return picked(f.call.Typ, in, at, func(v batch.Vector, i int) {
		if absent || other.Null(i) {
			v.AppendNull()
		} else {
			v.Append(other, []int32{int32(i)})
		}
	}), nil
}

// skipNulls finds the rows by counting only those whose value is not NULL.
func (f *neighbour) skipNulls(in batch.Vector, at []int32) {
	step, n := 1, f.offset
	if n < 0 {
		step, n = -1, -n
	}
	var seen []int32 // rows with a value that have been passed, in the direction of the walk
	for k := range at {
		i := k
		if step > 0 {
			i = len(at) - 1 - k
		}
		at[i] = -1
		switch {
		case n == 0:
			at[i] = int32(i)
		case len(seen) >= n:
			at[i] = seen[len(seen)-n]
		}
		if !in.Null(i) {
			seen = append(seen, int32(i))
		}
	}
}

// picked takes the values of in from the positions, and where there is none lets missing append one.
func picked(t *types.Type, in batch.Vector, at []int32, missing func(v batch.Vector, i int)) batch.Vector {
	v := newVector(t, len(at))
	for i := 0; i < len(at); {
		if at[i] < 0 {
			missing(v, i)
			i++
			continue
		}
		from := i
		for i < len(at) && at[i] >= 0 {
			i++
		}
		v.Append(in, at[from:i])
	}
	return v
}

// nth is nth_value.
type nth struct {
	call *Call
	n    int
}

func (f *nth) Eval(_ *Context, p *Partition, args []batch.Vector) (batch.Vector, error) {
	in := args[0]
	at := make([]int32, p.N)
	var values, before []int32 // rows with a value, and how many of them come before each row
	if f.call.IgnoreNulls {
		for i := range p.N {
			before = append(before, int32(len(values)))
			if !in.Null(i) {
				values = append(values, int32(i))
			}
		}
		before = append(before, int32(len(values)))
	}
	for i := range at {
		lo, hi := p.Lo[i], p.Hi[i]
		at[i] = -1
		if f.call.IgnoreNulls {
			if k := int(before[lo]) + f.n - 1; k < int(before[hi]) {
				at[i] = values[k]
			}
		} else if k := int(lo) + f.n - 1; k < int(hi) {
			at[i] = int32(k)
		}
	}
	return picked(f.call.Typ, in, at, func(v batch.Vector, _ int) { v.AppendNull() }), nil
}
