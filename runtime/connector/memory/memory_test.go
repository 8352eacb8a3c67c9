package memory

import (
	"context"
	"testing"

	"gospark/runtime/batch"
	"gospark/runtime/connector"
	"gospark/runtime/types"
)

func ints(vs ...int64) *batch.Batch { return batch.Of(batch.VecOf(vs)) }

var one = types.StructOf(types.Field{Name: "v", Type: types.Long})

func TestStreamGivesAdditionsByOffset(t *testing.T) {
	s := NewStream("s", one)
	open := func() connector.Source {
		src, err := s.Open(context.Background(), connector.Opening{})
		if err != nil {
			t.Fatal(err)
		}
		return src
	}
	src := open()
	latest := func(from connector.Offset, rows int64) string {
		to, err := src.Latest(context.Background(), from, connector.Limit{Rows: rows})
		if err != nil {
			t.Fatal(err)
		}
		return string(to)
	}
	if got := latest(nil, 0); got != "" {
		t.Errorf("offset %q of an empty stream", got)
	}
	s.Add(ints(1, 2))
	<-src.(connector.Waker).C()
	s.Add(ints())
	s.Add(ints(3, 4, 5))
	for _, c := range []struct {
		from  connector.Offset
		limit int64
		want  string
		rows  int64
	}{{nil, 0, "2", 5}, {nil, 1, "0", 2}, {nil, 4, "1", 2}, {connector.Offset("0"), 2, "1", 0}, {connector.Offset("2"), 0, "2", 0}} {
		got := latest(c.from, c.limit)
		if got != c.want {
			t.Errorf("from %s limit %d: %s, want %s", c.from, c.limit, got, c.want)
		}
		if n := src.(connector.Counter).Count(c.from, connector.Offset(got)); n != c.rows {
			t.Errorf("from %s to %s: %d rows, want %d", c.from, got, n, c.rows)
		}
	}
	bound := open()
	if err := bound.(connector.Bounded).Bound(context.Background()); err != nil {
		t.Fatal(err)
	}
	s.Add(ints(6))
	if to, _ := bound.Latest(context.Background(), nil, connector.Limit{}); string(to) != "2" {
		t.Errorf("a bounded stream goes to %s", to)
	}
	if _, err := src.Splits(nil, connector.Offset("9")); err == nil {
		t.Error("additions that are not there are given")
	}
}

func TestTableHoldsABatchOnce(t *testing.T) {
	for complete, want := range map[bool]int{false: 3, true: 1} {
		tab := NewTable("t", one, complete)
		k := tab.Sink()
		for _, b := range []struct {
			id   int64
			rows *batch.Batch
		}{{0, ints(1, 2)}, {1, ints(7)}, {1, ints(3)}} {
			w, err := k.Writer(context.Background(), b.id, 0)
			if err != nil {
				t.Fatal(err)
			}
			if err := w.Write(b.rows); err != nil {
				t.Fatal(err)
			}
			r, err := w.Commit()
			if err != nil {
				t.Fatal(err)
			}
			if err := k.Commit(context.Background(), b.id, []any{r}); err != nil {
				t.Fatal(err)
			}
		}
		n := 0
		for _, b := range tab.Rows() {
			n += b.Rows()
		}
		if n != want {
			t.Errorf("complete %v: %d rows, want %d", complete, n, want)
		}
	}
}
