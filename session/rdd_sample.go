package session

import (
	"context"
	"math"
	"time"

	"gospark/runtime/batch"
	"gospark/runtime/javarand"
	"gospark/runtime/plan"
)

// Sample keeps each record with the probability given, or, with replacement, each record as often as a Poisson
// distribution of that mean says. The same seed gives the same sample; without replacement it is Spark's.
func (r *RDD) Sample(withReplacement bool, fraction float64, seed ...int64) *RDD {
	if fraction < 0 || !withReplacement && fraction > 1 {
		mistake("Sample", "Fraction (%v) must be in the range [0, 1], or at least 0 with replacement", fraction)
	}
	seeds := javarand.New(seedOf(seed))
	bySeed := make([]int64, r.GetNumPartitions())
	for i := range bySeed {
		bySeed[i] = seeds.NextLong()
	}
	return r.sampled("sample", "PartitionwiseSampledRDD", func(p int) func(*batch.Batch, int) int {
		if withReplacement {
			rng := javarand.NewXORShift(bySeed[p])
			return func(*batch.Batch, int) int { return poisson(rng, fraction) }
		}
		return bernoulli(bySeed[p], fraction)
	})
}

// RandomSplit splits records at random into RDDs whose sizes are as the weights.
func (r *RDD) RandomSplit(weights []float64, seed ...int64) []*RDD {
	var sum float64
	for _, w := range weights {
		if w < 0 {
			mistake("RandomSplit", "Weights must be nonnegative, but got %v", weights)
		}
		sum += w
	}
	if sum <= 0 {
		mistake("RandomSplit", "Sum of weights must be positive, but got %v", weights)
	}
	s := seedOf(seed)
	var out []*RDD
	var lo, total float64
	for _, w := range weights {
		total += w / sum
		from, to := lo, total
		lo = total
		out = append(out, r.sampled("randomSplit", mapRDD, func(p int) func(*batch.Batch, int) int {
			rng := javarand.NewXORShift(s + int64(p))
			return func(*batch.Batch, int) int {
				x := rng.NextDouble()
				return truth(x >= from && x < to)
			}
		}))
	}
	return out
}

// SampleByKey samples pairs with the fraction of their key; keys without a fraction are left out.
func (r *RDD) SampleByKey(withReplacement bool, fractions any, seed ...int64) *RDD {
	p := r.keyed("SampleByKey")
	byKey := fractionMap(fractions)
	key := p.shape.Key()
	s := seedOf(seed)
	out := p.sampled("sampleByKey", mapRDD, func(part int) func(*batch.Batch, int) int {
		rng := javarand.NewXORShift(s + int64(part))
		return func(b *batch.Batch, row int) int {
			f := byKey[key.Box(b, row, 0)]
			if withReplacement {
				return poisson(rng, f)
			}
			return truth(rng.NextDouble() < f)
		}
	})
	out.by = r.by
	return out
}

func fractionMap(m any) map[any]float64 {
	out := map[any]float64{}
	switch m := m.(type) {
	case map[string]float64:
		for k, v := range m {
			out[k] = v
		}
	case map[int]float64:
		for k, v := range m {
			out[k] = v
		}
	case map[any]float64:
		out = m
	default:
		mistake("SampleByKey", "want the fractions as a map[K]float64, have %T", m)
	}
	for k, f := range out {
		if f < 0 {
			mistake("SampleByKey", "Negative sampling rates: %v -> %v", k, f)
		}
	}
	return out
}

func seedOf(seed []int64) int64 {
	if len(seed) > 0 {
		return seed[0]
	}
	return time.Now().UnixNano()
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

// gapFraction is the fraction up to which Spark draws the gap to the next record instead of a number for each.
const gapFraction = 0.4

func bernoulli(seed int64, fraction float64) func(*batch.Batch, int) int {
	rng := javarand.NewXORShift(seed)
	switch {
	case fraction <= 0:
		return func(*batch.Batch, int) int { return 0 }
	case fraction >= 1:
		return func(*batch.Batch, int) int { return 1 }
	case fraction > gapFraction:
		return func(*batch.Batch, int) int { return truth(rng.NextDouble() <= fraction) }
	}
	const epsilon = 5e-11
	lnq := math.Log1p(-fraction)
	gap := func() int { return int(math.Log(max(rng.NextDouble(), epsilon)) / lnq) }
	left := gap()
	return func(*batch.Batch, int) int {
		if left > 0 {
			left--
			return 0
		}
		left = gap()
		return 1
	}
}

// poisson draws by multiplying uniform numbers, in steps that do not underflow (Knuth).
func poisson(rng *javarand.XORShift, mean float64) int {
	n := 0
	for mean > 0 {
		step := min(mean, 500)
		mean -= step
		limit, p := math.Exp(-step), rng.NextDouble()
		for p > limit {
			n++
			p *= rng.NextDouble()
		}
	}
	return n
}

// sampled keeps each record as often as the partition's chooser says.
func (r *RDD) sampled(op, kind string, chooser func(partition int) func(b *batch.Batch, row int) int) *RDD {
	return r.sc.newRDD(&plan.MapPartitions{Origin: r.sc.origin(op, kind), Child: r.node, Types: r.shape.Elems(),
		New: func(_ context.Context, p int, in plan.Batches) (plan.Batches, error) {
			choose := chooser(p)
			sel := []int32{} // nil would mean all rows
			return func() (*batch.Batch, error) {
				b, err := in()
				if err != nil {
					return nil, err
				}
				sel = sel[:0]
				for i := range b.Rows() {
					row := b.Row(i)
					for range choose(b, row) {
						sel = append(sel, int32(row))
					}
				}
				return &batch.Batch{N: b.N, Sel: sel, Cols: b.Cols}, nil
			}, nil
		}}, r.shape)
}
