package expr

import (
	"time"

	"gospark/runtime/condition"
	"gospark/runtime/types"
)

// Dates, timestamps and intervals in + - * /. Which of them a call means is decided by the types of its operands, before
// they are converted; temporal returns nil for a call that is about numbers.

func intervalOverflow(instead string) *condition.Error {
	if instead == "" {
		return condition.New("INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION", "22015",
			"Integer overflow while operating with intervals. Try devising appropriate values for the interval parameters.")
	}
	return condition.New("INTERVAL_ARITHMETIC_OVERFLOW.WITH_SUGGESTION", "22015",
		"Integer overflow while operating with intervals. Use %s to tolerate overflow and return NULL instead.", quotedID(instead)).
		WithParam("functionName", quotedID(instead))
}

func datetimeOverflow(operation string) *condition.Error {
	return condition.New("DATETIME_OVERFLOW", "22008", "Datetime operation overflow: %s.", operation).WithParam("operation", operation)
}

func zoneOf(ctx *Context) *time.Location {
	if ctx.Zone == nil {
		return time.UTC
	}
	return ctx.Zone
}

func isDatetime(t *types.Type) bool { return t.Kind == types.DateKind || isTimestamp(t) }

func isTimestamp(t *types.Type) bool {
	return t.Kind == types.TimestampKind || t.Kind == types.TimestampNTZKind
}

func isDays(t *types.Type) bool {
	return t.Kind == types.DayTimeKind && t.From == types.IntervalDay && t.To == types.IntervalDay
}

// temporal is the expression that l op r stands for if one side is a date, a timestamp or an interval.
func temporal(op string, r *Request) (Expr, error) {
	x, y := r.Args[0], r.Args[1]
	a, b := x.Type(), y.Type()
	switch op {
	case "+":
		if temporalRank(a) > temporalRank(b) || isDatetime(b) && !isDatetime(a) { // the date or timestamp comes first
			if isDatetime(b) || temporalRank(b) > 0 && a.Kind != b.Kind {
				x, y, a, b = y, x, b, a
			}
		}
		e, err := addTemporal(op, r, x, y, a, b)
		if e != nil || err != nil {
			return e, err
		}
		return nil, unfit(op, r)
	case "-":
		switch {
		case a.Kind == types.DateKind && b.Kind == types.DateKind,
			a.Kind == types.DateKind && b.Text(), (a.Text() || isVoid(x)) && b.Kind == types.DateKind:
			return call("subtractdates", Implicit(x, types.Date), Implicit(y, types.Date))
		case isTimestamp(a) && (isDatetime(b) || b.Text() || isVoid(y)), isTimestamp(b) && (isDatetime(a) || a.Text() || isVoid(x)):
			t := a
			if !isTimestamp(a) || b.Kind == types.TimestampKind {
				t = b
			}
			return call("subtracttimestamps", Implicit(x, t), Implicit(y, t))
		}
		e, err := addTemporal(op, r, x, y, a, b)
		if e != nil || err != nil {
			return e, err
		}
		return nil, unfit(op, r)
	case "*":
		if (b.IsInterval() || b.Kind == types.CalendarKind) && !a.IsInterval() && a.Kind != types.CalendarKind {
			return r.scaled("multiplyinterval", y, x)
		}
		if a.IsInterval() || a.Kind == types.CalendarKind {
			return r.scaled("multiplyinterval", x, y)
		}
	case "/":
		if a.IsInterval() || a.Kind == types.CalendarKind {
			return r.scaled("divideinterval", x, y)
		}
	}
	return nil, nil
}

// timestamps is how messages call the types of a timestamp.
const timestamps = `"(TIMESTAMP OR TIMESTAMP WITHOUT TIME ZONE)"`

