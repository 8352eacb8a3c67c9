package show

import (
	"go/types"
	"math"
	"strconv"
	"unicode/utf8"
)

// Strings and numbers.

// quote writes a string literal. No more is quoted than is shown.
func (w *writer) quote(s string) {
	if room := w.Width - len(w.out) + utf8.UTFMax; room > 0 && len(s) > room {
		s = s[:room]
	}
	w.put(strconv.Quote(s))
}

func (w *writer) integer(n int64, t types.Type) {
	if b, ok := types.Unalias(t).(*types.Basic); ok && b.Name() == "rune" && n >= 0 && n <= utf8.MaxRune {
		w.put(strconv.QuoteRune(rune(n)))
		return
	}
	w.put(strconv.FormatInt(n, 10))
}

// float writes a number as fmt.Println does.
func float(f float64, bits int) string {
	s := strconv.FormatFloat(f, 'g', -1, bits)
	if exp := math.Abs(f); exp < 1e21 && exp >= 1e-4 {
		s = strconv.FormatFloat(f, 'f', -1, bits)
	}
	return s
}
