package terminal

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// The part of a printer that knows what stands at the lower end of the screen.

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

// settle makes the replaceable blocks permanent: it returns them as text to print.
func (p *Printer) settle() string {
	var b strings.Builder
	for _, k := range p.held {
		b.WriteString(endLine(k.text))
	}
	p.held = nil
	return b.String()
}

// settled is settle where nothing else keeps the replaceable blocks apart from what is printed next.
func (p *Printer) settled() string {
	if p.line != nil {
		return ""
	}
	return p.settle()
}

// release makes one replaceable block permanent.
func (p *Printer) release(key string) {
	i := slices.IndexFunc(p.held, func(k keyed) bool { return k.key == key })
	if i < 0 {
		return
	}
	text := p.held[i].text
	p.held = slices.Delete(p.held, i, i+1)
	p.above(endLine(text))
}

func (p *Printer) freshLine() {
	if !p.column0 {
		p.above("\n")
	}
}

// above takes the area off the screen, writes text and puts the area back, in one write.
func (p *Printer) above(text string) {
	if p.lent != nil {
		p.lent.keep(text)
		return
	}
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
	for _, k := range p.held {
		for _, t := range strings.Split(k.text, "\n") {
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
