package kafka

import (
	"encoding/binary"
	"errors"
)

// errShort is the error of an answer or record that ends before its content does.
var errShort = errors.New("unexpected end of data")

var order = binary.BigEndian

func putString(b []byte, s string) []byte {
	b = order.AppendUint16(b, uint16(len(s)))
	return append(b, s...)
}

// putCompactString is the form of flexible versions: the length plus one as a varint.
func putCompactString(b []byte, s string) []byte {
	b = binary.AppendUvarint(b, uint64(len(s)+1))
	return append(b, s...)
}

func putBool(b []byte, v bool) []byte {
	if v {
		return append(b, 1)
	}
	return append(b, 0)
}

// A wireReader takes Kafka's primitive types off the front of b. The first short read sticks in err, and everything
// after it yields zero values: callers check err once, at the end, and bound loops by it.
type wireReader struct {
	b   []byte
	err error
}

func (r *wireReader) take(n int) []byte {
	if r.err != nil || n < 0 || n > len(r.b) {
		r.err = errShort
		return nil
	}
	v := r.b[:n:n]
	r.b = r.b[n:]
	return v
}

func (r *wireReader) int8() int8 {
	if v := r.take(1); v != nil {
		return int8(v[0])
	}
	return 0
}

func (r *wireReader) int16() int16 {
	if v := r.take(2); v != nil {
		return int16(order.Uint16(v))
	}
	return 0
}

func (r *wireReader) int32() int32 {
	if v := r.take(4); v != nil {
		return int32(order.Uint32(v))
	}
	return 0
}

func (r *wireReader) int64() int64 {
	if v := r.take(8); v != nil {
		return int64(order.Uint64(v))
	}
	return 0
}

func (r *wireReader) uvarint() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.err = errShort
		return 0
	}
	r.take(n)
	return v
}

// string reads a nullable string; null and empty are the same here.
func (r *wireReader) string() string {
	n := r.int16()
	if n < 0 {
		return ""
	}
	return string(r.take(int(n)))
}

func (r *wireReader) compactString() string {
	n := r.uvarint()
	if n == 0 || n > uint64(len(r.b))+1 {
		if n != 0 {
			r.err = errShort
		}
		return ""
	}
	return string(r.take(int(n) - 1))
}

// count reads the length of an array whose elements take at least size bytes each, so that a corrupt length cannot
// make the caller allocate or loop without bound. Null counts as empty.
func (r *wireReader) count(size int) int { return r.bounded(int64(r.int32()), size) }

func (r *wireReader) compactCount(size int) int { return r.bounded(int64(r.uvarint())-1, size) }

func (r *wireReader) bounded(n int64, size int) int {
	switch {
	case r.err != nil || n < 0:
		return 0
	case n > int64(len(r.b)/size):
		r.err = errShort
		return 0
	}
	return int(n)
}

// skipInts passes over an array of int32.
func (r *wireReader) skipInts() { r.take(4 * r.count(4)) }

func (r *wireReader) skipCompactInts() { r.take(4 * r.compactCount(4)) }

// skipTags passes over the tagged fields that end every structure of a flexible version.
func (r *wireReader) skipTags() {
	for n := r.uvarint(); n > 0 && r.err == nil; n-- {
		r.uvarint()
		if size := r.uvarint(); size <= uint64(len(r.b)) {
			r.take(int(size))
		} else {
			r.err = errShort
		}
	}
}

func putCompactCount(b []byte, n int) []byte { return binary.AppendUvarint(b, uint64(n+1)) }
