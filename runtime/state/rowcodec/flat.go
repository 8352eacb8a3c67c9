package rowcodec

import (
	"encoding/binary"
	"fmt"
	"math"
	"unsafe"

	"gospark/runtime/batch"
	"gospark/runtime/types"
)

var order = binary.LittleEndian

// push appends a value that is not null.
func push[T any](v batch.Vector, x T) {
	w := v.(*batch.Vec[T])
	w.V = append(w.V, x)
	if w.Valid != nil {
		w.Valid = append(w.Valid, true)
	}
}

type integer[T int8 | int16 | int32 | int64] struct{}

func (integer[T]) append(dst []byte, v batch.Vector, row int) []byte {
	x := v.(*batch.Vec[T]).V[row]
	switch unsafe.Sizeof(x) {
	case 1:
		return append(dst, byte(x))
	case 2:
		return order.AppendUint16(dst, uint16(x))
	case 4:
		return order.AppendUint32(dst, uint32(x))
	}
	return order.AppendUint64(dst, uint64(x))
}

func (integer[T]) decode(src []byte, v batch.Vector) ([]byte, bool) {
	var x T
	n := int(unsafe.Sizeof(x))
	if len(src) < n {
		return nil, false
	}
	switch n {
	case 1:
		x = T(int8(src[0]))
	case 2:
		x = T(order.Uint16(src))
	case 4:
		x = T(order.Uint32(src))
	default:
		x = T(order.Uint64(src))
	}
	push(v, x)
	return src[n:], true
}

type boolean struct{}

func (boolean) append(dst []byte, v batch.Vector, row int) []byte {
	if v.(*batch.Vec[bool]).V[row] {
		return append(dst, 1)
	}
	return append(dst, 0)
}

func (boolean) decode(src []byte, v batch.Vector) ([]byte, bool) {
	if len(src) < 1 || src[0] > 1 {
		return nil, false
	}
	push(v, src[0] == 1)
	return src[1:], true
}

type double struct{ key bool }

func (f double) append(dst []byte, v batch.Vector, row int) []byte {
	x := v.(*batch.Vec[float64]).V[row]
	if f.key {
		if x != x {
			x = math.NaN()
		}
		x += 0 // -0.0 becomes 0.0
	}
	return order.AppendUint64(dst, math.Float64bits(x))
}

func (double) decode(src []byte, v batch.Vector) ([]byte, bool) {
	if len(src) < 8 {
		return nil, false
	}
	push(v, math.Float64frombits(order.Uint64(src)))
	return src[8:], true
}

type single struct{ key bool }

// nan32 is the NaN of keys.
var nan32 = float32(math.NaN())

func (f single) append(dst []byte, v batch.Vector, row int) []byte {
	x := v.(*batch.Vec[float32]).V[row]
	if f.key {
		if x != x {
			x = nan32
		}
		x += 0
	}
	return order.AppendUint32(dst, math.Float32bits(x))
}

func (single) decode(src []byte, v batch.Vector) ([]byte, bool) {
	if len(src) < 4 {
		return nil, false
	}
	push(v, math.Float32frombits(order.Uint32(src)))
	return src[4:], true
}

// maxLongDigits is how many digits any int64 of them has room for.
const maxLongDigits = 18

// decimal64 is a decimal whose precision fits an int64.
type decimal64 struct{}

func (decimal64) append(dst []byte, v batch.Vector, row int) []byte {
	d := v.(*batch.Vec[types.Decimal]).V[row]
	if d.Hi != int64(d.Lo)>>63 {
		panic(fmt.Sprintf("rowcodec: a decimal of up to %d digits has more: %+v", maxLongDigits, d))
	}
	return order.AppendUint64(dst, d.Lo)
}

func (decimal64) decode(src []byte, v batch.Vector) ([]byte, bool) {
	if len(src) < 8 {
		return nil, false
	}
	lo := order.Uint64(src)
	push(v, types.Decimal{Hi: int64(lo) >> 63, Lo: lo})
	return src[8:], true
}

type decimal128 struct{}

func (decimal128) append(dst []byte, v batch.Vector, row int) []byte {
	d := v.(*batch.Vec[types.Decimal]).V[row]
	return order.AppendUint64(order.AppendUint64(dst, d.Lo), uint64(d.Hi))
}

func (decimal128) decode(src []byte, v batch.Vector) ([]byte, bool) {
	if len(src) < 16 {
		return nil, false
	}
	push(v, types.Decimal{Lo: order.Uint64(src), Hi: int64(order.Uint64(src[8:]))})
	return src[16:], true
}

type interval struct{}

func (interval) append(dst []byte, v batch.Vector, row int) []byte {
	x := v.(*batch.Vec[types.Interval]).V[row]
	dst = order.AppendUint32(order.AppendUint32(dst, uint32(x.Months)), uint32(x.Days))
	return order.AppendUint64(dst, uint64(x.Micros))
}

func (interval) decode(src []byte, v batch.Vector) ([]byte, bool) {
	if len(src) < 16 {
		return nil, false
	}
	push(v, types.Interval{Months: int32(order.Uint32(src)), Days: int32(order.Uint32(src[4:])), Micros: int64(order.Uint64(src[8:]))})
	return src[16:], true
}

type text struct{ block *block }

func (text) append(dst []byte, v batch.Vector, row int) []byte {
	s := v.(*batch.Vec[string]).V[row]
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

func (f text) decode(src []byte, v batch.Vector) ([]byte, bool) {
	n, rest, ok := count(src, 1)
	if !ok {
		return nil, false
	}
	push(v, f.block.keep(rest[:n]))
	return rest[n:], true
}

// A block is bytes that many texts lie in. It is never written to where a text lies, and the collector frees it.
type block []byte

const blockSize = 16 << 10

// keep copies a text.
func (b *block) keep(s []byte) string {
	if len(s) > blockSize/8 {
		return string(s)
	}
	if len(s) > cap(*b)-len(*b) {
		*b = make([]byte, 0, blockSize)
	}
	n := len(*b)
	*b = append(*b, s...)
	return unsafe.String(unsafe.SliceData((*b)[n:]), len(s))
}
