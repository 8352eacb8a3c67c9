package expr

import (
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"gospark/runtime/condition"
	"gospark/runtime/types"
)

// Strings as bytes: character sets, valid UTF-8, masks.

func init() {
	family("string_funcs", []Function{
		{Name: "encode", Sig: "string, string -> binary", Null: Always, Impl: fn2e(func(s, set string) (string, error) {
			c, ok := charsets[strings.ToLower(set)]
			if !ok {
				return "", unknownCharset("encode", set)
			}
			out, ok := c.encode(s)
			if !ok {
				return "", malformedCoding("encode", set)
			}
			return out, nil
		}), Doc: "The bytes of the string in a character set.", Example: "encode('abc', 'utf-8') = abc"},
		{Name: "decode", Sig: "any, any, any*", Make: decode, Doc: "The string that bytes stand for in a character set; with more arguments, the result that goes with the first equal one.",
			Example: "decode(encode('abc', 'utf-8'), 'utf-8') = abc"},
		{Name: "strdecode", Show: "decode", Internal: true, Sig: "binary, string -> string", Null: Always, Impl: fn2e(func(b, set string) (string, error) {
			c, ok := charsets[strings.ToLower(set)]
			if !ok {
				return "", unknownCharset("decode", set)
			}
			out, ok := c.decode(b)
			if !ok {
				return "", malformedCoding("decode", set)
			}
			return out, nil
		})},
		{Name: "mask", Exact: true, Sig: "string, string = 'X', string = 'x', string = 'n', string = null -> string", Null: Always, Check: maskLetters, Impl: maskImpl(),
			Doc: "The string with its letters and digits replaced.", Example: "mask('abcd-EFGH-8765') = xxxx-XXXX-nnnn"},
		{Name: "is_valid_utf8", Sig: "string -> boolean", Null: Always, Impl: fn1(utf8.ValidString), Doc: "Whether the bytes are UTF-8.", Example: "is_valid_utf8('Spark') = true"},
		{Name: "make_valid_utf8", Sig: "string -> string", Null: Always, Impl: fn1(func(s string) string { return strings.ToValidUTF8(s, "\ufffd") }),
			Doc: "The string with what is not UTF-8 replaced.", Example: "make_valid_utf8('Spark') = Spark"},
		{Name: "validate_utf8", Sig: "string -> string", Null: Always, Impl: fn1e(func(s string) (string, error) {
			if utf8.ValidString(s) {
				return s, nil
			}
			return "", invalidUTF8(s)
		}), Doc: "The string, or an error if it is not UTF-8.", Example: "validate_utf8('Spark') = Spark"},
		{Name: "try_validate_utf8", Sig: "string -> string", Null: Always, Impl: fn1n(func(s string) (string, bool) { return s, utf8.ValidString(s) }),
			Doc: "The string, or NULL if it is not UTF-8.", Example: "try_validate_utf8('Spark') = Spark"},
		{Name: "to_binary", Sig: "string, string? -> binary", Make: binaryFormat, NullIf: readNullable, Bind: binaryImpl,
			Doc: "The bytes written in a format: hex, utf-8 or base64.", Example: "to_binary('abc', 'utf-8') = abc"},
		{Name: "try_to_binary", Sig: "string, string? -> binary", Make: func(r *Request) (Expr, error) {
			e, err := r.other("to_binary", r.Args...)
			if err != nil {
				return nil, err
			}
			return &Shown{Text: r.Text(), Child: tryOf(e)}, nil
		}, Doc: "The bytes written in a format, or NULL if they are not.", Example: "try_to_binary('abc', 'utf-8') = abc"},
		{Name: "sentences", Sig: "string, string = '', string = '' -> ?", Null: Always, Ret: func([]Expr) *types.Type {
			return types.ArrayOf(types.ArrayOf(types.String, false), false)
		}, Impl: boxedNulls(func(_ *Context, a []any) (any, error) {
			if a[0] == nil {
				return nil, nil
			}
			return sentences(a[0].(string)), nil
		}), Doc: "The words of each sentence.", Example: "sentences('Hi there! Good morning.') = [[Hi, there], [Good, morning]]"},
	})
}

// A charset converts between UTF-8 and another encoding; ok is false for what it does not have.
type charset struct {
	encode, decode func(s string) (string, bool)
}

var charsets = map[string]charset{
	"utf-8":      {func(s string) (string, bool) { return s, utf8.ValidString(s) }, func(s string) (string, bool) { return s, utf8.ValidString(s) }},
	"us-ascii":   oneByte(0x7f),
	"iso-8859-1": oneByte(0xff),
	"utf-16be":   twoBytes(false, false),
	"utf-16le":   twoBytes(true, false),
	"utf-16":     twoBytes(false, true),
	"utf-32":     {encode: encode32, decode: decode32},
}

