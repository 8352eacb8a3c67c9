package json

import (
	"encoding/base64"
	"io"
	"strconv"

	"golang.org/x/text/encoding"
	"golang.org/x/text/transform"

	"gospark/runtime/batch"
	"gospark/runtime/format"
	"gospark/runtime/format/codec"
	"gospark/runtime/format/jsonscan"
	"gospark/runtime/format/records"
	"gospark/runtime/types"
)

// encoder makes files of one object a line.
type encoder struct {
	schema    *types.Type
	env       *format.Env
	codec     codec.Codec
	charset   encoding.Encoding
	separator string
	nulls     bool
}

// Create prepares the writing of rows.
func (Format) Create(schema *types.Type, e *format.Env) (format.Encoder, error) {
	if err := format.CheckTypes("JSON", schema, supported); err != nil {
		return nil, err
	}
	p := &format.Parser{Options: e.Options}
	w := &encoder{schema: schema, env: e, separator: p.Text("lineSep", "\n"),
		nulls: !p.Bool("ignoreNullFields", e.Conf("spark.sql.jsonGenerator.ignoreNullFields", "true") != "false")}
	if p.Err != nil {
		return nil, p.Err
	}
	var err error
	if w.codec, err = codec.Named(p.Text("compression", "")); err != nil {
		return nil, err
	}
	if w.charset, err = records.Charset(p.First("", "encoding", "charset")); err != nil {
		return nil, err
	}
	_, err = format.NewTimes(e)
	return w, err
}

func (w *encoder) Extension() string { return ".json" + w.codec.Extension() }

func (w *encoder) Begin(out io.Writer) (format.Writer, error) {
	packed, err := w.codec.Writer(out)
	if err != nil {
		return nil, err
	}
	t := &writer{encoder: w, out: packed, packed: packed}
	if w.charset != nil {
		t.out = transform.NewWriter(packed, w.charset.NewEncoder())
	}
	t.times, err = format.NewTimes(w.env)
	t.row = t.object(w.schema)
	return t, err
}

type writer struct {
	*encoder
	out    io.Writer
	packed io.WriteCloser
	times  *format.Times
	row    appender
	b      []byte
}

// An appender appends the value of a row that is not null.
type appender func(b []byte, v batch.Vector, i int) []byte

func (w *writer) Write(b *batch.Batch) error {
	rows := &batch.Struct{Fields: b.Cols, N: b.N}
	w.b = w.b[:0]
	for k := range b.Rows() {
		w.b = append(w.row(w.b, rows, b.Row(k)), w.separator...)
	}
	if w.times.Err != nil {
		return w.times.Err
	}
	_, err := w.out.Write(w.b)
	return err
}

func (w *writer) Close() error { return w.packed.Close() }

func (w *writer) object(t *types.Type) appender {
	names, values := make([]string, len(t.Fields)), make([]appender, len(t.Fields))
	for i, f := range t.Fields {
		names[i], values[i] = string(jsonscan.AppendString(nil, f.Name))+":", w.appender(f.Type)
	}
	return func(b []byte, v batch.Vector, row int) []byte {
		b = append(b, '{')
		from := len(b)
		for i, f := range v.(*batch.Struct).Fields {
			null := f.Null(row)
			if null && !w.nulls {
				continue
			}
			if len(b) > from {
				b = append(b, ',')
			}
			b = append(b, names[i]...)
			if null {
				b = append(b, "null"...)
			} else {
				b = values[i](b, f, row)
			}
		}
		return append(b, '}')
	}
}

// text makes an appender of values that are strings in JSON.
func text[T any](f func(T) string) appender {
	return func(b []byte, v batch.Vector, i int) []byte {
		return jsonscan.AppendString(b, f(v.(*batch.Vec[T]).V[i]))
	}
}

func number[T int8 | int16 | int32 | int64](b []byte, v batch.Vector, i int) []byte {
	return strconv.AppendInt(b, int64(v.(*batch.Vec[T]).V[i]), 10)
}

func (w *writer) appender(t *types.Type) appender {
	switch t.Kind {
	case types.StructKind:
		return w.object(t)
	case types.ArrayKind:
		return w.list(t)
	case types.MapKind:
		return w.entries(t)
	case types.ByteKind:
		return number[int8]
	case types.ShortKind:
		return number[int16]
	case types.IntKind:
		return number[int32]
	case types.LongKind:
		return number[int64]
	case types.StringKind, types.CharKind, types.VarcharKind:
		return text(func(s string) string { return s })
	case types.BinaryKind:
		return text(func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) })
	case types.DateKind:
		return text(w.times.Date)
	case types.TimestampKind:
		return text(w.times.Timestamp)
	case types.TimestampNTZKind:
		return text(w.times.Local)
	case types.DecimalKind:
		return func(b []byte, v batch.Vector, i int) []byte {
			return append(b, v.(*batch.Vec[types.Decimal]).V[i].ScientificText(t.Scale)...)
		}
	case types.FloatKind, types.DoubleKind:
		return func(b []byte, v batch.Vector, i int) []byte {
			x := v.Any(i)
			if finite(x) {
				return types.AppendText(b, x, t, types.CastText, nil)
			}
			return jsonscan.AppendString(b, types.Text(x, t, types.CastText, nil))
		}
	case types.BooleanKind:
		return func(b []byte, v batch.Vector, i int) []byte { return strconv.AppendBool(b, v.(*batch.Vec[bool]).V[i]) }
	}
	return func(b []byte, v batch.Vector, i int) []byte {
		return jsonscan.AppendString(b, types.Text(v.Any(i), t, types.CastText, w.times.Zone()))
	}
}

func finite(x any) bool {
	switch f := x.(type) {
	case float64:
		return f-f == 0
	case float32:
		return f-f == 0
	}
	return true
}

func (w *writer) list(t *types.Type) appender {
	item := w.appender(t.Elem)
	return func(b []byte, v batch.Vector, i int) []byte {
		l := v.(*batch.List)
		b = append(b, '[')
		for k := l.Offsets[i]; k < l.Offsets[i+1]; k++ {
			if k > l.Offsets[i] {
				b = append(b, ',')
			}
			b = value(b, l.Items, int(k), item)
		}
		return append(b, ']')
	}
}

func (w *writer) entries(t *types.Type) appender {
	item := w.appender(t.Elem)
	return func(b []byte, v batch.Vector, i int) []byte {
		m := v.(*batch.Map)
		b = append(b, '{')
		for k := m.Offsets[i]; k < m.Offsets[i+1]; k++ {
			if k > m.Offsets[i] {
				b = append(b, ',')
			}
			b = append(jsonscan.AppendString(b, types.Text(m.Keys.Any(int(k)), t.Key, types.CastText, w.times.Zone())), ':')
			b = value(b, m.Items, int(k), item)
		}
		return append(b, '}')
	}
}

func value(b []byte, v batch.Vector, i int, a appender) []byte {
	if v.Null(i) {
		return append(b, "null"...)
	}
	return a(b, v, i)
}
