package expr

import (
	"math"
	"time"

	"gospark/runtime/condition"
	"gospark/runtime/types"
)

// sequence makes an array of whole numbers, dates or timestamps, from a start to a stop, which is in it, by a step.

func init() {
	family(arrayFuncs, []Function{
		{Name: "sequence", Sig: "any, any, any? -> ?", Coerce: sequenceOperands, Ret: func(args []Expr) *types.Type { return types.ArrayOf(args[0].Type(), false) },
			Impl: sequenceImpl, Doc: "An array from a first to a last value by a step: 1 or -1 for numbers, a day for dates and timestamps if none is given.",
			Example: "sequence(1, 5) = [1, 2, 3, 4, 5]"},
	})
}

func wrongSequence(text string, start *types.Type) error {
	choice := `("TIMESTAMP" or "TIMESTAMP_NTZ" or "DATE")`
	return mismatch("SEQUENCE_WRONG_INPUT_TYPES", text, "`sequence` uses the wrong parameter type. The parameter type must conform to:\n"+
		"1. The start and stop expressions must resolve to the same type.\n"+
		"2. If start and stop expressions resolve to the "+choice+" type, then the step expression must resolve to the (\"INTERVAL\" or \"INTERVAL YEAR TO MONTH\" or \"INTERVAL DAY TO SECOND\") type.\n"+
		"3. Otherwise, if start and stop expressions resolve to the \"INTEGRAL\" type, then the step expression must resolve to the same type.",
		"functionName", "`sequence`", "startType", choice, "stepType", `("INTERVAL" or "INTERVAL YEAR TO MONTH" or "INTERVAL DAY TO SECOND")`, "otherStartType", `"INTEGRAL"`)
}

func sequenceOperands(r *Request) error {
	text := r.Text()
	t := types.Widen(r.Args[0].Type(), r.Args[1].Type())
	if t == nil || !t.Integral() && !isDatetime(t) {
		return wrongSequence(text, r.Args[0].Type())
	}
	if len(r.Args) == 3 {
		s := r.Args[2].Type()
		switch {
		case isDatetime(t) && s.Text():
			r.Args[2] = Implicit(r.Args[2], types.Calendar)
		case isDatetime(t):
			if !s.IsInterval() && s.Kind != types.CalendarKind {
				return wrongSequence(text, t)
			}
		case s.Integral():
			t = types.Widen(t, s)
			r.Args[2] = Implicit(r.Args[2], t)
		default:
			return wrongSequence(text, t)
		}
	}
	r.Args[0], r.Args[1] = Implicit(r.Args[0], t), Implicit(r.Args[1], t)
	return nil
}

var sequenceImpl = kernelOfRow(func(c *Call) RowFunc {
	t := c.Arg(0)
	return func(ctx *Context, args []any) (any, error) {
		for _, a := range args {
			if a == nil {
				return nil, nil
			}
		}
		if t.Integral() {
			return wholeSequence(args)
		}
		return timeSequence(ctx, t, c, args)
	}
})

func illegalBoundaries(start, stop, step string) error {
	return condition.New("", "", "requirement failed: Illegal sequence boundaries: %s to %s by %s", start, stop, step)
}

func wholeSequence(args []any) (any, error) {
	start, stop := wholeValue(args[0]), wholeValue(args[1])
	step := int64(1)
	if start > stop {
		step = -1
	}
	if len(args) == 3 {
		step = wholeValue(args[2])
	}
	n, err := steps(start, stop, step)
	if err != nil {
		return nil, err
	}
	out := make([]any, n)
	for i := range out {
		out[i] = wholeLike(args[0], start+int64(i)*step)
	}
	return out, nil
}

// steps is how many elements there are.
func steps(start, stop, step int64) (int, error) {
	if !(step > 0 && start <= stop || step < 0 && start >= stop || step == 0 && start == stop) {
		text := func(n int64) string { return textOf(n, types.Long) }
		return 0, illegalBoundaries(text(start), text(stop), text(step))
	}
	if step == 0 {
		return 1, nil
	}
	distance, unit := uint64(stop-start), uint64(step)
	if step < 0 {
		distance, unit = uint64(start-stop), uint64(-step)
	}
	n := int64(min(distance/unit, math.MaxInt64-1)) + 1
	return int(n), room("sequence", n, tooManyByCount)
}

func wholeLike(like any, n int64) any {
	switch like.(type) {
	case int8:
		return int8(n)
	case int16:
		return int16(n)
	case int32:
		return int32(n)
	}
	return n
}

// timeSequence adds multiples of the step to the start, so that the last days of months do not drift.
func timeSequence(ctx *Context, t *types.Type, c *Call, args []any) (any, error) {
	zone := zoneOf(ctx)
	if t.Kind == types.TimestampNTZKind {
		zone = time.UTC
	}
	at := func(v any) int64 {
		if d, ok := v.(int32); ok {
			m, _ := types.TimestampOf(d, zone)
			return m
		}
		return v.(int64)
	}
	start, stop := at(args[0]), at(args[1])
	step := types.Interval{Days: 1}
	if start > stop {
		step.Days = -1
	}
	if len(args) == 3 {
		switch v := args[2].(type) {
		case int32:
			step = types.Interval{Months: v}
		case int64:
			step = types.Interval{Days: int32(v / types.Day), Micros: v % types.Day}
		case types.Interval:
			step = v
		}
	}
	if t.Kind == types.DateKind && step.Months == 0 && step.Days == 0 {
		kind := "interval"
		if len(args) == 3 && c.Arg(2).Kind == types.DayTimeKind {
			kind = "interval day to second"
		}
		return nil, condition.New("_LEGACY_ERROR_TEMP_3242", "", "sequence step must be an %s of day granularity if start and end values are dates", kind).
			WithParam("intervalType", kind)
	}
	length := int64(step.Months)*28*types.Day + int64(step.Days)*types.Day + step.Micros
	if !(length > 0 && start <= stop || length < 0 && start >= stop || length == 0 && start == stop) {
		return nil, illegalBoundaries(textOf(args[0], types.Long), textOf(args[1], types.Long), step.String())
	}
	if length != 0 {
		// The estimate is exact but for months, which are taken as short.
		if err := room("sequence", (stop-start)/length+1, tooManyByCount); err != nil {
			return nil, err
		}
	}
	out := []any{}
	for i := int64(0); ; i++ {
		v, ok := types.AddInterval(start, types.Interval{Months: int32(i) * step.Months, Days: int32(i) * step.Days, Micros: i * step.Micros}, zone)
		if !ok || length > 0 && v > stop || length < 0 && v < stop {
			return out, nil
		}
		if t.Kind == types.DateKind {
			out = append(out, types.DateOf(v, zone))
		} else {
			out = append(out, v)
		}
		if length == 0 {
			return out, nil
		}
	}
}
