package expr

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"

	"gospark/runtime/condition"
	"gospark/runtime/types"
)

// Functions on strings. Positions and lengths count characters, from 1; binary counts bytes.

func init() {
	family("string_funcs", []Function{
		{Name: "upper", Aliases: []string{"ucase"}, Sig: "string -> string", Impl: fn1(upper), Doc: "The string in upper case.", Example: "upper('SparkSql') = SPARKSQL"},
		{Name: "lower", Aliases: []string{"lcase"}, Sig: "string -> string", Impl: fn1(lower), Doc: "The string in lower case.", Example: "lower('SparkSql') = sparksql"},
		{Name: "initcap", Sig: "string -> string", Impl: fn1(initcap), Doc: "The first letter of each word in upper case, the others in lower case.", Example: "initcap('sPark sql') = Spark Sql"},
		{Name: "length", Aliases: []string{"char_length", "character_length", "len"}, Sig: "string|binary -> int",
			Bind: textOrBytes(fn1(func(s string) int32 { return int32(utf8.RuneCountInString(s)) }), fn1(func(s string) int32 { return int32(len(s)) })),
			Doc:  "The number of characters of a string, or of bytes of a binary.", Example: "length('Spark SQL ') = 10"},
		{Name: "octet_length", Sig: "string|binary -> int", Impl: fn1(func(s string) int32 { return int32(len(s)) }), Doc: "The number of bytes.", Example: "octet_length('Spark SQL') = 9"},
		{Name: "bit_length", Sig: "string|binary -> int", Impl: fn1(func(s string) int32 { return int32(8 * len(s)) }), Doc: "The number of bits.", Example: "bit_length('Spark SQL') = 72"},
		{Name: "ascii", Sig: "string -> int", Impl: fn1(func(s string) int32 {
			if s == "" {
				return 0
			}
			r, _ := utf8.DecodeRuneInString(s)
			return r
		}), Doc: "The code point of the first character.", Example: "ascii('222') = 50"},
		{Name: "chr", Aliases: []string{"char"}, Sig: "bigint -> string", Impl: fn1(func(n int64) string {
			if n < 0 {
				return ""
			}
			return string(rune(n & 0xff))
		}), Doc: "The character of a code from 0 to 255; larger ones modulo 256.", Example: "chr(65) = A"},
		{Name: "space", Sig: "int -> string", Impl: fn1e(func(n int32) (string, error) { return repeated("space", " ", n) }), Doc: "So many blanks.", Example: "concat(space(2), '1') =   1"},
		{Name: "repeat", Sig: "string, int -> string", Impl: fn2e(func(s string, n int32) (string, error) { return repeated("repeat", s, n) }),
			Doc: "The string so many times.", Example: "repeat('123', 2) = 123123"},
		{Name: "substring", Aliases: []string{"substr"}, Sig: "string|binary, int, int = 2147483647 -> $1",
			Bind: textOrBytes(fn3(substring), fn3(subbytes)),
			Doc:  "The part that starts at a position (from the end, if negative) and has a length.", Example: "substring('Spark SQL', 5, 1) = k"},
		{Name: "left", Sig: "string|binary, int -> $1", Bind: textOrBytes(
			fn2(func(s string, n int32) string { return substring(s, 1, n) }), fn2(func(s string, n int32) string { return subbytes(s, 1, n) })),
			Doc: "The first characters.", Example: "left('Spark SQL', 3) = Spa"},
		{Name: "right", Sig: "string, int -> string", Null: Always, Impl: fn2(func(s string, n int32) string {
			if n <= 0 {
				return ""
			}
			return substring(s, -n, n)
		}), Doc: "The last characters.", Example: "right('Spark SQL', 3) = SQL"},
		{Name: "substring_index", Sig: "string, string, int -> string", Impl: fn3(substringIndex),
			Doc: "What is before the n-th delimiter, counted from the end if negative.", Example: "substring_index('www.apache.org', '.', 2) = www.apache"},
		{Name: "instr", Sig: "string, string -> int", Impl: fn2(func(s, sub string) int32 { return locate(sub, s, 1) }),
			Doc: "The position of the first occurrence, 0 if there is none.", Example: "instr('SparkSQL', 'SQL') = 6"},
		{Name: "locate", Aliases: []string{"position"}, Sig: "string, string, int = 1 -> int", Impl: locateImpl(),
			Doc: "The position of the first argument in the second, from a position on.", Example: "locate('bar', 'foobarbar', 5) = 7"},
		{Name: "find_in_set", Sig: "string, string -> int", Impl: fn2(findInSet), Doc: "The position in a list with commas, 0 if it is not there.", Example: "find_in_set('ab', 'abc,b,ab,c,def') = 3"},
		{Name: "contains", Sig: "string|binary, string|binary -> boolean", Coerce: bothBinary, NullIf: binaryNullable, Impl: fn2(strings.Contains),
			Doc: "Whether the second argument occurs in the first.", Example: "contains('Spark SQL', 'Spark') = true"},
		{Name: "startswith", API: "StartsWith", Sig: "string|binary, string|binary -> boolean", Coerce: bothBinary, NullIf: binaryNullable, Impl: fn2(strings.HasPrefix),
			Doc: "Whether the first argument starts with the second.", Example: "startswith('Spark SQL', 'Spark') = true"},
		{Name: "endswith", API: "EndsWith", Sig: "string|binary, string|binary -> boolean", Coerce: bothBinary, NullIf: binaryNullable, Impl: fn2(strings.HasSuffix),
			Doc: "Whether the first argument ends with the second.", Example: "endswith('Spark SQL', 'SQL') = true"},
		{Name: "replace", Sig: "string, string, string = '' -> string", Impl: fn3(func(s, old, with string) string {
			if old == "" {
				return s
			}
			return strings.ReplaceAll(s, old, with)
		}), Doc: "All occurrences of the second argument replaced by the third.", Example: "replace('ABCabc', 'abc', 'DEF') = ABCDEF"},
		{Name: "translate", Sig: "string, string, string -> string", Impl: fn3(translate),
			Doc: "Each character of the second argument replaced by the one at its place in the third, or left out.", Example: "translate('AaBbCc', 'abc', '123') = A1B2C3"},
		{Name: "overlay", Sig: "string|binary, string|binary, int, int = -1 -> $1", Bind: func(c *Call) *Impl {
			sub, length := substring, utf8.RuneCountInString
			if c.Typ.Kind == types.BinaryKind {
				sub, length = subbytes, func(s string) int { return len(s) }
			}
			return boxed(func(_ *Context, a []any) (any, error) {
				s, with, pos, n := a[0].(string), a[1].(string), a[2].(int32), a[3].(int32)
				if n < 0 {
					n = int32(length(with))
				}
				return sub(s, 1, pos-1) + with + sub(s, pos+n, 1<<31-1), nil
			})
		}, Doc: "A part replaced: from a position, so many characters.", Example: "overlay('Spark SQL' PLACING '_' FROM 6) = Spark_SQL"},
		{Name: "trim", Sig: "string, string? -> string", Bind: trimming(true, true, true), Text: trimText("BOTH"),
			Doc: "Without the blanks, or given characters, at both ends.", Example: "trim('    SparkSQL   ') = SparkSQL"},
		{Name: "ltrim", Sig: "string, string? -> string", Bind: trimming(true, false, true), Text: trimText("LEADING"),
			Doc: "Without the blanks, or given characters, at the start.", Example: "ltrim('    SparkSQL   ') = SparkSQL   "},
		{Name: "rtrim", Sig: "string, string? -> string", Bind: trimming(false, true, true), Text: trimText("TRAILING"),
			Doc: "Without the blanks, or given characters, at the end.", Example: "rtrim('SparkSQL   ') = SparkSQL"},
		{Name: "btrim", Sig: "string, string? -> $1", Bind: trimming(true, true, false),
			Doc: "Without the blanks, or given characters, at both ends.", Example: "btrim('SSparkSQLS', 'SL') = parkSQ"},
		{Name: "lpad", Sig: "string|binary, int, string|binary = ' ' -> $1", Coerce: binaryPad, Bind: textOrBytes(fn3e(lpad), fn3e(lpadBytes)),
			Doc: "Filled on the left, or cut, to a length.", Example: "lpad('hi', 5, '??') = ???hi"},
		{Name: "rpad", Sig: "string|binary, int, string|binary = ' ' -> $1", Coerce: binaryPad, Bind: textOrBytes(fn3e(rpad), fn3e(rpadBytes)),
			Doc: "Filled on the right, or cut, to a length.", Example: "rpad('hi', 5, '??') = hi???"},
		{Name: "soundex", Sig: "string -> string", Impl: fn1(soundex), Doc: "The Soundex code.", Example: "soundex('Miller') = M460"},
		{Name: "levenshtein", Sig: "string, string, int? -> int", Bind: func(c *Call) *Impl {
			if len(c.Args) == 2 {
				return fn2(func(a, b string) int32 { return int32(condition.Distance(a, b)) })
			}
			return fn3(func(a, b string, limit int32) int32 {
				if d := int32(condition.Distance(a, b)); d <= limit {
					return d
				}
				return -1
			})
		}, Doc: "The edit distance; -1 if it is beyond a limit.", Example: "levenshtein('kitten', 'sitting') = 3"},
		{Name: "split_part", Sig: "string, string, int -> string", Null: Always, Bind: func(c *Call) *Impl {
			return fn3x(func(_ *Context, s, sep string, n int32) (string, bool, error) {
				if n == 0 {
					return "", false, zeroIndex()
				}
				return splitPart(s, sep, int(n)), true, nil
			})
		}, Doc: "The n-th part between delimiters, counted from the end if negative.", Example: "split_part('11.12.13', '.', 3) = 13"},
		{Name: "quote", Sig: "string -> string", Null: Always, Impl: fn1(func(s string) string {
			return "'" + strings.ReplaceAll(s, `'`, `\'`) + "'"
		}), Doc: "The string in quotes, as it is written in SQL.", Example: `quote('Don\'t') = 'Don\'t'`},
		{Name: "luhn_check", Sig: "string -> boolean", Null: Always, Impl: fn1(luhn), Doc: "Whether a number of digits has the right check digit.", Example: "luhn_check('8112189876') = true"},
	})
}

