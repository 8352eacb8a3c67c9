package expr

import (
	"strings"

	"gospark/runtime/batch"
	"gospark/runtime/condition"
	"gospark/runtime/types"
)

// Windows of time: window and session_window. A window that rows may be in several of is for the analysis to expand, and
// so is the merging of sessions: see [WindowOf].

func init() {
	family("misc_funcs", []Function{
		{Name: "window", Sig: "any, any, any?, any?", Make: timeWindow, Impl: tumblingImpl,
			Doc: "The window of a length that a timestamp is in; windows may start more often than every length, and at an offset from the epoch."},
		{Name: "windowslot", Internal: true, Sig: "timestampany, bigint, bigint, bigint, bigint -> ?", Null: Always, Ret: windowType, Impl: tumblingImpl},
		{Name: "windowstart", Internal: true, Sig: "timestampany, bigint, bigint, bigint, bigint? -> $1", Impl: kernelImpl(windowStartKernel, boxed(func(_ *Context, args []any) (any, error) {
			start := args[0].(int64) - floorMod(args[0].(int64)-args[3].(int64), args[2].(int64))
			if len(args) == 5 {
				start -= args[4].(int64) * args[2].(int64)
			}
			return start, nil
		}).row)},
		{Name: "session_window", Sig: "any, any", Make: sessionWindow, Impl: sessionImpl,
			Doc: "The session a timestamp is in: sessions end when no row comes for the length of a gap."},
		{Name: "window_time", Sig: "struct -> ?", Check: windowStruct, Ret: func(args []Expr) *types.Type { return args[0].Type().Fields[1].Type },
			Null: Always, Impl: boxed(func(_ *Context, args []any) (any, error) {
				end, ok := args[0].(types.Row)[1].(int64)
				if !ok {
					return nil, nil
				}
				return end - 1, nil
			}), Doc: "The time that stands for a window: a microsecond before its end."},
	})
}

func windowType(args []Expr) *types.Type {
	t := args[0].Type()
	return types.StructOf(types.Field{Name: "start", Type: t, Nullable: true}, types.Field{Name: "end", Type: t, Nullable: true})
}

// isWindow says whether a type is that of windows.
func isWindow(t *types.Type) bool {
	return t.Kind == types.StructKind && len(t.Fields) == 2 && isTimestamp(t.Fields[0].Type) && t.Fields[0].Type.Kind == t.Fields[1].Type.Kind &&
		strings.EqualFold(t.Fields[0].Name, "start") && strings.EqualFold(t.Fields[1].Name, "end")
}

func windowStruct(text string, args []Expr) error {
	if isWindow(args[0].Type()) {
		return nil
	}
	return unexpectedInput(text, 0, typeChoice([]string{"STRUCT<start: TIMESTAMP, end: TIMESTAMP>", "STRUCT<start: TIMESTAMP_NTZ, end: TIMESTAMP_NTZ>"}), args[0])
}

// windowTimes is the timestamp that a window is about, perhaps that of another window.
func (r *Request) windowTimes(text string) (Expr, error) {
	e := r.Args[0]
	t := e.Type()
	switch {
	case isTimestamp(t):
		return e, nil
	case isWindow(t):
		return r.other("window_time", e)
	case t.Kind == types.DateKind, t.Text(), t.Kind == types.VoidKind:
		return Implicit(e, types.Timestamp), nil
	}
	return nil, unexpectedInput(text, 0, typeChoice([]string{"(TIMESTAMP OR TIMESTAMP WITHOUT TIME ZONE)",
		"STRUCT<start: TIMESTAMP, end: TIMESTAMP>", "STRUCT<start: TIMESTAMP_NTZ, end: TIMESTAMP_NTZ>"}), e)
}

