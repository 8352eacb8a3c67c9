package op

import (
	"math"

	"gospark/runtime/batch"
	"gospark/runtime/javarand"
	"gospark/runtime/plan"
)

// sampled keeps rows at random.
type sampled struct {
	n   *plan.Sample
	in  Operator
	rng *javarand.XORShift
	sel []int32
	out batch.Batch
}

var _ Operator = (*sampled)(nil)

func newSample(n *plan.Sample, p int, in Operator) Operator {
	return &sampled{n: n, in: in, rng: javarand.NewXORShift(n.Seed + int64(p))}
}

func (s *sampled) Next() (*batch.Batch, error) {
	for {
		b, err := s.in.Next()
		if err != nil {
			return nil, err
		}
		s.sel = s.sel[:0]
		for i := range b.Rows() {
			for range s.copies() {
				s.sel = append(s.sel, int32(b.Row(i)))
			}
		}
		if len(s.sel) > 0 {
			s.out = batch.Batch{N: b.N, Sel: s.sel, Cols: b.Cols}
			return &s.out, nil
		}
	}
}

func (s *sampled) copies() int {
	if s.n.WithReplacement {
		return s.poisson(s.n.Upper - s.n.Lower)
	}
	if x := s.rng.NextDouble(); x >= s.n.Lower && x < s.n.Upper {
		return 1
	}
	return 0
}

// poisson draws by multiplying uniform numbers (Knuth); a large mean is drawn in parts, so that nothing underflows.
func (s *sampled) poisson(mean float64) int {
	n := 0
	for mean > 0 {
		part := min(mean, 500)
		mean -= part
		floor := math.Exp(-part)
		for p := s.rng.NextDouble(); p > floor; p *= s.rng.NextDouble() {
			n++
		}
	}
	return n
}

func (s *sampled) Close() error { return s.in.Close() }
