package parquet

import (
	"cmp"

	pq "github.com/parquet-go/parquet-go"
	pqformat "github.com/parquet-go/parquet-go/format"

	"gospark/runtime/format"
	"gospark/runtime/types"
)

// may says whether a row group may have rows that meet the filters, by its statistics.
func may(f *file, g pq.RowGroup, s *format.Scan) bool {
	for _, filter := range s.Filters {
		field := s.Schema.Fields[filter.Column]
		c := find(f.Root().Columns(), field.Name, s.Exact)
		if c == nil || !c.Leaf() || c.Repeated() {
			continue
		}
		if l, ok := logical(c).(*pqformat.IntType); ok && !l.IsSigned {
			continue
		}
		chunk, ok := g.ColumnChunks()[c.Index()].(*pq.FileColumnChunk)
		if ok && !allows(chunk, g, filter, field.Type) {
			return false
		}
	}
	return true
}

// allows says whether the values of a chunk leave a filter open.
func allows(chunk *pq.FileColumnChunk, g pq.RowGroup, f format.Filter, t *types.Type) bool {
	least, most, ok := chunk.Bounds()
	if !ok || least.IsNull() || most.IsNull() {
		return true
	}
	compare := ordering(t, chunk.Type().Kind())
	if compare == nil {
		return true
	}
	within := func(v any) bool {
		low, ok1 := compare(v, least)
		high, ok2 := compare(v, most)
		return !ok1 || !ok2 || low >= 0 && high <= 0
	}
	switch f.Op {
	case format.Equal:
		return within(f.Values[0])
	case format.In:
		for _, v := range f.Values {
			if within(v) {
				return true
			}
		}
		return false
	case format.Less, format.LessEqual:
		c, ok := compare(f.Values[0], least)
		return !ok || c > 0 || c == 0 && f.Op == format.LessEqual
	case format.Greater, format.GreaterEqual:
		c, ok := compare(f.Values[0], most)
		return !ok || c < 0 || c == 0 && f.Op == format.GreaterEqual
	}
	return true
}

// ordering compares a value of a type with one of the statistics; nil when it cannot. Decimals and timestamps of other
// units than microseconds are not compared.
func ordering(t *types.Type, kind pq.Kind) func(v any, bound pq.Value) (int, bool) {
	switch {
	case (t.Integral() || t.Kind == types.DateKind) && (kind == pq.Int32 || kind == pq.Int64):
		return func(v any, b pq.Value) (int, bool) {
			n, ok := asInt64(v)
			if kind == pq.Int32 {
				return cmp.Compare(n, int64(b.Int32())), ok
			}
			return cmp.Compare(n, b.Int64()), ok
		}
	case t.Kind == types.DoubleKind && kind == pq.Double:
		return func(v any, b pq.Value) (int, bool) {
			x, ok := v.(float64)
			y := b.Double()
			return cmp.Compare(x, y), ok && x == x && y == y
		}
	case t.Text() && kind == pq.ByteArray:
		return func(v any, b pq.Value) (int, bool) {
			s, ok := v.(string)
			return cmp.Compare(s, string(b.ByteArray())), ok
		}
	}
	return nil
}

func asInt64(v any) (int64, bool) {
	switch n := v.(type) {
	case int8:
		return int64(n), true
	case int16:
		return int64(n), true
	case int32:
		return int64(n), true
	case int64:
		return n, true
	}
	return 0, false
}
