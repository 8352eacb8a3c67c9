package expr

import (
	"strings"

	"gospark/runtime/condition"
	"gospark/runtime/types"
)

// Numbers from texts and to texts by patterns: [MI|S] [$] [0|9|G|,]* [.|D] [0|9]* [$] [PR|MI|S].

func init() {
	family("string_funcs", []Function{
		{Name: "to_number", Sig: "string, string -> ?", Check: numberFormat, Ret: patternType, Bind: toNumber(false),
			Doc: "The number that a text says in a pattern.", Example: "to_number('$78.12', '$99.99') = 78.12"},
		{Name: "try_to_number", Sig: "string, string -> ?", Check: numberFormat, Ret: patternType, Null: Always, Bind: toNumber(true),
			Doc: "to_number, and NULL for a text that does not fit the pattern.", Example: "try_to_number('454', '999') = 454"},
		{Name: "to_char", SameAs: []string{"to_varchar"}, Sig: "any, string", Make: toChar,
			Doc: "The number, date, timestamp or binary in a pattern.", Example: "to_char(454, '999') = 454"},
		{Name: "numbertochar", Show: "to_char", Internal: true, Sig: "decimal, string -> string", Check: numberFormat, Bind: numberToChar},
	})
}

// A numberPattern is a compiled pattern.
type numberPattern struct {
	text                   string
	first                  string // MI or S
	dollar, dollarEnd      bool
	whole                  []string // runs of 0 and 9 before the point, between commas
	point                  bool
	frac                   string
	last                   string // MI, S or PR
	wholeDigits, precision int
}

func compileNumber(text string) (*numberPattern, bool) {
	p := &numberPattern{text: text}
	s := strings.ToUpper(text)
	take := func(token string) bool {
		rest, ok := strings.CutPrefix(s, token)
		if ok {
			s = rest
		}
		return ok
	}
	switch {
	case take("MI"):
		p.first = "MI"
	case take("S"):
		p.first = "S"
	}
	p.dollar = take("$")
	n := strings.IndexFunc(s, func(r rune) bool { return !strings.ContainsRune("09,G", r) })
	if n < 0 {
		n = len(s)
	}
	before := strings.ReplaceAll(s[:n], "G", ",")
	s = s[n:]
	if before != "" {
		p.whole = strings.Split(before, ",")
		for _, run := range p.whole {
			if run == "" {
				return nil, false
			}
			p.wholeDigits += len(run)
		}
	}
	if p.point = take(".") || take("D"); p.point {
		n := strings.IndexFunc(s, func(r rune) bool { return r != '0' && r != '9' })
		if n < 0 {
			n = len(s)
		}
		p.frac, s = s[:n], s[n:]
	}
	if take("$") {
		if p.dollar {
			return nil, false
		}
		p.dollarEnd = true
	}
	switch {
	case p.first == "" && take("PR"):
		p.last = "PR"
	case p.first == "" && take("MI"):
		p.last = "MI"
	case p.first == "" && take("S"):
		p.last = "S"
	}
	p.precision = p.wholeDigits + len(p.frac)
	return p, s == "" && p.precision > 0 && p.precision <= types.MaxPrecision
}

func (p *numberPattern) typ() *types.Type { return types.DecimalOf(p.precision, len(p.frac)) }

// numberFormat checks that the pattern is a constant and one.
func numberFormat(text string, args []Expr) error {
	l, ok := args[1].(*Lit)
	if !ok {
		if !Foldable(args[1]) {
			return notFoldable(text, "format", types.String, args[1])
		}
		v, err := Constant(&Context{}, args[1])
		if err != nil {
			return err
		}
		l = &Lit{Value: v, Typ: types.String}
	}
	s, ok := l.Value.(string)
	if !ok {
		return nil
	}
	if _, ok := compileNumber(s); ok {
		return nil
	}
	if s == "" {
		return condition.New("INVALID_FORMAT.EMPTY", "42601", "The format is invalid: '%s'. The number format string cannot be empty.", s).WithParam("format", "'"+s+"'")
	}
	if !strings.ContainsAny(s, "09") {
		up := strings.ToUpper(s)
		return condition.New("INVALID_FORMAT.WRONG_NUM_DIGIT", "42601", "The format is invalid: '%s'. The format string requires at least one number digit.", up).WithParam("format", "'"+up+"'")
	}
	if strings.Trim(strings.ToUpper(s), "09G,.D$SMIPR") != "" {
		bad := strings.TrimLeft(strings.ToUpper(s), "09G,.D$SMIPR")[:1]
		return condition.New("INVALID_FORMAT.UNEXPECTED_TOKEN", "42601", "The format is invalid: '%s'. Found the unexpected character '%s' in the format string; "+
			"the structure of the format string must match: `[MI|S]` `[$]` `[0|9|G|,]*` `[.|D]` `[0|9]*` `[$]` `[PR|MI|S]`.", s, bad).WithParam("format", "'"+s+"'").WithParam("token", "character '"+bad+"'")
	}
	return condition.New("INVALID_FORMAT.UNEXPECTED_TOKEN", "42601", "The format is invalid: '%s'. "+
		"The structure of the format string must match: `[MI|S]` `[$]` `[0|9|G|,]*` `[.|D]` `[0|9]*` `[$]` `[PR|MI|S]`.", s).WithParam("format", "'"+s+"'")
}

