package avro

import (
	"bytes"
	"compress/flate"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"hash/crc32"
	"io"
	"math"
	"strings"

	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"

	"gospark/runtime/batch"
	"gospark/runtime/condition"
	"gospark/runtime/format"
	"gospark/runtime/types"
)

// blockSize is how many bytes a block has before it is compressed.
const blockSize = 64 << 10

// codecs are the compressions by Spark's names: what the file calls them, and how a block is packed.
var codecs = map[string]struct {
	name string
	pack func([]byte) ([]byte, error)
}{
	"uncompressed": {"null", func(b []byte) ([]byte, error) { return b, nil }},
	"snappy": {"snappy", func(b []byte) ([]byte, error) {
		return binary.BigEndian.AppendUint32(snappy.Encode(nil, b), crc32.ChecksumIEEE(b)), nil
	}},
	"deflate": {"deflate", func(b []byte) ([]byte, error) {
		var out bytes.Buffer
		w, err := flate.NewWriter(&out, flate.DefaultCompression)
		if err == nil {
			_, err = w.Write(b)
		}
		if err == nil {
			err = w.Close()
		}
		return out.Bytes(), err
	}},
	"zstandard": {"zstandard", func(b []byte) ([]byte, error) {
		w, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
		if err != nil {
			return nil, err
		}
		defer w.Close()
		return w.EncodeAll(b, nil), nil
	}},
}

type encoder struct {
	note   string // the schema as JSON
	codec  string
	pack   func([]byte) ([]byte, error)
	fields []appender
}

// Create prepares the writing of rows.
func (Format) Create(schema *types.Type, e *format.Env) (format.Encoder, error) {
	if err := format.CheckTypes("AVRO", schema, supported); err != nil {
		return nil, err
	}
	name := strings.ToLower(e.Options.Text("compression", e.Conf("spark.sql.avro.compression.codec", "snappy")))
	c, ok := codecs[name]
	if !ok {
		return nil, condition.New("CODEC_SHORT_NAME_NOT_FOUND", "42704", "Cannot find a short name for the codec %s.", name).WithParam("codecName", name)
	}
	note, err := json.Marshal(schemaOf(schema, e.Options.Text("recordName", "topLevelRecord"), e.Options.Text("recordNamespace", "")))
	if err != nil {
		return nil, err
	}
	w := &encoder{note: string(note), codec: c.name, pack: c.pack}
	for _, f := range schema.Fields {
		w.fields = append(w.fields, appenderOf(f.Type, true))
	}
	return w, nil
}

func supported(t *types.Type) bool {
	switch t.Kind {
	case types.ArrayKind:
		return supported(t.Elem)
	case types.MapKind:
		return t.Key.Text() && supported(t.Elem)
	case types.StructKind:
		for _, f := range t.Fields {
			if !supported(f.Type) {
				return false
			}
		}
	}
	return t.Kind != types.CalendarKind && t.Kind != types.VoidKind && t.Kind != types.TimeKind
}

type object = map[string]any

// schemaOf is the Avro schema of a type. Parts of a record are named after it, as Spark does.
func schemaOf(t *types.Type, name, space string) any {
	within := name
	if space != "" {
		within = space + "." + name
	}
	switch t.Kind {
	case types.BooleanKind:
		return "boolean"
	case types.ByteKind, types.ShortKind, types.IntKind, types.YearMonthKind:
		return "int"
	case types.LongKind, types.DayTimeKind:
		return "long"
	case types.FloatKind:
		return "float"
	case types.DoubleKind:
		return "double"
	case types.StringKind, types.CharKind, types.VarcharKind:
		return "string"
	case types.BinaryKind:
		return "bytes"
	case types.DateKind:
		return object{"type": "int", "logicalType": "date"}
	case types.TimestampKind:
		return object{"type": "long", "logicalType": "timestamp-micros"}
	case types.TimestampNTZKind:
		return object{"type": "long", "logicalType": "local-timestamp-micros"}
	case types.DecimalKind:
		return object{"type": "fixed", "name": "fixed", "namespace": within, "size": decimalSize(t.Precision), "logicalType": "decimal", "precision": t.Precision, "scale": t.Scale}
	case types.ArrayKind:
		return object{"type": "array", "items": []any{schemaOf(t.Elem, name, space), "null"}}
	case types.MapKind:
		return object{"type": "map", "values": []any{schemaOf(t.Elem, name, space), "null"}}
	}
	fields := []any{}
	for _, f := range t.Fields {
		fields = append(fields, object{"name": f.Name, "type": []any{schemaOf(f.Type, f.Name, within), "null"}})
	}
	r := object{"type": "record", "name": name, "fields": fields}
	if space != "" {
		r["namespace"] = space
	}
	return r
}

