package csv

import (
	"context"
	"io"
	"strings"

	"gospark/runtime/batch"
	"gospark/runtime/format"
	"gospark/runtime/format/records"
)

// A source yields the records of a range, without blank lines, comments and the header.
type source struct {
	*settings
	in     *records.Reader
	texts  []string
	rest   string // of a whole file
	header bool   // the next record is one
	names  string // the header, once it was there
}

func (s *settings) open(ctx context.Context, r format.Range) (*source, error) {
	in, err := s.records.Open(ctx, r)
	if err != nil {
		return nil, err
	}
	return &source{settings: s, in: in, header: s.header && r.Start == 0}, nil
}

// next appends records; the end is io.EOF, without any.
func (s *source) next(dst []string) ([]string, error) {
	n := len(dst)
	for len(dst) == n {
		if err := s.more(); err != nil {
			return dst, err
		}
		for _, t := range s.texts {
			if t == "" || s.blank(t) || s.comment != 0 && t[0] == s.comment {
				continue
			}
			if s.header {
				s.header, s.names = false, t
				continue
			}
			dst = append(dst, t)
		}
	}
	return dst, nil
}

// more reads some records.
func (s *source) more() (err error) {
	if !s.records.Whole {
		s.texts, err = s.in.Next(s.texts[:0], batch.Size)
		return err
	}
	if s.rest == "" {
		if s.texts, err = s.in.Next(s.texts[:0], 1); err != nil {
			return err
		}
		s.rest = s.texts[0]
	}
	s.texts = s.texts[:0]
	for s.rest != "" && len(s.texts) < batch.Size {
		var record string
		if s.comment != 0 && s.rest[0] == s.comment {
			_, s.rest, _ = strings.Cut(s.rest, "\n")
			continue
		}
		record, s.rest = s.scan.Cut(s.rest)
		s.texts = append(s.texts, record)
	}
	return nil
}

// blank says whether a line has only blanks: no record, unless blanks are what separates.
func (s *source) blank(t string) bool {
	return t[0] <= ' ' && strings.TrimSpace(t) == "" && !strings.Contains(t, s.scan.Separator)
}

// all calls f for each record.
func (s *source) all(f func(record string) error) error {
	var texts []string
	for {
		var err error
		if texts, err = s.next(texts[:0]); err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		for _, t := range texts {
			if err := f(t); err != nil {
				return err
			}
		}
	}
}
