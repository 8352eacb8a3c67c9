package terminal

import (
	"bytes"
	"fmt"
	"io"
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

	held     keyed   // the replaceable block still on screen
	progress []keyed // in the order they first came
	line     *line   // being edited; nil while something runs
	drawn    drawn
	column0  bool // the last byte out ended a line
	partOut  []byte
	partErr  []byte
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
	p.above(p.settle() + text)
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

// Replaceable prints text so that the next Replaceable with the same key takes its place, as long as nothing else
// is printed in between. Away from a terminal it is a Block.
func (p *Printer) Replaceable(key, text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.size == nil {
		p.block(text)
		return
	}
	before := ""
	if p.held.key != key {
		before = p.settle()
	}
	p.held = keyed{key, strings.TrimSuffix(text, "\n")}
	p.above(before)
}

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
		p.above(p.settle() + string((*part)[:i+1]))
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

// edit shows l as the line being edited, in the place of the one shown before.
func (p *Printer) edit(l *line) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.line == nil {
		p.freshLine()
	}
	p.line = l
	p.above("")
}

// accept leaves l on the screen as the line that was typed, however tall, with suffix behind it, and goes on below.
func (p *Printer) accept(l *line, suffix string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	w, _ := p.size()
	rows, _, _ := layout(l.prompt, l.cont, l.text, len(l.text), w)
	var b strings.Builder
	b.WriteString(p.settle())
	for i, r := range rows {
		b.WriteString(r.text)
		if i == len(rows)-1 {
			b.WriteString(suffix)
		}
		b.WriteString("\n")
	}
	b.Write(p.partOut)
	b.Write(p.partErr)
	p.partOut, p.partErr = nil, nil
	p.line = nil
	p.above(b.String())
}

// clear empties the screen and draws the area at its top.
func (p *Printer) clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.drawn = drawn{}
	p.column0 = true
	p.above(clearScreen)
}

// resized draws the area anew after the width of the screen changed. The terminal has broken the rows that became
// too wide, so the cursor is further down than it was.
func (p *Printer) resized() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.size == nil || len(p.drawn.widths) == 0 {
		return
	}
	w, _ := p.size()
	above := 0
	for _, width := range p.drawn.widths[:p.drawn.cursor] {
		above += max(1, (width+w-1)/w)
	}
	p.drawn.cursor = above + p.drawn.column/w
	p.above(eraseBelow) // rows it has joined or broken must not keep that
}

// leave moves below the area and forgets it: something else gets the screen.
func (p *Printer) leave() {
	p.mu.Lock()
	defer p.mu.Unlock()
	down := len(p.drawn.widths) - p.drawn.cursor
	if down > 0 {
		_, _ = io.WriteString(p.out, strings.Repeat("\n", down)+"\r")
	}
	p.drawn = drawn{}
}

// forget takes the area for gone.
func (p *Printer) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.drawn = drawn{}
}

// redraw draws the area, in the place of the one drawn before.
func (p *Printer) redraw() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.above("")
}

// settle makes the replaceable block permanent: it returns it as text to print.
func (p *Printer) settle() string {
	t := p.held.text
	p.held = keyed{}
	if t == "" {
		return ""
	}
	return t + "\n"
}

func (p *Printer) freshLine() {
	if !p.column0 {
		p.above("\n")
	}
}

// above takes the area off the screen, writes text and puts the area back, in one write.
func (p *Printer) above(text string) {
	var b strings.Builder
	if len(p.drawn.widths) > 0 {
		b.WriteString("\r")
		if p.drawn.cursor > 0 {
			fmt.Fprintf(&b, "\x1b[%dA", p.drawn.cursor)
		}
		if text != "" {
			b.WriteString(eraseBelow)
		}
	}
	wasDrawn := len(p.drawn.widths) > 0
	p.drawn = drawn{}
	if text != "" {
		b.WriteString(text)
		p.column0 = strings.HasSuffix(text, "\n") || text == clearScreen || text == eraseBelow
	}
	if p.column0 || p.line != nil {
		p.area(&b, wasDrawn)
	}
	if b.Len() > 0 {
		_, _ = io.WriteString(p.out, b.String())
	}
}

// area draws the area from the cursor down and clears what is left below it. It never takes more rows than the
// screen has: what scrolled away could not be replaced.
func (p *Printer) area(b *strings.Builder, overOld bool) {
	w, h := p.size()
	var rows []row
	cursorRow, cursorCol := -1, 0
	if p.line != nil {
		var edited []row
		edited, cursorRow, cursorCol = layout(p.line.prompt, p.line.cont, p.line.text, p.line.pos, w)
		if len(edited) > h {
			from := min(max(cursorRow-h/2, 0), len(edited)-h)
			edited, cursorRow = edited[from:from+h], cursorRow-from
		}
		rows = edited
	}
	var status []row
	if p.held.text != "" {
		for _, t := range strings.Split(p.held.text, "\n") {
			status = append(status, clip(t, w))
		}
	}
	for _, s := range p.progress {
		status = append(status, clip(s.text, w))
	}
	if n := h - len(rows); len(status) > n {
		status = status[len(status)-max(n, 0):]
	}
	if p.line == nil {
		if len(status) == 0 {
			if overOld {
				b.WriteString(eraseBelow)
			}
			return
		}
		// the cursor rests behind the last status line
		rows, cursorRow, cursorCol = status, len(status)-1, min(status[len(status)-1].width, w-1)
	} else {
		rows = append(status, rows...)
		cursorRow += len(status)
		if n := h - len(rows); p.line.below != nil && n > 0 {
			for _, t := range p.line.below(w, n) {
				rows = append(rows, clip(t, w))
			}
		}
	}
	for i, r := range rows {
		b.WriteString(r.text)
		if r.width < w {
			b.WriteString("\x1b[K")
		}
		if i < len(rows)-1 {
			b.WriteString("\r\n")
		}
		p.drawn.widths = append(p.drawn.widths, r.width)
	}
	if rows[len(rows)-1].width < w {
		b.WriteString(eraseBelow)
	}
	if up := len(rows) - 1 - cursorRow; up > 0 {
		fmt.Fprintf(b, "\x1b[%dA", up)
	}
	b.WriteString("\r")
	if cursorCol > 0 {
		fmt.Fprintf(b, "\x1b[%dC", cursorCol)
	}
	p.drawn.cursor, p.drawn.column = cursorRow, cursorCol
}

func endLine(s string) string {
	if strings.HasSuffix(s, "\n") {
		return s
	}
	return s + "\n"
}
