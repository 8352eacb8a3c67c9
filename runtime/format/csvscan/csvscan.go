// Package csvscan reads CSV records into columns, as a schema directs, and writes them: what from_csv and to_csv do, and
// what readers of CSV files share.
//
// A record is cut into fields at separators that are not in quotes. A quote counts at the beginning of a field only; a
// field that goes on behind its closing quote is taken as it is written. In quotes the escape character stands before
// quotes and itself. A field that is not of its type is null, and the record counts as corrupt, as does one with more or
// fewer fields than the schema; see package jsonscan for what becomes of corrupt records.
package csvscan

import (
	"time"

	"gospark/runtime/format/jsonscan"
)

// Options are those of Spark's CSV reader that concern one record. The zero value has the defaults.
type Options struct {
	Separator     string // "": a comma
	Quote, Escape byte   // 0: '"' and '\'
	NoQuotes      bool
	NullValue     string
	EmptyValue    string
	NaN           string // "": NaN
	Infinity      string // "": Inf
	MinusInfinity string // "": -Inf
	TrimLeading   bool
	TrimTrailing  bool
	Lines         bool // records are lines: there are no line ends in them

	Mode                                            jsonscan.Mode
	CorruptRecord                                   string
	Zone                                            *time.Location
	TimestampFormat, TimestampNTZFormat, DateFormat string
	Now                                             func() time.Time
}

func (o *Options) defaults() {
	set := func(s *string, v string) {
		if *s == "" {
			*s = v
		}
	}
	set(&o.Separator, ",")
	set(&o.NaN, "NaN")
	set(&o.Infinity, "Inf")
	set(&o.MinusInfinity, "-Inf")
	set(&o.CorruptRecord, "_corrupt_record")
	if o.Quote == 0 {
		o.Quote = '"'
	}
	if o.Escape == 0 {
		o.Escape = '\\'
	}
}
