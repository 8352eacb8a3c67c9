package csvscan

import "strings"

// A Writer writes records.
type Writer struct {
	Separator         string
	Quote, Escape     byte
	NullValue         string
	EmptyValue        string // written for empty strings
	QuoteAll          bool
	KeepLeadingSpace  bool
	KeepTrailingSpace bool
}

// AppendField appends a field that is not null; it does not write separators.
func (w *Writer) AppendField(b []byte, s string) []byte {
	if !w.KeepLeadingSpace {
		s = strings.TrimLeft(s, " \t\n\r")
	}
	if !w.KeepTrailingSpace {
		s = strings.TrimRight(s, " \t\n\r")
	}
	if s == "" {
		return append(b, w.EmptyValue...)
	}
	if !w.QuoteAll && !strings.Contains(s, w.Separator) && strings.IndexByte(s, w.Quote) < 0 && !strings.ContainsAny(s, "\n\r") {
		return append(b, s...)
	}
	b = append(b, w.Quote)
	for i := range len(s) {
		if c := s[i]; c == w.Quote || c == w.Escape {
			b = append(b, w.Escape)
		}
		b = append(b, s[i])
	}
	return append(b, w.Quote)
}