// duration is an argument of window in microseconds.
func (r *Request) duration(i int) (int64, error) {
	v, _, err := r.constant(i)
	if err != nil {
		return 0, err
	}
	switch v := v.(type) {
	case string:
		return windowMicros(v)
	case int32:
		return int64(v), nil
	case int64:
		return v, nil
	}
	return 0, condition.New("_LEGACY_ERROR_TEMP_1104", "", "The duration and time inputs to window must be an integer, long or string literal.")
}

func windowMicros(text string) (int64, error) {
	i, err := types.ParseCalendar(text)
	if err != nil {
		return 0, condition.New("CANNOT_PARSE_INTERVAL", "22006", "Unable to parse '%s'. Please ensure that the value provided is in a valid format for defining an interval. "+
			"You can reference the documentation for the correct format. If the issue persists, please double check that the input value is not null or empty and try again.", text).
			WithParam("intervalString", "'"+text+"'")
	}
	if i.Months != 0 {
		return 0, condition.New("_LEGACY_ERROR_TEMP_3231", "", "Intervals greater than a month is not supported (%s).", text).WithParam("interval", text)
	}
	micros, ok := i.Micros31()
	if !ok {
		return 0, overflow("long overflow", "")
	}
	return micros, nil
}

func timeWindow(r *Request) (Expr, error) {
	var d [3]int64
	for i := 1; i < len(r.Args); i++ {
		var err error
		if d[i-1], err = r.duration(i); err != nil {
			return nil, err
		}
	}
	if len(r.Args) == 2 {
		d[1] = d[0]
	}
	lits := []Expr{LongLit(d[0]), LongLit(d[1]), LongLit(d[2])}
	c := &Call{Fn: r.Fn, Name: r.name, Args: append([]Expr{r.Args[0]}, lits...), Origin: r.Origin}
	text := c.String()
	at, err := r.windowTimes(text)
	if err != nil {
		return nil, err
	}
	const all = "(0, 9223372036854775807]"
	switch {
	case d[0] <= 0:
		return nil, outOfRange(text, "`window_duration`", all, lits[0].(*Lit).SQLText())
	case d[1] <= 0:
		return nil, outOfRange(text, "`slide_duration`", all, lits[1].(*Lit).SQLText())
	case d[1] > d[0]:
		return nil, constraintViolation(text, "`slide_duration`", d[1], "<=", "`window_duration`", d[0])
	case max(d[2], -d[2]) >= d[1]:
		return nil, constraintViolation(text, "`abs(start_time)`", max(d[2], -d[2]), "<", "`slide_duration`", d[1])
	}
	c.Args[0] = at
	c.Typ, c.Null = windowType(c.Args), d[0] != d[1] || at.Nullable()
	return c, nil
}

func constraintViolation(text, left string, leftValue int64, constraint, right string, rightValue int64) error {
	l, r := LongLit(leftValue).SQLText(), LongLit(rightValue).SQLText()
	return mismatch("PARAMETER_CONSTRAINT_VIOLATION", text, "The "+left+"("+l+") must be "+constraint+" the "+right+"("+r+").",
		"leftExprName", left, "leftExprValue", l, "constraint", constraint, "rightExprName", right, "rightExprValue", r)
}

// tumblingImpl is the window a timestamp is in; a fifth argument goes back that many windows.
var tumblingImpl = kernelImpl(tumblingKernel, tumblingRows.row)

// tumblingRows is it for a row.
var tumblingRows = boxed(func(_ *Context, args []any) (any, error) {
	start, err := windowStart(args[0].(int64), args[1].(int64), args[2].(int64), args[3].(int64), len(args) == 5)
	if err != nil {
		return nil, err
	}
	if len(args) == 5 {
		start -= args[4].(int64) * args[2].(int64)
	}
	return types.Row{start, start + args[1].(int64)}, nil
})

func windowStart(t, length, slide, offset int64, slot bool) (int64, error) {
	if length != slide && !slot {
		return 0, condition.New("", "", "expr: a window that slides was not expanded")
	}
	return t - floorMod(t-offset, slide), nil
}

