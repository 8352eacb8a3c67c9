// Package jsonscan reads JSON texts into columns, as a schema directs: what from_json and the reader of JSON files share.
//
// A [Scanner] has one builder for each part of its schema. [Scanner.Append] reads one text and appends a row to them:
// what the schema does not name is skipped, a name that comes twice counts the last time, what is missing is null. There
// are no trees and no boxes in between, and strings without escapes are views of the text.
//
// A value that is not of its type is a mismatch: it is null, the rest of the row stays, and the row counts as corrupt.
// The type decides what fits (as Spark's parser has it): whole numbers take JSON numbers without a fraction that are in
// range; float and double any number, and "NaN", "Infinity" and their like; decimal a number or a string; boolean true
// and false; a string takes everything, as JSON text if it is not a string; dates and timestamps take strings, in a
// pattern if there is one, and a timestamp whole seconds; binary base64. An element of an array that does not fit makes
// the array null. A text that is not JSON makes the whole row null. What follows the first value is not read.
//
// With [Permissive] a corrupt row has its text in the column for corrupt records, if the schema has one; with
// [FailFast] it is an error; with [DropMalformed] it is left out.
package jsonscan

import (
	"strings"
	"time"

	"gospark/runtime/batch"
	"gospark/runtime/condition"
	"gospark/runtime/types"
)

// A Mode is what becomes of corrupt rows.
type Mode uint8

const (
	Permissive Mode = iota
	FailFast
	DropMalformed
)

// Options are those of Spark's JSON reader that concern the reading of one text.
type Options struct {
	Mode                                            Mode
	CorruptRecord                                   string // the name of the column for corrupt records; "" is _corrupt_record
	Zone                                            *time.Location
	TimestampFormat, TimestampNTZFormat, DateFormat string // "": as CAST reads them
	Now                                             func() time.Time

	AllowComments          bool
	AllowUnquotedNames     bool
	RefuseSingleQuotes     bool
	AllowLeadingZeros      bool
	RefuseNonNumeric       bool // NaN and Infinity
	AllowBackslashAnything bool
	AllowControlCharacters bool
	PrimitivesAsString     bool

	// RowsOfArrays makes each struct in an array a row, where the schema is a struct.
	RowsOfArrays bool
	// ExactStrings takes JSON text for a string as it is written, instead of in the shortest form.
	ExactStrings bool
}

// A Scanner reads texts into one column. It is not safe for concurrent use.
type Scanner struct {
	opts    Options
	typ     *types.Type
	root    builder
	rows    *structBuilder // the root, if it is a struct
	corrupt int            // the field for corrupt records, -1 for none
	p       parser
	n       int
}

// New makes a scanner of texts for a struct, an array or a map.
func New(t *types.Type, o Options) (*Scanner, error) {
	if o.CorruptRecord == "" {
		o.CorruptRecord = "_corrupt_record"
	}
	s := &Scanner{opts: o, typ: t, corrupt: -1}
	s.p.opts = &s.opts
	b, err := s.builder(t)
	if err != nil {
		return nil, err
	}
	s.root = b
	if t.Kind == types.StructKind {
		s.rows = b.(*structBuilder)
		if i := t.Index(o.CorruptRecord, true); i >= 0 {
			if !t.Fields[i].Type.Text() {
				return nil, condition.New("INVALID_CORRUPT_RECORD_TYPE", "42804",
					"The column `%s` for corrupt records must have the nullable STRING type, but got %s.", o.CorruptRecord, t.Fields[i].Type.SQL()).
					WithParam("columnName", "`"+o.CorruptRecord+"`").WithParam("actualType", `"`+t.Fields[i].Type.SQL()+`"`)
			}
			s.corrupt = i
			delete(s.rows.index, o.CorruptRecord)
		}
	}
	return s, nil
}

// An outcome is what became of a value.
type outcome uint8

const (
	good      outcome = iota
	partial           // a part of it did not fit and is null
	mismatch          // it did not fit; nothing was appended, and the parser is behind it
	malformed         // the text is not JSON
)

