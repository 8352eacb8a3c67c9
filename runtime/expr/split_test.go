package expr

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// A pattern that stands for one text splits as the regular expression does.
func TestSplitByLiterals(t *testing.T) {
	for pattern, want := range map[string]string{
		" ": " ", ", ": ", ", `\.`: ".", `\|\|`: "||", "é": "é", "#": "#", "a-b": "a-b",
		".": "", "a|b": "", `\d`: "", `\n`: "", "": "", `\`: "", "[ ]": "", "x{2}": "", "\xff": "",
	} {
		if got := literalOf(pattern); got != want {
			t.Errorf("%q stands for %q, want %q", pattern, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		p, err := compilePattern(rapid.SampledFrom([]string{" ", "ab", `\.`, "é", `\$a`, "aa"}).Draw(t, "pattern"))
		if err != nil {
			t.Fatal(err)
		}
		s := strings.Join(rapid.SliceOf(rapid.SampledFrom([]string{"a", "b", " ", ".", "é", "$", "\xff"})).Draw(t, "parts"), "")
		limit := rapid.IntRange(-1, 4).Draw(t, "limit")
		general := *p
		general.literal = ""
		if got, want := p.split(nil, s, limit), general.split(nil, s, limit); !slices.Equal(got, want) {
			t.Fatalf("%q by %q, at most %d: %q, want %q", s, p.text, limit, got, want)
		}
	})
}
