package expr

import (
	"strings"

	"gospark/runtime/batch"
	"gospark/runtime/types"
)

// CASE and what is made of it. The arguments of "case" are conditions and values in turn, and perhaps the value of ELSE.
// A value is computed for the rows whose condition is the first to be true; conditions for the rows still open.

func init() {
	family("conditional_funcs", []Function{
		{Name: "case", Aliases: []string{"when"}, Sig: "any, any, any* -> ?", Coerce: caseOperands, Ret: caseType, NullIf: caseNullable,
			Impl: caseImpl(), Text: caseText, Doc: "The value of the first condition that is true.", Example: "CASE WHEN 1 > 0 THEN 1 ELSE 2.0 END = 1.0"},
		{Name: "if", Sig: "any, any, any -> ?", Coerce: caseOperands, Ret: caseType, NullIf: func(args []Expr) bool { return anyNullable(args[1:]) }, Impl: caseImpl(),
			Text: func(c *Call) string { return "(IF(" + join(c.Args) + "))" },
			Doc:  "The second argument where the first is true, otherwise the third.", Example: "if(1 < 2, 'a', 'b') = a"},
		{Name: "coalesce", Sig: "T... -> T", NullIf: allNullable, Impl: coalesceImpl(),
			Doc: "The first argument that is not NULL.", Example: "coalesce(NULL, 1, NULL) = 1"},
		{Name: "nvl", Aliases: []string{"ifnull"}, Sig: "any, any", Make: standsFor(func(r *Request) (Expr, error) { return r.other("coalesce", r.Args...) }),
			Doc: "The first argument, or the second where the first is NULL.", Example: "nvl(NULL, 2) = 2"},
		{Name: "nvl2", Sig: "any, any, any", Make: standsFor(func(r *Request) (Expr, error) {
			known, err := r.other("isnotnull", r.Args[0])
			if err != nil {
				return nil, err
			}
			return r.other("if", known, r.Args[1], r.Args[2])
		}), Doc: "The second argument where the first is not NULL, otherwise the third.", Example: "nvl2(NULL, 2, 1) = 1"},
		{Name: "nullif", Sig: "any, any", Make: standsFor(func(r *Request) (Expr, error) {
			same, err := r.other("=", r.Args...)
			if err != nil {
				return nil, err
			}
			return r.other("if", same, NullOf(r.Args[0].Type()), r.Args[0])
		}), Doc: "NULL where both arguments are equal, otherwise the first.", Example: "nullif(2, 2) = NULL"},
		{Name: "nullifzero", Sig: "any", Make: standsFor(func(r *Request) (Expr, error) {
			same, err := r.other("=", r.Args[0], IntLit(0))
			if err != nil {
				return nil, err
			}
			return r.other("if", same, NullOf(r.Args[0].Type()), r.Args[0])
		}), Doc: "NULL where the argument is 0.", Example: "nullifzero(0) = NULL"},
		{Name: "zeroifnull", Sig: "any", Make: standsFor(func(r *Request) (Expr, error) { return r.other("coalesce", r.Args[0], IntLit(0)) }),
			Doc: "0 where the argument is NULL.", Example: "zeroifnull(NULL) = 0"},
		{Name: "nanvl", Sig: "double|float, double|float -> ?", Coerce: nanOperands, Ret: func(args []Expr) *types.Type { return args[0].Type() },
			Impl: nanvlImpl(), Doc: "The first argument, or the second where the first is not a number.", Example: "nanvl(cast('NaN' as double), 123) = 123.0"},
		{Name: "greatest", Sig: "any, any, any* -> $1", Coerce: extremeOperands, NullIf: allNullable, Bind: extreme(1),
			Doc: "The largest argument; NULL only if all are.", Example: "greatest(10, 9, 2, 4, 3) = 10"},
		{Name: "least", Sig: "any, any, any* -> $1", Coerce: extremeOperands, NullIf: allNullable, Bind: extreme(-1),
			Doc: "The smallest argument; NULL only if all are.", Example: "least(10, 9, 2, 4, 3) = 2"},
	})
	family("predicate_funcs", []Function{
		{Name: "isnull", Sig: "any -> boolean", Null: Never, Impl: nullTest(true), Text: suffixText("IS NULL"),
			Doc: "Whether the argument is NULL.", Example: "isnull(1) = false"},
		{Name: "isnotnull", Sig: "any -> boolean", Null: Never, Impl: nullTest(false), Text: suffixText("IS NOT NULL"),
			Doc: "Whether the argument is not NULL.", Example: "isnotnull(1) = true"},
		{Name: "isunknown", Internal: true, Sig: "any", Make: truth("isnull")},
		{Name: "isnotunknown", Internal: true, Sig: "any", Make: truth("isnotnull")},
		{Name: "isnan", Sig: "double|float -> boolean", Null: Never, Bind: func(c *Call) *Impl {
			if c.Arg(0).Kind == types.FloatKind {
				return orFalse(fn1(func(x float32) bool { return x != x }))
			}
			return orFalse(fn1(func(x float64) bool { return x != x }))
		}, Doc: "Whether the argument is not a number; false for NULL.", Example: "isnan(cast('NaN' as double)) = true"},
		{Name: "in", Sig: "any, any...", Make: in, Impl: inImpl(), Text: inText,
			Doc: "Whether the first argument equals one of the others.", Example: "1 in(1, 2, 3) = true"},
	})
}

