package expr

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/dlclark/regexp2"
)

// A javaPattern is a regular expression of java.util.regex. It runs on Go's regexp, which never takes more than linear
// time, where that means the same, and on regexp2, which backtracks as Java does, otherwise: for lookaround,
// back-references, possessive and atomic groups, for text that ends in a line terminator when the pattern has $, and for
// all matches of a pattern that matches the empty string.
//
// Known differences: (?i) folds all of Unicode, (?m) and (?d) know \n only as the end of a line, \b has ASCII words, and
// (?x), \X, \N{…} and \p{In…} are refused.
type javaPattern struct {
	text    string
	literal string // what it stands for if that is one text, and not the empty one
	groups  int
	fast    *regexp.Regexp
	slow    *regexp2.Regexp
	slowSrc string
	ends    bool // $ or \Z: a last line terminator matters
	empty   bool // may match the empty string
}

const (
	lineEnds  = `\n\r\x{85}\x{2028}\x{2029}`
	lastBreak = `(?=(?:\r\n|[\n\r\u0085\u2028\u2029])?\z)`
)

// compilePattern reads a pattern.
func compilePattern(text string) (*javaPattern, error) {
	t := &translator{in: text}
	if err := t.run(); err != nil {
		return nil, err
	}
	p := &javaPattern{text: text, literal: literalOf(text), ends: t.ends, slowSrc: t.slow.String()}
	if !t.onlySlow {
		fast, err := regexp.Compile(t.fast.String())
		if err != nil {
			return nil, err
		}
		p.fast, p.groups = fast, fast.NumSubexp()
		tree, err := syntax.Parse(t.fast.String(), syntax.Perl)
		p.empty = err != nil || canBeEmpty(tree)
		return p, nil
	}
	p.empty = true
	if err := p.backtracking(); err != nil {
		return nil, err
	}
	p.groups = len(p.slow.GetGroupNumbers()) - 1
	return p, nil
}

func (p *javaPattern) backtracking() error {
	if p.slow != nil {
		return nil
	}
	slow, err := regexp2.Compile(p.slowSrc, regexp2.None)
	p.slow = slow
	return err
}

// canBeEmpty says whether a pattern may match without taking a character.
func canBeEmpty(r *syntax.Regexp) bool {
	switch r.Op {
	case syntax.OpLiteral, syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL, syntax.OpNoMatch:
		return false
	case syntax.OpCapture, syntax.OpPlus:
		return canBeEmpty(r.Sub[0])
	case syntax.OpRepeat:
		return r.Min == 0 || canBeEmpty(r.Sub[0])
	case syntax.OpConcat:
		for _, s := range r.Sub {
			if !canBeEmpty(s) {
				return false
			}
		}
		return true
	case syntax.OpAlternate:
		for _, s := range r.Sub {
			if canBeEmpty(s) {
				return true
			}
		}
		return false
	}
	return true
}

func (p *javaPattern) needsSlow(s string) bool {
	if p.fast == nil {
		return true
	}
	if !p.ends || s == "" {
		return false
	}
	r, _ := utf8.DecodeLastRuneInString(s)
	return strings.ContainsRune("\n\r\u0085\u2028\u2029", r)
}

// matches says whether the pattern occurs in s.
func (p *javaPattern) matches(s string) bool {
	if !p.needsSlow(s) {
		return p.fast.MatchString(s)
	}
	return p.find(s) != nil
}

// find is the first match: the start and end of it and of its groups, -1 for a group that took no part.
func (p *javaPattern) find(s string) []int {
	if !p.needsSlow(s) {
		return p.fast.FindStringSubmatchIndex(s)
	}
	if all := p.backtrack(s, 1); len(all) > 0 {
		return all[0]
	}
	return nil
}

// findAll are all matches, at most n if n > 0.
func (p *javaPattern) findAll(s string, n int) [][]int {
	if !p.empty && !p.needsSlow(s) {
		if n <= 0 {
			n = -1
		}
		return p.fast.FindAllStringSubmatchIndex(s, n)
	}
	return p.backtrack(s, n)
}

func (p *javaPattern) backtrack(s string, n int) [][]int {
	if p.backtracking() != nil {
		return nil
	}
	offsets := make([]int, 0, len(s)+1) // of each character
	for i := range s {
		offsets = append(offsets, i)
	}
	offsets = append(offsets, len(s))
	var out [][]int
	m, err := p.slow.FindStringMatch(s)
	for err == nil && m != nil {
		var at []int
		for _, g := range m.Groups() {
			if len(g.Captures) == 0 {
				at = append(at, -1, -1)
				continue
			}
			at = append(at, offsets[g.Index], offsets[g.Index+g.Length])
		}
		out = append(out, at)
		if n > 0 && len(out) == n {
			break
		}
		m, err = p.slow.FindNextMatch(m)
	}
	return out
}

