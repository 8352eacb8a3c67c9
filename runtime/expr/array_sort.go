package expr

import (
	"math/rand/v2"
	"slices"

	"gospark/runtime/batch"
	"gospark/runtime/condition"
	"gospark/runtime/types"
)

// Arrays in order: sorted by value or by a function, their ends, and shuffled.

// defaultOrder is how the column's name writes the order of array_sort without a function.
const defaultOrder = "lambdafunction((IF(((namedlambdavariable() IS NULL) AND (namedlambdavariable() IS NULL)), 0, (IF((namedlambdavariable() IS NULL), 1, " +
	"(IF((namedlambdavariable() IS NULL), -1, (IF((namedlambdavariable() < namedlambdavariable()), -1, (IF((namedlambdavariable() > namedlambdavariable()), 1, 0)))))))))), " +
	"namedlambdavariable(), namedlambdavariable())"

func init() {
	elem := func(args []Expr) *types.Type { return args[0].Type().Elem }
	family(arrayFuncs, []Function{
		{Name: "sort_array", Sig: "array, any = true -> $1", Check: sortArguments, NullIf: firstNullable, Impl: sortArray,
			Doc: "The array in ascending order with NULLs first, or in descending order with NULLs last.", Example: "sort_array(array('b', 'd', null, 'c', 'a'), true) = [NULL, a, b, c, d]"},
		{Name: "array_sort", Sig: "array, lambda? -> $1", Coerce: sortOperands, Check: comparatorType, NullIf: firstNullable, Impl: arraySort, Text: func(c *Call) string {
			if len(c.Args) == 1 {
				return c.Name + "(" + c.Args[0].String() + ", " + defaultOrder + ")"
			}
			return c.Name + "(" + join(c.Args) + ")"
		}, Doc: "The array in ascending order with NULLs last, or in the order of a function of two elements that yields a negative number, 0 or a positive one.",
			Example: "array_sort(array('bc', 'ab', 'dc')) = [ab, bc, dc]"},
		{Name: "array_min", Sig: "array -> ?", Check: orderedElements(0), Ret: elem, Null: Always, Impl: arrayEnd(-1), Doc: "The smallest element; NULLs do not count.", Example: "array_min(array(1, 20, null, 3)) = 1"},
		{Name: "array_max", Sig: "array -> ?", Check: orderedElements(0), Ret: elem, Null: Always, Impl: arrayEnd(1), Doc: "The largest element; NULLs do not count.", Example: "array_max(array(1, 20, null, 3)) = 20"},
		{Name: "shuffle", Sig: "array, bigint? -> $1", Volatile: true, NullIf: firstNullable, Impl: shuffleImpl,
			Text: func(c *Call) string { return c.Name + "(" + c.Args[0].String() + ")" },
			Doc:  "The array in a random order."},
	})
}

func sortArguments(text string, args []Expr) error {
	if t := args[0].Type(); !t.Elem.Ordered() {
		return notOrdered(text, "sort_array", t)
	}
	if args[1].Type().Kind != types.BooleanKind || !Foldable(args[1]) || isNullLit(args[1]) {
		return unexpectedInput(text, 1, quoted("BOOLEAN"), args[1])
	}
	return nil
}

var sortArray = kernelOfRow(func(c *Call) RowFunc {
	t := c.Arg(0).Elem
	return func(_ *Context, args []any) (any, error) {
		if args[0] == nil || args[1] == nil {
			return nil, nil
		}
		sign := 1
		if args[1] == false {
			sign = -1
		}
		out := slices.Clone(args[0].([]any))
		slices.SortStableFunc(out, func(a, b any) int { return sign * types.ComparePart(a, b, t) })
		return out, nil
	}
})

func comparatorType(text string, args []Expr) error {
	if len(args) == 1 {
		return orderedElements(0)(text, args)
	}
	if args[1].Type().Kind != types.IntKind {
		return mismatch("UNEXPECTED_RETURN_TYPE", text, "The `lambdafunction` requires return \"INT\" type, but the actual is "+quotedType(args[1].Type())+" type.",
			"functionName", "`lambdafunction`", "expectedType", `"INT"`, "actualType", quotedType(args[1].Type()))
	}
	return nil
}

