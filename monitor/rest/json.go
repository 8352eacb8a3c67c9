package rest

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"
)

// marshal gives JSON text in the layout of Spark's encoder: members on lines of their own, elements of an array side by
// side, a space on both sides of a colon.
func marshal(v any) ([]byte, error) {
	var compact bytes.Buffer
	enc := json.NewEncoder(&compact)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return layOut(bytes.TrimSpace(compact.Bytes())), nil
}

func layOut(in []byte) []byte {
	out := make([]byte, 0, len(in)*3/2)
	var open []byte // the brackets we are in
	line := func() {
		out = append(out, '\n')
		for _, b := range open {
			if b == '{' {
				out = append(out, "  "...)
			}
		}
	}
	for i := 0; i < len(in); i++ {
		switch c := in[i]; c {
		case '{', '[':
			out = append(out, c)
			if in[i+1] == c+2 { // both closing brackets are two after the opening one
				out = append(out, ' ', in[i+1])
				i++
				continue
			}
			open = append(open, c)
			if c == '{' {
				line()
			} else {
				out = append(out, ' ')
			}
		case '}', ']':
			open = open[:len(open)-1]
			if c == '}' {
				line()
			} else {
				out = append(out, ' ')
			}
			out = append(out, c)
		case ',':
			out = append(out, c)
			if open[len(open)-1] == '{' {
				line()
			} else {
				out = append(out, ' ')
			}
		case ':':
			out = append(out, " : "...)
		case '"':
			end := i + 1
			for in[end] != '"' {
				if in[end] == '\\' {
					if in[end+1] == 'u' {
						copy(in[end+2:end+6], bytes.ToUpper(in[end+2:end+6]))
					}
					end++
				}
				end++
			}
			out = append(out, in[i:end+1]...)
			i = end
		default:
			out = append(out, c)
		}
	}
	return out
}

// A date is written as Spark does: in GMT, with milliseconds.
type date time.Time

const dateLayout = "2006-01-02T15:04:05.000GMT"

func (d date) MarshalJSON() ([]byte, error) {
	return []byte(time.Time(d).UTC().Format(`"` + dateLayout + `"`)), nil
}

func (d *date) UnmarshalJSON(text []byte) error {
	t, err := time.Parse(`"`+dateLayout+`"`, string(text))
	*d = date(t)
	return err
}

// when gives the date of t, nil (to be left out) if it is zero.
func when(t time.Time) *date {
	if t.IsZero() {
		return nil
	}
	return (*date)(&t)
}

// ms gives a duration that may be absent.
func ms(d time.Duration, there bool) *int64 {
	if !there {
		return nil
	}
	n := max(0, d.Milliseconds())
	return &n
}

// A double is written as Java does, so that it is never taken for a whole number.
type double float64

func (d double) MarshalJSON() ([]byte, error) {
	f := float64(d)
	switch {
	case math.IsNaN(f):
		return []byte(`"NaN"`), nil
	case math.IsInf(f, 1):
		return []byte(`"Infinity"`), nil
	case math.IsInf(f, -1):
		return []byte(`"-Infinity"`), nil
	}
	if a := math.Abs(f); a == 0 || a >= 1e-3 && a < 1e7 {
		s := strconv.FormatFloat(f, 'f', -1, 64)
		if !strings.Contains(s, ".") {
			s += ".0"
		}
		return []byte(s), nil
	}
	mantissa, exp, _ := strings.Cut(strconv.FormatFloat(f, 'E', -1, 64), "E")
	if !strings.Contains(mantissa, ".") {
		mantissa += ".0"
	}
	n, _ := strconv.Atoi(exp)
	return []byte(mantissa + "E" + strconv.Itoa(n)), nil
}

// orEmpty makes sure that a list without elements is [ ] and not null.
func orEmpty[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}
