package expr

import "gospark/runtime/types"

// Truncation of dates and timestamps to a unit that is given as text; an unknown unit makes NULL.

func init() {
	family(datetimeFuncs, []Function{
		{Name: "trunc", Sig: "date, string -> date", Null: Always, Bind: func(c *Call) *Impl {
			unit := truncUnit(c, 1)
			return fn2n(func(d int32, name string) (int32, bool) { return types.TruncDate(d, unit(name)) })
		}, Doc: "The first day of the week, month, quarter or year of a date.", Example: "trunc('2019-08-04', 'week') = 2019-07-29"},
		{Name: "date_trunc", Sig: "string, timestamp -> timestamp", Null: Always, Bind: func(c *Call) *Impl {
			unit := truncUnit(c, 0)
			return fn2x(func(ctx *Context, name string, t int64) (int64, bool, error) {
				v, ok := types.TruncTimestamp(t, unit(name), zoneOf(ctx))
				return v, ok, nil
			})
		}, Doc: "The start of the unit a timestamp is in.", Example: "date_trunc('YEAR', '2015-03-05T09:32:05.359') = 2015-01-01 00:00:00"},
	})
}

// truncUnit reads a unit once if it is a constant.
func truncUnit(c *Call, i int) func(string) types.TruncUnit {
	if v, ok := c.Constant(i); ok && v != nil {
		unit := types.ParseTruncUnit(v.(string))
		return func(string) types.TruncUnit { return unit }
	}
	return types.ParseTruncUnit
}
