package expr

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"gospark/runtime/sql"
	"gospark/runtime/types"
)

// The examples of the documentation are true.
func TestExamples(t *testing.T) {
	checked := 0
	for _, f := range Functions() {
		if f.Doc == "" && !f.Internal {
			t.Errorf("%s has no documentation", f.Name)
		}
		at := strings.LastIndex(f.Example, " = ")
		if at < 0 {
			continue
		}
		query, want := f.Example[:at], f.Example[at+3:]
		rel, err := sql.Parse("SELECT " + query)
		if err != nil {
			t.Errorf("%s: %s: %v", f.Name, query, err)
			continue
		}
		s, err := analyzeQuery(rel, false)
		if errors.Is(err, errUnsupported) {
			continue
		}
		if err != nil {
			t.Errorf("%s: %s: %v", f.Name, query, err)
			continue
		}
		rows, err := s.run()
		if err != nil || len(rows) != 1 || len(rows[0]) != 1 {
			t.Errorf("%s: %s: %v %v", f.Name, query, rows, err)
			continue
		}
		v, typ := rows[0][0], s.exprs[0].Type()
		got := types.Text(v, typ, types.ShowText, time.UTC)
		same := got == want || v != nil && types.Text(v, typ, types.CastText, time.UTC) == want
		if x, ok := v.(float64); ok && !same { // the last digits are the library's
			y, ok := types.StringToFloat64(want)
			same = ok && math.Abs(x-y) <= 1e-12*math.Abs(y)
		}
		if !same {
			t.Errorf("%s: %s is %s, and is said to be %s", f.Name, query, got, want)
		}
		checked++
	}
	if checked < 150 {
		t.Errorf("only %d examples could be checked", checked)
	}
}
