package repl

import (
	"errors"
	"strings"
	"time"

	"gospark/repl/interp"
)

// RunScript evaluates sources one after the other without showing results, stops what runs, and returns the exit
// code: 0, 1 after an error, 130 when it was interrupted, what os.Exit was called with. The first error ends it and
// is written to standard error with its place.
func (sh *Shell) RunScript(sources ...Source) int {
	sh.signals = watchSignals(sh)
	defer sh.signals.stop()
	defer sh.cfg.Printer.Close()
	code := 0
	for _, src := range sources {
		src.Text, src.Script = withoutShebang(src.Text), true
		err := sh.evaluate(src, nil)
		if failure := sh.failed(); failure != nil {
			err = failure
		}
		if code = sh.scriptError(err); code != 0 || sh.leaving() {
			break
		}
	}
	sh.mu.Lock()
	sh.code = code
	sh.mu.Unlock()
	return sh.close()
}

// Fail ends a script with an error that its evaluation does not return, such as a panic in one of its goroutines. What
// runs is interrupted, and given up if it does not stop.
func (sh *Shell) Fail(err error) {
	sh.mu.Lock()
	first := sh.failure == nil
	if first {
		sh.failure = err
	}
	sh.mu.Unlock()
	if first && sh.interrupt() {
		time.AfterFunc(2*interruptWithin, func() { sh.interrupt() })
	}
}

func (sh *Shell) failed() error {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	return sh.failure
}

func (sh *Shell) scriptError(err error) int {
	if err == nil {
		return 0
	}
	var e *Error
	if errors.As(err, &e) && e.Kind == interp.Exit {
		return e.Code
	}
	sh.printError(err)
	if errors.Is(err, errAbandoned) || e != nil && e.Kind == interp.Interrupted {
		return exitInterrupted
	}
	return 1
}

// withoutShebang blanks a first line that starts with #!, keeping the numbers of the others.
func withoutShebang(text string) string {
	if !strings.HasPrefix(text, "#!") {
		return text
	}
	if i := strings.IndexByte(text, '\n'); i >= 0 {
		return text[i:]
	}
	return ""
}
