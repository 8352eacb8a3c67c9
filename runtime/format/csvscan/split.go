package csvscan

import (
	"math/bits"
	"strings"
	"unsafe"
)

// A Field is a field of a record as it was written; Null says that there was nothing between the separators.
type Field struct {
	Text string
	Null bool
}

// Split cuts the first record of a text into fields, which it appends to fs. A text without a record has none.
func (o *Options) Split(text string, fs []Field) []Field {
	o.defaults()
	if strings.TrimRight(text, "\r\n") == "" {
		return fs
	}
	fs, _ = o.cut(text, fs)
	return fs
}

// Cut takes the first record, which may run over several lines, off a text.
func (o *Options) Cut(text string) (record, rest string) {
	o.defaults()
	_, end := o.cut(text, nil)
	record, rest = text[:end], text[end:]
	if strings.HasPrefix(rest, "\r\n") {
		return record, rest[2:]
	}
	return record, rest[min(1, len(rest)):]
}

// cut is Split behind the check for a record; end is where the record ends.
func (o *Options) cut(text string, fs []Field) (_ []Field, end int) {
	if len(o.Separator) != 1 || !o.Lines {
		for i := 0; ; i += len(o.Separator) {
			var f Field
			f, i = o.field(text, i)
			fs = append(fs, f)
			if i == len(text) || !strings.HasPrefix(text[i:], o.Separator) {
				return fs, i
			}
		}
	}
	plain := !o.TrimLeading && !o.TrimTrailing
	quote, sep := o.Quote, o.Separator[0]
	for i := 0; ; i++ {
		if plain && (o.NoQuotes || i == len(text) || text[i] != quote) {
			end := next(text, i, sep)
			fs = append(fs, Field{text[i:end], i == end})
			i = end
		} else {
			var f Field
			f, i = o.field(text, i)
			fs = append(fs, f)
		}
		if i == len(text) || text[i] != sep {
			return fs, i
		}
	}
}

// next is the position, from i on, of a byte, or the end of the text.
func next(s string, i int, c byte) int {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	base := unsafe.Pointer(unsafe.StringData(s))
	want := ones * uint64(c)
	for i+8 <= len(s) {
		w := *(*uint64)(unsafe.Add(base, i)) ^ want
		if m := (w - ones) &^ w & tops; m != 0 {
			return i + bits.TrailingZeros64(m)>>3
		}
		i += 8
	}
	for i < len(s) && s[i] != c {
		i++
	}
	return i
}

// end is where an unquoted field ends that begins at i.
func (o *Options) end(text string, i int) int {
	n := strings.Index(text[i:], o.Separator)
	if n < 0 {
		n = len(text) - i
	}
	if line := strings.IndexAny(text[i:i+n], "\n\r"); line >= 0 {
		n = line
	}
	return i + n
}

func (o *Options) field(text string, i int) (Field, int) {
	start := i
	for o.TrimLeading && start < len(text) && (text[start] == ' ' || text[start] == '\t') && !strings.HasPrefix(text[start:], o.Separator) {
		start++
	}
	if !o.NoQuotes && start < len(text) && text[start] == o.Quote {
		if s, end, ok := o.quoted(text, start+1); ok {
			if s == "" {
				s = o.EmptyValue
			}
			return Field{Text: s}, end
		}
	}
	end := o.end(text, start)
	s := text[start:end]
	if o.TrimTrailing {
		s = strings.TrimRight(s, " \t")
	}
	return Field{Text: s, Null: s == ""}, end
}

// quoted reads a field behind its opening quote; ok is false if it does not end at a separator.
func (o *Options) quoted(text string, i int) (s string, end int, ok bool) {
	var b []byte
	from := i
	for i < len(text) {
		switch c := text[i]; {
		case c == o.Escape && i+1 < len(text) && (text[i+1] == o.Quote || text[i+1] == o.Escape && o.Escape != o.Quote):
			b = append(append(b, text[from:i]...), text[i+1])
			i += 2
			from = i
		case c == o.Quote:
			s = text[from:i]
			if b != nil {
				s = string(append(b, s...))
			}
			for i++; i < len(text) && (text[i] == ' ' || text[i] == '\t') && !strings.HasPrefix(text[i:], o.Separator); {
				i++
			}
			return s, i, i == len(text) || strings.HasPrefix(text[i:], o.Separator) || text[i] == '\n' || text[i] == '\r'
		default:
			i++
		}
	}
	return "", 0, false
}
