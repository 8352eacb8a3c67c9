package jsonscan

import (
	"gospark/runtime/types"
)

// A plainKind is a type whose usual form is read in place.
type plainKind uint8

const (
	plainNone plainKind = iota
	plainText
	plainLong
	plainInt
	plainDouble
	plainTimestamp
)

// A direct is a field whose values, in their usual form, are put into its column without a call through an interface.
type direct struct {
	kind    plainKind
	texts   *leaf[string]
	longs   *leaf[int64] // timestamps too
	ints    *leaf[int32]
	doubles *leaf[float64]
	clock   Clock
}

func newDirect(b builder) direct {
	switch l := b.(type) {
	case *leaf[string]:
		return direct{kind: l.plain, texts: l}
	case *leaf[int64]:
		return direct{kind: l.plain, longs: l}
	case *leaf[int32]:
		return direct{kind: l.plain, ints: l}
	case *leaf[float64]:
		return direct{kind: l.plain, doubles: l}
	}
	return direct{}
}

// read appends the value at i as that of a row which has none yet, and returns where it ends: 0 if the value is to be read
// by the parser, because it has another form, is none, or is the second of its name.
func (d *direct) read(s string, i, row int) int {
	if i >= len(s) {
		return 0
	}
	switch d.kind {
	case plainText:
		if s[i] != '"' || len(d.texts.v) != row {
			return 0
		}
		end := plainEnd(s, i+1, '"')
		if end >= len(s) || s[end] != '"' {
			return 0
		}
		d.texts.add(s[i+1 : end])
		return end + 1
	case plainLong:
		v, end := plainWhole(s, i)
		if end == 0 || len(d.longs.v) != row {
			return 0
		}
		d.longs.add(v)
		return end
	case plainInt:
		v, end := plainWhole(s, i)
		if end == 0 || int64(int32(v)) != v || len(d.ints.v) != row {
			return 0
		}
		d.ints.add(int32(v))
		return end
	case plainDouble:
		v, end := plainFloat(s, i)
		if end == 0 || len(d.doubles.v) != row {
			return 0
		}
		d.doubles.add(v)
		return end
	case plainTimestamp:
		if s[i] != '"' || len(d.longs.v) != row {
			return 0
		}
		end := i + 21 // behind a timestamp of whole seconds
		if end >= len(s) || s[end] != '"' {
			if end = plainEnd(s, i+1, '"'); end >= len(s) || s[end] != '"' {
				return 0
			}
		}
		v, ok := d.clock.Read(s[i+1 : end])
		if !ok {
			return 0
		}
		d.longs.add(v)
		return end + 1
	}
	return 0
}

// ends says whether a number may end before a byte.
func ends(c byte) bool { return c == ',' || c == '}' || c == ']' || c <= ' ' }

// plainWhole reads digits that an int64 has room for, perhaps behind a minus; end is 0 if there is something else.
func plainWhole(s string, i int) (v int64, end int) {
	neg := s[i] == '-'
	if neg {
		i++
	}
	from := i
	for i < len(s) && s[i]-'0' <= 9 {
		v = v*10 + int64(s[i]-'0') // more than 18 digits are not looked at
		i++
	}
	if n := i - from; n == 0 || n > 18 || n > 1 && s[from] == '0' || i == len(s) || !ends(s[i]) {
		return 0, 0
	}
	if neg {
		v = -v
	}
	return v, i
}

// plainFloat reads a number of at most 15 digits without an exponent, which a division yields exactly.
func plainFloat(s string, i int) (f float64, end int) {
	neg := s[i] == '-'
	if neg {
		i++
	}
	from, v := i, uint64(0)
	for i < len(s) && s[i]-'0' <= 9 {
		v = v*10 + uint64(s[i]-'0')
		i++
	}
	digits, fraction := i-from, 0
	if digits == 0 || digits > 1 && s[from] == '0' {
		return 0, 0
	}
	if i < len(s) && s[i] == '.' {
		dot := i
		for i++; i < len(s) && s[i]-'0' <= 9; i++ {
			v = v*10 + uint64(s[i]-'0')
		}
		if fraction = i - dot - 1; fraction == 0 {
			return 0, 0
		}
	}
	if digits+fraction > 15 || i == len(s) || !ends(s[i]) {
		return 0, 0
	}
	f = float64(v)
	if fraction > 0 {
		f /= pow10[fraction]
	}
	if neg {
		f = -f
	}
	return f, i
}

// plainValue is the end of a string without escapes, or of a number without an exponent: 0 if there is something else.
func plainValue(s string, i int) int {
	if i >= len(s) {
		return 0
	}
	if s[i] == '"' {
		if end := plainEnd(s, i+1, '"'); end < len(s) && s[end] == '"' {
			return end + 1
		}
		return 0
	}
	if s[i] == '-' {
		i++
	}
	from := i
	for i < len(s) && s[i]-'0' <= 9 {
		i++
	}
	if i == from || i > from+1 && s[from] == '0' {
		return 0
	}
	if i < len(s) && s[i] == '.' {
		dot := i
		for i++; i < len(s) && s[i]-'0' <= 9; {
			i++
		}
		if i == dot+1 {
			return 0
		}
	}
	if i == len(s) || !ends(s[i]) {
		return 0
	}
	return i
}

// fraction is the microseconds of "" or of a dot with up to six digits.
func fraction(s string) (int64, bool) {
	if s == "" {
		return 0, true
	}
	if s[0] != '.' {
		return 0, false
	}
	v := int64(0)
	for i := 1; i < len(s); i++ {
		d := s[i] - '0'
		if d > 9 {
			return 0, false
		}
		v = v*10 + int64(d)
	}
	return v * micro[len(s)-1], true
}

// micro is how many microseconds a unit is behind so many digits.
var micro = [...]int64{1e6, 1e5, 1e4, 1e3, 100, 10, 1}

// A Clock reads timestamps as PlainTimestamp does and remembers the day of the one before. The zero value is ready.
type Clock struct {
	date  [10]byte // of some timestamp, yyyy-MM-dd
	start int64    // of that day
}

// Read reads a timestamp; false if it is not in the usual form.
func (c *Clock) Read(s string) (int64, bool) {
	if n := len(s); n >= 20 && n <= 27 && s[n-1] == 'Z' && (s[10] == 'T' || s[10] == ' ') && s[:10] == string(c.date[:]) {
		// hh:mm:ss as eight digits, with 0 where a colon is
		w := load(s, 11) ^ 0x3030_3a30_303a_3030
		if (w|(w+0x0606_0606_0606_0606))&0xf0f0_f0f0_f0f0_f0f0 == 0 && w&0x0000_ff00_00ff_0000 == 0 {
			h := int64(w&15*10 + w>>8&15)
			m := int64(w>>24&15*10 + w>>32&15)
			sec := int64(w>>48&15*10 + w>>56&15)
			micros, ok := fraction(s[19 : n-1])
			if ok && h <= 23 && m <= 59 && sec <= 59 {
				return c.start + (h*3600+m*60+sec)*types.Second + micros, true
			}
		}
	}
	v, ok := PlainTimestamp(s)
	if ok && s[:10] != string(c.date[:]) {
		within := v % types.Day
		if within < 0 {
			within += types.Day
		}
		copy(c.date[:], s)
		c.start = v - within
	}
	return v, ok
}
