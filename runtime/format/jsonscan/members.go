package jsonscan

import "math/bits"

// members reads the fields of an object whose brace is next; filled is how many fields have a value now. Names that stand
// where they usually do are recognised as they are written, whether the schema has them or not; values in their usual
// form are read in place, and all that is unusual by the parser. The values that rows mostly consist of are read here and
// not by calls, which would cost as much as the reading.
func (b *structBuilder) members(p *parser, row int) (result outcome, filled int, ok bool) {
	if p.depth++; p.depth > maxDepth {
		return 0, 0, false
	}
	s, i := p.s, p.i
	last, begin := &b.course.start, i
	for {
		l := last.next
		if l == nil || (word(s, i)^l.word)&l.mask != 0 || l.secondsMask != 0 && !l.rest(s, i) {
			if l = b.course.find(last, s, i); l == nil {
				p.i = i
				field, closed, ok := b.name(p, i == begin)
				s = p.s
				if !ok {
					return 0, 0, false
				}
				if closed {
					p.depth--
					return result, filled, true
				}
				l = b.course.learn(last, s[i:p.i], field, b.kind(field))
				i = p.i - len(l.text)
			}
		}
		last = l
		i += len(l.text)
		end := 0
		switch l.kind {
		case plainText:
			if i < len(s) && s[i] == '"' {
				d := b.direct[l.field].texts
				if m := special(word(s, i+1), '"'); m != 0 {
					end = i + 1 + bits.TrailingZeros64(m)>>3
				} else {
					end = plainEnd(s, i+9, '"')
				}
				if end < len(s) && s[end] == '"' && len(d.v) == row {
					d.add(s[i+1 : end])
					end++
				} else {
					end = 0
				}
			}
		case plainSkip:
			if i < len(s) && s[i] == '"' {
				if m := special(word(s, i+1), '"'); m != 0 {
					end = i + 1 + bits.TrailingZeros64(m)>>3
				} else {
					end = plainEnd(s, i+9, '"')
				}
				if end < len(s) && s[end] == '"' {
					end++
				} else {
					end = 0
				}
			} else {
				end = plainValue(s, i)
			}
		case plainLong:
			w := word(s, i) ^ zeros
			m := others(w)
			n := bits.TrailingZeros64(m) >> 3
			if m != 0 && (n == 1 || n > 1 && byte(w) != 0) && endsAt(s, i+n) {
				if d := b.direct[l.field].longs; len(d.v) == row {
					d.add(int64(whole8(w << (8 * uint(8-n) & 63))))
					end = i + n
				}
			} else {
				end = b.direct[l.field].read(s, i, row)
			}
		case plainDouble:
			if d := b.direct[l.field].doubles; len(d.v) == row {
				var v float64
				if v, end = exactDouble(s, i); end != 0 {
					d.add(v)
				}
			}
		case plainTimestamp:
			if d := &b.direct[l.field]; len(d.longs.v) == row {
				var v int64
				if v, end = d.clock.at(s, i); end != 0 {
					d.longs.add(v)
				}
			}
		case plainNone:
		default:
			end = b.direct[l.field].read(s, i, row)
		}
		switch {
		case end > 0:
			if i = end; l.field >= 0 {
				filled++
			}
		case l.field >= 0:
			p.i = i
			o, again := b.value(p, l.field, row)
			if o == malformed {
				return 0, 0, false
			}
			if !again {
				filled++
			}
			result = max(result, o)
			s, i = p.s, p.i
		default:
			p.i = i
			p.hold()
			if !p.skip() {
				return 0, 0, false
			}
			s, i = p.s, p.i
		}
		if i == len(s) || s[i] == '{' { // only the first lead begins with a brace
			return 0, 0, false
		}
		if s[i] == '}' {
			p.i = i + 1
			p.depth--
			return result, filled, true
		}
	}
}

// kind is the kind of a field.
func (b *structBuilder) kind(field int) plainKind {
	if field < 0 {
		return plainSkip
	}
	return b.direct[field].kind
}

// value reads the value of a field by the parser; again says that the row had one. What does not fit is null, and partial.
func (b *structBuilder) value(p *parser, field, row int) (o outcome, again bool) {
	f := b.fields[field]
	if f.len() > row {
		f.truncate(row)
		again = true
	}
	if end := plainNull(p.s, p.i); end > 0 {
		f.null()
		p.i = end
		return good, again
	}
	p.hold()
	o = f.read(p)
	if o == mismatch {
		f.truncate(row)
		f.null()
		o = partial
	}
	return o, again
}

// name reads what is in front of a value, from the brace or from behind the value before, and is the field that is meant,
// -1 for none; closed says that the closing brace was there instead.
func (b *structBuilder) name(p *parser, first bool) (field int, closed, ok bool) {
	p.hold()
	c := p.peek()
	if first {
		p.i++
		if p.peek() == '}' {
			c = '}'
		}
	}
	switch c {
	case '{':
	case ',':
		p.i++
	case '}':
		p.i++
		return 0, true, true
	default:
		return 0, false, false
	}
	name, ok := p.name()
	if !ok || p.peek() != ':' {
		return 0, false, false
	}
	for p.i++; p.i < len(p.s) && p.s[p.i] == ' '; {
		p.i++
	}
	field, known := b.index[name]
	if !known {
		field = -1
	}
	return field, false, true
}
