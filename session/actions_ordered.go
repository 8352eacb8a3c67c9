package session

import (
	"slices"

	"gospark/runtime/batch"
	"gospark/runtime/gofunc"
	"gospark/runtime/javarand"
	"gospark/runtime/op"
)

// TakeOrdered returns the n smallest records in order. A function orders them by the key it makes of a record.
func (r *RDD) TakeOrdered(n int, key ...any) []any {
	return r.extremes("takeOrdered", "TakeOrdered", n, 1, key)
}

// Top returns the n largest records, the largest first. A function orders them by the key it makes of a record.
func (r *RDD) Top(n int, key ...any) []any { return r.extremes("top", "Top", n, -1, key) }

// Min is the smallest record, by the key that an optional function makes of it.
func (r *RDD) Min(key ...any) any { return r.extreme("min", "Min", 1, key) }

// Max is the largest record, by the key that an optional function makes of it.
func (r *RDD) Max(key ...any) any { return r.extreme("max", "Max", -1, key) }

func (r *RDD) extreme(name, method string, sign int, key []any) any {
	rows := r.extremes(name, method, 1, sign, key)
	if len(rows) == 0 {
		emptyCollection(method)
	}
	return rows[0]
}

// ranked is a record with what it is ordered by.
type ranked struct{ record, by any }

func (r *RDD) extremes(name, method string, n, sign int, key []any) []any {
	if n <= 0 {
		return []any{}
	}
	order := func(a, b ranked) int { return sign * batch.CompareAny(a.by, b.by) }
	rank := func(x any) (ranked, error) { return ranked{x, x}, nil }
	if len(key) > 0 {
		f := check(gofunc.Caller[any](method, "func(%s) K", key[0], r.shape))
		rank = func(x any) (ranked, error) {
			k, err := f(x)
			return ranked{x, k}, err
		}
	} else {
		for _, t := range r.shape.Elems() {
			if !batch.Ordered(t) {
				mistake(method, "records of type %s have no order; give a key function", gofunc.TypeName(t))
			}
		}
	}
	best := func(rows []ranked) []ranked {
		slices.SortStableFunc(rows, order)
		return rows[:min(n, len(rows))]
	}
	var all []ranked
	for _, rows := range inParts(r, name, nil, func(_ *op.Task, o op.Operator) (rows []ranked, err error) {
		err = op.Drain(o, func(b *batch.Batch) error {
			for i := range b.Rows() {
				x, err := rank(r.shape.Box(b, b.Row(i), 0))
				if err != nil {
					return err
				}
				rows = append(rows, x)
			}
			if len(rows) > 2*n+batch.Size {
				rows = best(rows)
			}
			return nil
		})
		return best(rows), err
	}) {
		all = append(all, rows...)
	}
	out := []any{}
	check0(method, func() error {
		for _, x := range best(all) {
			out = append(out, x.record)
		}
		return nil
	})
	return out
}

// TakeSample returns n records chosen at random, in random order: each at most once, unless withReplacement.
func (r *RDD) TakeSample(withReplacement bool, n int, seed ...int64) []any {
	if n < 0 {
		mistake("TakeSample", "Negative number of elements requested")
	}
	rng := javarand.New(seedOf(seed))
	all := []any{}
	for _, b := range r.batches("takeSample") {
		all = r.shape.BoxAll(all, b)
	}
	if len(all) == 0 || n == 0 {
		return []any{}
	}
	if withReplacement {
		out := make([]any, n)
		for i := range out {
			out[i] = all[rng.NextInt(len(all))]
		}
		return out
	}
	n = min(n, len(all))
	for i := range n { // the first steps of a Fisher-Yates shuffle
		j := i + rng.NextInt(len(all)-i)
		all[i], all[j] = all[j], all[i]
	}
	return all[:n:n]
}
