package op

import (
	"io"

	"gospark/runtime/batch"
	"gospark/runtime/plan"
	"gospark/runtime/types"
)

// held is rows that an operator keeps until it is closed, within the query's memory.
type held struct {
	*batch.Batch
	memory *plan.Memory
	bytes  int64
}

func newHeld(ts []*types.Type, q *plan.Query) *held {
	h := &held{Batch: emptyBatch(ts, 0)}
	if q != nil {
		h.memory = q.Memory
	}
	return h
}

// emptyBatch makes a batch of columns of data types.
func emptyBatch(ts []*types.Type, capacity int) *batch.Batch {
	b := &batch.Batch{Cols: make([]batch.Vector, len(ts))}
	for i, t := range ts {
		b.Cols[i] = batch.ForType(t, capacity)
	}
	return b
}

// add copies the selected rows of b.
func (h *held) add(b *batch.Batch) error {
	if err := h.reserve(b); err != nil {
		return err
	}
	h.Append(b)
	return nil
}

// reserve takes the memory for a copy of the selected rows of b.
func (h *held) reserve(b *batch.Batch) error {
	if h.memory == nil || h.memory.Limit <= 0 {
		return nil
	}
	n := rowBytes(b)
	if err := h.memory.Reserve(n); err != nil {
		return err
	}
	h.bytes += n
	return nil
}

// rowBytes estimates what the selected rows take.
func rowBytes(b *batch.Batch) int64 {
	if b.N == 0 {
		return 0
	}
	return b.Bytes() * int64(b.Rows()) / int64(b.N)
}

// all adds everything an operator yields.
func (h *held) all(in Operator) error {
	for {
		b, err := in.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if b.Rows() == 0 {
			continue
		}
		if err := h.add(b); err != nil {
			return err
		}
	}
}

// free gives the memory back. It is fine on nil and twice.
func (h *held) free() {
	if h != nil {
		h.memory.Release(h.bytes)
		h.bytes = 0
	}
}

// closeAll closes operators, and returns the first error.
func closeAll(os ...Operator) error {
	var first error
	for _, o := range os {
		if err := o.Close(); first == nil {
			first = err
		}
	}
	return first
}
