// Package vttest shows tests what a user would see: a screen that understands the escape sequences terminals agree
// on, and a console that puts a pseudo-terminal in front of one.
package vttest

import (
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
)

// Screen is the model of a terminal's screen and of what scrolled off it. Writing to it changes it; Changed tells
// when. Its methods may be called from any goroutine.
type Screen struct {
	mu      sync.Mutex
	w, h    int
	lines   []screenLine // all there ever were; the last h are visible
	row     int          // of the cursor, in lines
	col     int
	pending bool // the last column is filled, the next character wraps
	esc     []byte
	modes   map[string]bool
	usual   *saved   // nil unless the other screen is shown
	odd     []string // sequences not understood
	changed chan struct{}
	raw     strings.Builder
}

type screenLine struct {
	cells   []rune // 0 is the right half of a wide character
	wrapped bool   // goes on in the next line
}

// NewScreen returns an empty screen.
func NewScreen(w, h int) *Screen {
	return &Screen{w: w, h: h, lines: make([]screenLine, 1), modes: map[string]bool{}, changed: make(chan struct{})}
}

// Changed is closed at the next change.
func (s *Screen) Changed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changed
}

// All is Text with everything that scrolled off the top.
func (s *Screen) All() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text(0)
}

// Mode says whether a private mode, such as "?2004", is set.
func (s *Screen) Mode(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.modes[name]
}

// Unknown returns the sequences that were not understood.
func (s *Screen) Unknown() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.odd
}

func (s *Screen) text(from int) string {
	var out []string
	for _, l := range s.lines[min(from, len(s.lines)):] {
		var b strings.Builder
		for _, r := range l.cells {
			if r != 0 {
				b.WriteRune(r)
			}
		}
		out = append(out, strings.TrimRight(b.String(), " "))
	}
	return strings.TrimRight(strings.Join(out, "\n"), "\n")
}

func (s *Screen) top() int { return max(len(s.lines)-s.h, 0) }

// Resize changes the size as terminals do: lines that were broken by the width are joined and broken anew.
func (s *Screen) Resize(w, h int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var lines []screenLine
	row, col := 0, 0
	for i := 0; i < len(s.lines); {
		var logical []rune
		at := -1
		for ; ; i++ {
			if i == s.row {
				at = len(logical) + s.col
			}
			logical = append(logical, s.lines[i].cells...)
			if !s.lines[i].wrapped || i+1 == len(s.lines) {
				i++
				break
			}
		}
		first := len(lines)
		for {
			n := min(w, len(logical))
			if n < len(logical) && logical[n] == 0 {
				n--
			}
			lines = append(lines, screenLine{cells: logical[:n:n], wrapped: n < len(logical)})
			logical = logical[n:]
			if len(logical) == 0 {
				break
			}
		}
		if at >= 0 {
			row, col = first+at/w, at%w
			for row >= len(lines) {
				lines = append(lines, screenLine{})
			}
		}
	}
	s.w, s.h, s.lines, s.row, s.col, s.pending = w, h, lines, row, col, false
	s.touch()
}

func (s *Screen) touch() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// saved is the usual screen while the other one is shown.
type saved struct {
	lines    []screenLine
	row, col int
}

// change shows the other screen, which is empty then, or the usual one as it was left.
func (s *Screen) change(other bool) {
	switch {
	case other && s.usual == nil:
		s.usual = &saved{s.lines, s.row, s.col}
		s.lines, s.row, s.col = make([]screenLine, 1), 0, 0
	case !other && s.usual != nil:
		s.lines, s.row, s.col = s.usual.lines, s.usual.row, s.usual.col
		s.usual = nil
	}
	s.pending = false
}

// Write draws b.
func (s *Screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.raw.Write(b)
	data := append(s.esc, b...)
	s.esc = nil
	for len(data) > 0 {
		n := s.step(data)
		if n == 0 {
			s.esc = append([]byte(nil), data...)
			break
		}
		data = data[n:]
	}
	s.touch()
	return len(b), nil
}

// step carries out the first character or sequence and returns its length; 0 when it is not all there.
func (s *Screen) step(b []byte) int {
	switch b[0] {
	case '\r':
		s.col, s.pending = 0, false
		return 1
	case '\n':
		s.down()
		return 1
	case '\b':
		s.col, s.pending = max(s.col-1, 0), false
		return 1
	case '\t':
		s.col = min((s.col/8+1)*8, s.w-1)
		return 1
	case 7:
		return 1
	case 0x1b:
		if len(b) < 2 {
			return 0
		}
		if b[1] != '[' {
			s.odd = append(s.odd, string(b[:2]))
			return 2
		}
		for i := 2; i < len(b); i++ {
			if b[i] >= 0x40 && b[i] <= 0x7e {
				s.control(string(b[2:i]), b[i])
				return i + 1
			}
		}
		return 0
	}
	if !utf8.FullRune(b) {
		return 0
	}
	r, n := utf8.DecodeRune(b)
	s.put(r)
	return n
}

func (s *Screen) down() {
	s.row++
	if s.row == len(s.lines) {
		s.lines = append(s.lines, screenLine{})
	}
	s.pending = false
}

func (s *Screen) put(r rune) {
	c := runewidth.Condition{}
	w := c.RuneWidth(r)
	if w == 0 {
		return
	}
	if s.pending || s.col+w > s.w {
		s.lines[s.row].wrapped = true
		s.down()
		s.col = 0
	}
	l := &s.lines[s.row]
	for len(l.cells) < s.col+w {
		l.cells = append(l.cells, ' ')
	}
	l.cells[s.col] = r
	if w == 2 {
		l.cells[s.col+1] = 0
	}
	if s.col += w; s.col >= s.w {
		s.col, s.pending = s.w-1, true
	}
}

func (s *Screen) control(params string, final byte) {
	n, _ := strconv.Atoi(strings.Split(params, ";")[0])
	count := max(n, 1)
	cut := func(row, from int) {
		l := &s.lines[row]
		l.cells, l.wrapped = l.cells[:min(from, len(l.cells))], false
	}
	switch final {
	case 'm':
		return
	case 'h', 'l':
		s.modes[params] = final == 'h'
		if params == "?1049" {
			s.change(final == 'h')
		}
		return
	case 'A':
		s.row = max(s.row-count, s.top())
	case 'B':
		s.row = min(s.row+count, len(s.lines)-1)
	case 'C':
		s.col = min(s.col+count, s.w-1)
	case 'D':
		s.col = max(s.col-count, 0)
	case 'H':
		s.row, s.col = s.top(), 0
	case 'K':
		cut(s.row, map[int]int{0: s.col, 2: 0}[n])
	case 'J':
		if n == 2 { // a cleared screen starts below what was on it
			for range s.h {
				s.lines = append(s.lines, screenLine{})
			}
			s.row, s.col = s.top(), 0
			break
		}
		cut(s.row, s.col)
		for i := s.row + 1; i < len(s.lines); i++ {
			s.lines[i] = screenLine{}
		}
	default:
		s.odd = append(s.odd, "\x1b["+params+string(final))
	}
	s.pending = false
}