// truth is IS [NOT] UNKNOWN: a test for NULL that takes only booleans.
func truth(test string) func(r *Request) (Expr, error) {
	return func(r *Request) (Expr, error) {
		a := r.Args[0]
		if k := a.Type().Kind; k != types.BooleanKind && k != types.VoidKind {
			e, err := r.other(test, a)
			if err != nil {
				return nil, err
			}
			return nil, unexpectedInput(e.String(), 0, quotedType(types.Boolean), a)
		}
		return r.other(test, a)
	}
}

// other resolves another function with the options of this call.
func (r *Request) other(name string, args ...Expr) (Expr, error) {
	o := r.Options
	if Lookup(name).Agg == nil {
		o.Distinct, o.Filter, o.IgnoreNulls, o.Order = false, nil, false, nil
	}
	return Resolve(name, args, o)
}

// standsFor makes an expression of others that is shown as the call the user wrote.
func standsFor(f func(r *Request) (Expr, error)) func(r *Request) (Expr, error) {
	return func(r *Request) (Expr, error) {
		text := r.Text()
		e, err := f(r)
		if err != nil {
			return nil, err
		}
		return &Shown{Text: text, Child: e}, nil
	}
}

func suffixText(s string) func(c *Call) string {
	return func(c *Call) string { return "(" + c.Args[0].String() + " " + s + ")" }
}

// branches are the positions of the values among the arguments of CASE.
func branches(n int) []int {
	var at []int
	for i := 1; i < n; i += 2 {
		at = append(at, i)
	}
	if n%2 == 1 {
		at = append(at, n-1)
	}
	return at
}

func caseOperands(r *Request) error {
	text := r.Text()
	name := r.Fn.Name
	if name == "case" {
		name = "casewhen"
	}
	var values []Expr
	for _, i := range branches(len(r.Args)) {
		values = append(values, r.Args[i])
	}
	if t := commonOf(values, types.Widen); t == nil {
		return diffTypes(text, name, typeList(values))
	} else {
		for _, i := range branches(len(r.Args)) {
			r.Args[i] = Implicit(r.Args[i], t)
		}
	}
	if name == "if" && isNullLit(r.Args[0]) {
		r.Args[0] = NullOf(types.Boolean)
	}
	for i := 0; i+1 < len(r.Args); i += 2 {
		if r.Args[i].Type().Kind != types.BooleanKind {
			return unexpectedInput(text, i/2, quoted("BOOLEAN"), r.Args[i])
		}
	}
	return nil
}

