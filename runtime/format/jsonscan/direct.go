package jsonscan

import (
	"math/bits"

	"gospark/runtime/types"
)

// A plainKind is a type whose usual form is read in place.
type plainKind uint8

const (
	plainNone plainKind = iota
	plainSkip           // of a name that the schema does not have
	plainText
	plainLong
	plainInt
	plainShort
	plainByte
	plainDouble
	plainFloat
	plainDecimal
	plainBool
	plainTimestamp
	plainDate
)

// A direct is a field whose values, in their usual form, are put into its column without a call through an interface.
type direct struct {
	kind             plainKind
	texts            *leaf[string]
	longs            *leaf[int64] // timestamps too
	ints             *leaf[int32] // dates too
	shorts           *leaf[int16]
	bytes            *leaf[int8]
	doubles          *leaf[float64]
	floats           *leaf[float32]
	decimals         *leaf[types.Decimal]
	bools            *leaf[bool]
	clock            Clock
	precision, scale int // of decimals
}

func newDirect(b builder, t *types.Type) direct {
	d := direct{precision: t.Precision, scale: t.Scale}
	switch l := b.(type) {
	case *leaf[string]:
		d.kind, d.texts = l.plain, l
	case *leaf[int64]:
		d.kind, d.longs, d.clock.Form = l.plain, l, l.form
	case *leaf[int32]:
		d.kind, d.ints = l.plain, l
	case *leaf[int16]:
		d.kind, d.shorts = l.plain, l
	case *leaf[int8]:
		d.kind, d.bytes = l.plain, l
	case *leaf[float64]:
		d.kind, d.doubles = l.plain, l
	case *leaf[float32]:
		d.kind, d.floats = l.plain, l
	case *leaf[types.Decimal]:
		d.kind, d.decimals = l.plain, l
	case *leaf[bool]:
		d.kind, d.bools = l.plain, l
	}
	return d
}

// put appends a value in its place: false if the row has one already.
func put[T any](l *leaf[T], row int, v T) bool {
	if len(l.v) != row {
		return false
	}
	l.add(v)
	return true
}

// read appends the value at i as that of a row which has none yet, and returns where it ends: 0 if the value is to be read
// by the parser, because it has another form, is none, or is the second of its name. Kinds that members reads by itself are
// not among those here.
func (d *direct) read(s string, i, row int) (end int) {
	if i >= len(s) {
		return 0
	}
	ok := false
	switch d.kind {
	case plainLong, plainInt, plainShort, plainByte: // of longs those that are negative or have many digits
		var v int64
		if v, end = plainWhole(s, i); end == 0 {
			return 0
		}
		switch {
		case d.kind == plainLong:
			ok = put(d.longs, row, v)
		case d.kind == plainInt:
			ok = int64(int32(v)) == v && put(d.ints, row, int32(v))
		case d.kind == plainShort:
			ok = int64(int16(v)) == v && put(d.shorts, row, int16(v))
		default:
			ok = int64(int8(v)) == v && put(d.bytes, row, int8(v))
		}
	case plainFloat, plainDecimal:
		v, neg, fraction, at := plainNumber(s, i)
		if end = at; end == 0 {
			return 0
		}
		if d.kind == plainFloat {
			f, exact := shortFloat(v, neg, fraction)
			ok = exact && put(d.floats, row, f)
		} else {
			x, fits := d.decimal(v, neg, fraction)
			ok = fits && put(d.decimals, row, x)
		}
	case plainBool:
		var v bool
		if v, end = plainTruth(s, i); end != 0 {
			ok = put(d.bools, row, v)
		}
	case plainDate:
		var v int32
		if v, end = d.clock.day(s, i); end != 0 {
			ok = put(d.ints, row, v)
		}
	}
	if !ok {
		return 0
	}
	return end
}

// ends says whether a number may end before a byte.
func ends(c byte) bool { return c == ',' || c == '}' || c == ']' || c <= ' ' }

// endsAt says whether a number may end at a position.
func endsAt(s string, i int) bool { return i < len(s) && ends(s[i]) }

// plainString is the end of a string without escapes whose quote is at i, 0 if there is something else.
func plainString(s string, i int) int {
	if s[i] != '"' {
		return 0
	}
	i++
	m := special(word(s, i), '"')
	if m == 0 {
		i = plainEnd(s, i+8, '"')
	} else {
		i += bits.TrailingZeros64(m) >> 3
	}
	if i >= len(s) || s[i] != '"' {
		return 0
	}
	return i + 1
}

// plainWhole reads digits that an int64 has room for, perhaps behind a minus; end is 0 if there is something else.
func plainWhole(s string, i int) (v int64, end int) {
	neg := s[i] == '-'
	if neg {
		i++
	}
	w := word(s, i) ^ zeros
	n := bits.TrailingZeros64(others(w)) >> 3
	if n == 8 {
		for n < 19 && i+n < len(s) && s[i+n]-'0' <= 9 {
			n++
		}
		if n > 18 {
			return 0, 0
		}
		for _, c := range []byte(s[i : i+n]) {
			v = v*10 + int64(c-'0')
		}
	} else {
		v = int64(whole8(w << (8 * uint(8-n) & 63)))
	}
	if n == 0 || n > 1 && s[i] == '0' || !endsAt(s, i+n) {
		return 0, 0
	}
	if neg {
		v = -v
	}
	return v, i + n
}

