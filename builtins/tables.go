package builtins

import (
	"bytes"
	"io"
	"regexp"
	"strings"
	"sync/atomic"

	"github.com/mattn/go-runewidth"

	"gospark/repl"
)

// Tables is where the session prints, on a terminal: with :set table pretty, tables in Spark's text are drawn with lines
// instead. What is no table, or has cells of several lines, stays as it is. One Write is one whole block.
type Tables struct {
	Out    io.Writer
	Color  bool // names of columns bold, lines faint
	pretty atomic.Bool
}

func (t *Tables) Write(block []byte) (int, error) {
	if !t.pretty.Load() {
		return t.Out.Write(block)
	}
	if _, err := io.WriteString(t.Out, drawn(string(block), t.Color)); err != nil {
		return 0, err
	}
	return len(block), nil
}

// Setting is :set table.
func (t *Tables) Setting() repl.Setting {
	names := map[bool]string{false: "spark", true: "pretty"}
	return repl.Setting{
		Name: "table", Values: []string{names[false], names[true]}, Help: "how Show and the console draw tables",
		Get: func() string { return names[t.pretty.Load()] },
		Set: func(v string) error { t.pretty.Store(v == names[true]); return nil },
	}
}

// ruleLine is the line above, between and below the rows of a table.
var ruleLine = regexp.MustCompile(`^\+(-+\+)+$`)

// edges are the characters of the three such lines: at the left, between columns, at the right.
var edges = [3][3]string{{"┌", "┬", "┐"}, {"├", "┼", "┤"}, {"└", "┴", "┘"}}

// drawn draws the tables in a text.
func drawn(text string, color bool) string {
	lines := strings.SplitAfter(text, "\n")
	var b strings.Builder
	for i := 0; i < len(lines); {
		if n, table := drawnTable(lines[i:], color); n > 0 {
			b.WriteString(table)
			i += n
			continue
		}
		b.WriteString(lines[i])
		i++
	}
	return b.String()
}

// drawnTable draws the table that the lines begin with, and tells how many it takes; 0 if there is none.
func drawnTable(lines []string, color bool) (n int, text string) {
	rule := strings.TrimSuffix(lines[0], "\n")
	if !ruleLine.MatchString(rule) {
		return 0, ""
	}
	faint, bold := func(s string) string { return s }, func(s string) string { return s }
	if color {
		faint = func(s string) string { return "\x1b[2m" + s + "\x1b[0m" }
		bold = func(s string) string { return "\x1b[1m" + s + "\x1b[0m" }
	}
	var b strings.Builder
	rules := 0
	for n < len(lines) && rules < len(edges) {
		line := strings.TrimSuffix(lines[n], "\n")
		n++
		if line == rule {
			widths := strings.Split(strings.Trim(line, "+"), "+")
			for i, w := range widths {
				widths[i] = strings.Repeat("─", len(w))
			}
			e := edges[rules]
			b.WriteString(faint(e[0]+strings.Join(widths, e[1])+e[2]) + "\n")
			rules++
			continue
		}
		cells, ok := cut(line, rule)
		if !ok {
			return 0, ""
		}
		for _, c := range cells {
			if rules == 1 {
				c = bold(c)
			}
			b.WriteString(faint("│") + c)
		}
		b.WriteString(faint("│") + "\n")
	}
	if rules < len(edges) {
		return 0, ""
	}
	return n, b.String()
}

// cut takes a row apart where the rule has its crosses.
func cut(line, rule string) (cells []string, ok bool) {
	var cell bytes.Buffer
	column := 0
	for _, r := range line {
		switch {
		case column < len(rule) && rule[column] == '+':
			if r != '|' {
				return nil, false
			}
			if column > 0 {
				cells = append(cells, cell.String())
				cell.Reset()
			}
		default:
			cell.WriteRune(r)
		}
		column += runewidth.RuneWidth(r)
	}
	return cells, column == len(rule)
}
