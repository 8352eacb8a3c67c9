package interp

import (
	"context"
	"errors"
	"go/token"
	"go/types"

	"gospark/repl/interp/split"
)

// Source is one input: a text, and where it came from.
type Source struct {
	Text, File string
	Line       int  // of the first line, counted from 1
	Script     bool // a file: nothing is echoed, and func main is run at the end
}

// EchoKind says what a statement did that is worth showing.
type EchoKind int

const (
	Result  EchoKind = iota // an expression, now in a variable resN
	Define                  // a new variable
	Assign                  // a variable has another value
	Declare                 // a type, function, constant or import
)

// Echo is what a shell shows for one statement.
type Echo struct {
	Kind       EchoKind
	Name, Type string
	Value      any    // as it is in memory; nil for Declare
	Text       string // the value as the shell shows it, cut
}

// Eval checks everything first, then runs statement after statement, calling emit, which may be nil,
// after each one that has something to show. When ctx is cancelled Eval returns an *Error of kind
// Interrupted at once, whatever the snippet does. All errors are *Error.
func (in *Interp) Eval(ctx context.Context, src Source, emit func(Echo)) error {
	in.evaluating.Lock()
	defer in.evaluating.Unlock()
	if src.Script {
		emit = nil
	}
	steps, err := in.prepare(in.addSource(src))
	if err != nil {
		return err
	}
	r := &run{ctx: ctx, defers: in.newDefers()}
	in.running.Store(r)
	defer in.running.Store(nil)
	err = in.runSteps(r, steps, emit)
	if len(r.defers.calls) == 0 {
		return err
	}
	var failed *Error
	errors.As(err, &failed)
	return in.perform(r, func() {
		if failed != nil {
			r.defers.finish(true, failed.cause())
		} else {
			r.defers.finish(false, nil)
		}
	})
}

func (in *Interp) runSteps(r *run, steps []step, emit func(Echo)) error {
	for _, s := range steps {
		if err := r.ctx.Err(); err != nil {
			return interrupted(err)
		}
		if s.do != nil {
			r.at.Store(&s.at)
			if err := in.perform(r, s.do); err != nil {
				return err
			}
		}
		in.emitting.Lock()
		in.mu.Lock()
		next := in.session.clone()
		echoes := s.after(next)
		for n, o := range in.session.objects {
			if next.objects[n] != o {
				in.forget(o)
			}
		}
		in.session = next
		in.mu.Unlock()
		in.emitting.Unlock()
		if emit == nil {
			continue
		}
		for _, e := range echoes {
			emit(e())
		}
	}
	return nil
}

// A step is one statement, compiled.
type step struct {
	do    func()                       // nil when there is nothing to run
	at    token.Position               // where it begins
	after func(*session) []func() Echo // enters what it declared into the session
}

// prepare checks and compiles a text without running any of it.
func (in *Interp) prepare(src *source) ([]step, error) {
	in.mu.RLock()
	s := in.session.clone()
	in.mu.RUnlock()
	var all []*checked
	in.emitting.Lock()
	defer in.emitting.Unlock()
	hasMain := false
	for _, p := range pieces(src) {
		c, err := in.check(p, s)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
		if src.Script && c.decl {
			for _, o := range c.objects {
				if fn, ok := o.(*types.Func); ok && fn.Name() == "main" {
					hasMain = true
				}
			}
		}
	}
	if hasMain {
		p := piece{source: src, chunks: []split.Chunk{{Kind: split.Statement, Text: "main()", Line: 1, Col: 1}}}
		c, err := in.check(p, s)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	var steps []step
	for _, c := range all {
		compiled, err := in.compile(c)
		if err != nil {
			return nil, err
		}
		steps = append(steps, compiled...)
	}
	return steps, nil
}

// isCancellation tells a panic with which a compiled function ends because its context was cancelled.
func isCancellation(v any) bool {
	err, ok := v.(error)
	return ok && (errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded))
}
