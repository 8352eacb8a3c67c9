package builtins

import (
	"strings"
	"testing"
)

func TestDrawnTables(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"a table", "+---+----+\n|  x|word|\n+---+----+\n|  1| a|b|\n|  2|日本|\n+---+----+\nonly showing top 2 rows\n",
			"┌───┬────┐\n│  x│word│\n├───┼────┤\n│  1│ a|b│\n│  2│日本│\n└───┴────┘\nonly showing top 2 rows\n"},
		{"without rows", "-----\nBatch: 0\n-----\n+-+\n|a|\n+-+\n+-+\n\n", "-----\nBatch: 0\n-----\n┌─┐\n│a│\n├─┤\n└─┘\n\n"},
		{"two", "+-+\n|a|\n+-+\n|1|\n+-+\n+--+\n|bb|\n+--+\n|22|\n+--+\n", "┌─┐\n│a│\n├─┤\n│1│\n└─┘\n┌──┐\n│bb│\n├──┤\n│22│\n└──┘\n"},
		{"a cell of two lines", "+-+\n|a|\n+-+\n|1\n2|\n+-+\n", ""},
		{"cut off", "+-+\n|a|\n+-+\n|1|\n", ""},
		{"no table", "+--\n(a,1)\n+\n", ""},
	} {
		var out strings.Builder
		tables := &Tables{Out: &out}
		want := c.want
		if want == "" {
			want = c.text
		}
		if err := tables.Setting().Set("pretty"); err != nil || tables.Setting().Get() != "pretty" {
			t.Fatal(err)
		}
		if n, err := tables.Write([]byte(c.text)); n != len(c.text) || err != nil || out.String() != want {
			t.Errorf("%s: %d, %v\n%swant\n%s", c.name, n, err, out.String(), want)
		}
		out.Reset()
		if err := tables.Setting().Set("spark"); err != nil {
			t.Fatal(err)
		}
		if tables.Write([]byte(c.text)); out.String() != c.text {
			t.Errorf("%s: Spark's text is\n%s", c.name, out.String())
		}
	}
	if got, want := drawn("+-+\n|a|\n+-+\n+-+\n", true), "\x1b[2m┌─┐\x1b[0m\n\x1b[2m│\x1b[0m\x1b[1ma\x1b[0m\x1b[2m│\x1b[0m\n\x1b[2m├─┤\x1b[0m\n\x1b[2m└─┘\x1b[0m\n"; got != want {
		t.Errorf("in colour:\n%q, want\n%q", got, want)
	}
}
