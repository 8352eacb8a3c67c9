package parquet

import (
	"encoding/binary"
	"fmt"
	"io"
	"math/big"

	pq "github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding"
	pqformat "github.com/parquet-go/parquet-go/format"

	"gospark/runtime/batch"
	"gospark/runtime/condition"
	"gospark/runtime/format"
	"gospark/runtime/types"
)

// A leaf reads one column of a row group, page by page, and hands out rows in any number.
type leaf interface {
	// begin starts a row group; use reads its pages.
	begin(chunk pq.ColumnChunk)
	// fill makes sure that the next n rows are there, and says how many entries they have and their levels. A column
	// without levels has none.
	fill(n int) (entries int, reps, defs []byte, err error)
	// flat is the next entries as a column: one row each.
	take(entries int) batch.Vector
	close()
}

// A typed leaf. Entries before at have been taken; values are those of entries whose definition level is the highest.
type typed[T any] struct {
	col     *pq.Column
	convert func(v encoding.Values, dst []T) []T
	pages   pq.Pages
	dict    []T
	dictOf  pq.Dictionary
	maxDef  byte
	nested  bool

	reps, defs []byte
	values     []T
	at, used   int // entries and values taken
	count      int // entries there are
}

func (l *typed[T]) begin(chunk pq.ColumnChunk) {
	l.close()
	l.pages, l.dictOf, l.dict = chunk.Pages(), nil, nil
	l.reps, l.defs, l.values = l.reps[:0], l.defs[:0], nil
	l.at, l.used, l.count = 0, 0, 0
}

func (l *typed[T]) close() {
	if l.pages != nil {
		l.pages.Close()
		l.pages = nil
	}
}

// rows is how many whole entries make up n rows, -1 if a page has to be read to know.
func (l *typed[T]) rows(n int) int {
	if !l.nested {
		if l.count-l.at >= n {
			return n
		}
		return -1
	}
	seen := 0
	for i := l.at; i < l.count; i++ {
		if l.reps[i] == 0 {
			if seen++; seen > n {
				return i - l.at
			}
		}
	}
	return -1
}

func (l *typed[T]) fill(n int) (entries int, reps, defs []byte, err error) {
	for {
		entries = l.rows(n)
		if entries < 0 {
			switch err := l.page(); {
			case err == io.EOF:
				entries = l.count - l.at
			case err != nil:
				return 0, nil, nil, err
			default:
				continue
			}
		}
		if l.nested {
			reps = l.reps[l.at : l.at+entries]
		}
		if l.maxDef > 0 {
			defs = l.defs[l.at : l.at+entries]
		}
		return entries, reps, defs, nil
	}
}

// page reads a page and forgets what was taken.
func (l *typed[T]) page() (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("column %s: a damaged page: %v", l.col.Name(), p)
		}
	}()
	p, err := l.pages.ReadPage()
	if err != nil {
		return err
	}
	defer pq.Release(p)
	if l.at > 0 {
		if l.nested {
			l.reps = append(l.reps[:0], l.reps[l.at:]...)
		}
		if l.maxDef > 0 {
			l.defs = append(l.defs[:0], l.defs[l.at:]...)
		}
		// Values that were handed out as they are must stay: what is left is copied away from them.
		l.values = append(make([]T, 0, len(l.values)-l.used+int(p.NumValues())), l.values[l.used:]...)
		l.count, l.at, l.used = l.count-l.at, 0, 0
	}
	if l.nested {
		l.reps = append(l.reps, p.RepetitionLevels()...)
	}
	if l.maxDef > 0 {
		l.defs = append(l.defs, p.DefinitionLevels()...)
	}
	l.count += int(p.NumValues())
	if d := p.Dictionary(); d != nil {
		if l.dictOf != d {
			l.dictOf, l.dict = d, l.convert(d.Page().Data(), nil)
		}
		data := p.Data()
		for _, i := range data.Int32() {
			l.values = append(l.values, l.dict[i])
		}
		return nil
	}
	had := len(l.values)
	l.values = l.convert(p.Data(), l.values)
	l.values = l.values[:had+int(p.NumValues()-p.NumNulls())] // bits come by eight
	return nil
}

// take hands entries out as a column: those below the highest level are null.
func (l *typed[T]) take(entries int) batch.Vector {
	from := l.at
	l.at += entries
	if l.maxDef == 0 {
		v := &batch.Vec[T]{V: l.values[l.used : l.used+entries : l.used+entries]}
		l.used += entries
		return v
	}
	defs := l.defs[from : from+entries]
	nulls := 0
	for _, d := range defs {
		if d < l.maxDef {
			nulls++
		}
	}
	if nulls == 0 {
		v := &batch.Vec[T]{V: l.values[l.used : l.used+entries : l.used+entries]}
		l.used += entries
		return v
	}
	v := &batch.Vec[T]{V: make([]T, entries), Valid: make([]bool, entries)}
	for i, d := range defs {
		if d == l.maxDef {
			v.V[i], v.Valid[i] = l.values[l.used], true
			l.used++
		}
	}
	return v
}

