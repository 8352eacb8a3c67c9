package repl

import (
	"bufio"
	"io"
	"strings"
	"sync/atomic"

	"gospark/repl/interp/split"
	"gospark/repl/terminal"
)

// inputs is where inputs come from: a line editor, or lines as they are when there is no terminal to edit at.
// ReadInput returns terminal.ErrInterrupt when a line was interrupted and io.EOF at the end. Interrupt, Reads and
// End may be called from any goroutine.
type inputs interface {
	ReadInput(prompt, continuation string) (string, error)
	ReadUntilEOF(prompt string) (string, error)
	Interrupt() bool // false when nothing is being read
	Reads() int      // how many inputs were read
	End()
	Lend(f func() error) error
	Close() error
}

var (
	_ inputs = (*terminal.Editor)(nil)
	_ inputs = (*lines)(nil)
)

func (sh *Shell) openInputs() error {
	if sh.cfg.Terminal == nil {
		sh.in = newLines(sh.cfg.Stdin, sh.cfg.Printer, sh.goesOn)
		return nil
	}
	ed, err := terminal.NewEditor(terminal.Config{
		Terminal:   sh.cfg.Terminal,
		Printer:    sh.cfg.Printer,
		History:    sh.history,
		Incomplete: sh.goesOn,
		Complete:   sh.complete,
		Mark:       "^C",
	})
	if err != nil {
		return err
	}
	sh.in = ed
	return nil
}

// goesOn says that the input being read goes on: as its reader says, or as code does.
func (sh *Shell) goesOn(text string) bool {
	if f := sh.ends.Load(); f != nil {
		return !(*f)(text)
	}
	return incomplete(text)
}

// ReadStatement reads an input of another language than Go, for a command: lines up to one after which complete says
// that it is whole. Two empty lines end it too. Ctrl-C yields [terminal.ErrInterrupt], Ctrl-D on an empty line io.EOF.
func (sh *Shell) ReadStatement(prompt, continuation string, complete func(text string) bool) (string, error) {
	sh.ends.Store(&complete)
	defer sh.ends.Store(nil)
	return sh.in.ReadInput(prompt, continuation)
}

// incomplete says that an input goes on. Commands are one line.
func incomplete(text string) bool {
	if strings.HasPrefix(strings.TrimSpace(text), ":") {
		return false
	}
	st, _, _ := split.Status(text)
	return st == split.Incomplete
}

// lines reads inputs where no line can be edited. Its prompt goes to standard error, so that standard output holds
// results only.
type lines struct {
	in      chan string
	stop    chan struct{} // Ctrl-C
	ended   chan struct{}
	reading atomic.Bool
	reads   atomic.Int64
	printer *Printer
	goesOn  func(text string) bool
}

func newLines(in io.Reader, p *Printer, goesOn func(text string) bool) *lines {
	l := &lines{in: make(chan string), stop: make(chan struct{}, 1), ended: make(chan struct{}, 1), printer: p, goesOn: goesOn}
	go func() {
		defer close(l.in)
		r := bufio.NewReader(in)
		for {
			s, err := r.ReadString('\n')
			if s != "" {
				l.in <- strings.TrimSuffix(s, "\n")
			}
			if err != nil {
				return
			}
		}
	}()
	return l
}

func (l *lines) ReadInput(prompt, continuation string) (string, error) {
	defer l.begin()()
	text := ""
	for {
		_, _ = io.WriteString(l.printer.Stderr(), prompt)
		s, err := l.line()
		if err != nil {
			if text != "" && err == io.EOF {
				return text, nil
			}
			return text, err
		}
		if text != "" {
			text += "\n"
		}
		text += s
		if s == "" && strings.HasSuffix(text, "\n\n") || !l.goesOn(text) {
			return text, nil
		}
		prompt = continuation
	}
}

func (l *lines) ReadUntilEOF(prompt string) (string, error) {
	defer l.begin()()
	var all []string
	for {
		s, err := l.line()
		if err == io.EOF {
			return strings.Join(all, "\n"), nil
		}
		if err != nil {
			return "", err
		}
		all = append(all, s)
	}
}

// begin marks that an input is being read; what it returns marks the end.
func (l *lines) begin() (end func()) {
	l.reading.Store(true)
	return func() { l.reads.Add(1); l.reading.Store(false) }
}

func (l *lines) line() (string, error) {
	select {
	case <-l.ended:
		l.ended <- struct{}{}
		return "", io.EOF
	default:
	}
	select {
	case s, ok := <-l.in:
		if !ok {
			return "", io.EOF
		}
		return s, nil
	case <-l.stop:
		return "", terminal.ErrInterrupt
	case <-l.ended:
		l.ended <- struct{}{}
		return "", io.EOF
	}
}

func (l *lines) Interrupt() bool {
	if !l.reading.Load() {
		return false
	}
	select {
	case l.stop <- struct{}{}:
	default:
	}
	return true
}

func (l *lines) Reads() int { return int(l.reads.Load()) }

func (l *lines) End() {
	select {
	case l.ended <- struct{}{}:
	default:
	}
}

func (l *lines) Lend(f func() error) error { return f() }

// Close leaves the reading goroutine to the end of its input: a blocked read cannot be called off.
func (l *lines) Close() error { return nil }
