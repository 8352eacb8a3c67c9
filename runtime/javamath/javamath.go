// Package javamath is the elementary functions of Java's StrictMath and Math, so that their last digits are those that
// Spark prints.
//
// StrictMath is defined as the library fdlibm, whose methods (argument reduction to a short interval and a polynomial
// there) are used here with its published coefficients. Sin, Cos and Tan, which Java computes with the processor's help,
// are rounded from a result of twice the precision.
package javamath

import "math"

// split takes the upper 32 bits of a number, the rest being zero.
func split(x float64) float64 {
	return math.Float64frombits(math.Float64bits(x) &^ (1<<32 - 1))
}

func high(x float64) int32 { return int32(math.Float64bits(x) >> 32) }

// withHigh is x with other upper 32 bits.
func withHigh(x float64, h int32) float64 {
	return math.Float64frombits(uint64(uint32(h))<<32 | math.Float64bits(x)&(1<<32-1))
}

const (
	ln2Hi = 6.93147180369123816490e-01
	ln2Lo = 1.90821492927058770002e-10
)

// Exp is e to the power of x.
func Exp(x float64) float64 {
	const (
		p1 = 1.66666666666666019037e-01
		p2 = -2.77777777770155933842e-03
		p3 = 6.61375632143793436117e-05
		p4 = -1.65339022054652515390e-06
		p5 = 4.13813679705723846039e-08
	)
	abs := math.Abs(x)
	var hi, lo float64
	k := 0
	switch {
	case x != x || math.IsInf(x, 1):
		return x
	case x > 7.09782712893383973096e+02:
		return math.Inf(1)
	case x < -7.45133219101941108420e+02:
		return 0
	case abs > 0.5*math.Ln2:
		if abs < 1.5*math.Ln2 {
			k = 1
			hi, lo = x-ln2Hi, ln2Lo
			if x < 0 {
				k = -1
				hi, lo = x+ln2Hi, -ln2Lo
			}
		} else {
			k = int(math.Log2E*x + math.Copysign(0.5, x))
			hi, lo = x-float64(float64(k)*ln2Hi), float64(k)*ln2Lo
		}
		x = hi - lo
	case abs < 1.0/(1<<28):
		return 1 + x
	}
	t := x * x
	c := x - float64(t*(p1+float64(t*(p2+float64(t*(p3+float64(t*(p4+float64(t*p5)))))))))
	if k == 0 {
		return 1 - (float64(x*c)/(c-2) - x)
	}
	return math.Ldexp(1-((lo-float64(x*c)/(2-c))-hi), k)
}

// Log is the natural logarithm of x.
func Log(x float64) float64 {
	const (
		l1 = 6.666666666666735130e-01
		l2 = 3.999999999940941908e-01
		l3 = 2.857142874366239149e-01
		l4 = 2.222219843214978396e-01
		l5 = 1.818357216161805012e-01
		l6 = 1.531383769920937332e-01
		l7 = 1.479819860511658591e-01
	)
	switch {
	case x != x || math.IsInf(x, 1):
		return x
	case x < 0:
		return math.NaN()
	case x == 0:
		return math.Inf(-1)
	}
	k := 0
	if x < 0x1p-1022 {
		k, x = -54, x*0x1p54
	}
	hx := high(x)
	k += int(hx>>20) - 1023
	hx &= 0xfffff
	i := (hx + 0x95f64) & 0x100000
	x = withHigh(x, hx|(i^0x3ff00000))
	k += int(i >> 20)
	f, dk := x-1, float64(k)
	if (2+hx)&0xfffff < 3 { // |f| < 2^-20
		if f == 0 {
			return float64(dk*ln2Hi) + float64(dk*ln2Lo)
		}
		r := f * f * (0.5 - 0.33333333333333333*f)
		if k == 0 {
			return f - r
		}
		return float64(dk*ln2Hi) - ((r - float64(dk*ln2Lo)) - f)
	}
	s := f / (2 + f)
	z := s * s
	w := z * z
	t1 := w * (l2 + float64(w*(l4+float64(w*l6))))
	t2 := z * (l1 + float64(w*(l3+float64(w*(l5+float64(w*l7))))))
	r := t2 + t1
	if (hx-0x6147a)|(0x6b851-hx) > 0 {
		half := 0.5 * f * f
		if k == 0 {
			return f - (half - float64(s*(half+r)))
		}
		return float64(dk*ln2Hi) - ((half - (float64(s*(half+r)) + float64(dk*ln2Lo))) - f)
	}
	if k == 0 {
		return f - float64(s*(f-r))
	}
	return float64(dk*ln2Hi) - ((float64(s*(f-r)) - float64(dk*ln2Lo)) - f)
}

// Log10 is the logarithm of x to the base 10.
func Log10(x float64) float64 {
	if x != x || x <= 0 || math.IsInf(x, 1) {
		return Log(x)
	}
	k := 0
	if x < 0x1p-1022 {
		k, x = -54, x*0x1p54
	}
	hx := high(x)
	k += int(hx>>20) - 1023
	i := 0
	if k < 0 {
		i = 1
	}
	x = withHigh(x, hx&0xfffff|int32(0x3ff-i)<<20)
	y := float64(k + i)
	z := float64(y*3.69423907715893078616e-13) + float64(4.34294481903251816668e-01*Log(x))
	return z + float64(y*3.01029995663611771306e-01)
}

// Sinh is the hyperbolic sine.
func Sinh(x float64) float64 {
	h, abs := math.Copysign(0.5, x), math.Abs(x)
	switch {
	case x != x || math.IsInf(x, 0) || abs < 0x1p-28:
		return x
	case abs < 22:
		t := math.Expm1(abs)
		if abs < 1 {
			return h * (2*t - t*t/(t+1))
		}
		return h * (t + t/(t+1))
	case abs < 709.78:
		return h * Exp(abs)
	}
	w := Exp(0.5 * abs)
	return h * w * w
}

// Cosh is the hyperbolic cosine.
func Cosh(x float64) float64 {
	abs := math.Abs(x)
	switch {
	case x != x || math.IsInf(x, 0):
		return abs
	case abs < 0.5*math.Ln2:
		t := math.Expm1(abs)
		w := 1 + t
		if abs < 0x1p-55 {
			return w
		}
		return 1 + t*t/(w+w)
	case abs < 22:
		t := Exp(abs)
		return 0.5*t + 0.5/t
	case abs < 709.78:
		return 0.5 * Exp(abs)
	}
	w := Exp(0.5 * abs)
	return 0.5 * w * w
}

// Tanh is the hyperbolic tangent.
func Tanh(x float64) float64 {
	abs := math.Abs(x)
	var z float64
	switch {
	case x != x:
		return x
	case abs >= 22:
		z = 1
	case abs < 0x1p-55:
		return x
	case abs >= 1:
		z = 1 - 2/(math.Expm1(2*abs)+2)
	default:
		t := math.Expm1(-2 * abs)
		z = -t / (t + 2)
	}
	return math.Copysign(z, x)
}
