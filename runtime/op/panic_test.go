package op

import (
	"errors"
	"reflect"
	"testing"

	"gospark/runtime/plan"
)

func TestPanicTexts(t *testing.T) {
	for _, c := range []struct {
		p    any
		want string
	}{
		{"no ink", "map at snippet:2: panic: no ink"},
		{errors.New("no ink"), "map at snippet:2: panic: no ink"},
		{reflect.ValueOf("from interpreted code"), "map at snippet:2: panic: from interpreted code"},
		{"reflect: slice index out of range", "map at snippet:2: panic: runtime error: index out of range"},
		{&UserError{Where: &plan.Origin{Op: "filter"}, Value: "below"}, "filter: below"},
	} {
		err := func() (err error) {
			defer func() { err = PanicError(recover()) }()
			return Located(&plan.Origin{Op: "map", Site: "snippet:2"}, func() error { panic(c.p) })
		}()
		if err.Error() != c.want {
			t.Errorf("panic %v: %q, want %q", c.p, err, c.want)
		}
	}
}
