package javamath

import "math"

// Pow is x to the power of y. Unlike Go's, it has no opinion about 1 to the power of something infinite or unknown.
func Pow(x, y float64) float64 {
	switch {
	case y == 0:
		return 1
	case x != x || y != y:
		return math.NaN()
	case math.IsInf(y, 0) && (x == 1 || x == -1):
		return math.NaN()
	case y == 1:
		return x
	case y == 2:
		return x * x
	case y == 0.5 && high(x) >= 0:
		return math.Sqrt(x)
	case x == 0 || math.IsInf(x, 0) || math.IsInf(y, 0):
		return math.Pow(x, y)
	case y == -1:
		return 1 / x
	}
	sign := 1.0
	if x < 0 {
		if y != math.Trunc(y) {
			return math.NaN()
		}
		if math.Mod(y, 2) != 0 {
			sign = -1
		}
		x = -x
	}
	if x == 1 {
		return sign
	}
	if abs := math.Abs(y); abs > 0x1p64 {
		if (x < 1) == (y < 0) {
			return sign * math.Inf(1)
		}
		return sign * 0
	}
	t1, t2 := log2Parts(x, math.Abs(y) > 0x1p31)
	y1 := split(y)
	lo := float64((y-y1)*t1) + float64(y*t2)
	hi := y1 * t1
	switch z := lo + hi; {
	case z >= 1024 && (z > 1024 || lo+8.0085662595372944372e-17 > z-hi):
		return sign * math.Inf(1)
	case z <= -1075 && (z < -1075 || lo <= z-hi):
		return sign * 0
	}
	return sign * exp2(hi, lo)
}

// log2Parts is the logarithm of x to the base 2 as the sum of two numbers, the first of which is short.
func log2Parts(x float64, huge bool) (t1, t2 float64) {
	if huge && math.Abs(x-1) < 0x1p-20 {
		t := x - 1
		w := (t * t) * (0.5 - t*(0.3333333333333333333333-t*0.25))
		u := 1.44269502162933349609e+00 * t
		v := float64(t*1.92596299112661746887e-08) - float64(w*1.44269504088896338700e+00)
		t1 = split(u + v)
		return t1, v - (t1 - u)
	}
	n := 0
	if x < 0x1p-1022 {
		x *= 0x1p53
		n = -53
	}
	ix := high(x)
	n += int(ix>>20) - 0x3ff
	j := ix & 0xfffff
	ix = j | 0x3ff00000
	k := 0
	switch {
	case j <= 0x3988e: // below √1.5
	case j < 0xbb67a: // below √3
		k = 1
	default:
		n++
		ix -= 0x100000
	}
	x = withHigh(x, ix)
	bp := [2]float64{1, 1.5}[k]
	u := x - bp
	v := 1 / (x + bp)
	ss := u * v
	sh := split(ss)
	th := withHigh(0, (ix>>1|0x20000000)+0x00080000+int32(k)<<18)
	tl := x - (th - bp)
	sl := v * ((u - float64(sh*th)) - float64(sh*tl))
	s2 := ss * ss
	r := s2 * s2 * (5.99999999999994648725e-01 + float64(s2*(4.28571428578550184252e-01+float64(s2*(3.33333329818377432918e-01+
		float64(s2*(2.72728123808534006489e-01+float64(s2*(2.30660745775561754067e-01+float64(s2*2.06975017800338417784e-01))))))))))
	r += sl * (sh + ss)
	s2 = sh * sh
	th = split(3 + s2 + r)
	tl = r - ((th - 3) - s2)
	u = sh * th
	v = float64(sl*th) + float64(tl*ss)
	ph := split(u + v)
	pl := v - (ph - u)
	zh := 9.61796700954437255859e-01 * ph
	zl := float64(-7.02846165095275826516e-09*ph) + float64(pl*9.61796693925975554329e-01) + [2]float64{0, 1.35003920212974897128e-08}[k]
	t := float64(n)
	dp := [2]float64{0, 5.84962487220764160156e-01}[k]
	t1 = split(((zh + zl) + dp) + t)
	return t1, zl - (((t1 - t) - dp) - zh)
}

// exp2 is 2 to the power of hi + lo.
func exp2(hi, lo float64) float64 {
	n := 0.0
	if math.Abs(hi+lo) > 0.5 {
		n = math.Floor(hi + lo + 0.5)
		hi -= n
	}
	t := split(lo + hi)
	u := t * 6.93147182464599609375e-01
	v := float64((lo-(t-hi))*6.93147180559945286227e-01) + float64(t*-1.90465429995776804525e-09)
	z := u + v
	w := v - (z - u)
	t = z * z
	t1 := z - float64(t*(1.66666666666666019037e-01+float64(t*(-2.77777777770155933842e-03+float64(t*(6.61375632143793436117e-05+
		float64(t*(-1.65339022054652515390e-06+float64(t*4.13813679705723846039e-08)))))))))
	r := float64(z*t1)/(t1-2) - (w + float64(z*w))
	return math.Ldexp(1-(r-z), int(n))
}
