package jsonscan

import (
	"math/bits"

	"gospark/runtime/types"
)

// PlainTimestamp reads the usual form, 2024-01-31T10:20:30[.fraction]Z, faster than the general way.
func PlainTimestamp(s string) (int64, bool) {
	if n := len(s); n < 20 || n > 27 || s[n-1] != 'Z' || s[10] != 'T' && s[10] != ' ' {
		return 0, false
	}
	day, ok := plainDay(s)
	if !ok {
		return 0, false
	}
	within, ok := timeOfDay(load(s, 11))
	if !ok {
		return 0, false
	}
	micros, ok := fraction(s[19 : len(s)-1])
	return day*types.Day + within + micros, ok
}

// plainDay is the day that the first ten bytes of a text are, yyyy-MM-dd, in days since 1970.
func plainDay(s string) (int64, bool) {
	// yyyy-MM- as eight digits, with 0 where a minus is
	w := load(s, 0) ^ 0x2d30_302d_3030_3030
	a, b := s[8]-'0', s[9]-'0'
	if (w|(w+0x0606_0606_0606_0606))&highs != 0 || w&0xff00_00ff_0000_0000 != 0 || a > 9 || b > 9 {
		return 0, false
	}
	w = w * 2561 >> 8
	year, month, day := int(w&0xff*100+w>>16&0xff), int(w>>40&0xff), int(a*10+b)
	if year < 1 || month < 1 || month > 12 || day < 1 || day > types.MonthDays(year, month) {
		return 0, false
	}
	return types.DaysOf(year, month, day), true
}

// timeOfDay is the microseconds that the eight bytes hh:mm:ss are.
func timeOfDay(w uint64) (int64, bool) {
	// as eight digits, with 0 where a colon is
	w ^= 0x3030_3a30_303a_3030
	if (w|(w+0x0606_0606_0606_0606))&highs != 0 || w&0x0000_ff00_00ff_0000 != 0 {
		return 0, false
	}
	w = w * 2561 >> 8
	h, m, sec := int64(w&0xff), int64(w>>24&0xff), int64(w>>48&0xff)
	return (h*3600 + m*60 + sec) * types.Second, h <= 23 && m <= 59 && sec <= 59
}

// fraction is the microseconds of "" or of a dot with one to six digits.
func fraction(s string) (int64, bool) {
	if s == "" {
		return 0, true
	}
	if s[0] != '.' || len(s) < 2 || len(s) > 7 {
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

// A Form says which timestamps are read: with a Z behind them, without, or either, which is then the same.
type Form uint8

const (
	Zulu Form = iota
	Bare
	Either
)

// A Clock reads timestamps as PlainTimestamp does and remembers the day of the one before. The zero value is ready; it
// reads those with a Z.
type Clock struct {
	Form Form

	first uint64 // the first eight bytes of some date, yyyy-MM-dd; 0: none yet
	last  uint16 // its last two
	start int64  // of that day
}

// set looks a day up; s begins with one.
func (c *Clock) set(s string) bool {
	day, ok := plainDay(s)
	if ok {
		c.first, c.last, c.start = load(s, 0), pair(s, 8), day*types.Day
	}
	return ok
}

// same says whether the day at i is the one before. There are ten bytes.
func (c *Clock) same(s string, i int) bool {
	return load(s, i) == c.first && pair(s, i+8) == c.last && c.first != 0
}

// pair is two bytes of a text.
func pair(s string, i int) uint16 { return uint16(s[i]) | uint16(s[i+1])<<8 }

// Read reads a timestamp; false if it is not in the usual form.
func (c *Clock) Read(s string) (int64, bool) {
	n := len(s)
	if n < 19 || n > 27 || s[10] != 'T' && s[10] != ' ' || !c.same(s, 0) && !c.set(s) {
		return 0, false
	}
	if s[n-1] == 'Z' {
		if n--; n < 19 || c.Form == Bare {
			return 0, false
		}
	} else if c.Form == Zulu {
		return 0, false
	}
	within, ok := timeOfDay(load(s, 11))
	if !ok {
		return 0, false
	}
	micros, ok := fraction(s[19:n])
	return c.start + within + micros, ok
}

// at is Read for a string in a text, from its quote on; end is behind the other quote, or 0 if it is not in the usual form.
func (c *Clock) at(s string, i int) (v int64, end int) {
	if i+32 > len(s) || s[i] != '"' || !c.same(s, i+1) || s[i+11] != 'T' && s[i+11] != ' ' {
		return c.slow(s, i)
	}
	within, ok := timeOfDay(load(s, i+12))
	if !ok {
		return 0, 0
	}
	v, i = c.start+within, i+20
	if s[i] == '.' {
		w := load(s, i+1) ^ zeros
		n := bits.TrailingZeros64(others(w)) >> 3
		if n == 0 || n > 6 {
			return 0, 0
		}
		v += int64(whole8(w<<(8*uint(8-n)&63))) * micro[n]
		i += 1 + n
	}
	if s[i] == 'Z' {
		if i++; c.Form == Bare {
			return 0, 0
		}
	} else if c.Form == Zulu {
		return 0, 0
	}
	if s[i] != '"' {
		return 0, 0
	}
	return v, i + 1
}

// slow is at for other days, and near the end of the text.
func (c *Clock) slow(s string, i int) (v int64, end int) {
	if i == len(s) {
		return 0, 0
	}
	if end = plainString(s, i); end == 0 {
		return 0, 0
	}
	v, ok := c.Read(s[i+1 : end-1])
	if !ok {
		return 0, 0
	}
	return v, end
}

// day reads a date in quotes, in days since 1970; end is 0 if it is not in the usual form.
func (c *Clock) day(s string, i int) (v int32, end int) {
	if i+12 > len(s) || s[i] != '"' || s[i+11] != '"' || !c.same(s, i+1) && !c.set(s[i+1:]) {
		return 0, 0
	}
	return int32(c.start / types.Day), i + 12
}
