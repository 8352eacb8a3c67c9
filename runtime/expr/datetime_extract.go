package expr

import (
	"strings"

	"gospark/runtime/condition"
	"gospark/runtime/types"
)

// extract(field FROM source), and its spellings as functions.

func init() {
	family(datetimeFuncs, []Function{
		{Name: "extract", Sig: "any, any", Make: extract("extract(", " FROM "),
			Doc: "A part of a date, a time or an interval.", Example: "extract(YEAR FROM TIMESTAMP '2019-08-12 01:00:00.123456') = 2019"},
		{Name: "datepart", API: "DatePart", Sig: "any, any", Make: extract("datepart(", " FROM "),
			Doc: "A part of a date, a time or an interval.", Example: "datepart('YEAR', TIMESTAMP '2019-08-12 01:00:00.123456') = 2019"},
		{Name: "date_part", API: "DatePartOf", Sig: "any, any", Make: extract("date_part(", ", "),
			Doc: "A part of a date, a time or an interval.", Example: "date_part('doy', DATE'2019-08-12') = 224"},
		{Name: "extractintervalpart", Internal: true, Sig: "daytime|yearmonth|interval, string -> ?", Ret: intervalPartType, Bind: intervalPart},
	})
}

// extractFields are the functions that fields of dates and times stand for, by all their names.
var extractFields = map[string]string{}

// intervalFields are the fields of intervals, by all their names.
var intervalFields = map[string]string{}

func init() {
	for names, function := range map[string]string{
		"YEAR Y YEARS YR YRS": "year", "YEAROFWEEK": "yearofweek", "QUARTER QTR": "quarter", "MONTH MON MONS MONTHS": "month",
		"WEEK W WEEKS": "weekofyear", "DAY D DAYS": "dayofmonth", "DAYOFWEEK DOW": "dayofweek", "DAYOFWEEK_ISO DOW_ISO": "weekday",
		"DOY": "dayofyear", "HOUR H HOURS HR HRS": "hour", "MINUTE M MIN MINS MINUTES": "minute", "SECOND S SEC SECONDS SECS": "secondwithfraction",
	} {
		for _, n := range strings.Fields(names) {
			extractFields[n] = function
			switch function {
			case "year", "month", "hour", "minute":
				intervalFields[n] = function
			case "dayofmonth":
				intervalFields[n] = "day"
			case "secondwithfraction":
				intervalFields[n] = "second"
			}
		}
	}
}

// fieldsOf says which fields an interval of a kind has.
var fieldsOf = map[types.Kind]string{types.YearMonthKind: "year month", types.DayTimeKind: "day hour minute second",
	types.CalendarKind: "year month day hour minute second", types.TimeKind: "hour minute secondwithfraction"}

func extract(open, between string) func(r *Request) (Expr, error) {
	return func(r *Request) (Expr, error) {
		v, ok, err := r.constant(0)
		if err != nil {
			return nil, err
		}
		if !ok {
			return nil, condition.New("NON_FOLDABLE_ARGUMENT", "42K08",
				"The function %s requires the parameter `field` to be a foldable expression of the type \"STRING\", but the actual argument is a non-foldable.",
				quotedID(r.Name)).WithParam("funcName", quotedID(r.Name)).WithParam("paramName", "`field`").WithParam("paramType", `"STRING"`)
		}
		field, isText := v.(string)
		if !isText {
			return NullOf(types.Double), nil
		}
		source := r.Args[1]
		text := open + field + between + source.String() + ")"
		part, err := r.extracted(strings.ToUpper(field), source)
		if err != nil {
			return nil, err
		}
		if part == nil {
			return nil, condition.New("INVALID_EXTRACT_FIELD", "42601", "Cannot extract %s from %s.", quotedID(field), quoted(source.String())).
				WithParam("field", quotedID(field)).WithParam("expr", quoted(source.String()))
		}
		return &Shown{Text: text, Child: part}, nil
	}
}

// extracted is the part of a source, nil if it has none of that name.
func (r *Request) extracted(field string, source Expr) (Expr, error) {
	kind := source.Type().Kind
	has := func(f string) bool { return f != "" && strings.Contains(" "+fieldsOf[kind]+" ", " "+f+" ") }
	switch kind {
	case types.YearMonthKind, types.DayTimeKind, types.CalendarKind:
		if f := intervalFields[field]; has(f) && withinInterval(source.Type(), f) {
			return r.other("extractintervalpart", source, StringLit(f))
		}
		return nil, nil
	case types.TimeKind:
		if !has(extractFields[field]) {
			return nil, nil
		}
	}
	f := extractFields[field]
	if f == "" {
		return nil, nil
	}
	part, err := r.other(f, source)
	if f == "weekday" && err == nil {
		return r.other("+", part, IntLit(1))
	}
	return part, err
}

// withinInterval says whether the type of an interval has a field: an INTERVAL MONTH has no years.
func withinInterval(t *types.Type, field string) bool {
	if t.Kind == types.CalendarKind {
		return true
	}
	part := map[string]types.IntervalField{"year": types.IntervalYear, "month": types.IntervalMonth, "day": types.IntervalDay,
		"hour": types.IntervalHour, "minute": types.IntervalMinute, "second": types.IntervalSecond}[field]
	return t.From <= part && part <= t.To
}

func intervalPartType(args []Expr) *types.Type {
	field := args[1].(*Lit).Value.(string)
	calendar := args[0].Type().Kind == types.CalendarKind
	switch field {
	case "month", "minute":
		return types.Byte
	case "hour":
		if calendar {
			return types.Long
		}
		return types.Byte
	case "second":
		return types.DecimalOf(8, 6)
	}
	return types.Int
}

func intervalPart(c *Call) *Impl {
	v, _ := c.Constant(1)
	field, _ := v.(string)
	part := func(months, days int32, micros int64, hours int64) any {
		switch field {
		case "year":
			return months / 12
		case "month":
			return int8(months % 12)
		case "day":
			return days
		case "hour":
			if c.Typ.Kind == types.LongKind {
				return micros / types.Hour
			}
			return int8(hours)
		case "minute":
			return int8(micros / types.Minute % 60)
		}
		return types.DecimalOf64(micros % types.Minute)
	}
	return boxed(func(_ *Context, args []any) (any, error) {
		switch i := args[0].(type) {
		case int32:
			return part(i, 0, 0, 0), nil
		case int64:
			return part(0, int32(i/types.Day), i, i%types.Day/types.Hour), nil
		}
		i := args[0].(types.Interval)
		return part(i.Months, i.Days, i.Micros, 0), nil
	})
}