// textOrBytes chooses between the implementations for strings and for binary.
func textOrBytes(text, bytes *Impl) func(c *Call) *Impl {
	return func(c *Call) *Impl {
		if c.Arg(0).Kind == types.BinaryKind {
			return bytes
		}
		return text
	}
}

// bothBinary makes strings of two arguments unless both are binary.
func bothBinary(r *Request) error {
	text := r.Text()
	if r.Args[0].Type().Kind == types.BinaryKind && r.Args[1].Type().Kind == types.BinaryKind {
		return nil
	}
	for i, a := range r.Args {
		if a.Type().Nested() {
			return unexpectedInput(text, i, quoted("STRING"), a)
		}
		r.Args[i] = Implicit(a, types.String)
	}
	return nil
}

// binaryNullable: the forms for binary are nullable, as Spark has it.
func binaryNullable(args []Expr) bool {
	return anyNullable(args) || args[0].Type().Kind == types.BinaryKind
}

func upper(s string) string {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return cases.Upper(language.Und).String(s)
		}
	}
	return strings.ToUpper(s)
}

func lower(s string) string {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return cases.Lower(language.Und).String(s)
		}
	}
	return strings.ToLower(s)
}

// initcap has words separated by blanks only.
func initcap(s string) string {
	words := strings.Split(lower(s), " ")
	for i, w := range words {
		r, n := utf8.DecodeRuneInString(w)
		if n > 0 {
			words[i] = title(r) + w[n:]
		}
	}
	return strings.Join(words, " ")
}

