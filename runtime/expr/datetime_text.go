package expr

import "gospark/runtime/types"

// Dates and timestamps from text and to text, by patterns.

const defaultPattern = "yyyy-MM-dd HH:mm:ss"

func init() {
	family(datetimeFuncs, []Function{
		{Name: "date_format", Sig: "timestamp, string -> string", Bind: func(c *Call) *Impl {
			p := formatter(c, 1)
			return fn2x(func(ctx *Context, t int64, pattern string) (string, bool, error) {
				f, err := p(pattern)
				if err != nil {
					return "", false, err
				}
				s, err := f.Format(t, zoneOf(ctx))
				return s, true, err
			})
		}, Doc: "The timestamp in a pattern.", Example: "date_format('2016-04-08', 'y') = 2016"},
		{Name: "to_date", Sig: "string|date|timestamp|timestamp_ntz, string?", Make: parseTo("to_date", types.Date, false),
			Doc: "The date that a text says, in a pattern if one is given.", Example: "to_date('2016-12-31', 'yyyy-MM-dd') = 2016-12-31"},
		{Name: "try_to_date", Sig: "string|date|timestamp|timestamp_ntz, string?", Make: parseTo("to_date", types.Date, true),
			Doc: "to_date, and NULL for a text that says none.", Example: "try_to_date('abc') = NULL"},
		{Name: "to_timestamp", Sig: "string|date|timestamp|timestamp_ntz|numeric, string?", Make: parseTo("to_timestamp", types.Timestamp, false),
			Doc: "The timestamp that a text says, in a pattern if one is given.", Example: "to_timestamp('2016-12-31', 'yyyy-MM-dd') = 2016-12-31 00:00:00"},
		{Name: "try_to_timestamp", Sig: "string|date|timestamp|timestamp_ntz|numeric, string?", Make: parseTo("to_timestamp", types.Timestamp, true),
			Doc: "to_timestamp, and NULL for a text that says none.", Example: "try_to_timestamp('foo', 'yyyy-MM-dd') = NULL"},
		{Name: "to_timestamp_ltz", Sig: "string|date|timestamp|timestamp_ntz|numeric, string?", Make: parseTo("to_timestamp", types.Timestamp, false),
			Doc: "The timestamp that a text says, in a pattern if one is given.", Example: "to_timestamp_ltz('2016-12-31', 'yyyy-MM-dd') = 2016-12-31 00:00:00"},
		{Name: "to_timestamp_ntz", Sig: "string|date|timestamp|timestamp_ntz, string?", Make: parseTo("to_timestamp", types.TimestampNTZ, false),
			Doc: "The timestamp without time zone that a text says, in a pattern if one is given.", Example: "to_timestamp_ntz('2016-12-31', 'yyyy-MM-dd') = 2016-12-31 00:00:00"},
		{Name: "gettimestamp", Internal: true, Sig: "string, string, string -> timestamp", Make: nullInLegacy, Bind: getTimestamp(types.Timestamp)},
		{Name: "gettimestampntz", Internal: true, Sig: "string, string, string -> timestamp_ntz", Make: nullInLegacy, Bind: getTimestamp(types.TimestampNTZ)},
		{Name: "unix_timestamp", Exact: true, Sig: "string|date|timestamp|timestamp_ntz?, string = 'yyyy-MM-dd HH:mm:ss' -> bigint", Coerce: unixTimestampDefaults, Make: nullInLegacy, Bind: unixTimestamp,
			Doc: "The seconds since 1970 of a time, or of a text in a pattern; of now without arguments.", Example: "unix_timestamp('2016-04-08', 'yyyy-MM-dd') = 1460073600"},
		{Name: "to_unix_timestamp", Exact: true, Sig: "string|date|timestamp|timestamp_ntz, string = 'yyyy-MM-dd HH:mm:ss' -> bigint", Make: nullInLegacy, Bind: unixTimestamp,
			Doc: "The seconds since 1970 of a time, or of a text in a pattern.", Example: "to_unix_timestamp('2016-04-08', 'yyyy-MM-dd') = 1460073600"},
		{Name: "from_unixtime", API: "FromUnixTime", Sig: "bigint, string = 'yyyy-MM-dd HH:mm:ss' -> string", Null: Always, Bind: func(c *Call) *Impl {
			p := formatter(c, 1)
			return fn2x(func(ctx *Context, seconds int64, pattern string) (string, bool, error) {
				f, err := p(pattern)
				if err != nil {
					return "", false, err
				}
				s, err := f.Format(seconds*types.Second, zoneOf(ctx))
				return s, true, err
			})
		}, Doc: "A number of seconds since 1970 in a pattern.", Example: "from_unixtime(0, 'yyyy-MM-dd HH:mm:ss') = 1970-01-01 00:00:00"},
	})
}

