package expr

import (
	"math"

	"gospark/runtime/condition"
)

// Variance and what is related to it: central moments, updated value by value and merged by the formulas of Chan, Golub
// and LeVeque (and Pébay for the third and fourth), which is what Spark does.

func init() {
	family("agg_funcs", []Function{
		variance("stddev_samp", []string{"stddev", "std"}, "The standard deviation of a sample.", "1.0", func(n, m2 float64) (float64, bool) { return math.Sqrt(m2 / (n - 1)), n > 1 }),
		variance("stddev_pop", nil, "The standard deviation of a population.", "0.816496580927726", func(n, m2 float64) (float64, bool) { return math.Sqrt(m2 / n), n > 0 }),
		variance("var_samp", []string{"variance"}, "The variance of a sample.", "1.0", func(n, m2 float64) (float64, bool) { return m2 / (n - 1), n > 1 }),
		variance("var_pop", nil, "The variance of a population.", "0.6666666666666666", func(n, m2 float64) (float64, bool) { return m2 / n, n > 0 }),
		{Name: "skewness", Sig: "double -> double", Null: Always, Agg: &AggImpl{State: doubles(5), New: func(*Agg) Accumulator {
			return higherMoments(func(n, m2, m3, _ float64) float64 { return math.Sqrt(n) * m3 / math.Sqrt(m2*m2*m2) })
		}}, Doc: "The skewness.", Example: "skewness(col) FROM VALUES (-10), (-20), (100), (1000) AS t(col) = 1.1135657469022011"},
		{Name: "kurtosis", Sig: "double -> double", Null: Always, Agg: &AggImpl{State: doubles(5), New: func(*Agg) Accumulator {
			return higherMoments(func(n, m2, _, m4 float64) float64 { return n*m4/(m2*m2) - 3 })
		}}, Doc: "The kurtosis, less that of the normal distribution.", Example: "kurtosis(col) FROM VALUES (-10), (-20), (100), (1000) AS t(col) = -0.7014368047529627"},
		covariance("covar_pop", "The covariance of a population.", func(n, c, _, _ float64) (float64, bool) { return c / n, n > 0 }),
		covariance("covar_samp", "The covariance of a sample.", func(n, c, _, _ float64) (float64, bool) { return c / (n - 1), n > 1 }),
		{Name: "corr", Sig: "double, double -> double", Null: Always, Doc: "Pearson's coefficient of correlation.", Agg: &AggImpl{State: doubles(6), New: correlation}},
	})
	family("agg_funcs", []Function{
		regression("regr_avgx", "The mean of the second argument, over rows where neither is NULL.", func(r pairs) (float64, bool) { return r.mx, r.n > 0 }),
		regression("regr_avgy", "The mean of the first argument, over rows where neither is NULL.", func(r pairs) (float64, bool) { return r.my, r.n > 0 }),
		regression("regr_r2", "The coefficient of determination.", func(r pairs) (float64, bool) {
			switch {
			case r.n == 0 || r.xx == 0:
				return 0, false
			case r.yy == 0:
				return 1, true
			}
			corr := r.xy / math.Sqrt(r.xx*r.yy)
			return corr * corr, true
		}),
		regression("regr_slope", "The slope of the regression line.", func(r pairs) (float64, bool) { return r.xy / r.xx, r.n >= 2 && r.xx != 0 }),
		regression("regr_intercept", "The intercept of the regression line.", func(r pairs) (float64, bool) {
			return r.my - r.xy/r.xx*r.mx, r.n >= 2 && r.xx != 0
		}),
		regression("regr_sxx", "The sum of squares of the second argument around its mean.", func(r pairs) (float64, bool) { return r.xx, r.n > 0 }),
		regression("regr_syy", "The sum of squares of the first argument around its mean.", func(r pairs) (float64, bool) { return r.yy, r.n > 0 }),
		regression("regr_sxy", "The sum of products of both around their means.", func(r pairs) (float64, bool) { return r.xy, r.n > 0 }),
		{Name: "regr_count", Sig: "double, double -> bigint", Null: Never, Agg: &AggImpl{State: longState, New: newCount},
			Doc: "The number of rows where neither argument is NULL.", Example: "regr_count(y, x) FROM VALUES (1, 2), (2, NULL) AS t(y, x) = 1"},
	})
}

