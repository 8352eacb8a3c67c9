package groups

import (
	"context"
	"strings"
	"testing"

	"gospark/runtime/plan"
	"gospark/runtime/state"
)

func task(t *testing.T, watermark int64) plan.GroupTask {
	p, err := state.Open("", state.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	s, err := p.Store(0, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	return plan.GroupTask{Ctx: context.Background(), Store: s, Now: 1000, Watermark: watermark, Key: func(b []byte) ([]any, error) { return []any{string(b)}, nil }}
}

var texts = Codec{Type: "STRING", Encode: func(v any) ([]byte, error) { return []byte(v.(string)), nil }, Decode: func(b []byte) (any, error) { return string(b), nil }}

// TestMistakes are what a function may not do with its state; the call fails and nothing is kept.
func TestMistakes(t *testing.T) {
	for _, c := range []struct {
		name    string
		timeout Timeout
		do      func(s *GroupState)
		want    string
	}{
		{"null", NoTimeout, func(s *GroupState) { s.Update(nil) }, "not a valid state value"},
		{"duration in event time", EventTime, func(s *GroupState) { s.SetTimeoutDuration(1) }, "without enabling processing time"},
		{"negative duration", ProcessingTime, func(s *GroupState) { s.SetTimeoutDuration(0) }, "must be positive"},
		{"time in processing time", ProcessingTime, func(s *GroupState) { s.SetTimeoutTimestamp(5000) }, "without enabling event time"},
		{"a time that is over", EventTime, func(s *GroupState) { s.SetTimeoutTimestamp(499) }, "earlier than the current watermark (500)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := &Function{Timeout: c.timeout, State: texts, Call: func(_ context.Context, _ []any, _ [][]any, s *GroupState, _ func([]any)) error {
				s.Update("kept")
				c.do(s)
				return nil
			}}
			r, err := f.Start(task(t, 500))
			if err != nil {
				t.Fatal(err)
			}
			err = r.Rows(plan.Group{Key: []any{"k"}, Bytes: []byte("k")}, nil, nil)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
			if m := r.Metrics(); m.Total != 0 {
				t.Errorf("%d groups are kept", m.Total)
			}
		})
	}
}

// TestWatermark is an error where there is none.
func TestWatermark(t *testing.T) {
	if _, err := (&GroupState{watermark: plan.NoWatermark}).Watermark(); err == nil || !strings.Contains(err.Error(), "WithWatermark") {
		t.Error(err)
	}
	if w, err := (&GroupState{watermark: 7}).Watermark(); w != 7 || err != nil {
		t.Error(w, err)
	}
}

type undeclared struct{ do func(h *Handle) }

func (u undeclared) Rows(h *Handle, _ []any, _ [][]any, _ func([]any)) error {
	u.do(h)
	return nil
}
func (undeclared) Expired(*Handle, []any, int64, func([]any)) error { return nil }
func (undeclared) Close() error                                     { return nil }

// TestVariables are mistakes with variables and timers, and what variables hold.
func TestVariables(t *testing.T) {
	variables := []Variable{{Name: "v", Item: texts}, {Name: "l", Kind: List, Item: texts, TTL: 10}, {Name: "m", Kind: Map, Key: texts, Item: texts}}
	for _, c := range []struct {
		name string
		do   func(t *testing.T, h *Handle)
		want string
	}{
		{"not declared", func(_ *testing.T, h *Handle) { h.Value("w") }, `no such state variable "w"`},
		{"of another kind", func(_ *testing.T, h *Handle) { h.AppendList("v", "x") }, `no such state variable "v"`},
		{"cleared, not declared", func(_ *testing.T, h *Handle) { h.Clear("w") }, `no such state variable "w"`},
		{"timer without a time mode", func(_ *testing.T, h *Handle) { h.RegisterTimer(5) }, "time mode None"},
		{"values", func(t *testing.T, h *Handle) {
			if h.Value("v") != nil {
				t.Error("a new variable has a value")
			}
			h.SetValue("v", "one")
			h.SetValue("v", "two")
			if h.Value("v") != "two" {
				t.Error(h.Value("v"))
			}
			h.Clear("v")
			if h.Value("v") != nil {
				t.Error("it is not cleared")
			}
		}, ""},
		{"maps", func(t *testing.T, h *Handle) {
			h.Put("m", "a", "1")
			h.Put("m", "b", "2")
			h.Put("m", "a", "3")
			h.Remove("m", "b")
			if h.Get("m", "a") != "3" || h.Get("m", "b") != nil {
				t.Error(h.Get("m", "a"), h.Get("m", "b"))
			}
		}, ""},
		{"lists", func(t *testing.T, h *Handle) {
			h.AppendList("l", "a", "b")
			h.AppendList("l", "c")
			if l := h.List("l"); len(l) != 3 || l[2] != "c" {
				t.Error(l)
			}
		}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := &Processor{Variables: variables, New: func(context.Context) (Handler, error) { return undeclared{func(h *Handle) { c.do(t, h) }}, nil }}
			r, err := p.Start(task(t, plan.NoWatermark))
			if err != nil {
				t.Fatal(err)
			}
			err = r.Rows(plan.Group{Key: []any{"k"}, Bytes: []byte("k")}, nil, nil)
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}
