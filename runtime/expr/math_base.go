package expr

import (
	"math/big"
	"strconv"
	"strings"

	"gospark/runtime/types"
)

// Numbers in other bases.

func init() {
	family("math_funcs", []Function{
		{Name: "bin", Sig: "bigint -> string", Impl: fn1(func(x int64) string { return strconv.FormatUint(uint64(x), 2) }),
			Doc: "The number in base 2, negative ones in 64 bits of two's complement.", Example: "bin(13) = 1101"},
		{Name: "hex", Sig: "bigint|binary|string -> string", Bind: func(c *Call) *Impl {
			if c.Arg(0).Kind == types.LongKind {
				return fn1(func(x int64) string { return strings.ToUpper(strconv.FormatUint(uint64(x), 16)) })
			}
			return fn1(upperHex)
		}, Doc: "The number, or the bytes, in base 16.", Example: "hex(17) = 11"},
		{Name: "unhex", Sig: "string -> binary", Null: Always, Impl: fn1n(unhex), Doc: "The bytes written in base 16.", Example: "decode(unhex('537061726B2053514C'), 'UTF-8') = Spark SQL"},
		{Name: "conv", Sig: "string, int, int -> string", Null: Always, Bind: func(c *Call) *Impl {
			return fn3x(func(_ *Context, s string, from, to int32) (string, bool, error) {
				r, ok, over := conv(s, int(from), int(to))
				if over && !c.Legacy {
					return "", false, overflow("Overflow in function conv()", "")
				}
				return r, ok, nil
			})
		}, Doc: "A number from one base to another.", Example: "conv('100', 2, 10) = 4"},
	})
}

func unhex(s string) (string, bool) {
	out := make([]byte, 0, (len(s)+1)/2)
	if len(s)%2 == 1 { // the first digit stands alone
		s = "0" + s
	}
	for i := 0; i < len(s); i += 2 {
		hi, lo := hexDigit(s[i]), hexDigit(s[i+1])
		if hi < 0 || lo < 0 {
			return "", false
		}
		out = append(out, byte(hi<<4|lo))
	}
	return string(out), true
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// conv reads the longest prefix that is a number in base from, as unsigned 64 bits, and writes it in base to; a negative
// base to means that the result has a sign. over says that the number has more than 64 bits.
func conv(s string, from, to int) (result string, ok, over bool) {
	s = strings.Trim(s, " ")
	if from < 2 || from > 36 || abs(to) < 2 || abs(to) > 36 || s == "" {
		return "", false, false
	}
	negative := s[0] == '-'
	if negative {
		s = s[1:]
	}
	v, base, max := new(big.Int), big.NewInt(int64(from)), new(big.Int).SetUint64(1<<64-1)
	for i := range len(s) {
		d := digitIn(s[i])
		if d < 0 || d >= from {
			break
		}
		v.Add(v.Mul(v, base), big.NewInt(int64(d)))
	}
	if v.Cmp(max) > 0 {
		over, v = true, max
	}
	u := v.Uint64()
	if negative && to > 0 {
		if int64(u) < 0 {
			u = 1<<64 - 1
		} else {
			u = -u
		}
	}
	if to < 0 && int64(u) < 0 {
		negative, u = true, -u
	}
	text := strings.ToUpper(strconv.FormatUint(u, abs(to)))
	if negative && to < 0 {
		text = "-" + text
	}
	return text, true, over
}

func digitIn(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'z':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'Z':
		return int(c-'A') + 10
	}
	return -1
}

func itoa(n int) string { return strconv.Itoa(n) }
