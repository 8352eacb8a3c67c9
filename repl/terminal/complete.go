package terminal

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// candidates is the list completion shows below the line. Tab again turns to its next page.
type candidates struct {
	all  []Candidate
	page int
}

// tab completes what stands before the cursor; at the start of a line it indents.
func (e *Editor) tab(b *buffer) {
	if b.atIndent() {
		b.insert("\t")
		e.list = nil
		return
	}
	if e.list != nil {
		e.list.page++
		return
	}
	if e.cfg.Complete == nil {
		return
	}
	text := string(b.text)
	cursor := len(string(b.text[:b.pos]))
	from, all := e.cfg.Complete(text, cursor)
	if from < 0 || from > cursor || len(all) == 0 {
		return
	}
	typed := text[from:cursor]
	if common := commonPrefix(all); len(common) >= len(typed) && strings.EqualFold(common[:len(typed)], typed) {
		b.remove(utf8.RuneCountInString(text[:from]), b.pos)
		b.insert(common)
	}
	if len(all) > 1 {
		e.list = &candidates{all: all}
	}
}

func commonPrefix(all []Candidate) string {
	p := all[0].Text
	for _, c := range all[1:] {
		for !strings.HasPrefix(c.Text, p) {
			_, n := utf8.DecodeLastRuneInString(p)
			p = p[:len(p)-n]
		}
	}
	return p
}

// listHeight is how many candidates are shown at once on a tall screen.
const listHeight = 15

// draw returns a function that draws the given page on the rows it is offered. It shares nothing with the editor:
// the printer calls it whenever something was printed above.
func (c *candidates) draw() func(width, height int) []string {
	all, page := c.all, c.page
	return func(width, height int) []string {
		lines := candidateLines(all, width)
		fit := min(height, listHeight)
		if len(lines) <= fit {
			return lines
		}
		if fit > 1 {
			fit-- // the last row tells where we are
		}
		pages := (len(lines) + fit - 1) / fit
		from := page % pages * fit
		to := min(from+fit, len(lines))
		out := append([]string(nil), lines[from:to]...)
		if height > 1 {
			out = append(out, fmt.Sprintf("%d-%d of %d, Tab for more", from+1, to, len(lines)))
		}
		return out
	}
}

// candidateLines lists candidates with details one a line, others in columns.
func candidateLines(all []Candidate, width int) []string {
	name, detailed := 0, false
	for _, k := range all {
		name = max(name, textWidth(k.Text))
		detailed = detailed || k.Detail != ""
	}
	var out []string
	if detailed {
		name = min(name, max(width/2, 8))
		for _, k := range all {
			pad := strings.Repeat(" ", max(name-textWidth(k.Text), 0)+2)
			out = append(out, strings.TrimRight(k.Text+pad+k.Detail, " "))
		}
		return out
	}
	across := max(width/(name+2), 1)
	down := (len(all) + across - 1) / across
	for r := range down {
		var b strings.Builder
		for i := r; i < len(all); i += down {
			b.WriteString(all[i].Text + strings.Repeat(" ", name+2-textWidth(all[i].Text)))
		}
		out = append(out, strings.TrimRight(b.String(), " "))
	}
	return out
}
