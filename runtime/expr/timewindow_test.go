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

// The starts of windows, of which most are found without a division, are those of the windows themselves.
func TestWindowStart(t *testing.T) {
	const minute = 60_000_000
	var times []int64
	for i := range int64(2000) {
		times = append(times, i*i%5000*977_777-3*minute+i/100*minute)
	}
	v := batch.VecOf(times)
	v.Valid = make([]bool, len(times))
	var some []int32
	for i := range times {
		v.Valid[i] = i%7 != 0
		if i%3 > 0 {
			some = append(some, int32(i))
		}
	}
	col := &Col{Typ: types.Timestamp, Null: true}
	slot, err := call("windowslot", col, LongLit(3*minute), LongLit(minute), LongLit(7), LongLit(2))
	if err != nil {
		t.Fatal(err)
	}
	window, err := call("window", col, StringLit("1 minute"), StringLit("1 minute"), StringLit("-5 seconds"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range []Expr{slot, window} {
		start, length, ok := WindowStart(e)
		if !ok {
			t.Fatalf("%s is no window", e)
		}
		p, err := CompileAll([]Expr{e, start})
		if err != nil {
			t.Fatal(err)
		}
		for _, rows := range [][]int32{nil, some} {
			got, err := p.Eval(testContext(), batch.Of(v), rows)
			if err != nil {
				t.Fatal(err)
			}
			for i, at := range times {
				if rows != nil && i%3 == 0 {
					continue
				}
				w, from := got[0].Any(i), got[1].Any(i)
				if !v.Valid[i] {
					if w != nil || from != nil {
						t.Fatalf("the window of NULL is %v, its start %v", w, from)
					}
					continue
				}
				want := at - floorMod(at-7, minute) - 2*minute
				if e == window {
					want = at - floorMod(at+5_000_000, minute)
				}
				if from != want || w.(types.Row)[0] != want || w.(types.Row)[1] != want+length {
					t.Fatalf("%d: window %v, start %v, not %d", at, w, from, want)
				}
			}
		}
	}
	if _, _, ok := WindowStart(col); ok {
		t.Error("a column is no window")
	}
	sliding, err := call("window", col, StringLit("2 minutes"), StringLit("1 minute"))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, ok := WindowStart(sliding); ok {
		t.Error("a window that slides is no single window")
	}
}