func patternOf(c Expr) *numberPattern {
	v, ok := c.(*Lit)
	if !ok {
		x, err := Constant(&Context{}, c)
		if err != nil {
			return nil
		}
		v = &Lit{Value: x}
	}
	s, ok := v.Value.(string)
	if !ok {
		return nil
	}
	p, ok := compileNumber(s)
	if !ok {
		return nil
	}
	return p
}

func patternType(args []Expr) *types.Type {
	if p := patternOf(args[1]); p != nil {
		return p.typ()
	}
	return types.UserDecimal
}

func toNumber(try bool) func(c *Call) *Impl {
	return func(c *Call) *Impl {
		p := patternOf(c.Args[1])
		return boxed(func(_ *Context, args []any) (any, error) {
			s := args[0].(string)
			if p != nil {
				if d, ok := p.parse(s); ok {
					return d, nil
				}
			}
			if try {
				return nil, nil
			}
			return nil, condition.New("INVALID_FORMAT.MISMATCH_INPUT", "42601", "The format is invalid: %s. The input \"STRING\" '%s' does not match the format.", "'"+args[1].(string)+"'", s).
				WithParam("inputType", `"STRING"`).WithParam("input", s).WithParam("format", args[1].(string))
		})
	}
}

// parse reads a text; ok is false if it does not fit.
func (p *numberPattern) parse(s string) (types.Decimal, bool) {
	var none types.Decimal
	s = strings.Trim(s, " ")
	negative := false
	sign := func(kind string) {
		if s != "" && (s[0] == '-' || s[0] == '+' && kind == "S") {
			negative = negative || s[0] == '-'
			s = s[1:]
		}
	}
	if p.first != "" {
		sign(p.first)
	}
	angle := p.last == "PR" && strings.HasPrefix(s, "<")
	if angle {
		s = s[1:]
	}
	if p.dollar {
		if !strings.HasPrefix(s, "$") {
			return none, false
		}
		s = s[1:]
	}
	n := 0
	for n < len(s) && (s[n]-'0' <= 9 || s[n] == ',') {
		n++
	}
	whole, ok := p.groups(s[:n])
	if !ok {
		return none, false
	}
	s = s[n:]
	frac := ""
	if p.point && strings.HasPrefix(s, ".") {
		s = s[1:]
		n = 0
		for n < len(s) && s[n]-'0' <= 9 {
			n++
		}
		frac, s = s[:n], s[n:]
	}
	if len(frac) > len(p.frac) || strings.HasPrefix(p.frac, "0") && len(frac) < len(p.frac) || whole+frac == "" {
		return none, false
	}
	if p.dollarEnd {
		if !strings.HasPrefix(s, "$") {
			return none, false
		}
		s = s[1:]
	}
	switch {
	case angle:
		if s != ">" {
			return none, false
		}
		s, negative = "", true
	case p.last == "S" || p.last == "MI":
		sign(p.last)
	}
	if s != "" {
		return none, false
	}
	d, ok := types.StringToDecimal("0"+whole+"."+frac+"0", p.precision, len(p.frac))
	if negative {
		d = d.Neg()
	}
	return d, ok
}

