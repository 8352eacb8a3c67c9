package interp

import (
	"bytes"
	"errors"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// Interruption. Interpreted code looks at every loop and every call of interpreted code whether its
// goroutine is to stop. Nothing else is touched, so what was computed earlier, and what runs on other
// goroutines, goes on as it was.

// ErrInterrupted is what interpreted code panics with when it is interrupted.
var ErrInterrupted = errors.New("interrupted")

// errTooDeep ends a recursion before the stack does, which would end the process.
var errTooDeep = errors.New("stack overflow: the recursion is too deep")

// stops is the set of goroutines that are to stop.
type stops struct {
	pending atomic.Int32
	ids     sync.Map // goroutine id to *stop
	calls   atomic.Uint32
}

type stop struct {
	done chan struct{} // closed when the goroutine has stopped or is let go
	once bool          // one panic is enough
}

// goroutine is the number of the calling goroutine.
func goroutine() uint64 {
	var b [40]byte
	n := runtime.Stack(b[:], false)
	id, _, _ := bytes.Cut(bytes.TrimPrefix(b[:n], []byte("goroutine ")), []byte(" "))
	v, _ := strconv.ParseUint(string(id), 10, 64)
	return v
}

// GoroutineID is the number of the calling goroutine, for InterruptGoroutine.
func GoroutineID() uint64 { return goroutine() }

func (s *stops) add(id uint64, once bool) {
	if _, had := s.ids.Swap(id, &stop{done: make(chan struct{}), once: once}); !had {
		s.pending.Add(1)
	}
}

func (s *stops) remove(id uint64) {
	if _, had := s.ids.LoadAndDelete(id); had {
		s.pending.Add(-1)
	}
}

// stopped reports whether the calling goroutine is to stop.
func (s *stops) stopped() bool {
	if s.pending.Load() == 0 {
		return false
	}
	id := goroutine()
	v, ok := s.ids.Load(id)
	if !ok {
		return false
	}
	if v.(*stop).once {
		s.remove(id)
	}
	return true
}

// tick panics when the calling goroutine is to stop.
func (s *stops) tick() {
	if s.stopped() {
		panic(ErrInterrupted)
	}
}

// Limits of recursion, in Go frames: an interpreted call takes about five, of some 350 bytes each. The
// process would end at a stack of 1 GB.
const (
	deepest    = 400_000
	deepChecks = 256 // calls between two looks at the stack
)

// deep is called at the start of functions that may recurse.
func (s *stops) deep() {
	s.tick()
	if s.calls.Add(1)%deepChecks != 0 {
		return
	}
	var pc [1]uintptr
	if runtime.Callers(deepest, pc[:]) > 0 {
		panic(errTooDeep)
	}
}

// InterruptGoroutine makes the interpreted code running on a goroutine panic with ErrInterrupted, once,
// at its next check. ReleaseGoroutine takes it back if there was no check.
func (in *Interp) InterruptGoroutine(id uint64) { in.stops.add(id, true) }

// ReleaseGoroutine takes an interruption back that the goroutine has not noticed.
func (in *Interp) ReleaseGoroutine(id uint64) { in.stops.remove(id) }

// sleep is time.Sleep that an interruption ends.
func (in *Interp) sleep(d time.Duration) {
	stop := in.stopSignal()
	if stop == nil {
		time.Sleep(d)
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		in.stops.tick()
	case <-stop:
		panic(ErrInterrupted)
	}
}

// block is select {}.
func (in *Interp) block() {
	stop := in.stopSignal()
	<-stop
	panic(ErrInterrupted)
}

// stopSignal is closed when the evaluation the calling goroutine runs is cancelled; nil on other
// goroutines.
func (in *Interp) stopSignal() <-chan struct{} {
	r := in.running.Load()
	if r == nil || r.goroutine.Load() != goroutine() {
		return nil
	}
	return r.ctx.Done()
}
