package expr

import (
	"math/bits"
	"strconv"

	"gospark/runtime/batch"
	"gospark/runtime/condition"
	"gospark/runtime/types"
)

// Bitmaps of 32768 bits, for counting distinct numbers: a number is a bit in the bitmap of its bucket.

const bitmapBytes = 4096

func init() {
	family("bitmap_funcs", []Function{
		{Name: "bitmap_bit_position", Sig: "bigint -> bigint", Impl: fn1(func(v int64) int64 {
			if v > 0 {
				return (v - 1) % (8 * bitmapBytes)
			}
			return -v % (8 * bitmapBytes)
		}), Doc: "The position of a number's bit in its bitmap.", Example: "bitmap_bit_position(1) = 0"},
		{Name: "bitmap_bucket_number", Sig: "bigint -> bigint", Impl: fn1(func(v int64) int64 {
			if v > 0 {
				return 1 + (v-1)/(8*bitmapBytes)
			}
			return v / (8 * bitmapBytes)
		}), Doc: "The number of the bitmap that a number belongs to.", Example: "bitmap_bucket_number(123) = 1"},
		{Name: "bitmap_count", Sig: "binary -> bigint", Impl: fn1(func(s string) int64 {
			n := 0
			for i := range len(s) {
				n += bits.OnesCount8(s[i])
			}
			return int64(n)
		}), Doc: "The number of bits that are set.", Example: "bitmap_count(X'1010') = 2"},
		{Name: "bitmap_construct_agg", Sig: "bigint -> binary", Null: Never, Agg: bitmapAgg(0, func(b []byte, args []batch.Vector, r int) error {
			v := args[0].(*batch.Vec[int64])
			if v.Null(r) {
				return nil
			}
			at := v.V[r]
			if at < 0 || at >= 8*bitmapBytes {
				return condition.New("INVALID_BITMAP_POSITION", "22003", "The 0-indexed bitmap position %d is out of bounds. The bitmap has %d bits (%d bytes).", at, 8*bitmapBytes, bitmapBytes).
					WithParam("bitPosition", strconv.FormatInt(at, 10)).WithParam("bitmapNumBits", strconv.Itoa(8*bitmapBytes)).WithParam("bitmapNumBytes", strconv.Itoa(bitmapBytes))
			}
			b[at/8] |= 1 << (at % 8)
			return nil
		}, orBytes), Doc: "A bitmap with the bits at all positions."},
		{Name: "bitmap_or_agg", Sig: "binary -> binary", Null: Never, Agg: bitmapAgg(0, mergeBitmaps(orBytes), orBytes), Doc: "The bits that are set in any bitmap."},
		{Name: "bitmap_and_agg", Sig: "binary -> binary", Null: Never, Agg: bitmapAgg(0xff, mergeBitmaps(andBytes), andBytes), Doc: "The bits that are set in all bitmaps."},
	})
}

func orBytes(b []byte, s string) {
	for i := range min(len(b), len(s)) {
		b[i] |= s[i]
	}
}

func andBytes(b []byte, s string) {
	for i := range b {
		if i < len(s) {
			b[i] &= s[i]
		} else {
			b[i] = 0
		}
	}
}

func mergeBitmaps(merge func(b []byte, s string)) func(b []byte, args []batch.Vector, r int) error {
	return func(b []byte, args []batch.Vector, r int) error {
		if v := args[0].(*batch.Vec[string]); !v.Null(r) {
			merge(b, v.V[r])
		}
		return nil
	}
}

func bitmapAgg(start byte, add func(b []byte, args []batch.Vector, r int) error, merge func(b []byte, s string)) *AggImpl {
	return &AggImpl{
		State: func(*Agg) []*types.Type { return []*types.Type{types.Binary} },
		New:   func(*Agg) Accumulator { return &bitmaps{start: start, add: add, merge: merge} },
	}
}

// bitmaps is a bitmap a group.
type bitmaps struct {
	start byte
	maps  [][]byte
	add   func(b []byte, args []batch.Vector, r int) error
	merge func(b []byte, s string)
}

func (a *bitmaps) Grow(n int) {
	for len(a.maps) < n {
		b := make([]byte, bitmapBytes)
		for i := range b {
			b[i] = a.start
		}
		a.maps = append(a.maps, b)
	}
}

func (a *bitmaps) Update(_ *Context, groups []int32, args []batch.Vector, rows []int32) error {
	for i, g := range groups {
		if err := a.add(a.maps[g], args, row(rows, i)); err != nil {
			return err
		}
	}
	return nil
}

func (a *bitmaps) Merge(_ *Context, groups []int32, state []batch.Vector, rows []int32) error {
	in := state[0].(*batch.Vec[string])
	for i, g := range groups {
		a.merge(a.maps[g], in.V[row(rows, i)])
	}
	return nil
}

func (a *bitmaps) State() []batch.Vector {
	v := &batch.Vec[string]{}
	for _, b := range a.maps {
		v.V = append(v.V, string(b))
	}
	return []batch.Vector{v}
}

func (a *bitmaps) Result(*Context) (batch.Vector, error) { return a.State()[0], nil }
func (a *bitmaps) Reset()                                { a.maps = nil }
