package jsonscan

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"gospark/runtime/connector/lines"
	"gospark/runtime/types"
)

var routes = []struct{ name, ddl, line string }{
	{"usual", "page STRING, user STRING, ts TIMESTAMP, dur DOUBLE, n BIGINT, i INT, absent STRING, _corrupt_record STRING",
		`{"page":"/p/17","user":"user 4711 of many","ts":"2026-11-21T10:20:30Z","dur":17.25,"n":12,"i":7}`},
	{"with blanks", "page STRING, ts TIMESTAMP, dur DOUBLE, n BIGINT, i INT, _corrupt_record STRING",
		`{ "n": -12, "page": "/p/17", "ts": "1969-12-31 23:59:59.5Z", "dur" : -0.5, "i": 123456789 }`},
	{"others", "b BOOLEAN, d DATE, m DECIMAL(8,3), l DECIMAL(20,0), f FLOAT, s SMALLINT, y TINYINT, z TIMESTAMP_NTZ, _corrupt_record STRING",
		`{"b":true,"d":"2026-11-21","m":12345.678,"l":123456789012345,"f":12.5,"s":-32768,"y":127,"z":"2026-11-21T10:20:30.5"}`},
	{"mostly skipped", "n BIGINT, _corrupt_record STRING",
		`{"a rather long name that is skipped":"some text","b":true,"c":null,"d":1.5,"e":0,"f":"","n":1,"g":12345678901,"h":"eight"}`},
	{"one", "a STRING, _corrupt_record STRING", `{"a":"x"}`},
	{"nothing wanted", "x INT, _corrupt_record STRING", `{"a":1}`},
}

const touched = `{}[]",:. -+eEnutf\0123456789ZTaegnprs/` + "\t\n\r\x01\xfa\x00"

// TestRoute compares objects that are read by the route of one of them, and objects that differ from it in some bytes, with
// what the parser alone reads.
func TestRoute(t *testing.T) {
	for _, c := range routes {
		t.Run(c.name, func(t *testing.T) {
			typ := schema(t, c.ddl)
			last := len(typ.Fields) - 1
			fast, slow := scanner(t, typ, false), scanner(t, typ, true)
			r := rand.New(rand.NewPCG(11, 12))
			taken, left := 0, 0
			for range 6_000 {
				fast.Reset()
				fast.rows.route = route{}
				for range 2 {
					if _, err := fast.Append(c.line); err != nil {
						t.Fatal(err)
					}
				}
				if fast.rows.route.legs == nil {
					t.Fatal("there is no route")
				}
				fast.rows.route.credit = penalty
				text := mutate(r, c.line, touched)
				if _, err := fast.Append(text); err != nil {
					t.Fatal(err)
				}
				if fast.rows.route.credit > penalty {
					taken++
				} else {
					left++
				}
				slow.Reset()
				if _, err := slow.Append(" " + text); err != nil { // behind a blank the short way is not taken
					t.Fatal(err)
				}
				got, want := fast.Vector(), slow.Vector().Any(0)
				if row, _ := want.(types.Row); row != nil && row[last] != nil {
					row[last] = row[last].(string)[1:]
				}
				if a, b := fmt.Sprintf("%#v", got.Any(2)), fmt.Sprintf("%#v", want); a != b {
					t.Fatalf("%q\nby the route: %s\n      parser: %s", text, a, b)
				}
				if a, b := fmt.Sprintf("%#v", got.Any(0)), fmt.Sprintf("%#v", got.Any(1)); a != b {
					t.Fatalf("the same object is %s and %s", a, b)
				}
			}
			if taken < 1_000 || left < 500 {
				t.Errorf("%d objects took the route, %d did not", taken, left)
			}
		})
	}
}

// TestRouteOfLines compares a text of such lines with the same lines, read one by one by the parser alone.
func TestRouteOfLines(t *testing.T) {
	for _, c := range routes {
		t.Run(c.name, func(t *testing.T) {
			typ := schema(t, c.ddl)
			last := len(typ.Fields) - 1
			slow := scanner(t, typ, true)
			r := rand.New(rand.NewPCG(13, 14))
			for range 200 {
				fast := scanner(t, typ, false)
				var b strings.Builder
				for range r.IntN(40) {
					line := c.line
					if r.IntN(4) == 0 {
						line = mutate(r, line, touched)
					}
					b.WriteString(line + []string{"\n", "\r\n", "\r", " \n", " x\n"}[r.IntN(30)/26*r.IntN(5)])
				}
				text := b.String()
				if r.IntN(2) == 0 {
					text = strings.TrimRight(text, "\r\n")
				}
				slow.Reset()
				for rest := text; rest != ""; {
					var line string
					if line, rest = lines.Cut(rest); !Blank(line) {
						if _, err := slow.Append(" " + line); err != nil {
							t.Fatal(err)
						}
					}
				}
				for rest, rows := text, 0; rest != ""; {
					var err error
					rows += 1 + r.IntN(20)
					if rest, err = fast.AppendLines(rest, rows); err != nil {
						t.Fatal(err)
					}
				}
				if fast.Len() != slow.Len() {
					t.Fatalf("%q: %d rows instead of %d", text, fast.Len(), slow.Len())
				}
				v, w := fast.Vector(), slow.Vector()
				for i := range fast.Len() {
					want := w.Any(i)
					if row, _ := want.(types.Row); row != nil && row[last] != nil {
						row[last] = row[last].(string)[1:]
					}
					if a, b := fmt.Sprintf("%#v", v.Any(i)), fmt.Sprintf("%#v", want); a != b {
						t.Fatalf("%q: row %d is %s instead of %s", text, i, a, b)
					}
				}
			}
		})
	}
}

// scanner is one that reads by the parser alone, or with its short cuts.
func scanner(t *testing.T, typ *types.Type, alone bool) *Scanner {
	s, err := New(typ, Options{RowsOfArrays: true})
	if err != nil {
		t.Fatal(err)
	}
	if alone {
		s.root = parserAlone(s.root)
	}
	return s
}

// A route that most objects do not take is given up, and another is tried, so many times.
func TestRoutesAreGivenUp(t *testing.T) {
	s := scanner(t, schema(t, "a INT, b INT"), false)
	texts := []string{`{"a":1,"b":2}`, `{"b":2,"a":1}`, `{"b":2}`}
	for i := range 10_000 {
		if _, err := s.Append(texts[i%3]); err != nil {
			t.Fatal(err)
		}
	}
	if r := &s.rows.route; r.legs != nil || r.plots != maxPlots {
		t.Errorf("after rows of three routes in turn there is one of %d legs, the %d-th", len(r.legs), r.plots)
	}
	if got, want := fmt.Sprint(s.Vector().Any(9_998)), fmt.Sprint(s.Vector().Any(2)); got != want {
		t.Errorf("%s instead of %s", got, want)
	}
}
