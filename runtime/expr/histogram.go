package expr

import (
	"slices"

	"gospark/runtime/javarand"
	"gospark/runtime/types"
)

// histogram_numeric approximates a distribution by at most so many bins: the two nearest are merged when there is one too
// many (Y. Ben-Haim, E. Tom-Tov, "A Streaming Parallel Decision Tree Algorithm", 2010).

func init() {
	family("agg_funcs", []Function{
		{Name: "histogram_numeric", Sig: "numeric|date|timestamp|timestamp_ntz|yearmonth|daytime, int -> ?", Null: Always, Ret: func(args []Expr) *types.Type {
			return types.ArrayOf(types.StructOf(types.Field{Name: "x", Type: args[0].Type(), Nullable: true}, types.Field{Name: "y", Type: types.Double, Nullable: true}), true)
		}, Check: func(text string, args []Expr) error {
			if !Foldable(args[1]) {
				return notFoldable(text, "nb", types.Int, args[1])
			}
			v, err := Constant(&Context{}, args[1])
			if err != nil {
				return err
			}
			if n, ok := v.(int32); !ok || n < 2 {
				return mismatch("VALUE_OUT_OF_RANGE", text, "The nb must be between [2, 2147483647] (current value = "+textOf(v, types.Int)+").", "exprName", "nb")
			}
			return nil
		}, Agg: &AggImpl{State: func(*Agg) []*types.Type {
			return []*types.Type{types.ArrayOf(types.Double, false), types.ArrayOf(types.Double, false)}
		}, New: newHistogram},
			Doc: "A histogram of at most so many bins: centres and counts.", Example: "histogram_numeric(col, 5) FROM VALUES (0), (1), (2), (10) AS t(col) = [{0, 1.0}, {1, 1.0}, {2, 1.0}, {10, 1.0}]"},
	})
}

type bin struct{ x, y float64 }

// histogramSeed is where the draws among equally close bins start.
const histogramSeed = 31183

func newHistogram(a *Agg) Accumulator {
	v, _ := a.Constant(1)
	limit := int(v.(int32))
	t := a.Arg(0)
	// Of pairs that are equally close one is drawn, with the numbers Spark draws.
	draws := javarand.New(histogramSeed)
	shrink := func(s *[]bin) {
		bins := *s
		for len(bins) > limit {
			at, closest, ties := 0, bins[1].x-bins[0].x, 1.0
			for i := 1; i < len(bins)-1; i++ {
				switch d := bins[i+1].x - bins[i].x; {
				case d < closest:
					at, closest, ties = i, d, 1
				case d == closest:
					if ties++; draws.NextDouble() <= 1/ties {
						at = i
					}
				}
			}
			l, r := bins[at], bins[at+1]
			y := l.y + r.y
			bins[at] = bin{l.x*(l.y/y) + r.x/y*r.y, y}
			bins = slices.Delete(bins, at+1, at+2)
		}
		*s = bins
	}
	return &gathered[[]bin]{agg: a, types: a.StateTypes(),
		update: func(_ *Context, s *[]bin, args []any) error {
			if args[0] == nil {
				return nil
			}
			x := numberFloat(args[0], t)
			i, found := slices.BinarySearchFunc(*s, x, func(b bin, x float64) int { return types.CompareFloat(b.x, x) })
			if found {
				(*s)[i].y++
				return nil
			}
			*s = slices.Insert(*s, i, bin{x, 1})
			shrink(s)
			return nil
		},
		merge: func(_ *Context, s *[]bin, state []any) error {
			ys := state[1].([]any)
			for i, x := range state[0].([]any) {
				*s = append(*s, bin{x.(float64), ys[i].(float64)})
			}
			slices.SortStableFunc(*s, func(a, b bin) int { return types.CompareFloat(a.x, b.x) })
			merged := (*s)[:0]
			for _, b := range *s {
				if n := len(merged); n > 0 && merged[n-1].x == b.x {
					merged[n-1].y += b.y
					continue
				}
				merged = append(merged, b)
			}
			*s = merged
			shrink(s)
			return nil
		},
		state: func(s *[]bin) []any {
			xs, ys := make([]any, len(*s)), make([]any, len(*s))
			for i, b := range *s {
				xs[i], ys[i] = b.x, b.y
			}
			return []any{xs, ys}
		},
		result: func(ctx *Context, s *[]bin) (any, error) {
			if len(*s) == 0 {
				return nil, nil
			}
			out := make([]any, len(*s))
			for i, b := range *s {
				x, err := fromDouble(ctx, b.x, t)
				if err != nil {
					return nil, err
				}
				out[i] = types.Row{x, b.y}
			}
			return out, nil
		}}
}

// fromDouble is a double as a value of a type that numberFloat makes one of.
func fromDouble(ctx *Context, x float64, t *types.Type) (any, error) {
	switch newVector(t, 0).Elem().Kind().String() {
	case "int32":
		return int32(x), nil
	case "int64":
		return int64(x), nil
	}
	f, err := types.Caster(types.Double, t, types.CastOptions{Zone: zoneOf(ctx)})
	if err != nil {
		return nil, err
	}
	return f(x)
}
