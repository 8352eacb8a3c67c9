package jsonscan

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"gospark/runtime/types"
)

func schema(t testing.TB, ddl string) *types.Type {
	typ, err := types.ParseType(ddl)
	if err != nil {
		if typ, err = types.ParseDDL(ddl); err != nil {
			t.Fatal(ddl, err)
		}
	}
	return typ
}

// What a text says under a schema, as text; the last column is the corrupt record.
func TestValues(t *testing.T) {
	for _, c := range []struct{ ddl, text, want string }{
		{"a INT, b DOUBLE", `{"a":1,"b":0.8}`, "{1, 0.8}"},
		{"a INT, b STRING", `{"b":"x","a":"bad"}`, "{null, x}"},
		{"a INT, b STRING", `{"a":1`, "{null, null}"},
		{"a INT, b STRING", `{"a":1,"b":"x"`, "{null, null}"},
		{"a INT", `  {"a":1}  `, "{1}"},
		{"a INT", ``, "null"},
		{"a INT", ` `, "null"},
		{"a INT", `{"a":1} trailing`, "{1}"},
		{"a INT", `{"a":1,}`, "{null}"},
		{"a INT", `{"a":01}`, "{null}"},
		{"a INT", `{'a':1}`, "{1}"},
		{"a INT", `{a:1}`, "{null}"},
		{"a INT", `{"A":1}`, "{null}"},
		{"a INT", `{"a":1,"a":2}`, "{2}"},
		{"a INT", `{"a":1,"a":"x"}`, "{null}"},
		{"a INT", `{"a":1.0}`, "{null}"},
		{"a INT", `{"a":9999999999}`, "{null}"},
		{"a BIGINT", `{"a":-9223372036854775808}`, "{-9223372036854775808}"},
		{"a BIGINT", `{"a":9223372036854775808}`, "{null}"},
		{"a TINYINT", `{"a":-128}`, "{-128}"},
		{"a DOUBLE", `{"a":"NaN"}`, "{NaN}"},
		{"a DOUBLE", `{"a":-Infinity}`, "{-Infinity}"},
		{"a DOUBLE", `{"a":"1.5"}`, "{null}"},
		{"a DOUBLE", `{"a":1e3}`, "{1000.0}"},
		{"a DOUBLE", `{"a":0.1234567890123456789}`, "{0.12345678901234568}"},
		{"a DOUBLE", `{"a":-12.75}`, "{-12.75}"},
		{"a DECIMAL(10,2)", `{"a":1.255}`, "{1.26}"},
		{"a DECIMAL(10,2)", `{"a":"1,234.5"}`, "{1234.50}"},
		{"a DECIMAL(3,2)", `{"a":12.5}`, "{null}"},
		{"a BOOLEAN", `{"a":"true"}`, "{null}"},
		{"a BOOLEAN", `{"a":true}`, "{true}"},
		{"a STRING", `{"a":1}`, "{1}"},
		{"a STRING", `{"a":{"x": 1, "y": [1, 2.50, "q\n"]}}`, `{{"x":1,"y":[1,2.5,"q\n"]}}`},
		{"a STRING", `{"a":true}`, "{true}"},
		{"a STRING", `{"a":null}`, "{null}"},
		{"a STRING", `{"a":"\u00e9\n\ud83d\ude00\/"}`, "{é\n😀/}"},
		{"a STRING", "{\"a\":\"tab\there\"}", "{null}"},
		{"a DATE", `{"a":"2024-02-29"}`, "{2024-02-29}"},
		{"a DATE", `{"a":"2024-02-30"}`, "{null}"},
		{"a TIMESTAMP", `{"a":"2024-02-29T12:34:56.789Z"}`, "{2024-02-29 12:34:56.789}"},
		{"a TIMESTAMP", `{"a":"2024-02-29 12:34:56+01:00"}`, "{2024-02-29 11:34:56}"},
		{"a TIMESTAMP", `{"a":"2024-02-30T12:34:56Z"}`, "{null}"},
		{"a TIMESTAMP", `{"a":86400}`, "{1970-01-02 00:00:00}"},
		{"a TIMESTAMP_NTZ", `{"a":"2024-02-29T12:34:56"}`, "{2024-02-29 12:34:56}"},
		{"a TIMESTAMP_NTZ", `{"a":"2024-02-29T12:34:56Z"}`, "{null}"},
		{"a BINARY", `{"a":"QUI="}`, "{AB}"},
		{"a STRUCT<b:INT,c:STRING>, d INT", `{"a":{"b":"x","c":"y"},"d":1}`, "{{null, y}, 1}"},
		{"a ARRAY<INT>, d INT", `{"a":[1,"x",{"y":[1]}],"d":1}`, "{null, 1}"},
		{"a ARRAY<STRUCT<b:INT>>", `{"a":[{"b":1},{"b":"x"},null,{}]}`, "{[{1}, {null}, null, {null}]}"},
		{"a MAP<STRING,INT>, d INT", `{"a":{"x":1,"y":"z"},"d":2}`, "{null, 2}"},
		{"a MAP<STRING,ARRAY<INT>>", `{"a":{"x":[1],"y":[]}}`, "{{x -> [1], y -> []}}"},
		{"a INT, _corrupt_record STRING", `{"a":"7","b":5}`, `{null, {"a":"7","b":5}}`},
		{"a INT, _corrupt_record STRING", `[{"a":9}]`, `{null, [{"a":9}]}`},
		{"a INT, _corrupt_record STRING", `{"a":1,"_corrupt_record":"x"}`, `{1, null}`},
		{"ARRAY<INT>", `[1,2,3]`, "[1, 2, 3]"},
		{"ARRAY<INT>", `[1,"a"]`, "null"},
		{"ARRAY<STRUCT<x:INT>>", `{"x":1}`, "[{1}]"},
		{"MAP<STRING,STRING>", `{"a":1,"c":[1, 2]}`, "{a -> 1, c -> [1,2]}"},
		{"MAP<STRING,INT>", `{"a":1,"b":"x"}`, "null"},
		{"MAP<STRING,INT>", `[1]`, "null"},
	} {
		typ := schema(t, c.ddl)
		s, err := New(typ, Options{})
		if err != nil {
			t.Fatal(c.ddl, err)
		}
		// The row stands between others, which must not change it.
		for _, text := range []string{`{"d":1}`, c.text, c.text, `{`} {
			if _, err := s.Append(text); err != nil {
				t.Fatal(c.ddl, text, err)
			}
		}
		v := s.Vector()
		if v.Len() != 4 {
			t.Fatalf("%s: %d rows", c.text, v.Len())
		}
		for _, i := range []int{1, 2} {
			if got := types.Text(v.Any(i), typ, types.CastText, nil); got != c.want {
				t.Errorf("%s under %s:\n got %s\nwant %s", c.text, c.ddl, got, c.want)
			}
		}
	}
}

