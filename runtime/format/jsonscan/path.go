package jsonscan

import "strings"

// A Path is a compiled path of get_json_object: $ and then .name, ['name'], [0] or [*], as often as wanted.
type Path struct{ steps []step }

// A step goes from a value to a part of it.
type step struct {
	kind stepKind
	name string
	at   int
}

type stepKind uint8

const (
	named   stepKind = iota // a field
	indexed                 // an element
	every                   // all elements
	nothing                 // .*, which no value has
)

// ParsePath compiles a path; ok is false for what is none, for which get_json_object is NULL.
func ParsePath(s string) (*Path, bool) {
	s, ok := strings.CutPrefix(strings.TrimLeft(s, " \t\n\r"), "$")
	if !ok {
		return nil, false
	}
	p := &Path{}
	for s != "" {
		switch {
		case strings.HasPrefix(s, ".*"):
			p.steps, s = append(p.steps, step{kind: nothing}), s[2:]
		case strings.HasPrefix(s, "['*']"):
			p.steps, s = append(p.steps, step{kind: nothing}), s[5:]
		case s[0] == '.':
			n := strings.IndexAny(s[1:], ".[")
			if n < 0 {
				n = len(s) - 1
			}
			name := strings.TrimLeft(s[1:1+n], " \t\n\r")
			if name == "" {
				return nil, false
			}
			p.steps, s = append(p.steps, step{kind: named, name: name}), s[1+n:]
		case strings.HasPrefix(s, "['"):
			n := strings.IndexAny(s[2:], "'?")
			if n < 1 || !strings.HasPrefix(s[2+n:], "']") {
				return nil, false
			}
			p.steps, s = append(p.steps, step{kind: named, name: s[2 : 2+n]}), s[4+n:]
		case strings.HasPrefix(s, "[*]"):
			p.steps, s = append(p.steps, step{kind: every}), s[3:]
		case s[0] == '[':
			n, at := 1, 0
			for n < len(s) && s[n]-'0' <= 9 && n < 10 {
				at = at*10 + int(s[n]-'0')
				n++
			}
			if n == 1 || n == len(s) || s[n] != ']' {
				return nil, false
			}
			p.steps, s = append(p.steps, step{kind: indexed, at: at}), s[n+1:]
		default:
			return nil, false
		}
	}
	return p, true
}

// A style is how matches are written: in the text by itself a string has no quotes.
type style uint8

const (
	rawStyle style = iota
	quotedStyle
	flatStyle // elements of arrays without their brackets
)

// Get is the part of a JSON text at a path, as text; ok is false if there is none, or the text is not JSON.
func (path *Path) Get(text string) (result string, ok bool) {
	var o Options
	p := &parser{opts: &o}
	p.start(text)
	w := &matches{}
	found, valid := p.match(w, rawStyle, path.steps)
	if !found || !valid {
		return "", false
	}
	return string(w.b), true
}

// matches collects what was found; commas go between the elements of an open array.
type matches struct {
	b     []byte
	array bool
	n     int
}

func (w *matches) next() {
	if w.array && w.n > 0 {
		w.b = append(w.b, ',')
	}
	w.n++
}

// match writes what a path finds in the value that is next; valid is false if the text is malformed.
func (p *parser) match(w *matches, s style, steps []step) (found, valid bool) {
	c := p.peek()
	if len(steps) == 0 {
		switch {
		case p.quote(c) && s == rawStyle:
			text, ok := p.str()
			w.b = append(w.b, text...)
			return true, ok
		case c == '[' && s == flatStyle:
			o := p.array(func() outcome {
				f, ok := p.match(w, s, nil)
				found = found || f
				return whether(ok)
			})
			return found, o == good
		}
		w.next()
		var ok bool
		w.b, ok = p.compact(w.b)
		return true, ok
	}
	first, rest := steps[0], steps[1:]
	switch {
	case c == '{' && first.kind == named:
		o := p.object(func(name string) outcome {
			if found || name != first.name || p.peek() == 'n' {
				return whether(p.skip())
			}
			f, ok := p.match(w, s, rest)
			found = f
			return whether(ok)
		})
		return found, o == good
	case c == '[' && first.kind == every && len(rest) > 0 && rest[0].kind == every:
		// Two wildcards flatten what they find.
		w.next()
		inner := &matches{array: true}
		o := p.array(func() outcome {
			f, ok := p.match(inner, flatStyle, rest[1:])
			found = found || f
			return whether(ok)
		})
		w.b = append(append(append(w.b, '['), inner.b...), ']')
		return found, o == good
	case c == '[' && first.kind == every && s != quotedStyle:
		// One match stands alone, several are an array.
		next := quotedStyle
		if s == flatStyle {
			next = flatStyle
		}
		inner, n := &matches{array: true}, 0
		o := p.array(func() outcome {
			f, ok := p.match(inner, next, rest)
			if f {
				n++
			}
			return whether(ok)
		})
		switch {
		case n > 1:
			w.next()
			w.b = append(append(append(w.b, '['), inner.b...), ']')
		case n == 1:
			w.next()
			w.b = append(w.b, inner.b...)
		}
		return n > 0, o == good
	case c == '[' && first.kind == every:
		w.next()
		inner := &matches{array: true}
		o := p.array(func() outcome {
			f, ok := p.match(inner, quotedStyle, rest)
			found = found || f
			return whether(ok)
		})
		w.b = append(append(append(w.b, '['), inner.b...), ']')
		return found, o == good
	case c == '[' && first.kind == indexed:
		if len(rest) > 0 && rest[0].kind == every {
			s = quotedStyle
		}
		i := 0
		o := p.array(func() outcome {
			i++
			if i-1 != first.at {
				return whether(p.skip())
			}
			f, ok := p.match(w, s, rest)
			found = f
			return whether(ok)
		})
		return found, o == good
	}
	return false, p.skip()
}

func whether(ok bool) outcome {
	if ok {
		return good
	}
	return malformed
}

// Fields are the values of an object's fields of the given names, as text, in the order of the names; found marks those
// that are there and not null. ok is false if the text is not an object.
func Fields(text string, names []string) (values []string, found []bool, ok bool) {
	var o Options
	p := &parser{opts: &o}
	p.start(text)
	values, found = make([]string, len(names)), make([]bool, len(names))
	if p.peek() != '{' {
		return values, found, false
	}
	result := p.object(func(name string) outcome {
		for i, n := range names {
			if n != name {
				continue
			}
			c := p.peek()
			if c == 'n' {
				break
			}
			if p.quote(c) {
				s, ok := p.str()
				values[i], found[i] = s, true
				return whether(ok)
			}
			b, ok := p.compact(nil)
			values[i], found[i] = string(b), true
			return whether(ok)
		}
		return whether(p.skip())
	})
	return values, found, result == good
}

// ArrayLength is the number of elements of an array; ok is false for another value.
func ArrayLength(text string) (n int, ok bool) {
	var o Options
	p := &parser{opts: &o}
	p.start(text)
	if p.peek() != '[' {
		return 0, false
	}
	result := p.array(func() outcome { n++; return whether(p.skip()) })
	return n, result == good
}

// Keys are the names of an object's fields; ok is false for another value.
func Keys(text string) (names []string, ok bool) {
	var o Options
	p := &parser{opts: &o}
	p.start(text)
	if p.peek() != '{' {
		return nil, false
	}
	result := p.object(func(name string) outcome {
		names = append(names, name)
		return whether(p.skip())
	})
	return names, result == good
}
