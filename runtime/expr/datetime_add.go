package expr

import (
	"strconv"
	"strings"
	"time"

	"gospark/runtime/condition"
	"gospark/runtime/types"
)

// Arithmetic on dates and timestamps by functions.

func init() {
	family(datetimeFuncs, []Function{
		{Name: "date_add", SameAs: []string{"dateadd"}, Sig: "date, int|smallint|tinyint -> date", Coerce: dayCount, Bind: addDays(1),
			Doc: "The date a number of days later.", Example: "date_add('2016-07-30', 1) = 2016-07-31"},
		{Name: "date_sub", Sig: "date, int|smallint|tinyint -> date", Coerce: dayCount, Bind: addDays(-1),
			Doc: "The date a number of days earlier.", Example: "date_sub('2016-07-30', 1) = 2016-07-29"},
		{Name: "datediff", Aliases: []string{"date_diff"}, API: "DateDiff", Sig: "date, date -> int", Impl: fn2(func(a, b int32) int32 { return a - b }),
			Doc: "The days from the second date to the first.", Example: "datediff('2009-07-31', '2009-07-30') = 1"},
		{Name: "add_months", Sig: "date, int -> date", Impl: fn2e(func(d, n int32) (int32, error) {
			v, ok := types.AddMonths(d, int64(n))
			if !ok {
				return 0, overflow("overflow", "")
			}
			return v, nil
		}), Doc: "The date a number of months later; the end of the month stays within it.", Example: "add_months('2016-08-31', 1) = 2016-09-30"},
		{Name: "months_between", Sig: "timestamp, timestamp, boolean = true -> double",
			Impl: fn3x(func(ctx *Context, a, b int64, round bool) (float64, bool, error) {
				return types.MonthsBetween(a, b, round, zoneOf(ctx)), true, nil
			}), Doc: "The months from the second time to the first, with a fraction of months of 31 days, rounded to 8 digits unless the third argument is false.",
			Example: "months_between('1997-02-28 10:30:00', '1996-10-30') = 3.94959677"},
		{Name: "last_day", Sig: "date -> date", Impl: fn1(types.LastDay), Doc: "The last day of the date's month.", Example: "last_day('2009-01-12') = 2009-01-31"},
		{Name: "next_day", Sig: "date, string -> date", Null: Always, Bind: nextDay,
			Doc: "The first date after it that is the given day of the week.", Example: "next_day('2015-01-14', 'TU') = 2015-01-20"},
		{Name: "timestampadd", API: "TimestampAdd", Internal: true, Sig: "string, bigint, timestampany -> $3", Bind: timestampAdd,
			Doc: "The timestamp a number of units later."},
		{Name: "timestampdiff", API: "TimestampDiff", Internal: true, Sig: "string, timestamp, timestamp -> bigint", Bind: timestampDiff,
			Doc: "The whole units from the first timestamp to the second."},
	})
}

// dayCount refuses numbers that may have more days than an int.
func dayCount(r *Request) error {
	if t := r.Args[1].Type(); t.Numeric() && (!t.Integral() || t.Kind == types.LongKind) {
		return unexpectedInput(r.Text(), 1, typeChoice([]string{"INT", "SMALLINT", "TINYINT"}), r.Args[1])
	}
	return nil
}

func addDays(sign int64) func(c *Call) *Impl {
	add := func(d int32, n int64) (int32, error) {
		return d + int32(sign*n), nil // as Java's ints: dates of five million years are nobody's
	}
	return func(c *Call) *Impl {
		switch c.Arg(1).Kind {
		case types.ByteKind:
			return fn2e(func(d int32, n int8) (int32, error) { return add(d, int64(n)) })
		case types.ShortKind:
			return fn2e(func(d int32, n int16) (int32, error) { return add(d, int64(n)) })
		}
		return fn2e(func(d, n int32) (int32, error) { return add(d, int64(n)) })
	}
}

func nextDay(c *Call) *Impl {
	return fn2n2(func(d int32, name string) (int32, bool, error) {
		w, err := types.ParseWeekday(name)
		if err != nil {
			if c.Legacy {
				return 0, false, nil
			}
			return 0, false, err
		}
		return types.NextDay(d, w), true, nil
	})
}

