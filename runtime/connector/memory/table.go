package memory

import (
	"context"
	"sync"

	"gospark/runtime/batch"
	"gospark/runtime/connector"
	"gospark/runtime/connector/collect"
	"gospark/runtime/types"
)

// A Table holds what a query wrote, batch by batch. A batch that is committed again replaces itself, so what is in the
// table is there once. It is safe for concurrent use; a reader sees whole batches.
type Table struct {
	name     string
	schema   *types.Type
	complete bool // each batch is the whole result

	mu      sync.Mutex
	batches []committed
}

type committed struct {
	id   int64
	rows []*batch.Batch
}

// NewTable makes an empty table; with complete, each batch takes the place of what was there.
func NewTable(name string, schema *types.Type, complete bool) *Table {
	return &Table{name: name, schema: schema, complete: complete}
}

// Schema is the columns.
func (t *Table) Schema() *types.Type { return t.schema }

func (t *Table) String() string { return "MemoryPlan " + t.name }

// Sink writes into the table.
func (t *Table) Sink() connector.Sink {
	return collect.New(collect.Sink{Name: "MemorySink", Commit: func(_ context.Context, id int64, rows *collect.Rows) error {
		t.commit(id, rows.All())
		return nil
	}})
}

func (t *Table) commit(id int64, rows []*batch.Batch) {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := committed{id, rows}
	if t.complete {
		t.batches = []committed{c}
		return
	}
	for i := range t.batches {
		if t.batches[i].id == id {
			t.batches[i] = c
			return
		}
	}
	t.batches = append(t.batches, c)
}

// Rows are the rows that are there now.
func (t *Table) Rows() []*batch.Batch {
	t.mu.Lock()
	defer t.mu.Unlock()
	var all []*batch.Batch
	for _, c := range t.batches {
		all = append(all, c.rows...)
	}
	return all
}
