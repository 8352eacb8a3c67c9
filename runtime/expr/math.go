package expr

import (
	"math"

	"gospark/runtime/javamath"
	"gospark/runtime/types"
)

// double1 and double2 are the entries of functions on doubles; they may be null, as Spark has it, whatever the argument.
func double1(name, doc, example string, f func(float64) float64) Function {
	return Function{Name: name, Show: upperName(name), Sig: "double -> double", Null: Always, Impl: fn1(f), Doc: doc, Example: example}
}

func upperName(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'a' && c <= 'z' {
			b[i] = c - 32
		}
	}
	return string(b)
}

// above is a logarithm: NULL up to the bound.
func above(bound float64, f func(float64) float64) *Impl {
	return fn1n(func(x float64) (float64, bool) {
		if x <= bound {
			return 0, false
		}
		return f(x), true
	})
}

func init() {
	family("math_funcs", []Function{
		double1("acos", "The inverse cosine.", "acos(1) = 0.0", javamath.Acos),
		double1("acosh", "The inverse hyperbolic cosine.", "acosh(1) = 0.0", acosh),
		double1("asin", "The inverse sine.", "asin(0) = 0.0", javamath.Asin),
		double1("asinh", "The inverse hyperbolic sine.", "asinh(0) = 0.0", asinh),
		double1("atan", "The inverse tangent.", "atan(0) = 0.0", javamath.Atan),
		double1("atanh", "The inverse hyperbolic tangent.", "atanh(0) = 0.0", atanh),
		double1("cbrt", "The cube root.", "cbrt(27.0) = 3.0", math.Cbrt),
		double1("cos", "The cosine of an angle in radians.", "cos(0) = 1.0", javamath.Cos),
		double1("cosh", "The hyperbolic cosine.", "cosh(0) = 1.0", javamath.Cosh),
		double1("cot", "The cotangent of an angle in radians.", "cot(1) = 0.6420926159343306", func(x float64) float64 { return 1 / javamath.Tan(x) }),
		double1("csc", "The cosecant of an angle in radians.", "csc(1) = 1.1883951057781212", func(x float64) float64 { return 1 / javamath.Sin(x) }),
		double1("degrees", "An angle in degrees, from radians.", "degrees(3.141592653589793) = 180.0", func(x float64) float64 { return x * (180 / math.Pi) }),
		double1("exp", "The exponential.", "exp(0) = 1.0", javamath.Exp),
		double1("expm1", "The exponential less 1.", "expm1(0) = 0.0", math.Expm1),
		double1("radians", "An angle in radians, from degrees.", "radians(180) = 3.141592653589793", func(x float64) float64 { return x * (math.Pi / 180) }),
		double1("sec", "The secant of an angle in radians.", "sec(0) = 1.0", func(x float64) float64 { return 1 / javamath.Cos(x) }),
		double1("sin", "The sine of an angle in radians.", "sin(0) = 0.0", javamath.Sin),
		double1("sinh", "The hyperbolic sine.", "sinh(0) = 0.0", javamath.Sinh),
		double1("sqrt", "The square root.", "sqrt(4) = 2.0", math.Sqrt),
		double1("tan", "The tangent of an angle in radians.", "tan(0) = 0.0", javamath.Tan),
		double1("tanh", "The hyperbolic tangent.", "tanh(0) = 0.0", javamath.Tanh),
		{Name: "rint", Sig: "double -> double", Null: Always, Impl: fn1(math.RoundToEven),
			Doc: "The nearest whole number as a double, the even one of two.", Example: "rint(12.3456) = 12.0"},
		{Name: "signum", Aliases: []string{"sign"}, Show: "SIGNUM", Sig: "double|yearmonth|daytime -> double", Null: Always, Coerce: intervalAsNumber,
			Impl: fn1(signum), Doc: "-1.0, 0.0 or 1.0, after the sign.", Example: "signum(40) = 1.0"},
		{Name: "ln", Sig: "double -> double", Null: Always, Impl: above(0, javamath.Log), Doc: "The natural logarithm.", Example: "ln(1) = 0.0"},
		{Name: "log", Show: "LOG", Sig: "double, double? -> double", Null: Always, Coerce: naturalBase, Impl: fn2n(logarithm),
			Doc: "The logarithm of the second argument to the base of the first; of one argument, the natural one.", Example: "log(10, 100) = 2.0"},
		{Name: "log10", Show: "LOG10", Sig: "double -> double", Null: Always, Impl: above(0, javamath.Log10), Doc: "The logarithm to the base 10.", Example: "log10(10) = 1.0"},
		{Name: "log1p", Show: "LOG1P", Sig: "double -> double", Null: Always, Impl: above(-1, math.Log1p), Doc: "The natural logarithm of 1 plus the argument.", Example: "log1p(0) = 0.0"},
		{Name: "log2", Show: "LOG2", Sig: "double -> double", Null: Always, Impl: above(0, log2), Doc: "The logarithm to the base 2.", Example: "log2(2) = 1.0"},
		{Name: "atan2", Show: "ATAN2", Sig: "double, double -> double", Impl: fn2(func(y, x float64) float64 { return javamath.Atan2(y+0, x+0) }),
			Doc: "The angle of a point given as y and x.", Example: "atan2(0, 1) = 0.0"},
		{Name: "hypot", Show: "HYPOT", Sig: "double, double -> double", Impl: fn2(math.Hypot), Doc: "The length of the hypotenuse.", Example: "hypot(3, 4) = 5.0"},
		{Name: "power", Aliases: []string{"pow"}, Show: "POWER", API: "Pow", Sig: "double, double -> double", Impl: fn2(javamath.Pow),
			Doc: "The first argument to the power of the second.", Example: "pow(2, 3) = 8.0"},
		{Name: "e", Show: "E", Sig: "-> double", Null: Never, Impl: constantImpl(math.E), Doc: "Euler's number.", Example: "e() = 2.718281828459045"},
		{Name: "pi", Show: "PI", Sig: "-> double", Null: Never, Impl: constantImpl(math.Pi), Doc: "The number pi.", Example: "pi() = 3.141592653589793"},
		{Name: "factorial", Sig: "int -> bigint", Null: Always, Impl: fn1n(factorial), Doc: "The factorial, for 0 to 20; otherwise NULL.", Example: "factorial(5) = 120"},
		{Name: "width_bucket", Sig: "double|yearmonth|daytime, double|yearmonth|daytime, double|yearmonth|daytime, bigint -> bigint", Null: Always, Check: bucketOperands, Bind: widthBucket,
			Doc: "The number of the bucket a value falls in, of equal buckets between two bounds.", Example: "width_bucket(5.3, 0.2, 10.6, 5) = 3"},
		{Name: "bit_count", Exact: true, Sig: "integral|boolean -> int", Bind: bitCount, Doc: "The number of bits that are set.", Example: "bit_count(0) = 0"},
		{Name: "getbit", Aliases: []string{"bit_get"}, Exact: true, Sig: "integral, int -> tinyint", Bind: getBit, Doc: "The bit at a position, counted from the right from 0.", Example: "getbit(11, 0) = 1"},
	})
}

