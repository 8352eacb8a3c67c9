// Package lines cuts streams of bytes into lines of text, as Java's readers do: \n, \r and \r\n each end a line, an
// unfinished last line counts, and what is not UTF-8 becomes U+FFFD and is counted. Sockets and files share it.
//
// The strings are views into chunks that are filled once and never reused, so they may be kept; nothing is copied but
// the beginning of a line that runs over the end of its chunk. The size of chunks follows the source: a fast one gets
// large chunks, and a line kept from a slow one does not hold a megabyte.
package lines

import (
	"bytes"
	"io"
	"math"
	"unicode/utf8"
	"unsafe"
)

// Chunk sizes. A mebibyte costs one read call for some twenty thousand lines; larger is not faster.
const (
	minChunk = 4 << 10
	maxChunk = 1 << 20
)

// maxEmptyReads is how often a source may return no bytes and no error before it is taken to be broken.
const maxEmptyReads = 100

// A Reader yields the lines of a byte stream. It belongs to one goroutine.
type Reader struct {
	src io.Reader
	err error // why src ended; delivered after the lines before it

	chunk  []byte // filled up to its length; handed out up to start
	start  int    // where the line that is not finished begins
	lf, cr int    // the first \n and \r at or after start, or where the search for them goes on
	looked int    // there is no line end before it that was not handed out by Block
	afterR bool   // a \r ended the line before: a \n that follows belongs to it
	skip   bool   // the first line belongs to the range before
	done   bool   // all lines of the range were yielded

	next, least int   // size of the next chunk, and the smallest
	reads       int   // into this chunk
	base        int64 // position of the chunk in the stream
	end         int64 // lines that begin behind this position are not ours
	malformed   int64
}

// NewReader reads a live stream: Next returns as soon as there is a line.
func NewReader(src io.Reader) *Reader {
	return &Reader{src: src, next: minChunk, least: minChunk, end: math.MaxInt64}
}

// NewBulkReader reads a stream that is all there, in large chunks.
func NewBulkReader(src io.Reader) *Reader {
	return &Reader{src: src, next: maxChunk / 2, least: maxChunk / 2, end: math.MaxInt64}
}

// NewRangeReader reads the lines of a file that belong to its range from begin to end; src starts at begin. As in
// Hadoop, these are the lines that begin behind begin and not behind end (and, in the first range, the one at 0), so
// that ranges which share their borders yield each line once.
func NewRangeReader(src io.Reader, begin, end int64) *Reader {
	r := NewBulkReader(src)
	r.base, r.end, r.skip = begin, end, begin > 0
	if n := end - begin; n < int64(r.next) {
		r.next = max(minChunk, int(n)+minChunk)
		r.least = r.next
	}
	return r
}

// Malformed is the number of U+FFFD that were put in place of bytes that are not UTF-8.
func (r *Reader) Malformed() int64 { return r.malformed }

// Next appends up to limit lines to dst. It blocks until there is one, and returns fewer than limit rather than block.
// The error is that of the source, io.EOF at the end, and comes without lines.
func (r *Reader) Next(dst []string, limit int) ([]string, error) {
	n := len(dst)
	for empty := 0; ; {
		dst = r.cut(dst, n+limit)
		if len(dst) > n {
			return dst, nil
		}
		if r.done {
			return dst, io.EOF
		}
		if r.err != nil {
			return r.last(dst)
		}
		got := r.fill()
		if got > 0 || r.err != nil {
			empty = 0
		} else if empty++; empty == maxEmptyReads {
			r.err = io.ErrNoProgress
		}
	}
}

// last yields the line that the end of the stream left unfinished. After another error it is not known to be whole, and
// not yielded, as in Java.
func (r *Reader) last(dst []string) ([]string, error) {
	tail := r.chunk[r.start:]
	if len(tail) == 0 || r.skip || r.err != io.EOF {
		return dst, r.err
	}
	r.start = len(r.chunk)
	return append(dst, r.decode(view(tail))), nil
}

// Unfinished is how many bytes of a line were read that has not ended yet.
func (r *Reader) Unfinished() int { return len(r.chunk) - r.start }

// fill reads once.
func (r *Reader) fill() int {
	if cap(r.chunk)-len(r.chunk) < max(256, cap(r.chunk)/16) {
		r.grow()
	}
	free := r.chunk[len(r.chunk):cap(r.chunk)]
	n, err := r.src.Read(free)
	r.chunk = r.chunk[:len(r.chunk)+n]
	r.err = err
	r.reads++
	return n
}

// grow starts a new chunk with the unfinished line.
func (r *Reader) grow() {
	tail := r.chunk[r.start:]
	if cap(r.chunk) > 0 {
		switch {
		case r.reads <= 4:
			r.next = min(4*r.next, maxChunk)
		case r.reads > 64:
			r.next = max(r.next/4, r.least)
		}
	}
	// A line longer than a chunk doubles its chunk, so that it is copied a constant number of times.
	size := max(r.next, 2*len(tail))
	chunk := unset(size)[:len(tail)]
	copy(chunk, tail)
	r.base += int64(r.start)
	r.lf, r.cr = max(r.lf-r.start, 0), max(r.cr-r.start, 0)
	r.looked = max(r.looked-r.start, 0)
	r.chunk, r.start, r.reads = chunk, 0, 0
}

// cut appends finished lines to dst until it has limit of them.
func (r *Reader) cut(dst []string, limit int) []string {
	first, from := len(dst), r.start
	for len(dst) < limit && !r.done {
		if r.afterR && r.start < len(r.chunk) {
			if r.chunk[r.start] == '\n' {
				r.start++
			}
			r.afterR = false
		}
		if r.base+int64(r.start) > r.end {
			r.done = true
			break
		}
		r.lf = r.find('\n', r.lf)
		r.cr = r.find('\r', r.cr)
		i := min(r.lf, r.cr)
		if i == len(r.chunk) {
			if r.skip {
				r.start = i
			}
			break
		}
		line := r.chunk[r.start:i]
		r.start = i + 1
		r.afterR = i == r.cr
		if r.skip {
			r.skip = false
			continue
		}
		dst = append(dst, view(line))
	}
	if len(dst) > first && !utf8.Valid(r.chunk[from:r.start]) {
		for i, s := range dst[first:] {
			dst[first+i] = r.decode(s)
		}
	}
	return dst
}

// find is the first c at or after start; at is what it was before. Both line ends are looked for ahead and remembered:
// looking for the nearer one line by line would scan a chunk with only one kind of them over and over.
func (r *Reader) find(c byte, at int) int {
	at = max(at, r.start)
	if at == len(r.chunk) || r.chunk[at] == c {
		return at
	}
	if i := bytes.IndexByte(r.chunk[at:], c); i >= 0 {
		return at + i
	}
	return len(r.chunk)
}

func (r *Reader) decode(s string) string {
	s, n := Decode(s)
	r.malformed += int64(n)
	return s
}

func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
