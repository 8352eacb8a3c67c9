package avro

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/flate"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/hamba/avro/v2"
	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"

	"gospark/runtime/batch"
	"gospark/runtime/connector"
	"gospark/runtime/format"
	"gospark/runtime/types"
)

// Open prepares the reading of columns.
func (Format) Open(s *format.Scan) (format.Opener, error) {
	wanted := s.Wanted()
	return func(ctx context.Context, r format.Range) (connector.Reader, error) {
		f, err := os.Open(r.Path)
		if err != nil {
			return nil, err
		}
		t, err := newReader(ctx, f, r, wanted, s.Exact)
		if err != nil {
			f.Close()
		}
		return t, err
	}, nil
}

type reader struct {
	ctx    context.Context
	file   *os.File
	in     *counted
	head   *head
	end    int64
	wanted *types.Type
	decode decoder
	rows   *batch.Struct
	avro   *avro.Reader
	left   int64 // records of the block
	done   bool
	out    batch.Batch
}

func newReader(ctx context.Context, f *os.File, r format.Range, wanted *types.Type, exact bool) (*reader, error) {
	h, err := readHead(f)
	if err != nil {
		return nil, err
	}
	t := &reader{ctx: ctx, file: f, head: h, end: r.End, wanted: wanted, avro: avro.NewReader(nil, 0)}
	if t.decode, err = decoderOf(h.schema, wanted, exact); err != nil {
		return nil, err
	}
	start := max(r.Start-int64(len(h.sync)), h.size)
	if _, err := f.Seek(start, io.SeekStart); err != nil {
		return nil, err
	}
	t.in = &counted{r: bufio.NewReaderSize(io.LimitReader(f, r.Size-start), 256<<10), n: start}
	if start > h.size {
		err = t.align()
	}
	return t, err
}

// align goes behind the next mark between blocks.
func (t *reader) align() error {
	var window [16]byte
	for n := 0; ; n++ {
		b, err := t.in.ReadByte()
		if err == io.EOF {
			t.done = true
			return nil
		}
		if err != nil {
			return err
		}
		copy(window[:], window[1:])
		window[15] = b
		if n >= 15 && window == t.head.sync {
			return nil
		}
	}
}

// block reads the next block. One belongs to the range in which the mark in front of it begins.
func (t *reader) block() error {
	if t.done || t.in.n-int64(len(t.head.sync)) >= t.end {
		return io.EOF
	}
	n, err := binary.ReadVarint(t.in)
	if err != nil {
		return err // io.EOF in front of a block is the end
	}
	size, err := binary.ReadVarint(t.in)
	if err == nil && (size < 0 || n < 0 || size > 1<<31) {
		err = fmt.Errorf("a block of %d records and %d bytes", n, size)
	}
	var data []byte
	if err == nil {
		data, err = io.ReadAll(io.LimitReader(t.in, size))
		if err == nil && int64(len(data)) < size {
			err = io.ErrUnexpectedEOF
		}
	}
	var sync [16]byte
	if err == nil {
		_, err = io.ReadFull(t.in, sync[:])
	}
	if err == nil && sync != t.head.sync {
		err = errors.New("a block does not end where it should")
	}
	if err == nil {
		data, err = unpack(t.head.codec, data)
	}
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return err
	}
	t.left = n
	t.avro.Reset(data)
	return nil
}

func unpack(codec string, data []byte) ([]byte, error) {
	switch codec {
	case "", "null":
		return data, nil
	case "deflate":
		return io.ReadAll(flate.NewReader(bytes.NewReader(data)))
	case "bzip2":
		return io.ReadAll(bzip2.NewReader(bytes.NewReader(data)))
	case "snappy":
		if len(data) < 4 {
			return nil, io.ErrUnexpectedEOF
		}
		return snappy.Decode(nil, data[:len(data)-4]) // a checksum follows
	case "zstandard":
		z, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
		if err != nil {
			return nil, err
		}
		defer z.Close()
		return z.DecodeAll(data, nil)
	}
	return nil, fmt.Errorf("codec %q is not known", codec)
}

func (t *reader) Next() (*batch.Batch, error) {
	if t.ctx.Err() != nil {
		return nil, context.Cause(t.ctx)
	}
	t.rows = batch.ForType(t.wanted, batch.Size).(*batch.Struct)
	for t.rows.N < batch.Size {
		if t.left == 0 {
			err := t.block()
			if err == io.EOF && t.rows.N > 0 {
				break
			}
			if err != nil {
				return nil, err
			}
			continue
		}
		t.left--
		if t.decode(t.avro, t.rows); t.avro.Error != nil {
			return nil, fmt.Errorf("a damaged block: %w", t.avro.Error)
		}
	}
	t.out = batch.Batch{N: t.rows.N, Cols: t.rows.Fields}
	return &t.out, nil
}

func (t *reader) Close() error { return t.file.Close() }
