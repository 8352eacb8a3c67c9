package json

import (
	"context"

	"gospark/runtime/batch"
	"gospark/runtime/connector"
	"gospark/runtime/format"
	"gospark/runtime/format/jsonscan"
	"gospark/runtime/format/records"
)

// Open prepares the reading of columns.
func (Format) Open(s *format.Scan) (format.Opener, error) {
	o, err := read(s.Env)
	if err != nil {
		return nil, err
	}
	if err := format.OnlyCorrupt(s, o.scan.CorruptRecord); err != nil {
		return nil, err
	}
	wanted := s.Wanted()
	if err := format.CheckTypes("JSON", wanted, supported); err != nil {
		return nil, err
	}
	if _, err := jsonscan.New(wanted, o.scan); err != nil {
		return nil, err
	}
	return func(ctx context.Context, r format.Range) (connector.Reader, error) {
		in, err := o.records.Open(ctx, r)
		if err != nil {
			return nil, err
		}
		scan, err := jsonscan.New(wanted, o.scan)
		if err != nil {
			in.Close()
			return nil, err
		}
		return &reader{in: in, scan: scan}, nil
	}, nil
}

// A reader reads records into columns.
type reader struct {
	in    *records.Reader
	scan  *jsonscan.Scanner
	rest  string   // of a block of lines
	texts []string // records that are no lines
	out   batch.Batch
}

func (r *reader) Next() (*batch.Batch, error) {
	r.scan.Reset()
	more := r.records
	if r.in.Lines() {
		more = r.lines
	}
	if err := more(); err != nil {
		return nil, err
	}
	v := r.scan.Vector().(*batch.Struct)
	r.out = batch.Batch{N: v.N, Cols: v.Fields}
	return &r.out, nil
}

// lines reads a batch of lines.
func (r *reader) lines() (err error) {
	for r.scan.Len() < batch.Size {
		if r.rest == "" {
			if r.rest, err = r.in.Block(); err != nil {
				if r.scan.Len() > 0 { // the error comes again
					return nil
				}
				return err
			}
		}
		if r.rest, err = r.scan.AppendLines(r.rest, batch.Size); err != nil {
			return err
		}
	}
	return nil
}

// records reads some records that are no lines.
func (r *reader) records() (err error) {
	for r.scan.Len() == 0 {
		if r.texts, err = r.in.Next(r.texts[:0], batch.Size); err != nil {
			return err
		}
		for _, t := range r.texts {
			if jsonscan.Blank(t) {
				continue
			}
			if _, err := r.scan.Append(t); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *reader) Close() error { return r.in.Close() }