// groups matches digits between commas with the runs of the pattern, from the right.
func (p *numberPattern) groups(s string) (digits string, ok bool) {
	var parts []string
	if s != "" {
		parts = strings.Split(s, ",")
	}
	missing := len(p.whole) - len(parts)
	if missing < 0 {
		return "", false
	}
	for i, run := range p.whole {
		exact := run[0] == '0'
		if i < missing {
			if exact {
				return "", false
			}
			continue
		}
		part := parts[i-missing]
		if len(part) > len(run) || exact && len(part) != len(run) || part == "" && len(parts) > 1 {
			return "", false
		}
		digits += part
	}
	return digits, true
}

func toChar(r *Request) (Expr, error) {
	t := r.Args[0].Type()
	switch {
	case isDatetime(t):
		return r.other("date_format", r.Args...)
	case t.Kind == types.BinaryKind:
		v, ok, err := r.constant(1)
		if err != nil {
			return nil, err
		}
		format, isText := v.(string)
		if !ok || !isText {
			return nil, notFoldable(r.Text(), "format", types.String, r.Args[1])
		}
		switch strings.ToLower(format) {
		case "base64":
			return r.other("base64", r.Args[0])
		case "hex":
			return r.other("hex", r.Args[0])
		case "utf-8":
			return r.other("decode", r.Args[0], StringLit("utf-8"))
		}
		return nil, condition.New("INVALID_PARAMETER_VALUE.BINARY_FORMAT", "22023",
			"The value of parameter(s) `format` in `to_char` is invalid: expects one of binary formats 'base64', 'hex', 'utf-8', but got '%s'.", format).
			WithParam("functionName", "`to_char`").WithParam("parameter", "`format`").WithParam("invalidFormat", "'"+format+"'")
	}
	return r.other("numbertochar", r.Args...)
}

func numberToChar(c *Call) *Impl {
	p := patternOf(c.Args[1])
	scale := c.Arg(0).Scale
	return boxed(func(_ *Context, args []any) (any, error) {
		if p == nil {
			return nil, nil
		}
		return p.format(args[0].(types.Decimal), scale), nil
	})
}

// format writes a number; one that does not fit is # for each digit.
func (p *numberPattern) format(d types.Decimal, scale int) string {
	whole, frac, _ := strings.Cut(d.Abs().Text(scale), ".")
	whole, frac = strings.TrimLeft(whole, "0"), strings.TrimRight(frac, "0")
	negative := d.Sign() < 0
	fits := len(whole) <= p.wholeDigits && len(frac) <= len(p.frac)
	var b []byte
	put := func(c byte) { // behind the number, before the blanks that follow it
		i := len(b)
		for i > 0 && b[i-1] == ' ' {
			i--
		}
		if i < len(b) && i > 0 {
			b[i] = c
			return
		}
		b = append(b, c)
	}
	sign := func(kind string) {
		switch {
		case negative && kind != "":
			put('-')
		case kind == "S":
			put('+')
		case kind == "MI":
			b = append(b, ' ')
		}
	}
	sign(p.first)
	if negative && p.last == "PR" {
		b = append(b, '<')
	}
	if p.dollar {
		b = append(b, '$')
	}
	at := p.wholeDigits // digits left to write
	zeros := false
	for i, run := range p.whole {
		if i > 0 {
			if last := b[len(b)-1]; last >= '0' && last <= '9' || last == '#' {
				b = append(b, ',')
			} else {
				b = append(b, ' ')
			}
		}
		for range len(run) {
			switch {
			case !fits:
				b = append(b, '#')
			case at <= len(whole):
				b = append(b, whole[len(whole)-at])
			case run[0] == '0' || zeros:
				b = append(b, '0')
				zeros = true
			default:
				b = append(b, ' ')
			}
			at--
		}
	}
	if p.point {
		if len(b) > 0 && b[len(b)-1] == ' ' {
			b[len(b)-1] = '0'
		}
		b = append(b, '.')
		for i := range len(p.frac) {
			switch {
			case !fits:
				b = append(b, '#')
			case i < len(frac):
				b = append(b, frac[i])
			default:
				b = append(b, '0')
			}
		}
		if b[len(b)-1] == '.' {
			b[len(b)-1] = ' '
		}
	} else if fits && whole == "" && len(b) > 0 && b[len(b)-1] == ' ' {
		b[len(b)-1] = '0'
	}
	if p.dollarEnd {
		b = append(b, '$')
	}
	switch {
	case p.last == "PR" && negative:
		put('>')
	case p.last == "PR":
		b = append(b, ' ')
	default:
		sign(p.last)
	}
	return string(b)
}
