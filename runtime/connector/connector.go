// Package connector is the contract between the engine and outside systems. Each system is a package of its own below
// this one, its source and its sink together; adding a system is adding a folder and one line in the registry.
//
// A [Source] has a position, an [Offset]. The engine asks it how far a batch may reach, records that in its log, and then
// reads the rows between two offsets as [Split]s, one task each. Systems that cannot be read twice go through
// connector/receiver, which holds what it received in numbered blocks until the batch that took them is committed, and
// so keeps the same contract.
package connector

import (
	"context"
	"encoding/json"
	"reflect"

	"gospark/runtime/batch"
)

// An Offset is a source's position as JSON, written into the offset log as it is. Nil means nothing was read yet.
type Offset = json.RawMessage

// A Limit bounds how much one batch takes. Zero fields are unlimited.
type Limit struct {
	Rows  int64
	Bytes int64
	Files int64
}

// A Column is a field of the rows of a source. Elem is the Go type of its vector (binary is held as string).
type Column struct {
	Name string
	Elem reflect.Type
	Type string // the logical type in DDL, such as "binary" or "timestamp"; "" means what Elem suggests
}

// A Source is a replayable stream of rows.
//
// Latest decides where the batch that starts at from ends: what is available, cut to limit. It returns from when there is
// nothing new; from is nil for the first batch, and Latest then applies the starting position the source was made with.
// It may be called from one goroutine at a time. It must not consume anything.
//
// Splits is deterministic: the same offsets give the same splits with the same rows, also after a restart. Different
// splits may be read at the same time.
//
// Commit says that everything before to has been processed and will not be asked for again.
// Close ends all goroutines of the source; no other method is called after it.
type Source interface {
	Columns() []Column
	Latest(ctx context.Context, from Offset, limit Limit) (Offset, error)
	Splits(from, to Offset) ([]Split, error)
	Commit(to Offset) error
	Close() error
	String() string // the description shown in progress reports, such as KafkaV2[Subscribe[clicks]]
}

// A Waker is a Source that can tell when there may be something new, so that nobody polls. C is signalled (capacity one)
// after new data, and spuriously at most.
type Waker interface {
	C() <-chan struct{}
}

// A Counter is a Source that knows how many rows lie between two offsets (-1: unknown), before they are read.
type Counter interface {
	Count(from, to Offset) int64
}

// A Describer adds what a monitor shows about the input of a batch, such as offset ranges.
type Describer interface {
	Describe(from, to Offset) map[string]any
}

// A Split is one task's share of a batch. Open may be called again (a retried task) and yields the same rows.
type Split interface {
	Open(ctx context.Context) (Reader, error)
	String() string
}

// A Reader yields the rows of a split. The batch returned by Next is valid until the next Next; the end is io.EOF.
// Next returns early with ctx's error when the context given to Open is cancelled. Close is called once, in any state.
type Reader interface {
	Next() (*batch.Batch, error)
	Close() error
}

// A Sized split knows its volume in advance (-1 or 0: unknown).
type Sized interface {
	Rows() int64
	Bytes() int64
}

// BatchReader reads batches that are in memory already.
type BatchReader struct {
	Batches []*batch.Batch
	i       int
}
