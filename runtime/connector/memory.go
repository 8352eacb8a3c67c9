package connector

import (
	"context"
	"fmt"
	"io"

	"gospark/runtime/batch"
)

var (
	_ Reader = (*BatchReader)(nil)
	_ Split  = (*MemorySplit)(nil)
)

func (r *BatchReader) Next() (*batch.Batch, error) {
	if r.i == len(r.Batches) {
		return nil, io.EOF
	}
	r.i++
	return r.Batches[r.i-1], nil
}

func (r *BatchReader) Close() error { return nil }

// MemorySplit is a split whose rows are in memory.
type MemorySplit struct {
	Batches []*batch.Batch
}

func (s *MemorySplit) Open(context.Context) (Reader, error) {
	return &BatchReader{Batches: s.Batches}, nil
}

func (s *MemorySplit) Rows() int64 {
	var n int64
	for _, b := range s.Batches {
		n += int64(b.Rows())
	}
	return n
}

func (s *MemorySplit) Bytes() int64   { return 0 }
func (s *MemorySplit) String() string { return fmt.Sprintf("memory[%d rows]", s.Rows()) }
