package planner

import (
	"gospark/runtime/expr"
	"gospark/runtime/types"
)

// linear is a sum of columns and a constant, in µs: what a condition about times is when it can be solved.
type linear struct {
	terms    map[int64]int // how often a column is in the sum
	constant int64
}

// add adds an expression so many times; false: it is no such sum.
func (s *linear) add(e expr.Expr, times int) bool {
	switch e := e.(type) {
	case *expr.Attr:
		if s.terms == nil {
			s.terms = map[int64]int{}
		}
		s.terms[e.ID] += times
		return true
	case *expr.Lit:
		us, ok := micros(e)
		s.constant += int64(times) * us
		return ok
	case *expr.Shown:
		return s.add(e.Child, times)
	case *expr.Cast:
		switch k := e.Type().Kind; {
		case e.Type().Numeric(), k == types.TimestampKind, k == types.TimestampNTZKind, k == types.DayTimeKind:
			return s.add(e.Child, times)
		}
	case *expr.Call:
		switch {
		case (e.Fn.Name == "+" || e.Fn.Name == "timestampadd_interval") && len(e.Args) == 2:
			return s.add(e.Args[0], times) && s.add(e.Args[1], times)
		case (e.Fn.Name == "-" || e.Fn.Name == "subtracttimestamps") && len(e.Args) == 2:
			return s.add(e.Args[0], times) && s.add(e.Args[1], -times)
		case e.Fn.Name == "negative" || e.Fn.Name == "-" && len(e.Args) == 1:
			return s.add(e.Args[0], -times)
		}
	}
	return false
}

// micros is a constant as a time: an interval without months, or a number of seconds.
func micros(l *expr.Lit) (int64, bool) {
	switch v := l.Value.(type) {
	case types.Interval:
		return int64(v.Days)*86_400_000_000 + v.Micros, v.Months == 0
	case int64:
		switch l.Typ.Kind {
		case types.DayTimeKind, types.TimestampKind, types.TimestampNTZKind:
			return v, true
		case types.LongKind:
			return v * 1_000_000, true
		}
	case int32:
		return int64(v) * 1_000_000, l.Typ.Kind == types.IntKind
	case float64:
		return int64(v * 1_000_000), true
	}
	return 0, false
}
