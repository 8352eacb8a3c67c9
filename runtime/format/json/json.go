// Package json reads and writes JSON files: one value a line, or with multiLine one a file. Reading is done by package
// jsonscan, as from_json does it; the options are those of Spark's JSON data source.
package json

import (
	"strings"

	"gospark/runtime/condition"
	"gospark/runtime/format"
	"gospark/runtime/format/jsonscan"
	"gospark/runtime/format/records"
	"gospark/runtime/types"
)

// Format is JSON.
type Format struct{}

var _ format.Format = Format{}

// Name is what Spark calls the format in messages.
func (Format) Name() string { return "JSON" }

// Modes are what the option mode says; anything else is permissive.
func mode(o format.Options) jsonscan.Mode {
	switch strings.ToUpper(o.Text("mode", "PERMISSIVE")) {
	case "FAILFAST":
		return jsonscan.FailFast
	case "DROPMALFORMED":
		return jsonscan.DropMalformed
	}
	return jsonscan.Permissive
}

// corruptColumn is the name of the column for corrupt records.
func corruptColumn(e *format.Env) string {
	return e.Options.Text("columnNameOfCorruptRecord", e.Conf("spark.sql.columnNameOfCorruptRecord", "_corrupt_record"))
}

// settings are the options, read.
type settings struct {
	scan    jsonscan.Options
	records records.Options
	infer   inference
}

func read(e *format.Env) (s settings, err error) {
	p := &format.Parser{Options: e.Options}
	s.records = records.Options{Whole: p.Bool("multiLine", false), Separator: p.Text("lineSep", "")}
	charset := p.First("", "encoding", "charset")
	if c, err := records.Charset(charset); err != nil {
		return s, err
	} else if c != nil {
		s.records.Charset = charset
		if wide := strings.ToUpper(charset); !s.records.Whole && s.records.Separator == "" && (strings.HasPrefix(wide, "UTF-16") || strings.HasPrefix(wide, "UTF-32")) {
			return s, condition.New("", "", "The lineSep option must be specified for the %s encoding", charset)
		}
	}
	s.scan = jsonscan.Options{
		Mode: mode(e.Options), CorruptRecord: corruptColumn(e), Zone: e.Zone, Now: e.Now,
		TimestampFormat: p.Text("timestampFormat", ""), TimestampNTZFormat: p.Text("timestampNTZFormat", ""), DateFormat: p.Text("dateFormat", ""),
		AllowComments: p.Bool("allowComments", false), AllowUnquotedNames: p.Bool("allowUnquotedFieldNames", false),
		RefuseSingleQuotes: !p.Bool("allowSingleQuotes", true), AllowLeadingZeros: p.Bool("allowNumericLeadingZeros", false),
		RefuseNonNumeric: !p.Bool("allowNonNumericNumbers", true), AllowBackslashAnything: p.Bool("allowBackslashEscapingAnyCharacter", false),
		AllowControlCharacters: p.Bool("allowUnquotedControlChars", false), PrimitivesAsString: p.Bool("primitivesAsString", false),
		RowsOfArrays: true,
	}
	s.infer = inference{scan: s.scan, decimals: p.Bool("prefersDecimal", false), timestamps: p.Bool("inferTimestamp", false),
		dropNull: p.Bool("dropFieldIfAllNull", false), ratio: p.Float("samplingRatio", 1)}
	if s.infer.ratio <= 0 {
		return s, condition.New("", "", "samplingRatio (%v) should be greater than 0", s.infer.ratio)
	}
	return s, p.Err
}

// Splittable says whether ranges of a file can be read by themselves.
func (Format) Splittable(f format.File, e *format.Env) bool {
	s, err := read(e)
	return err == nil && s.records.Splittable(f)
}

// supported refuses types that JSON does not have.
func supported(t *types.Type) bool {
	switch t.Kind {
	case types.ArrayKind:
		return supported(t.Elem)
	case types.MapKind:
		return supported(t.Key) && supported(t.Elem)
	case types.StructKind:
		for _, f := range t.Fields {
			if !supported(f.Type) {
				return false
			}
		}
	}
	return t.Kind != types.CalendarKind
}
