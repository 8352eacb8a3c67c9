package history

import "time"

// Bounds are the upper bounds, in seconds, of the buckets of a Histogram; one more holds what is above.
var Bounds = [...]float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60}

// A Histogram counts durations. The zero value is ready.
type Histogram struct {
	Count   int64
	Sum     time.Duration
	Buckets [len(Bounds) + 1]int64
}

func (h *Histogram) add(d time.Duration) {
	h.Count++
	h.Sum += d
	i := 0
	for i < len(Bounds) && d.Seconds() > Bounds[i] {
		i++
	}
	h.Buckets[i]++
}
