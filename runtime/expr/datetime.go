package expr

import (
	"gospark/runtime/types"
)

// Dates and times: what is now, and the parts of a date or time. The rest of the family is in the files datetime_*.go
// (arithmetic, truncation, text, numbers, zones, construction) and timeofday.go.

const datetimeFuncs = "datetime_funcs"

func init() {
	family(datetimeFuncs, []Function{
		{Name: "current_date", SameAs: []string{"curdate"}, Sig: "-> date", Null: Never,
			Impl: fromContext(func(ctx *Context) int32 { return types.DateOf(ctx.Now, zoneOf(ctx)) }),
			Doc:  "The date at which the query began, in the session's time zone."},
		{Name: "current_timestamp", Sig: "-> timestamp", Null: Never, Impl: fromContext(func(ctx *Context) int64 { return ctx.Now }),
			Doc: "The time at which the query began."},
		{Name: "now", Sig: "-> timestamp", Null: Never, Impl: fromContext(func(ctx *Context) int64 { return ctx.Now }),
			Doc: "The time at which the query began."},
		{Name: "localtimestamp", Sig: "-> timestamp_ntz", Null: Never,
			Impl: fromContext(func(ctx *Context) int64 { return types.ToLocal(ctx.Now, zoneOf(ctx)) }),
			Doc:  "The wall clock of the session's time zone when the query began."},
		{Name: "current_timezone", Sig: "-> string", Null: Never, Impl: fromContext(func(ctx *Context) string { return zoneOf(ctx).String() }),
			Doc: "The session's time zone.", Example: "current_timezone() = UTC"},

		datePart("year", "The year.", "year('2016-07-30') = 2016", func(d int32) int32 { y, _, _ := types.CivilOf(int64(d)); return int32(y) }),
		datePart("quarter", "The quarter, 1 to 4.", "quarter('2016-08-31') = 3", func(d int32) int32 { return int32(types.Quarter(d)) }),
		datePart("month", "The month, 1 to 12.", "month('2016-07-30') = 7", func(d int32) int32 { _, m, _ := types.CivilOf(int64(d)); return int32(m) }),
		datePart("dayofmonth", "The day of the month.", "day('2009-07-30') = 30", func(d int32) int32 { _, _, n := types.CivilOf(int64(d)); return int32(n) }, "day"),
		datePart("dayofyear", "The day of the year.", "dayofyear('2016-04-09') = 100", func(d int32) int32 { return int32(types.YearDay(d)) }),
		datePart("dayofweek", "The day of the week, 1 for Sunday.", "dayofweek('2009-07-30') = 5", func(d int32) int32 { return int32((types.Weekday(d)+1)%7) + 1 }),
		datePart("weekday", "The day of the week, 0 for Monday.", "weekday('2009-07-30') = 3", func(d int32) int32 { return int32(types.Weekday(d)) }),
		datePart("weekofyear", "The week of the year; weeks start on Monday, and the first has more than three days of the year.",
			"weekofyear('2008-02-20') = 8", func(d int32) int32 { _, w := types.ISOWeek(d); return int32(w) }),
		internal(datePart("yearofweek", "", "", func(d int32) int32 { y, _ := types.ISOWeek(d); return int32(y) })),
		{Name: "dayname", API: "DayName", Sig: "date -> string", Impl: fn1(types.DayName), Doc: "The name of the day of the week in three letters.", Example: "dayname('2008-02-20') = Wed"},
		{Name: "monthname", API: "MonthName", Sig: "date -> string", Impl: fn1(types.MonthName), Doc: "The name of the month in three letters.", Example: "monthname('2008-02-20') = Feb"},

		clockPart("hour", "The hour.", "hour('2009-07-30 12:58:59') = 12", func(c types.Clock) int32 { return int32(c.Hour) }),
		clockPart("minute", "The minute.", "minute('2009-07-30 12:58:59') = 58", func(c types.Clock) int32 { return int32(c.Minute) }),
		clockPart("second", "The second.", "second('2018-02-14 12:58:59') = 59", func(c types.Clock) int32 { return int32(c.Second) }),
		{Name: "secondwithfraction", Internal: true, Sig: "timestampany|time -> ?", Ret: func([]Expr) *types.Type { return types.DecimalOf(8, 6) },
			Bind: onClock(func(c types.Clock) types.Decimal {
				return types.DecimalOf64(int64(c.Second)*types.Second + int64(c.Micro))
			})},
	})
}

// fromContext is a function without arguments.
func fromContext[R any](f func(ctx *Context) R) *Impl {
	return boxed(func(ctx *Context, _ []any) (any, error) { return f(ctx), nil })
}

// datePart is the entry of a function from a date to a number.
func datePart(name, doc, example string, f func(int32) int32, aliases ...string) Function {
	return Function{Name: name, Aliases: aliases, API: partNames[name], Sig: "date -> int", Impl: fn1(f), Doc: doc, Example: example}
}

var partNames = map[string]string{"dayofmonth": "DayOfMonth", "dayofyear": "DayOfYear", "dayofweek": "DayOfWeek", "weekofyear": "WeekOfYear"}

// clockPart is the entry of a function of the time of day.
func clockPart(name, doc, example string, f func(types.Clock) int32) Function {
	return Function{Name: name, Sig: "timestampany|time -> int", Bind: onClock(f), Doc: doc, Example: example}
}

// onClock is a function of the time of day that a timestamp, or a time, shows.
func onClock[R any](f func(types.Clock) R) func(c *Call) *Impl {
	return func(c *Call) *Impl {
		if c.Arg(0).Kind == types.TimestampKind {
			return fn1x(func(ctx *Context, t int64) (R, bool, error) {
				return f(types.ClockOf(types.ToLocal(t, zoneOf(ctx)))), true, nil
			})
		}
		return fn1(func(t int64) R { return f(types.ClockOf(t)) })
	}
}

func internal(f Function) Function {
	f.Internal = true
	return f
}
