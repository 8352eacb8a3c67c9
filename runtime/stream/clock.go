package stream

import "time"

// A Clock is the time a loop goes by. At gives a channel that is ready once the clock has reached t, at once if it has
// already; the moment is absolute, so that a clock moved between two calls cannot lose a tick.
type Clock interface {
	Now() time.Time
	At(t time.Time) <-chan struct{}
}

// System is the machine's clock.
var System Clock = systemClock{}

type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

func (systemClock) At(t time.Time) <-chan struct{} {
	c := make(chan struct{})
	if d := time.Until(t); d > 0 {
		time.AfterFunc(d, func() { close(c) })
	} else {
		close(c)
	}
	return c
}