// tumblingKernel computes windows of columns: all arguments but the time are constants.
func tumblingKernel(c *Call) Kernel {
	var d [5]int64
	for i := 1; i < len(c.Args); i++ {
		l, ok := c.Args[i].(*Lit)
		if !ok {
			return tumblingRows.kernel(c)
		}
		d[i] = l.Value.(int64)
	}
	var ends out[int64]
	starts := windowStarts(d[2], d[3], d[4]*d[2])
	windows := &batch.Struct{}
	return func(_ *Context, n int, rows []int32, args []batch.Vector) (batch.Vector, error) {
		if _, err := windowStart(0, d[1], d[2], d[3], len(c.Args) == 5); err != nil {
			return nil, err
		}
		from, to := starts(n, rows, args[0].(*batch.Vec[int64])), ends.start(n)
		to.Valid = from.Valid
		if rows == nil {
			for i, start := range from.V {
				to.V[i] = start + d[1]
			}
		}
		for _, r := range rows {
			to.V[r] = from.V[r] + d[1]
		}
		windows.Fields, windows.N, windows.Valid = []batch.Vector{from, to}, n, from.Valid
		return windows, nil
	}
}

// windowStarts computes the starts of windows. Rows often come in the order of their times: most are in the window of the
// row before, which is found without a division.
func windowStarts(slide, offset, back int64) func(n int, rows []int32, times *batch.Vec[int64]) *batch.Vec[int64] {
	var starts out[int64]
	last := int64(0)
	last -= floorMod(-offset, slide)
	return func(n int, rows []int32, times *batch.Vec[int64]) *batch.Vec[int64] {
		to := starts.start(n)
		to.Valid = times.Valid
		if rows == nil {
			for i, t := range times.V[:n] {
				if t < last || uint64(t-last) >= uint64(slide) {
					last = t - floorMod(t-offset, slide)
				}
				to.V[i] = last - back
			}
			return to
		}
		for _, r := range rows {
			t := times.V[r]
			if t < last || uint64(t-last) >= uint64(slide) {
				last = t - floorMod(t-offset, slide)
			}
			to.V[r] = last - back
		}
		return to
	}
}

// WindowStart is the start of the windows that an expression computes, null where the window is, and how long they are. It
// is false for expressions that are no such windows.
func WindowStart(e Expr) (start Expr, length int64, ok bool) {
	c, ok := plain(e).(*Call)
	if !ok || c.Fn != registry["window"] && c.Fn != registry["windowslot"] {
		return nil, 0, false
	}
	var d [5]int64
	for i := 1; i < len(c.Args); i++ {
		l, ok := c.Args[i].(*Lit)
		if !ok {
			return nil, 0, false
		}
		d[i] = l.Value.(int64)
	}
	if len(c.Args) == 4 && d[1] != d[2] { // to be expanded
		return nil, 0, false
	}
	s := *c
	s.Fn, s.Name, s.Typ = registry["windowstart"], "windowstart", c.Args[0].Type()
	return &s, d[1], true
}

// windowStartKernel is for the arguments of a window.
func windowStartKernel(c *Call) Kernel {
	var d [5]int64
	for i := 1; i < len(c.Args); i++ {
		d[i] = c.Args[i].(*Lit).Value.(int64)
	}
	starts := windowStarts(d[2], d[3], d[4]*d[2])
	return func(_ *Context, n int, rows []int32, args []batch.Vector) (batch.Vector, error) {
		return starts(n, rows, args[0].(*batch.Vec[int64])), nil
	}
}