// mismatch is the error of a column that is not of the type asked for.
func mismatch(c *pq.Column, t *types.Type) error {
	return condition.New("FAILED_READ_FILE.PARQUET_COLUMN_DATA_TYPE_MISMATCH", "KD001", "Encountered error while reading file. Data type mismatches when reading Parquet column [%s]. Expected Spark type %s, actual Parquet type %s.",
		c.Name(), t, c.Type().Kind()).WithParam("column", "["+c.Name()+"]").WithParam("expectedType", t.String()).WithParam("actualType", c.Type().Kind().String())
}

func newLeaf[T any](c *pq.Column, convert func(v encoding.Values, dst []T) []T) leaf {
	return &typed[T]{col: c, convert: convert, maxDef: byte(c.MaxDefinitionLevel()), nested: c.MaxRepetitionLevel() > 0}
}

// each converts numbers.
func each[S, T any](values []S, dst []T, f func(S) T) []T {
	for _, v := range values {
		dst = append(dst, f(v))
	}
	return dst
}

type whole interface{ int8 | int16 | int32 | int64 }

func wholeLeaf[T whole](c *pq.Column, kind pq.Kind) leaf {
	if kind == pq.Int32 {
		if l, ok := logical(c).(*pqformat.IntType); ok && !l.IsSigned {
			return newLeaf(c, func(v encoding.Values, dst []T) []T {
				return each(v.Int32(), dst, func(n int32) T { return T(uint32(n)) })
			})
		}
		return newLeaf(c, func(v encoding.Values, dst []T) []T { return each(v.Int32(), dst, func(n int32) T { return T(n) }) })
	}
	return newLeaf(c, func(v encoding.Values, dst []T) []T { return each(v.Int64(), dst, func(n int64) T { return T(n) }) })
}

// leafOf makes the reader of a column as a type, if the file's type can be read as that.
func leafOf(c *pq.Column, t *types.Type) (leaf, error) {
	kind := c.Type().Kind()
	decimal, isDecimal := logical(c).(*pqformat.DecimalType)
	switch {
	case t.Kind == types.BooleanKind && kind == pq.Boolean:
		return newLeaf(c, func(v encoding.Values, dst []bool) []bool {
			return v2bools(v, dst)
		}), nil
	case t.Kind == types.ByteKind && kind == pq.Int32 && !isDecimal:
		return wholeLeaf[int8](c, kind), nil
	case t.Kind == types.ShortKind && kind == pq.Int32 && !isDecimal:
		return wholeLeaf[int16](c, kind), nil
	case (t.Kind == types.IntKind || t.Kind == types.DateKind || t.Kind == types.YearMonthKind) && kind == pq.Int32 && !isDecimal:
		return newLeaf(c, func(v encoding.Values, dst []int32) []int32 { return append(dst, v.Int32()...) }), nil
	case t.Kind == types.LongKind && (kind == pq.Int32 || kind == pq.Int64) && !isDecimal:
		return wholeLeaf[int64](c, kind), nil
	case t.Kind == types.DoubleKind && kind == pq.Int32 && !isDecimal:
		return newLeaf(c, func(v encoding.Values, dst []float64) []float64 {
			return each(v.Int32(), dst, func(n int32) float64 { return float64(n) })
		}), nil
	case t.Kind == types.FloatKind && kind == pq.Float:
		return newLeaf(c, func(v encoding.Values, dst []float32) []float32 { return append(dst, v.Float()...) }), nil
	case t.Kind == types.DoubleKind && kind == pq.Float:
		return newLeaf(c, func(v encoding.Values, dst []float64) []float64 {
			return each(v.Float(), dst, func(f float32) float64 { return float64(f) })
		}), nil
	case t.Kind == types.DoubleKind && kind == pq.Double:
		return newLeaf(c, func(v encoding.Values, dst []float64) []float64 { return append(dst, v.Double()...) }), nil
	case t.Kind == types.DecimalKind:
		return decimalLeaf(c, t, decimal)
	case (t.Text() || t.Kind == types.BinaryKind) && (kind == pq.ByteArray || kind == pq.FixedLenByteArray) && !isDecimal:
		return newLeaf(c, texts), nil
	case (t.Kind == types.DayTimeKind || t.Kind == types.TimeKind) && kind == pq.Int64:
		return newLeaf(c, func(v encoding.Values, dst []int64) []int64 { return append(dst, v.Int64()...) }), nil
	case t.Kind == types.TimestampKind || t.Kind == types.TimestampNTZKind:
		return timeLeaf(c, t)
	}
	return nil, mismatch(c, t)
}

