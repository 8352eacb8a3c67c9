package repl

import (
	"errors"
	"fmt"
	"strings"

	"github.com/mattn/go-runewidth"

	"gospark/repl/interp"
)

// printError shows an error on standard error: with the line it is about and a caret, if it is about one.
func (sh *Shell) printError(err error) {
	var e *Error
	if !errors.As(err, &e) {
		sh.cfg.Printer.Notice(sh.style.fault(err.Error()))
		return
	}
	sh.lastError = e
	sh.cfg.Printer.Notice(sh.style.located(e))
}

// located writes an error of a snippet. One of a file starts with file:line:col, one of a typed line with the line.
func (st style) located(e *Error) string {
	if e.Kind == interp.Interrupted {
		return st.fault("interrupted")
	}
	all := append([]Error{*e}, e.More...)
	var b strings.Builder
	for i, x := range all {
		if i > 0 {
			b.WriteString("\n")
		}
		msg := x.Text()
		if x.File == "" {
			if x.SourceLine == "" {
				b.WriteString(st.fault(msg))
			} else {
				b.WriteString(x.SourceLine + "\n" + caretIndent(x.SourceLine, x.Col) + st.caret("^") + " " + st.fault(msg))
			}
			continue
		}
		if x.Line > 0 {
			fmt.Fprintf(&b, "%s:%d:%d: ", x.File, x.Line, x.Col)
		}
		b.WriteString(st.fault(msg))
		if x.SourceLine != "" {
			b.WriteString("\n" + x.SourceLine + "\n" + caretIndent(x.SourceLine, x.Col) + st.caret("^"))
		}
	}
	return b.String()
}

// caretIndent is blank space as wide as the bytes of line before column col. Tabs stay tabs, so that the caret stands
// right whatever a tab stop is.
func caretIndent(line string, col int) string {
	col = min(max(col-1, 0), len(line))
	var b strings.Builder
	for _, r := range line[:col] {
		if r == '\t' {
			b.WriteByte('\t')
			continue
		}
		b.WriteString(strings.Repeat(" ", runewidth.RuneWidth(r)))
	}
	return b.String()
}
