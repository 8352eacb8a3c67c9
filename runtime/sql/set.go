package sql

import (
	"regexp"
	"strconv"
	"strings"

	"gospark/runtime/logical"
	"gospark/runtime/types"
)

// set reads SET in its forms: SET, SET -v, SET key, SET key=value, SET `key`=`value`, SET TIME ZONE. What is behind it is
// taken as text.
func (p *parser) set() logical.Relation {
	from := p.i
	p.i++
	switch {
	case p.at("TIME", "ZONE"):
		return p.setTimeZone(from)
	case p.atAny("VAR", "VARIABLE") && (isName(p.peek(1)) || p.peek(1).sym == "("), p.at("ROLE"), p.at("CATALOG") && isName(p.peek(1)):
		if p.at("CATALOG") {
			p.i++
			u := &logical.Use{Catalog: true, Name: []string{p.catalogName()}}
			u.Common = p.common(from)
			return u
		}
		p.unsupported()
	}
	s := &logical.Set{}
	rest := p.rest()
	s.Common = p.common(from)
	if p.quotedSet(from, s, rest) {
		return s
	}
	switch key, value, assigned := strings.Cut(rest, "="); {
	case rest == "":
	case rest == "-v":
		s.All = true
	case assigned:
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		if !settingKey.MatchString(key) || strings.Contains(value, ";") && !strings.HasSuffix(value, ";") {
			p.fail(from, "INVALID_SET_SYNTAX")
		}
		s.Key, s.Value = key, &value
	case settingKey.MatchString(rest):
		s.Key = rest
	default:
		p.fail(from, "INVALID_SET_SYNTAX")
	}
	return s
}

// settingKey is a key that needs no quotes.
var settingKey = regexp.MustCompile(`^[a-zA-Z_\d\\.:]+$`)

func (p *parser) catalogName() string {
	if p.isString(0) {
		return p.stringLiteral()
	}
	return p.wholeIdentifier()
}

// rest takes the rest of the statement as text.
func (p *parser) rest() string {
	start := len(p.text)
	if t := p.peek(0); t.kind != endKind {
		start = t.start
	}
	p.i = len(p.tokens) - 1
	return strings.TrimRight(strings.TrimSpace(p.text[start:]), "; \t\r\n")
}

// quotedSet reads a key or value in backquotes; it says whether there is one.
func (p *parser) quotedSet(from int, s *logical.Set, rest string) bool {
	l := lex(rest)
	n := len(l.tokens) - 1
	if n == 0 || l.tokens[0].kind != quotedKind && l.tokens[n-1].kind != quotedKind {
		return false
	}
	q := &parser{lexed: l, conf: p.conf}
	first, last := &l.tokens[0], &l.tokens[n-1]
	switch {
	case n == 1:
		s.Key = q.nameOf(first)
	case n == 3 && l.tokens[1].sym == "=" && first.kind == quotedKind && last.kind == quotedKind:
		value := q.nameOf(last)
		s.Key, s.Value = q.nameOf(first), &value
	case first.kind == quotedKind && l.tokens[1].sym == "=":
		value := strings.TrimSpace(rest[l.tokens[1].end:])
		if strings.Contains(value, ";") {
			p.fail(from, "INVALID_PROPERTY_VALUE", "value", quoteText(value), "key", quoteText(q.nameOf(first)))
		}
		s.Key, s.Value = q.nameOf(first), &value
	case n >= 3 && l.tokens[n-2].sym == "=":
		key := strings.TrimSpace(rest[:l.tokens[n-2].start])
		value := q.nameOf(last)
		if !settingKey.MatchString(key) {
			p.fail(from, "INVALID_PROPERTY_KEY", "key", `"`+key+`"`, "value", `"`+value+`"`)
		}
		s.Key, s.Value = key, &value
	default:
		p.fail(from, "INVALID_SET_SYNTAX")
	}
	return true
}

func (p *parser) setTimeZone(from int) logical.Relation {
	p.i += 2
	z := &logical.SetTimeZone{}
	switch at := p.i; {
	case p.at("LOCAL"):
		p.i++
		z.Local = true
	case p.isString(0):
		z.Zone = p.stringLiteral()
	case p.at("INTERVAL"):
		l, ok := p.intervalForm(at).(*logical.Literal)
		if !ok && p.at("INTERVAL") && p.isString(1) {
			l, ok = p.typedLiteral(at).(*logical.Literal)
		}
		if !ok || l.Type.Kind != types.DayTimeKind {
			p.fail(from, "_LEGACY_ERROR_TEMP_0045")
			break
		}
		micros := l.Value.(int64)
		const limit = 18 * 60 * 60 * 1_000_000
		if micros > limit || micros < -limit || micros%1_000_000 != 0 {
			p.fail(at, "INVALID_INTERVAL_FORMAT.TIMEZONE_INTERVAL_OUT_OF_RANGE", "input",
				strconv.FormatInt(micros/3_600_000_000, 10))
		}
		z.Zone = types.OffsetID(int(micros / 1_000_000))
	default:
		p.rest()
		p.fail(from, "_LEGACY_ERROR_TEMP_0045")
	}
	z.Common = p.common(from)
	return z
}

// reset reads RESET, RESET key and RESET `key`.
func (p *parser) reset() logical.Relation {
	from := p.i
	p.i++
	r := &logical.Reset{}
	if p.peek(0).kind == quotedKind {
		r.Key = p.identifier()
	} else if r.Key = p.rest(); r.Key != "" && !settingKey.MatchString(r.Key) {
		p.fail(from, "INVALID_RESET_COMMAND_FORMAT")
	}
	r.Common = p.common(from)
	return r
}