// plainNumber reads a number of at most 15 digits without an exponent: v over ten to the power of fraction. end is 0 if
// there is something else.
func plainNumber(s string, i int) (v uint64, neg bool, fraction, end int) {
	neg = s[i] == '-'
	if neg {
		i++
	}
	w := word(s, i) ^ zeros
	m := others(w)
	n := bits.TrailingZeros64(m) >> 3
	if n == 0 || n > 1 && w&0xff == 0 {
		return 0, false, 0, 0
	}
	if n < 8 && i+n < len(s) {
		if s[i+n] != '.' {
			if !ends(s[i+n]) {
				return 0, false, 0, 0
			}
			return whole8(w << (8 * uint(8-n) & 63)), neg, 0, i + n
		}
		if m &^= 0xff << (8 * uint(n) & 63); m != 0 {
			all := bits.TrailingZeros64(m) >> 3 // the digits and the dot
			if all == n+1 || !endsAt(s, i+all) {
				return 0, false, 0, 0
			}
			before := uint64(1)<<(8*uint(n)&63) - 1
			w = w&before | w>>8&^before // without the dot
			return whole8(w << (8 * uint(9-all) & 63)), neg, all - n - 1, i + all
		}
	}
	return longNumber(s, i, neg)
}

// exactDouble reads a number that a division yields exactly.
func exactDouble(s string, i int) (f float64, end int) {
	if i == len(s) {
		return 0, 0
	}
	v, neg, fraction, end := plainNumber(s, i)
	if f = float64(int64(v)); fraction > 0 {
		f /= pow10[fraction]
	}
	if neg {
		f = -f
	}
	return f, end
}

// longNumber is plainNumber for digits of any length, behind the minus.
func longNumber(s string, i int, neg bool) (v uint64, _ bool, fraction, end int) {
	from := i
	for i < len(s) && s[i]-'0' <= 9 {
		v = v*10 + uint64(s[i]-'0')
		i++
	}
	digits := i - from
	if digits == 0 || digits > 1 && s[from] == '0' {
		return 0, false, 0, 0
	}
	if i < len(s) && s[i] == '.' {
		dot := i
		for i++; i < len(s) && s[i]-'0' <= 9; i++ {
			v = v*10 + uint64(s[i]-'0')
		}
		if fraction = i - dot - 1; fraction == 0 {
			return 0, false, 0, 0
		}
	}
	if digits+fraction > 15 || !endsAt(s, i) {
		return 0, false, 0, 0
	}
	return v, neg, fraction, i
}

// shortFloat is exact: the quotient of two numbers that a float holds.
func shortFloat(v uint64, neg bool, fraction int) (float32, bool) {
	if v > 1<<24 || fraction > 10 {
		return 0, false
	}
	f := float32(v) / float32(pow10[fraction])
	if neg {
		f = -f
	}
	return f, true
}

// decimal is a number of the field's type, if nothing is to be rounded and it surely fits.
func (d *direct) decimal(v uint64, neg bool, fraction int) (types.Decimal, bool) {
	more := d.scale - fraction
	if more < 0 || more > 3 || v > 1e15 {
		return types.Decimal{}, false
	}
	for range more {
		v *= 10
	}
	if d.precision < 19 && float64(v) >= pow10[d.precision] {
		return types.Decimal{}, false
	}
	if neg {
		return types.DecimalOf64(-int64(v)), true
	}
	return types.DecimalOf64(int64(v)), true
}

// plainTruth reads true or false.
func plainTruth(s string, i int) (v bool, end int) {
	const isTrue, isFalse = 't' | 'r'<<8 | 'u'<<16 | 'e'<<24, 'f' | 'a'<<8 | 'l'<<16 | 's'<<24 | 'e'<<32
	w := word(s, i)
	switch {
	case w&0xffffffff == isTrue && endsAt(s, i+4):
		return true, i + 4
	case w&0xffffffffff == isFalse && endsAt(s, i+5):
		return false, i + 5
	}
	return false, 0
}

// plainNull is the end of the word null, 0 if there is something else.
func plainNull(s string, i int) int {
	if i+4 < len(s) && s[i:i+4] == "null" && ends(s[i+4]) {
		return i + 4
	}
	return 0
}

// plainValue is the end of a string without escapes, of a number without an exponent or of a word: 0 if there is something
// else.
func plainValue(s string, i int) int {
	if i >= len(s) {
		return 0
	}
	if s[i] == '"' {
		return plainString(s, i)
	}
	if s[i]|0x20 >= 'a' {
		if _, end := plainTruth(s, i); end != 0 {
			return end
		}
		return plainNull(s, i)
	}
	if s[i] == '-' {
		i++
	}
	n := bits.TrailingZeros64(others(word(s, i)^zeros)) >> 3
	for n >= 8 && i+n < len(s) && s[i+n]-'0' <= 9 {
		n++
	}
	if n == 0 || n > 1 && s[i] == '0' {
		return 0
	}
	i += n
	if i < len(s) && s[i] == '.' {
		dot := i
		for i++; i < len(s) && s[i]-'0' <= 9; {
			i++
		}
		if i == dot+1 {
			return 0
		}
	}
	if !endsAt(s, i) {
		return 0
	}
	return i
}
