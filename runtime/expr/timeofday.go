package expr

import (
	"strconv"
	"strings"

	"gospark/runtime/condition"
	"gospark/runtime/types"
)

// Times of day, and buckets of time.

func init() {
	precise := func([]Expr) *types.Type { return types.Time }
	family(datetimeFuncs, []Function{
		{Name: "current_time", Sig: "int = 6 -> ?", Null: Never, Check: timePrecision, Ret: func(args []Expr) *types.Type {
			n, _ := args[0].(*Lit).Value.(int32)
			return &types.Type{Kind: types.TimeKind, Precision: int(n)}
		}, Bind: func(c *Call) *Impl {
			return boxed(func(ctx *Context, _ []any) (any, error) {
				clock := floorMod(types.ToLocal(ctx.Now, zoneOf(ctx)), types.Day)
				return types.TruncTime(clock, c.Typ.Precision), nil
			})
		}, Doc: "The time of day at which the query began, with a number of digits of the second."},
		{Name: "to_time", Sig: "string, string? -> ?", Ret: precise, Make: nullInLegacy, Bind: toTime(false),
			Doc: "The time of day that a text says, in a pattern if one is given.", Example: "to_time('00:12:00') = 00:12:00"},
		{Name: "try_to_time", Sig: "string, string? -> ?", Ret: precise, Null: Always, Bind: toTime(true),
			Doc: "to_time, and NULL for a text that says none.", Example: "try_to_time('foo') = NULL"},
		{Name: "make_time", Sig: "int, int, any -> ?", Ret: precise, Coerce: func(r *Request) error { return r.toDecimal(2, types.DecimalOf(16, 6)) },
			Impl: fn3e(func(h, m int32, s types.Decimal) (int64, error) {
				micros, _ := s.Int64()
				return types.MakeTime(int(h), int(m), micros)
			}), Doc: "The time of day of an hour, a minute and seconds.", Example: "make_time(6, 30, 45.887) = 06:30:45.887"},
		{Name: "time_trunc", Sig: "string, time -> $2", Impl: fn2e(func(unit string, t int64) (int64, error) {
			u, err := timeUnit("time_trunc", unit)
			if err != nil {
				return 0, err
			}
			return t - t%u, nil
		}), Doc: "The start of the unit a time of day is in.", Example: "time_trunc('HOUR', TIME'09:32:05.359') = 09:00:00"},
		{Name: "time_diff", Sig: "string, time, time -> bigint", Impl: fn3e(func(unit string, a, b int64) (int64, error) {
			u, err := timeUnit("time_diff", unit)
			if err != nil {
				return 0, err
			}
			return (b - a) / u, nil
		}), Doc: "The whole units from the first time of day to the second.", Example: "time_diff('HOUR', TIME'20:30:29', TIME'21:30:28') = 0"},
		{Name: "time_from_seconds", Sig: "numeric -> ?", Ret: precise, NullIf: func(args []Expr) bool { return args[0].Nullable() || args[0].Type().Fractional() },
			Bind: timeFromSeconds, Doc: "The time of day a number of seconds after midnight.", Example: "time_from_seconds(60) = 00:01:00"},
		{Name: "time_from_millis", Sig: "integral -> ?", Ret: precise, Bind: onWhole(timeFrom(types.Milli, "MilliOfDay")),
			Doc: "The time of day a number of milliseconds after midnight.", Example: "time_from_millis(52200000) = 14:30:00"},
		{Name: "time_from_micros", Sig: "integral -> ?", Ret: precise, Bind: onWhole(timeFrom(1, "MicroOfDay")),
			Doc: "The time of day a number of microseconds after midnight.", Example: "time_from_micros(52200500000) = 14:30:00.5"},
		{Name: "time_to_seconds", Sig: "time -> ?", Ret: func([]Expr) *types.Type { return types.DecimalOf(14, 6) }, Impl: fn1(types.DecimalOf64),
			Doc: "The seconds since midnight.", Example: "time_to_seconds(TIME'14:30:00') = 52200.000000"},
		{Name: "time_to_millis", Sig: "time -> bigint", Impl: fn1(func(t int64) int64 { return t / types.Milli }),
			Doc: "The milliseconds since midnight.", Example: "time_to_millis(TIME'14:30:00') = 52200000"},
		{Name: "time_to_micros", Sig: "time -> bigint", Impl: fn1(func(t int64) int64 { return t }),
			Doc: "The microseconds since midnight.", Example: "time_to_micros(TIME'14:30:00') = 52200000000"},
		{Name: "time_bucket", Sig: "daytime|yearmonth, timestampany, timestampany? -> $2", Coerce: bucketOrigin, Check: bucketWidth, Bind: timeBucket,
			Doc: "The start of the bucket a timestamp is in; buckets are of equal width and aligned to an origin, 1970-01-01 unless another is given."},
	})
}

func floorMod(a, b int64) int64 { return a - floorDiv(a, b)*b }

func timePrecision(text string, args []Expr) error {
	n, ok := args[0].(*Lit)
	if !ok {
		return notFoldable(text, "precision", types.Int, args[0])
	}
	if n.Value == nil {
		return mismatch("UNEXPECTED_NULL", text, "The `precision` must not be null.", "exprName", "`precision`")
	}
	if p, _ := n.Value.(int32); p < 0 || p > 6 {
		return outOfRange(text, "`precision`", "[0, 6]", strconv.Itoa(int(p)))
	}
	return nil
}