// title is a letter at the beginning of a word: of several letters it is in upper case, only the first is.
func title(r rune) string {
	up := []rune(upper(string(r)))
	if len(up) == 1 {
		return string(unicode.ToTitle(r))
	}
	if unicode.IsUpper(up[0]) {
		return string(up[:1]) + lower(string(up[1:]))
	}
	return string(up)
}

// window is the half-open range of a substring of length n in a text of the given size, as Spark counts.
func window(size, pos, n int) (from, to int) {
	if n <= 0 {
		return 0, 0
	}
	switch {
	case pos > 0:
		from = pos - 1
	case pos < 0:
		from = size + pos
	}
	to = from + n
	return min(max(from, 0), size), min(max(to, 0), size)
}

func substring(s string, pos, n int32) string {
	if isASCII(s) {
		return subbytes(s, pos, n)
	}
	from, to := window(utf8.RuneCountInString(s), int(pos), int(n))
	if from >= to {
		return ""
	}
	start := runeOffset(s, from)
	return s[start : start+runeOffset(s[start:], to-from)]
}

func subbytes(s string, pos, n int32) string {
	from, to := window(len(s), int(pos), int(n))
	if from >= to {
		return ""
	}
	return s[from:to]
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// runeOffset is the byte at which the n-th character starts.
func runeOffset(s string, n int) int {
	i := 0
	for ; n > 0 && i < len(s); n-- {
		_, w := utf8.DecodeRuneInString(s[i:])
		i += w
	}
	return i
}

func substringIndex(s, delim string, n int32) string {
	if delim == "" || n == 0 {
		return ""
	}
	if n > 0 {
		at := 0
		for ; n > 0; n-- {
			i := strings.Index(s[at:], delim)
			if i < 0 {
				return s
			}
			if n == 1 {
				return s[:at+i]
			}
			at += i + 1
		}
	}
	at := len(s)
	for ; n < 0; n++ {
		i := strings.LastIndex(s[:min(at+len(delim)-1, len(s))], delim)
		if i < 0 {
			return s
		}
		if n == -1 {
			return s[i+len(delim):]
		}
		at = i
	}
	return s
}

func locate(sub, s string, from int32) int32 {
	if from < 1 {
		return 0
	}
	start := runeOffset(s, int(from)-1)
	if int(from)-1 > utf8.RuneCountInString(s) {
		return 0
	}
	i := strings.Index(s[start:], sub)
	if i < 0 {
		return 0
	}
	return int32(utf8.RuneCountInString(s[:start+i])) + 1
}

// locateImpl: a NULL start gives 0.
func locateImpl() *Impl {
	return boxedNulls(func(_ *Context, a []any) (any, error) {
		if a[2] == nil {
			return int32(0), nil
		}
		if a[0] == nil || a[1] == nil {
			return nil, nil
		}
		return locate(a[0].(string), a[1].(string), a[2].(int32)), nil
	})
}

func findInSet(s, list string) int32 {
	if strings.Contains(s, ",") {
		return 0
	}
	for i := int32(1); ; i++ {
		word, rest, more := strings.Cut(list, ",")
		if word == s {
			return i
		}
		if !more {
			return 0
		}
		list = rest
	}
}

func translate(s, from, to string) string {
	with := map[rune]rune{}
	target := []rune(to)
	i := 0
	for _, r := range from {
		if _, ok := with[r]; !ok {
			with[r] = -1 // strings.Map leaves it out
			if i < len(target) {
				with[r] = target[i]
			}
		}
		i++
	}
	return strings.Map(func(r rune) rune {
		if t, ok := with[r]; ok {
			return t
		}
		return r
	}, s)
}

// trimming makes the trim functions. In trim, ltrim and rtrim the characters come first when they are given; in btrim they are the second argument.
func trimming(left, right, charsFirst bool) func(c *Call) *Impl {
	cut := func(s, chars string) string {
		if left {
			s = strings.TrimLeft(s, chars)
		}
		if right {
			s = strings.TrimRight(s, chars)
		}
		return s
	}
	return func(c *Call) *Impl {
		switch {
		case len(c.Args) == 1:
			return fn1(func(s string) string { return cut(s, " ") })
		case charsFirst:
			return fn2(func(chars, s string) string { return cut(s, chars) })
		}
		return fn2(cut)
	}
}

func trimText(side string) func(c *Call) string {
	return func(c *Call) string {
		if len(c.Args) == 1 {
			return c.Name + "(" + join(c.Args) + ")"
		}
		return "TRIM(" + side + " " + c.Args[0].String() + " FROM " + c.Args[1].String() + ")"
	}
}

// binaryPad pads binary with zeros unless something else is given.
func binaryPad(r *Request) error {
	if r.Args[0].Type().Kind == types.BinaryKind && r.Args[2] == Expr(r.Fn.sig.params[2].def) {
		r.Args[2] = &Lit{Value: "\x00", Typ: types.Binary}
		return nil
	}
	if a, pad := r.Args[0].Type(), r.Args[2].Type(); a.Kind == types.BinaryKind && pad.Kind != types.BinaryKind {
		r.Args[0] = Implicit(r.Args[0], types.String)
	}
	return nil
}

func lpad(s string, n int32, pad string) (string, error) { return fill("lpad", s, n, pad, true) }
func rpad(s string, n int32, pad string) (string, error) { return fill("rpad", s, n, pad, false) }

func fill(function, s string, n int32, pad string, left bool) (string, error) {
	missing := int(n) - utf8.RuneCountInString(s)
	switch {
	case n <= 0:
		return "", nil
	case missing <= 0:
		return substring(s, 1, n), nil
	case pad == "":
		return s, nil
	}
	width := utf8.RuneCountInString(pad)
	filling, err := repeated(function, pad, int32(missing/width))
	if err != nil {
		return "", err
	}
	filling += substring(pad, 1, int32(missing%width))
	if left {
		return filling + s, nil
	}
	return s + filling, nil
}

func lpadBytes(s string, n int32, pad string) (string, error) {
	return fillBytes("lpad", s, n, pad, true)
}

func rpadBytes(s string, n int32, pad string) (string, error) {
	return fillBytes("rpad", s, n, pad, false)
}

func fillBytes(function, s string, n int32, pad string, left bool) (string, error) {
	missing := int(n) - len(s)
	switch {
	case n <= 0:
		return "", nil
	case missing <= 0:
		return s[:n], nil
	case pad == "":
		return s, nil
	}
	filling, err := repeated(function, pad, int32(missing/len(pad)+1))
	if err != nil {
		return "", err
	}
	filling = filling[:missing]
	if left {
		return filling + s, nil
	}
	return s + filling, nil
}

// repeated is a text so many times, for a function that was asked for so much.
func repeated(function, s string, n int32) (string, error) {
	if n <= 0 {
		return "", nil
	}
	if err := roomFor(function, int64(n)*int64(len(s))); err != nil {
		return "", err
	}
	return strings.Repeat(s, int(n)), nil
}

// soundexCodes are the digits of the letters; 0 are vowels, - H and W, which do not separate equal codes.
const soundexCodes = "01230120022455012623010202"

func soundex(s string) string {
	if s == "" {
		return ""
	}
	letter := func(c byte) byte {
		if c >= 'a' && c <= 'z' {
			return c - 32
		}
		return c
	}
	first := letter(s[0])
	if first < 'A' || first > 'Z' {
		return s
	}
	out := []byte{first, '0', '0', '0'}
	last, k := soundexCodes[first-'A'], 1
	for i := 1; i < len(s) && k < 4; i++ {
		c := letter(s[i])
		if c < 'A' || c > 'Z' {
			last = '0'
			continue
		}
		code := soundexCodes[c-'A']
		switch {
		case c == 'H' || c == 'W':
			continue
		case code != '0' && code != last:
			out[k] = code
			k++
		}
		last = code
	}
	return string(out)
}

func splitPart(s, sep string, n int) string {
	parts := []string{s}
	if sep != "" {
		parts = strings.Split(s, sep)
	}
	if n < 0 {
		n += len(parts) + 1
	}
	if n < 1 || n > len(parts) {
		return ""
	}
	return parts[n-1]
}

func luhn(s string) bool {
	sum, double := 0, false
	for i := len(s) - 1; i >= 0; i-- {
		d := int(s[i]) - '0'
		if d < 0 || d > 9 {
			return false
		}
		if double {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
		double = !double
	}
	return s != "" && sum%10 == 0
}