func constantImpl(x float64) *Impl {
	return boxed(func(*Context, []any) (any, error) { return x, nil })
}

// asinh is the formula Spark uses, which differs from the library's in the last digit.
func asinh(x float64) float64 {
	if math.IsInf(x, -1) {
		return x
	}
	return javamath.Log(x + math.Sqrt(x*x+1))
}

// acosh, atanh and log2 are the formulas Spark uses.
func acosh(x float64) float64 { return javamath.Log(x + math.Sqrt(x*x-1)) }
func atanh(x float64) float64 { return 0.5 * (math.Log1p(x) - math.Log1p(-x)) }
func log2(x float64) float64  { return javamath.Log(x) / javamath.Log(2) }

func signum(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return x
}

// intervalAsNumber lets functions on doubles see the months or microseconds of an interval.
func intervalAsNumber(r *Request) error {
	switch t := r.Args[0].Type(); t.Kind {
	case types.YearMonthKind:
		r.Args[0] = &Cast{Child: &retyped{r.Args[0], types.Int}, To: types.Double, Implicit: true}
	case types.DayTimeKind:
		r.Args[0] = &Cast{Child: &retyped{r.Args[0], types.Long}, To: types.Double, Implicit: true}
	}
	return nil
}

func naturalBase(r *Request) error {
	if len(r.Args) == 1 {
		base, err := call("e")
		if err != nil {
			return err
		}
		r.Args = []Expr{base, r.Args[0]}
	}
	return nil
}

