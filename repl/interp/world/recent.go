package world

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
)

// Recent holds functions that the standard library gained after the Go version yaegi's own tables
// were made for. It belongs in front of the interpreter as well as in the world.
var Recent = Exports{
	"strings/strings": {
		"Lines":         reflect.ValueOf(strings.Lines),
		"SplitSeq":      reflect.ValueOf(strings.SplitSeq),
		"SplitAfterSeq": reflect.ValueOf(strings.SplitAfterSeq),
		"FieldsSeq":     reflect.ValueOf(strings.FieldsSeq),
		"FieldsFuncSeq": reflect.ValueOf(strings.FieldsFuncSeq),
	},
	"bytes/bytes": {
		"Lines":         reflect.ValueOf(bytes.Lines),
		"SplitSeq":      reflect.ValueOf(bytes.SplitSeq),
		"SplitAfterSeq": reflect.ValueOf(bytes.SplitAfterSeq),
		"FieldsSeq":     reflect.ValueOf(bytes.FieldsSeq),
		"FieldsFuncSeq": reflect.ValueOf(bytes.FieldsFuncSeq),
	},
	"os/os": {
		"CopyFS": reflect.ValueOf(os.CopyFS),
	},
	"path/filepath/filepath": {
		"Localize": reflect.ValueOf(filepath.Localize),
	},
}
