// Package javarand is the random numbers of the Java library and of Spark, so that what Spark makes from a seed (samples,
// splits, where repartition starts) comes out the same here.
package javarand

import "math/bits"

// A Random is java.util.Random: a linear congruential generator of 48 bits.
type Random struct{ seed int64 }

const (
	multiplier = 0x5DEECE66D
	increment  = 0xB
	mask48     = 1<<48 - 1
)

// New seeds a generator.
func New(seed int64) *Random { return &Random{seed: (seed ^ multiplier) & mask48} }

func (r *Random) next(n uint) int32 {
	r.seed = (r.seed*multiplier + increment) & mask48
	return int32(r.seed >> (48 - n))
}

// NextInt is a number from 0 up to bound, which must be positive.
func (r *Random) NextInt(bound int) int {
	b := int32(bound)
	x := r.next(31)
	m := b - 1
	if b&m == 0 {
		return int(int32(int64(b) * int64(x) >> 31))
	}
	for u := x; ; u = r.next(31) {
		if x = u % b; u-x+m >= 0 { // not in the last, incomplete stretch
			return int(x)
		}
	}
}

// NextLong is any int64 of the 2^48 the generator can make.
func (r *Random) NextLong() int64 { return int64(r.next(32))<<32 + int64(r.next(32)) }

// NextDouble is a number in [0, 1).
func (r *Random) NextDouble() float64 {
	return float64(int64(r.next(26))<<27+int64(r.next(27))) * (1.0 / (1 << 53))
}

// ByteSwap32 is scala.util.hashing.byteswap32, which spreads small numbers over all bits.
func ByteSwap32(v int32) int32 {
	h := uint32(v) * 0x9e3775cd
	h = bits.ReverseBytes32(h)
	return int32(h * 0x9e3775cd)
}

// An XORShift is Spark's XORShiftRandom.
type XORShift struct{ seed int64 }

// NewXORShift seeds a generator; the seed is hashed first, so that neighbouring seeds give unlike numbers.
func NewXORShift(seed int64) *XORShift {
	var b [8]byte
	for i := range b {
		b[i] = byte(seed >> (56 - 8*i))
	}
	lo := murmur3(b, 0x3c074a61)
	hi := murmur3(b, lo)
	return &XORShift{seed: int64(hi)<<32 | int64(lo)}
}

func (r *XORShift) next(n uint) int32 {
	s := r.seed ^ r.seed<<21
	s ^= int64(uint64(s) >> 35)
	s ^= s << 4
	r.seed = s
	return int32(s & (1<<n - 1))
}

// NextDouble is a number in [0, 1).
func (r *XORShift) NextDouble() float64 {
	return float64(int64(r.next(26))<<27+int64(r.next(27))) * (1.0 / (1 << 53))
}

// NextInt is any int32.
func (r *XORShift) NextInt() int32 { return r.next(32) }

// NextLong is any int64.
func (r *XORShift) NextLong() int64 { return int64(r.next(32))<<32 + int64(r.next(32)) }

// murmur3 is the 32-bit MurmurHash3 of eight bytes.
func murmur3(b [8]byte, seed uint32) uint32 {
	h := seed
	for i := 0; i < 8; i += 4 {
		k := uint32(b[i]) | uint32(b[i+1])<<8 | uint32(b[i+2])<<16 | uint32(b[i+3])<<24
		h ^= bits.RotateLeft32(k*0xcc9e2d51, 15) * 0x1b873593
		h = bits.RotateLeft32(h, 13)*5 + 0xe6546b64
	}
	h ^= 8
	h ^= h >> 16
	h *= 0x85ebca6b
	h ^= h >> 13
	h *= 0xc2b2ae35
	return h ^ h>>16
}
