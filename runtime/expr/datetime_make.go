package expr

import (
	"gospark/runtime/condition"
	"gospark/runtime/types"
)

// Dates, timestamps and intervals from their parts.

func init() {
	family(datetimeFuncs, []Function{
		{Name: "make_date", Sig: "int, int, int -> date", Make: nullInLegacy, Bind: func(c *Call) *Impl {
			return fn3x(func(_ *Context, y, m, d int32) (int32, bool, error) {
				v, err := types.MakeDate(int(y), int(m), int(d))
				if err != nil && c.Legacy {
					return 0, false, nil
				}
				return v, true, err
			})
		}, Doc: "The date of a year, month and day.", Example: "make_date(2013, 7, 15) = 2013-07-15"},
		makeTimestamp("make_timestamp", types.Timestamp, false), makeTimestamp("try_make_timestamp", types.Timestamp, true),
		makeTimestamp("make_timestamp_ltz", types.Timestamp, false), makeTimestamp("try_make_timestamp_ltz", types.Timestamp, true),
		makeTimestamp("make_timestamp_ntz", types.TimestampNTZ, false), makeTimestamp("try_make_timestamp_ntz", types.TimestampNTZ, true),
		{Name: "make_interval", Sig: "int = 0, int = 0, int = 0, int = 0, int = 0, int = 0, any = 0.000000 -> interval", Coerce: exactSeconds(6), Make: nullInLegacy, Bind: makeInterval,
			Doc: "A calendar interval of years, months, weeks, days, hours, minutes and seconds.", Example: "make_interval(100, 11, 1, 1, 12, 30, 01.001001) = 100 years 11 months 8 days 12 hours 30 minutes 1.001001 seconds"},
		{Name: "try_make_interval", Sig: "int = 0, int = 0, int = 0, int = 0, int = 0, int = 0, any = 0.000000", Make: func(r *Request) (Expr, error) {
			e, err := r.other("make_interval", r.Args...)
			if err != nil {
				return nil, err
			}
			return &Shown{Text: "try_" + e.String(), Child: tryOf(e)}, nil
		}, Doc: "make_interval, and NULL on overflow.", Example: "try_make_interval(2147483647) = NULL"},
		{Name: "make_dt_interval", API: "MakeDTInterval", Sig: "int = 0, int = 0, int = 0, any = 0.000000 -> daytime", Coerce: exactSeconds(3), Impl: boxed(func(_ *Context, args []any) (any, error) {
			s, ok := args[3].(types.Decimal).Int64()
			for i, unit := range []int64{types.Day, types.Hour, types.Minute} {
				part, fits := mul64(int64(args[i].(int32)), unit)
				if ok = ok && fits; ok {
					s, ok = add64(s, part)
				}
			}
			if !ok {
				return nil, intervalOverflow("")
			}
			return s, nil
		}), Doc: "A day-time interval of days, hours, minutes and seconds.", Example: "make_dt_interval(1, 12, 30, 01.001001) = INTERVAL '1 12:30:01.001001' DAY TO SECOND"},
		{Name: "make_ym_interval", API: "MakeYMInterval", Sig: "int = 0, int = 0 -> yearmonth", Impl: fn2e(func(y, m int32) (int32, error) {
			n := int64(y)*12 + int64(m)
			if n != int64(int32(n)) {
				return 0, intervalOverflow("")
			}
			return int32(n), nil
		}), Doc: "A year-month interval of years and months.", Example: "make_ym_interval(1, 2) = INTERVAL '1-2' YEAR TO MONTH"},
	})
}

// exactSeconds makes the i-th argument a number of seconds in microseconds.
func exactSeconds(i int) func(r *Request) error {
	return func(r *Request) error { return r.toDecimal(i, types.DecimalOf(18, 6)) }
}

// toDecimal converts the i-th argument to a decimal.
func (r *Request) toDecimal(i int, t *types.Type) error {
	if types.ImplicitCast(r.Args[i].Type(), t) == nil && r.Args[i].Type().Kind != types.DecimalKind {
		return unexpectedInput(r.Text(), i, quotedType(t), r.Args[i])
	}
	r.Args[i] = Implicit(r.Args[i], t)
	return nil
}

