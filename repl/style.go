package repl

import (
	"io"
	"strings"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"

	"gospark/repl/interp"
)

// style is how things look. Without colours every function returns its text unchanged.
type style struct {
	bold, name, typ, fault, caret, quiet func(string) string
}

// newStyle never asks the terminal anything: colours are the sixteen of its own palette, whatever they are.
func newStyle(color bool) style {
	plain := func(s string) string { return s }
	if !color {
		return style{plain, plain, plain, plain, plain, plain}
	}
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(termenv.ANSI)
	r.SetHasDarkBackground(true)
	// lipgloss would pad the lines of a block to one width; they are coloured one by one
	render := func(st lipgloss.Style) func(string) string {
		return func(s string) string {
			lines := strings.Split(s, "\n")
			for i, l := range lines {
				if l != "" {
					lines[i] = st.Render(l)
				}
			}
			return strings.Join(lines, "\n")
		}
	}
	st := r.NewStyle().TabWidth(lipgloss.NoTabConversion)
	return style{
		bold:  render(st.Bold(true)),
		name:  render(st.Foreground(lipgloss.Color("6"))),
		typ:   render(st.Foreground(lipgloss.Color("2"))),
		fault: render(st.Foreground(lipgloss.Color("1"))),
		caret: render(st.Foreground(lipgloss.Color("1")).Bold(true)),
		quiet: render(st.Faint(true)),
	}
}

func (st style) prompt(p string) string {
	text := strings.TrimRight(p, " ")
	return st.bold(text) + p[len(text):]
}

func (st style) echo(e Echo) string {
	if e.Kind == interp.Declare {
		return e.Text
	}
	head := st.typ(e.Type)
	if e.Name != "" {
		head = st.name(e.Name) + ": " + head
	}
	switch {
	case e.Text == "":
		return head
	case strings.Contains(e.Text, "\n"):
		return head + " =\n" + e.Text
	}
	return head + " = " + e.Text
}
