package types

import (
	"strings"
	"sync"
	"sync/atomic"
	"time"
	_ "time/tzdata" // zones are part of the answer: they must not depend on the machine

	"gospark/runtime/condition"
)

// shortZones are Java's three-letter zone ids (ZoneId.SHORT_IDS).
var shortZones = map[string]string{
	"ACT": "Australia/Darwin", "AET": "Australia/Sydney", "AGT": "America/Argentina/Buenos_Aires", "ART": "Africa/Cairo",
	"AST": "America/Anchorage", "BET": "America/Sao_Paulo", "BST": "Asia/Dhaka", "CAT": "Africa/Harare",
	"CNT": "America/St_Johns", "CST": "America/Chicago", "CTT": "Asia/Shanghai", "EAT": "Africa/Addis_Ababa",
	"ECT": "Europe/Paris", "IET": "America/Indiana/Indianapolis", "IST": "Asia/Kolkata", "JST": "Asia/Tokyo",
	"MIT": "Pacific/Apia", "NET": "Asia/Yerevan", "NST": "Pacific/Auckland", "PLT": "Asia/Karachi",
	"PNT": "America/Phoenix", "PRT": "America/Puerto_Rico", "PST": "America/Los_Angeles", "SST": "Pacific/Guadalcanal",
	"VST": "Asia/Ho_Chi_Minh", "EST": "-05:00", "MST": "-07:00", "HST": "-10:00",
}

var (
	zones     sync.Map // zone id as written -> *time.Location
	zoneCount atomic.Int32
)

// maxZones bounds the cache: an id may come from data.
const maxZones = 2000

// Zone is the time zone of an id as Spark takes it: a region (Europe/Paris), an offset (+01:00, -8, +013000), Z, UTC,
// GMT or UT with or without an offset, or one of Java's short ids. The location's name is the id as Java prints it.
func Zone(id string) (*time.Location, error) {
	if z, ok := zones.Load(id); ok {
		return z.(*time.Location), nil
	}
	z := loadZone(padZone(id))
	if z == nil {
		return nil, condition.New("INVALID_TIMEZONE", "22009",
			"The timezone: %s is invalid. The timezone must be either a region-based zone ID or a zone offset. "+
				"Region IDs must have the form 'area/city', such as 'America/Los_Angeles'. "+
				"Zone offsets must be in the format '(+|-)HH', '(+|-)HH:mm’ or '(+|-)HH:mm:ss', e.g '-08' , '+01:00' or '-13:33:33', "+
				"and must be in the range from -18:00 to +18:00. 'Z' and 'UTC' are accepted as synonyms for '+00:00'.", id).
			WithParam("timeZone", id)
	}
	if zoneCount.Add(1) <= maxZones {
		zones.Store(id, z)
	}
	return z, nil
}

// padZone makes the one-digit hours and minutes of +h:mm and +hh:m two digits.
func padZone(id string) string {
	i := strings.IndexAny(id, "+-")
	if i < 0 || i+2 >= len(id) {
		return id
	}
	rest := id[i+1:]
	if len(rest) > 1 && digit(rest[0]) && rest[1] == ':' {
		rest = "0" + rest
	}
	if len(rest) == 4 && digit(rest[0]) && digit(rest[1]) && rest[2] == ':' && digit(rest[3]) {
		rest = rest[:3] + "0" + rest[3:]
	}
	return id[:i+1] + rest
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

func loadZone(id string) *time.Location {
	if full, ok := shortZones[id]; ok {
		id = full
	}
	switch id {
	case "":
		return nil
	case "UTC":
		return time.UTC
	case "Z", "GMT", "UT":
		return time.FixedZone(id, 0)
	case "Local":
		return nil
	}
	if id[0] == '+' || id[0] == '-' {
		return fixedZone("", id)
	}
	for _, prefix := range []string{"UTC", "GMT", "UT"} {
		if rest, ok := strings.CutPrefix(id, prefix); ok && (rest[0] == '+' || rest[0] == '-') {
			return fixedZone(prefix, rest)
		}
	}
	for i := range len(id) {
		if c := id[i]; !letter(c) && (i == 0 || !digit(c) && strings.IndexByte("~/._+-", c) < 0) {
			return nil
		}
	}
	z, err := time.LoadLocation(id)
	if err != nil || len(id) < 2 {
		return nil
	}
	return z
}

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func fixedZone(prefix, offset string) *time.Location {
	seconds, ok := parseOffset(offset)
	if !ok {
		return nil
	}
	name := OffsetID(seconds)
	if prefix != "" && seconds == 0 {
		name = ""
	}
	return time.FixedZone(prefix+name, seconds)
}

// OffsetID is an offset in seconds as Java prints it: Z, +01:00, -13:33:33.
func OffsetID(seconds int) string {
	if seconds == 0 {
		return "Z"
	}
	return string(appendOffset(nil, seconds, "+HH:MM:ss"))
}

// appendOffset appends an offset in one of Java's patterns; lower-case parts are left out when they are 0.
func appendOffset(b []byte, seconds int, pattern string) []byte {
	sign := byte('+')
	if seconds < 0 {
		sign, seconds = '-', -seconds
	}
	h, m, s := seconds/3600, seconds/60%60, seconds%60
	b = appendTwo(append(b, sign), h)
	colon := strings.IndexByte(pattern, ':') >= 0
	part := func(v int) {
		if colon {
			b = append(b, ':')
		}
		b = appendTwo(b, v)
	}
	if strings.Contains(pattern, "MM") || strings.Contains(pattern, "mm") && (m != 0 || s != 0) {
		part(m)
	}
	if strings.Contains(pattern, "SS") || strings.Contains(pattern, "ss") && s != 0 {
		part(s)
	}
	return b
}

func appendTwo(b []byte, v int) []byte { return append(b, byte('0'+v/10%10), byte('0'+v%10)) }

// parseOffset reads +h, +hh, +hh:mm, +hhmm, +hh:mm:ss and +hhmmss, up to 18 hours.
func parseOffset(s string) (int, bool) {
	sign, digits := 1, s[1:]
	if s[0] == '-' {
		sign = -1
	}
	switch {
	case len(digits) == 1:
		digits = "0" + digits
	case len(digits) == 5 && digits[2] == ':':
		digits = digits[:2] + digits[3:]
	case len(digits) == 8 && digits[2] == ':' && digits[5] == ':':
		digits = digits[:2] + digits[3:5] + digits[6:]
	}
	if len(digits) != 2 && len(digits) != 4 && len(digits) != 6 || !allDigits(digits) {
		return 0, false
	}
	var parts [3]int
	for i := 0; i < len(digits); i += 2 {
		parts[i/2] = int(digits[i]-'0')*10 + int(digits[i+1]-'0')
	}
	total := parts[0]*3600 + parts[1]*60 + parts[2]
	return sign * total, parts[1] < 60 && parts[2] < 60 && total <= 18*3600
}
