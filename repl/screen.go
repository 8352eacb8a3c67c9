package repl

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gospark/repl/interp"
	"gospark/repl/terminal"
)

// What commands do with a terminal beyond printing, and with what the user has defined.

type (
	// View is what fills the screen; see package terminal.
	View = terminal.View
	// Key is a key that a View gets.
	Key = terminal.Key
)

// ErrNoTerminal says that a command needs a terminal to draw on.
var ErrNoTerminal = errors.New("there is no terminal to draw on")

// Terminal says whether the user sits at a terminal, so that a View can be shown and a line be proposed.
func (sh *Shell) Terminal() bool {
	_, ok := sh.in.(*terminal.Editor)
	return ok
}

// Show gives the screen to v until the user leaves it, drawing it anew every so often, unless every is 0.
func (sh *Shell) Show(v View, every time.Duration) error {
	ed, ok := sh.in.(*terminal.Editor)
	if !ok {
		return ErrNoTerminal
	}
	return sh.interruptible(func(ctx context.Context) error {
		var refresh <-chan time.Time
		if every > 0 {
			t := time.NewTicker(every)
			defer t.Stop()
			refresh = t.C
		}
		return ed.Show(ctx, v, refresh)
	})
}

// Page shows text a page at a time.
func (sh *Shell) Page(text string) error { return sh.Show(terminal.NewPager(text), 0) }

// Propose puts text into the next input, for the user to change or to enter. Without a terminal it does nothing.
func (sh *Shell) Propose(text string) {
	if ed, ok := sh.in.(*terminal.Editor); ok {
		ed.Propose(text)
	}
}

// Value is what a variable holds and all of its text; the last result's for an empty name.
func (sh *Shell) Value(name string) (value any, text string, err error) {
	if name == "" {
		if name = sh.lastValue; name == "" {
			return nil, "", errors.New("there is no result yet")
		}
	}
	value, text, ok := sh.cfg.Interp.Value(name)
	if !ok {
		return nil, "", fmt.Errorf("no variable %q; :vars lists them", name)
	}
	return value, text, nil
}

// checked is the variable that Holds leaves behind for a moment.
const checked = "_holds"

// Holds evaluates a condition on what the user has defined, without a result that could be seen. A condition that cannot
// be evaluated, because a name is missing for example, does not hold.
func (sh *Shell) Holds(condition string) (ok bool, err error) {
	return ok, sh.interruptible(func(ctx context.Context) error {
		err := sh.cfg.Interp.Eval(ctx, Source{Text: checked + " := bool(" + condition + ")", Line: 1}, nil)
		if e := (*Error)(nil); errors.As(err, &e) && e.Kind == interp.Interrupted || ctx.Err() != nil {
			return context.Canceled
		}
		if err != nil {
			return nil
		}
		value, _, _ := sh.cfg.Interp.Value(checked)
		ok, _ = value.(bool)
		return sh.cfg.Interp.Drop(checked)
	})
}

// Variables are the variables and constants the user has defined.
func (sh *Shell) Variables() []Symbol { return sh.cfg.Interp.Vars() }
