package interp

import (
	"errors"
	"fmt"
	"go/scanner"
	"go/token"
	"go/types"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/mattn/go-runewidth"
)

// Kind says what stopped an evaluation.
type Kind int

const (
	Syntax      Kind = iota // the text is not Go
	Type                    // it does not type-check; nothing was run
	Panic                   // it was run and panicked
	Interrupted             // the context was cancelled
	Exit                    // os.Exit or log.Fatal
	Refused                 // it is Go, but the interpreter cannot run it rightly
)

var kindNames = [...]string{"syntax error", "type error", "panic", "interrupted", "exit", "refused"}

func (k Kind) String() string { return kindNames[k] }

// An Error is why an evaluation ended, and where in the user's text.
type Error struct {
	Kind       Kind
	File       string
	Line, Col  int // counted from 1, Col in bytes; 0 when there is no place
	Msg        string
	SourceLine string
	More       []Error // further type errors of the same input
	Value      any     // what was panicked with
	Code       int     // of an Exit
	Trace      string  // the interpreted calls a panic passed, innermost first
}

func (e *Error) Error() string {
	var b strings.Builder
	if e.Line > 0 {
		if e.File != "" {
			b.WriteString(e.File + ":")
		}
		fmt.Fprintf(&b, "%d:%d: ", e.Line, e.Col)
	}
	b.WriteString(e.Msg)
	return b.String()
}

// Unwrap gives the error that was panicked with, if it was one.
func (e *Error) Unwrap() error {
	if err, ok := e.Value.(error); ok {
		return err
	}
	return nil
}

// cause is what to go on panicking with.
func (e *Error) cause() any {
	if e.Value != nil && e.Kind == Panic {
		return e.Value
	}
	return e
}

// Format writes the error for people: the line of the source, and under it a caret and the message. A
// message that does not fit into w columns goes on a line of its own; w of 0 means any width fits.
func (e *Error) Format(w int) string {
	var b strings.Builder
	e.formatOne(&b, w)
	for i := range e.More {
		b.WriteByte('\n')
		e.More[i].formatOne(&b, w)
	}
	return b.String()
}

// A Mistake is panicked with by compiled packages to stop a snippet that uses them wrongly. It is not shown as a panic.
type Mistake interface {
	error
	// Condition is the mistake's name, if it has one.
	Condition() string
}

// Text is the message, marked as that of a panic where it is one.
func (e *Error) Text() string {
	if _, ok := e.Value.(Mistake); e.Kind == Panic && !ok {
		return "panic: " + e.Msg
	}
	return e.Msg
}

func (e *Error) formatOne(b *strings.Builder, w int) {
	msg := e.Text()
	if e.Line == 0 || e.SourceLine == "" {
		b.WriteString(msg)
		return
	}
	if e.File != "" {
		fmt.Fprintf(b, "%s:%d:%d:\n", e.File, e.Line, e.Col)
	}
	b.WriteString(e.SourceLine)
	b.WriteByte('\n')
	before := e.SourceLine
	if e.Col-1 < len(before) {
		before = before[:max(e.Col-1, 0)]
	}
	column := 0
	for _, r := range before {
		if r == '\t' {
			b.WriteByte('\t') // as wide as the one above it
			column = (column/8 + 1) * 8
			continue
		}
		n := runewidth.RuneWidth(r)
		b.WriteString(strings.Repeat(" ", n))
		column += n
	}
	b.WriteByte('^')
	if w > 0 && column+2+runewidth.StringWidth(msg) > w {
		b.WriteByte('\n')
	} else {
		b.WriteByte(' ')
	}
	b.WriteString(msg)
}

// A source is a text that was given to Eval.
type source struct {
	Source
	name  string // in token.FileSet
	lines []string
}

func (in *Interp) addSource(src Source) *source {
	if src.Line == 0 {
		src.Line = 1
	}
	in.places.Lock()
	defer in.places.Unlock()
	s := &source{Source: src, name: "s" + strconv.Itoa(len(in.places.sources)), lines: strings.Split(src.Text, "\n")}
	in.places.sources = append(in.places.sources, s)
	return s
}

type places struct {
	sync.Mutex
	sources []*source
}

// locate fills in the place and the line of an error.
func (in *Interp) locate(e *Error, name string, line, col int) {
	n, err := strconv.Atoi(strings.TrimPrefix(strings.TrimSuffix(name, "/_.go"), "s"))
	in.places.Lock()
	defer in.places.Unlock()
	if err != nil || n < 0 || n >= len(in.places.sources) || line < 1 {
		return
	}
	s := in.places.sources[n]
	line = min(line, len(s.lines))
	e.File, e.Line, e.Col = s.File, s.Line+line-1, col
	e.SourceLine = strings.TrimRight(s.lines[line-1], "\r")
	e.Col = min(e.Col, len(e.SourceLine)+1)
}

