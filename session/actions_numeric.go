package session

import (
	"fmt"
	"math"
	"reflect"
	"sort"

	"gospark/runtime/batch"
	"gospark/runtime/op"
)

// A StatCounter is count, mean, variance, minimum and maximum of numbers, kept in one pass (Welford's method, merged as Chan
// et al. describe).
type StatCounter struct {
	n        int64
	mu, m2   float64
	max, min float64
}

func newStatCounter() *StatCounter { return &StatCounter{max: math.Inf(-1), min: math.Inf(1)} }

func (s *StatCounter) add(x float64) {
	delta := x - s.mu
	s.n++
	s.mu += delta / float64(s.n)
	s.m2 += delta * (x - s.mu)
	s.max, s.min = math.Max(s.max, x), math.Min(s.min, x)
}

func (s *StatCounter) merge(o *StatCounter) {
	if o.n == 0 {
		return
	}
	if s.n == 0 {
		*s = *o
		return
	}
	n, m := float64(s.n), float64(o.n)
	delta := o.mu - s.mu
	switch { // the forms lose least where one side is much larger
	case o.n*10 < s.n:
		s.mu += delta * m / (n + m)
	case s.n*10 < o.n:
		s.mu = o.mu - delta*n/(n+m)
	default:
		s.mu = (s.mu*n + o.mu*m) / (n + m)
	}
	s.m2 += o.m2 + delta*delta*n*m/(n+m)
	s.n += o.n
	s.max, s.min = math.Max(s.max, o.max), math.Min(s.min, o.min)
}

// Count is the number of values.
func (s *StatCounter) Count() int64 { return s.n }

// Mean is the arithmetic mean, 0 without values.
func (s *StatCounter) Mean() float64 { return s.mu }

// Sum is the sum.
func (s *StatCounter) Sum() float64 { return float64(s.n) * s.mu }

// Max is the greatest value, -Inf without any.
func (s *StatCounter) Max() float64 { return s.max }

// Min is the least value, +Inf without any.
func (s *StatCounter) Min() float64 { return s.min }

// Variance is the variance as a population: the sum of squares divided by n, NaN without values.
func (s *StatCounter) Variance() float64 { return s.spread(0) }

// SampleVariance is the variance of a sample: the sum of squares divided by n-1, NaN without values.
func (s *StatCounter) SampleVariance() float64 { return s.spread(1) }

func (s *StatCounter) spread(less int64) float64 {
	if s.n <= less {
		return math.NaN()
	}
	return s.m2 / float64(s.n-less)
}

// Stdev is the root of Variance.
func (s *StatCounter) Stdev() float64 { return math.Sqrt(s.Variance()) }

// SampleStdev is the root of SampleVariance.
func (s *StatCounter) SampleStdev() float64 { return math.Sqrt(s.SampleVariance()) }

// String lists the figures as Spark does.
func (s *StatCounter) String() string {
	return fmt.Sprintf("(count: %d, mean: %f, stdev: %f, max: %f, min: %f)", s.n, s.Mean(), s.Stdev(), s.max, s.min)
}

// numbers makes the reader of a column of numbers.
func (r *RDD) numbers(method string) func(b *batch.Batch, f func(float64)) {
	t := r.shape.Elem
	if r.shape.IsTuple() || !t.ConvertibleTo(reflect.TypeFor[float64]()) {
		mistake(method, "want an RDD of numbers, have %s", r.ShellType())
	}
	return func(b *batch.Batch, f func(float64)) {
		switch v := b.Cols[0].(type) {
		case *batch.Vec[int]:
			for i := range b.Rows() {
				f(float64(v.V[b.Row(i)]))
			}
		case *batch.Vec[float64]:
			for i := range b.Rows() {
				f(v.V[b.Row(i)])
			}
		default:
			vs := v.Values()
			for i := range b.Rows() {
				f(vs.Index(b.Row(i)).Convert(reflect.TypeFor[float64]()).Float())
			}
		}
	}
}