func TestModes(t *testing.T) {
	typ := schema(t, "a INT, b STRING")
	s, _ := New(typ, Options{Mode: FailFast})
	if _, err := s.Append(`{"a":"x","b":"y"}`); err == nil || !strings.Contains(err.Error(), "record parsing: [null,y].") {
		t.Errorf("fail fast: %v", err)
	}
	if n, err := s.Append(`{"a":1}`); n != 1 || err != nil || s.Len() != 1 {
		t.Errorf("after a failure: %d rows, %v", n, err)
	}
	s, _ = New(typ, Options{Mode: DropMalformed})
	for text, want := range map[string]int{`{"a":1}`: 1, `{"a":"x"}`: 0, `nope`: 0, `{}`: 1} {
		if n, err := s.Append(text); n != want || err != nil {
			t.Errorf("drop malformed: %s makes %d rows, %v", text, n, err)
		}
	}
	s, _ = New(typ, Options{RowsOfArrays: true})
	for text, want := range map[string]int{`[{"a":1},{"a":2},{"b":"x"}]`: 3, `[]`: 0, `[{"a":1},`: 1, `{"a":1}`: 1} {
		if n, err := s.Append(text); n != want || err != nil {
			t.Errorf("rows of arrays: %s makes %d rows, %v", text, n, err)
		}
	}
}