// sortOperands leaves NULL in the place of the array to the conversion.
func sortOperands(r *Request) error {
	if len(r.Args) == 1 {
		return nil
	}
	return lambdaOperands(r)
}

// nullsLast orders as array_sort does without a function.
func nullsLast(t *types.Type) func(a, b any) int {
	return func(a, b any) int {
		if a == nil || b == nil {
			return one(a == nil) - one(b == nil)
		}
		return types.Compare(a, b, t)
	}
}

// sortBy sorts with a comparison that may fail.
func sortBy(a []any, t *types.Type, compare func(x, y any) (any, error)) ([]any, error) {
	out := slices.Clone(a)
	var failed error
	slices.SortStableFunc(out, func(x, y any) int {
		if failed != nil {
			return 0
		}
		v, err := compare(x, y)
		n, ok := v.(int32)
		if err == nil && !ok {
			first, second := textOf(x, t), textOf(y, t)
			err = condition.New("COMPARATOR_RETURNS_NULL", "22004",
				"The comparator has returned a NULL for a comparison between %s and %s. It should return a positive integer for \"greater than\", 0 for \"equal\" and a negative integer for \"less than\". "+
					"To revert to deprecated behavior where NULL is treated as 0 (equal), you must set \"spark.sql.legacy.allowNullComparisonResultInArraySort\" to \"true\".", first, second).
				WithParam("firstValue", first).WithParam("secondValue", second)
		}
		failed = err
		return int(n)
	})
	return out, failed
}

var arraySort = higherImpl(func(c *Call) HigherKernel {
	t := c.Arg(0).Elem
	s := newSlots(c.Typ)
	return func(ctx *Context, n int, rows []int32, args []batch.Vector, fns []*Applied) (batch.Vector, error) {
		l := args[0]
		s.reset(n)
		err := each(n, rows, func(i int) error {
			if l.Null(i) {
				return nil
			}
			a, _ := l.Any(i).([]any)
			if len(fns) == 0 {
				slices.SortStableFunc(a, nullsLast(t))
				s.setAny(i, a)
				return nil
			}
			from := []int32{int32(i)}
			sorted, err := sortBy(a, t, func(x, y any) (any, error) {
				left, right := batch.ForType(t, 1), batch.ForType(t, 1)
				left.AppendAny(x)
				right.AppendAny(y)
				v, err := fns[0].Apply(ctx, []batch.Vector{left, right}, from)
				if err != nil {
					return nil, err
				}
				return v.Any(0), nil
			})
			s.setAny(i, sorted)
			return err
		})
		return s.vector(), err
	}
}, func(c *Call) RowFunc {
	t := c.Arg(0).Elem
	return func(_ *Context, args []any) (any, error) {
		if args[0] == nil {
			return nil, nil
		}
		if len(args) == 1 {
			out := slices.Clone(args[0].([]any))
			slices.SortStableFunc(out, nullsLast(t))
			return out, nil
		}
		return sortBy(args[0].([]any), t, func(x, y any) (any, error) { return args[1].(lambdaFunc)(x, y) })
	}
})

func arrayEnd(sign int) *Impl {
	return kernelOfRow(func(c *Call) RowFunc {
		t := c.Arg(0).Elem
		return func(_ *Context, args []any) (any, error) {
			if args[0] == nil {
				return nil, nil
			}
			var best any
			for _, x := range args[0].([]any) {
				if x != nil && (best == nil || sign*types.Compare(x, best, t) > 0) {
					best = x
				}
			}
			return best, nil
		}
	})
}

var shuffleImpl = kernelOfRow(func(c *Call) RowFunc {
	r := rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))
	if len(c.Args) == 2 {
		if v, ok := c.Constant(1); ok && v != nil {
			r = rand.New(rand.NewPCG(uint64(v.(int64)), 0))
		}
	}
	return func(_ *Context, args []any) (any, error) {
		if args[0] == nil {
			return nil, nil
		}
		out := slices.Clone(args[0].([]any))
		r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
		return out, nil
	}
})
