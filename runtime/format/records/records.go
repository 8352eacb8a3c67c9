// Package records cuts files into the records of text formats: at line ends or at a separator of one's own, out of
// compressed files, in any character set; or it takes a whole file for one record.
//
// Records are views into blocks that are never reused, so they may be kept. Bytes that are not UTF-8 become U+FFFD.
package records

import (
	"context"
	"io"
	"os"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"

	"gospark/runtime/condition"
	"gospark/runtime/connector/lines"
	"gospark/runtime/format"
	"gospark/runtime/format/codec"
)

// Options say what a record is. The zero value is lines of UTF-8, without the mark of the byte order.
type Options struct {
	Separator string // "": \n, \r or \r\n
	Charset   string // "": UTF-8
	Whole     bool   // the file is one record
}

// Splittable says whether ranges of a file can be read by themselves.
func (o Options) Splittable(f format.File) bool {
	return !o.Whole && o.Charset == "" && o.Separator == "" && !codec.Compressed(f.Path)
}

// Charset finds the decoder of a character set, nil for UTF-8.
func Charset(name string) (encoding.Encoding, error) {
	switch strings.ToUpper(name) {
	case "", "UTF-8", "UTF8":
		return nil, nil
	case "UTF-16":
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM), nil
	case "UTF-16LE":
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), nil
	case "UTF-16BE":
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), nil
	case "UTF-32", "UTF-32BE":
		return utf32.UTF32(utf32.BigEndian, utf32.UseBOM), nil
	case "UTF-32LE":
		return utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM), nil
	}
	e, err := ianaindex.IANA.Encoding(name)
	if err != nil || e == nil {
		return nil, condition.New("", "", "%s", name).WithFix("name a character set such as UTF-8, ISO-8859-1 or UTF-16LE")
	}
	return e, nil
}

// A Reader yields records. It belongs to one goroutine.
type Reader struct {
	ctx       context.Context
	file      *os.File
	lines     *lines.Reader
	text      io.Reader
	separator string
	whole     bool
	done      bool
	first     bool
	rest      string
}

// Open reads the records of a range. The file is read up to the size it had when it was listed.
func (o Options) Open(ctx context.Context, r format.Range) (*Reader, error) {
	charset, err := Charset(o.Charset)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(r.Path)
	if err != nil {
		return nil, err
	}
	t := &Reader{ctx: ctx, file: f, separator: o.Separator, whole: o.Whole, first: r.Start == 0}
	if o.Splittable(r.File) {
		t.lines = lines.NewRangeReader(io.NewSectionReader(f, r.Start, r.Size-r.Start), r.Start, r.End)
		return t, nil
	}
	if t.text, err = codec.Reader(r.Path, io.LimitReader(f, r.Size)); err != nil {
		f.Close()
		return nil, err
	}
	if charset != nil {
		t.text = charset.NewDecoder().Reader(t.text)
	}
	if !o.Whole && o.Separator == "" {
		t.lines = lines.NewBulkReader(t.text)
	}
	return t, nil
}

// Next appends up to limit records to dst; the end is io.EOF, without records.
func (t *Reader) Next(dst []string, limit int) ([]string, error) {
	if t.ctx.Err() != nil {
		return dst, context.Cause(t.ctx)
	}
	n := len(dst)
	var err error
	switch {
	case t.lines != nil:
		dst, err = t.lines.Next(dst, limit)
	case t.whole:
		dst, err = t.all(dst)
	default:
		dst, err = t.separated(dst, limit)
	}
	if t.first && len(dst) > n {
		t.first = false
		dst[n] = strings.TrimPrefix(dst[n], "\uFEFF")
	}
	return dst, err
}

// Lines says whether records are lines, and Block can be called.
func (t *Reader) Lines() bool { return t.lines != nil }

// Block yields some lines in one text, as they stand in the file with their ends (see package lines); the end is io.EOF.
func (t *Reader) Block() (string, error) {
	if t.ctx.Err() != nil {
		return "", context.Cause(t.ctx)
	}
	text, err := t.lines.Block()
	if t.first && err == nil {
		t.first = false
		if text = strings.TrimPrefix(text, "\uFEFF"); text == "" {
			return t.Block()
		}
	}
	return text, err
}

func (t *Reader) read() (string, error) {
	b, err := io.ReadAll(t.text)
	if err != nil {
		return "", err
	}
	s, _ := lines.Decode(string(b))
	return s, nil
}

func (t *Reader) all(dst []string) ([]string, error) {
	if t.done {
		return dst, io.EOF
	}
	t.done = true
	s, err := t.read()
	if err != nil {
		return dst, err
	}
	return append(dst, s), nil
}

// separated cuts the file at the separator; a last record without one counts.
func (t *Reader) separated(dst []string, limit int) ([]string, error) {
	if !t.done {
		t.done = true
		var err error
		if t.rest, err = t.read(); err != nil {
			return dst, err
		}
	}
	if t.rest == "" {
		return dst, io.EOF
	}
	for range limit {
		if t.rest == "" {
			break
		}
		record, rest, _ := strings.Cut(t.rest, t.separator)
		dst, t.rest = append(dst, record), rest
	}
	return dst, nil
}

// Close ends the reading.
func (t *Reader) Close() error { return t.file.Close() }