func logarithm(base, x float64) (float64, bool) {
	if base <= 0 || x <= 0 {
		return 0, false
	}
	return javamath.Log(x) / javamath.Log(base), true
}

func factorial(n int32) (int64, bool) {
	if n < 0 || n > 20 {
		return 0, false
	}
	f := int64(1)
	for i := int64(2); i <= int64(n); i++ {
		f *= i
	}
	return f, true
}

func bitCount(c *Call) *Impl {
	count := func(v int64) int32 {
		n := int32(0)
		for u := uint64(v); u != 0; u &= u - 1 {
			n++
		}
		return n
	}
	return byKind{
		types.BooleanKind: fn1(func(b bool) int32 { return int32(one(b)) }),
		types.ByteKind:    fn1(func(v int8) int32 { return count(int64(v)) }),
		types.ShortKind:   fn1(func(v int16) int32 { return count(int64(v)) }),
		types.IntKind:     fn1(func(v int32) int32 { return count(int64(v)) }),
		types.LongKind:    fn1(count),
	}.bind(c)
}

func getBit(c *Call) *Impl {
	return byKind{
		types.ByteKind:  bitAt[int8](8),
		types.ShortKind: bitAt[int16](16),
		types.IntKind:   bitAt[int32](32),
		types.LongKind:  bitAt[int64](64),
	}.bind(c)
}

func bitAt[T whole](width int32) *Impl {
	return fn2e(func(v T, pos int32) (int8, error) {
		if pos < 0 {
			return 0, invalidParameter("BIT_POSITION_RANGE", "getbit", "pos", "expects an integer value in [0, "+itoa(int(width))+"), but got "+itoa(int(pos))+".",
				"upper", itoa(int(width)), "invalidValue", itoa(int(pos)))
		}
		if pos >= width {
			return 0, invalidParameter("BIT_POSITION_RANGE", "getbit", "pos", "expects an integer value in [0, "+itoa(int(width))+"), but got "+itoa(int(pos))+".",
				"upper", itoa(int(width)), "invalidValue", itoa(int(pos)))
		}
		return int8(v >> pos & 1), nil
	})
}

// bucketOperands wants the value and the bounds to be of one type.
func bucketOperands(text string, args []Expr) error {
	for _, a := range args[1:3] {
		if a.Type().Kind != args[0].Type().Kind {
			return diffTypes(text, "width_bucket", typeListOr(args[:3]))
		}
	}
	return nil
}

func widthBucket(c *Call) *Impl {
	f := func(v, lo, hi float64, n int64) any {
		if n <= 0 || n == math.MaxInt64 || v != v || lo == hi || lo != lo || hi != hi || math.IsInf(lo, 0) || math.IsInf(hi, 0) {
			return nil
		}
		a, b := math.Min(lo, hi), math.Max(lo, hi)
		reversed := lo > hi
		switch {
		case v < a:
			if reversed {
				return n + 1
			}
			return int64(0)
		case v >= b && !reversed || reversed && v > b:
			if reversed {
				return int64(0)
			}
			return n + 1
		case reversed:
			return int64(float64(n)*(b-v)/(b-a)) + 1
		}
		return int64(float64(n)*(v-a)/(b-a)) + 1
	}
	return boxed(func(_ *Context, args []any) (any, error) {
		var x [3]float64
		for i := range x {
			x[i] = numberFloat(args[i], c.Arg(i))
		}
		return f(x[0], x[1], x[2], args[3].(int64)), nil
	})
}