func caseType(args []Expr) *types.Type {
	t := args[1].Type()
	for _, i := range branches(len(args)) { // parts may be null in one branch only
		if u := types.Widen(t, args[i].Type()); u != nil {
			t = u
		}
	}
	return t
}

// caseNullable looks no further than a condition that is always true.
func caseNullable(args []Expr) bool {
	for i := 0; i+1 < len(args); i += 2 {
		if args[i+1].Nullable() {
			return true
		}
		if l, ok := args[i].(*Lit); ok && l.Value == true {
			return false
		}
	}
	if len(args)%2 == 0 {
		return true
	}
	for _, i := range branches(len(args)) {
		if args[i].Nullable() {
			return true
		}
	}
	return false
}

func allNullable(args []Expr) bool {
	for _, a := range args {
		if !a.Nullable() {
			return false
		}
	}
	return true
}

func caseText(c *Call) string {
	var b strings.Builder
	b.WriteString("CASE")
	for i := 0; i+1 < len(c.Args); i += 2 {
		b.WriteString(" WHEN " + c.Args[i].String() + " THEN " + c.Args[i+1].String())
	}
	if len(c.Args)%2 == 1 {
		b.WriteString(" ELSE " + c.Args[len(c.Args)-1].String())
	}
	b.WriteString(" END")
	return b.String()
}

func caseImpl() *Impl {
	return &Impl{lazy: &lazyImpl{
		eager: 1,
		eval:  func(c *Call, args []Evaluator) Evaluator { return &caseEval{args: args, out: newSlots(c.Typ)} },
		row: func(_ *Call, _ *Context, args []func() (any, error)) (any, error) {
			i := 0
			for ; i+1 < len(args); i += 2 {
				v, err := args[i]()
				if err != nil {
					return nil, err
				}
				if v == true {
					return args[i+1]()
				}
			}
			if i < len(args) {
				return args[i]()
			}
			return nil, nil
		},
	}}
}

type caseEval struct {
	args       []Evaluator
	out        slots
	hits, rest [2][]int32
}

func (e *caseEval) Eval(ctx *Context, b *batch.Batch, rows []int32) (batch.Vector, error) {
	e.out.reset(b.N)
	open, none := rows, false
	take := func(value Evaluator, rows []int32) error {
		v, err := value.Eval(ctx, b, rows)
		if err == nil {
			e.out.copy(v, rows)
		}
		return err
	}
	i := 0
	for ; i+1 < len(e.args) && !none; i += 2 {
		v, err := e.args[i].Eval(ctx, b, open)
		if err != nil {
			return nil, err
		}
		cond := v.(*batch.Vec[bool])
		k := i / 2 % 2
		hits := selected(e.hits[k][:0], cond, b.N, open)
		e.hits[k] = hits
		all := len(hits) == rowCount(b.N, open)
		if len(hits) > 0 {
			which := hits
			if all {
				which = open
			}
			if err := take(e.args[i+1], which); err != nil {
				return nil, err
			}
		}
		if all {
			none = true
			continue
		}
		rest := unselected(e.rest[k][:0], cond, b.N, open)
		e.rest[k] = rest
		if len(rest) < rowCount(b.N, open) {
			open = rest
		}
	}
	if !none && i < len(e.args) {
		if err := take(e.args[i], open); err != nil {
			return nil, err
		}
	}
	return e.out.vector(), nil
}

func rowCount(n int, rows []int32) int {
	if rows == nil {
		return n
	}
	return len(rows)
}

// unselected appends the positions at which v is false or null.
func unselected(dst []int32, v *batch.Vec[bool], n int, rows []int32) []int32 {
	_ = each(n, rows, func(i int) error {
		if !v.V[i] || v.Valid != nil && !v.Valid[i] {
			dst = append(dst, int32(i))
		}
		return nil
	})
	return dst
}

