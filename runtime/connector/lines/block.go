package lines

import (
	"bytes"
	"io"
	"strings"
	"unsafe"
)

// Block yields all lines that were read, at least one, in one text as they stand in the stream, with their ends; the last
// line of the stream may be without. It is Next for those who cut lines themselves, with [Cut].
func (r *Reader) Block() (string, error) {
	for empty := 0; ; {
		if text := r.whole(); text != "" {
			return text, nil
		}
		if r.done {
			return "", io.EOF
		}
		if r.err != nil {
			text, err := r.last(nil)
			if err != nil {
				return "", err
			}
			return text[0], nil
		}
		got := r.fill()
		if got > 0 || r.err != nil {
			empty = 0
		} else if empty++; empty == maxEmptyReads {
			r.err = io.ErrNoProgress
		}
	}
}

// whole takes the finished lines off the chunk, "" if there are none.
func (r *Reader) whole() string {
	if r.skip {
		r.lf, r.cr = r.find('\n', r.lf), r.find('\r', r.cr)
		i := min(r.lf, r.cr)
		if r.start = i; i == len(r.chunk) {
			return ""
		}
		r.start, r.afterR, r.skip = i+1, i == r.cr, false
	}
	if r.afterR && r.start < len(r.chunk) {
		if r.chunk[r.start] == '\n' {
			r.start++
		}
		r.afterR = false
	}
	if r.done = r.done || r.base+int64(r.start) > r.end; r.done {
		return ""
	}
	rest := r.chunk[r.start:]
	var n int
	// The last line is the one that ends at or behind the position from which on lines are not ours.
	if from := r.end - r.base - int64(r.start); from < int64(len(rest)) {
		n = bytes.IndexAny(rest[from:], "\n\r") + 1
		if n > 0 {
			n += int(from)
			r.done = true
		}
	}
	if n == 0 {
		n = lastEnd(rest, r.looked-r.start)
		r.looked = len(r.chunk)
	}
	if n == 0 {
		return ""
	}
	r.start += n
	r.afterR = rest[n-1] == '\r'
	return r.decode(view(rest[:n]))
}

// lastEnd is the position behind the last line end of a text, 0 if there is none; there is none before from.
func lastEnd(b []byte, from int) int {
	for i := len(b); i > max(from, 0); i-- {
		if c := b[i-1]; c == '\n' || c == '\r' {
			return i
		}
	}
	return 0
}

// Cut takes the first line off a text.
func Cut(text string) (line, rest string) {
	n := strings.IndexByte(text, '\n')
	if n < 0 {
		n = len(text)
	}
	if r := strings.IndexByte(text[:n], '\r'); r >= 0 {
		n = r
	}
	return text[:n], text[Behind(text, n):]
}

// Behind is the position behind the line end at i, or the end of the text.
func Behind(text string, i int) int {
	switch {
	case i == len(text):
		return i
	case text[i] == '\r' && i+1 < len(text) && text[i+1] == '\n':
		return i + 2
	}
	return i + 1
}

// unset is memory that is not cleared, for it will be written before it is read.
func unset(n int) []byte {
	var b strings.Builder
	b.Grow(n)
	b.WriteByte(0)
	return unsafe.Slice(unsafe.StringData(b.String()), n)[:0]
}
