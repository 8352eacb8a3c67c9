// Package csv reads and writes CSV files, with the options of Spark's CSV data source. Package csvscan cuts records into
// fields and fields into values, as from_csv does.
//
// The columns of a file go by position. Its first line names them with the option header; without it they are _c0, _c1
// and so on. They are strings unless inferSchema is true or a schema is given.
package csv

import (
	"strings"
	"unicode/utf8"

	"gospark/runtime/condition"
	"gospark/runtime/format"
	"gospark/runtime/format/csvscan"
	"gospark/runtime/format/jsonscan"
	"gospark/runtime/format/records"
	"gospark/runtime/types"
)

// Format is CSV.
type Format struct{}

var _ format.Format = Format{}

// Name is what Spark calls the format in messages.
func (Format) Name() string { return "CSV" }

// settings are the options, read.
type settings struct {
	scan    csvscan.Options
	records records.Options
	header  bool
	enforce bool // names of a header need not be those of the schema
	infer   bool
	ratio   float64
	comment byte // 0: none
	prune   bool // records are not looked at beyond the fields that are wanted
}

func read(e *format.Env) (s settings, err error) {
	p := &format.Parser{Options: e.Options}
	s = settings{header: p.Bool("header", false), enforce: p.Bool("enforceSchema", true), infer: p.Bool("inferSchema", false), ratio: p.Float("samplingRatio", 1)}
	s.records = records.Options{Whole: p.Bool("multiLine", false), Separator: p.Text("lineSep", "")}
	s.prune = p.Bool("columnPruning", !s.records.Whole && e.Conf("spark.sql.csv.parser.columnPruning.enabled", "true") != "false")
	if s.ratio <= 0 {
		return s, condition.New("", "", "samplingRatio (%v) should be greater than 0", s.ratio)
	}
	charset := p.First("", "encoding", "charset")
	if c, err := records.Charset(charset); err != nil {
		return s, err
	} else if c != nil {
		s.records.Charset = charset
	}
	o := &s.scan
	*o = csvscan.Options{
		NullValue: p.Text("nullValue", ""), EmptyValue: p.Text("emptyValue", ""), NaN: p.Text("nanValue", ""),
		Infinity: p.Text("positiveInf", ""), MinusInfinity: p.Text("negativeInf", ""),
		TrimLeading: p.Bool("ignoreLeadingWhiteSpace", false), TrimTrailing: p.Bool("ignoreTrailingWhiteSpace", false), Lines: !s.records.Whole && s.records.Separator == "",
		CorruptRecord: p.Text("columnNameOfCorruptRecord", e.Conf("spark.sql.columnNameOfCorruptRecord", "_corrupt_record")), Zone: e.Zone, Now: e.Now,
		TimestampFormat: p.Text("timestampFormat", ""), TimestampNTZFormat: p.Text("timestampNTZFormat", ""), DateFormat: p.Text("dateFormat", ""),
	}
	switch strings.ToUpper(p.Text("mode", "PERMISSIVE")) {
	case "FAILFAST":
		o.Mode = jsonscan.FailFast
	case "DROPMALFORMED":
		o.Mode = jsonscan.DropMalformed
	}
	if o.Separator, err = separator(p.First(",", "sep", "delimiter")); err != nil {
		return s, err
	}
	for _, c := range []struct {
		name, otherwise string
		to              *byte
		none            *bool
	}{{"quote", `"`, &o.Quote, &o.NoQuotes}, {"escape", `\`, &o.Escape, nil}, {"comment", "", &s.comment, nil}} {
		switch text := p.Text(c.name, c.otherwise); {
		case len(text) == 1:
			*c.to = text[0]
		case utf8.RuneCountInString(text) > 1:
			return s, condition.New("", "", "%s cannot be more than one character", c.name)
		case len(text) > 1:
			return s, condition.New("", "", "%s cannot be %q", c.name, text).WithFix("use an ASCII character")
		case c.none != nil:
			*c.none = true
		}
	}
	return s, p.Err
}

// separator reads the option sep: \t and other escapes stand for a character.
func separator(s string) (string, error) {
	if s == "" {
		return "", condition.New("INVALID_DELIMITER_VALUE.EMPTY_STRING", "42602", "Invalid value for delimiter. Delimiter cannot be empty string.")
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			b.WriteByte(s[i])
			continue
		}
		if i++; i == len(s) {
			if len(s) == 1 {
				return "", condition.New("INVALID_DELIMITER_VALUE.SINGLE_BACKSLASH", "42602", "Invalid value for delimiter. Single backslash is prohibited. It has special meaning as beginning of an escape sequence. To get the backslash character, pass a string with two backslashes as the delimiter.")
			}
			b.WriteByte('\\')
			break
		}
		at := strings.IndexByte("trbf\\\"'0", s[i])
		if at < 0 {
			return "", condition.New("INVALID_DELIMITER_VALUE.UNSUPPORTED_SPECIAL_CHARACTER", "42602", "Invalid value for delimiter. Unsupported special character for delimiter: \\%c.", s[i])
		}
		b.WriteByte("\t\r\b\f\\\"'\x00"[at])
	}
	return b.String(), nil
}

// Splittable says whether ranges of a file can be read by themselves.
func (Format) Splittable(f format.File, e *format.Env) bool {
	s, err := read(e)
	return err == nil && s.records.Splittable(f)
}

// supported are the types of fields: those without parts.
func supported(t *types.Type) bool { return !t.Nested() && t.Kind != types.CalendarKind }