// unfit says what is wrong with a date, a timestamp or an interval that something is added to or taken from. Spark
// decides what the operation is about by one of the sides, and wants the other to fit.
func unfit(op string, r *Request) error {
	minus := op == "-"
	length := func(t *types.Type) bool { return t.Kind == types.DayTimeKind || t.Kind == types.CalendarKind }
	x, y := r.Args[0], r.Args[1]
	switch a, b := x.Type(), y.Type(); {
	case a.Kind == b.Kind || a.Kind == types.VoidKind || b.Kind == types.VoidKind:
	case length(b) && minus:
		return unexpectedInput(x.String()+" + (- "+y.String()+")", 0, timestamps, x)
	case length(b):
		return unexpectedInput(x.String()+" + "+y.String(), 0, timestamps, x)
	case length(a) && !minus:
		return unexpectedInput(y.String()+" + "+x.String(), 0, timestamps, y)
	case !minus:
	case isTimestamp(a):
		return unexpectedInput(infixText("-", r.Args), 1, timestamps, y)
	case isTimestamp(b):
		return unexpectedInput(infixText("-", r.Args), 0, timestamps, x)
	case b.Kind == types.DateKind:
		return unexpectedInput(infixText("-", r.Args), 0, quoted("DATE"), x)
	}
	return nil
}

func temporalRank(t *types.Type) int {
	switch {
	case isDatetime(t):
		return 1
	case t.IsInterval() || t.Kind == types.CalendarKind:
		return 2
	}
	return 0
}

// scaled is an interval times or divided by a number. It is shown first, wherever it was written.
func (r *Request) scaled(name string, interval, number Expr) (Expr, error) {
	e, err := Resolve(name, []Expr{interval, number}, r.Options)
	if err != nil {
		return nil, err
	}
	return &Shown{Text: infixText(r.Fn.Name, []Expr{interval, number}), Child: e}, nil
}

// addTemporal is x op y for op + or -, x being the date or timestamp if there is one.
func addTemporal(op string, r *Request, x, y Expr, a, b *types.Type) (Expr, error) {
	minus := op == "-"
	opposite := func(e Expr) (Expr, error) {
		if !minus {
			return e, nil
		}
		return call("negative", e)
	}
	shown := func(e Expr, err error) (Expr, error) {
		if err != nil {
			return nil, err
		}
		return &Shown{Text: x.String() + " " + op + " " + y.String(), Child: e}, nil
	}
	switch {
	case a.Kind == types.DateKind && isDays(b):
		days, err := call("extractansiintervaldays", y)
		if err != nil {
			return nil, err
		}
		if minus {
			if days, err = call("-", days); err != nil {
				return nil, err
			}
		}
		return call("date_add", x, days)
	case a.Kind == types.DateKind && b.Kind == types.DayTimeKind:
		n, err := opposite(y)
		if err != nil {
			return nil, err
		}
		return shown(call("timestampadd_interval", Implicit(x, types.Timestamp), n))
	case a.Kind == types.DateKind && b.Kind == types.YearMonthKind, a.Kind == types.DateKind && b.Kind == types.CalendarKind:
		n, err := opposite(y)
		if err != nil {
			return nil, err
		}
		return shown(call("dateadd_interval", x, n))
	case isTimestamp(a) && temporalRank(b) == 2, a.Text() && (b.Kind == types.DayTimeKind || b.Kind == types.CalendarKind):
		n, err := opposite(y)
		if err != nil {
			return nil, err
		}
		if a.Text() {
			e, err := shown(call("timestampadd_interval", Implicit(x, types.Timestamp), n))
			if err != nil {
				return nil, err
			}
			return Implicit(e, types.String), nil
		}
		return shown(call("timestampadd_interval", x, n))
	case a.Kind == types.DateKind && b.Text() && !minus: // which is never a number of days
		return call("date_add", x, Implicit(y, types.Date))
	case a.Kind == types.DateKind && !b.Text():
		name := "date_add"
		if minus {
			name = "date_sub"
		}
		return call(name, x, y)
	}
	return nil, nil
}

// calendarImpl is + and - of calendar intervals.
func calendarImpl(x *arith, try bool) *Impl {
	minus := x.symbol == "-"
	return fn2x(func(_ *Context, a, b types.Interval) (types.Interval, bool, error) {
		ok := true
		if minus {
			b, ok = b.Neg()
		}
		sum, fits := a.Add(b)
		if (!ok || !fits) && !try {
			return sum, false, intervalOverflow(x.try)
		}
		return sum, ok && fits, nil
	})
}

