package types

import (
	"strings"
	"time"

	"gospark/runtime/condition"
)

// A ParseError is why a text is not what a pattern says, in java.time's words.
type ParseError struct{ Message string }

func (e *ParseError) Error() string { return e.Message }

// With is the error of a function; try is the function that yields NULL instead, such as try_to_date.
func (e *ParseError) With(try string) *condition.Error {
	return condition.New("CANNOT_PARSE_TIMESTAMP", "22007",
		"%s. Use `%s` to tolerate invalid input string and return NULL instead.", e.Message, try).
		WithParam("message", e.Message).WithParam("func", "`"+try+"`")
}

// A parsed is the fields that were read.
type parsed struct {
	fields [fieldCount]int64
	has    [fieldCount]bool
	zone   *time.Location
}

func (v *parsed) set(f timeField, x int64) bool {
	if v.has[f] {
		return v.fields[f] == x
	}
	v.has[f], v.fields[f] = true, x
	return true
}

// Parse reads a timestamp. What the pattern leaves out is that of 1970-01-01 00:00:00, and the zone is zone.
func (p *Pattern) Parse(s string, zone *time.Location) (int64, error) {
	local, v, err := p.parse(s)
	if err != nil {
		return 0, err
	}
	if v.zone != nil {
		zone = v.zone
	}
	return FromLocal(local, zone), nil
}

// ParseLocal reads a timestamp without time zone; a zone in the text is read over, unless strict.
func (p *Pattern) ParseLocal(s string, strict bool) (int64, error) {
	local, v, err := p.parse(s)
	if err == nil && strict && v.zone != nil {
		return 0, &ParseError{"Text '" + shorten(s) + "' has a time zone"}
	}
	return local, err
}

// ParseDate reads a date.
func (p *Pattern) ParseDate(s string) (int32, error) {
	local, err := p.ParseLocal(s, false)
	return int32(floorDiv(local, Day)), err
}

func (p *Pattern) parse(s string) (int64, *parsed, error) {
	v := &parsed{}
	pos := v.read(s, 0, p.parts)
	switch {
	case pos < 0:
		return 0, nil, &ParseError{"Text '" + shorten(s) + "' could not be parsed at index " + itoa(^pos)}
	case pos < len(s):
		return 0, nil, &ParseError{"Text '" + shorten(s) + "' could not be parsed, unparsed text found at index " + itoa(pos)}
	}
	local, problem, complete := v.resolve()
	if problem != "" {
		if complete {
			problem = "Text '" + shorten(s) + "' could not be parsed: " + problem
		}
		return 0, nil, &ParseError{problem}
	}
	return local, v, nil
}

// shorten cuts a text as java.time's messages do.
func shorten(s string) string {
	if len(s) > 64 {
		return s[:64] + "..."
	}
	return s
}

// read reads the parts from a position, and returns the position behind them; the complement of the place of an error.
func (v *parsed) read(s string, pos int, parts []part) int {
	for i := range parts {
		p := &parts[i]
		if p.kind == optionalPart {
			before := *v
			if next := v.read(s, pos, p.parts); next >= 0 {
				pos = next
			} else {
				*v = before
			}
			continue
		}
		if pos = v.readPart(s, pos, p); pos < 0 {
			return pos
		}
	}
	return pos
}

func (v *parsed) readPart(s string, pos int, p *part) int {
	switch p.kind {
	case literalPart:
		if end := pos + len(p.text); end <= len(s) && strings.EqualFold(s[pos:end], p.text) {
			return end
		}
		return ^pos
	case numberPart, reducedPart:
		x, next := readNumber(s, pos, p)
		if next < 0 {
			return next
		}
		if p.kind == reducedPart {
			x += 2000
		}
		if !v.set(p.field, x) {
			return ^pos
		}
		return next
	case fractionPart:
		n := min(countDigits(s[pos:]), p.max)
		if n < p.min || !v.set(nanoField, fractionMicros(s[pos:pos+min(n, 6)])*1000) {
			return ^pos
		}
		return pos + n
	case namePart:
		return v.readName(s, pos, p)
	}
	return v.readZone(s, pos, p)
}

// readNumber reads a number as java.time's strict parser does.
func readNumber(s string, pos int, p *part) (int64, int) {
	start := pos
	if pos == len(s) {
		return 0, ^pos
	}
	sign := s[pos]
	switch {
	case sign == '+' && p.sign != exceedsSign, sign == '-' && p.sign == neverSign:
		return 0, ^pos
	case sign == '+' || sign == '-':
		pos++
	}
	n := min(countDigits(s[pos:]), p.max+max(p.following, 0))
	if n < p.min {
		return 0, ^pos
	}
	if p.following > 0 {
		n = max(p.min, n-p.following) // leave the digits of those behind
	}
	if n > 18 {
		return 0, ^pos
	}
	x, _ := parseLong(s[pos : pos+n])
	switch {
	case sign == '-':
		if x == 0 {
			return 0, ^start
		}
		x = -x
	case p.sign == exceedsSign && sign == '+' && n <= p.min:
		return 0, ^start
	case p.sign == exceedsSign && sign != '+' && n > p.min:
		return 0, ^start
	}
	return x, pos + n
}

