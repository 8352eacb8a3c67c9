package repl

import (
	"context"

	"gospark/repl/interp"
)

// The words of the interpreter, under the names commands use them by.
type (
	Source      = interp.Source
	Echo        = interp.Echo
	Error       = interp.Error
	Symbol      = interp.Symbol
	Candidate   = interp.Candidate
	Description = interp.Description
	Typed       = interp.Typed
)

// Evaluator is what the shell asks of the interpreter; *interp.Interp is the one there is. All methods but Context
// belong to one goroutine at a time.
type Evaluator interface {
	// Eval checks src, then runs it statement by statement, calling emit after each that has something to show.
	// When ctx is cancelled it returns an *Error of kind Interrupted within 200 ms, whatever src does.
	Eval(ctx context.Context, src Source, emit func(Echo)) error
	Complete(text string, cursor int) (from int, cands []Candidate)
	TypeOf(expr string) (string, error)
	Describe(expr string) (Description, error)
	Vars() []Symbol
	Funcs() []Symbol
	Types() []Symbol
	Imports() []Symbol
	Drop(name string) error
	// Reset forgets what the user defined and returns it.
	Reset() []Symbol
	// Value is what a variable holds, and all of its text.
	Value(name string) (value any, text string, ok bool)
	// Results is the number of the next result.
	Results() int
	// Program writes inputs as a program that compiles.
	Program(inputs []Typed) (string, error)
}

var _ Evaluator = (*interp.Interp)(nil)