// formatter and parser compile a pattern once if it is a constant. A malformed one is an error of each row.
func formatter(c *Call, i int) func(string) (*types.Pattern, error) {
	return compiled(c, i, types.FormatPattern)
}

func parser(c *Call, i int) func(string) (*types.Pattern, error) {
	return compiled(c, i, types.ParsePattern)
}

// compiled calls f once if the i-th argument is a constant.
func compiled[T any](c *Call, i int, f func(string) (T, error)) func(string) (T, error) {
	if i < len(c.Args) {
		if v, ok := c.Constant(i); ok && v != nil {
			p, err := f(v.(string))
			return func(string) (T, error) { return p, err }
		}
	}
	return f
}

// parseTo is a cast, or with a pattern the reading of a timestamp and the cast of that.
func parseTo(function string, to *types.Type, try bool) func(r *Request) (Expr, error) {
	return func(r *Request) (Expr, error) {
		text := r.Text()
		if err := r.convert(func() string { return text }); err != nil {
			return nil, err
		}
		mode := types.CastAnsi
		switch {
		case try:
			mode = types.CastTry
		case r.Legacy:
			mode = types.CastLegacy
		}
		e := r.Args[0]
		if len(r.Args) == 2 && e.Type().Text() {
			name := "gettimestamp"
			if to.Kind == types.TimestampNTZKind {
				name = "gettimestampntz"
			}
			parsed, err := r.other(name, e, r.Args[1], StringLit("try_"+function))
			if err != nil {
				return nil, err
			}
			if try {
				parsed = tryOf(parsed)
			}
			e = parsed
		}
		return &Shown{Text: text, Child: castTo(e, to, mode)}, nil
	}
}

// castTo is a cast, unless the expression has the type.
func castTo(e Expr, to *types.Type, mode types.CastMode) Expr {
	if e.Type().Same(to) {
		return e
	}
	return &Cast{Child: e, To: to, Mode: mode}
}

// getTimestamp reads a text in a pattern; the third argument is the function that an error recommends.
func getTimestamp(to *types.Type) func(c *Call) *Impl {
	return func(c *Call) *Impl {
		p := parser(c, 1)
		return fn3x(func(ctx *Context, s, pattern, try string) (int64, bool, error) {
			f, err := p(pattern)
			if err != nil {
				return 0, false, err
			}
			var t int64
			if to.Kind == types.TimestampNTZKind {
				t, err = f.ParseLocal(s, false)
			} else {
				t, err = f.Parse(s, zoneOf(ctx))
			}
			return t, err == nil, c.unparsed(err, try)
		})
	}
}

// unparsed is what a text that does not fit its pattern means: an error, or NULL with ANSI mode off.
func (c *Call) unparsed(err error, try string) error {
	p, ok := err.(*types.ParseError)
	switch {
	case !ok:
		return err
	case c.Legacy:
		return nil
	}
	return p.With(try)
}

func unixTimestampDefaults(r *Request) error {
	if len(r.Args) == 0 {
		now, err := r.other("current_timestamp")
		if err != nil {
			return err
		}
		r.Args = append(r.Args, now, StringLit(defaultPattern))
	}
	return nil
}

// unixTimestamp cuts the fraction of a second off, which for times before 1970 rounds up.
func unixTimestamp(c *Call) *Impl {
	switch c.Arg(0).Kind {
	case types.DateKind:
		return fn2x(func(ctx *Context, d int32, _ string) (int64, bool, error) {
			t, ok := types.TimestampOf(d, zoneOf(ctx))
			if !ok {
				return 0, false, overflow("long overflow", "")
			}
			return t / types.Second, true, nil
		})
	case types.TimestampKind:
		return fn2(func(t int64, _ string) int64 { return t / types.Second })
	case types.TimestampNTZKind:
		return fn2x(func(ctx *Context, t int64, _ string) (int64, bool, error) {
			return types.FromLocal(t, zoneOf(ctx)) / types.Second, true, nil
		})
	}
	p := parser(c, 1)
	return fn2x(func(ctx *Context, s, pattern string) (int64, bool, error) {
		f, err := p(pattern)
		if err != nil {
			return 0, false, err
		}
		t, err := f.Parse(s, zoneOf(ctx))
		return t / types.Second, err == nil, c.unparsed(err, "try_to_timestamp")
	})
}
