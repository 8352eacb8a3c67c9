package interp

import (
	"bytes"
	"errors"
	"runtime"
	"runtime/metrics"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"
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
	ids     sync.Map // goroutine id to stop
	asleep  sync.Map // goroutine id to a channel that add closes
	calls   atomic.Uint32
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

func (s *stops) add(id uint64, how stop) {
	if _, had := s.ids.Swap(id, how); !had {
		s.pending.Add(1)
	}
	if wake, ok := s.asleep.LoadAndDelete(id); ok {
		close(wake.(chan struct{}))
	}
}

// wait calls f with a channel that is closed when the calling goroutine is to stop, and then ends what it is doing if it
// is.
func (s *stops) wait(f func(stop <-chan struct{})) {
	id, wake := goroutine(), make(chan struct{})
	s.asleep.Store(id, wake)
	defer s.asleep.Delete(id)
	s.tick() // it may have been told before
	f(wake)
	s.tick()
}

func (s *stops) remove(id uint64) {
	if _, had := s.ids.LoadAndDelete(id); had {
		s.pending.Add(-1)
	}
}

type stop int

const (
	goOn        stop = iota
	stopOnce         // a panic that the caller of the interpreted code waits for
	stopForGood      // the evaluation on this goroutine has been cancelled
)

// stopped reports whether the calling goroutine is to stop.
func (s *stops) stopped() stop {
	if s.pending.Load() == 0 {
		return goOn
	}
	id := goroutine()
	v, ok := s.ids.Load(id)
	if !ok {
		return goOn
	}
	if v.(stop) == stopOnce {
		s.remove(id)
	}
	return v.(stop)
}

// tick ends what the calling goroutine is doing when it is to stop.
func (s *stops) tick() {
	switch s.stopped() {
	case goOn:
	case stopOnce:
		panic(ErrInterrupted)
	case stopForGood:
		runtime.Goexit() // runs deferred calls as a panic does, but nobody can recover from it
	}
}

// Limits of recursion. The process would end at a stack of 1 GB.
//
// An evaluation that goes too deep is ended by Goexit. A stack doubles when it is full, so when all stacks
// together are larger than allStacks, one of 64 MB has been filled: the one that is being looked at,
// if it is deep. On other goroutines the end has to be a panic, which takes yaegi far longer to unwind, so
// a few thousand calls are the limit there.
const (
	allStacks  = 100 << 20
	deepFrames = 8_000   // Go frames; an interpreted call takes from two to eight
	deepChecks = 64      // calls between two looks at the number of frames
	nearby     = 1 << 20 // how far a stack has grown at most from one look to the next
)

// deep is called at the start of functions that may recurse.
func (in *Interp) deep() {
	in.stops.tick()
	if in.stops.calls.Add(1)%deepChecks != 0 {
		return
	}
	var pc [1]uintptr
	if runtime.Callers(deepFrames, pc[:]) == 0 {
		return
	}
	r := in.running.Load()
	if r == nil || !in.onStackOf(r, uintptr(unsafe.Pointer(&pc))) {
		panic(errTooDeep)
	}
	sample := [1]metrics.Sample{{Name: "/memory/classes/heap/stacks:bytes"}}
	metrics.Read(sample[:])
	if sample[0].Value.Kind() != metrics.KindUint64 || sample[0].Value.Uint64() > allStacks {
		r.tooDeep.Store(true)
		runtime.Goexit()
	}
}

// onStackOf reports whether the caller is the goroutine of an evaluation. Asking for the goroutine
// takes time in proportion to its depth, so it is asked only when the address of a local variable is not
// near that of the last answer, which it is until the stack is moved.
func (in *Interp) onStackOf(r *run, local uintptr) bool {
	if last := r.stack.Load(); last != 0 && local-last+nearby < 2*nearby {
		r.stack.Store(local)
		return true
	}
	if r.goroutine.Load() != goroutine() {
		return false
	}
	r.stack.Store(local)
	return true
}

// InterruptGoroutine makes the interpreted code running on a goroutine panic with ErrInterrupted, once,
// at its next check. ReleaseGoroutine takes it back if there was no check.
func (in *Interp) InterruptGoroutine(id uint64) { in.stops.add(id, stopOnce) }

// ReleaseGoroutine takes an interruption back that the goroutine has not noticed.
func (in *Interp) ReleaseGoroutine(id uint64) { in.stops.remove(id) }

// sleep is time.Sleep that an interruption ends.
func (in *Interp) sleep(d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	stop := in.stopSignal()
	if stop == nil {
		in.stops.wait(func(stop <-chan struct{}) {
			select {
			case <-t.C:
			case <-stop:
			}
		})
		return
	}
	select {
	case <-t.C:
		in.stops.tick()
	case <-stop:
		runtime.Goexit()
	}
}

// block is select {}.
func (in *Interp) block() {
	stop := in.stopSignal()
	if stop == nil {
		in.stops.wait(func(stop <-chan struct{}) { <-stop })
		return
	}
	<-stop
	runtime.Goexit()
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
