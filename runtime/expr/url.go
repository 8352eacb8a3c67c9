package expr

import (
	"regexp"
	"strings"

	"gospark/runtime/condition"
)

// URLs: their parts, and text in them.

func init() {
	family("url_funcs", []Function{
		{Name: "parse_url", Exact: true, Sig: "string, string, string? -> string", Null: Always, Bind: parseURL(false),
			Doc: "A part of a URL: HOST, PATH, QUERY (or the value of a key in it), REF, PROTOCOL, FILE, AUTHORITY or USERINFO.", Example: "parse_url('http://spark.apache.org/path?query=1', 'HOST') = spark.apache.org"},
		{Name: "try_parse_url", Sig: "string, string, string? -> string", Null: Always, Bind: parseURL(true),
			Doc: "parse_url, and NULL for a text that is no URL.", Example: "try_parse_url('http://spark.apache.org/path?query=1', 'QUERY', 'query') = 1"},
		{Name: "url_encode", Sig: "string -> string", Null: Always, Impl: fn1(urlEncode), Doc: "The text as it stands in a query of a URL.", Example: "url_encode('https://spark.apache.org') = https%3A%2F%2Fspark.apache.org"},
		{Name: "url_decode", Sig: "string -> string", Null: Always, Impl: fn1e(func(s string) (string, error) {
			d, ok := urlDecode(s)
			if !ok {
				return "", condition.New("CANNOT_DECODE_URL", "22546", "The provided URL cannot be decoded: %s. Please ensure that the URL is properly formatted and try again.", s).WithParam("url", s)
			}
			return d, nil
		}), Doc: "The text that stands in a query of a URL.", Example: "url_decode('https%3A%2F%2Fspark.apache.org') = https://spark.apache.org"},
		{Name: "try_url_decode", Sig: "string -> string", Null: Always, Impl: fn1n(urlDecode), Doc: "url_decode, and NULL for a malformed text.", Example: "try_url_decode('http%3A%2F%2spark.apache.org') = NULL"},
	})
}

func urlEncode(s string) string {
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c|0x20 >= 'a' && c|0x20 <= 'z', c >= '0' && c <= '9', strings.IndexByte(".-*_", c) >= 0:
			b.WriteByte(c)
		case c == ' ':
			b.WriteByte('+')
		default:
			b.WriteByte('%')
			b.WriteByte(hexDigits[c>>4])
			b.WriteByte(hexDigits[c&15])
		}
	}
	return b.String()
}

func urlDecode(s string) (string, bool) {
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '+':
			b = append(b, ' ')
		case '%':
			if i+2 >= len(s) {
				return "", false
			}
			hi, lo := hexDigit(s[i+1]), hexDigit(s[i+2])
			if hi < 0 || lo < 0 {
				return "", false
			}
			b = append(b, byte(hi<<4|lo))
			i += 2
		default:
			b = append(b, c)
		}
	}
	return strings.ToValidUTF8(string(b), "\ufffd"), true
}

// urlParts is RFC 2396's own expression for the parts of a URI.
var urlParts = regexp.MustCompile(`^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$`)

// badURL is what may not stand in a URI, and a percent sign that is no escape.
var badURL = regexp.MustCompile("[\\x00-\\x20\\x7f\"<>\\\\^`{|}]|%(?:[^0-9a-fA-F]|.[^0-9a-fA-F]|.?$)")

// hostPort is an authority that names a server.
var hostPort = regexp.MustCompile(`^(?:([^@\[\]]*)@)?((?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?\.)*[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?\.?|\[[0-9a-fA-F:.%]+\])(?::(\d*))?$`)

// urlPart is a part of a URL; found is false for a part it does not have, valid for a text that is no URL.
func urlPart(url, part string) (s string, found, valid bool) {
	m := urlParts.FindStringSubmatchIndex(url)
	if m == nil || badURL.MatchString(url) {
		return "", false, false
	}
	group := func(i int) (string, bool) {
		if m[2*i] < 0 {
			return "", false
		}
		return url[m[2*i]:m[2*i+1]], true
	}
	scheme, hasScheme := group(1)
	authority, hasAuthority := group(2)
	path, _ := group(3)
	query, hasQuery := group(4)
	ref, hasRef := group(5)
	hasAuthority = hasAuthority && authority != ""
	if hasScheme && !hasAuthority && path == "" {
		return "", false, false
	}
	if hasScheme && !hasAuthority && !strings.HasPrefix(path, "/") { // opaque: mailto:x
		switch part {
		case "PROTOCOL":
			return scheme, true, true
		case "REF":
			return ref, hasRef, true
		}
		return "", false, true
	}
	server := hostPort.FindStringSubmatch(authority)
	switch part {
	case "HOST":
		if server != nil {
			return server[2], true, true
		}
	case "USERINFO":
		if server != nil && strings.Contains(authority, "@") {
			return server[1], true, true
		}
	case "PATH":
		return path, true, true
	case "QUERY":
		return query, hasQuery, true
	case "REF":
		return ref, hasRef, true
	case "PROTOCOL":
		return scheme, hasScheme, true
	case "FILE":
		if hasQuery {
			return path + "?" + query, true, true
		}
		return path, true, true
	case "AUTHORITY":
		return authority, hasAuthority, true
	}
	return "", false, true
}

func parseURL(try bool) func(c *Call) *Impl {
	return func(c *Call) *Impl {
		return boxed(func(_ *Context, args []any) (any, error) {
			url, part := args[0].(string), args[1].(string)
			if len(args) == 3 && part != "QUERY" {
				return nil, nil
			}
			s, found, valid := urlPart(url, part)
			switch {
			case !valid && !try && !c.Legacy:
				return nil, condition.New("INVALID_URL", "22P02", "The url is invalid: %s. Use `try_parse_url` to tolerate invalid URL and return NULL instead.", url).WithParam("url", url)
			case !found || !valid:
				return nil, nil
			case len(args) == 2:
				return s, nil
			}
			for _, pair := range strings.Split(s, "&") {
				if v, ok := strings.CutPrefix(pair, args[2].(string)+"="); ok {
					return v, nil
				}
			}
			return nil, nil
		})
	}
}