// A translator writes a pattern anew in the two dialects.
type translator struct {
	in         string
	i          int
	fast, slow strings.Builder
	atoms      [2]int // where the last atom starts in both outputs
	onlySlow   bool
	ends       bool
	dotAll     []bool // of the groups around
	opens      [][2]int
	multi      bool
	groups     int
}

func (t *translator) fail(what string) error {
	return fmt.Errorf("regular expression %q: %s near index %d", t.in, what, t.i)
}

// both writes an atom of the same text in both dialects, two one of different texts.
func (t *translator) both(s string) { t.two(s, s) }

func (t *translator) two(fast, slow string) {
	t.atoms = [2]int{t.fast.Len(), t.slow.Len()}
	t.fast.WriteString(fast)
	t.slow.WriteString(slow)
}

func (t *translator) run() error {
	t.dotAll = []bool{false}
	for t.i < len(t.in) {
		if err := t.step(); err != nil {
			return err
		}
	}
	if len(t.opens) > 0 {
		return t.fail("unclosed group")
	}
	return nil
}

func (t *translator) step() error {
	c := t.in[t.i]
	switch c {
	case '\\':
		return t.escape()
	case '[':
		set, n, err := parseClass(t.in[t.i:])
		if err != nil {
			return t.fail(err.Error())
		}
		t.two(set.text(`\x{%x}`), set.text(`\u%04x`))
		t.i += n
	case '(':
		return t.open()
	case ')':
		if len(t.opens) == 0 {
			return t.fail("unmatched closing ')'")
		}
		t.fast.WriteByte(')')
		t.slow.WriteByte(')')
		t.atoms = t.opens[len(t.opens)-1]
		t.opens = t.opens[:len(t.opens)-1]
		t.dotAll = t.dotAll[:len(t.dotAll)-1]
		t.i++
	case '.':
		if t.dotAll[len(t.dotAll)-1] {
			t.two(`(?s:.)`, `[\s\S]`)
		} else {
			t.two(`[^`+lineEnds+`]`, `[^\n\r\u0085\u2028\u2029]`)
		}
		t.i++
	case '$':
		if t.multi {
			t.both("$")
		} else {
			t.ends = true
			t.two(`\z`, lastBreak)
		}
		t.i++
	case '*', '+', '?', '{':
		return t.quantifier()
	case '|':
		t.fast.WriteByte('|')
		t.slow.WriteByte('|')
		t.i++
	case ']', '}':
		t.both(`\` + string(c))
		t.i++
	default:
		_, n := utf8.DecodeRuneInString(t.in[t.i:])
		t.both(t.in[t.i : t.i+n])
		t.i += n
	}
	return nil
}

// quantifier copies *, +, ?, {n,m} with what follows: ? is lazy, + possessive.
func (t *translator) quantifier() error {
	start := t.i
	if t.in[t.i] == '{' {
		end := strings.IndexByte(t.in[t.i:], '}')
		if end < 0 {
			return t.fail("unclosed counted closure")
		}
		for k, part := range strings.SplitN(t.in[t.i+1:t.i+end], ",", 2) {
			if _, err := strconv.Atoi(part); err != nil && (k == 0 || part != "") {
				return t.fail("illegal repetition")
			}
			if n, _ := strconv.Atoi(part); n > 1000 {
				t.onlySlow = true
			}
		}
		t.i += end + 1
	} else {
		t.i++
	}
	if start == 0 && t.fast.Len() == 0 {
		t.i = start
		return t.fail("dangling meta character '" + t.in[start:start+1] + "'")
	}
	q := t.in[start:t.i]
	switch {
	case t.i < len(t.in) && t.in[t.i] == '+':
		t.i++
		t.onlySlow = true
		s := t.slow.String()
		t.slow.Reset()
		t.slow.WriteString(s[:t.atoms[1]] + "(?>" + s[t.atoms[1]:] + q + ")")
		t.fast.WriteString(q)
		return nil
	case t.i < len(t.in) && t.in[t.i] == '?':
		t.i++
		q += "?"
	}
	t.fast.WriteString(q)
	t.slow.WriteString(q)
	return nil
}

// open copies the start of a group.
func (t *translator) open() error {
	at := [2]int{t.fast.Len(), t.slow.Len()}
	rest := t.in[t.i:]
	push := func(s string, n int) {
		t.opens = append(t.opens, at)
		t.dotAll = append(t.dotAll, t.dotAll[len(t.dotAll)-1])
		t.fast.WriteString(s)
		t.slow.WriteString(s)
		t.i += n
	}
	switch {
	case !strings.HasPrefix(rest, "(?"):
		t.groups++
		push("(", 1)
		return nil
	case strings.HasPrefix(rest, "(?:"):
		push("(?:", 3)
		return nil
	case strings.HasPrefix(rest, "(?="), strings.HasPrefix(rest, "(?!"), strings.HasPrefix(rest, "(?>"):
		t.onlySlow = true
		push(rest[:3], 3)
		return nil
	case strings.HasPrefix(rest, "(?<="), strings.HasPrefix(rest, "(?<!"):
		t.onlySlow = true
		push(rest[:4], 4)
		return nil
	case strings.HasPrefix(rest, "(?<"):
		end := strings.IndexByte(rest, '>')
		if end < 0 {
			return t.fail("named capturing group is missing trailing '>'")
		}
		t.groups++
		// regexp2 numbers named groups after the others: a plain group keeps Java's numbers, unless the name is used
		if strings.Contains(t.in, `\k<`) {
			push(rest[:end+1], end+1)
		} else {
			push("(", end+1)
		}
		return nil
	}
	end := strings.IndexAny(rest, ":)")
	if end < 0 {
		return t.fail("unknown inline modifier")
	}
	on, off, _ := strings.Cut(rest[2:end], "-")
	keep := func(flags string) (string, error) {
		for _, f := range flags {
			switch f {
			case 'i', 's', 'm', 'u':
			default:
				return "", t.fail("unknown inline modifier")
			}
		}
		return strings.Map(func(r rune) rune {
			if r == 'i' || r == 'm' {
				return r
			}
			return -1
		}, flags), nil
	}
	goOn, err := keep(on)
	if err != nil {
		return err
	}
	goOff, err := keep(off)
	if err != nil {
		return err
	}
	flags := goOn
	if goOff != "" {
		flags += "-" + goOff
	}
	t.multi = t.multi && !strings.Contains(off, "m") || strings.Contains(on, "m")
	if rest[end] == ')' {
		if flags != "" {
			t.fast.WriteString("(?" + flags + ")")
			t.slow.WriteString("(?" + flags + ")")
		}
		t.i += end + 1
	} else {
		push("(?"+flags+":", end+1)
	}
	if strings.Contains(on, "s") {
		t.dotAll[len(t.dotAll)-1] = true
	}
	if strings.Contains(off, "s") {
		t.dotAll[len(t.dotAll)-1] = false
	}
	return nil
}

// escape copies a backslash and what it makes of the next characters.
func (t *translator) escape() error {
	if t.i+1 >= len(t.in) {
		return t.fail("unexpected internal error")
	}
	rest := t.in[t.i+1:]
	c := rest[0]
	switch {
	case c == 'Q':
		text, _, closed := strings.Cut(rest[1:], `\E`)
		for _, r := range text {
			t.both(regexp.QuoteMeta(string(r)))
		}
		t.i += 2 + len(text)
		if closed {
			t.i += 2
		}
		return nil
	case c >= '1' && c <= '9':
		t.onlySlow = true
		t.both(`(?:\` + rest[:1] + `)`)
		t.i += 2
		return nil
	case c == 'k':
		end := strings.IndexByte(rest, '>')
		if end < 0 {
			return t.fail(`\k is not followed by '<' for named capturing group`)
		}
		t.onlySlow = true
		t.both(`\` + rest[:end+1])
		t.i += end + 2
		return nil
	case c == 'b' || c == 'B' || c == 'A' || c == 'z':
		slow := `\` + rest[:1]
		switch c { // words in ASCII
		case 'b':
			slow = `(?:(?<=[0-9A-Za-z_])(?![0-9A-Za-z_])|(?<![0-9A-Za-z_])(?=[0-9A-Za-z_]))`
		case 'B':
			slow = `(?:(?<=[0-9A-Za-z_])(?=[0-9A-Za-z_])|(?<![0-9A-Za-z_])(?![0-9A-Za-z_]))`
		}
		t.two(`\`+rest[:1], slow)
		t.i += 2
		return nil
	case c == 'Z':
		t.ends = true
		t.two(`\z`, lastBreak)
		t.i += 2
		return nil
	case c == 'G':
		t.onlySlow = true
		t.both(`\G`)
		t.i += 2
		return nil
	case c == 'R':
		t.two(`(?:\r\n|[`+lineEnds+`\v\f])`, `(?:\r\n|[\n\r\u0085\u2028\u2029\v\f])`)
		t.i += 2
		return nil
	}
	set, n, err := parseEscape(t.in[t.i:])
	if err != nil {
		return t.fail(err.Error())
	}
	if r, ok := set.single(); ok {
		t.two(regexp.QuoteMeta(string(r)), regexp.QuoteMeta(string(r)))
	} else {
		t.two(set.text(`\x{%x}`), set.text(`\u%04x`))
	}
	t.i += n
	return nil
}
