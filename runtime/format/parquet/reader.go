package parquet

import (
	"context"
	"io"
	"strings"

	pq "github.com/parquet-go/parquet-go"

	"gospark/runtime/batch"
	"gospark/runtime/connector"
	"gospark/runtime/format"
	"gospark/runtime/types"
)

// Open prepares the reading of columns.
func (Format) Open(s *format.Scan) (format.Opener, error) {
	wanted := s.Wanted()
	if err := format.CheckTypes("Parquet", wanted, supported); err != nil {
		return nil, err
	}
	return func(ctx context.Context, r format.Range) (connector.Reader, error) {
		f, err := open(r.File)
		if err != nil {
			return nil, err
		}
		t := &reader{ctx: ctx, file: f}
		for _, w := range wanted.Fields {
			n, err := nodeFor(f.Root(), w, s.Exact)
			if err != nil {
				f.Close()
				return nil, err
			}
			t.nodes = append(t.nodes, n)
		}
		for _, g := range f.RowGroups() {
			if middle, ok := middleOf(f, g); ok && (middle < r.Start || middle >= r.End) {
				continue
			}
			if may(f, g, s) {
				t.groups = append(t.groups, g)
			}
		}
		return t, nil
	}, nil
}

// middleOf is where a row group lies in its file.
func middleOf(f *file, g pq.RowGroup) (int64, bool) {
	for i, o := range f.RowGroups() {
		if o != g {
			continue
		}
		m := f.Metadata().RowGroups[i]
		if len(m.Columns) == 0 {
			return 0, false
		}
		c := m.Columns[0].MetaData
		start := c.DataPageOffset
		if d := c.DictionaryPageOffset; d > 0 && d < start {
			start = d
		}
		var size int64
		for _, c := range m.Columns {
			size += c.MetaData.TotalCompressedSize
		}
		return start + size/2, true
	}
	return 0, false
}

type reader struct {
	ctx    context.Context
	file   *file
	nodes  []*node
	groups []pq.RowGroup
	left   int64 // rows of the current row group
	out    batch.Batch
}

func (r *reader) Next() (*batch.Batch, error) {
	if r.ctx.Err() != nil {
		return nil, context.Cause(r.ctx)
	}
	for r.left == 0 {
		if len(r.groups) == 0 {
			return nil, io.EOF
		}
		g := r.groups[0]
		r.groups = r.groups[1:]
		r.left = g.NumRows()
		chunks := g.ColumnChunks()
		for _, n := range r.nodes {
			n.begin(chunks)
		}
	}
	n := int(min(r.left, batch.Size))
	r.left -= int64(n)
	r.out = batch.Batch{N: n}
	for _, node := range r.nodes {
		v, err := node.column(n)
		if err != nil {
			return nil, err
		}
		r.out.Cols = append(r.out.Cols, v)
	}
	return &r.out, nil
}

func (r *reader) Close() error {
	for _, n := range r.nodes {
		n.close()
	}
	return r.file.Close()
}

// find is the column of a name.
func find(cols []*pq.Column, name string, exact bool) *pq.Column {
	for _, c := range cols {
		if c.Name() == name {
			return c
		}
	}
	if !exact {
		for _, c := range cols {
			if strings.EqualFold(c.Name(), name) {
				return c
			}
		}
	}
	return nil
}

// supported are the types that files have.
func supported(t *types.Type) bool {
	switch t.Kind {
	case types.ArrayKind:
		return supported(t.Elem)
	case types.MapKind:
		return supported(t.Key) && supported(t.Elem)
	case types.StructKind:
		for _, f := range t.Fields {
			if !supported(f.Type) {
				return false
			}
		}
	}
	return t.Kind != types.CalendarKind && t.Kind != types.VoidKind
}