func variance(name string, aliases []string, doc, example string, f func(n, m2 float64) (float64, bool)) Function {
	return Function{Name: name, Aliases: aliases, Sig: "double -> double", Null: Always, Doc: doc, Example: name + "(col) FROM VALUES (1), (2), (3) AS t(col) = " + example,
		Agg: &AggImpl{State: doubles(3), New: func(*Agg) Accumulator {
			return &moments{k: 3, args: 1,
				update: func(m []float64, x [2]float64) {
					m[0]++
					d := x[0] - m[1]
					dn := d / m[0]
					m[1] += dn
					m[2] += d * (d - dn)
				},
				merge: func(m, o []float64) {
					n := m[0] + o[0]
					d := o[1] - m[1]
					dn := d / n
					m[1] += dn * o[0]
					m[2] += o[2] + d*dn*m[0]*o[0]
					m[0] = n
				},
				result: func(m []float64) (float64, bool) { return f(m[0], m[2]) }}
		}}}
}

func higherMoments(f func(n, m2, m3, m4 float64) float64) Accumulator {
	return &moments{k: 5, args: 1,
		update: func(m []float64, x [2]float64) {
			n := m[0] + 1
			d := x[0] - m[1]
			dn := d / n
			m2 := m[2] + d*(d-dn)
			d2, dn2 := d*d, dn*dn
			m3 := m[3] - 3*dn*m2 + d*(d2-dn2)
			m4 := m[4] - 4*dn*m3 - 6*dn2*m2 + d*(d*d2-dn*dn2)
			m[0], m[1], m[2], m[3], m[4] = n, m[1]+dn, m2, m3, m4
		},
		merge: func(m, o []float64) {
			a, b := m[0], o[0]
			n := a + b
			d := o[1] - m[1]
			dn := d / n
			m2 := m[2] + o[2] + d*dn*a*b
			m3 := m[3] + o[3] + dn*dn*d*a*b*(a-b) + 3*dn*(a*o[2]-b*m[2])
			m4 := m[4] + o[4] + dn*dn*dn*d*a*b*(a*a-a*b+b*b) + 6*dn*dn*(a*a*o[2]+b*b*m[2]) + 4*dn*(a*o[3]-b*m[3])
			m[0], m[1], m[2], m[3], m[4] = n, m[1]+dn*b, m2, m3, m4
		},
		result: func(m []float64) (float64, bool) {
			if m[0] == 0 || m[2] == 0 {
				return 0, false
			}
			return f(m[0], m[2], m[3], m[4]), true
		}}
}

// pairs are the sums over rows (y, x): count, means, and central products.
type pairs struct{ n, mx, my, xx, yy, xy float64 }

// newPairs has x in an argument, and y in the other: which is which is seen in the last digits.
func newPairs(first int, result func(p pairs) (float64, bool)) *moments {
	return &moments{k: 6, args: 2,
		update: func(m []float64, v [2]float64) {
			x, y := v[first], v[1-first]
			m[0]++
			dx, dy := x-m[1], y-m[2]
			dxn, dyn := dx/m[0], dy/m[0]
			m[1] += dxn
			m[2] += dyn
			m[3] += dx * (x - m[1])
			m[4] += dy * (y - m[2])
			m[5] += dx * (y - m[2])
		},
		merge: func(m, o []float64) {
			a, b := m[0], o[0]
			n := a + b
			dx, dy := o[1]-m[1], o[2]-m[2]
			m[0], m[1], m[2] = n, m[1]+dx/n*b, m[2]+dy/n*b
			m[3] += o[3] + dx*(dx/n)*a*b
			m[4] += o[4] + dy*(dy/n)*a*b
			m[5] += o[5] + dx*(dy/n)*a*b
		},
		result: func(m []float64) (float64, bool) { return result(pairs{m[0], m[1], m[2], m[3], m[4], m[5]}) }}
}

func covariance(name, doc string, f func(n, c, xx, yy float64) (float64, bool)) Function {
	return Function{Name: name, Sig: "double, double -> double", Null: Always, Doc: doc, Agg: &AggImpl{State: doubles(6), New: func(*Agg) Accumulator {
		return newPairs(0, func(p pairs) (float64, bool) {
			if p.n == 0 {
				return 0, false
			}
			return f(p.n, p.xy, p.xx, p.yy)
		})
	}}}
}

// correlation divides by the deviations, which is an error where one of them is 0.
func correlation(a *Agg) Accumulator {
	deviations := func(xx, yy float64) float64 { return math.Sqrt(xx * yy) }
	acc := newPairs(0, func(p pairs) (float64, bool) {
		return p.xy / deviations(p.xx, p.yy), p.n > 1 && deviations(p.xx, p.yy) != 0
	})
	if !a.Legacy {
		acc.fails = func(m []float64) error {
			if m[0] > 1 && deviations(m[3], m[4]) == 0 {
				return condition.In(divideByZero(), a.Origin)
			}
			return nil
		}
	}
	return acc
}

func regression(name, doc string, f func(p pairs) (float64, bool)) Function {
	return Function{Name: name, Sig: "double, double -> double", Null: Always, Doc: doc,
		Agg: &AggImpl{State: doubles(6), New: func(*Agg) Accumulator { return newPairs(1, f) }}}
}
