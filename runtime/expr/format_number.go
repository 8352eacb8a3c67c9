package expr

import (
	"math"
	"strconv"
	"strings"

	"gospark/runtime/types"
)

// format_number: numbers with groups of digits, as java.text.DecimalFormat writes them.

func init() {
	family("string_funcs", []Function{
		{Name: "format_number", Exact: true, Sig: "numeric, int|string -> string", Null: Always, Impl: kernelOfRow(formatNumber),
			Doc: "The number with commas between groups of three digits and a number of decimals, or in a pattern such as #,##0.00.", Example: "format_number(12332.123456, 4) = 12,332.1235"},
	})
}

// A decimalFormat is a compiled pattern.
type decimalFormat struct {
	prefix, suffix     string
	minusPrefix        string // for negative numbers: a minus in front of the prefix unless the pattern has its own
	minusSuffix        string
	whole, least, most int // digits there must be before the point; and behind it, and may be
	group              int
	hundred            int // a power of ten that the number is multiplied by
	alwaysPoint        bool
}

// compileFormat reads a pattern: prefix, # 0 , . and suffix; what is behind a semicolon is for negative numbers.
func compileFormat(pattern string) (*decimalFormat, bool) {
	f := &decimalFormat{}
	positive, negative, has := strings.Cut(pattern, ";")
	digits := ""
	var ok bool
	if f.prefix, digits, f.suffix, ok = cutFormat(positive); !ok {
		return nil, false
	}
	f.minusPrefix, f.minusSuffix = "-"+f.prefix, f.suffix
	if has {
		if f.minusPrefix, _, f.minusSuffix, ok = cutFormat(negative); !ok {
			return nil, false
		}
	}
	if strings.Contains(f.suffix+f.prefix, "%") {
		f.hundred = 2
	} else if strings.Contains(f.suffix+f.prefix, "\u2030") {
		f.hundred = 3
	}
	before, after, point := strings.Cut(digits, ".")
	if i := strings.LastIndexByte(before, ','); i >= 0 {
		f.group = len(before) - 1 - i
	}
	before = strings.ReplaceAll(before, ",", "")
	if strings.Contains(strings.TrimLeft(before, "#"), "#") || strings.Contains(strings.TrimLeft(after, "0"), "0") || strings.Contains(after, ",") {
		return nil, false
	}
	f.whole = strings.Count(before, "0")
	f.least, f.most = strings.Count(after, "0"), len(after)
	f.alwaysPoint = point && after == ""
	if before != "" && f.whole == 0 && !point {
		f.whole = 1
		if !strings.Contains(before, "0") {
			f.whole = 0
		}
	}
	return f, digits != ""
}

// cutFormat is the text around the digits of a pattern.
func cutFormat(s string) (prefix, digits, suffix string, ok bool) {
	i := strings.IndexAny(s, "#0,.")
	if i < 0 {
		return s, "", "", true
	}
	j := i
	for j < len(s) && strings.IndexByte("#0,.", s[j]) >= 0 {
		j++
	}
	rest := s[j:]
	if strings.ContainsAny(rest, "#0,.E") || strings.ContainsAny(s[:i]+rest, "'") && strings.Count(s, "'")%2 == 1 {
		return "", "", "", false
	}
	return strings.ReplaceAll(s[:i], "'", ""), s[i:j], strings.ReplaceAll(rest, "'", ""), true
}

// maxDecimals is how many decimals of a double are written at most.
const maxDecimals = 340

// defaultFormat is commas and d decimals.
func defaultFormat(d int) *decimalFormat {
	return &decimalFormat{minusPrefix: "-", whole: 1, least: d, most: d, group: 3}
}

// format writes a number given by its sign and its digits, already rounded to most decimals.
func (f *decimalFormat) format(negative bool, text string) string {
	whole, frac, _ := strings.Cut(text, ".")
	whole = strings.TrimLeft(whole, "0")
	for len(whole) < f.whole {
		whole = strings.Repeat("0", f.whole-len(whole)) + whole
	}
	for len(frac) > f.least && frac[len(frac)-1] == '0' {
		frac = frac[:len(frac)-1]
	}
	if whole == "" && frac == "" {
		whole = "0"
	}
	var b strings.Builder
	prefix, suffix := f.prefix, f.suffix
	if negative {
		prefix, suffix = f.minusPrefix, f.minusSuffix
	}
	b.WriteString(prefix)
	for i := range len(whole) {
		if left := len(whole) - i; f.group > 0 && i > 0 && left%f.group == 0 {
			b.WriteByte(',')
		}
		b.WriteByte(whole[i])
	}
	if frac != "" || f.alwaysPoint {
		b.WriteByte('.')
		b.WriteString(frac)
	}
	b.WriteString(suffix)
	return b.String()
}

func (f *decimalFormat) number(v any, t *types.Type) string {
	switch t.Kind {
	case types.FloatKind, types.DoubleKind:
		x := numberFloat(v, t)
		switch {
		case x != x:
			return "NaN"
		case math.IsInf(x, 0):
			if x < 0 {
				return f.minusPrefix + "∞" + f.minusSuffix
			}
			return f.prefix + "∞" + f.suffix
		}
		x *= math.Pow10(f.hundred)
		return f.format(math.Signbit(x), strconv.FormatFloat(math.Abs(x), 'f', f.most, 64))
	case types.DecimalKind:
		return f.decimal(v.(types.Decimal), t.Scale)
	}
	return f.decimal(types.DecimalOf64(wholeValue(v)), 0)
}

// decimal rounds a decimal half to even.
func (f *decimalFormat) decimal(d types.Decimal, scale int) string {
	text := d.Abs().Text(scale)
	if f.hundred > 0 {
		whole, frac, _ := strings.Cut(text, ".")
		frac += strings.Repeat("0", f.hundred)
		text = whole + frac[:f.hundred] + "." + frac[f.hundred:]
	}
	return f.format(d.Sign() < 0, roundText(text, f.most))
}

// roundText rounds a number in digits to n decimals, half to even.
func roundText(text string, n int) string {
	whole, frac, _ := strings.Cut(text, ".")
	if len(frac) <= n {
		return whole + "." + frac + strings.Repeat("0", n-len(frac))
	}
	kept, rest := []byte(whole+frac[:n]), frac[n:]
	last := byte('0')
	if len(kept) > 0 {
		last = kept[len(kept)-1]
	}
	tie := rest[0] == '5' && strings.Trim(rest[1:], "0") == ""
	if rest[0] > '5' || rest[0] == '5' && (!tie || (last-'0')%2 == 1) {
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
	return string(kept[:len(kept)-n]) + "." + string(kept[len(kept)-n:])
}

func formatNumber(c *Call) RowFunc {
	t := c.Arg(0)
	var last any
	var f *decimalFormat
	return func(_ *Context, args []any) (any, error) {
		if args[0] == nil || args[1] == nil {
			return nil, nil
		}
		if f == nil || args[1] != last {
			last = args[1]
			switch p := last.(type) {
			case int32:
				f = nil
				if p < 0 {
					return nil, nil
				}
				if t.Kind != types.DecimalKind {
					p = min(p, maxDecimals)
				} else if p > 100*maxDecimals {
					return nil, illegalArgument("format_number: " + strconv.Itoa(int(p)) + " decimals are too many")
				}
				f = defaultFormat(int(p))
			case string:
				g, ok := defaultFormat(0), true
				if p != "" {
					g, ok = compileFormat(p)
				}
				if !ok {
					return nil, illegalArgument("Malformed pattern \"" + p + "\"")
				}
				f = g
			}
		}
		return f.number(args[0], t), nil
	}
}
