package stream

import "math"

// PID are the weights of a rate estimator: how fast the rate follows the error of the last batch, the backlog, and the
// error's change. MinRate keeps a stalled stream from stopping altogether.
type PID struct {
	Proportional, Integral, Derived, MinRate float64
}

// DefaultPID is Spark's.
var DefaultPID = PID{Proportional: 1, Integral: 0.2, MinRate: 100}

// A rateEstimator finds the rows a second an input can be given, from what the last batches took. The formula is that
// of Spark's PIDRateEstimator: the error is the last rate minus the rate at which rows were processed; the backlog is
// what arrived while the batch waited to be run.
type rateEstimator struct {
	pid      PID
	interval float64 // seconds
	first    bool
	at       int64 // ms
	rate     float64
	err      float64
}

func newRateEstimator(p PID, intervalMs int64) *rateEstimator {
	return &rateEstimator{pid: p, interval: float64(intervalMs) / 1000, first: true}
}

// compute takes the end of a batch (ms), its rows, and how long it ran and waited (ms). It reports false when the batch
// says nothing.
func (e *rateEstimator) compute(at, rows int64, processing, waiting float64) (float64, bool) {
	if at <= e.at || rows <= 0 || processing <= 0 {
		return 0, false
	}
	since := float64(at-e.at) / 1000
	processed := float64(rows) / processing * 1000
	if e.first {
		e.first, e.at, e.rate, e.err = false, at, processed, 0
		return processed, true
	}
	err := e.rate - processed
	backlog := waiting / 1000 * processed / e.interval
	change := (err - e.err) / since
	rate := e.rate - e.pid.Proportional*err - e.pid.Integral*backlog - e.pid.Derived*change
	e.rate, e.err, e.at = math.Max(rate, e.pid.MinRate), err, at
	return e.rate, true
}
