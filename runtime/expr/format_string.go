package expr

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"

	"gospark/runtime/condition"
	"gospark/runtime/types"
)

// format_string: texts with the values of arguments in them, as java.util.Formatter puts them.

func init() {
	family("string_funcs", []Function{
		{Name: "format_string", Aliases: []string{"printf"}, Sig: "string, any* -> string", NullIf: firstNullable, Impl: kernelOfRow(formatString),
			Doc: "The text with the arguments in the places of %d, %s, %.2f and their like.", Example: `format_string("Hello World %d %s", 100, "days") = Hello World 100 days`},
	})
}

// illegalArgument is an error of Java's library, which has no condition.
func illegalArgument(message string) error { return condition.New("", "", "%s", message) }

func formatString(c *Call) RowFunc {
	kinds := make([]*types.Type, len(c.Args))
	for i := range kinds {
		kinds[i] = c.Arg(i)
	}
	return func(_ *Context, args []any) (any, error) {
		if args[0] == nil {
			return nil, nil
		}
		f := javaFormat{args: args[1:], types: kinds[1:]}
		return f.format(args[0].(string))
	}
}

// A javaFormat is a format string at work.
type javaFormat struct {
	args  []any
	types []*types.Type
	next  int // the argument of the next specifier without an index
	last  int
	b     strings.Builder
}

// A specifier is %[index$][flags][width][.precision]conversion.
type specifier struct {
	text             string
	index            int // 0: the next argument, -1: the last one again
	flags            string
	width, precision int // -1: none
	conversion       byte
}

func (s *specifier) flag(c byte) bool { return strings.IndexByte(s.flags, c) >= 0 }

func (f *javaFormat) format(text string) (any, error) {
	for {
		i := strings.IndexByte(text, '%')
		if i < 0 {
			f.b.WriteString(text)
			return f.b.String(), nil
		}
		f.b.WriteString(text[:i])
		s, n := parseSpecifier(text[i:])
		if n == 0 {
			rest := text[i+1:]
			r, size := utf8.DecodeRuneInString(strings.TrimLeft(rest, "-#+ ,(<0123456789.$"))
			if size == 0 {
				return nil, illegalArgument("Conversion = '%'")
			}
			return nil, illegalArgument("Conversion = '" + string(r) + "'")
		}
		if err := f.specifier(s); err != nil {
			return nil, err
		}
		text = text[i+n:]
	}
}

func parseSpecifier(s string) (*specifier, int) {
	p := &specifier{width: -1, precision: -1}
	i := 1
	number := func() (int, bool) {
		from := i
		for i < len(s) && s[i]-'0' <= 9 {
			i++
		}
		n, err := strconv.Atoi(s[from:i])
		return n, err == nil
	}
	if i < len(s) && s[i] >= '1' && s[i] <= '9' {
		from := i
		if n, ok := number(); ok && i < len(s) && s[i] == '$' {
			p.index = n
			i++
		} else {
			i = from
		}
	}
	for i < len(s) && strings.IndexByte("-#+ 0,(<", s[i]) >= 0 {
		if s[i] == '<' {
			p.index = -1
		}
		p.flags += s[i : i+1]
		i++
	}
	if i < len(s) && s[i] >= '1' && s[i] <= '9' {
		p.width, _ = number()
	}
	if i < len(s) && s[i] == '.' {
		i++
		n, ok := number()
		if !ok {
			return nil, 0
		}
		p.precision = n
	}
	if i == len(s) || strings.IndexByte("bBhHsScCdoxXeEfgGaAn%", s[i]) < 0 {
		return nil, 0
	}
	p.conversion = s[i]
	p.text = s[:i+1]
	return p, i + 1
}