func init() {
	family("datetime_funcs", []Function{
		{Name: "extractansiintervaldays", Internal: true, Sig: "daytime -> int",
			Impl: fn1(func(micros int64) int32 { return int32(micros / (24 * 3600 * 1e6)) })},
		{Name: "timestampadd_interval", Internal: true, Sig: "timestampany, daytime|yearmonth|interval -> $1", Bind: addToTimestamp},
		{Name: "dateadd_interval", Internal: true, Sig: "date, yearmonth|interval -> date", Bind: addToDate},
		{Name: "subtractdates", Internal: true, Sig: "date, date -> ?", Ret: days, Text: infix("-"),
			Impl: fn2(func(a, b int32) int64 { return (int64(a) - int64(b)) * 24 * 3600 * 1e6 })},
		{Name: "subtracttimestamps", Internal: true, Sig: "timestampany, timestampany -> ?", Text: infix("-"),
			Ret:  func([]Expr) *types.Type { return types.DayToSecond },
			Bind: subtractTimestamps},
		{Name: "multiplyinterval", Internal: true, Sig: "daytime|yearmonth|interval, numeric -> ?", Ret: scaledType, Bind: multiplyInterval},
		{Name: "divideinterval", Internal: true, Sig: "daytime|yearmonth|interval, numeric -> ?", Ret: scaledType, Bind: divideInterval},
	})
}

func days([]Expr) *types.Type {
	return &types.Type{Kind: types.DayTimeKind, From: types.IntervalDay, To: types.IntervalDay}
}

func scaledType(args []Expr) *types.Type {
	switch args[0].Type().Kind {
	case types.YearMonthKind:
		return types.YearToMonth
	case types.DayTimeKind:
		return types.DayToSecond
	}
	return types.Calendar
}

func addToTimestamp(c *Call) *Impl {
	local := c.Arg(0).Kind == types.TimestampNTZKind
	zone := func(ctx *Context) *time.Location {
		if local {
			return time.UTC
		}
		return zoneOf(ctx)
	}
	result := func(v int64, ok bool) (int64, bool, error) {
		if !ok {
			return 0, false, datetimeOverflow("add an interval to a timestamp")
		}
		return v, true, nil
	}
	switch c.Arg(1).Kind {
	case types.DayTimeKind:
		return fn2x(func(ctx *Context, t, i int64) (int64, bool, error) { return result(types.AddDayTime(t, i, zone(ctx))) })
	case types.YearMonthKind:
		return fn2x(func(ctx *Context, t int64, m int32) (int64, bool, error) {
			return result(types.AddInterval(t, types.Interval{Months: m}, zone(ctx)))
		})
	}
	return fn2x(func(ctx *Context, t int64, i types.Interval) (int64, bool, error) {
		return result(types.AddInterval(t, i, zone(ctx)))
	})
}

func addToDate(c *Call) *Impl {
	if c.Arg(1).Kind == types.YearMonthKind {
		return fn2x(func(_ *Context, d, m int32) (int32, bool, error) {
			v, ok := types.AddMonths(d, int64(m))
			if !ok {
				return 0, false, datetimeOverflow("add an interval to a date")
			}
			return v, true, nil
		})
	}
	return fn2x(func(_ *Context, d int32, i types.Interval) (int32, bool, error) {
		if i.Micros != 0 && !c.Legacy {
			return 0, false, condition.New("_LEGACY_ERROR_TEMP_2000", "", "Cannot add hours, minutes or seconds, milliseconds, microseconds to a date.").
				WithFix("if necessary set spark.sql.ansi.enabled to false to bypass this error")
		}
		v, ok := types.AddMonths(d, int64(i.Months))
		if ok {
			v, ok = types.AddDays(v, int64(i.Days))
		}
		if !ok {
			return 0, false, datetimeOverflow("add an interval to a date")
		}
		return v, true, nil
	})
}

func subtractTimestamps(c *Call) *Impl {
	local := c.Arg(0).Kind == types.TimestampNTZKind
	return fn2x(func(ctx *Context, a, b int64) (int64, bool, error) {
		if !local { // the distance of the wall clocks
			a, b = types.ToLocal(a, zoneOf(ctx)), types.ToLocal(b, zoneOf(ctx))
		}
		if subBad(a, b) {
			return 0, false, overflow("overflow", "")
		}
		return a - b, true, nil
	})
}
