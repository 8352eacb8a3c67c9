package jsonscan

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"gospark/runtime/types"
)

// TestDirect compares what is read in place, on lines that were changed in some bytes, with what the parser alone reads.
func TestDirect(t *testing.T) {
	typ := schema(t, "page STRING, user STRING, ts TIMESTAMP, dur DOUBLE, n BIGINT, i INT, in STRUCT<a: INT, b: STRING>, _corrupt_record STRING")
	lines := []string{
		`{"page":"/p/17","user":"u1","ts":"2026-11-21T10:20:30Z","dur":17.25,"n":-12,"i":7,"in":{"a":1,"b":"x"}}`,
		`{"page": "/p/17", "user": null, "ts": "1969-12-31 23:59:59Z", "dur": -0.5, "n": 123456789012345678, "i": 2147483648, "x": [1, {"a": 0}]}`,
		`{"user":"u\u00e9","page":"a long one, \" with quotes","ts":"2026-11-21T10:20:30.123Z","n":1,"n":2,"y":-1.5,"z":"","i":null}`,
		`{"ts":"2026-11-21T10:20:60Z","dur":1e3,"n":01,"i":3.5,"page":12,"user":true}`,
	}
	const alphabet = `{}[]",:. -+eEnutf\0123456789ZT/` + "\t\x01\xfa"
	fast, err := New(typ, Options{})
	if err != nil {
		t.Fatal(err)
	}
	slow, err := New(typ, Options{})
	if err != nil {
		t.Fatal(err)
	}
	parserAlone(slow.rows)
	r := rand.New(rand.NewPCG(3, 4))
	clean := 0
	for range 100_000 {
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
		var rows [2]any
		for i, s := range []*Scanner{fast, slow} {
			s.Reset()
			if _, err := s.Append(text); err != nil {
				t.Fatal(err)
			}
			rows[i] = s.Vector().Any(0)
		}
		if !reflect.DeepEqual(rows[0], rows[1]) {
			t.Fatalf("%s\nin place: %v\n  parser: %v", text, rows[0], rows[1])
		}
		if row, _ := rows[0].(types.Row); row != nil && row[len(row)-1] == nil {
			clean++
		}
	}
	if clean < 10_000 {
		t.Errorf("only %d texts were not corrupt", clean)
	}
}

// parserAlone takes the short cuts away from a scanner.
func parserAlone(b *structBuilder) {
	b.lessons = maxLessons
	clear(b.direct)
	for _, f := range b.fields {
		if inner, ok := f.(*structBuilder); ok {
			parserAlone(inner)
		}
	}
}
