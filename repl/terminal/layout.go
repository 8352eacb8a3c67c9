package terminal

import (
	"strings"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
)

const tabStop = 4

// columns knows how wide a rune is. Ambiguous characters count one column whatever the locale says, which is what
// terminals draw unless told otherwise.
var columns = runewidth.Condition{}

// row is one line of the screen: what is written, and how many columns it takes.
type row struct {
	text  string
	width int
}

// layout breaks a prompt and the text behind it into rows of at most width columns. Lines after the first carry
// cont in the prompt's place. cursorRow and cursorCol tell where text[pos] stands, or the end of the text.
func layout(prompt, cont string, text []rune, pos, width int) (rows []row, cursorRow, cursorCol int) {
	b := rowBuilder{width: max(width, 2)}
	b.lead(prompt)
	for i, r := range text {
		if r == '\n' {
			if i == pos {
				b.mark()
			}
			b.end()
			b.lead(cont)
			continue
		}
		s, w := string(r), columns.RuneWidth(r)
		if r == '\t' {
			w = tabStop - (b.col-b.start)%tabStop
			s = strings.Repeat(" ", w)
		}
		b.room(w)
		if i == pos {
			b.mark()
		}
		b.put(s, w)
	}
	if pos >= len(text) {
		b.room(1) // the cursor behind a full row stands on the next one
		b.mark()
	}
	b.end()
	return b.rows, b.cursorRow, b.cursorCol
}

type rowBuilder struct {
	width                int
	rows                 []row
	cur                  strings.Builder
	col, start           int
	cursorRow, cursorCol int
}

func (b *rowBuilder) lead(prompt string) {
	b.put(prompt, textWidth(prompt))
	b.start = b.col
}

// room starts another row unless w more columns fit.
func (b *rowBuilder) room(w int) {
	if b.col+w > b.width {
		b.end()
		b.start = 0
	}
}

func (b *rowBuilder) put(s string, w int) {
	b.cur.WriteString(s)
	b.col += w
}

func (b *rowBuilder) mark() { b.cursorRow, b.cursorCol = len(b.rows), b.col }

func (b *rowBuilder) end() {
	b.rows = append(b.rows, row{b.cur.String(), min(b.col, b.width)})
	b.cur.Reset()
	b.col = 0
}

// textWidth counts the columns of s; colour sequences take none.
func textWidth(s string) int {
	n := 0
	for len(s) > 0 {
		if k := colourSequence(s); k > 0 {
			s = s[k:]
			continue
		}
		r, k := utf8.DecodeRuneInString(s)
		n += columns.RuneWidth(r)
		s = s[k:]
	}
	return n
}

// colourSequence returns the length of the SGR sequence s starts with, or 0.
func colourSequence(s string) int {
	if !strings.HasPrefix(s, "\x1b[") {
		return 0
	}
	if i := strings.IndexByte(s, 'm'); i > 0 {
		return i + 1
	}
	return 0
}

// clip cuts s to at most width columns, the last one being … when something is cut. Colours are kept and ended.
func clip(s string, width int) row {
	if w := textWidth(s); w <= width {
		return row{s, w}
	}
	var b strings.Builder
	n, coloured := 0, false
	for len(s) > 0 {
		if k := colourSequence(s); k > 0 {
			b.WriteString(s[:k])
			s, coloured = s[k:], true
			continue
		}
		r, k := utf8.DecodeRuneInString(s)
		w := columns.RuneWidth(r)
		if n+w > width-1 {
			break
		}
		b.WriteRune(r)
		n += w
		s = s[k:]
	}
	b.WriteString("…")
	if coloured {
		b.WriteString("\x1b[0m")
	}
	return row{b.String(), n + 1}
}
