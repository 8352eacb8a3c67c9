package types

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"gospark/runtime/condition"
)

// A recordedCase is what Spark 4.2 answered, ANSI mode on, in UTC.
type recordedCase struct {
	Case, Mode, Source, Target, Op, Pattern string
	Value                                   *string
	Want                                    any
	Error                                   string
	Params                                  map[string]string
}

func recorded(t *testing.T, file string) []recordedCase {
	f, err := os.Open("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var cases []recordedCase
	for in := bufio.NewScanner(f); in.Scan(); {
		var c recordedCase
		d := json.NewDecoder(strings.NewReader(in.Text()))
		d.UseNumber()
		if err := d.Decode(&c); err != nil {
			t.Fatal(err)
		}
		cases = append(cases, c)
	}
	if len(cases) < 50 {
		t.Fatalf("%s has %d cases", file, len(cases))
	}
	return cases
}

// plain is a value as the recorded files write it.
func plain(v any, typ *Type) any {
	switch {
	case v == nil:
		return nil
	case typ.Kind == BooleanKind:
		return v
	case typ.Kind == BinaryKind:
		return strings.ToUpper(hex.EncodeToString([]byte(v.(string))))
	case typ.Integral(), typ.IsInterval():
		return json.Number(itoa(int(wholeOf(v))))
	}
	return Text(v, typ, CastText, time.UTC)
}

// sameAnswer compares, floats by value.
func sameAnswer(got, want any, typ *Type) bool {
	if n, ok := want.(json.Number); ok && typ.Fractional() {
		bits := 64
		if typ.Kind == FloatKind {
			bits = 32
		}
		w, err := strconv.ParseFloat(n.String(), bits)
		g, ok := StringToFloat64(got.(string))
		if bits == 32 {
			g = float64(float32(g))
		}
		return err == nil && ok && g == w && math.Signbit(g) == math.Signbit(w)
	}
	return got == want
}

func checkError(t *testing.T, c recordedCase, err error) {
	t.Helper()
	if err == nil {
		t.Errorf("%s: no error, want %s", c.Case, c.Error)
		return
	}
	first, _, _ := strings.Cut(err.Error(), "\n")
	if first != c.Error {
		t.Errorf("%s:\ngot  %s\nwant %s", c.Case, first, c.Error)
	}
	var e *condition.Error
	if !errors.As(err, &e) {
		t.Errorf("%s: %T has no condition", c.Case, err)
		return
	}
	for name, want := range c.Params {
		if e.Params[name] != want {
			t.Errorf("%s: parameter %s is %q, want %q", c.Case, name, e.Params[name], want)
		}
	}
}

func TestRecordedCasts(t *testing.T) {
	for _, c := range recorded(t, "cast.jsonl") {
		from, err := ParseType(c.Source)
		if err != nil {
			t.Fatal(err)
		}
		to, err := ParseType(c.Target)
		if err != nil {
			t.Fatal(err)
		}
		var v any
		switch {
		case c.Value == nil:
		case from.Kind == BinaryKind:
			b, err := hex.DecodeString(*c.Value)
			if err != nil {
				t.Fatal(err)
			}
			v = string(b)
		default:
			read, err := Caster(String, from, CastOptions{})
			if err == nil {
				v, err = read(*c.Value)
			}
			if err != nil {
				t.Fatalf("%s: %v", c.Case, err)
			}
		}
		o := CastOptions{}
		if c.Mode == "try" {
			o.Mode = CastTry
		}
		if !CanCast(from, to, o.Mode) {
			name := "CAST"
			if o.Mode == CastTry {
				name = "TRY_CAST"
			}
			value := PrettyLiteral(v, from, nil)
			if strings.Contains(c.Error, "(CAST(") {
				value = "CAST(" + value + " AS " + from.SQL() + ")"
			}
			checkError(t, c, CastMismatch(from, to, o.Mode, name+"("+value+" AS "+to.SQL()+")"))
			continue
		}
		cast, err := Caster(from, to, o)
		if err != nil {
			t.Fatal(err)
		}
		got, err := cast(v)
		if c.Error != "" {
			checkError(t, c, err)
			continue
		}
		if err != nil || !sameAnswer(plain(got, to), c.Want, to) {
			t.Errorf("%s: %s %v as %s is %v %v, want %v", c.Case, from, Text(v, from, ShowText, nil), to, plain(got, to), err, c.Want)
		}
	}
}

func TestRecordedPatterns(t *testing.T) {
	for _, c := range recorded(t, "pattern.jsonl") {
		var got string
		var err error
		if c.Op == "format" {
			var p *Pattern
			micros, ok := StringToTimestamp(*c.Value, time.UTC, nil)
			if !ok {
				t.Fatalf("%s: %q is no timestamp", c.Case, *c.Value)
			}
			if p, err = FormatPattern(c.Pattern); err == nil {
				got, err = p.Format(micros, time.UTC)
			}
		} else {
			var p *Pattern
			if p, err = ParsePattern(c.Pattern); err == nil {
				var micros int64
				if micros, err = p.Parse(*c.Value, time.UTC); err == nil && c.Op == "parse_date" {
					got = string(AppendDate(nil, DateOf(micros, time.UTC)))
				} else if err == nil {
					got = string(AppendTimestamp(nil, micros, time.UTC))
				}
			}
			var p2 *ParseError
			if errors.As(err, &p2) {
				if c.Want == nil && c.Error == "" {
					continue // a try_ function
				}
				err = p2.With("try_to_" + strings.TrimPrefix(c.Op, "parse_"))
			}
		}
		if c.Error != "" {
			checkError(t, c, err)
			continue
		}
		if err != nil || got != c.Want {
			t.Errorf("%s: %q with %q is %q %v, want %v", c.Case, *c.Value, c.Pattern, got, err, c.Want)
		}
	}
}