// fn2n2 is fn2x for functions that need no context.
func fn2n2[A, B, R any](f func(A, B) (R, bool, error)) *Impl {
	return fn2x(func(_ *Context, a A, b B) (R, bool, error) { return f(a, b) })
}

// A datetimeUnit is a unit of timestampadd: months, or microseconds.
type datetimeUnit struct{ months, micros int64 }

var datetimeUnits = map[string]datetimeUnit{
	"MICROSECOND": {0, 1}, "MILLISECOND": {0, types.Milli}, "SECOND": {0, types.Second}, "MINUTE": {0, types.Minute},
	"HOUR": {0, types.Hour}, "DAY": {0, types.Day}, "DAYOFYEAR": {0, types.Day}, "WEEK": {0, 7 * types.Day},
	"MONTH": {1, 0}, "QUARTER": {3, 0}, "YEAR": {12, 0},
}

func unitOf(c *Call) (datetimeUnit, error) {
	v, _ := c.Constant(0)
	name, _ := v.(string)
	u, ok := datetimeUnits[strings.ToUpper(name)]
	if !ok {
		return u, condition.New("INVALID_PARAMETER_VALUE.DATETIME_UNIT", "22023",
			"The value of parameter(s) `unit` in %s is invalid: expects one of the units without quotes YEAR, QUARTER, MONTH, WEEK, DAY, DAYOFYEAR, HOUR, MINUTE, SECOND, MILLISECOND, MICROSECOND, but got the string literal '%s'.",
			quotedID(c.Name), name).WithParam("functionName", quotedID(c.Name)).WithParam("parameter", "`unit`").WithParam("invalidValue", "'"+name+"'")
	}
	return u, nil
}

// localZone is the zone in which a call works on timestamps of the type of its i-th argument.
func (c *Call) localZone(i int) func(ctx *Context) *time.Location {
	if c.Arg(i).Kind == types.TimestampKind {
		return zoneOf
	}
	return func(*Context) *time.Location { return time.UTC }
}

func timestampAdd(c *Call) *Impl {
	unit, bad := unitOf(c)
	zone := c.localZone(2)
	return fn3x(func(ctx *Context, name string, n, t int64) (int64, bool, error) {
		if bad != nil {
			return 0, false, bad
		}
		fail := func() (int64, bool, error) {
			return 0, false, datetimeOverflow("add " + strconv.FormatInt(n, 10) + " " + quotedID(strings.ToUpper(name)) + " to " +
				types.SQLLiteral(t, c.Typ, zoneOf(ctx)))
		}
		if unit.months != 0 {
			if n != int64(int32(n)) || n*unit.months != int64(int32(n*unit.months)) {
				return fail()
			}
			v, ok := types.AddInterval(t, types.Interval{Months: int32(n * unit.months)}, zone(ctx))
			if !ok {
				return fail()
			}
			return v, true, nil
		}
		span := n * unit.micros
		if n != 0 && span/n != unit.micros {
			return fail()
		}
		v, ok := types.AddDayTime(t, span, zone(ctx))
		if !ok {
			return fail()
		}
		return v, true, nil
	})
}

func timestampDiff(c *Call) *Impl {
	unit, bad := unitOf(c)
	return fn3x(func(ctx *Context, _ string, a, b int64) (int64, bool, error) {
		if bad != nil {
			return 0, false, bad
		}
		a, b = types.ToLocal(a, zoneOf(ctx)), types.ToLocal(b, zoneOf(ctx))
		if unit.micros != 0 {
			return (b - a) / unit.micros, true, nil
		}
		return monthsApart(a, b) / unit.months, true, nil
	})
}

// monthsApart is the whole months from one local time to another, rounded towards 0.
func monthsApart(a, b int64) int64 {
	index := func(t int64) (months, rest int64) {
		d := int64(types.DateOf(t, time.UTC))
		y, m, day := types.CivilOf(d)
		return int64(y)*12 + int64(m), int64(day)*types.Day + t - d*types.Day
	}
	ma, ra := index(a)
	mb, rb := index(b)
	n := mb - ma
	switch {
	case n > 0 && rb < ra:
		n--
	case n < 0 && rb > ra:
		n++
	}
	return n
}
