package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sort"
	"strings"

	"gospark/runtime/batch"
	"gospark/runtime/condition"
	"gospark/runtime/connector"
	"gospark/runtime/format"
	"gospark/runtime/types"
)

// A layout says where the columns of a batch come from.
type layout struct {
	columns    []column
	partitions *types.Type
}

// A column is one that the files have, by its place among those read, or one of the partition.
type column struct {
	data bool
	at   int
}

// A reading is what all splits of a scan share.
type reading struct {
	open     format.Opener
	layout   *layout
	relation *Relation
}

// A piece is a range of a file in a partition.
type piece struct {
	format.Range
	values types.Row
}

// A split is some pieces, read one after another.
type split struct {
	*reading
	pieces []piece
}

var (
	_ connector.Split = (*split)(nil)
	_ connector.Sized = (*split)(nil)
)

// pack cuts files into pieces and packs them: large pieces first, each split as full as the next piece lets it be. What it
// costs to open a file counts as bytes.
func (r *Relation) pack(shares []share, rd *reading) []connector.Split {
	most, cost := r.size("spark.sql.files.maxPartitionBytes", maxPartitionBytes), r.size("spark.sql.files.openCostInBytes", openCost)
	var total int64
	for _, s := range shares {
		for _, f := range s.files {
			total += f.Size + cost
		}
	}
	most = min(most, max(cost, total/int64(max(r.env.Parallelism, 1))))
	var pieces []piece
	for _, s := range shares {
		for _, f := range s.files {
			if f.Size == 0 {
				continue
			}
			if !r.format.Splittable(f, &r.env) {
				pieces = append(pieces, piece{format.Whole(f), s.values})
				continue
			}
			for at := int64(0); at < f.Size; at += most {
				pieces = append(pieces, piece{format.Range{File: f, Start: at, End: min(at+most, f.Size)}, s.values})
			}
		}
	}
	sort.SliceStable(pieces, func(i, j int) bool { return pieces[i].End-pieces[i].Start > pieces[j].End-pieces[j].Start })
	var splits []connector.Split
	var now []piece
	var size int64
	for _, p := range pieces {
		if n := p.End - p.Start; size+n > most && len(now) > 0 {
			splits = append(splits, &split{rd, now})
			now, size = nil, 0
		}
		size += p.End - p.Start + cost
		now = append(now, p)
	}
	if len(now) > 0 {
		splits = append(splits, &split{rd, now})
	}
	return splits
}

func (s *split) Rows() int64 { return -1 }

func (s *split) Bytes() int64 {
	var n int64
	for _, p := range s.pieces {
		n += p.End - p.Start
	}
	return n
}

func (s *split) String() string {
	texts := make([]string, len(s.pieces))
	for i, p := range s.pieces {
		texts[i] = fmt.Sprintf("%s:%d+%d", p.URI(), p.Start, p.End-p.Start)
	}
	return strings.Join(texts, ", ")
}

func (s *split) Open(ctx context.Context) (connector.Reader, error) {
	return &reader{ctx: ctx, split: s}, nil
}

// A reader reads the pieces of a split.
type reader struct {
	ctx   context.Context
	split *split
	next  int
	in    connector.Reader
	out   batch.Batch
	fixed []batch.Vector // of the partition, as long as the longest batch yet
	size  int
}

// File is the file of the batch that was read last; Block is the range of it that is read.
func (r *reader) File() string { return r.piece().URI() }

func (r *reader) piece() piece { return r.split.pieces[max(r.next-1, 0)] }

func (r *reader) Next() (*batch.Batch, error) {
	for {
		if r.in == nil {
			if r.next == len(r.split.pieces) {
				return nil, io.EOF
			}
			p := r.split.pieces[r.next]
			r.next++
			in, err := r.split.open(r.ctx, p.Range)
			if err != nil {
				return nil, r.split.relation.failed(p.URI(), err)
			}
			r.in, r.size = in, 0
		}
		b, err := r.in.Next()
		if err == nil {
			return r.laid(b), nil
		}
		if err != io.EOF {
			return nil, r.split.relation.failed(r.File(), err)
		}
		err = r.in.Close()
		r.in = nil
		if err != nil {
			return nil, err
		}
	}
}

// laid adds the columns of the partition.
func (r *reader) laid(b *batch.Batch) *batch.Batch {
	l := r.split.layout
	if b.N > r.size {
		r.size = max(b.N, batch.Size)
		r.fixed = r.fixed[:0]
		for _, c := range l.columns {
			if c.data {
				r.fixed = append(r.fixed, nil)
				continue
			}
			r.fixed = append(r.fixed, repeated(l.partitions.Fields[c.at].Type, r.piece().values[c.at], r.size))
		}
	}
	r.out.N, r.out.Sel, r.out.Cols = b.N, b.Sel, r.out.Cols[:0]
	for i, c := range l.columns {
		if c.data {
			r.out.Cols = append(r.out.Cols, b.Cols[c.at])
		} else {
			r.out.Cols = append(r.out.Cols, r.fixed[i].View(0, b.N))
		}
	}
	return &r.out
}

func repeated(t *types.Type, v any, n int) batch.Vector {
	c := batch.ForType(t, n)
	for range n {
		c.AppendAny(v)
	}
	return c
}

func (r *reader) Close() error {
	if r.in == nil {
		return nil
	}
	return r.in.Close()
}

// failed is an error of reading a file. Spark tells which file first.
func (r *Relation) failed(file string, err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	c, ok := condition.As(err)
	if ok && (file == "" || strings.HasPrefix(c.Condition(), "FAILED_READ_FILE")) {
		return err
	}
	if file == "" {
		return err
	}
	name, text := "FAILED_READ_FILE.NO_HINT", "Encountered error while reading file %s. "
	if errors.Is(err, fs.ErrNotExist) {
		name, text = "FAILED_READ_FILE.FILE_NOT_EXIST", "Encountered error while reading file %s. File does not exist. It is possible the underlying files have been updated.\nYou can explicitly invalidate the cache in Spark by running 'REFRESH TABLE tableName' command in SQL or by recreating the Dataset/DataFrame involved."
	}
	e := condition.New(name, "KD001", text, file).WithParam("path", file)
	e.Cause = err
	if ok {
		return e.WithFix("%s", c.Message)
	}
	return e.WithFix("%v", err)
}
