// Package text reads files as lines, or with the option wholetext as one row a file, in a column named value, and writes
// a column of strings as lines.
package text

import (
	"context"
	"io"

	"gospark/runtime/batch"
	"gospark/runtime/condition"
	"gospark/runtime/connector"
	"gospark/runtime/format"
	"gospark/runtime/format/codec"
	"gospark/runtime/format/records"
	"gospark/runtime/types"
)

// Format is text.
type Format struct{}

var (
	_ format.Format = Format{}
	_ format.Fixed  = Format{}
)

// Name is what Spark calls the format in messages.
func (Format) Name() string { return "Text" }

func read(e *format.Env) (records.Options, error) {
	p := &format.Parser{Options: e.Options}
	o := records.Options{Whole: p.Bool("wholetext", false), Separator: p.Text("lineSep", "")}
	charset := p.First("", "encoding", "charset")
	c, err := records.Charset(charset)
	if c != nil {
		o.Charset = charset
	}
	if err == nil {
		err = p.Err
	}
	return o, err
}

// Columns is the column value.
func (Format) Columns(*format.Env) *types.Type {
	return types.StructOf(types.Field{Name: "value", Type: types.String, Nullable: true})
}

// Infer is Columns.
func (f Format) Infer(_ context.Context, _ []format.File, e *format.Env) (*types.Type, error) {
	return f.Columns(e), nil
}

// Splittable says whether ranges of a file can be read by themselves.
func (Format) Splittable(f format.File, e *format.Env) bool {
	o, err := read(e)
	return err == nil && o.Splittable(f)
}

// check refuses more than one column, and one that is not a string.
func check(schema *types.Type) error {
	if n := len(schema.Fields); n != 1 {
		return condition.New("_LEGACY_ERROR_TEMP_1290", "", "Text data source supports only a single column, and you have %d columns.", n)
	}
	return format.CheckTypes("Text", schema, (*types.Type).Text)
}

// Open prepares the reading of lines.
func (Format) Open(s *format.Scan) (format.Opener, error) {
	o, err := read(s.Env)
	if err != nil {
		return nil, err
	}
	if err := check(s.Schema); err != nil {
		return nil, err
	}
	wanted := len(s.Columns)
	return func(ctx context.Context, r format.Range) (connector.Reader, error) {
		in, err := o.Open(ctx, r)
		return &reader{in: in, wanted: wanted}, err
	}, nil
}

type reader struct {
	in     *records.Reader
	wanted int
	vec    batch.Vec[string]
	out    batch.Batch
}

func (r *reader) Next() (*batch.Batch, error) {
	var err error
	if r.vec.V, err = r.in.Next(r.vec.V[:0], batch.Size); err != nil {
		return nil, err
	}
	r.out = batch.Batch{N: len(r.vec.V)}
	for range r.wanted {
		r.out.Cols = append(r.out.Cols, &r.vec)
	}
	return &r.out, nil
}

func (r *reader) Close() error { return r.in.Close() }

// Create prepares the writing of lines.
func (Format) Create(schema *types.Type, e *format.Env) (format.Encoder, error) {
	if err := check(schema); err != nil {
		return nil, err
	}
	c, err := codec.Named(e.Options.Text("compression", ""))
	return &encoder{codec: c, separator: e.Options.Text("lineSep", "\n")}, err
}

type encoder struct {
	codec     codec.Codec
	separator string
}

func (w *encoder) Extension() string { return ".txt" + w.codec.Extension() }

func (w *encoder) Begin(out io.Writer) (format.Writer, error) {
	packed, err := w.codec.Writer(out)
	return &writer{out: packed, separator: w.separator}, err
}

type writer struct {
	out       io.WriteCloser
	separator string
	b         []byte
}

func (w *writer) Write(b *batch.Batch) error {
	w.b = w.b[:0]
	v := b.Cols[0].(*batch.Vec[string])
	for k := range b.Rows() {
		if row := b.Row(k); !v.Null(row) {
			w.b = append(w.b, v.V[row]...)
		}
		w.b = append(w.b, w.separator...)
	}
	_, err := w.out.Write(w.b)
	return err
}

func (w *writer) Close() error { return w.out.Close() }
