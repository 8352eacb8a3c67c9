package jsonscan

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"gospark/runtime/types"
)

// mutate changes a text in up to three bytes.
func mutate(r *rand.Rand, text, alphabet string) string {
	b := []byte(text)
	for range r.IntN(4) {
		if len(b) == 0 {
			break
		}
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
	return string(b)
}

// TestDirect compares what is read in place, on lines that were changed in some bytes, with what the parser alone reads.
func TestDirect(t *testing.T) {
	for _, c := range []struct {
		name, ddl string
		opts      Options
		lines     []string
	}{
		{"usual", "page STRING, user STRING, ts TIMESTAMP, dur DOUBLE, n BIGINT, i INT, in STRUCT<a: INT, b: STRING>, _corrupt_record STRING", Options{}, []string{
			`{"page":"/p/17","user":"u1","ts":"2026-11-21T10:20:30Z","dur":17.25,"n":-12,"i":7,"in":{"a":1,"b":"x"}}`,
			`{"page": "/p/17", "user": null, "ts": "1969-12-31 23:59:59Z", "dur": -0.5, "n": 123456789012345678, "i": 2147483648, "x": [1, {"a": 0}]}`,
			`{"user":"u\u00e9","page":"a long one, \" with quotes","ts":"2026-11-21T10:20:30.123Z","n":1,"n":2,"y":-1.5,"z":"","i":null}`,
			`{"ts":"2026-11-21T10:20:60Z","dur":1e3,"n":01,"i":3.5,"page":12,"user":true}`,
			`{"a rather long name":true,"page":"eight__8","i":12345678,"dur":1234567.8,"n":1234567,"no":false,"none":null,"ts":"2026-11-21T10:20:30"}`,
		}},
		{"others", "b BOOLEAN, d DATE, m DECIMAL(8,3), l DECIMAL(20,0), f FLOAT, s SMALLINT, y TINYINT, z TIMESTAMP_NTZ, ts TIMESTAMP, _corrupt_record STRING", Options{Zone: paris(t)}, []string{
			`{"b":true,"d":"2026-11-21","m":12345.678,"l":123456789012345,"f":12.5,"s":-32768,"y":127,"z":"2026-11-21T10:20:30.5","ts":"2026-11-21T10:20:30.5"}`,
			`{"b":false,"d":"0000-02-29","m":-99999.999,"l":-1,"f":16777217,"s":32768,"y":-129,"z":"2026-11-21 10:20:30Z","ts":"2026-02-29T10:20:30.123456Z"}`,
			`{"b": null, "d": "2024-02-29", "m": 0.1, "l": 1.5, "f": 1.17549e-38, "s": 0, "y": 0, "z": "2024-02-29T24:00:00", "ts": "2024-02-29T23:59:59.1234567Z"}`,
			`{"m":"1.5","b":"true","f":"NaN","d":20240101,"s":1.0,"ts":1700000000}`,
		}},
		{"lenient", "a STRING, b INT, c STRUCT<a: STRING, d: DOUBLE>, _corrupt_record STRING",
			Options{AllowComments: true, AllowUnquotedNames: true, AllowLeadingZeros: true, AllowBackslashAnything: true, AllowControlCharacters: true}, []string{
				`{"a":"x", /* one */ "b":007,"c":{"a":"y","d":1.50}}`,
				`{a:'x',b:1,c:{d:-0.0,a:null}}`,
				`{"a":"\x","c":{"a":'q"'},"b":-0}`,
			}},
		{"in an array", "a ARRAY<STRUCT<k: STRING, v: BIGINT>>, m MAP<STRING, STRUCT<v: INT>>, _corrupt_record STRING", Options{}, []string{
			`{"a":[{"k":"x","v":1},{"v":2,"k":"y"},{"k":"z"}],"m":{"p":{"v":1},"q":{"v":null}}}`,
			`{"a":[{"k":"x","v":1,"w":3},{"k":"x","v":"1"}],"m":{}}`,
		}},
	} {
		t.Run(c.name, func(t *testing.T) { compareDirect(t, c.ddl, c.opts, c.lines) })
	}
}

func paris(t *testing.T) *time.Location {
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func compareDirect(t *testing.T, ddl string, opts Options, lines []string) {
	typ := schema(t, ddl)
	fast, err := New(typ, opts)
	if err != nil {
		t.Fatal(err)
	}
	slow, err := New(typ, opts)
	if err != nil {
		t.Fatal(err)
	}
	slow.root = parserAlone(slow.root)
	r := rand.New(rand.NewPCG(3, 4))
	clean := 0
	for range 15_000 {
		text := mutate(r, lines[r.IntN(len(lines))], `{}[]",:. -+eEnutf\0123456789ZT/`+"\t\n\x01\xfa\x00")
		var rows [2]any
		for i, s := range []*Scanner{fast, slow} {
			s.Reset()
			if _, err := s.Append(" "[:i] + text); err != nil { // behind the blank the shortest way is not taken
				t.Fatal(err)
			}
			rows[i] = s.Vector().Any(0)
		}
		last := len(typ.Fields) - 1
		if row, _ := rows[1].(types.Row); row != nil && row[last] != nil {
			row[last] = row[last].(string)[1:]
		}
		if a, b := fmt.Sprintf("%#v", rows[0]), fmt.Sprintf("%#v", rows[1]); a != b { // NaN is itself
			t.Fatalf("%q\nin place: %v\n  parser: %v", text, rows[0], rows[1])
		}
		if row, _ := rows[0].(types.Row); row != nil && row[last] == nil {
			clean++
		}
	}
	if clean < 1_000 {
		t.Errorf("only %d texts were not corrupt", clean)
	}
}

// A slowStruct reads objects by the parser alone.
type slowStruct struct{ *structBuilder }

func (b slowStruct) read(p *parser) outcome {
	if p.peek() != '{' {
		return b.structBuilder.read(p)
	}
	row, result := b.n, good
	o := p.object(func(name string) outcome {
		k, known := b.index[name]
		if !known {
			return p.skipped()
		}
		f := b.fields[k]
		if f.len() > row {
			f.truncate(row)
		}
		switch o := f.read(p); o {
		case malformed:
			return malformed
		case mismatch:
			f.truncate(row)
			f.null()
			result = partial
		case partial:
			result = partial
		}
		return good
	})
	if o != good {
		b.truncate(row)
		return malformed
	}
	for _, f := range b.fields {
		if f.len() == row {
			f.null()
		}
	}
	b.valid.add(b.n, true)
	b.n++
	return result
}

// parserAlone takes the short cuts away from a builder.
func parserAlone(b builder) builder {
	switch b := b.(type) {
	case *structBuilder:
		for i, f := range b.fields {
			b.fields[i] = parserAlone(f)
		}
		return slowStruct{b}
	case *listBuilder:
		b.items = parserAlone(b.items)
	case *mapBuilder:
		b.items = parserAlone(b.items)
	}
	return b
}

// TestClock compares the timestamps and dates that are read in place with what a cast of the text yields.
func TestClock(t *testing.T) {
	texts := []string{"2026-11-21T10:20:30Z", "2026-11-21 10:20:30.123", "1582-10-04T00:00:00.000001Z", "0001-01-01 23:59:59", "9999-12-31T23:59:59.999999", "2024-02-29"}
	r := rand.New(rand.NewPCG(5, 6))
	var zulu, bare, either Clock
	bare.Form, either.Form = Bare, Either
	read := [5]int{}
	for range 50_000 {
		text := mutate(r, texts[r.IntN(len(texts))], "0123456789-: TZ.\x00")
		cast, fits := types.StringToTimestamp(text, time.UTC, nil)
		local, localFits := types.StringToTimestampNTZ(text, true)
		day, dayFits := types.StringToDate(text)
		for k, f := range []func() (got, want int64, ok, fits bool){
			func() (int64, int64, bool, bool) { v, ok := PlainTimestamp(text); return v, cast, ok, fits },
			func() (int64, int64, bool, bool) { v, ok := zulu.Read(text); return v, cast, ok, fits },
			func() (int64, int64, bool, bool) { v, ok := either.Read(text); return v, cast, ok, fits },
			func() (int64, int64, bool, bool) { v, ok := bare.Read(text); return v, local, ok, localFits },
			func() (int64, int64, bool, bool) {
				v, end := zulu.day(`"`+text+`"`, 0)
				return int64(v), int64(day), end > 0, dayFits
			},
		} {
			if got, want, ok, fits := f(); ok {
				read[k]++
				if !fits || got != want {
					t.Fatalf("%q is %d in place, and %d, %t as a cast (%d)", text, got, want, fits, k)
				}
			}
		}
	}
	for k, n := range read {
		if n < 1_000 {
			t.Errorf("way %d read only %d texts", k, n)
		}
	}
}
