package op

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"gospark/runtime/batch"
	"gospark/runtime/types"
)

// drawColumn draws a column of few different values, some of them null.
func drawColumn(t *rapid.T, n int) batch.Vector {
	kind := rapid.SampledFrom([]*types.Type{types.Int, types.Long, types.Double, types.Float, types.String, types.Boolean,
		types.Byte, types.Short, types.DecimalOf(38, 0), types.ArrayOf(types.Int, true)}).Draw(t, "type")
	v := batch.ForType(kind, n)
	small := rapid.IntRange(-3, 3)
	for range n {
		if rapid.IntRange(0, 9).Draw(t, "null") == 0 {
			v.AppendNull()
			continue
		}
		x := small.Draw(t, "x")
		switch kind.Kind {
		case types.IntKind:
			v.AppendAny(int32(x) << 29)
		case types.LongKind:
			v.AppendAny(int64(x) << 61)
		case types.DoubleKind:
			v.AppendAny([]float64{math.NaN(), math.Inf(-1), -1, math.Copysign(0, -1), 0, 1e300, math.Inf(1)}[x+3])
		case types.FloatKind:
			v.AppendAny([]float32{float32(math.NaN()), -1, 0, 1, 2, 3, 4}[x+3])
		case types.StringKind:
			v.AppendAny([]string{"", "a", "a\x00", "abcdefgh", "abcdefgh\x00", "abcdefghi", "\xff"}[x+3])
		case types.BooleanKind:
			v.AppendAny(x > 0)
		case types.ByteKind:
			v.AppendAny(int8(x) << 5)
		case types.ShortKind:
			v.AppendAny(int16(x) << 13)
		case types.DecimalKind:
			v.AppendAny(types.Decimal{Hi: int64(x), Lo: []uint64{0, 1, math.MaxUint64, 1 << 63, 5, 6, 7}[x+3]})
		case types.ArrayKind:
			v.AppendAny([]any{int32(x), int32(-x)})
		}
	}
	return v
}

func TestSortAgainstComparisons(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 300).Draw(t, "rows")
		o := &rowOrder{}
		for range rapid.IntRange(1, 3).Draw(t, "keys") {
			o.keys = append(o.keys, sortColumn{vec: drawColumn(t, n), desc: rapid.Bool().Draw(t, "desc"), nullsFirst: rapid.Bool().Draw(t, "nulls first")})
		}
		rows := make([]int32, n)
		for i := range rows {
			rows[i] = int32(i)
		}
		want := slices.Clone(rows)
		o.compare(want, 0)
		o.sort(rows, 0)
		if !slices.Equal(rows, want) {
			t.Fatalf("%v, want %v", rows, want)
		}
	})
}

func TestRadixSortOfManyRows(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for name, word := range map[string]func(i int) uint64{
		"any":        func(int) uint64 { return rng.Uint64() },
		"normal":     func(int) uint64 { return floatWord(rng.NormFloat64()) },
		"few":        func(int) uint64 { return rng.Uint64N(3) << 60 },
		"narrow":     func(int) uint64 { return 1<<40 + rng.Uint64N(1000) },
		"one bucket": func(i int) uint64 { return uint64(bit(i == 0))<<63 + rng.Uint64N(1<<40) },
		"equal":      func(int) uint64 { return 7 },
		"descending": func(i int) uint64 { return uint64(1<<50 - i) },
	} {
		t.Run(name, func(t *testing.T) {
			const n = 3 * fewRows << 9
			words, rows := make([]uint64, n), make([]int32, n)
			for i := range words {
				words[i], rows[i] = word(i), int32(i)
			}
			want := make([]int32, n)
			for i := range want {
				want[i] = int32(i)
			}
			slices.SortStableFunc(want, func(x, y int32) int {
				switch {
				case words[x] < words[y]:
					return -1
				case words[x] > words[y]:
					return 1
				}
				return 0
			})
			for i, x := range radixSort(words, rows) {
				if x.row != want[i] {
					t.Fatalf("row %d is %d, want %d", i, x.row, want[i])
				}
			}
		})
	}
}
