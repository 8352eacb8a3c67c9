package javamath

import "math"

// A double is the sum of two numbers, the second of which is smaller than the last digit of the first.
type double struct{ hi, lo float64 }

func sum(a, b float64) double {
	s := a + b
	t := s - a
	return double{s, (a - (s - t)) + (b - t)}
}

func product(a, b float64) double {
	p := a * b
	return double{p, math.FMA(a, b, -p)}
}

func (x double) add(y double) double {
	s := sum(x.hi, y.hi)
	return sum(s.hi, s.lo+x.lo+y.lo)
}

func (x double) mul(y double) double {
	p := product(x.hi, y.hi)
	return sum(p.hi, p.lo+x.hi*y.lo+x.lo*y.hi)
}

func (x double) over(y double) double {
	q := x.hi / y.hi
	r := x.add(y.mul(double{-q, 0}))
	return sum(q, r.hi/y.hi)
}

// reciprocals are 1/n! of each n.
var reciprocals = func() (r [28]double) {
	r[0] = double{1, 0}
	for n := 1; n < len(r); n++ {
		r[n] = r[n-1].over(double{float64(n), 0})
	}
	return r
}()

// sinCos is the sine and the cosine of x, which is not too large to be reduced exactly.
func sinCos(x float64) (sin, cos double) {
	// parts of π/2
	p := [4]float64{1.5707963267948966, 6.123233995736766e-17, -1.4973849048591833e-33, 5.5622711043168e-50}
	n := math.RoundToEven(x / p[0])
	r := double{x, 0}
	for _, part := range p {
		r = r.add(product(-n, part))
	}
	square := r.mul(r)
	for n := len(reciprocals) - 2; n >= 0; n -= 2 {
		c := reciprocals[n]
		s := reciprocals[n+1]
		if n%4 == 2 {
			c, s = double{-c.hi, -c.lo}, double{-s.hi, -s.lo}
		}
		cos, sin = cos.mul(square).add(c), sin.mul(square).add(s)
	}
	sin = sin.mul(r)
	switch int64(n) & 3 {
	case 1:
		return cos, double{-sin.hi, -sin.lo}
	case 2:
		return double{-sin.hi, -sin.lo}, double{-cos.hi, -cos.lo}
	case 3:
		return double{-cos.hi, -cos.lo}, sin
	}
	return sin, cos
}

// reducible says whether sinCos can be asked for x: not for 0, whose sign counts, nor for very large numbers.
func reducible(x float64) bool { return x != 0 && math.Abs(x) > 1e-150 && math.Abs(x) < 1e9 }

// Sin is the sine of an angle in radians.
func Sin(x float64) float64 {
	if !reducible(x) {
		return math.Sin(x)
	}
	s, _ := sinCos(x)
	return s.hi
}

// Cos is the cosine of an angle in radians.
func Cos(x float64) float64 {
	if !reducible(x) {
		return math.Cos(x)
	}
	_, c := sinCos(x)
	return c.hi
}

// Tan is the tangent of an angle in radians.
func Tan(x float64) float64 {
	if !reducible(x) {
		return math.Tan(x)
	}
	s, c := sinCos(x)
	return s.over(c).hi
}
