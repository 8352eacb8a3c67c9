package types

import "math/big"

// ExactText is the result of +, -, *, / or % on two decimals before it is given its type: what the error of an overflow
// shows. Products have 39 digits at most and quotients 39 digits after the point, as in Spark. b must not be 0 for / and %.
func ExactText(op byte, a Decimal, as int, b Decimal, bs int) string {
	x, y := a.Big(), b.Big()
	m := max(as, bs)
	up := func(n *big.Int, digits int) *big.Int { return n.Mul(n, bigTen(digits)) }
	switch op {
	case '*':
		z, scale := x.Mul(x, y), as+bs
		for over := len(new(big.Int).Abs(z).String()) - (MaxPrecision + 1); over > 0; over = 0 {
			z.Quo(z, bigTen(over))
			scale -= over
		}
		return bigText(z, scale)
	case '/':
		z := up(x, MaxPrecision+1+max(0, bs-as))
		if as > bs {
			y = up(y, as-bs)
		}
		return bigText(z.Quo(z, y), MaxPrecision+1)
	}
	x, y = up(x, m-as), up(y, m-bs)
	switch op {
	case '+':
		x.Add(x, y)
	case '-':
		x.Sub(x, y)
	default:
		x.Rem(x, y)
	}
	return bigText(x, m)
}

func bigTen(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

func bigText(n *big.Int, scale int) string {
	digits := new(big.Int).Abs(n).String()
	if n.Sign() == 0 {
		digits = ""
	}
	text := Number{neg: n.Sign() < 0, digits: digits, Scale: scale}
	return text.Text()
}