// Sum adds numbers.
func (r *RDD) Sum() float64 {
	each := r.numbers("Sum")
	var sum float64
	for _, x := range inParts(r, "sum", nil, func(_ *op.Task, o op.Operator) (sum float64, err error) {
		err = op.Drain(o, func(b *batch.Batch) error {
			each(b, func(x float64) { sum += x })
			return nil
		})
		return sum, err
	}) {
		sum += x
	}
	return sum
}

// Stats is count, mean, standard deviation, maximum and minimum of numbers.
func (r *RDD) Stats() *StatCounter { return r.stats("stats", "Stats") }

func (r *RDD) stats(name, method string) *StatCounter {
	each := r.numbers(method)
	all := newStatCounter()
	for _, s := range inParts(r, name, nil, func(_ *op.Task, o op.Operator) (*StatCounter, error) {
		s := newStatCounter()
		return s, op.Drain(o, func(b *batch.Batch) error {
			each(b, s.add)
			return nil
		})
	}) {
		all.merge(s)
	}
	return all
}

// Mean is the arithmetic mean of numbers.
func (r *RDD) Mean() float64 { return r.stats("mean", "Mean").Mean() }

// Variance is the variance of numbers as a population.
func (r *RDD) Variance() float64 { return r.stats("variance", "Variance").Variance() }

// Stdev is the standard deviation of numbers as a population.
func (r *RDD) Stdev() float64 { return r.stats("stdev", "Stdev").Stdev() }

// SampleVariance is the variance of numbers as a sample.
func (r *RDD) SampleVariance() float64 {
	return r.stats("sampleVariance", "SampleVariance").SampleVariance()
}

// SampleStdev is the standard deviation of numbers as a sample.
func (r *RDD) SampleStdev() float64 { return r.stats("sampleStdev", "SampleStdev").SampleStdev() }

// Histogram counts numbers in buckets: Histogram(n) makes n of equal width between the minimum and the maximum,
// Histogram([]float64{1, 5, 10}) has these bounds. A bucket has its lower bound, the last one its upper as well.
func (r *RDD) Histogram(buckets any) (bounds []float64, counts []int64) {
	switch b := buckets.(type) {
	case int:
		return r.evenHistogram(b)
	case []float64:
		bounds = b
	case []int:
		for _, x := range b {
			bounds = append(bounds, float64(x))
		}
	default:
		mistake("Histogram", "want a number of buckets or their bounds as []float64, have %T", buckets)
	}
	if len(bounds) < 2 {
		mistake("Histogram", "buckets array must have at least two elements")
	}
	if !sort.Float64sAreSorted(bounds) {
		mistake("Histogram", "bounds must be sorted, have %v", bounds)
	}
	last := len(bounds) - 1
	return bounds, r.histogram(last, func(x float64) int {
		if !(x >= bounds[0] && x <= bounds[last]) {
			return -1
		}
		return min(sort.Search(len(bounds), func(i int) bool { return bounds[i] > x })-1, last-1)
	})
}

func (r *RDD) evenHistogram(n int) ([]float64, []int64) {
	if n < 1 {
		mistake("Histogram", "want at least one bucket, have %d", n)
	}
	s := r.stats("histogram", "Histogram")
	for _, x := range []float64{s.min, s.max} {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			mistake("Histogram", "Histogram on either an empty RDD or RDD containing +/-infinity or NaN")
		}
	}
	if s.min == s.max {
		n = 1
	}
	var bounds []float64
	for i := range n {
		bounds = append(bounds, s.min+float64(i)*(s.max-s.min)/float64(n))
	}
	return append(bounds, s.max), r.histogram(n, func(x float64) int {
		if x == s.max {
			return n - 1
		}
		return min(int((x-s.min)/(s.max-s.min)*float64(n)), n-1)
	})
}

func (r *RDD) histogram(n int, bucket func(float64) int) []int64 {
	each := r.numbers("Histogram")
	counts := make([]int64, n)
	for _, cs := range inParts(r, "histogram", nil, func(_ *op.Task, o op.Operator) ([]int64, error) {
		cs := make([]int64, n)
		return cs, op.Drain(o, func(b *batch.Batch) error {
			each(b, func(x float64) {
				if i := bucket(x); i >= 0 {
					cs[i]++
				}
			})
			return nil
		})
	}) {
		for i, c := range cs {
			counts[i] += c
		}
	}
	return counts
}
