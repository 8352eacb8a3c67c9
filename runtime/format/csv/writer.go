package csv

import (
	"io"
	"strconv"

	"golang.org/x/text/encoding"
	"golang.org/x/text/transform"

	"gospark/runtime/batch"
	"gospark/runtime/format"
	"gospark/runtime/format/codec"
	"gospark/runtime/format/csvscan"
	"gospark/runtime/format/records"
	"gospark/runtime/types"
)

// encoder makes CSV files.
type encoder struct {
	schema    *types.Type
	env       *format.Env
	fields    csvscan.Writer
	codec     codec.Codec
	charset   encoding.Encoding
	separator string
	header    bool
	extension string
}

// Create prepares the writing of rows.
func (Format) Create(schema *types.Type, e *format.Env) (format.Encoder, error) {
	if err := format.CheckTypes("CSV", schema, supported); err != nil {
		return nil, err
	}
	o, err := read(e)
	if err != nil {
		return nil, err
	}
	p := &format.Parser{Options: e.Options}
	w := &encoder{schema: schema, env: e, separator: p.Text("lineSep", "\n"), header: o.header, extension: p.Text("extension", "csv")}
	w.fields = csvscan.Writer{Separator: o.scan.Separator, Quote: o.scan.Quote, Escape: o.scan.Escape, NullValue: o.scan.NullValue, EmptyValue: p.Text("emptyValue", `""`),
		QuoteAll: p.Bool("quoteAll", false), KeepLeadingSpace: !p.Bool("ignoreLeadingWhiteSpace", true), KeepTrailingSpace: !p.Bool("ignoreTrailingWhiteSpace", true)}
	if o.scan.NoQuotes {
		w.fields.Quote = 0
	}
	if p.Err != nil {
		return nil, p.Err
	}
	if w.codec, err = codec.Named(p.Text("compression", p.Text("codec", ""))); err != nil {
		return nil, err
	}
	if w.charset, err = records.Charset(p.First("", "encoding", "charset")); err != nil {
		return nil, err
	}
	_, err = format.NewTimes(e)
	return w, err
}

func (w *encoder) Extension() string { return "." + w.extension + w.codec.Extension() }

func (w *encoder) Begin(out io.Writer) (format.Writer, error) {
	packed, err := w.codec.Writer(out)
	if err != nil {
		return nil, err
	}
	t := &writer{encoder: w, out: packed, packed: packed}
	if w.charset != nil {
		t.out = transform.NewWriter(packed, w.charset.NewEncoder())
	}
	if t.times, err = format.NewTimes(w.env); err != nil {
		return nil, err
	}
	for _, f := range w.schema.Fields {
		t.cols = append(t.cols, t.appender(f.Type))
	}
	if w.header {
		for i, f := range w.schema.Fields {
			if i > 0 {
				t.b = append(t.b, w.fields.Separator...)
			}
			t.b = w.fields.AppendField(t.b, f.Name)
		}
		_, err = t.out.Write(append(t.b, w.separator...))
	}
	return t, err
}

type writer struct {
	*encoder
	out    io.Writer
	packed io.WriteCloser
	times  *format.Times
	cols   []appender
	b      []byte
	text   []byte
}

// An appender appends the value of a row that is not null, with its quotes.
type appender func(b []byte, v batch.Vector, i int) []byte

func (w *writer) Write(b *batch.Batch) error {
	out := w.b[:0]
	for k := range b.Rows() {
		row := b.Row(k)
		for i, c := range b.Cols {
			if i > 0 {
				out = append(out, w.fields.Separator...)
			}
			if c.Null(row) {
				out = append(out, w.fields.NullValue...)
			} else {
				out = w.cols[i](out, c, row)
			}
		}
		out = append(out, w.separator...)
	}
	w.b = out
	if w.times.Err != nil {
		return w.times.Err
	}
	_, err := w.out.Write(out)
	return err
}

func (w *writer) Close() error { return w.packed.Close() }

func text[T any](w *writer, f func(T) string) appender {
	return func(b []byte, v batch.Vector, i int) []byte {
		return w.fields.AppendField(b, f(v.(*batch.Vec[T]).V[i]))
	}
}

func (w *writer) appender(t *types.Type) appender {
	switch t.Kind {
	case types.StringKind, types.CharKind, types.VarcharKind:
		return text(w, func(s string) string { return s })
	case types.DateKind:
		return text(w, w.times.Date)
	case types.TimestampKind:
		return text(w, w.times.Timestamp)
	case types.TimestampNTZKind:
		return text(w, w.times.Local)
	case types.DecimalKind:
		return text(w, func(d types.Decimal) string { return d.ScientificText(t.Scale) })
	case types.IntKind:
		return text(w, func(n int32) string { return strconv.Itoa(int(n)) })
	case types.LongKind:
		return text(w, func(n int64) string { return strconv.FormatInt(n, 10) })
	}
	return func(b []byte, v batch.Vector, i int) []byte {
		w.text = types.AppendText(w.text[:0], v.Any(i), t, types.CastText, w.times.Zone())
		return w.fields.AppendField(b, string(w.text))
	}
}