func (in *Interp) errorAt(kind Kind, pos token.Position, msg string) *Error {
	e := &Error{Kind: kind, Msg: msg}
	in.locate(e, pos.Filename, pos.Line, pos.Column)
	return e
}

// syntaxError makes an Error of what go/parser reports.
func (in *Interp) syntaxError(err error) *Error {
	var list scanner.ErrorList
	if !errors.As(err, &list) || len(list) == 0 {
		return &Error{Kind: Syntax, Msg: err.Error()}
	}
	return in.errorAt(Syntax, list[0].Pos, list[0].Msg)
}

// typeErrors makes one Error of what go/types reports.
func (in *Interp) typeErrors(errs []types.Error) *Error {
	var first *Error
	for _, t := range errs {
		e := in.errorAt(Type, in.fset.Position(t.Pos), t.Msg)
		if first == nil {
			first = e
		} else if len(first.More) < 9 {
			first.More = append(first.More, *e)
		}
	}
	return first
}

// panicError makes an Error of what interpreted code panicked with, already freed of yaegi's wrapping.
func (in *Interp) panicError(v any, trace string) *Error {
	e := &Error{Kind: Panic, Value: v, Trace: trace}
	switch x := v.(type) {
	case exit:
		e.Kind, e.Code, e.Msg = Exit, x.code, x.msg
		return e
	case unrepresentable:
		e.Kind, e.Msg = Refused, x.msg
	case *Error:
		return x
	case interface {
		Mistake
		Detail() string // with the place in a text of another language
	}:
		e.Msg = strings.TrimRight(x.Detail(), "\n")
	case error:
		e.Msg = x.Error()
		if _, ok := x.(runtime.Error); ok && !strings.HasPrefix(e.Msg, "runtime error") && !strings.HasPrefix(e.Msg, "interface conversion") && !strings.HasPrefix(e.Msg, "assignment to entry") {
			e.Msg = "runtime error: " + e.Msg
		}
	default:
		e.Msg = fmt.Sprint(in.printable(x))
	}
	for line := range strings.Lines(trace) { // what helpers were written for has no place of its own
		if in.locateFrame(e, strings.TrimSuffix(line, "\n")); e.Line > 0 {
			break
		}
	}
	return e
}

// locateFrame reads "s3:12:5: panic: main.f(...)".
func (in *Interp) locateFrame(e *Error, frame string) {
	parts := strings.SplitN(frame, ":", 4)
	if len(parts) < 4 {
		return
	}
	line, err1 := strconv.Atoi(parts[1])
	col, err2 := strconv.Atoi(parts[2])
	if err1 == nil && err2 == nil {
		in.locate(e, parts[0], line, col)
	}
}

// traces keeps what yaegi writes about the frames a panic passes, by goroutine. Only the most recent
// goroutines are kept: panics that compiled code recovers from are never asked for.
type traces struct {
	written atomic.Int64 // since they were last looked at
	mu      sync.Mutex
	lines   map[uint64][]string
	order   []uint64
}

const (
	tracesKept = 64
	framesKept = 64
)

// Write takes "file:line:col: panic: main.f(...)". It is called on the panicking goroutine.
func (t *traces) Write(p []byte) (int, error) {
	if t.written.Add(1) > framesKept { // a deep recursion has ended: finding the goroutine would take long
		return len(p), nil
	}
	id := goroutine()
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.lines == nil {
		t.lines = map[uint64][]string{}
	}
	if _, ok := t.lines[id]; !ok {
		t.order = append(t.order, id)
		if len(t.order) > tracesKept {
			delete(t.lines, t.order[0])
			t.order = t.order[1:]
		}
	}
	t.lines[id] = append(t.lines[id], string(p))
	return len(p), nil
}

// take returns and forgets what is known about a goroutine.
func (t *traces) take(id uint64) string {
	t.written.Store(0)
	t.mu.Lock()
	defer t.mu.Unlock()
	lines, ok := t.lines[id]
	if !ok {
		return ""
	}
	delete(t.lines, id)
	for i, o := range t.order {
		if o == id {
			t.order = append(t.order[:i], t.order[i+1:]...)
			break
		}
	}
	return strings.Join(lines, "")
}
