package query_test

import (
	"testing"

	"gospark/runtime/plan"
	"gospark/runtime/progress"
	"gospark/runtime/stream/query"
)

func TestRowsGoFromSourceToSink(t *testing.T) {
	w := newWorld(t)
	s := w.stream("s", "v BIGINT")
	const sql = "SELECT v * 10 AS x FROM s WHERE v > 1"
	out := w.memory(sql, false)
	q := w.start(w.config(sql, plan.AppendMode, out.Sink()))
	w.add(s, "VALUES (1L), (2L)")
	w.all(q)
	w.add(s, "VALUES (3L)")
	w.all(q)
	if got := out.text(); got != "20 30" {
		t.Errorf("have %s", got)
	}
	started, p := event[progress.QueryStarted](w), event[*progress.QueryProgress](w)
	if started.ID != q.ID() || p.BatchID != 0 || p.NumInputRows != 2 || p.Sink.NumOutputRows != 1 || string(p.Sources[0].EndOffset) != "0" {
		t.Errorf("%+v %s", started, p.JSON())
	}
	w.stop(q)
	if e := event[progress.QueryTerminated](w); e.Exception != nil {
		t.Errorf("stopped with %s", *e.Exception)
	}
	if st := q.Status(); st.Message != "Stopped" {
		t.Errorf("status %+v", st)
	}
}

func TestTriggers(t *testing.T) {
	for _, c := range []struct {
		kind    query.TriggerKind
		batches int
	}{{query.Once, 1}, {query.AvailableNow, 1}} {
		w := newWorld(t)
		s := w.stream("s", "v BIGINT")
		w.add(s, "VALUES (1L)")
		w.add(s, "VALUES (2L)")
		out := w.memory("SELECT * FROM s", false)
		cfg := w.config("SELECT * FROM s", plan.AppendMode, out.Sink())
		cfg.Trigger.Kind = c.kind
		q := w.start(cfg)
		if err := w.end(q); err != nil {
			t.Fatal(err)
		}
		if got := out.text(); got != "1 2" || len(q.Recent()) != c.batches {
			t.Errorf("%v: %s in %d batches", cfg.Trigger, got, len(q.Recent()))
		}
	}
}
