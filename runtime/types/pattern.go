package types

import (
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"
)

// A Pattern is a compiled datetime pattern, such as yyyy-MM-dd HH:mm:ss: java.time's letters without those that Spark
// refuses. A pattern is compiled either to format or to parse. It may be used by many at once.
type Pattern struct {
	text  string
	parts []part
}

// A partKind is how a part of a pattern is printed and read.
type partKind uint8

const (
	literalPart  partKind = iota
	numberPart            // a field as a number
	reducedPart           // a year in two digits, 2000 to 2099
	fractionPart          // of the second
	namePart              // a field by its name
	offsetPart            // the distance from UTC: X, x, Z
	gmtPart               // GMT+8: O, ZZZZ
	zoneIDPart            // VV
	zoneNamePart          // z
	optionalPart          // […]
)

// A timeField is what a part stands for.
type timeField uint8

const (
	yearField timeField = iota
	eraYearField
	eraField
	monthField
	dayField
	yearDayField
	quarterField
	weekdayField
	alignedDayField
	halfField // AM, PM
	hour24Field
	hour1to24Field
	hour11Field
	hour12Field
	minuteField
	secondField
	nanoField
	fieldCount
)

// A signStyle says which signs a number may have.
type signStyle uint8

const (
	normalSign  signStyle = iota // a minus
	neverSign                    // none
	exceedsSign                  // a minus, or a plus when there are more digits than the width
)

type part struct {
	kind      partKind
	field     timeField
	min, max  int
	sign      signStyle
	following int // digits that fixed-width numbers right behind this one need; -1: this one has a fixed width itself
	text      string
	full      bool // the long name
	parts     []part
}

type patternKey struct {
	text    string
	parsing bool
}

var (
	patterns     sync.Map // patternKey -> *Pattern
	patternCount atomic.Int32
)

// maxPatterns bounds the cache: a pattern may be a column of a table.
const maxPatterns = 1000

// FormatPattern compiles a pattern for printing.
func FormatPattern(text string) (*Pattern, error) { return patternOf(patternKey{text, false}) }

// ParsePattern compiles a pattern for reading.
func ParsePattern(text string) (*Pattern, error) { return patternOf(patternKey{text, true}) }

func patternOf(k patternKey) (*Pattern, error) {
	if p, ok := patterns.Load(k); ok {
		return p.(*Pattern), nil
	}
	if err := checkLetters(k.text, k.parsing); err != nil {
		return nil, err.judge(k.text)
	}
	c := patternCompiler{era: hasEra(k.text), parsing: k.parsing}
	if !c.compile(k.text) {
		return nil, (&patternProblem{}).judge(k.text)
	}
	p := &Pattern{text: k.text, parts: c.finish()}
	if patternCount.Add(1) <= maxPatterns {
		patterns.Store(k, p)
	}
	return p, nil
}

// A patternCompiler collects parts; levels are the optional sections that are open.
type patternCompiler struct {
	era, parsing bool
	levels       [][]part
	parts        []part
	adjacent     int // 1 + index of the number that the next one may run into
}

func (c *patternCompiler) add(p part) int {
	c.adjacent = 0
	c.parts = append(c.parts, p)
	return len(c.parts)
}

// addNumber adds a number; one of fixed width right behind another reserves its digits there, so that yyyyMMdd can
// be read.
func (c *patternCompiler) addNumber(p part) {
	if c.adjacent == 0 {
		c.adjacent = c.add(p)
		return
	}
	first := c.adjacent
	if p.min == p.max && p.sign == neverSign {
		if c.parts[first-1].following >= 0 {
			c.parts[first-1].following += p.max
		}
		p.following = -1
		c.add(p)
		c.adjacent = first
		return
	}
	c.parts[first-1].following = -1
	c.adjacent = c.add(p)
}

func (c *patternCompiler) compile(text string) bool {
	for i := 0; i < len(text); {
		ch := text[i]
		switch {
		case letter(ch):
			n := 1
			for i+n < len(text) && text[i+n] == ch {
				n++
			}
			if !c.letter(ch, n) {
				return false
			}
			i += n
		case ch == '\'':
			n := quotedLength(text[i:])
			if n == 0 {
				return false
			}
			lit := strings.ReplaceAll(text[i+1:i+n-1], "''", "'")
			if n == 2 {
				lit = "'"
			}
			c.add(part{kind: literalPart, text: lit})
			i += n
		case ch == '[':
			c.levels = append(c.levels, c.parts)
			c.parts, c.adjacent = nil, 0
			i++
		case ch == ']':
			if len(c.levels) == 0 {
				return false
			}
			c.close()
			i++
		case ch == '{' || ch == '}' || ch == '#':
			return false
		default:
			_, n := utf8.DecodeRuneInString(text[i:])
			c.add(part{kind: literalPart, text: text[i : i+n]})
			i += n
		}
	}
	return true
}

