package csv

import (
	"context"
	"io"

	"gospark/runtime/batch"
	"gospark/runtime/condition"
	"gospark/runtime/connector"
	"gospark/runtime/format"
	"gospark/runtime/format/csvscan"
	"gospark/runtime/types"
)

// Open prepares the reading of columns.
func (Format) Open(s *format.Scan) (format.Opener, error) {
	o, err := read(s.Env)
	if err != nil {
		return nil, err
	}
	wanted := s.Wanted()
	if err := format.CheckTypes("CSV", wanted, supported); err != nil {
		return nil, err
	}
	corrupt := s.Schema.Index(o.scan.CorruptRecord, true)
	if corrupt >= 0 && !s.Schema.Fields[corrupt].Type.Text() {
		t := s.Schema.Fields[corrupt].Type
		return nil, condition.New("INVALID_CORRUPT_RECORD_TYPE", "42804", "The column %s for corrupt records must have the nullable STRING type, but got %s.",
			types.Quote(o.scan.CorruptRecord), `"`+t.SQL()+`"`).WithParam("columnName", types.Quote(o.scan.CorruptRecord)).WithParam("actualType", `"`+t.SQL()+`"`)
	}
	if err := format.OnlyCorrupt(s, o.scan.CorruptRecord); err != nil {
		return nil, err
	}
	// A column for corrupt records is no field of the files.
	place := func(c int) int {
		if corrupt >= 0 && c > corrupt {
			return c - 1
		}
		return c
	}
	width := len(s.Schema.Fields)
	if corrupt >= 0 {
		width--
	}
	at := make([]int, len(s.Columns))
	all := !o.prune || len(s.Columns) == width
	for i, c := range s.Columns {
		at[i] = place(c)
		all = all || c == corrupt
	}
	if !all {
		width = -1
	}
	if _, err := csvscan.NewAll(wanted, at, width, o.scan); err != nil {
		return nil, err
	}
	return func(ctx context.Context, r format.Range) (connector.Reader, error) {
		in, err := o.open(ctx, r)
		if err != nil {
			return nil, err
		}
		scan, err := csvscan.NewAll(wanted, at, width, o.scan)
		if err != nil {
			in.in.Close()
			return nil, err
		}
		return &reader{in: in, scan: scan, schema: s.Schema, uri: r.URI(), exact: s.Exact}, nil
	}, nil
}

// A reader reads records into columns.
type reader struct {
	in     *source
	scan   *csvscan.Scanner
	schema *types.Type
	uri    string
	exact  bool
	named  bool // the header was looked at
	texts  []string
	out    batch.Batch
}

func (r *reader) Next() (*batch.Batch, error) {
	r.scan.Reset()
	for r.scan.Len() == 0 {
		var err error
		r.texts, err = r.in.next(r.texts[:0])
		if err != nil && err != io.EOF {
			return nil, err
		}
		if r.in.names != "" && !r.named {
			r.named = true
			if bad := r.checkHeader(); bad != nil {
				return nil, bad
			}
		}
		if err != nil {
			return nil, err
		}
		for _, t := range r.texts {
			if _, err := r.scan.Append(t); err != nil {
				return nil, err
			}
		}
	}
	v := r.scan.Vector().(*batch.Struct)
	r.out = batch.Batch{N: v.N, Cols: v.Fields}
	return &r.out, nil
}

func (r *reader) Close() error { return r.in.in.Close() }
