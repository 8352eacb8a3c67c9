package terminal

import "strings"

// buffer is the input being edited: lines, and where the cursor stands.
type buffer struct {
	text []rune
	pos  int
}

func (b *buffer) set(s string) {
	b.text = []rune(s)
	b.pos = len(b.text)
}

func (b *buffer) insert(s string) {
	in := []rune(s)
	t := make([]rune, 0, len(b.text)+len(in))
	t = append(append(append(t, b.text[:b.pos]...), in...), b.text[b.pos:]...)
	b.text, b.pos = t, b.pos+len(in)
}

// remove cuts [from, to) and leaves the cursor at from.
func (b *buffer) remove(from, to int) {
	t := make([]rune, 0, len(b.text))
	b.text, b.pos = append(append(t, b.text[:from]...), b.text[to:]...), from
}

func (b *buffer) lineStart() int {
	i := b.pos
	for i > 0 && b.text[i-1] != '\n' {
		i--
	}
	return i
}

func (b *buffer) lineEnd() int {
	i := b.pos
	for i < len(b.text) && b.text[i] != '\n' {
		i++
	}
	return i
}

// up moves to the same column of the line above; false on the first line.
func (b *buffer) up() bool {
	start := b.lineStart()
	if start == 0 {
		return false
	}
	col := b.pos - start
	b.pos = start - 1
	b.pos = min(b.lineStart()+col, start-1)
	return true
}

// down moves to the same column of the line below; false on the last line.
func (b *buffer) down() bool {
	end := b.lineEnd()
	if end == len(b.text) {
		return false
	}
	col := b.pos - b.lineStart()
	b.pos = end + 1
	b.pos = min(end+1+col, b.lineEnd())
	return true
}

// atIndent says that only blanks stand before the cursor on its line.
func (b *buffer) atIndent() bool {
	return strings.TrimSpace(string(b.text[b.lineStart():b.pos])) == ""
}

// givenUp says that the input ends in two empty lines, which is how one gets out of an input that never completes.
func (b *buffer) givenUp() bool {
	lines := strings.Split(string(b.text), "\n")
	n := len(lines)
	return n > 2 && b.pos == len(b.text) && strings.TrimSpace(lines[n-1]) == "" && strings.TrimSpace(lines[n-2]) == ""
}