func oneByte(limit rune) charset {
	return charset{
		encode: func(s string) (string, bool) {
			out := make([]byte, 0, len(s))
			for _, r := range s {
				if r > limit {
					return "", false
				}
				out = append(out, byte(r))
			}
			return string(out), true
		},
		decode: func(s string) (string, bool) {
			out := make([]rune, len(s))
			for i := range len(s) {
				if out[i] = rune(s[i]); out[i] > limit {
					return "", false
				}
			}
			return string(out), true
		},
	}
}

func twoBytes(little, mark bool) charset {
	return charset{
		encode: func(s string) (string, bool) {
			var out []byte
			units := utf16.Encode([]rune(s))
			if mark {
				units = append([]uint16{0xfeff}, units...)
			}
			for _, u := range units {
				if little {
					out = append(out, byte(u), byte(u>>8))
				} else {
					out = append(out, byte(u>>8), byte(u))
				}
			}
			return string(out), true
		},
		decode: func(s string) (string, bool) {
			if len(s)%2 == 1 {
				return "", false
			}
			le := little
			if mark && strings.HasPrefix(s, "\xff\xfe") {
				le, s = true, s[2:]
			} else if mark && strings.HasPrefix(s, "\xfe\xff") {
				s = s[2:]
			}
			units := make([]uint16, len(s)/2)
			for i := range units {
				hi, lo := s[2*i], s[2*i+1]
				if le {
					hi, lo = lo, hi
				}
				units[i] = uint16(hi)<<8 | uint16(lo)
			}
			out := string(utf16.Decode(units))
			return out, !strings.ContainsRune(out, utf8.RuneError)
		},
	}
}

func encode32(s string) (string, bool) {
	var out []byte
	for _, r := range s {
		out = append(out, byte(r>>24), byte(r>>16), byte(r>>8), byte(r))
	}
	return string(out), true
}

func decode32(s string) (string, bool) {
	if len(s)%4 != 0 {
		return "", false
	}
	s = strings.TrimPrefix(s, "\x00\x00\xfe\xff")
	var out []rune
	for i := 0; i < len(s); i += 4 {
		r := rune(s[i])<<24 | rune(s[i+1])<<16 | rune(s[i+2])<<8 | rune(s[i+3])
		if !utf8.ValidRune(r) {
			return "", false
		}
		out = append(out, r)
	}
	return string(out), true
}

const charsetNames = "iso-8859-1, us-ascii, utf-16, utf-16be, utf-16le, utf-32, utf-8"

func unknownCharset(function, set string) *condition.Error {
	return invalidParameter("CHARSET", function, "charset", "expects one of the "+charsetNames+", but got "+set+".", "charset", set, "charsets", charsetNames)
}

func malformedCoding(function, set string) *condition.Error {
	return condition.New("MALFORMED_CHARACTER_CODING", "22000", "Invalid value found when performing %s with %s", quotedID(function), set).
		WithParam("function", quotedID(function)).WithParam("charset", set)
}

func invalidUTF8(s string) *condition.Error {
	var b strings.Builder
	for i := range len(s) {
		b.WriteString(`\x` + upperHex(s[i:i+1]))
	}
	return condition.New("INVALID_UTF8_STRING", "22029", "Invalid UTF8 byte sequence found in string: %s.", b.String()).WithParam("str", b.String())
}

// decode of two arguments reads bytes; of more it is a CASE in which NULL equals NULL.
func decode(r *Request) (Expr, error) {
	if len(r.Args) == 2 {
		return r.other("strdecode", r.Args...)
	}
	var args []Expr
	i := 1
	for ; i+1 < len(r.Args); i += 2 {
		same, err := r.other("<=>", r.Args[0], r.Args[i])
		if err != nil {
			return nil, err
		}
		args = append(args, same, r.Args[i+1])
	}
	if i < len(r.Args) {
		args = append(args, r.Args[i])
	} else {
		args = append(args, NullOf(types.String)) // which is a string to Spark
	}
	e, err := r.other("case", args...)
	if err != nil {
		return nil, err
	}
	return &Shown{Text: r.Text(), Child: e}, nil
}

// maskLetters wants constants of one character for what replaces others.
func maskLetters(text string, args []Expr) error {
	for i, name := range []string{"upperChar", "lowerChar", "digitChar", "otherChar"} {
		a := args[i+1]
		if !Foldable(a) {
			return notFoldable(text, name, types.String, a)
		}
		v, err := Constant(&Context{}, a)
		if err != nil {
			return err
		}
		if s, ok := v.(string); ok && utf8.RuneCountInString(s) != 1 {
			return mismatch("INPUT_SIZE_NOT_ONE", text, "Length of "+name+" should be 1.", "exprName", name)
		}
	}
	return nil
}

