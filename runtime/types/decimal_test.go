package types

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

// decimals draws unscaled values of every length up to 38 digits.
var decimals = rapid.Custom(func(t *rapid.T) Decimal {
	digits := rapid.StringMatching(`-?[0-9]{1,38}`).Draw(t, "digits")
	n, _ := new(big.Int).SetString(digits, 10)
	d, ok := DecimalOfBig(n)
	if !ok {
		t.Fatalf("%s does not fit", digits)
	}
	return d
})

var scales = rapid.IntRange(0, 38)

func ten(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// rational is the value of d.
func rational(d Decimal, scale int) *big.Rat { return new(big.Rat).SetFrac(d.Big(), ten(scale)) }

// round is the reference: x * 10^scale rounded, and whether it has at most p digits.
func round(x *big.Rat, scale, p int, r Rounding) (*big.Int, bool) {
	n := new(big.Int).Mul(x.Num(), ten(scale))
	q, rem := new(big.Int).QuoRem(n, x.Denom(), new(big.Int))
	twice := new(big.Int).Abs(rem)
	half := twice.Lsh(twice, 1).Cmp(x.Denom())
	away := false
	switch r {
	case HalfUp:
		away = half >= 0
	case HalfEven:
		away = half > 0 || half == 0 && q.Bit(0) == 1
	case Floor:
		away = n.Sign() < 0 && rem.Sign() != 0
	case Ceil:
		away = n.Sign() > 0 && rem.Sign() != 0
	}
	if away {
		q.Add(q, big.NewInt(int64(n.Sign())))
	}
	return q, new(big.Int).Abs(q).Cmp(ten(p)) < 0
}

func TestDecimalArithmeticAgainstBig(t *testing.T) {
	ops := map[string]struct {
		decimal func(a Decimal, as int, b Decimal, bs, p, s int) (Decimal, bool)
		exact   func(z, x, y *big.Rat) *big.Rat
		nonzero bool
	}{
		"+": {DecimalAdd, (*big.Rat).Add, false},
		"-": {DecimalSub, (*big.Rat).Sub, false},
		"*": {DecimalMul, (*big.Rat).Mul, false},
		"/": {DecimalDiv, (*big.Rat).Quo, true},
		"%": {DecimalRem, func(z, x, y *big.Rat) *big.Rat {
			q := new(big.Rat).Quo(x, y)
			whole := new(big.Rat).SetInt(new(big.Int).Quo(q.Num(), q.Denom()))
			return z.Sub(x, whole.Mul(whole, y))
		}, true},
	}
	for name, op := range ops {
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			a, b := decimals.Draw(t, "a"), decimals.Draw(t, "b")
			as, bs, s := scales.Draw(t, "as"), scales.Draw(t, "bs"), scales.Draw(t, "s")
			p := rapid.IntRange(max(1, s), 38).Draw(t, "p")
			if op.nonzero && b.IsZero() {
				t.Skip()
			}
			got, ok := op.decimal(a, as, b, bs, p, s)
			want, fits := round(op.exact(new(big.Rat), rational(a, as), rational(b, bs)), s, p, HalfUp)
			if ok != fits || ok && got.Big().Cmp(want) != 0 {
				t.Fatalf("%s %s %s = %s %v, want %s %v", a.Text(as), name, b.Text(bs), got.Text(s), ok, want, fits)
			}
		}))
	}
}

func TestDecimalRescaleAgainstBig(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, from, to := decimals.Draw(t, "d"), scales.Draw(t, "from"), scales.Draw(t, "to")
		r := Rounding(rapid.IntRange(0, int(Down)).Draw(t, "rounding"))
		got, ok := d.Rescale(from, to, r)
		want, fits := round(rational(d, from), to, 38, r)
		if ok != fits || ok && got.Big().Cmp(want) != 0 {
			t.Fatalf("%s to scale %d = %s %v, want %s %v", d.Text(from), to, got.Text(to), ok, want, fits)
		}
	})
}

func TestDecimalCompareAgainstBig(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := decimals.Draw(t, "a"), decimals.Draw(t, "b")
		as, bs := scales.Draw(t, "as"), scales.Draw(t, "bs")
		if rapid.Bool().Draw(t, "equal") && as <= bs {
			var ok bool
			if b, ok = a.Rescale(as, bs, Down); !ok {
				t.Skip()
			}
		}
		if got, want := CompareDecimals(a, as, b, bs), rational(a, as).Cmp(rational(b, bs)); got != want {
			t.Fatalf("compare %s with %s = %d, want %d", a.Text(as), b.Text(bs), got, want)
		}
	})
}

func TestDecimalTextRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, s := decimals.Draw(t, "d"), scales.Draw(t, "s")
		text := d.Text(s)
		n, ok := ParseDecimal(text)
		if !ok || n.Scale != s {
			t.Fatalf("%q is read as %+v %v", text, n, ok)
		}
		if got, ok := n.To(38, s); !ok || got != d {
			t.Fatalf("%q is %v %v, want %v", text, got, ok, d)
		}
		want := rational(d, s).FloatString(s)
		if d.IsZero() {
			want = new(big.Rat).FloatString(s)
		}
		if text != want {
			t.Fatalf("text %q, want %q", text, want)
		}
		f, _ := rational(d, s).Float64()
		if got := d.Float64(s); got != f {
			t.Fatalf("%s as a double is %v, want %v", text, got, f)
		}
	})
}

