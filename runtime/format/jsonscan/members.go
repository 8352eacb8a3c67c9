package jsonscan

import (
	"strings"
	"unsafe"
)

// A usualKey is a name with its colon, as it was written, and the field it means, -1 for none. Its first eight bytes are
// compared as one number.
type usualKey struct {
	text       string
	field      int
	word, mask uint64
}

// maxLessons bounds the changes of what is usual: objects that are all different have no order to learn.
const maxLessons = 1 << 15

// learn notes what stands in front of the k-th value.
func (b *structBuilder) learn(k int, text string, field int) {
	if b.lessons >= maxLessons || k > len(b.usual) {
		return
	}
	b.lessons++
	key := usualKey{text: strings.Clone(text), field: field, mask: ^uint64(0)}
	var first [8]byte
	if n := copy(first[:], text); n < 8 {
		key.mask = 1<<(8*n) - 1
	}
	key.word = load(string(first[:]), 0)
	if k == len(b.usual) {
		b.usual = append(b.usual, key)
	} else {
		b.usual[k] = key
	}
}

// load is eight bytes of a text, the first the lowest. The caller knows that they are there.
func load(s string, i int) uint64 {
	return *(*uint64)(unsafe.Add(unsafe.Pointer(unsafe.StringData(s)), i))
}

// at says whether the key stands at a position.
func (u *usualKey) at(s string, i int) bool {
	if i+8 > len(s) {
		return strings.HasPrefix(s[i:], u.text)
	}
	if (load(s, i)^u.word)&u.mask != 0 {
		return false
	}
	n := len(u.text)
	return n <= 8 || i+n <= len(s) && s[i+8:i+n] == u.text[8:]
}

// members reads the fields of an object whose brace is next; filled is how many fields have a value now. Names that stand
// where they usually do are recognised as they are written, whether the schema has them or not; values in their usual
// form are read in place, and all that is unusual by the parser.
func (b *structBuilder) members(p *parser, row int) (result outcome, filled int, ok bool) {
	if p.depth++; p.depth > maxDepth {
		return 0, 0, false
	}
	p.i++
	if p.peek() == '}' {
		p.i++
		p.depth--
		return good, 0, true
	}
	s, i := p.s, p.i
	for k := 0; ; k++ {
		field := -1
		if k < len(b.usual) && b.usual[k].at(s, i) {
			i += len(b.usual[k].text)
			field = b.usual[k].field
		} else {
			p.i = i
			p.peek()
			from := p.i
			name, ok := p.name()
			if !ok || p.peek() != ':' {
				return 0, 0, false
			}
			p.i++
			if f, known := b.index[name]; known {
				field = f
			}
			i = p.i
			b.learn(k, s[from:i], field)
		}
		if i < len(s) && s[i] == ' ' {
			i++
		}
		if field < 0 {
			if end := plainValue(s, i); end > 0 {
				i = end
			} else {
				p.i = i
				if !p.skip() {
					return 0, 0, false
				}
				i = p.i
			}
		} else if end := b.direct[field].read(s, i, row); end > 0 {
			i = end
			filled++
		} else {
			p.i = i
			f := b.fields[field]
			if f.len() > row {
				f.truncate(row)
				filled--
			}
			switch o := f.read(p); o {
			case malformed:
				return 0, 0, false
			case mismatch:
				f.truncate(row)
				f.null()
				result = partial
			case partial:
				result = partial
			}
			filled++
			i = p.i
		}
		if i < len(s) && s[i] == ',' {
			if i++; i < len(s) && s[i] == ' ' {
				i++
			}
			if i < len(s) && s[i] == '"' {
				continue
			}
			p.i = i
			if p.peek() == 0 {
				return 0, 0, false
			}
			i = p.i
			continue
		}
		p.i = i
		switch p.peek() {
		case ',':
			p.i++
			if p.peek() == 0 {
				return 0, 0, false
			}
			i = p.i
		case '}':
			p.i++
			p.depth--
			return result, filled, true
		default:
			return 0, 0, false
		}
	}
}
