package query_test

import (
	"testing"

	"gospark/runtime/plan"
	"gospark/runtime/progress"
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
