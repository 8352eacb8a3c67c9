package expr

import (
	"gospark/runtime/batch"
	"gospark/runtime/types"
)

// Lambdas over the entries of maps.

// entries is a function of a map whose lambda is evaluated for all entries, and make puts the map together.
func entries(kernel func(c *Call, ctx *Context, m *batch.Map, s *spread, v batch.Vector, n int) (batch.Vector, error),
	row func(c *Call, ctx *Context, m types.MapValue, values []any) (any, error)) *Impl {
	return higherImpl(func(c *Call) HigherKernel {
		return func(ctx *Context, n int, rows []int32, args []batch.Vector, fns []*Applied) (batch.Vector, error) {
			m := args[0].(*batch.Map)
			s := spreadOf(m, n, rows)
			v, err := fns[0].Apply(ctx, []batch.Vector{pick(m.Keys, s.at), pick(m.Items, s.at)}, s.from)
			if err != nil {
				return nil, err
			}
			return kernel(c, ctx, m, s, cut(v, len(s.at)), n)
		}
	}, func(c *Call) RowFunc {
		return func(ctx *Context, args []any) (any, error) {
			if args[0] == nil {
				return nil, nil
			}
			m := args[0].(types.MapValue)
			values := make([]any, len(m.Keys))
			for i, k := range m.Keys {
				var err error
				if values[i], err = args[1].(lambdaFunc)(k, m.Values[i]); err != nil {
					return nil, err
				}
			}
			return row(c, ctx, m, values)
		}
	})
}

var mapFilterImpl = entries(
	func(_ *Call, _ *Context, m *batch.Map, s *spread, v batch.Vector, n int) (batch.Vector, error) {
		kept, offsets := s.keep(v.(*batch.Vec[bool]))
		return &batch.Map{Offsets: offsets, Keys: pick(m.Keys, kept), Items: pick(m.Items, kept), Valid: validCopy(m, n)}, nil
	}, func(_ *Call, _ *Context, m types.MapValue, values []any) (any, error) {
		out := types.MapValue{Keys: []any{}, Values: []any{}}
		for i, v := range values {
			if v == true {
				out.Keys, out.Values = append(out.Keys, m.Keys[i]), append(out.Values, m.Values[i])
			}
		}
		return out, nil
	})

var transformValuesImpl = entries(
	func(_ *Call, _ *Context, m *batch.Map, s *spread, v batch.Vector, n int) (batch.Vector, error) {
		return &batch.Map{Offsets: s.offsets, Keys: pick(m.Keys, s.at), Items: v, Valid: validCopy(m, n)}, nil
	}, func(_ *Call, _ *Context, m types.MapValue, values []any) (any, error) {
		return types.MapValue{Keys: m.Keys, Values: values}, nil
	})

var transformKeysImpl = entries(
	func(c *Call, ctx *Context, m *batch.Map, s *spread, v batch.Vector, n int) (batch.Vector, error) {
		out := batch.NewMap(v.Like(len(s.at)), m.Items.Like(len(s.at)), n)
		var b mapBuilder
		for i := range n {
			if m.Null(i) {
				out.AppendNull()
				continue
			}
			b.start(ctx, c.Typ.Key)
			for j := s.offsets[i]; j < s.offsets[i+1]; j++ {
				if err := b.put(v.Any(int(j)), m.Items.Any(int(s.at[j]))); err != nil {
					return nil, err
				}
			}
			out.AppendAny(b.value())
		}
		return out, nil
	}, func(c *Call, ctx *Context, m types.MapValue, keys []any) (any, error) {
		var b mapBuilder
		b.start(ctx, c.Typ.Key)
		for i, k := range keys {
			if err := b.put(k, m.Values[i]); err != nil {
				return nil, err
			}
		}
		return b.value(), nil
	})

// mapZipWithImpl has the keys of the first map, and then those only in the second.
var mapZipWithImpl = higherImpl(func(c *Call) HigherKernel {
	key := c.Arg(0).Key
	return func(ctx *Context, n int, rows []int32, args []batch.Vector, fns []*Applied) (batch.Vector, error) {
		a, b := args[0].(*batch.Map), args[1].(*batch.Map)
		out := &batch.Map{Offsets: make([]int32, n+1)}
		keys := batch.ForType(key, 0)
		var left, right, from []int32
		asked := askedFor(n, rows)
		for i := range n {
			if a.Null(i) || b.Null(i) {
				if out.Valid == nil {
					out.Valid = filled(true, n).V
				}
				out.Valid[i] = false
			} else if asked == nil || asked[i] {
				for _, e := range unionKeys(a, b, i, key) {
					keys.AppendAny(e.key)
					left, right, from = append(left, e.left), append(right, e.right), append(from, int32(i))
				}
			}
			out.Offsets[i+1] = int32(len(from))
		}
		v, err := fns[0].Apply(ctx, []batch.Vector{keys, gather(a.Items, left), gather(b.Items, right)}, from)
		if err != nil {
			return nil, err
		}
		out.Keys, out.Items = keys, cut(v, len(from))
		return out, nil
	}
}, func(c *Call) RowFunc {
	key := c.Arg(0).Key
	return func(_ *Context, args []any) (any, error) {
		if args[0] == nil || args[1] == nil {
			return nil, nil
		}
		a, b := batch.ForType(c.Arg(0), 1).(*batch.Map), batch.ForType(c.Arg(1), 1).(*batch.Map)
		a.AppendAny(args[0])
		b.AppendAny(args[1])
		out := types.MapValue{Keys: []any{}, Values: []any{}}
		at := func(v batch.Vector, i int32) any {
			if i < 0 {
				return nil
			}
			return v.Any(int(i))
		}
		for _, e := range unionKeys(a, b, 0, key) {
			v, err := args[2].(lambdaFunc)(e.key, at(a.Items, e.left), at(b.Items, e.right))
			if err != nil {
				return nil, err
			}
			out.Keys, out.Values = append(out.Keys, e.key), append(out.Values, v)
		}
		return out, nil
	}
})

type zipped struct {
	key         any
	left, right int32 // where the values are; -1 for none
}

func unionKeys(a, b *batch.Map, i int, t *types.Type) []zipped {
	var all []zipped
	seen := map[any]int{}
	lo, hi := a.Span(i)
	for j := lo; j < hi; j++ {
		k := a.Keys.Any(j)
		seen[hashable(k, t)] = len(all)
		all = append(all, zipped{k, int32(j), -1})
	}
	lo, hi = b.Span(i)
	for j := lo; j < hi; j++ {
		k := b.Keys.Any(j)
		if p, ok := seen[hashable(k, t)]; ok {
			all[p].right = int32(j)
			continue
		}
		all = append(all, zipped{k, -1, int32(j)})
	}
	return all
}