func v2bools(v encoding.Values, dst []bool) []bool {
	data, _ := v.Data()
	for i := range 8 * len(data) {
		dst = append(dst, data[i/8]>>(i%8)&1 == 1)
	}
	return dst
}

// texts copies a page's strings once: what is handed out are views of the copy.
func texts(v encoding.Values, dst []string) []string {
	if v.Kind() == encoding.FixedLenByteArray {
		data, size := v.FixedLenByteArray()
		all := string(data)
		for i := 0; i+size <= len(all) && size > 0; i += size {
			dst = append(dst, all[i:i+size])
		}
		return dst
	}
	data, offsets := v.ByteArray()
	all := string(data)
	for i := range max(0, len(offsets)-1) {
		dst = append(dst, all[offsets[i]:offsets[i+1]])
	}
	return dst
}

// Microseconds of a unit, or the other way round.
func timeLeaf(c *pq.Column, t *types.Type) (leaf, error) {
	switch c.Type().Kind() {
	case pq.Int96:
		return newLeaf(c, func(v encoding.Values, dst []int64) []int64 {
			for _, x := range v.Int96() {
				nanos := int64(uint64(x[1])<<32 | uint64(x[0]))
				dst = append(dst, (int64(int32(x[2]))-2440588)*types.Day+nanos/1000)
			}
			return dst
		}), nil
	case pq.Int64:
		l, ok := logical(c).(*pqformat.TimestampType)
		if !ok {
			return nil, mismatch(c, t)
		}
		switch l.Unit.Value.(type) {
		case *pqformat.MilliSeconds:
			return newLeaf(c, func(v encoding.Values, dst []int64) []int64 {
				return each(v.Int64(), dst, func(n int64) int64 { return n * 1000 })
			}), nil
		case *pqformat.NanoSeconds:
			return newLeaf(c, func(v encoding.Values, dst []int64) []int64 {
				return each(v.Int64(), dst, func(n int64) int64 {
					q := n / 1000
					if n%1000 < 0 {
						q--
					}
					return q
				})
			}), nil
		}
		return newLeaf(c, func(v encoding.Values, dst []int64) []int64 { return append(dst, v.Int64()...) }), nil
	}
	return nil, mismatch(c, t)
}

// decimalLeaf reads unscaled numbers, and puts them to the scale asked for.
func decimalLeaf(c *pq.Column, t *types.Type, d *pqformat.DecimalType) (leaf, error) {
	kind, scale := c.Type().Kind(), 0
	if d != nil {
		scale = int(d.Scale)
		if t.Scale < scale || t.Precision-t.Scale < int(d.Precision)-scale {
			return nil, mismatch(c, t)
		}
	} else if kind != pq.Int32 && kind != pq.Int64 {
		return nil, mismatch(c, t)
	}
	unsigned := false
	if l, ok := logical(c).(*pqformat.IntType); ok {
		unsigned = !l.IsSigned
	}
	fit := func(x types.Decimal) types.Decimal {
		if scale != t.Scale {
			x, _ = x.To(scale, t.Precision, t.Scale)
		}
		return x
	}
	switch kind {
	case pq.Int32:
		return newLeaf(c, func(v encoding.Values, dst []types.Decimal) []types.Decimal {
			return each(v.Int32(), dst, func(n int32) types.Decimal { return fit(types.DecimalOf64(int64(n))) })
		}), nil
	case pq.Int64:
		return newLeaf(c, func(v encoding.Values, dst []types.Decimal) []types.Decimal {
			return each(v.Int64(), dst, func(n int64) types.Decimal {
				if unsigned && n < 0 {
					return fit(fromBig(new(big.Int).SetUint64(uint64(n))))
				}
				return fit(types.DecimalOf64(n))
			})
		}), nil
	case pq.ByteArray, pq.FixedLenByteArray:
		return newLeaf(c, func(v encoding.Values, dst []types.Decimal) []types.Decimal {
			return each(texts(v, nil), dst, func(s string) types.Decimal { return fit(format.DecimalOfBytes(s)) })
		}), nil
	}
	return nil, mismatch(c, t)
}

func fromBig(n *big.Int) types.Decimal {
	var b [16]byte
	n.FillBytes(b[:])
	return types.Decimal{Hi: int64(binary.BigEndian.Uint64(b[:8])), Lo: binary.BigEndian.Uint64(b[8:])}
}
