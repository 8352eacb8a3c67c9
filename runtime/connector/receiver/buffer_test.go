package receiver

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"gospark/runtime/batch"
	"gospark/runtime/connector"
)

// ints is a batch of the n numbers from first on.
func ints(first, n int) *batch.Batch {
	v := make([]int, n)
	for i := range v {
		v[i] = first + i
	}
	return batch.Of(batch.VecOf(v))
}

type failer interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

func read(t failer, splits []connector.Split) []int {
	t.Helper()
	var all []int
	for _, s := range splits {
		r, err := s.Open(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for {
			b, err := r.Next()
			if err != nil {
				break
			}
			for i := range b.Rows() {
				all = append(all, batch.Col[int](b, 0)[b.Row(i)])
			}
			n += b.Rows()
		}
		if int64(n) != s.(connector.Sized).Rows() {
			t.Fatalf("%v: %d rows", s, n)
		}
	}
	return all
}

func rows(t failer, f *Buffer, from, to int64) []int {
	t.Helper()
	splits, err := f.Splits(from, to)
	if err != nil {
		t.Fatal(err)
	}
	return read(t, splits)
}

func mustStore(t failer, f *Buffer, b *batch.Batch) {
	t.Helper()
	if err := f.Store(context.Background(), b); err != nil {
		t.Fatal(err)
	}
}

func latest(t failer, f *Buffer, from int64, limit connector.Limit) int64 {
	t.Helper()
	to, err := f.Latest(from, limit)
	if err != nil {
		t.Fatal(err)
	}
	return to
}

func upTo(n int) []int { return batch.Col[int](ints(0, n), 0) }

func TestBufferKeepsEveryRowInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := NewBuffer(1<<40, 1<<40, rapid.IntRange(1, 4).Draw(t, "parallelism"))
		stored, from := 0, int64(0)
		var seen []int
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			for _, n := range rapid.SliceOfN(rapid.IntRange(1, 3000), 0, 4).Draw(t, "batches") {
				b := ints(stored, n)
				if rapid.Bool().Draw(t, "selected") {
					b = &batch.Batch{N: n + 1, Cols: []batch.Vector{ints(stored-1, n+1).Cols[0]}}
					for i := range n {
						b.Sel = append(b.Sel, int32(i+1))
					}
				}
				mustStore(t, f, b)
				stored += n
			}
			limit := connector.Limit{
				Rows:  rapid.Int64Range(0, 5000).Draw(t, "rows"),
				Bytes: rapid.Int64Range(0, 50000).Draw(t, "bytes"),
			}
			to := latest(t, f, from, limit)
			if again := latest(t, f, from, limit); again != to {
				t.Fatalf("latest is %d, then %d", to, again)
			}
			got := rows(t, f, from, to)
			if limit.Rows > 0 && int64(len(got)) > limit.Rows {
				t.Fatalf("%d rows, limit %d", len(got), limit.Rows)
			}
			if limit.Bytes > 0 && int64(len(got)) > max(limit.Bytes/8, 1) {
				t.Fatalf("%d rows, limit %d bytes", len(got), limit.Bytes)
			}
			if len(got) == 0 && len(seen) < stored {
				t.Fatal("rows are there, none was given")
			}
			if n := f.Count(from, to); n != int64(len(got)) {
				t.Fatalf("count %d of %d", n, len(got))
			}
			if again := rows(t, f, from, to); !slices.Equal(again, got) {
				t.Fatal("read again, the rows differ")
			}
			seen = append(seen, got...)
			if rapid.Bool().Draw(t, "commit") {
				if err := f.Commit(to); err != nil {
					t.Fatal(err)
				}
			}
			from = to
		}
		seen = append(seen, rows(t, f, from, latest(t, f, from, connector.Limit{}))...)
		if !slices.Equal(seen, upTo(stored)) {
			t.Fatalf("%d rows of %d, or in another order", len(seen), stored)
		}
		if err := f.Commit(latest(t, f, from, connector.Limit{})); err != nil {
			t.Fatal(err)
		}
		if held, _ := f.volumes(); held != (volume{}) {
			t.Fatalf("all is committed, %v is held", held)
		}
	})
}

func TestABlockDoesNotChange(t *testing.T) {
	f := NewBuffer(100, 1<<20, 1)
	mustStore(t, f, ints(0, 3))
	to := latest(t, f, 0, connector.Limit{})
	mustStore(t, f, ints(3, 2))
	if got := rows(t, f, 0, to); !slices.Equal(got, upTo(3)) {
		t.Fatal(got)
	}
	if next := latest(t, f, to, connector.Limit{}); next != to+1 || f.Count(to, next) != 2 {
		t.Fatal(next)
	}
}