// maskImpl replaces upper-case letters, lower-case letters, digits and others; NULL leaves them.
func maskImpl() *Impl {
	return boxedNulls(func(_ *Context, a []any) (any, error) {
		if a[0] == nil {
			return nil, nil
		}
		var b strings.Builder
		for _, r := range a[0].(string) {
			k := 4
			switch {
			case unicode.IsUpper(r):
				k = 1
			case unicode.IsLower(r):
				k = 2
			case unicode.IsDigit(r):
				k = 3
			}
			if with, ok := a[k].(string); ok && with != "" {
				r, _ = utf8.DecodeRuneInString(with)
			}
			b.WriteRune(r)
		}
		return b.String(), nil
	})
}

func toBinary(s, format string) (string, error) {
	switch strings.ToLower(format) {
	case "hex":
		if out, ok := unhex(s); ok {
			return out, nil
		}
		return "", invalidConversion(s, "'HEX'", "to_binary")
	case "utf-8", "utf8":
		return s, nil
	case "base64":
		trimmed := strings.Join(strings.Fields(s), "")
		if len(strings.TrimRight(trimmed, "="))%4 == 1 || strings.Trim(trimmed, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=") != "" {
			return "", invalidConversion(s, quoted("BASE64"), "to_binary")
		}
		return unbase64(trimmed)
	}
	return "", invalidParameter("BINARY_FORMAT", "to_binary", "fmt", "expects one of binary formats 'base64', 'hex', 'utf-8', but got "+StringLit(format).SQLText()+".",
		"invalidFormat", StringLit(format).SQLText())
}

// binaryFormat wants a format that is a constant of those there are.
func binaryFormat(r *Request) (Expr, error) {
	if len(r.Args) == 2 {
		v, ok, err := r.constant(1)
		if err != nil {
			return nil, err
		}
		format, text := v.(string)
		if !ok && !Foldable(r.Args[1]) {
			return nil, notFoldable(r.Text(), "fmt", types.String, r.Args[1])
		}
		if v != nil {
			switch strings.ToLower(format) {
			case "hex", "utf-8", "utf8", "base64":
			default:
				ok = false
			}
			if !ok || !text {
				const formats = "'hex', 'utf-8', 'utf8', or 'base64'"
				value := r.Args[1].String()
				if l, is := r.Args[1].(*Lit); is {
					value = l.SQLText()
				}
				return nil, mismatch("INVALID_ARG_VALUE", r.Text(), "The fmt value must to be a case-insensitive \"STRING\" literal of "+formats+", but got "+value+".",
					"inputName", "fmt", "requireType", `case-insensitive "STRING"`, "validValues", formats, "inputValue", value)
			}
		}
	}
	return r.build()
}

// readNullable: bytes of base64 are there when the text is, those of other formats may be NULL to Spark.
func readNullable(args []Expr) bool {
	if len(args) == 2 {
		if l, ok := args[1].(*Lit); ok && l.Value != nil && strings.EqualFold(l.Value.(string), "base64") {
			return args[0].Nullable()
		}
	}
	return true
}

func binaryImpl(c *Call) *Impl {
	if len(c.Args) == 1 {
		return fn1e(func(s string) (string, error) { return toBinary(s, "hex") })
	}
	return fn2e(toBinary)
}

// sentences ends a sentence at ! or ?, and at a full stop that no lower-case letter follows; words are letters, digits and apostrophes.
func sentences(s string) []any {
	out, words := []any{}, []any{}
	var word strings.Builder
	endWord := func() {
		if word.Len() > 0 {
			words = append(words, word.String())
			word.Reset()
		}
	}
	endSentence := func() {
		endWord()
		if len(words) > 0 {
			out, words = append(out, words), []any{}
		}
	}
	in := []rune(s)
	for i, r := range in {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_',
			(r == '\'' || r == '.') && i > 0 && i+1 < len(in) && unicode.IsLetter(in[i-1]) && unicode.IsLetter(in[i+1]),
			(r == '.' || r == ',') && i > 0 && i+1 < len(in) && unicode.IsDigit(in[i-1]) && unicode.IsDigit(in[i+1]):
			word.WriteRune(r)
		case r == '!' || r == '?':
			endSentence()
		case r == '.':
			k := i + 1
			for k < len(in) && unicode.IsSpace(in[k]) {
				k++
			}
			if k < len(in) && unicode.IsLower(in[k]) {
				endWord()
			} else {
				endSentence()
			}
		default:
			endWord()
		}
	}
	endSentence()
	return out
}