var fieldRanges = [fieldCount][2]int64{monthField: {1, 12}, weekdayField: {1, 7}, halfField: {0, 1}, eraField: {0, 1},
	quarterField: {1, 4}}

func (v *parsed) readName(s string, pos int, p *part) int {
	best, value := 0, int64(0)
	for x := fieldRanges[p.field][0]; x <= fieldRanges[p.field][1]; x++ {
		name := fieldName(p.field, int(x), p.full)
		if len(name) > best && len(s)-pos >= len(name) && strings.EqualFold(s[pos:pos+len(name)], name) {
			best, value = len(name), x
		}
	}
	if best == 0 || !v.set(p.field, value) {
		return ^pos
	}
	return pos + best
}

// readZone reads an offset or a zone. What several texts could be is the longest of them.
func (v *parsed) readZone(s string, pos int, p *part) int {
	rest := s[pos:]
	var zone *time.Location
	n := 0
	switch p.kind {
	case offsetPart:
		zone, n = readOffset(rest, p.text)
	case gmtPart:
		zone, n = readGMT(rest)
	default:
		zone, n = readZoneID(rest, p.kind == zoneNamePart)
	}
	if zone == nil || v.zone != nil && v.zone.String() != zone.String() {
		return ^pos
	}
	v.zone = zone
	return pos + n
}

// readOffset reads an offset in one of java.time's patterns, or the text that stands for none.
func readOffset(s, spec string) (*time.Location, int) {
	pattern, zero, _ := strings.Cut(spec, "|")
	if s == "" {
		return nil, 0
	}
	if s[0] != '+' && s[0] != '-' {
		if len(s) >= len(zero) && strings.EqualFold(s[:len(zero)], zero) {
			return time.UTC, len(zero)
		}
		return nil, 0
	}
	colon := strings.IndexByte(pattern, ':') >= 0
	parts, i := [3]int{}, 1
	for k := range parts {
		must := k == 0 || k == 1 && strings.Contains(pattern, "MM") || k == 2 && strings.Contains(pattern, "SS")
		may := k == 1 && strings.Contains(pattern, "mm") || k == 2 && strings.Contains(pattern, "ss")
		if !must && !may {
			break
		}
		j := i
		if k > 0 && colon {
			if j < len(s) && s[j] == ':' {
				j++
			} else if must {
				return nil, 0
			} else {
				break
			}
		}
		if j+2 > len(s) || !allDigits(s[j:j+2]) || k > 0 && s[j] > '5' {
			if must {
				return nil, 0
			}
			break
		}
		parts[k], i = atoi(s[j:j+2]), j+2
	}
	total := parts[0]*3600 + parts[1]*60 + parts[2]
	if total > 18*3600 {
		return nil, 0
	}
	if s[0] == '-' {
		total = -total
	}
	return offsetZone(total), i
}

func offsetZone(seconds int) *time.Location {
	if seconds == 0 {
		return time.UTC
	}
	return time.FixedZone(OffsetID(seconds), seconds)
}

// readGMT reads GMT, GMT+8 and GMT+08:00.
func readGMT(s string) (*time.Location, int) {
	if len(s) < 3 || !strings.EqualFold(s[:3], "GMT") {
		return nil, 0
	}
	if len(s) == 3 || s[3] != '+' && s[3] != '-' {
		return time.UTC, 3
	}
	n := 4 + min(2, countDigits(s[4:]))
	for len(s) >= n+3 && s[n] == ':' && countDigits(s[n+1:]) >= 2 {
		n += 3
	}
	seconds, ok := parseOffset(padZone(s[3:n]))
	if !ok {
		return nil, 0
	}
	return offsetZone(seconds), n
}

// readZoneID reads the longest zone id at the start of s; with names, an abbreviation such as PST as well.
func readZoneID(s string, names bool) (*time.Location, int) {
	end := 0
	for end < len(s) && (letter(s[end]) || digit(s[end]) || strings.IndexByte("~/._+-:", s[end]) >= 0) {
		end++
	}
	for n := end; n > 0; n-- {
		if names {
			if id, ok := zoneAbbreviations[strings.ToUpper(s[:n])]; ok {
				z, _ := Zone(id)
				return z, n
			}
		}
		if z := loadZone(s[:n]); z != nil {
			if _, short := shortZones[s[:n]]; !short {
				return z, n
			}
		}
	}
	return nil, 0
}
