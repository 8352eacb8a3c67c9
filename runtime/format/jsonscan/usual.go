package jsonscan

import "math/bits"

// A route is what an object is made of whose values are of their usual form: the text in front of each. Most objects of a
// column take the route of the one before them, and are read by it with hardly a look at anything else; any other is read by
// members, from its brace on. It is a guess that every byte of the text has to confirm.
type route struct {
	legs    []leg
	missing []builder // of fields that the route does not pass
	credit  int       // below zero when too many objects take another route
	plots   int       // how many routes were tried
}

// A leg is the text in front of a value, with the quote that ends the value before and the one that begins this one, and how
// the value is read. The text is compared by its first and its last eight bytes, which overlap, or by a mask if it is shorter.
type leg struct {
	head, tail, mask uint64
	n                int
	kind             legKind
	text             string
	d                *direct
}

type legKind uint8

const (
	legEnd legKind = iota // there is no value: the object ends
	legText
	legSkipText
	legLong
	legInt
	legDouble
	legTimestamp
	legSkipNumber
	legSkipWord
	legBare   // other kinds that stand without quotes
	legQuoted // and those within
)

const (
	maxPlots  = 32 // routes that are tried of a column
	maxCredit = 1 << 10
	penalty   = 8 // of an object that takes another route: it is read twice
)

// taken says that an object was read by the route or not.
func (r *route) taken(yes bool) {
	if yes {
		if r.credit < maxCredit {
			r.credit++
		}
	} else if r.credit -= penalty; r.credit < 0 {
		r.legs = nil
	}
}

// usual reads an object whose brace is at i if it takes the route; otherwise it is 0 and nothing was read.
func (b *structBuilder) usual(s string, i int) (end int) {
	if b.route.legs == nil {
		return 0
	}
	end = b.follow(s, i)
	b.route.taken(end > 0)
	if end == 0 {
		b.truncate(b.n)
		return 0
	}
	b.close()
	return end
}

// follow reads the fields of an object by the route; if it is 0 some of them have a value too much.
func (b *structBuilder) follow(s string, i int) (end int) {
	legs := b.route.legs
	for k := range legs {
		t := &legs[k]
		if t.n < 8 {
			if (word(s, i)^t.head)&t.mask != 0 {
				return 0
			}
		} else if i+t.n > len(s) || (load(s, i)^t.head)|(load(s, i+t.n-8)^t.tail) != 0 || t.n > 16 && s[i:i+t.n] != t.text {
			return 0
		}
		i += t.n
		switch t.kind {
		case legEnd:
			for _, f := range b.route.missing {
				f.null()
			}
			return i
		case legText, legSkipText: // what ends it, a quote or something else, is compared with the next leg
			if m := special(word(s, i), '"'); m != 0 {
				end = i + bits.TrailingZeros64(m)>>3
			} else if m := special(word(s, i+8), '"'); m != 0 {
				end = i + 8 + bits.TrailingZeros64(m)>>3
			} else {
				end = plainEnd(s, i+16, '"')
			}
			if t.kind == legText {
				t.d.texts.add(s[i:end])
			}
		case legLong, legInt:
			var v int64
			w := word(s, i) ^ zeros
			m := others(w)
			if n := bits.TrailingZeros64(m) >> 3; m != 0 && (n == 1 || n > 1 && byte(w) != 0) {
				v, end = int64(whole8(w<<(8*uint(8-n)&63))), i+n
			} else if i == len(s) {
				return 0
			} else if v, end = plainWhole(s, i); end == 0 {
				return 0
			}
			if t.kind == legLong {
				t.d.longs.add(v)
			} else if int64(int32(v)) == v {
				t.d.ints.add(int32(v))
			} else {
				return 0
			}
		case legDouble:
			v, n := shortDouble(word(s, i))
			if end = i + n; n == 0 {
				if v, end = exactDouble(s, i); end == 0 {
					return 0
				}
			}
			t.d.doubles.add(v)
		case legTimestamp:
			var v int64
			if v, end = t.d.clock.at(s, i-1); end == 0 {
				return 0
			}
			t.d.longs.add(v)
			end--
		case legSkipNumber:
			w := word(s, i) ^ zeros
			m := others(w)
			n := bits.TrailingZeros64(m) >> 3
			if end = i + n; m == 0 || n == 0 || n > 1 && byte(w) == 0 || end < len(s) && s[end] == '.' {
				if end = plainValue(s, i); end == 0 {
					return 0
				}
			}
		case legSkipWord:
			if end = plainValue(s, i); end == 0 {
				return 0
			}
		case legBare:
			if end = t.d.read(s, i, b.n); end == 0 {
				return 0
			}
		case legQuoted:
			if end = t.d.read(s, i-1, b.n); end == 0 {
				return 0
			}
			end--
		}
		i = end
	}
	return 0
}