func sessionWindow(r *Request) (Expr, error) {
	text := r.Text()
	at, err := r.windowTimes(text)
	if err != nil {
		return nil, err
	}
	gap := r.Args[1]
	switch t := gap.Type(); {
	case t.Text():
		if v, constant, err := r.constant(1); err != nil {
			return nil, err
		} else if s, ok := v.(string); constant && ok {
			micros, err := types.ParseCalendar(s)
			if err != nil {
				_, err = windowMicros(s)
				return nil, err
			}
			gap = &Lit{Value: micros, Typ: types.Calendar}
		} else {
			gap = Implicit(gap, types.Calendar)
		}
	case t.Kind != types.CalendarKind:
		return nil, unexpectedInput(text, 1, typeChoice([]string{"INTERVAL", "STRING"}), gap)
	}
	c := &Call{Fn: r.Fn, Name: r.name, Args: []Expr{at, gap}, Origin: r.Origin}
	c.Typ, c.Null = windowType(c.Args), at.Nullable() || gap.Nullable()
	return c, nil
}

var sessionImpl = kernelOfRow(func(c *Call) RowFunc {
	zone := c.localZone(0)
	return func(ctx *Context, args []any) (any, error) {
		if args[0] == nil || args[1] == nil {
			return nil, nil
		}
		end, ok := types.AddInterval(args[0].(int64), args[1].(types.Interval), zone(ctx))
		if !ok {
			return nil, datetimeOverflow("add an interval to a timestamp")
		}
		return types.Row{args[0], end}, nil
	}
})

// kernelOfRow is boxedNulls for a function that depends on the call.
func kernelOfRow(row func(c *Call) RowFunc) *Impl {
	return &Impl{kernel: func(c *Call) Kernel { return boxedNulls(row(c)).kernel(c) }, row: row}
}

// A TimeWindow is what a call of window or session_window asks for.
type TimeWindow struct {
	Time                 Expr  // the timestamp
	Length, Slide, Start int64 // of window, in microseconds
	Session              bool
	Gap                  Expr // of a session: an interval
	call                 *Call
}

// WindowOf says whether an expression is a call of window or session_window, and of which windows. The call itself can be
// evaluated for windows that do not slide, and for the session that a row alone makes. Rows whose time is NULL are in no
// window: they have to be filtered out before.
func WindowOf(e Expr) (w TimeWindow, ok bool) {
	c, ok := plain(e).(*Call)
	if !ok || c.Fn != registry["window"] && c.Fn != registry["session_window"] {
		return w, false
	}
	w = TimeWindow{Time: c.Args[0], call: c}
	if w.Session = c.Fn.Name == "session_window"; w.Session {
		w.Gap = c.Args[1]
		return w, true
	}
	d := func(i int) int64 { return c.Args[i].(*Lit).Value.(int64) }
	w.Length, w.Slide, w.Start = d(1), d(2), d(3)
	return w, true
}

// Slots are the windows a row may be in, the latest first: for rows that have a time (and a gap), so that windows that do
// not slide, and sessions, are never null. Where the length is not a multiple of the slide the last of
// them may end before the row: In says whether the row is in one.
func (w TimeWindow) Slots() []Expr {
	if w.Session || w.Length == w.Slide {
		c := *w.call
		c.Null = false
		return []Expr{&c}
	}
	var slots []Expr
	for i := int64(0); i*w.Slide < w.Length; i++ {
		s, err := call("windowslot", w.Time, LongLit(w.Length), LongLit(w.Slide), LongLit(w.Start), LongLit(i))
		if err != nil {
			panic(err) // the arguments are those of a window that was resolved
		}
		slots = append(slots, s)
	}
	return slots
}

// In is the condition that the row's time is in a window, which is a slot or a column of slots.
func (w TimeWindow) In(slot Expr) (Expr, error) {
	start, err := Extract(slot, StringLit("start"), Options{})
	if err != nil {
		return nil, err
	}
	end, err := Extract(slot, StringLit("end"), Options{})
	if err != nil {
		return nil, err
	}
	from, err := call(">=", w.Time, start)
	if err != nil {
		return nil, err
	}
	to, err := call("<", w.Time, end)
	if err != nil {
		return nil, err
	}
	return call("and", from, to)
}