func timeUnit(function, name string) (int64, error) {
	u, ok := datetimeUnits[strings.ToUpper(name)]
	if !ok || u.months != 0 || u.micros > types.Hour {
		return 0, invalidParameter("TIME_UNIT", function, "unit",
			"expects one of the units 'HOUR', 'MINUTE', 'SECOND', 'MILLISECOND', 'MICROSECOND', but got '"+name+"'.", "invalidValue", "'"+name+"'")
	}
	return u.micros, nil
}

func toTime(try bool) func(c *Call) *Impl {
	return func(c *Call) *Impl {
		var pattern func(string) (*types.Pattern, error)
		if len(c.Args) == 2 {
			pattern = parser(c, 1)
		}
		return boxed(func(_ *Context, args []any) (any, error) {
			s, format, ok := args[0].(string), "HH:mm:ss.SSSSSS", false
			var t int64
			if pattern == nil {
				t, ok = types.StringToTime(s, 6)
			} else {
				format = args[1].(string)
				p, err := pattern(format)
				if err != nil {
					return nil, err
				}
				local, err := p.ParseLocal(s, false)
				t, ok = floorMod(local, types.Day), err == nil
			}
			switch {
			case ok:
				return t, nil
			case try || c.Legacy:
				return nil, nil
			}
			return nil, condition.New("CANNOT_PARSE_TIME", "22010",
				"The input string %s cannot be parsed to a TIME value because it does not match the datetime format %s.", "'"+s+"'", "'"+format+"'").
				WithParam("input", "'"+s+"'").WithParam("format", "'"+format+"'")
		})
	}
}

func timeFrom(unit int64, field string) func(int64) (int64, error) {
	return func(n int64) (int64, error) {
		if n < 0 || n >= types.Day/unit {
			return 0, condition.New("DATETIME_FIELD_OUT_OF_BOUNDS.WITHOUT_SUGGESTION", "22023",
				"Invalid value for %s (valid values 0 - %d): %d.", field, types.Day/unit-1, n)
		}
		return n * unit, nil
	}
}

func timeFromSeconds(c *Call) *Impl {
	within := func(micros int64) (int64, bool, error) {
		if micros < 0 || micros >= types.Day {
			_, err := timeFrom(types.Second, "SecondOfDay")(floorDiv(micros, types.Second))
			return 0, false, err
		}
		return micros, true, nil
	}
	float := func(x float64) (int64, bool, error) {
		if x-x != 0 {
			return 0, false, nil
		}
		return within(types.Float64ToInt64Wrap(x * types.Second))
	}
	switch c.Arg(0).Kind {
	case types.FloatKind:
		return fn1x(func(_ *Context, x float32) (int64, bool, error) { return float(float64(x)) })
	case types.DoubleKind:
		return fn1x(func(_ *Context, x float64) (int64, bool, error) { return float(x) })
	case types.DecimalKind:
		scale := c.Arg(0).Scale
		return fn1x(func(_ *Context, d types.Decimal) (int64, bool, error) {
			t, ok := types.DecimalToTimestamp(d, scale)
			if !ok {
				return 0, false, overflow("Overflow", "")
			}
			return within(t)
		})
	}
	return onWhole(timeFrom(types.Second, "SecondOfDay"))(c)
}

func bucketOrigin(r *Request) error {
	if len(r.Args) == 2 {
		t := types.Timestamp
		if r.Args[1].Type().Kind == types.TimestampNTZKind {
			t = types.TimestampNTZ
		}
		v := int64(0)
		if t.Kind == types.TimestampKind && r.Context != nil {
			v = types.FromLocal(0, zoneOf(r.Context))
		}
		r.Args = append(r.Args, &Lit{Value: v, Typ: t})
		return nil
	}
	if a, b := r.Args[1].Type(), r.Args[2].Type(); a.Kind != b.Kind && isTimestamp(a) {
		r.Args[2] = Implicit(r.Args[2], a)
	}
	return nil
}

func bucketWidth(text string, args []Expr) error {
	w, ok := args[0].(*Lit)
	if !ok {
		return notFoldable(text, "bucket_width", args[0].Type(), args[0])
	}
	switch v := w.Value.(type) {
	case int32:
		if v <= 0 {
			return outOfRange(text, "`bucket_width`", "(0, 2147483647]", w.SQLText())
		}
	case int64:
		if v <= 0 {
			return outOfRange(text, "`bucket_width`", "(0, 9223372036854775807]", w.SQLText())
		}
	}
	return nil
}

func timeBucket(c *Call) *Impl {
	if c.Arg(0).Kind == types.DayTimeKind {
		return fn3(func(w, t, origin int64) int64 { return t - floorMod(t-origin, w) })
	}
	zone := c.localZone(1)
	return fn3x(func(ctx *Context, w int32, t, origin int64) (int64, bool, error) {
		z := zone(ctx)
		months := monthsApart(types.ToLocal(origin, z), types.ToLocal(t, z))
		n := floorDiv(months, int64(w)) * int64(w)
		start, ok := types.AddInterval(origin, types.Interval{Months: int32(n)}, z)
		if ok && start > t {
			start, ok = types.AddInterval(origin, types.Interval{Months: int32(n - int64(w))}, z)
		}
		if !ok {
			return 0, false, datetimeOverflow("find the bucket of a timestamp")
		}
		return start, true, nil
	})
}