// TestMutations holds what is JSON and what is not to the standard library, for texts with random mistakes.
func TestMutations(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 9))
	bases := []string{
		`{"page":"/a/b","user":"u123","ts":"2026-11-21T10:00:00Z","dur":12.5,"n":3}`,
		`{ "n": -3, "x": {"a":[1,2.5e3,true,false,null,"q\"\u00e9"]}, "ts": "2026-11-21T10:00:00.123Z", "user": "u\n\u00e9", "page": null, "dur": -0.5e-3 }`,
		`{"dur":1e400,"n":99999999999999999999,"page":{"k":[]},"user":12}`,
	}
	const alphabet = "{}[]\",:0123456789.-+eEtfnul \\ab\x01\n"
	typ := schema(t, "page STRING, user STRING, ts TIMESTAMP, dur DOUBLE, n BIGINT, _corrupt_record STRING")
	s, err := New(typ, Options{RefuseSingleQuotes: true, RefuseNonNumeric: true})
	if err != nil {
		t.Fatal(err)
	}
	valid := 0
	for range 200_000 {
		b := []byte(bases[r.IntN(len(bases))])
		for range 1 + r.IntN(3) {
			i := r.IntN(len(b))
			switch r.IntN(3) {
			case 0:
				b[i] = alphabet[r.IntN(len(alphabet))]
			case 1:
				b = append(b[:i], b[i+1:]...)
			case 2:
				b = append(b[:i], append([]byte{alphabet[r.IntN(len(alphabet))]}, b[i:]...)...)
			}
		}
		text := string(b)
		s.Reset()
		if _, err := s.Append(text); err != nil {
			t.Fatal(err)
		}
		d := json.NewDecoder(strings.NewReader(text))
		d.UseNumber()
		var m map[string]any
		decodes := d.Decode(&m) == nil
		row, _ := s.Vector().Any(0).(types.Row)
		if row == nil {
			t.Fatalf("%q: NULL", text)
		}
		if decodes {
			valid++
			if n, ok := m["n"].(json.Number); ok {
				if v, err := n.Int64(); err == nil && row[4] != v {
					t.Fatalf("%q: n is %v", text, row[4])
				}
			}
			if u, ok := m["user"].(string); ok && row[1] != u && !strings.Contains(u, "\ufffd") {
				t.Fatalf("%q: user is %q", text, row[1])
			}
			continue
		}
		if row[5] == nil && !strings.HasPrefix(text, "{}") {
			t.Fatalf("%q: not corrupt, and the standard library cannot read it: %v", text, row)
		}
	}
	if valid < 10_000 {
		t.Errorf("only %d texts were JSON", valid)
	}
}

// BenchmarkAppend is a row of five fields; the standard library's decoding into a struct of strings and numbers, in the
// same run, is what to compare it with.
func BenchmarkAppend(b *testing.B) {
	typ := schema(b, "page STRING, user STRING, ts TIMESTAMP, dur DOUBLE, n BIGINT")
	texts := make([]string, 8192)
	for i := range texts {
		texts[i] = fmt.Sprintf(`{"page":"/p/%d","user":"u%d","ts":"2026-11-21T10:%02d:00Z","dur":%d.5,"n":%d}`, i%100, i, i%60, i%300, i)
	}
	b.Run("scanner", func(b *testing.B) {
		s, err := New(typ, Options{})
		if err != nil {
			b.Fatal(err)
		}
		for i := 0; b.Loop(); i++ {
			if i%len(texts) == 0 {
				s.Reset()
			}
			_, _ = s.Append(texts[i%len(texts)])
		}
	})
	b.Run("standard", func(b *testing.B) {
		var row struct {
			Page, User, Ts string
			Dur            float64
			N              int64
		}
		for i := 0; b.Loop(); i++ {
			if err := json.Unmarshal([]byte(texts[i%len(texts)]), &row); err != nil {
				b.Fatal(err)
			}
		}
	})
}
