package expr

import (
	"math"

	"gospark/runtime/types"
)

// Dates and timestamps as numbers, counted from 1970-01-01 UTC.

func init() {
	family(datetimeFuncs, []Function{
		{Name: "unix_date", Exact: true, Sig: "date -> int", Impl: fn1(func(d int32) int32 { return d }), Doc: "The days since 1970-01-01.", Example: "unix_date(DATE('1970-01-02')) = 1"},
		{Name: "unix_micros", Exact: true, Sig: "timestamp -> bigint", Impl: fn1(func(t int64) int64 { return t }), Doc: "The microseconds since 1970.", Example: "unix_micros(TIMESTAMP('1970-01-01 00:00:01Z')) = 1000000"},
		{Name: "unix_millis", Exact: true, Sig: "timestamp -> bigint", Impl: fn1(func(t int64) int64 { return floorDiv(t, types.Milli) }), Doc: "The milliseconds since 1970, rounded down.", Example: "unix_millis(TIMESTAMP('1970-01-01 00:00:01Z')) = 1000"},
		{Name: "unix_seconds", Exact: true, Sig: "timestamp -> bigint", Impl: fn1(types.TimestampToInt64), Doc: "The seconds since 1970, rounded down.", Example: "unix_seconds(TIMESTAMP('1970-01-01 00:00:01Z')) = 1"},
		{Name: "date_from_unix_date", Sig: "int -> date", Impl: fn1(func(d int32) int32 { return d }), Doc: "The date a number of days after 1970-01-01.", Example: "date_from_unix_date(1) = 1970-01-02"},
		{Name: "timestamp_micros", Exact: true, Sig: "integral -> timestamp", Bind: onWhole(func(n int64) (int64, error) { return n, nil }),
			Doc: "The timestamp a number of microseconds after 1970.", Example: "timestamp_micros(1230219000123123) = 2008-12-25 15:30:00.123123"},
		{Name: "timestamp_millis", Exact: true, Sig: "integral -> timestamp", Bind: onWhole(times(types.Milli)),
			Doc: "The timestamp a number of milliseconds after 1970.", Example: "timestamp_millis(1230219000123) = 2008-12-25 15:30:00.123"},
		{Name: "timestamp_seconds", Exact: true, Sig: "numeric -> timestamp", NullIf: func(args []Expr) bool { return args[0].Nullable() || args[0].Type().Fractional() }, Bind: timestampSeconds,
			Doc: "The timestamp a number of seconds after 1970.", Example: "timestamp_seconds(1.23) = 1970-01-01 00:00:01.23"},
	})
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

// onWhole is a function of a whole number of any width.
func onWhole[R any](f func(int64) (R, error)) func(c *Call) *Impl {
	return func(c *Call) *Impl {
		return byKind{
			types.ByteKind:  fn1e(func(v int8) (R, error) { return f(int64(v)) }),
			types.ShortKind: fn1e(func(v int16) (R, error) { return f(int64(v)) }),
			types.IntKind:   fn1e(func(v int32) (R, error) { return f(int64(v)) }),
			types.LongKind:  fn1e(f),
		}.bind(c)
	}
}

func times(unit int64) func(int64) (int64, error) {
	return func(n int64) (int64, error) {
		if n > math.MaxInt64/unit || n < math.MinInt64/unit {
			return 0, overflow("long overflow", "")
		}
		return n * unit, nil
	}
}

func timestampSeconds(c *Call) *Impl {
	float := func(x float64) (int64, bool) {
		if x-x != 0 { // NaN or an infinity
			return 0, false
		}
		return types.Float64ToInt64Wrap(x * types.Second), true
	}
	switch c.Arg(0).Kind {
	case types.FloatKind:
		return fn1n(func(x float32) (int64, bool) { return float(float64(x)) })
	case types.DoubleKind:
		return fn1n(float)
	case types.DecimalKind:
		scale := c.Arg(0).Scale
		return fn1e(func(d types.Decimal) (int64, error) {
			t, ok := types.DecimalToTimestamp(d, scale)
			if !ok {
				return 0, overflow("Overflow", "")
			}
			if back, exact := types.DecimalOf64(t).Rescale(6, max(scale, 6), types.Down); exact {
				if full, ok := d.Rescale(scale, max(scale, 6), types.Down); ok && full.Cmp(back) != 0 {
					return 0, overflow("Rounding necessary", "")
				}
			}
			return t, nil
		})
	}
	return onWhole(times(types.Second))(c)
}