// Append reads a text and appends what it says: a row, a row of nulls if it is corrupt, NULL if it is blank, and with
// RowsOfArrays any number of rows. rows is how many. The error is that of FailFast.
func (s *Scanner) Append(text string) (rows int, err error) {
	p := &s.p
	if s.rows != nil && text != "" && text[0] == '{' {
		if s.rows.usual(text, 0) > 0 {
			s.n++
			return 1, nil
		}
		p.start(text)
		if o := s.rows.unusual(p); o != good {
			return s.spoiled(text, o)
		}
		s.n++
		return 1, nil
	}
	p.start(text)
	if !p.blanks() {
		return s.spoiled(text, malformed)
	}
	if p.i == len(p.s) {
		s.root.null()
		s.n++
		return 1, nil
	}
	if s.opts.RowsOfArrays && s.rows != nil && p.s[p.i] == '[' {
		return s.array(text)
	}
	if s.rows != nil && strings.HasPrefix(p.s[p.i:], "null") {
		return s.spoiled(text, malformed) // NULL is no row
	}
	var o outcome
	if s.rows == nil && s.typ.Kind == types.ArrayKind && s.typ.Elem.Kind == types.StructKind && p.s[p.i] == '{' {
		o = s.root.(*listBuilder).single(p)
	} else {
		o = s.root.read(p)
	}
	if o == good {
		s.n++
		return 1, nil
	}
	return s.spoiled(text, o)
}

// spoiled ends a corrupt row.
func (s *Scanner) spoiled(text string, o outcome) (int, error) {
	if o != partial || s.rows == nil {
		s.root.truncate(s.n)
		if s.rows != nil {
			s.rows.empty()
		} else {
			s.root.null()
		}
	}
	if s.corrupt >= 0 {
		f := s.rows.fields[s.corrupt].(*leaf[string])
		f.truncate(s.n)
		f.add(text)
	}
	switch s.opts.Mode {
	case FailFast:
		row := "[null]"
		if s.rows != nil {
			row = s.rows.text(s.n)
		}
		s.root.truncate(s.n)
		return 0, Malformed(row)
	case DropMalformed:
		s.root.truncate(s.n)
		return 0, nil
	}
	s.n++
	return 1, nil
}

// Malformed is the error of FailFast; row is the row as far as it could be read.
func Malformed(row string) error {
	return condition.New("MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION", "22023",
		"Malformed records are detected in record parsing: %s.\nParse Mode: FAILFAST. To process malformed records as null result, try setting the option 'mode' as 'PERMISSIVE'.", row).
		WithParam("badRecord", row).WithParam("failFastMode", "FAILFAST")
}

// array reads an array of structs as rows.
func (s *Scanner) array(text string) (int, error) {
	was := s.n
	bad := outcome(good)
	o := s.p.array(func() outcome {
		o := s.root.read(&s.p)
		if o <= partial {
			bad = max(bad, o)
			s.n++
		}
		return o
	})
	if o == good && bad == good {
		return s.n - was, nil
	}
	if o == good { // some row was partial: the text is corrupt, its rows are kept
		if s.corrupt >= 0 {
			f := s.rows.fields[s.corrupt].(*leaf[string])
			f.truncate(was)
			for range s.n - was {
				f.add(text)
			}
		}
		if s.opts.Mode == Permissive {
			return s.n - was, nil
		}
	}
	s.root.truncate(was)
	s.n = was
	return s.spoiled(text, malformed)
}

// AppendNull appends NULL.
func (s *Scanner) AppendNull() {
	s.root.null()
	s.n++
}

// Len is the number of rows since the last Reset.
func (s *Scanner) Len() int { return s.n }

// Vector is the column of all rows since the last Reset. It shares memory with the scanner until then.
func (s *Scanner) Vector() batch.Vector { return s.root.vector() }

// Reset forgets all rows. Vectors handed out before must not be used any more, strings may be.
func (s *Scanner) Reset() {
	s.root.truncate(0)
	s.n = 0
}
