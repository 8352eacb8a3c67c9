package types

import (
	"math"
	"math/rand"
	"strconv"
	"testing"
)

// Java 17 is known to print these so.
func TestFloatsAsJava(t *testing.T) {
	for want, x := range map[string]float64{
		"4.6116860184273879E18": 1 << 62, "9.223372036854776E18": 1 << 63, "4.9E-324": math.SmallestNonzeroFloat64,
		"1.5E-323": 3 * math.SmallestNonzeroFloat64, "5.9E-323": 12 * math.SmallestNonzeroFloat64,
		"1.7976931348623157E308": math.MaxFloat64, "2.2250738585072014E-308": 0x1p-1022, "1.9999999999999998E23": 2e23,
		"1.0E7": 1e7, "1.0E-5": 1e-5, "9.0E-4": 9e-4, "1.2345678E10": 12345678000, "9.007199254740992E15": 1 << 53, "-1.0E10": -1e10,
		"1.8014398509481984E16": 1 << 54, "1.23456789012E11": 123456789012, "1.0E19": 1e19, "1.0E300": 1e300,
	} {
		if got := string(AppendFloat(nil, x, 64)); got != want {
			t.Errorf("%v is %s, want %s", x, got, want)
		}
	}
	for want, x := range map[string]float32{
		"9.9999998E10": 99999999999, "3.4028235E38": math.MaxFloat32, "1.4E-45": math.SmallestNonzeroFloat32, "1.0E10": 1e10,
		"1.17549435E-38": 0x1p-126, "1.0E7": 1e7, "1.6777216E7": 1 << 24, "1.0E-4": 1e-4, "1.0E38": 1e38,
	} {
		if got := string(AppendFloat(nil, float64(x), 32)); got != want {
			t.Errorf("%v is %s, want %s", x, got, want)
		}
	}
}

// Whatever is printed gives the number back.
func TestFloatsReadBack(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	for range 20000 {
		x := math.Float64frombits(r.Uint64())
		if r.Intn(3) == 0 {
			x = float64(r.Int63()) * math.Pow(10, float64(r.Intn(8)))
		}
		if x != x {
			continue
		}
		s := string(AppendFloat(nil, x, 64))
		if y, err := strconv.ParseFloat(s, 64); err != nil || x != y {
			t.Fatalf("%v prints as %s", strconv.FormatFloat(x, 'E', -1, 64), s)
		}
	}
}
