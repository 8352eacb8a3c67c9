package csvscan

import (
	"math/rand/v2"
	"testing"

	"gospark/runtime/format/jsonscan"
	"gospark/runtime/types"
)

// TestLine compares what is read as a line is cut with what is read behind the cut, on records changed in some bytes.
func TestLine(t *testing.T) {
	const ddl = "page STRING, n BIGINT, ts TIMESTAMP, dur DOUBLE, i INT, _corrupt_record STRING"
	typ, err := types.ParseDDL(ddl)
	if err != nil {
		t.Fatal(err)
	}
	two := types.StructOf(typ.Fields[3], typ.Fields[1])
	pairs := map[string]func() (*Scanner, error){
		"all":  func() (*Scanner, error) { return New(typ, Options{Lines: true}) },
		"null": func() (*Scanner, error) { return New(typ, Options{Lines: true, NullValue: "-", EmptyValue: "e"}) },
		"drop": func() (*Scanner, error) { return New(typ, Options{Lines: true, Mode: jsonscan.DropMalformed}) },
		"two":  func() (*Scanner, error) { return NewAt(two, []int{3, 1}, Options{Lines: true, Separator: ";"}) },
	}
	lines := []string{
		"/p/17,12,2026-11-21T10:20:30Z,17.25,7",
		`"a, ""b""",-5,2026-11-21 10:20:30.5Z,-1.5,2147483648`,
		`"x\"y",,,NaN,"3"`,
		"/p/17;12;2026-11-21T10:20:30Z;17.25;7;more",
		",1,1969-12-31T23:59:59Z,1e3,-7",
	}
	const alphabet = `,;"\ 0123456789.:-+TZea`
	r := rand.New(rand.NewPCG(5, 6))
	for name, make := range pairs {
		fast, err := make()
		if err != nil {
			t.Fatal(err)
		}
		slow, err := make()
		if err != nil {
			t.Fatal(err)
		}
		if fast.place == nil {
			t.Fatalf("%s: lines are not read as they are cut", name)
		}
		slow.place = nil
		for range 50_000 {
			b := []byte(lines[r.IntN(len(lines))])
			for range r.IntN(4) {
				i := r.IntN(len(b))
				switch c := alphabet[r.IntN(len(alphabet))]; r.IntN(3) {
				case 0:
					b[i] = c
				case 1:
					b = append(b[:i], b[i+1:]...)
				case 2:
					b = append(b[:i], append([]byte{c}, b[i:]...)...)
				}
			}
			text := string(b)
			var rows [2]string
			var got [2]int
			for i, s := range []*Scanner{fast, slow} {
				s.Reset()
				n, err := s.Append(text)
				if err != nil {
					t.Fatal(err)
				}
				if got[i] = n; n > 0 {
					rows[i] = types.Text(s.Vector().Any(0), s.typ, types.CastText, nil)
				}
			}
			if rows[0] != rows[1] || got[0] != got[1] {
				t.Fatalf("%s: %s\n   as it is cut: %s\nbehind the cut: %s", name, text, rows[0], rows[1])
			}
		}
	}
}