// quotedLength is how long the quoted literal at the start of s is, 0 when it does not end. Two quotes in it are one.
func quotedLength(s string) int {
	for i := 1; i < len(s); i++ {
		if s[i] != '\'' {
			continue
		}
		if i+1 == len(s) || s[i+1] != '\'' {
			return i + 1
		}
		i++
	}
	return 0
}

func (c *patternCompiler) close() {
	inner := c.parts
	c.parts = c.levels[len(c.levels)-1]
	c.levels = c.levels[:len(c.levels)-1]
	c.add(part{kind: optionalPart, parts: inner})
}

func (c *patternCompiler) finish() []part {
	for len(c.levels) > 0 {
		c.close()
	}
	return c.parts
}

// numberLetters are the letters for a number of one or two digits.
var numberLetters = map[byte]timeField{'d': dayField, 'H': hour24Field, 'k': hour1to24Field, 'K': hour11Field,
	'h': hour12Field, 'm': minuteField, 's': secondField}

// nameLetters are those for a number of one or two digits, or a name in three or four letters.
var nameLetters = map[byte]timeField{'M': monthField, 'L': monthField, 'Q': quarterField, 'q': quarterField}

var offsetPatterns = [...]string{"+HHmm", "+HHMM", "+HH:MM", "+HHMMss", "+HH:MM:ss"}

// letter adds the part of a letter that stands n times; false if there is none.
func (c *patternCompiler) letter(ch byte, n int) bool {
	if f, ok := numberLetters[ch]; ok {
		if n == 1 {
			c.addNumber(part{kind: numberPart, field: f, min: 1, max: 19})
		} else {
			c.addNumber(part{kind: numberPart, field: f, min: 2, max: 2, sign: neverSign})
		}
		return n <= 2
	}
	if f, ok := nameLetters[ch]; ok {
		switch n {
		case 1:
			c.addNumber(part{kind: numberPart, field: f, min: 1, max: 19})
		case 2:
			c.addNumber(part{kind: numberPart, field: f, min: 2, max: 2, sign: neverSign})
		default:
			c.add(part{kind: namePart, field: f, full: n == 4})
		}
		return n <= 4
	}
	switch ch {
	case 'y':
		f := yearField
		if c.era {
			f = eraYearField
		}
		switch n {
		case 2:
			c.addNumber(part{kind: reducedPart, field: f, min: 2, max: 2, sign: neverSign})
		case 1, 3:
			c.addNumber(part{kind: numberPart, field: f, min: n, max: 19})
		default:
			c.addNumber(part{kind: numberPart, field: f, min: n, max: 19, sign: exceedsSign})
		}
		return true
	case 'D':
		if n == 1 {
			c.addNumber(part{kind: numberPart, field: yearDayField, min: 1, max: 19})
		} else {
			c.addNumber(part{kind: numberPart, field: yearDayField, min: n, max: 3, sign: neverSign})
		}
		return n <= 3
	case 'F':
		c.addNumber(part{kind: numberPart, field: alignedDayField, min: 1, max: 19})
		return n == 1
	case 'S':
		if c.parsing { // any number of digits up to n
			c.add(part{kind: fractionPart, min: 1, max: n})
		} else {
			c.add(part{kind: fractionPart, min: n, max: n})
		}
		return n <= 9
	case 'G':
		c.add(part{kind: namePart, field: eraField, full: n == 4})
		return n <= 4
	case 'E':
		c.add(part{kind: namePart, field: weekdayField, full: n == 4})
		return n <= 4
	case 'a':
		c.add(part{kind: namePart, field: halfField})
		return n == 1
	case 'V':
		c.add(part{kind: zoneIDPart})
		return n == 2
	case 'z':
		c.add(part{kind: zoneNamePart, full: n == 4})
		return n <= 4
	case 'O':
		c.add(part{kind: gmtPart, full: n == 4})
		return n == 1 || n == 4
	}
	return c.offsetLetter(ch, n)
}

func (c *patternCompiler) offsetLetter(ch byte, n int) bool {
	zero := "Z"
	switch {
	case n > 5:
		return false
	case ch == 'X':
	case ch == 'x':
		zero = map[int]string{1: "+00", 2: "+0000", 3: "+00:00", 4: "+0000", 5: "+00:00"}[n]
	case ch == 'Z' && n <= 3:
		n, zero = 2, "+0000"
	case ch == 'Z' && n == 4:
		c.add(part{kind: gmtPart, full: true})
		return true
	case ch == 'Z':
	default:
		return false
	}
	c.add(part{kind: offsetPart, text: offsetPatterns[n-1] + "|" + zero})
	return true
}