// decimalSize is how many bytes a number of some digits takes.
func decimalSize(precision int) int { return (precision*3322/1000 + 2 + 7) / 8 }

func (w *encoder) Extension() string { return ".avro" }

func (w *encoder) Begin(out io.Writer) (format.Writer, error) {
	t := &writer{encoder: w, out: out}
	rand.Read(t.sync[:])
	b := append([]byte(magic), 4) // two pairs
	for _, s := range []string{"avro.codec", w.codec, "avro.schema", w.note} {
		b = appendText(b, s)
	}
	b = append(append(b, 0), t.sync[:]...)
	_, err := out.Write(b)
	return t, err
}

type writer struct {
	*encoder
	out  io.Writer
	sync [16]byte
	rows int64
	b    []byte
}

func (w *writer) Write(b *batch.Batch) error {
	for k := range b.Rows() {
		row := b.Row(k)
		for i, f := range w.fields {
			w.b = f(w.b, b.Cols[i], row)
		}
		if w.rows++; len(w.b) >= blockSize {
			if err := w.block(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *writer) block() error {
	packed, err := w.pack(w.b)
	if err != nil {
		return err
	}
	head := binary.AppendVarint(binary.AppendVarint(nil, w.rows), int64(len(packed)))
	for _, part := range [][]byte{head, packed, w.sync[:]} {
		if _, err := w.out.Write(part); err != nil {
			return err
		}
	}
	w.rows, w.b = 0, w.b[:0]
	return nil
}

func (w *writer) Close() error {
	if w.rows == 0 {
		return nil
	}
	return w.block()
}

// An appender appends the value of a row.
type appender func(b []byte, v batch.Vector, row int) []byte

func appendText(b []byte, s string) []byte {
	return append(binary.AppendVarint(b, int64(len(s))), s...)
}

func of[T any](f func(b []byte, x T) []byte) appender {
	return func(b []byte, v batch.Vector, row int) []byte { return f(b, v.(*batch.Vec[T]).V[row]) }
}

func number[T int8 | int16 | int32 | int64](b []byte, x T) []byte {
	return binary.AppendVarint(b, int64(x))
}

// appenderOf makes the appender of a type; an optional one says first which branch of the union follows.
func appenderOf(t *types.Type, optional bool) appender {
	inner := plainAppender(t)
	if !optional {
		return inner
	}
	return func(b []byte, v batch.Vector, row int) []byte {
		if v.Null(row) {
			return append(b, 2)
		}
		return inner(append(b, 0), v, row)
	}
}

func plainAppender(t *types.Type) appender {
	switch t.Kind {
	case types.BooleanKind:
		return of(func(b []byte, x bool) []byte {
			if x {
				return append(b, 1)
			}
			return append(b, 0)
		})
	case types.ByteKind:
		return of(number[int8])
	case types.ShortKind:
		return of(number[int16])
	case types.IntKind, types.YearMonthKind, types.DateKind:
		return of(number[int32])
	case types.FloatKind:
		return of(func(b []byte, x float32) []byte { return binary.LittleEndian.AppendUint32(b, math.Float32bits(x)) })
	case types.DoubleKind:
		return of(func(b []byte, x float64) []byte { return binary.LittleEndian.AppendUint64(b, math.Float64bits(x)) })
	case types.StringKind, types.CharKind, types.VarcharKind, types.BinaryKind:
		return of(appendText)
	case types.DecimalKind:
		size := decimalSize(t.Precision)
		return of(func(b []byte, d types.Decimal) []byte { return format.AppendDecimal(b, d, size) })
	case types.ArrayKind:
		item := appenderOf(t.Elem, true)
		return func(b []byte, v batch.Vector, row int) []byte {
			l := v.(*batch.List)
			lo, hi := l.Span(row)
			if hi > lo {
				b = binary.AppendVarint(b, int64(hi-lo))
				for k := lo; k < hi; k++ {
					b = item(b, l.Items, k)
				}
			}
			return append(b, 0)
		}
	case types.MapKind:
		item := appenderOf(t.Elem, true)
		return func(b []byte, v batch.Vector, row int) []byte {
			m := v.(*batch.Map)
			lo, hi := int(m.Offsets[row]), int(m.Offsets[row+1])
			if hi > lo {
				b = binary.AppendVarint(b, int64(hi-lo))
				for k := lo; k < hi; k++ {
					b = item(appendText(b, m.Keys.(*batch.Vec[string]).V[k]), m.Items, k)
				}
			}
			return append(b, 0)
		}
	case types.StructKind:
		var fields []appender
		for _, f := range t.Fields {
			fields = append(fields, appenderOf(f.Type, true))
		}
		return func(b []byte, v batch.Vector, row int) []byte {
			for i, f := range fields {
				b = f(b, v.(*batch.Struct).Fields[i], row)
			}
			return b
		}
	}
	return of(number[int64])
}
