package op

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"golang.org/x/sync/errgroup"
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
		if err := o.sort(rows, 0); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(rows, want) {
			t.Fatalf("%v, want %v", rows, want)
		}
	})
}

// helped is the Env of a task that others help.
type helped struct {
	Env
	n int
}

func (h helped) Slots() int { return h.n }

func (h helped) Spread(_ context.Context, parts int, f func(int) error) error {
	var g errgroup.Group
	for p := range parts {
		g.Go(func() error { return f(p) })
	}
	return g.Wait()
}

func TestSortOfManyRows(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for name, value := range map[string]func(i int) int64{
		"any":        func(int) int64 { return int64(rng.Uint64()) },
		"normal":     func(int) int64 { return int64(floatWord(rng.NormFloat64()) ^ 1<<63) },
		"cents":      func(int) int64 { return int64(floatWord(float64(rng.IntN(3000))/100) ^ 1<<63) },
		"few":        func(int) int64 { return rng.Int64N(3) << 60 },
		"narrow":     func(int) int64 { return 1<<40 + rng.Int64N(1000) },
		"one bucket": func(i int) int64 { return int64(bit(i == 0))<<62 + rng.Int64N(1<<40) },
		"equal":      func(int) int64 { return 7 },
		"ascending":  func(i int) int64 { return int64(i / 3) },
		"descending": func(i int) int64 { return int64(1<<50 - i) },
	} {
		t.Run(name, func(t *testing.T) {
			const n = manyRows + 9
			first, second := &batch.Vec[int64]{V: make([]int64, n)}, &batch.Vec[int32]{V: make([]int32, n)}
			rows := make([]int32, n)
			for i := range rows {
				first.V[i], second.V[i], rows[i] = value(i), rng.Int32N(2), int32(i)
			}
			for _, keys := range [][]sortColumn{{{vec: first}}, {{vec: first}, {vec: second, desc: true}}} {
				want := slices.Clone(rows)
				(&rowOrder{keys: keys}).compare(want, 0)
				for _, slots := range []int{1, 3} {
					got := slices.Clone(rows)
					o := &rowOrder{task: &Task{Ctx: t.Context(), Env: helped{n: slots}}, keys: keys}
					if err := o.sort(got, 0); err != nil {
						t.Fatal(err)
					}
					for i, r := range got {
						if r != want[i] {
							t.Fatalf("%d keys on %d slots: row %d is %d, want %d", len(keys), slots, i, r, want[i])
						}
					}
				}
			}
		})
	}
}
