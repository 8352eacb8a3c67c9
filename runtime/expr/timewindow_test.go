package expr

import (
	"testing"
	"time"

	"gospark/runtime/batch"
	"gospark/runtime/types"
)

// Windows that slide: each slot is a window of a row, and In tells those the row is in.
func TestSlidingWindows(t *testing.T) {
	at := func(s string) int64 {
		v, ok := types.StringToTimestamp(s, time.UTC, nil)
		if !ok {
			t.Fatal(s)
		}
		return v
	}
	col := &Col{Typ: types.Timestamp}
	for _, c := range []struct {
		time, length, slide, start string
		want                       []string
	}{
		{"2024-01-01 00:07:00", "10 minutes", "5 minutes", "0 seconds", []string{"2024-01-01 00:05:00", "2024-01-01 00:00:00"}},
		{"2024-01-01 00:07:00", "7 minutes", "5 minutes", "0 seconds", []string{"2024-01-01 00:05:00"}},
		{"2024-01-01 00:06:00", "7 minutes", "5 minutes", "0 seconds", []string{"2024-01-01 00:05:00", "2024-01-01 00:00:00"}},
		{"2024-01-01 00:07:00", "10 minutes", "5 minutes", "1 minute", []string{"2024-01-01 00:06:00", "2024-01-01 00:01:00"}},
		{"2024-01-01 00:07:00", "5 minutes", "5 minutes", "0 seconds", []string{"2024-01-01 00:05:00"}},
		{"1969-12-31 23:59:59", "2 hours", "1 hour", "0 seconds", []string{"1969-12-31 23:00:00", "1969-12-31 22:00:00"}},
	} {
		e, err := call("window", col, StringLit(c.length), StringLit(c.slide), StringLit(c.start))
		if err != nil {
			t.Fatal(err)
		}
		w, ok := WindowOf(e)
		if !ok || w.Session {
			t.Fatalf("%s is not a window", e)
		}
		var got []string
		for _, slot := range w.Slots() {
			in, err := w.In(slot)
			if err != nil {
				t.Fatal(err)
			}
			p, err := CompileAll([]Expr{slot, in})
			if err != nil {
				t.Fatal(err)
			}
			v, err := p.Eval(testContext(), batch.Of(batch.VecOf([]int64{at(c.time)})), nil)
			if err != nil {
				t.Fatal(err)
			}
			if v[1].Any(0) == true {
				got = append(got, types.Text(v[0].Any(0).(types.Row)[0], types.Timestamp, types.CastText, time.UTC))
			}
		}
		if len(got) != len(c.want) {
			t.Errorf("%v: got %v", c, got)
			continue
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%v: got %v", c, got)
			}
		}
	}
}