func TestParseDecimal(t *testing.T) {
	for _, c := range []struct {
		in   string
		p, s int
		want string // "-" for not a number, "!" for out of range
	}{
		{"1.23e3", 10, 2, "1230.00"}, {" 4.5 ", 10, 2, "4.50"}, {".5", 3, 1, "0.5"}, {"5.", 3, 1, "5.0"},
		{"1e2", 6, 2, "100.00"}, {"abc", 10, 2, "-"}, {"", 10, 2, "-"}, {".", 10, 2, "-"}, {"1e", 10, 2, "-"},
		{"1.005", 5, 2, "1.01"}, {"-1.005", 5, 2, "-1.01"}, {"999.995", 5, 2, "!"}, {"999.994", 5, 2, "999.99"},
		{"1e-50", 5, 2, "0.00"}, {"0e99", 5, 2, "0.00"}, {"1e99", 38, 0, "!"}, {"6.0790316E+25569151", 38, 0, "!"},
		{"1d", 5, 2, "-"}, {"+7", 5, 2, "7.00"}, {"--7", 5, 2, "-"}, {"NaN", 5, 2, "-"}, {"0.4", 5, 0, "0"}, {"0.5", 5, 0, "1"},
		{"1E99999999999", 5, 0, "-"}, {"00000000000000000000000000000000000000000000012", 5, 0, "12"},
	} {
		n, ok := ParseDecimal(c.in)
		got := "-"
		if ok {
			got = "!"
			if d, ok := n.To(c.p, c.s); ok {
				got = d.Text(c.s)
			}
		}
		if got != c.want {
			t.Errorf("%q as decimal(%d,%d) is %s, want %s", c.in, c.p, c.s, got, c.want)
		}
	}
}

func TestDecimalResultTypes(t *testing.T) {
	d := DecimalOf
	for _, c := range []struct {
		name      string
		got, want *Type
	}{
		{"1.10 + 2.205", AddType(d(3, 2), d(4, 3), true), d(5, 3)},
		{"1.10 * 2.205", MulType(d(3, 2), d(4, 3), true), d(8, 5)},
		{"1.10 / 2.205", DivType(d(3, 2), d(4, 3), true), d(11, 7)},
		{"1.10 % 2.205", RemType(d(3, 2), d(4, 3), true), d(4, 3)},
		{"(38,10) / (38,10)", DivType(d(38, 10), d(38, 10), true), d(38, 6)},
		{"(38,18) * (38,18)", MulType(d(38, 18), d(38, 18), true), d(38, 6)},
		{"1.0 / 3", DivType(d(2, 1), d(1, 0), true), d(7, 6)},
		{"10.00 / 4", DivType(d(4, 2), d(1, 0), true), d(8, 6)},
		{"(10,2) + 1", AddType(d(10, 2), d(1, 0), true), d(11, 2)},
		{"(38,18) * (38,18), no loss", MulType(d(38, 18), d(38, 18), false), d(38, 36)},
		{"(38,10) / (38,10), no loss", DivType(d(38, 10), d(38, 10), false), d(38, 18)},
		{"round(2.5)", RoundType(d(2, 1), 0), d(2, 0)},
		{"round(1234.567,2)", RoundType(d(7, 3), 2), d(7, 2)},
		{"round(1234.567,-2)", RoundType(d(7, 3), -2), d(5, 0)},
		{"wider", WiderDecimal(d(38, 0), d(10, 5)), d(38, 0)},
		{"wider", WiderDecimal(d(10, 2), d(12, 5)), d(13, 5)},
	} {
		if !c.got.Equal(c.want) {
			t.Errorf("%s is %s, want %s", c.name, c.got, c.want)
		}
	}
}

func BenchmarkDecimalMul(b *testing.B) {
	x, y := DecimalOf64(123456789), DecimalOf64(-987654)
	b.Run("exact", func(b *testing.B) {
		for b.Loop() {
			DecimalMul(x, 2, y, 2, 38, 4)
		}
	})
	b.Run("rounded", func(b *testing.B) {
		for b.Loop() {
			DecimalMul(x, 2, y, 2, 38, 1)
		}
	})
}

func BenchmarkDecimalAdd(b *testing.B) {
	x, y := DecimalOf64(123456789), DecimalOf64(-987654)
	for b.Loop() {
		DecimalAdd(x, 2, y, 2, 38, 2)
	}
}

func BenchmarkDecimalDiv(b *testing.B) {
	x, y := DecimalOf64(123456789), DecimalOf64(-987654)
	for b.Loop() {
		DecimalDiv(x, 2, y, 2, 38, 12)
	}
}

func TestExactText(t *testing.T) {
	nines, _ := new(big.Int).SetString("99999999999999999999999999999999999999", 10)
	big38, _ := DecimalOfBig(nines)
	for _, c := range []struct {
		op     byte
		a      Decimal
		as     int
		b      Decimal
		bs     int
		expect string
	}{
		{'*', big38, 0, DecimalOf64(2), 0, "199999999999999999999999999999999999998"},
		{'*', big38, 0, DecimalOf64(200), 0, "19999999999999999999999999999999999999800"},
		{'+', big38, 0, DecimalOf64(1), 1, "99999999999999999999999999999999999999.1"},
		{'-', DecimalOf64(5), 1, big38, 0, "-99999999999999999999999999999999999998.5"},
		{'/', DecimalOf64(1), 0, DecimalOf64(3), 1, "3.333333333333333333333333333333333333333"},
		{'/', DecimalOf64(10), 1, DecimalOf64(4), 0, "0.250000000000000000000000000000000000000"},
		{'%', DecimalOf64(-75), 1, DecimalOf64(2), 0, "-1.5"},
	} {
		if got := ExactText(c.op, c.a, c.as, c.b, c.bs); got != c.expect {
			t.Errorf("%s %c %s is %s, want %s", c.a.Text(c.as), c.op, c.b.Text(c.bs), got, c.expect)
		}
	}
}
