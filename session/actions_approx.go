package session

import (
	"context"
	"errors"
	"math"
	"math/bits"
	"sync"
	"time"

	"gospark/runtime/batch"
	"gospark/runtime/op"
)

// CountApproxDistinct estimates the number of different records with about the relative standard deviation given (0.05 if
// not): HyperLogLog with linear counting for small numbers.
func (r *RDD) CountApproxDistinct(relativeSD ...float64) int64 {
	sd := 0.05
	if len(relativeSD) > 0 {
		sd = relativeSD[0]
	}
	if sd <= 0.000017 || sd > 1 {
		mistake("CountApproxDistinct", "accuracy (%v) must be greater than 0.000017 and at most 1", sd)
	}
	requireHashable("CountApproxDistinct", "record", r.shape)
	p := max(int(math.Ceil(2*math.Log(1.054/sd)/math.Ln2)), 4)
	all := make([]uint8, 1<<p)
	for _, regs := range inParts(r, "countApproxDistinct", nil, func(_ *op.Task, o op.Operator) ([]uint8, error) {
		regs := make([]uint8, 1<<p)
		var h []uint64
		return regs, op.Drain(o, func(b *batch.Batch) error {
			h = append(h[:0], make([]uint64, b.Rows())...)
			for _, c := range b.Cols {
				c.Hash(b.Sel, h)
			}
			for _, x := range h {
				x = batch.HashUint64(0, x) // all bits matter
				i, zeros := x>>(64-p), bits.LeadingZeros64(x<<p|1<<(p-1))
				regs[i] = max(regs[i], uint8(zeros+1))
			}
			return nil
		})
	}) {
		for i, x := range regs {
			all[i] = max(all[i], x)
		}
	}
	return estimate(all)
}

func estimate(regs []uint8) int64 {
	m := float64(len(regs))
	sum, empty := 0.0, 0.0
	for _, x := range regs {
		sum += math.Pow(2, -float64(x))
		if x == 0 {
			empty++
		}
	}
	e := 0.7213 / (1 + 1.079/m) * m * m / sum
	if e <= 2.5*m && empty > 0 {
		e = m * math.Log(m/empty)
	}
	return int64(math.Round(e))
}

// A BoundedDouble is an estimate: with the confidence given the value lies between Low and High. When the job ended in
// time, it is exact.
type BoundedDouble struct {
	Mean, Confidence, Low, High float64
	Final                       bool
}

// CountApprox counts records for at most the timeout (a time.Duration, or milliseconds) and then estimates the count
// from the partitions that were done.
func (r *RDD) CountApprox(timeout any, confidence ...float64) BoundedDouble {
	return r.approximate("countApprox", "CountApprox", timeout, confidence, func(b *batch.Batch, s *StatCounter) {
		s.n += int64(b.Rows())
	}, func(s *StatCounter) float64 { return float64(s.n) }, true)
}

// SumApprox adds numbers for at most the timeout, and then estimates the sum.
func (r *RDD) SumApprox(timeout any, confidence ...float64) BoundedDouble {
	each := r.numbers("SumApprox")
	return r.approximate("sumApprox", "SumApprox", timeout, confidence, func(b *batch.Batch, s *StatCounter) { each(b, s.add) },
		(*StatCounter).Sum, true)
}

// MeanApprox averages numbers for at most the timeout.
func (r *RDD) MeanApprox(timeout any, confidence ...float64) BoundedDouble {
	each := r.numbers("MeanApprox")
	return r.approximate("meanApprox", "MeanApprox", timeout, confidence, func(b *batch.Batch, s *StatCounter) { each(b, s.add) },
		(*StatCounter).Mean, false)
}

// approximate folds partitions until the timeout. A total is scaled up to all partitions and spread by what the partitions
// done differ; a mean is spread by the standard error of its values.
func (r *RDD) approximate(name, method string, timeout any, confidence []float64, fold func(*batch.Batch, *StatCounter), figure func(*StatCounter) float64, total bool) BoundedDouble {
	limit := milliseconds(method, timeout)
	conf := 0.95
	if len(confidence) > 0 {
		if conf = confidence[0]; conf < 0 || conf > 1 {
			mistake(method, "confidence (%v) must be in [0,1]", conf)
		}
	}
	s := *r.sc.scope()
	ctx, cancel := context.WithTimeoutCause(s.ctx, limit, errEnough)
	defer cancel()
	s.ctx = ctx
	defer r.sc.within(&s)()
	var mu sync.Mutex
	all, parts := newStatCounter(), newStatCounter()
	err := Try(func() {
		inParts(r, name, nil, func(t *op.Task, o op.Operator) (struct{}, error) {
			s := newStatCounter()
			err := op.Drain(o, func(b *batch.Batch) error {
				fold(b, s)
				return t.Ctx.Err()
			})
			if err == nil {
				mu.Lock()
				all.merge(s)
				parts.add(figure(s))
				mu.Unlock()
			}
			return struct{}{}, err
		})
	})
	mu.Lock()
	defer mu.Unlock()
	if err == nil {
		x := figure(all)
		return BoundedDouble{Mean: x, Confidence: 1, Low: x, High: x, Final: true}
	}
	if !errors.Is(err, errEnough) {
		raise(method, err)
	}
	if parts.n == 0 {
		return BoundedDouble{Confidence: 0, Low: math.Inf(-1), High: math.Inf(1)}
	}
	x, spread := figure(all), all.SampleStdev()/math.Sqrt(float64(all.n))
	if total {
		n := float64(r.GetNumPartitions())
		x, spread = parts.Mean()*n, parts.SampleStdev()*n/math.Sqrt(float64(parts.n))
	}
	if math.IsNaN(spread) {
		spread = math.Inf(1)
	}
	z := math.Sqrt2 * math.Erfinv(conf)
	return BoundedDouble{Mean: x, Confidence: conf, Low: x - z*spread, High: x + z*spread}
}

var errEnough = errors.New("the time for an estimate is over")

func milliseconds(method string, v any) time.Duration {
	switch x := v.(type) {
	case time.Duration:
		return x
	case int:
		return time.Duration(x) * time.Millisecond
	}
	mistake(method, "want the timeout as a time.Duration or in milliseconds, have %T", v)
	return 0
}
