// Package collect is a sink that holds the rows of a batch in memory and hands them over when the batch is committed: the
// console, tables in memory, and functions of a user's that take whole batches are made of it.
//
// What it guarantees is up to the function: it is called again for a batch whose commit was not recorded.
package collect

import (
	"context"

	"gospark/runtime/batch"
	"gospark/runtime/connector"
)

// A Sink holds rows. Commit, unless nil, gets the batches of each partition, in order, which are its own; Close, unless
// nil, is called at the end.
type Sink struct {
	Name string
	// Keep is how many rows of each partition are held, the first ones; 0 is all of them, and with a negative number none
	// are. The rest only count.
	Keep   int
	Commit func(ctx context.Context, id int64, rows *Rows) error
	Close  func() error
}

// Rows are what a batch wrote.
type Rows struct {
	Partitions [][]*batch.Batch
	Total      int64 // with those that were not kept
}

// All lists the batches of all partitions.
func (r *Rows) All() []*batch.Batch {
	var all []*batch.Batch
	for _, p := range r.Partitions {
		all = append(all, p...)
	}
	return all
}

// New makes a connector's sink of s.
func New(s Sink) connector.Sink { return &sink{s} }

// NewUncounted is New for a sink that is handed whole batches, and shown without a number of rows.
func NewUncounted(s Sink) connector.Sink { return uncounted{&sink{s}} }

// uncounted is not a connector.Prompt, as sink is.
type uncounted struct{ connector.Sink }

func (uncounted) Uncounted() {}

type sink struct{ s Sink }

var (
	_ connector.Prompt    = (*sink)(nil)
	_ connector.Uncounted = uncounted{}
	_ connector.Writer    = (*writer)(nil)
)

func (k *sink) Begin(context.Context, int64) (bool, error) { return false, nil }
func (k *sink) Abort(context.Context, int64) error         { return nil }
func (k *sink) String() string                             { return k.s.Name }
func (k *sink) Prompt()                                    {}

func (k *sink) Writer(context.Context, int64, int) (connector.Writer, error) {
	return &writer{keep: k.s.Keep}, nil
}

func (k *sink) Commit(ctx context.Context, id int64, written []any) error {
	if k.s.Commit == nil {
		return nil
	}
	rows := &Rows{Partitions: make([][]*batch.Batch, len(written))}
	for i, w := range written {
		p := w.(*writer)
		rows.Partitions[i] = p.batches
		rows.Total += p.total
	}
	return k.s.Commit(ctx, id, rows)
}

func (k *sink) Close() error {
	if k.s.Close == nil {
		return nil
	}
	return k.s.Close()
}

type writer struct {
	keep    int
	held    int
	total   int64
	batches []*batch.Batch
}

func (w *writer) Write(b *batch.Batch) error {
	n := b.Rows()
	w.total += int64(n)
	if w.keep != 0 {
		if w.held >= w.keep {
			return nil
		}
		if left := w.keep - w.held; left < n {
			b = b.View(0, left)
		}
	}
	w.held += b.Rows()
	w.batches = append(w.batches, b.Clone())
	return nil
}

func (w *writer) Commit() (any, error) { return w, nil }

func (w *writer) Abort() error {
	w.batches = nil
	return nil
}
