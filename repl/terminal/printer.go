package terminal

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"sync"
)

// Printer is the only one that writes to the terminal (or to the files standing in for it). At a terminal the
// lower end of what it wrote is the area: replaceable and progress lines, then the line being edited. Text goes
// above it. Away from a terminal, text is all there is, and goes out as it comes.
//
// All methods may be called from any goroutine. Each call is one write: what it prints is never torn apart.
type Printer struct {
	mu       sync.Mutex
	out, err io.Writer
	size     func() (width, height int) // nil: out is not a terminal
	errTTY   bool                       // err reaches the same screen

	held     []keyed // the replaceable blocks still on screen
	progress []keyed // in the order they first came
	line     *line   // being edited; nil while something runs
	drawn    drawn
	column0  bool // the last byte out ended a line
	partOut  []byte
	partErr  []byte
	lent     *lent // a view has the screen; nil if none
}

type keyed struct{ key, text string }

// line is what the editor shows.
type line struct {
	prompt, cont string
	text         []rune
	pos          int
	below        func(width, height int) []string // completion candidates and the like; nil for none
}

// drawn remembers the area as it stands on the screen.
type drawn struct {
	widths []int
	cursor int // row the cursor is in
	column int
}

const (
	eraseBelow  = "\x1b[J"
	clearScreen = "\x1b[H\x1b[2J"
)

// NewPrinter returns a printer for files and pipes: no escape sequences, nothing held back.
func NewPrinter(out, err io.Writer) *Printer {
	return &Printer{out: out, err: err, column0: true}
}

// NewTerminalPrinter returns a printer for the screen of t. Whether err reaches that screen too is said by errTTY;
// if not, it is written to as it comes and carries no progress lines.
func NewTerminalPrinter(t *Terminal, err io.Writer, errTTY bool) *Printer {
	return &Printer{out: t.out, err: err, size: t.Size, errTTY: errTTY, column0: true}
}

// Terminal says whether the printer writes to a terminal, where lines can be replaced.
func (p *Printer) Terminal() bool { return p.size != nil }

// Size returns the columns and rows of the screen; 80x24 away from a terminal.
func (p *Printer) Size() (width, height int) {
	if p.size == nil {
		return 80, 24
	}
	return p.size()
}

// Block prints text whole, above the line being edited. A missing line end is added.
func (p *Printer) Block(text string) {
	if text == "" {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.block(text)
}

func (p *Printer) block(text string) {
	text = endLine(text)
	if p.size == nil {
		_, _ = io.WriteString(p.out, text)
		return
	}
	p.above(p.settled() + text)
}

// Notice prints text as Block does, on standard error.
func (p *Printer) Notice(text string) {
	if text == "" {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.size != nil && p.errTTY {
		p.block(text)
		return
	}
	_, _ = io.WriteString(p.err, endLine(text))
}

// Replaceable prints text so that the next Replaceable with the same key takes its place. While a line is edited it stays
// below what else is printed; it becomes permanent when the line is entered, when something is printed while none is
// edited, or by an empty text of the same key. Away from a terminal it is a Block.
func (p *Printer) Replaceable(key, text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if text == "" {
		p.release(key)
		return
	}
	if p.size == nil {
		p.block(text)
		return
	}
	before, held := "", keyed{key, strings.TrimSuffix(text, "\n")}
	if i := slices.IndexFunc(p.held, func(k keyed) bool { return k.key == key }); i >= 0 {
		p.held[i] = held
	} else {
		if len(p.held) == maxHeld {
			before = p.settle()
		}
		p.held = append(p.held, held)
	}
	p.above(before)
}

// maxHeld is how many replaceable blocks are kept apart: they should leave the line being edited on the screen.
const maxHeld = 4

// Progress shows one line at the bottom of the screen, above the line being edited, until it is taken away by an
// empty text. Unless standard error is the terminal it does nothing.
func (p *Printer) Progress(key, text string) {
	if p.size == nil || !p.errTTY {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range p.progress {
		if p.progress[i].key != key {
			continue
		}
		if p.progress[i].text == text {
			return
		}
		if text == "" {
			p.progress = append(p.progress[:i:i], p.progress[i+1:]...)
		} else {
			p.progress[i].text = text
		}
		p.above("")
		return
	}
	if text != "" {
		p.progress = append(p.progress, keyed{key, text})
		p.above("")
	}
}

// Stdout is for writers that know nothing of lines. While a line is edited, only whole lines appear; the rest waits
// for its end, or for the end of the editing.
func (p *Printer) Stdout() io.Writer { return stream{p, false} }

// Stderr is Stdout for standard error.
func (p *Printer) Stderr() io.Writer { return stream{p, true} }

type stream struct {
	p   *Printer
	err bool
}

func (s stream) Write(b []byte) (int, error) {
	p := s.p
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case s.err && (p.size == nil || !p.errTTY):
		return p.err.Write(b)
	case p.size == nil:
		return p.out.Write(b)
	case p.line == nil:
		p.above(p.settle() + string(b))
		return len(b), nil
	}
	part := &p.partOut
	if s.err {
		part = &p.partErr
	}
	*part = append(*part, b...)
	if i := bytes.LastIndexByte(*part, '\n'); i >= 0 {
		p.above(p.settled() + string((*part)[:i+1]))
		*part = append([]byte(nil), (*part)[i+1:]...)
	}
	return len(b), nil
}

// Close takes progress lines off the screen and leaves the cursor on a line of its own.
func (p *Printer) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.size == nil {
		return
	}
	p.progress = nil
	p.above(p.settle() + string(p.partOut) + string(p.partErr))
	p.partOut, p.partErr = nil, nil
	p.freshLine()
}

func endLine(s string) string {
	if strings.HasSuffix(s, "\n") {
		return s
	}
	return s + "\n"
}