func makeInterval(c *Call) *Impl {
	return boxed(func(_ *Context, args []any) (any, error) {
		n := func(i int) int64 { return int64(args[i].(int32)) }
		months, days := n(0)*12+n(1), n(2)*7+n(3)
		micros, ok := args[6].(types.Decimal).Int64()
		kind := "overflow"
		if months == int64(int32(months)) && days == int64(int32(days)) {
			kind = "long overflow"
			for i, unit := range []int64{types.Hour, types.Minute} {
				part, fits := mul64(n(4+i), unit)
				if ok = ok && fits; ok {
					micros, ok = add64(micros, part)
				}
			}
		} else {
			ok = false
		}
		if !ok {
			if c.Legacy {
				return nil, nil
			}
			return nil, overflow(kind, "")
		}
		return types.Interval{Months: int32(months), Days: int32(days), Micros: micros}, nil
	})
}

func mul64(a, b int64) (int64, bool) {
	c := a * b
	return c, a == 0 || c/a == b && !(a == -1 && b == -b && b != 0)
}

func add64(a, b int64) (int64, bool) {
	c := a + b
	return c, (c > a) == (b > 0)
}

// makeTimestamp is the entry of a function that makes a timestamp of its parts, or of a date and a time of day; a time
// zone may follow.
func makeTimestamp(name string, to *types.Type, try bool) Function {
	doc := "The timestamp of a year, month, day, hour, minute and second, in a time zone."
	if to.Kind == types.TimestampNTZKind {
		doc = "The timestamp without time zone of a year, month, day, hour, minute and second."
	}
	f := Function{Name: name, Sig: "any, any, any?, any?, any?, any?, any? -> ?", Doc: doc, Make: nullInLegacy, Coerce: timestampParts(to),
		Ret: func([]Expr) *types.Type { return to }, Bind: timestampOf(to, try),
		Example: name + "(2014, 12, 28, 6, 30, 45.887) = 2014-12-28 06:30:45.887"}
	if try {
		f.Null = Always
	}
	return f
}

func timestampParts(to *types.Type) func(r *Request) error {
	return func(r *Request) error {
		text := r.Text()
		zoned := to.Kind == types.TimestampKind
		want := []*types.Type{types.Int, types.Int, types.Int, types.Int, types.Int, types.DecimalOf(16, 6), types.String}
		if n := len(r.Args); n < 6 {
			want = []*types.Type{types.Date, types.Time, types.String}
			if n > 3 || n == 3 && !zoned {
				return wrongCount(r.Name, map[bool]string{true: "[2, 3, 6, 7]", false: "[2, 6]"}[zoned], n)
			}
		} else if n == 7 && !zoned {
			return wrongCount(r.Name, "[2, 6]", n)
		}
		for i, a := range r.Args {
			t := want[i]
			if a.Type().Kind == types.TimeKind && t.Kind == types.TimeKind {
				continue
			}
			if a.Type().Kind != t.Kind && types.ImplicitCast(a.Type(), t) == nil {
				return unexpectedInput(text, i, quotedType(t), a)
			}
			r.Args[i] = Implicit(a, t)
		}
		return nil
	}
}

func timestampOf(to *types.Type, try bool) func(c *Call) *Impl {
	return func(c *Call) *Impl {
		return boxed(func(ctx *Context, args []any) (any, error) {
			t, err := timestampFrom(ctx, args, to)
			if _, known := condition.As(err); known && (try || c.Legacy) {
				return nil, nil
			}
			if err != nil {
				return nil, err
			}
			return t, nil
		})
	}
}

func timestampFrom(ctx *Context, args []any, to *types.Type) (int64, error) {
	var local int64
	var err error
	zoneAt := 2
	if len(args) >= 6 {
		zoneAt = 6
		n := func(i int) int { return int(args[i].(int32)) }
		micros, _ := args[5].(types.Decimal).Int64()
		if local, err = types.MakeLocal(n(0), n(1), n(2), n(3), n(4), micros); err != nil {
			return 0, err
		}
	} else {
		day, ok := mul64(int64(args[0].(int32)), types.Day)
		if !ok {
			return 0, overflow("long overflow", "")
		}
		local = day + args[1].(int64)
	}
	if to.Kind == types.TimestampNTZKind {
		return local, nil
	}
	zone := zoneOf(ctx)
	if len(args) > zoneAt {
		if zone, err = types.Zone(args[zoneAt].(string)); err != nil {
			return 0, err
		}
	}
	return types.FromLocal(local, zone), nil
}