// coalesceImpl computes each argument for the rows in which those before it are null.
func coalesceImpl() *Impl {
	return &Impl{lazy: &lazyImpl{
		eager: 1,
		eval:  func(c *Call, args []Evaluator) Evaluator { return &coalesceEval{args: args, out: newSlots(c.Typ)} },
		row: func(_ *Call, _ *Context, args []func() (any, error)) (any, error) {
			for _, a := range args {
				if v, err := a(); v != nil || err != nil {
					return v, err
				}
			}
			return nil, nil
		},
	}}
}

type coalesceEval struct {
	args []Evaluator
	out  slots
	rest [2][]int32
}

func (e *coalesceEval) Eval(ctx *Context, b *batch.Batch, rows []int32) (batch.Vector, error) {
	for i, a := range e.args {
		v, err := a.Eval(ctx, b, rows)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			if !v.HasNulls() {
				return v, nil
			}
			e.out.reset(b.N)
		}
		e.out.copy(v, rows)
		if !v.HasNulls() {
			break
		}
		rest := e.rest[i%2][:0]
		valid := validOf(v)
		_ = each(b.N, rows, func(i int) error {
			if !valid[i] {
				rest = append(rest, int32(i))
			}
			return nil
		})
		e.rest[i%2] = rest
		if len(rest) == 0 {
			break
		}
		rows = rest
	}
	return e.out.vector(), nil
}

// nullTest is IS NULL and IS NOT NULL.
func nullTest(is bool) *Impl {
	return kernelImpl(func(*Call) Kernel {
		var o out[bool]
		return func(_ *Context, n int, rows []int32, args []batch.Vector) (batch.Vector, error) {
			z := o.start(n)
			valid := validOf(args[0])
			if valid == nil {
				for i := range z.V {
					z.V[i] = !is
				}
				return z, nil
			}
			for i := range z.V {
				z.V[i] = valid[i] != is
			}
			return z, nil
		}
	}, func(*Call) RowFunc {
		return func(_ *Context, args []any) (any, error) { return (args[0] == nil) == is, nil }
	})
}

// orFalse makes NULL false.
func orFalse(inner *Impl) *Impl {
	return kernelImpl(func(c *Call) Kernel {
		k := inner.kernel(c)
		var o out[bool]
		return func(ctx *Context, n int, rows []int32, args []batch.Vector) (batch.Vector, error) {
			v, err := k(ctx, n, rows, args)
			if err != nil || !v.HasNulls() {
				return v, err
			}
			in, z := v.(*batch.Vec[bool]), o.start(n)
			return z, each(n, rows, func(i int) error { z.V[i] = in.Valid[i] && in.V[i]; return nil })
		}
	}, func(c *Call) RowFunc {
		row := inner.row(c)
		return func(ctx *Context, args []any) (any, error) {
			v, err := row(ctx, args)
			if v == nil {
				v = false
			}
			return v, err
		}
	})
}

func nanOperands(r *Request) error {
	a, b := r.Args[0].Type(), r.Args[1].Type()
	if b.Kind == types.VoidKind {
		r.Args[1] = NullOf(a)
		return nil
	}
	t := types.Double
	if a.Kind == types.FloatKind && b.Kind == types.FloatKind {
		t = types.Float
	}
	for i, x := range r.Args {
		if x.Type().Fractional() || types.ImplicitCast(x.Type(), t) != nil {
			r.Args[i] = Implicit(x, t)
		}
	}
	return nil
}

func nanvlImpl() *Impl {
	return &Impl{lazy: &lazyImpl{
		eager: 1,
		eval:  func(c *Call, args []Evaluator) Evaluator { return &nanvlEval{args: args, out: newSlots(c.Typ)} },
		row: func(_ *Call, _ *Context, args []func() (any, error)) (any, error) {
			v, err := args[0]()
			if f, ok := v.(float64); ok && f != f {
				return args[1]()
			}
			if f, ok := v.(float32); ok && f != f {
				return args[1]()
			}
			return v, err
		},
	}}
}

