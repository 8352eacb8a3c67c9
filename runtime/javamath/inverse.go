package javamath

import "math"

const (
	piOver2Hi = 1.57079632679489655800e+00
	piOver2Lo = 6.12323399573676603587e-17
	piLo      = 1.2246467991473531772e-16
)

// arcRatio is the quotient of polynomials that asin x = x + x*q(x²) is computed with.
func arcRatio(t float64) float64 {
	p := t * (1.66666666666666657415e-01 + float64(t*(-3.25565818622400915405e-01+float64(t*(2.01212532134862925881e-01+
		float64(t*(-4.00555345006794114027e-02+float64(t*(7.91534994289814532176e-04+float64(t*3.47933107596021167570e-05))))))))))
	q := 1 + float64(t*(-2.40339491173441421878e+00+float64(t*(2.02094576023350569471e+00+
		float64(t*(-6.88283971605453293030e-01+float64(t*7.70381505559019352791e-02)))))))
	return p / q
}

// Asin is the inverse sine.
func Asin(x float64) float64 {
	abs := math.Abs(x)
	switch {
	case !(abs <= 1):
		return math.NaN()
	case abs == 1:
		return float64(x*piOver2Hi) + float64(x*piOver2Lo)
	case abs < 0x1p-27:
		return x
	case abs < 0.5:
		return x + float64(x*arcRatio(x*x))
	}
	t := (1 - abs) * 0.5
	w := arcRatio(t)
	s := math.Sqrt(t)
	if abs >= 0.975 {
		t = piOver2Hi - (2*(s+float64(s*w)) - piOver2Lo)
	} else {
		f := split(s)
		c := (t - float64(f*f)) / (s + f)
		p := float64(2*s*w) - (piOver2Lo - 2*c)
		q := math.Pi/4 - 2*f
		t = math.Pi/4 - (p - q)
	}
	return math.Copysign(t, x)
}

// Acos is the inverse cosine.
func Acos(x float64) float64 {
	abs := math.Abs(x)
	switch {
	case !(abs <= 1):
		return math.NaN()
	case x == 1:
		return 0
	case x == -1:
		return math.Pi
	case abs < 0x1p-57:
		return piOver2Hi + piOver2Lo
	case abs < 0.5:
		return piOver2Hi - (x - (piOver2Lo - float64(x*arcRatio(x*x))))
	case x < 0:
		z := (1 + x) * 0.5
		s := math.Sqrt(z)
		w := float64(arcRatio(z)*s) - piOver2Lo
		return math.Pi - 2*(s+w)
	}
	z := (1 - x) * 0.5
	s := math.Sqrt(z)
	f := split(s)
	c := (z - float64(f*f)) / (s + f)
	return 2 * (f + (float64(arcRatio(z)*s) + c))
}

var (
	atanHi = [4]float64{4.63647609000806093515e-01, 7.85398163397448278999e-01, 9.82793723247329054082e-01, 1.57079632679489655800e+00}
	atanLo = [4]float64{2.26987774529616870924e-17, 3.06161699786838301793e-17, 1.39033110312309984516e-17, 6.12323399573676603587e-17}
	atanT  = [11]float64{3.33333333333329318027e-01, -1.99999999998764832476e-01, 1.42857142725034663711e-01, -1.11111104054623557880e-01,
		9.09088713343650656196e-02, -7.69187620504482999495e-02, 6.66107313738753120669e-02, -5.83357013379057348645e-02,
		4.97687799461593236017e-02, -3.65315727442169155270e-02, 1.62858201153657823623e-02}
)

// Atan is the inverse tangent.
func Atan(x float64) float64 {
	abs := math.Abs(x)
	id, r := -1, abs
	switch {
	case x != x || abs < 0x1p-29:
		return x
	case abs >= 0x1p66:
		return math.Copysign(atanHi[3]+atanLo[3], x)
	case abs < 0.4375:
		r = x
	case abs < 0.6875:
		id, r = 0, (2*abs-1)/(2+abs)
	case abs < 1.1875:
		id, r = 1, (abs-1)/(abs+1)
	case abs < 2.4375:
		id, r = 2, (abs-1.5)/(1+1.5*abs)
	default:
		id, r = 3, -1/abs
	}
	z := r * r
	w := z * z
	odd, even := 0.0, 0.0
	for i := 10; i >= 0; i -= 2 {
		odd = atanT[i] + float64(w*odd)
	}
	for i := 9; i >= 1; i -= 2 {
		even = atanT[i] + float64(w*even)
	}
	s := float64(z*odd) + float64(w*even)
	if id < 0 {
		return r - float64(r*s)
	}
	return math.Copysign(atanHi[id]-((float64(r*s)-atanLo[id])-r), x)
}

// Atan2 is the angle of the point (x, y).
func Atan2(y, x float64) float64 {
	if x != x || y != y || x == 0 || y == 0 || math.IsInf(x, 0) || math.IsInf(y, 0) {
		return math.Atan2(y, x)
	}
	if x == 1 {
		return Atan(y)
	}
	var z float64
	switch k := (high(y)&0x7fffffff - high(x)&0x7fffffff) >> 20; {
	case k > 60:
		z = piOver2Hi + 0.5*piLo
	case x < 0 && k < -60:
		z = 0
	default:
		z = Atan(math.Abs(y / x))
	}
	switch {
	case x > 0:
		return math.Copysign(z, y)
	case y > 0:
		return math.Pi - (z - piLo)
	}
	return (z - piLo) - math.Pi
}
