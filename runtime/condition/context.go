package condition

import (
	"fmt"
	"strings"
)

// Detail is the error with the place in the query text, as Spark prints it. A syntax error shows the whole text with a
// mark under the word, any other error the lines of the expression or statement with all of it underlined.
func (e *Error) Detail() string {
	switch {
	case e.Query == nil:
		return e.Error()
	case e.condition == "PARSE_SYNTAX_ERROR":
		return fmt.Sprintf("%s (line %d, pos %d)\n\n== SQL ==\n%s", e.Error(), e.Query.Line, e.Query.Column-1, e.Query.mark())
	}
	return fmt.Sprintf("%s\n== SQL (line %d, position %d) ==\n%s", e.Error(), e.Query.Line, e.Query.Column, e.Query.underline())
}

// mark is the text with ---^^^ behind the line of the context.
func (c *Context) mark() string {
	var b strings.Builder
	for i, line := range strings.Split(c.Text, "\n") {
		b.WriteString(line + "\n")
		if i+1 == c.Line {
			b.WriteString(strings.Repeat("-", c.Column-1) + "^^^\n")
		}
	}
	return b.String()
}

// extraText is how many characters of a line are shown before and behind what is underlined.
const extraText = 32

// underline is the lines of the context, each with a line of ^ below it.
func (c *Context) underline() string {
	text := []rune(c.Text)
	start := len([]rune(c.Text[:c.Offset]))
	end := start + len([]rune(c.Text[c.Offset:c.Offset+c.Len]))
	from, to := start, end
	for from > 0 && start-from < extraText && text[from-1] != '\n' {
		from--
	}
	for to < len(text) && to-end < extraText && text[to] != '\n' {
		to++
	}
	cut := [2]bool{from > 0 && text[from-1] != '\n', to < len(text) && text[to] != '\n'}
	var b strings.Builder
	var above, below strings.Builder
	flush := func() {
		b.WriteString(above.String() + "\n" + strings.TrimRight(below.String(), " ") + "\n")
		above.Reset()
		below.Reset()
	}
	if cut[0] {
		above.WriteString("...")
		below.WriteString("   ")
	}
	for i := from; i < to; i++ {
		if text[i] == '\n' {
			flush()
			continue
		}
		above.WriteRune(text[i])
		if i >= start && i < end {
			below.WriteByte('^')
		} else {
			below.WriteByte(' ')
		}
	}
	if cut[1] {
		above.WriteString("...")
	}
	flush()
	return b.String()
}
