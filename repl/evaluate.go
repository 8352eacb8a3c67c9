package repl

import (
	"context"
	"errors"
	"time"

	"gospark/repl/interp"
)

// running is an evaluation or a command in progress.
type running struct {
	ctx         context.Context
	cancel      context.CancelFunc
	interrupted time.Time     // of the first Ctrl-C
	abandon     chan struct{} // closed when the user will not wait any longer
	abandoned   bool
	done        chan struct{}
}

const (
	// interruptWithin is how soon after Ctrl-C an evaluation is expected to end.
	interruptWithin = 200 * time.Millisecond
)

var (
	errAbandoned = errors.New("still running, left to itself")
	errStray     = errors.New("what was left to itself has not ended yet")
)

// Evaluate evaluates code and shows its results.
func (sh *Shell) Evaluate(src Source) error {
	results := sh.cfg.Interp.Results()
	err := sh.evaluate(src, sh.echo)
	if err == nil && !src.Script { // a program is a file already
		sh.mu.Lock()
		sh.inputs = append(sh.inputs, Typed{Text: src.Text, Results: results})
		sh.mu.Unlock()
	}
	return err
}

func (sh *Shell) evaluate(src Source, emit func(Echo)) error {
	return sh.interruptible(func(ctx context.Context) error {
		return sh.cfg.Interp.Eval(ctx, src, func(e Echo) {
			if emit != nil && ctx.Err() == nil {
				emit(e)
			}
		})
	})
}

// interruptible runs f so that Ctrl-C cancels its context, and a second one gives f up. Inside another
// interruptible it is part of that one.
func (sh *Shell) interruptible(f func(ctx context.Context) error) error {
	sh.mu.Lock()
	if r := sh.running; r != nil {
		sh.mu.Unlock()
		return f(r.ctx)
	}
	r := &running{abandon: make(chan struct{}), done: make(chan struct{})}
	r.ctx, r.cancel = context.WithCancel(context.Background())
	defer r.cancel()
	stray := sh.stray
	sh.running = r
	if sh.in != nil && sh.early == sh.in.Reads() && sh.early > 0 {
		r.cancel()
	}
	sh.early = 0
	sh.mu.Unlock()

	var err error
	go func() {
		defer close(r.done)
		if stray != nil { // one evaluation at a time, even if the user has given up on one
			select {
			case <-stray.done:
			case <-r.ctx.Done():
				err = errStray
				return
			}
		}
		err = f(r.ctx)
	}()
	select {
	case <-r.done:
	case <-r.abandon:
	}
	sh.mu.Lock()
	defer sh.mu.Unlock()
	sh.running = nil
	if !isDone(r) {
		sh.stray = r
		return errAbandoned
	}
	if stray != nil && isDone(stray) {
		sh.stray = nil
	}
	if !r.interrupted.IsZero() && errors.Is(err, context.Canceled) {
		return &Error{Kind: interp.Interrupted, Msg: "interrupted", Value: err}
	}
	return err
}

func isDone(r *running) bool {
	select {
	case <-r.done:
		return true
	default:
		return false
	}
}

// interrupt is Ctrl-C while something runs: the first cancels it, a later one, if it is still not over, gives it
// up. It reports whether anything ran.
func (sh *Shell) interrupt() bool {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	r := sh.running
	if r == nil {
		return false
	}
	now := sh.cfg.Now()
	switch {
	case r.interrupted.IsZero():
		r.interrupted = now
		r.cancel()
		time.AfterFunc(interruptWithin, func() { sh.tellStuck(r) })
	case now.Sub(r.interrupted) >= interruptWithin && !r.abandoned:
		r.abandoned = true
		close(r.abandon)
	}
	return true
}

func (sh *Shell) tellStuck(r *running) {
	sh.mu.Lock()
	stuck := sh.running == r && !r.abandoned && !isDone(r)
	sh.mu.Unlock()
	if stuck {
		sh.Notice("it does not stop; Ctrl-C again gives the prompt back")
	}
}

// Context is cancelled by Ctrl-C while a command or an evaluation runs.
func (sh *Shell) Context() context.Context {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if sh.running == nil {
		return context.Background()
	}
	return sh.running.ctx
}

// echo shows a result as "name: type = value"; a value of several lines starts on the next.
func (sh *Shell) echo(e Echo) {
	if e.Kind != interp.Declare && e.Name != "" {
		sh.lastValue = e.Name
	}
	sh.mu.Lock()
	silent := sh.silent
	sh.mu.Unlock()
	if !silent {
		sh.cfg.Printer.Block(sh.style.echo(e))
	}
}