// shortDouble is the number that a word begins with, of at most seven digits and with a fraction, and its length; 0 if it is
// another. What ends the number is not looked at.
func shortDouble(w uint64) (v float64, n int) {
	w ^= zeros
	m := others(w)
	whole := bits.TrailingZeros64(m) >> 3
	at := 8 * uint(whole) & 63
	if whole == 0 || whole > 1 && byte(w) == 0 || byte(w>>at) != '.'^'0' {
		return 0, 0
	}
	m &^= 0xff << at
	n = bits.TrailingZeros64(m) >> 3 // the digits and the dot
	if m == 0 || n == whole+1 {
		return 0, 0
	}
	before := uint64(1)<<at - 1
	w = w&before | w>>8&^before // without the dot
	return float64(int64(whole8(w<<(8*uint(9-n)&63)))) / pow10[n-whole-1], n
}

// plot makes the route of an object that was read; there is none if it has values that are not of their usual form.
func (b *structBuilder) plot(text string, o *Options) {
	r := &b.route
	r.plots++
	if !printable(text) {
		return
	}
	var legs []leg
	passed := make([]bool, len(b.fields))
	p := &parser{s: text, opts: o, held: true}
	before := "" // the quote that ends the value before
	for {
		from := p.i
		field, closed, ok := b.name(p, from == 0)
		if !ok {
			return
		}
		if closed {
			legs = append(legs, legOf(before+text[from:p.i], legEnd, nil))
			break
		}
		if p.i == len(text) || field >= 0 && passed[field] {
			return
		}
		var d *direct
		if field >= 0 {
			passed[field] = true
			d = &b.direct[field]
		}
		kind, quoted, ok := legKindOf(b.kind(field), text[p.i])
		if !ok {
			return
		}
		lead := before + text[from:p.i]
		if before = ""; quoted {
			lead += `"`
			before = `"`
		}
		legs = append(legs, legOf(lead, kind, d))
		if !p.skip() {
			return
		}
	}
	r.legs, r.credit, r.missing = legs, maxCredit/8, nil
	for i, f := range b.fields {
		if !passed[i] {
			r.missing = append(r.missing, f)
		}
	}
}

func legOf(text string, kind legKind, d *direct) leg {
	t := leg{text: text, n: len(text), kind: kind, d: d, head: word(text, 0), mask: lower(len(text))}
	if t.n >= 8 {
		t.tail = load(text, t.n-8)
	}
	return t
}

// legKindOf is how the values of a field are read, one of which begins with a byte.
func legKindOf(kind plainKind, first byte) (k legKind, quoted, ok bool) {
	quoted = first == '"'
	number := first == '-' || first-'0' <= 9
	switch kind {
	case plainNone:
		return 0, false, false
	case plainSkip:
		switch {
		case quoted:
			return legSkipText, true, true
		case number:
			return legSkipNumber, false, true
		}
		return legSkipWord, false, first|0x20 >= 'a' && first|0x20 <= 'z'
	case plainText:
		return legText, true, quoted
	case plainTimestamp:
		return legTimestamp, true, quoted
	case plainDate:
		return legQuoted, true, quoted
	case plainBool:
		return legBare, false, first == 't' || first == 'f'
	case plainLong:
		return legLong, false, number
	case plainInt:
		return legInt, false, number
	case plainDouble:
		return legDouble, false, number
	}
	return legBare, false, number
}
