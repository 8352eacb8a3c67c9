package rowcodec

import (
	"encoding/binary"

	"gospark/runtime/batch"
)

// elements are some values of a column in a row: the marks of nulls and the others.
type elements struct{ field }

func (e elements) appendSpan(dst []byte, v batch.Vector, lo, hi int) []byte {
	nulls := len(dst)
	dst = appendMarks(dst, hi-lo)
	for i := range hi - lo {
		if v.Null(lo + i) {
			dst[nulls+i/8] |= 1 << (i % 8)
			continue
		}
		dst = e.append(dst, v, lo+i)
	}
	return dst
}

func (e elements) decodeSpan(src []byte, v batch.Vector, n int) (rest []byte, ok bool) {
	marks := (n + 7) / 8
	if len(src) < marks {
		return nil, false
	}
	nulls, rest := src[:marks], src[marks:]
	for i := range n {
		if nulls[i/8]>>(i%8)&1 != 0 {
			v.AppendNull()
			continue
		}
		if rest, ok = e.decode(rest, v); !ok {
			return nil, false
		}
	}
	return rest, true
}

type list struct{ items elements }

func (f list) append(dst []byte, v batch.Vector, row int) []byte {
	l := v.(*batch.List)
	lo, hi := l.Span(row)
	return f.items.appendSpan(binary.AppendUvarint(dst, uint64(hi-lo)), l.Items, lo, hi)
}

func (f list) decode(src []byte, v batch.Vector) ([]byte, bool) {
	l := v.(*batch.List)
	n, rest, ok := count(src, 8)
	if !ok {
		return nil, false
	}
	if rest, ok = f.items.decodeSpan(rest, l.Items, n); ok {
		l.Close()
	}
	return rest, ok
}

type mapping struct{ keys, items elements }

func (f mapping) append(dst []byte, v batch.Vector, row int) []byte {
	m := v.(*batch.Map)
	lo, hi := m.Span(row)
	dst = f.keys.appendSpan(binary.AppendUvarint(dst, uint64(hi-lo)), m.Keys, lo, hi)
	return f.items.appendSpan(dst, m.Items, lo, hi)
}

func (f mapping) decode(src []byte, v batch.Vector) ([]byte, bool) {
	m := v.(*batch.Map)
	n, rest, ok := count(src, 8)
	if !ok {
		return nil, false
	}
	if rest, ok = f.keys.decodeSpan(rest, m.Keys, n); !ok {
		return nil, false
	}
	if rest, ok = f.items.decodeSpan(rest, m.Items, n); ok {
		m.Close()
	}
	return rest, ok
}

type structure struct{ row row }

func (f structure) append(dst []byte, v batch.Vector, row int) []byte {
	return f.row.append(dst, v.(*batch.Struct).Fields, row)
}

func (f structure) decode(src []byte, v batch.Vector) ([]byte, bool) {
	s := v.(*batch.Struct)
	rest, ok := f.row.decode(src, s.Fields)
	if ok {
		s.Close()
	}
	return rest, ok
}
