package parquet

import (
	"encoding/binary"
	"io"
	"strings"
	"unsafe"

	pq "github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"

	"gospark/runtime/batch"
	"gospark/runtime/condition"
	"gospark/runtime/format"
	"gospark/runtime/types"
)

// codecs are the compressions by their names, with what is put into the names of files.
var codecs = map[string]struct {
	codec compress.Codec
	mark  string
}{
	"none": {&pq.Uncompressed, ""}, "uncompressed": {&pq.Uncompressed, ""}, "snappy": {&pq.Snappy, ".snappy"}, "gzip": {&pq.Gzip, ".gz"},
	"zstd": {&pq.Zstd, ".zstd"}, "brotli": {&pq.Brotli, ".br"}, "lz4_raw": {&pq.Lz4Raw, ".lz4raw"}, "lz4": {&pq.Lz4Raw, ".lz4raw"},
}

// Row groups end at one of these.
const (
	groupRows  = 1 << 20
	groupBytes = 128 << 20
)

type encoder struct {
	schema *pq.Schema
	note   string
	codec  compress.Codec
	mark   string
	leaves []striper
}

// Create prepares the writing of rows.
func (Format) Create(schema *types.Type, e *format.Env) (format.Encoder, error) {
	if err := format.CheckTypes("Parquet", schema, supported); err != nil {
		return nil, err
	}
	name := e.Options.First(e.Conf("spark.sql.parquet.compression.codec", "snappy"), "compression", "parquet.compression")
	c, ok := codecs[strings.ToLower(name)]
	if !ok {
		return nil, condition.New("CODEC_NOT_AVAILABLE.WITH_AVAILABLE_CODECS_SUGGESTION", "56038", "The codec %s is not available. Available codecs are brotli, uncompressed, lz4_raw, gzip, snappy, none, zstd, lz4.", name).
			WithParam("codecName", name)
	}
	w := &encoder{codec: c.codec, mark: c.mark, note: schema.JSON()}
	root, err := groupOf(schema)
	if err != nil {
		return nil, err
	}
	w.schema = pq.NewSchema("spark_schema", root)
	for i, f := range schema.Fields {
		for _, s := range stripersOf(f.Type, 0, true) {
			col := len(w.leaves)
			w.leaves = append(w.leaves, func(b batch.Vector, row int, rep, def, _ int, out []pq.Value) []pq.Value {
				return s(b.(*batch.Struct).Fields[i], row, rep, def, col, out)
			})
		}
	}
	return w, nil
}

func (w *encoder) Extension() string { return w.mark + ".parquet" }

func (w *encoder) Begin(out io.Writer) (format.Writer, error) {
	p := pq.NewGenericWriter[any](out, w.schema, pq.Compression(w.codec), pq.DataPageVersion(1), pq.DataPageStatistics(true), pq.DictionaryMaxBytes(1<<20),
		pq.KeyValueMetadata(schemaKey, w.note), pq.KeyValueMetadata(versionKey, "4.2.0"), pq.CreatedBy("gospark", "1.0.0", "0"), pq.MaxRowsPerRowGroup(groupRows*2))
	return &writer{encoder: w, out: p}, nil
}

type writer struct {
	*encoder
	out   *pq.GenericWriter[any]
	rows  int
	bytes int64
	buf   []pq.Value
}

func (w *writer) Write(b *batch.Batch) error {
	in := &batch.Struct{Fields: b.Cols, N: b.N}
	n := b.Rows()
	cols := w.out.ColumnWriters()
	for c, stripe := range w.leaves {
		w.buf = w.buf[:0]
		for k := range n {
			w.buf = stripe(in, b.Row(k), 0, 0, c, w.buf)
		}
		if _, err := cols[c].WriteRowValues(w.buf); err != nil {
			return err
		}
		w.bytes += int64(len(w.buf)) * 8
	}
	if w.rows += n; w.rows >= groupRows || w.bytes >= groupBytes {
		w.rows, w.bytes = 0, 0
		return w.out.Flush()
	}
	return nil
}

func (w *writer) Close() error { return w.out.Close() }

// A striper appends the entries of one leaf for one slot of a column: rep and def are the levels of what is around it.
type striper func(v batch.Vector, row, rep, def, col int, out []pq.Value) []pq.Value

