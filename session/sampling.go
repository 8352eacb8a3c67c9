package session

import (
	"reflect"

	"gospark/runtime/logical"
)

// Sample keeps about a fraction of the rows: Sample(0.1), Sample(0.1, seed), or with a row as often as chance has it,
// Sample(true, 2.0, seed).
func (df *DataFrame) Sample(args ...any) *DataFrame {
	s := &logical.Sample{Input: df.rel}
	rest := args
	if len(rest) > 0 {
		if b, ok := rest[0].(bool); ok {
			s.WithReplacement, rest = b, rest[1:]
		}
	}
	if len(rest) == 0 {
		mistake("Sample", "want a fraction")
	}
	switch f := reflect.ValueOf(rest[0]); {
	case f.CanFloat():
		s.Upper = f.Float()
	case f.CanInt():
		s.Upper = float64(f.Int())
	default:
		mistake("Sample", "want a fraction, have %T", rest[0])
	}
	if s.Upper < 0 || s.Upper > 1 && !s.WithReplacement {
		mistake("Sample", "Sampling fraction (%v) must be on interval [0, 1] without replacement", s.Upper)
	}
	seed := seedOf(nil)
	if len(rest) > 1 {
		n := reflect.ValueOf(rest[1])
		if !n.CanInt() {
			mistake("Sample", "want a whole number as seed, have %T", rest[1])
		}
		seed = n.Int()
	}
	s.Seed = &seed
	return df.with(s)
}

// RandomSplit parts the rows at random, by weights: RandomSplit([]float64{0.8, 0.2}, seed). Each row is in one part.
func (df *DataFrame) RandomSplit(weights []float64, seed ...int64) []*DataFrame {
	sum := 0.0
	for _, w := range weights {
		if !(w >= 0) {
			mistake("RandomSplit", "Weights must be nonnegative, but got %v", weights)
		}
		sum += w
	}
	if !(sum > 0) {
		mistake("RandomSplit", "Sum of weights must be positive, but got %v", weights)
	}
	// A partition's rows have to come in the same order for each part.
	var order []any
	for _, f := range df.Schema().Fields {
		if f.Type.Ordered() {
			order = append(order, Col(quoted(f.Name)))
		}
	}
	in := df
	if len(order) > 0 {
		in = df.SortWithinPartitions(order...)
	}
	n := seedOf(seed)
	out := make([]*DataFrame, len(weights))
	from := 0.0
	for i, w := range weights {
		to := from + w/sum
		if i == len(weights)-1 {
			to = 1
		}
		out[i] = df.with(&logical.Sample{Input: in.rel, Lower: from, Upper: to, Seed: &n})
		from = to
	}
	return out
}
