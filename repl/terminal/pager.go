package terminal

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// A Pager is a View of text that may be longer and wider than the screen.
type Pager struct {
	lines     []string
	wide      int
	top, left int
	width     int
	height    int // of the text, when it was drawn last
}

var _ View = (*Pager)(nil)

// NewPager shows text from its beginning. Tabs are spread as they are at the prompt.
func NewPager(text string) *Pager {
	p := &Pager{lines: strings.Split(strings.TrimSuffix(text, "\n"), "\n")}
	for i, l := range p.lines {
		p.lines[i] = spread(l)
		p.wide = max(p.wide, textWidth(p.lines[i]))
	}
	return p
}

// spread replaces tabs.
func spread(s string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(s, "\t") {
		if b.Len() > 0 {
			b.WriteString(strings.Repeat(" ", tabStop-textWidth(b.String())%tabStop))
		}
		b.WriteString(part)
	}
	return b.String()
}

// Draw is the lines of the page, and one that says where it is.
func (p *Pager) Draw(width, height int) []string {
	p.width, p.height = width, max(height-1, 1)
	p.move(0)
	page := p.lines[p.top:min(p.top+p.height, len(p.lines))]
	out := make([]string, 0, height)
	for _, l := range page {
		out = append(out, from(l, p.left))
	}
	for len(out) < p.height {
		out = append(out, "~")
	}
	return append(out, fmt.Sprintf("lines %d-%d of %d · arrows, Space, b, g, G move · q leaves", p.top+1, p.top+len(page), len(p.lines)))
}

// from is s without its first columns.
func from(s string, columns int) string {
	for n := 0; n < columns && s != ""; {
		r, k := utf8.DecodeRuneInString(s)
		n += textWidth(string(r))
		s = s[k:]
	}
	return s
}

func (p *Pager) move(by int) {
	p.top = max(min(p.top+by, len(p.lines)-p.height), 0)
}

func (p *Pager) shift(by int) {
	p.left = max(min(p.left+by, p.wide-p.width), 0)
}

// pagerKeys are those of other pagers.
var pagerKeys = map[Key]func(p *Pager){
	KeyUp: func(p *Pager) { p.move(-1) }, 'k': func(p *Pager) { p.move(-1) },
	KeyDown: func(p *Pager) { p.move(1) }, 'j': func(p *Pager) { p.move(1) }, KeyEnter: func(p *Pager) { p.move(1) },
	KeyPageUp: func(p *Pager) { p.move(-p.height) }, 'b': func(p *Pager) { p.move(-p.height) },
	KeyPageDown: func(p *Pager) { p.move(p.height) }, ' ': func(p *Pager) { p.move(p.height) },
	KeyHome: func(p *Pager) { p.top = 0 }, 'g': func(p *Pager) { p.top = 0 },
	KeyEnd: func(p *Pager) { p.move(len(p.lines)) }, 'G': func(p *Pager) { p.move(len(p.lines)) },
	KeyLeft: func(p *Pager) { p.shift(-p.width / 2) }, KeyRight: func(p *Pager) { p.shift(p.width / 2) },
}

// Key moves the page; q and Ctrl-C leave.
func (p *Pager) Key(k Key) (leave bool) {
	if f := pagerKeys[k]; f != nil {
		f(p)
	}
	return k == 'q' || k == KeyInterrupt
}
