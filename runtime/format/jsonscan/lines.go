package jsonscan

import (
	"strings"

	"gospark/runtime/connector/lines"
)

// AppendLines reads each line of a text (see package lines) as Append does, until the scanner has so many rows, and returns
// what is left of the text. Blank lines are no rows.
//
// Where a line ends is not looked for: an object that has nothing unusual in it cannot go over its line, for a line end is no
// part of a name or a value; and whatever is unusual is read by the parser, after it was held to the line (see hold).
func (s *Scanner) AppendLines(text string, rows int) (rest string, err error) {
	for text != "" && s.n < rows {
		if s.rows != nil && text[0] == '{' {
			end := s.rows.usual(text, 0)
			if end == 0 {
				s.p.start(text)
				s.p.held = false
				if s.rows.unusual(&s.p) == good {
					end = s.p.i
				}
			}
			if end > 0 {
				s.n++
				if end < len(text) && text[end] != '\n' { // what follows the first value is not read
					line, _ := lines.Cut(text[end:])
					end += len(line)
				}
				text = text[lines.Behind(text, end):]
				continue
			}
			s.root.truncate(s.n)
		}
		var line string
		if line, text = lines.Cut(text); Blank(line) {
			continue
		}
		if _, err := s.Append(line); err != nil {
			return text, err
		}
	}
	return text, nil
}

// hold cuts the text at the end of the line. It comes before all that is not known to stay within it.
func (p *parser) hold() {
	if !p.held {
		p.held = true
		line, _ := lines.Cut(p.s[p.i:])
		p.s = p.s[:p.i+len(line)]
	}
}

// Blank says whether a text has nothing in it: such records of a file are no rows.
func Blank(s string) bool { return strings.Trim(s, " \t\r\n") == "" }
