package csvscan

import (
	"strings"

	"gospark/runtime/batch"
	"gospark/runtime/format/jsonscan"
	"gospark/runtime/types"
)

// A Scanner reads records into a column of structs. It is not safe for concurrent use.
type Scanner struct {
	opts    Options
	typ     *types.Type
	cols    []column
	direct  []direct // the columns again
	corrupt int      // the column for corrupt records, -1 for none
	at      []int    // the place in a record of each column
	place   []int    // the column of each place, if lines are read as they are cut; nil otherwise
	width   int      // fields a record should have, -1 when it does not matter
	fields  []Field
	n       int
	valid   []bool // of the structs; nil: no nulls
}

// New makes a scanner of records that have the fields of a struct, but for the one for corrupt records.
func New(t *types.Type, o Options) (*Scanner, error) {
	o.defaults()
	var at []int
	width := 0
	for _, f := range t.Fields {
		at = append(at, width)
		if f.Name != o.CorruptRecord {
			width++
		}
	}
	return newScanner(t, at, width, o)
}

// NewAt makes a scanner of some fields of records: those at the places that at says. Without a column for corrupt records
// nobody asks how many fields there are.
func NewAt(t *types.Type, at []int, o Options) (*Scanner, error) {
	o.defaults()
	return newScanner(t, at, -1, o)
}

// NewAll is NewAt for records that should have width fields.
func NewAll(t *types.Type, at []int, width int, o Options) (*Scanner, error) {
	o.defaults()
	return newScanner(t, at, width, o)
}

func newScanner(t *types.Type, at []int, width int, o Options) (*Scanner, error) {
	s := &Scanner{opts: o, typ: t, at: at, width: width, corrupt: t.Index(o.CorruptRecord, true)}
	for i, f := range t.Fields {
		if i == s.corrupt {
			s.cols, s.direct = append(s.cols, &texts{}), append(s.direct, direct{})
			continue
		}
		c, err := s.opts.newColumn(f.Type)
		if err != nil {
			return nil, err
		}
		s.cols, s.direct = append(s.cols, c), append(s.direct, s.opts.newDirect(f.Type, c))
	}
	s.place = s.places()
	return s, nil
}

// Append reads a record and appends a row.
func (s *Scanner) Append(text string) (rows int, err error) {
	bad := false
	if s.place != nil && text != "" {
		bad = s.line(text)
	} else {
		bad = s.record(text)
	}
	s.n++
	if bad {
		return s.spoiled(text)
	}
	if s.valid != nil {
		s.valid = append(s.valid, true)
	}
	return 1, nil
}

// record reads a record that is not a plain line.
func (s *Scanner) record(text string) (bad bool) {
	if s.opts.Lines && text != "" {
		s.fields, _ = s.opts.cut(text, s.fields[:0])
	} else {
		s.fields = s.opts.Split(text, s.fields[:0])
	}
	bad = s.width >= 0 && len(s.fields) != s.width
	null := s.opts.NullValue
	for i, c := range s.cols {
		k := s.at[i]
		if i == s.corrupt || k >= len(s.fields) {
			c.null()
			continue
		}
		f := &s.fields[k]
		if f.Null || f.Text == null {
			c.null()
		} else if !c.add(f.Text) {
			c.null()
			bad = true
		}
	}
	return bad
}

// spoiled is what becomes of a corrupt row that was just read.
func (s *Scanner) spoiled(text string) (int, error) {
	row := s.n - 1
	if s.opts.Mode == jsonscan.Permissive {
		if s.corrupt >= 0 {
			c := s.cols[s.corrupt]
			c.truncate(row)
			c.add(text)
		}
		if s.valid != nil {
			s.valid = append(s.valid, true)
		}
		return 1, nil
	}
	var err error
	if s.opts.Mode == jsonscan.FailFast {
		err = jsonscan.Malformed(s.text(row))
	}
	for _, c := range s.cols {
		c.truncate(row)
	}
	s.n = row
	return 0, err
}

func (s *Scanner) text(row int) string {
	parts := make([]string, len(s.cols))
	for i, c := range s.cols {
		parts[i] = types.Text(c.any(row), s.typ.Fields[i].Type, types.CastText, s.opts.Zone)
	}
	return "[" + strings.Join(parts, ",") + "]"
}

// AppendNull appends NULL.
func (s *Scanner) AppendNull() {
	for _, c := range s.cols {
		c.null()
	}
	if s.valid == nil {
		s.valid = make([]bool, s.n, s.n+1)
		for i := range s.valid {
			s.valid[i] = true
		}
	}
	s.valid = append(s.valid, false)
	s.n++
}

// Len is the number of rows since the last Reset.
func (s *Scanner) Len() int { return s.n }

// Vector is the column of all rows since the last Reset. It shares memory with the scanner until then.
func (s *Scanner) Vector() batch.Vector {
	v := &batch.Struct{N: s.n, Valid: s.valid}
	for _, c := range s.cols {
		v.Fields = append(v.Fields, c.vector())
	}
	return v
}

// Reset forgets all rows. Vectors handed out before must not be used any more, strings may be.
func (s *Scanner) Reset() {
	for _, c := range s.cols {
		c.truncate(0)
	}
	s.n, s.valid = 0, nil
}