// stripersOf are the leaves of a type, in the order of the file. depth is the number of repeated nodes above.
func stripersOf(t *types.Type, depth int, optional bool) []striper {
	var all []striper
	step := 0
	if optional {
		step = 1
	}
	wrap := func(inner striper) striper {
		return func(v batch.Vector, row, rep, def, col int, out []pq.Value) []pq.Value {
			if v.Null(row) {
				return append(out, pq.Value{}.Level(rep, def, col))
			}
			return inner(v, row, rep, def+step, col, out)
		}
	}
	repeated := func(item striper, span func(v batch.Vector, row int) (items batch.Vector, lo, hi int)) striper {
		return wrap(func(v batch.Vector, row, rep, def, col int, out []pq.Value) []pq.Value {
			items, lo, hi := span(v, row)
			if lo == hi {
				return append(out, pq.Value{}.Level(rep, def, col))
			}
			for k := lo; k < hi; k++ {
				out = item(items, k, rep, def+1, col, out)
				rep = depth + 1
			}
			return out
		})
	}
	switch t.Kind {
	case types.StructKind:
		for i, f := range t.Fields {
			for _, s := range stripersOf(f.Type, depth, true) {
				all = append(all, wrap(func(v batch.Vector, row, rep, def, col int, out []pq.Value) []pq.Value {
					return s(v.(*batch.Struct).Fields[i], row, rep, def, col, out)
				}))
			}
		}
	case types.ArrayKind:
		for _, s := range stripersOf(t.Elem, depth+1, true) {
			all = append(all, repeated(s, func(v batch.Vector, row int) (batch.Vector, int, int) {
				l := v.(*batch.List)
				return l.Items, int(l.Offsets[row]), int(l.Offsets[row+1])
			}))
		}
	case types.MapKind:
		for _, s := range stripersOf(t.Key, depth+1, false) {
			all = append(all, repeated(s, func(v batch.Vector, row int) (batch.Vector, int, int) {
				m := v.(*batch.Map)
				return m.Keys, int(m.Offsets[row]), int(m.Offsets[row+1])
			}))
		}
		for _, s := range stripersOf(t.Elem, depth+1, true) {
			all = append(all, repeated(s, func(v batch.Vector, row int) (batch.Vector, int, int) {
				m := v.(*batch.Map)
				return m.Items, int(m.Offsets[row]), int(m.Offsets[row+1])
			}))
		}
	default:
		value := valueOf(t)
		all = append(all, wrap(func(v batch.Vector, row, rep, def, col int, out []pq.Value) []pq.Value {
			return append(out, value(v, row).Level(rep, def, col))
		}))
	}
	return all
}

func at[T any](f func(T) pq.Value) func(batch.Vector, int) pq.Value {
	return func(v batch.Vector, row int) pq.Value { return f(v.(*batch.Vec[T]).V[row]) }
}

// valueOf makes the value of a row of a type without parts.
func valueOf(t *types.Type) func(v batch.Vector, row int) pq.Value {
	switch t.Kind {
	case types.BooleanKind:
		return at(pq.BooleanValue)
	case types.ByteKind:
		return at(func(x int8) pq.Value { return pq.Int32Value(int32(x)) })
	case types.ShortKind:
		return at(func(x int16) pq.Value { return pq.Int32Value(int32(x)) })
	case types.IntKind, types.DateKind, types.YearMonthKind:
		return at(pq.Int32Value)
	case types.FloatKind:
		return at(pq.FloatValue)
	case types.DoubleKind:
		return at(pq.DoubleValue)
	case types.StringKind, types.CharKind, types.VarcharKind, types.BinaryKind:
		return at(func(s string) pq.Value { return pq.ByteArrayValue(unsafe.Slice(unsafe.StringData(s), len(s))) })
	case types.DecimalKind:
		switch size := decimalSize(t.Precision); {
		case size <= 4:
			return at(func(d types.Decimal) pq.Value { return pq.Int32Value(int32(d.Lo)) })
		case size <= 8:
			return at(func(d types.Decimal) pq.Value { return pq.Int64Value(int64(d.Lo)) })
		default:
			return at(func(d types.Decimal) pq.Value {
				b := binary.BigEndian.AppendUint64(make([]byte, 0, 16), uint64(d.Hi))
				return pq.FixedLenByteArrayValue(binary.BigEndian.AppendUint64(b, d.Lo)[16-size:])
			})
		}
	}
	return at(pq.Int64Value)
}

// decimalSize is how many bytes a number of some digits takes: 4, 8, or as few as will do.
func decimalSize(precision int) int {
	switch {
	case precision <= 9:
		return 4
	case precision <= 18:
		return 8
	}
	bits := precision*3322/1000 + 2 // of 10^precision, and the sign
	return (bits + 7) / 8
}
