package interp

import (
	"context"
	"errors"
	"go/token"
	"strings"
	"sync/atomic"
	"time"
)

// Running compiled steps.

// run is an evaluation in progress.
type run struct {
	ctx       context.Context
	goroutine atomic.Uint64 // that interpreted code runs on
	at        atomic.Pointer[token.Position]
	defers    *Defers // at top level
	tooDeep   atomic.Bool
	stack     atomic.Uintptr // see onStackOf
}

func interrupted(cause error) *Error {
	e := &Error{Kind: Interrupted, Msg: "interrupted", Value: ErrInterrupted}
	if errors.Is(cause, context.DeadlineExceeded) {
		e.Msg += ": " + cause.Error()
	}
	return e
}

// patience is how long a cancelled evaluation has to stop by itself before it is left behind.
const patience = 120 * time.Millisecond

// perform runs interpreted code on a goroutine of its own until it ends or the context is cancelled.
func (in *Interp) perform(r *run, do func()) error {
	type outcome struct {
		panicked, left bool // left: by runtime.Goexit
		value          any
		trace          string
	}
	done := make(chan outcome, 1)
	started := make(chan uint64, 1)
	var state atomic.Int32
	const cancelled, ended = 1, 2
	go func() {
		id := goroutine()
		r.goroutine.Store(id)
		r.stack.Store(0)
		started <- id
		finished := false
		defer func() {
			v := recover()
			o := outcome{panicked: v != nil, left: v == nil && !finished, trace: in.traces.take(id)}
			if o.panicked {
				o.value = panicValue(v)
			}
			if !state.CompareAndSwap(0, ended) {
				in.stops.remove(id)
			}
			done <- o
		}()
		do()
		finished = true
	}()
	id := <-started
	var o outcome
	select {
	case o = <-done:
	case <-r.ctx.Done():
		if state.CompareAndSwap(0, cancelled) {
			in.stops.add(id, stopForGood)
		}
		t := time.NewTimer(patience)
		defer t.Stop()
		select {
		case o = <-done:
		case <-t.C:
			return interrupted(r.ctx.Err())
		}
	}
	switch {
	case o.left && r.tooDeep.Load():
		return in.panicError(errTooDeep, o.trace)
	case o.left && r.ctx.Err() != nil:
		return interrupted(r.ctx.Err())
	case o.panicked && r.ctx.Err() != nil && isCancellation(o.value):
		return interrupted(r.ctx.Err())
	case o.panicked:
		e := in.panicError(o.value, o.trace)
		in.pointAt(e, r, o.trace)
		return e
	}
	return nil
}

// pointAt moves the place of a panic in a statement at top level to where the statement begins: yaegi knows the line, and
// counts columns in the text written for it.
func (in *Interp) pointAt(e *Error, r *run, trace string) {
	p := r.at.Load()
	if p == nil || e.Kind != Panic || strings.Count(trace, "\n") != 1 {
		return
	}
	var begin Error
	in.locate(&begin, p.Filename, p.Line, p.Column)
	if begin.File == e.File && begin.Line == e.Line {
		e.Col = begin.Col
	}
}
