package interp

import (
	"errors"
	"reflect"
	"runtime"
	"sync"
	"sync/atomic"
)

// Defers are the deferred calls of one running interpreted function, and the panic it is ending with.
type Defers struct {
	in        *Interp
	calls     []deferredCall
	panicking bool
	value     any
}

type deferredCall struct {
	f func()
	// The function that is called was not written where it is deferred: it finds the panic as it begins.
	named bool
}

// unwinding is who is running deferred calls because of a panic, by goroutine: recover in a function
// that was not written where it is deferred has to find the panic.
type unwinding struct {
	count  atomic.Int32
	offers sync.Map // goroutine id to *offer
}

// An offer is a panic that the function called next can recover from: it alone, not those it calls. It belongs to one
// goroutine.
type offer struct{ to *Defers }

func (in *Interp) newDefers() *Defers { return &Defers{in: in} }

// Add defers a call of what has its own way to the panic, or none.
func (d *Defers) Add(f func()) { d.calls = append(d.calls, deferredCall{f, false}) }

// AddNamed defers a call of an interpreted function that was written elsewhere.
func (d *Defers) AddNamed(f func()) { d.calls = append(d.calls, deferredCall{f, true}) }

// Run runs the body of a function and then its deferred calls, the last one first, as Go does: one
// that panics does not keep the others from running, and what is not recovered from goes on.
func (d *Defers) Run(body func()) {
	left := true
	defer func() {
		if left { // the goroutine ends: deferred calls are made, and then those further up
			d.finish(false, nil)
		}
	}()
	panicked, value := caught(body)
	left = false
	d.finish(panicked, value)
}

// finish runs the deferred calls after the body has ended, perhaps with a panic.
func (d *Defers) finish(panicking bool, value any) {
	d.panicking, d.value = panicking, value
	for len(d.calls) > 0 {
		if e, ok := d.value.(error); ok && d.panicking && errors.As(e, new(exit)) {
			break // os.Exit runs nothing
		}
		f := d.calls[len(d.calls)-1]
		d.calls = d.calls[:len(d.calls)-1]
		if panicked, v := d.call(f); panicked {
			d.panicking, d.value = true, v
		}
	}
	if d.panicking {
		panic(d.value)
	}
}

func (d *Defers) call(c deferredCall) (bool, any) {
	u := &d.in.unwinding
	if !d.panicking && u.count.Load() == 0 {
		return caught(c.f)
	}
	id, o := goroutine(), &offer{}
	if d.panicking && c.named {
		o.to = d
	}
	outer, nested := u.offers.Swap(id, o)
	u.count.Add(1)
	defer func() {
		u.count.Add(-1)
		if nested {
			u.offers.Store(id, outer)
		} else {
			u.offers.Delete(id)
		}
	}()
	return caught(c.f)
}

// caught calls f and returns what it panicked with.
func caught(f func()) (panicked bool, value any) {
	defer func() {
		if r := recover(); r != nil {
			panicked, value = true, panicValue(r)
		}
	}()
	f()
	return false, nil
}

// Recover is recover in a function that is called by the one that defers it.
func (d *Defers) Recover() any {
	if !d.panicking {
		return nil
	}
	if e, ok := d.value.(error); ok && (errors.Is(e, ErrInterrupted) || errors.As(e, new(exit))) {
		return nil // these cannot be recovered from
	}
	d.panicking = false
	d.in.traces.take(goroutine())
	v := d.value
	d.value = nil
	if e, ok := v.(error); ok {
		return d.in.plain(e)
	}
	return v
}

// panic raises what compiled code can recover: an error stays one, whatever its type.
func (in *Interp) panic(x any) {
	x = in.plain(x)
	if x == nil {
		panic(new(runtime.PanicNilError))
	}
	if in.hasMethod(in.dynamicType(x), "Error", reflect.TypeFor[func() string]()) {
		x = in.err(x)
	}
	panic(x)
}

// later keeps the calls deferred at top level: they are made at the end of the input.
func (in *Interp) later() *Defers {
	if r := in.running.Load(); r != nil {
		return r.defers
	}
	return in.newDefers()
}

// noPanic is where a function finds that recover has nothing to return.
var noPanic = &Defers{}

// offered is the panic that the function which begins can recover from. Whoever looks takes it: the functions it calls
// are not called by the one that defers.
func (in *Interp) offered() *Defers {
	if in.unwinding.count.Load() == 0 {
		return noPanic
	}
	x, ok := in.unwinding.offers.Load(goroutine())
	if !ok {
		return noPanic
	}
	o := x.(*offer)
	if o.to == nil {
		return noPanic
	}
	d := o.to
	o.to = nil
	return d
}

// start runs f on a new goroutine. A panic there is reported.
func (in *Interp) start(f func()) {
	go func() {
		panicked, v := caught(f)
		id := goroutine()
		trace := in.traces.take(id)
		if !panicked {
			return
		}
		if e, ok := v.(error); ok && errors.Is(e, ErrInterrupted) {
			return
		}
		if in.config.OnPanic != nil {
			in.config.OnPanic(in.panicError(v, trace))
		}
	}()
}