type nanvlEval struct {
	args []Evaluator
	out  slots
	rows []int32
}

func (e *nanvlEval) Eval(ctx *Context, b *batch.Batch, rows []int32) (batch.Vector, error) {
	v, err := e.args[0].Eval(ctx, b, rows)
	if err != nil {
		return nil, err
	}
	e.rows = e.rows[:0]
	_ = each(b.N, rows, func(i int) error {
		nan := false
		switch x := v.(type) {
		case *batch.Vec[float64]:
			nan = x.V[i] != x.V[i] && !x.Null(i)
		case *batch.Vec[float32]:
			nan = x.V[i] != x.V[i] && !x.Null(i)
		}
		if nan {
			e.rows = append(e.rows, int32(i))
		}
		return nil
	})
	if len(e.rows) == 0 {
		return v, nil
	}
	e.out.reset(b.N)
	e.out.copy(v, rows)
	w, err := e.args[1].Eval(ctx, b, e.rows)
	if err != nil {
		return nil, err
	}
	e.out.copy(w, e.rows)
	return e.out.vector(), nil
}

// extremeOperands gives the arguments of greatest and least one type. Strings do not become numbers here.
func extremeOperands(r *Request) error {
	text := r.Text()
	t := commonOf(r.Args, widenNumbers)
	if t == nil {
		return diffTypes(text, r.Fn.Name, typeList(r.Args))
	}
	if !t.Ordered() {
		return notOrdered(text, r.Fn.Name, t)
	}
	r.Args = implicitAll(r.Args, t)
	return nil
}

// extreme chooses the largest (sign 1) or smallest value that is not null.
func extreme(sign int) func(c *Call) *Impl {
	return func(c *Call) *Impl {
		switch t := c.Typ; t.Kind {
		case types.IntKind, types.DateKind, types.YearMonthKind:
			return extremeOf(sign, comparer[int32](t))
		case types.LongKind, types.TimestampKind, types.TimestampNTZKind, types.TimeKind, types.DayTimeKind:
			return extremeOf(sign, comparer[int64](t))
		case types.DoubleKind:
			return extremeOf(sign, types.CompareFloat)
		case types.StringKind, types.BinaryKind:
			return extremeOf(sign, strings.Compare)
		case types.DecimalKind:
			return extremeOf(sign, types.Decimal.Cmp)
		}
		t := c.Typ
		return boxedNulls(func(_ *Context, args []any) (any, error) {
			var best any
			for _, a := range args {
				if a != nil && (best == nil || sign*compareValues(t, a, best) > 0) {
					best = a
				}
			}
			return best, nil
		})
	}
}

func comparer[T int32 | int64](*types.Type) func(a, b T) int {
	return func(a, b T) int { return boolInt(a > b) - boolInt(a < b) }
}

func boolInt(b bool) int { return one(b) }

func extremeOf[T any](sign int, compare func(a, b T) int) *Impl {
	return kernelImpl(func(*Call) Kernel {
		var o out[T]
		return func(_ *Context, n int, rows []int32, args []batch.Vector) (batch.Vector, error) {
			z := o.start(n)
			valid := o.nullable(nil)
			clear(valid)
			for _, a := range args {
				v := a.(*batch.Vec[T])
				_ = each(n, rows, func(i int) error {
					if (v.Valid == nil || v.Valid[i]) && (!valid[i] || sign*compare(v.V[i], z.V[i]) > 0) {
						z.V[i], valid[i] = v.V[i], true
					}
					return nil
				})
			}
			return z, nil
		}
	}, func(c *Call) RowFunc {
		return func(_ *Context, args []any) (any, error) {
			var best any
			for _, a := range args {
				if a != nil && (best == nil || sign*compareValues(c.Typ, a, best) > 0) {
					best = a
				}
			}
			return best, nil
		}
	})
}
