package receiver

import (
	"context"
	"fmt"
	"io"

	"gospark/runtime/batch"
	"gospark/runtime/connector"
)

var (
	_ connector.Split = blockSplit{}
	_ connector.Sized = blockSplit{}
)

type blockSplit struct {
	number int64
	block
}

func (s blockSplit) Open(ctx context.Context) (connector.Reader, error) {
	return &blockReader{ctx: ctx, batches: s.batches}, nil
}

func (s blockSplit) Rows() int64    { return s.rows }
func (s blockSplit) Bytes() int64   { return s.bytes }
func (s blockSplit) String() string { return fmt.Sprintf("block %d (%d rows)", s.number, s.rows) }

type blockReader struct {
	ctx     context.Context
	batches []*batch.Batch
}

func (r *blockReader) Next() (*batch.Batch, error) {
	if err := r.ctx.Err(); err != nil {
		return nil, err
	}
	if len(r.batches) == 0 {
		return nil, io.EOF
	}
	b := r.batches[0]
	r.batches = r.batches[1:]
	return b, nil
}

func (r *blockReader) Close() error { return nil }

// size is about how many bytes a batch takes.
func size(b *batch.Batch) int64 {
	var n int64
	for _, c := range b.Cols {
		n += int64(c.Elem().Size()) * int64(b.Rows())
		switch v := c.(type) {
		case *batch.Vec[string]:
			n += lengths(b, v.V, func(s string) int { return len(s) })
		case *batch.Vec[[]byte]:
			n += lengths(b, v.V, func(s []byte) int { return len(s) })
		}
	}
	return n
}

func lengths[T any](b *batch.Batch, v []T, length func(T) int) (n int64) {
	if b.Sel == nil {
		for _, s := range v[:b.N] {
			n += int64(length(s))
		}
		return n
	}
	for _, i := range b.Sel {
		n += int64(length(v[i]))
	}
	return n
}