func TestBlocksAreCutForTheTasks(t *testing.T) {
	for _, c := range []struct{ rows, parallelism, blocks int }{
		{1, 4, 1}, {1024, 4, 1}, {1025, 4, 2}, {8192, 4, 4}, {8192, 1, 1}, {200_000, 2, 4},
	} {
		f := NewBuffer(1<<20, 1<<30, c.parallelism)
		mustStore(t, f, ints(0, c.rows))
		if n := latest(t, f, 0, connector.Limit{}); n != int64(c.blocks) {
			t.Errorf("%+v: %d blocks", c, n)
		}
	}
}

func TestATrickleIsJoined(t *testing.T) {
	f := NewBuffer(1<<20, 1<<30, 1)
	for i := range 1000 {
		mustStore(t, f, ints(i, 1))
	}
	splits, _ := f.Splits(0, latest(t, f, 0, connector.Limit{}))
	if n := len(splits[0].(blockSplit).batches); len(splits) != 1 || n != 1 {
		t.Fatalf("%d splits, %d batches", len(splits), n)
	}
}

func TestStoreBlocksWhileFull(t *testing.T) {
	for name, f := range map[string]*Buffer{
		"rows":  NewBuffer(10, 1<<20, 1),
		"bytes": NewBuffer(1<<20, 80, 1),
	} {
		mustStore(t, f, ints(0, 10))
		stored := make(chan error, 1)
		go func() { stored <- f.Store(context.Background(), ints(10, 1)) }()
		to := latest(t, f, 0, connector.Limit{})
		select {
		case <-stored:
			t.Fatalf("%s: stored over the bound", name)
		default:
		}
		if n := f.Count(0, to); n != 10 {
			t.Fatalf("%s: %d rows", name, n)
		}
		if err := f.Commit(to); err != nil {
			t.Fatal(err)
		}
		if err := receive(t, "store", stored); err != nil {
			t.Fatal(err)
		}
	}
}

func TestABatchLargerThanTheBufferIsTakenAlone(t *testing.T) {
	f := NewBuffer(10, 80, 1)
	mustStore(t, f, ints(0, 1000))
	if n := f.Count(0, latest(t, f, 0, connector.Limit{})); n != 1000 {
		t.Fatal(n)
	}
}

// What was read from a system that will not send it again is not lost because the receiver is stopped just then.
func TestStoppingKeepsTheBatchInHand(t *testing.T) {
	f := NewBuffer(1, 1<<20, 1)
	mustStore(t, f, ints(0, 1))
	ctx, cancel := context.WithCancel(context.Background())
	stored := make(chan error)
	go func() { stored <- f.Store(ctx, ints(1, 4)) }()
	cancel()
	if err := receive(t, "store", stored); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if got := rows(t, f, 0, latest(t, f, 0, connector.Limit{})); !slices.Equal(got, upTo(5)) {
		t.Fatal(got)
	}
}

func TestCloseEndsStore(t *testing.T) {
	f := NewBuffer(1, 1<<20, 1)
	mustStore(t, f, ints(0, 1))
	stored := make(chan error)
	go func() { stored <- f.Store(context.Background(), ints(1, 1)) }()
	f.Close()
	if err := receive(t, "store", stored); err != errClosed {
		t.Fatal(err)
	}
}

func TestNumbersGoOnAfterARestart(t *testing.T) {
	f := NewBuffer(100, 1<<20, 1)
	mustStore(t, f, ints(0, 3))
	if _, err := f.Splits(15, 17); !errors.Is(err, ErrGone) {
		t.Fatal("what the ended process held is gone:", err)
	}
	if f.Count(15, 17) != -1 {
		t.Fatal("rows that are gone were counted")
	}
	if err := f.Commit(17); err != nil {
		t.Fatal(err)
	}
	to := latest(t, f, 17, connector.Limit{})
	if got := rows(t, f, 17, to); to != 18 || !slices.Equal(got, upTo(3)) {
		t.Fatal(to, got)
	}
}

func TestWrongNumbersAreRefused(t *testing.T) {
	f := NewBuffer(100, 1<<20, 1)
	mustStore(t, f, ints(0, 3))
	latest(t, f, 0, connector.Limit{})
	if err := f.Commit(1); err != nil {
		t.Fatal(err)
	}
	_, ahead := f.Latest(9, connector.Limit{})
	_, behind := f.Latest(0, connector.Limit{})
	_, gone := f.Splits(0, 1)
	_, backwards := f.Splits(1, 0)
	for i, err := range []error{ahead, behind, gone, backwards, f.Commit(7)} {
		if err == nil || !strings.HasPrefix(err.Error(), "receiver: ") {
			t.Error(i, err)
		}
	}
	if fmt.Sprint(gone) != "receiver: blocks 0 to 0: the rows are gone; the first that is held is 1" {
		t.Error(gone)
	}
}