func (f *javaFormat) specifier(s *specifier) error {
	switch s.conversion {
	case 'n':
		f.b.WriteByte('\n')
		return nil
	case '%':
		f.pad(s, "%")
		return nil
	}
	at := s.index - 1
	switch s.index {
	case 0:
		at = f.next
		f.next++
	case -1:
		at = f.last
	}
	if at >= len(f.args) || at < 0 {
		return illegalArgument("Format specifier '" + s.text + "'")
	}
	f.last = at
	v, t := f.args[at], f.types[at]
	lower := s.conversion | 0x20
	out, err := "null", error(nil)
	switch {
	case lower == 'b':
		out = "false"
		if b, ok := v.(bool); ok {
			out = strconv.FormatBool(b)
		} else if v != nil {
			out = "true"
		}
	case v == nil:
		if lower != 's' && lower != 'h' && lower != 'c' {
			s = &specifier{flags: strings.ReplaceAll(s.flags, "0", ""), width: s.width, precision: s.precision, conversion: s.conversion}
		}
	case lower == 's':
		out = rawText(v, t)
	case lower == 'h':
		out = strconv.FormatInt(int64(javaHash(v, t)), 16)
		if javaHash(v, t) < 0 {
			out = strconv.FormatUint(uint64(uint32(javaHash(v, t))), 16)
		}
	case lower == 'c':
		if !t.Integral() || t.Kind == types.LongKind {
			return f.wrong(s, v, t)
		}
		n := wholeValue(v)
		if n < 0 || n > utf8.MaxRune {
			return illegalArgument("Code point = 0x" + strconv.FormatInt(n, 16))
		}
		out = string(rune(n))
	case lower == 'd' || lower == 'o' || lower == 'x':
		if out, err = f.integer(s, v, t); err != nil {
			return err
		}
		f.padNumber(s, out)
		return nil
	default:
		if !t.Fractional() {
			return f.wrong(s, v, t)
		}
		f.padNumber(s, javaFloat(s, numberFloat(v, t), t))
		return nil
	}
	if s.precision >= 0 && s.precision < utf8.RuneCountInString(out) {
		out = string([]rune(out)[:s.precision])
	}
	if s.conversion < 'a' {
		out = strings.ToUpper(out)
	}
	f.pad(s, out)
	return nil
}

// javaClasses are the classes of values in messages.
var javaClasses = map[types.Kind]string{types.BooleanKind: "java.lang.Boolean", types.ByteKind: "java.lang.Byte", types.ShortKind: "java.lang.Short",
	types.IntKind: "java.lang.Integer", types.LongKind: "java.lang.Long", types.FloatKind: "java.lang.Float", types.DoubleKind: "java.lang.Double",
	types.DecimalKind: "org.apache.spark.sql.types.Decimal", types.StringKind: "java.lang.String", types.DateKind: "java.lang.Integer",
	types.TimestampKind: "java.lang.Long", types.TimestampNTZKind: "java.lang.Long"}

func (f *javaFormat) wrong(s *specifier, _ any, t *types.Type) error {
	return illegalArgument(string(s.conversion) + " != " + javaClasses[t.Kind])
}

func (f *javaFormat) pad(s *specifier, out string) {
	n := s.width - utf8.RuneCountInString(out)
	switch {
	case n <= 0:
		f.b.WriteString(out)
	case s.flag('-'):
		f.b.WriteString(out + strings.Repeat(" ", n))
	default:
		f.b.WriteString(strings.Repeat(" ", n) + out)
	}
}

// padNumber fills with zeros behind the sign if the flag says so.
func (f *javaFormat) padNumber(s *specifier, out string) {
	if s.conversion < 'a' {
		out = strings.ToUpper(out)
	}
	if n := s.width - utf8.RuneCountInString(out); n > 0 && s.flag('0') && !strings.ContainsAny(out, "NI") {
		sign := 0
		for sign < len(out) && strings.IndexByte("+- (", out[sign]) >= 0 {
			sign++
		}
		if strings.HasPrefix(out[sign:], "0x") || strings.HasPrefix(out[sign:], "0X") {
			sign += 2
		}
		out = out[:sign] + strings.Repeat("0", n) + out[sign:]
	}
	f.pad(s, out)
}

// signed puts a sign in front of digits.
func (s *specifier) signed(negative bool, digits string) string {
	switch {
	case negative && s.flag('('):
		return "(" + digits + ")"
	case negative:
		return "-" + digits
	case s.flag('+'):
		return "+" + digits
	case s.flag(' '):
		return " " + digits
	}
	return digits
}

// grouped puts commas between groups of three digits.
func grouped(digits string) string {
	var b strings.Builder
	for i := range len(digits) {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteByte(digits[i])
	}
	return b.String()
}

func (f *javaFormat) integer(s *specifier, v any, t *types.Type) (string, error) {
	var n int64
	switch v := v.(type) {
	case int8, int16, int32, int64:
		n = wholeValue(v)
	default:
		return "", f.wrong(s, v, t)
	}
	switch s.conversion | 0x20 {
	case 'd':
		digits := new(big.Int).Abs(big.NewInt(n)).String()
		if s.flag(',') {
			digits = grouped(digits)
		}
		return s.signed(n < 0, digits), nil
	case 'o':
		out := strconv.FormatUint(unsigned(v), 8)
		if s.flag('#') {
			out = "0" + out
		}
		return out, nil
	}
	out := strconv.FormatUint(unsigned(v), 16)
	if s.flag('#') {
		out = "0x" + out
	}
	return out, nil
}

