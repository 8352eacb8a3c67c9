package jsonscan

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"gospark/runtime/connector/lines"
)

// TestAppendLines compares lines that are read from a text with the same lines, cut and read one by one.
func TestAppendLines(t *testing.T) {
	typ := schema(t, "page STRING, ts TIMESTAMP, n BIGINT, in STRUCT<a: INT, b: ARRAY<INT>>, _corrupt_record STRING")
	some := []string{
		`{"page":"/p/17","ts":"2026-11-21T10:20:30Z","n":-12,"in":{"a":1,"b":[1,2]}}` + "\n",
		`{"page":"/p/18","ts":"2026-11-21T10:20:31Z","n":13,"x":[1,{"a":0}]}` + "\r\n",
		`{"page":"a \"quote\"","n":null,"in":{"b":[1,` + "\n",
		`{"ts":"2026-11-21T10:20:31Z","n":13,"page":/* a ` + "\n",
		`{"n":5} and more` + "\r", `{"n":` + "\n", `5}` + "\n", "\n", "  \r\n", "null\n", `[{"n":1},{"n":2}]` + "\n", `{}`, "\n", `{"page":"x`, `","n":1}`,
	}
	for name, o := range map[string]Options{"strict": {RowsOfArrays: true},
		"lenient":  {RowsOfArrays: true, AllowComments: true, AllowControlCharacters: true, AllowUnquotedNames: true},
		"dropping": {RowsOfArrays: true, Mode: DropMalformed}} {
		t.Run(name, func(t *testing.T) {
			whole, err := New(typ, o)
			if err != nil {
				t.Fatal(err)
			}
			single, err := New(typ, o)
			if err != nil {
				t.Fatal(err)
			}
			r := rand.New(rand.NewPCG(7, 8))
			for range 2_000 {
				var b strings.Builder
				for range r.IntN(20) {
					line := some[r.IntN(len(some))]
					if r.IntN(4) == 0 {
						line = mutate(r, line, `{}[]",:. 1a/*`+"\\\n\r")
					}
					b.WriteString(line)
				}
				text := b.String()
				single.Reset()
				for rest := text; rest != ""; {
					var line string
					if line, rest = lines.Cut(rest); !Blank(line) {
						if _, err := single.Append(line); err != nil {
							t.Fatal(err)
						}
					}
				}
				whole.Reset()
				for rest, rows := text, 0; rest != ""; {
					rows += 3
					if rest, err = whole.AppendLines(rest, rows); err != nil {
						t.Fatal(err)
					}
				}
				if whole.Len() != single.Len() {
					t.Fatalf("%q: %d rows instead of %d", text, whole.Len(), single.Len())
				}
				v, w := whole.Vector(), single.Vector()
				for i := range whole.Len() {
					if got, want := fmt.Sprint(v.Any(i)), fmt.Sprint(w.Any(i)); got != want {
						t.Fatalf("%q: row %d is %s instead of %s", text, i, got, want)
					}
				}
			}
		})
	}
}