// unsigned is the bits of a whole number in its own width.
func unsigned(v any) uint64 {
	switch v := v.(type) {
	case int8:
		return uint64(uint8(v))
	case int16:
		return uint64(uint16(v))
	case int32:
		return uint64(uint32(v))
	}
	return uint64(v.(int64))
}

func javaFloat(s *specifier, x float64, t *types.Type) string {
	switch {
	case x != x:
		return "NaN"
	case math.IsInf(x, 0):
		return s.signed(x < 0, "Infinity")
	}
	precision := s.precision
	if precision < 0 {
		precision = 6
	}
	abs, negative := math.Abs(x), math.Signbit(x)
	// Java rounds the shortest decimal of a double half up.
	shortest, _ := types.FloatNumber(abs)
	if t.Kind == types.FloatKind {
		shortest, _ = types.ParseDecimal(strconv.FormatFloat(abs, 'g', -1, 32))
	}
	switch s.conversion | 0x20 {
	case 'f':
		whole, frac, _ := strings.Cut(roundHalfUp(shortest.Text(), precision), ".")
		if s.flag(',') {
			whole = grouped(whole)
		}
		if frac != "" {
			whole += "." + frac
		} else if s.flag('#') {
			whole += "."
		}
		return s.signed(negative, whole)
	case 'e':
		return s.signed(negative, scientific(shortest.Text(), precision))
	case 'g':
		if precision == 0 {
			precision = 1
		}
		if abs == 0 || abs >= 1e-4 && abs < math.Pow10(precision) {
			digits := 0
			if abs >= 1 {
				digits = len(strconv.FormatFloat(math.Floor(abs), 'f', 0, 64))
			} else if abs > 0 {
				digits = -int(math.Floor(-math.Log10(abs))) // zeros behind the point do not count
				if abs >= 0.1 {
					digits = 0
				}
			} else {
				digits = 1
			}
			return s.signed(negative, roundHalfUp(shortest.Text(), max(0, precision-digits)))
		}
		return s.signed(negative, scientific(shortest.Text(), precision-1))
	}
	return s.signed(negative, strings.Replace(strconv.FormatFloat(abs, 'x', -1, 64), "p+0", "p", 1))
}

// roundHalfUp rounds a number in digits to n decimals.
func roundHalfUp(text string, n int) string {
	whole, frac, _ := strings.Cut(text, ".")
	if len(frac) > n {
		up := frac[n] >= '5'
		kept := []byte(whole + frac[:n])
		if up {
			i := len(kept) - 1
			for ; i >= 0 && kept[i] == '9'; i-- {
				kept[i] = '0'
			}
			if i >= 0 {
				kept[i]++
			} else {
				kept = append([]byte{'1'}, kept...)
			}
		}
		whole, frac = string(kept[:len(kept)-n]), string(kept[len(kept)-n:])
	} else {
		frac += strings.Repeat("0", n-len(frac))
	}
	if whole == "" {
		whole = "0"
	}
	if n == 0 {
		return whole
	}
	return whole + "." + frac
}

// scientific is d.ddde+xx of a number in digits.
func scientific(text string, precision int) string {
	whole, frac, _ := strings.Cut(text, ".")
	digits := strings.TrimLeft(whole+frac, "0")
	if digits == "" {
		return roundHalfUp("0", precision) + "e+00"
	}
	var exponent int
	if w := strings.TrimLeft(whole, "0"); w != "" {
		exponent = len(w) - 1
	} else {
		exponent = -(len(frac) - len(strings.TrimLeft(frac, "0"))) - 1
	}
	mantissa := roundHalfUp(digits[:1]+"."+digits[1:], precision)
	if strings.HasPrefix(mantissa, "10") {
		mantissa = roundHalfUp("1", precision)
		exponent++
	}
	sign := "+"
	if exponent < 0 {
		sign, exponent = "-", -exponent
	}
	e := strconv.Itoa(exponent)
	if len(e) < 2 {
		e = "0" + e
	}
	return mantissa + "e" + sign + e
}

// javaHash is Java's hashCode of a value.
func javaHash(v any, t *types.Type) int32 {
	fold := func(n uint64) int32 { return int32(n ^ n>>32) }
	switch v := v.(type) {
	case bool:
		if v {
			return 1231
		}
		return 1237
	case int8, int16, int32:
		return int32(wholeValue(v))
	case int64:
		return fold(uint64(v))
	case float32:
		return int32(math.Float32bits(v))
	case float64:
		return fold(math.Float64bits(v))
	}
	h := int32(0)
	for _, r := range rawText(v, t) {
		if r > 0xffff {
			r -= 0x10000
			h = h*31 + int32(0xd800+r>>10)
			r = 0xdc00 + r&0x3ff
		}
		h = h*31 + int32(r)
	}
	return h
}
