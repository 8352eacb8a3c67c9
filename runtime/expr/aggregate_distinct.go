package expr

import (
	"math"
	"math/bits"
	"slices"
	"strings"

	"gospark/runtime/condition"
	"gospark/runtime/types"
)

// approx_count_distinct is HyperLogLog++ with the registers and the hash that Spark has, so that it gives the same
// estimates: S. Heule, M. Nunkesser, A. Hall, "HyperLogLog in Practice", 2013.

func init() {
	family("agg_funcs", []Function{
		{Name: "approx_count_distinct", Sig: "any, any?", Null: Never, Make: approxDistinct, Ret: func([]Expr) *types.Type { return types.Long },
			Agg:     &AggImpl{State: func(*Agg) []*types.Type { return []*types.Type{types.Binary} }, New: newHyperLogLog},
			AggText: func(a *Agg) string { return a.Name + "(" + a.Args[0].String() + ")" },
			Doc:     "An estimate of the number of distinct values; the second argument is the relative deviation allowed.", Example: "approx_count_distinct(col) FROM VALUES (1), (1), (2), (2), (3) AS t(col) = 3"},
	})
}

const defaultDeviation = 0.05

// approxDistinct reads the deviation, which must be a constant double of at most 0.39.
func approxDistinct(r *Request) (Expr, error) {
	if len(r.Args) == 2 {
		v, ok, err := r.constant(1)
		if err != nil {
			return nil, err
		}
		d, isDouble := v.(float64)
		if x, is := v.(types.Decimal); is {
			d, isDouble = x.Float64(r.Args[1].Type().Scale), true
		}
		if !ok || !isDouble || d <= 0 || precisionOf(d) < 4 {
			return nil, condition.New("FAILED_FUNCTION_CALL", "38000", "Failed preparing of the function %s for call. Please, double check function's arguments.", quotedID(r.Name)).
				WithParam("funcName", quotedID(r.Name))
		}
		r.Args[1] = DoubleLit(d)
	}
	return r.build()
}

// precisionOf is the number of bits of the hash that choose a register.
func precisionOf(deviation float64) int {
	return int(math.Ceil(2 * math.Log(1.106/deviation) / math.Ln2))
}

func newHyperLogLog(a *Agg) Accumulator {
	p := precisionOf(defaultDeviation)
	if len(a.Args) == 2 {
		v, _ := a.Constant(1)
		p = precisionOf(v.(float64))
	}
	t := a.Arg(0)
	m := 1 << p
	registers := func(s *[]byte) []byte {
		if *s == nil {
			*s = make([]byte, m)
		}
		return *s
	}
	return &gathered[[]byte]{agg: a, types: []*types.Type{types.Binary},
		update: func(_ *Context, s *[]byte, args []any) error {
			reg := registers(s)
			if args[0] == nil {
				return nil
			}
			x := uint64(xxValue(args[0], t, 42))
			i := x >> (64 - p)
			zeros := byte(bits.LeadingZeros64(x<<p|1<<(p-1))) + 1
			reg[i] = max(reg[i], zeros)
			return nil
		},
		merge: func(_ *Context, s *[]byte, state []any) error {
			reg := registers(s)
			for i, z := range []byte(state[0].(string)) {
				reg[i] = max(reg[i], z)
			}
			return nil
		},
		state:  func(s *[]byte) []any { return []any{string(registers(s))} },
		result: func(_ *Context, s *[]byte) (any, error) { return estimate(registers(s), p), nil }}
}

// linearBelow are the estimates, by precision from 4 on, up to which empty registers are counted instead.
var linearBelow = [...]float64{10, 20, 40, 80, 220, 400, 900, 1800, 3100, 6500, 15500, 20000, 50000, 120000, 350000}

func estimate(registers []byte, p int) int64 {
	m := float64(len(registers))
	inverse, empty := 0.0, 0.0
	for _, z := range registers {
		inverse += 1 / float64(uint64(1)<<z)
		if z == 0 {
			empty++
		}
	}
	alpha := 0.7213 / (1 + 1.079/m)
	switch p {
	case 4:
		alpha = 0.673
	case 5:
		alpha = 0.697
	case 6:
		alpha = 0.709
	}
	e := alpha * m * m / inverse
	linear := m * math.Log(m/empty)
	switch {
	case empty > 0 && (p < 19 && linear <= linearBelow[p-4] || e <= 2.5*m):
		e = linear
	case p < 19 && e < 5*m:
		e -= bias(e, p)
	}
	return int64(math.Floor(e + 0.5))
}

// bias is how much the raw estimate is too large: the mean of the six measured ones nearest to it. They were measured
// for 512 registers (precision 9); for others they are scaled.
func bias(e float64, p int) float64 {
	const near = 6
	scale := math.Ldexp(1, p-9)
	x := e / scale
	at, _ := slices.BinarySearch(rawEstimates, x)
	distance := func(i int) float64 { return (x - rawEstimates[i]) * (x - rawEstimates[i]) }
	low := max(at-near+1, 0)
	high := min(low+near, len(rawEstimates))
	for high < len(rawEstimates) && distance(high) < distance(low) {
		low++
		high++
	}
	sum := 0.0
	for i := low; i < high; i++ {
		sum += rawEstimates[i] - max(1, math.Ceil(float64(i)*12.8))
	}
	return sum / float64(high-low) * scale
}

// rawEstimates are the mean raw estimates of precision 9 for 1, 13, 26, … 2560 values: every 12.8th, rounded up. They are
// from the appendix of the paper.
var rawEstimates = floats(`369 374.8294 381.2452 387.6698 394.1464 400.2024 406.8782 413.6598 420.462 427.2826 433.7102 440.7416 447.9366
455.1046 462.285 469.0668 476.306 483.8448 491.301 498.9886 506.2422 513.8138 521.7074 529.7428 537.8402 545.1664 553.3534 561.594 569.6886
577.7876 585.65 594.228 602.8036 611.1666 620.0818 628.0824 637.2574 646.302 655.1644 664.0056 672.3802 681.7192 690.5234 700.2084 708.831
718.485 728.1112 737.4764 746.76 756.3368 766.5538 775.5058 785.2646 795.5902 804.3818 814.8998 824.9532 835.2062 845.2798 854.4728 864.9582
875.3292 886.171 896.781 906.5716 916.7048 927.5322 937.875 949.3972 958.3464 969.7274 980.2834 992.1444 1003.4264 1013.0166 1024.018
1035.0438 1046.34 1057.6856 1068.9836 1079.0312 1091.677 1102.3188 1113.4846 1124.4424 1135.739 1147.1488 1158.9202 1169.406 1181.5342
1193.2834 1203.8954 1216.3286 1226.2146 1239.6684 1251.9946 1262.123 1275.4338 1285.7378 1296.076 1308.9692 1320.4964 1333.0998 1343.9864
1357.7754 1368.3208 1380.4838 1392.7388 1406.0758 1416.9098 1428.9728 1440.9228 1453.9292 1462.617 1476.05 1490.2996 1500.6128 1513.7392
1524.5174 1536.6322 1548.2584 1562.3766 1572.423 1587.1232 1596.5164 1610.5938 1622.5972 1633.1222 1647.7674 1658.5044 1671.57 1683.7044
1695.4142 1708.7102 1720.6094 1732.6522 1747.841 1756.4072 1769.9786 1782.3276 1797.5216 1808.3186 1819.0694 1834.354 1844.575 1856.2808
1871.1288 1880.7852 1893.9622 1906.3418 1920.6548 1932.9302 1945.8584 1955.473 1968.8248 1980.6446 1995.9598 2008.349 2019.8556 2033.0334
2044.0206 2059.3956 2069.9174 2082.6084 2093.7036 2106.6108 2118.9124 2132.301 2144.7628 2159.8422 2171.0212 2183.101 2193.5112 2208.052
2221.3194 2233.3282 2247.295 2257.7222 2273.342 2286.5638 2299.6786 2310.8114 2322.3312 2335.516 2349.874 2363.5968 2373.865 2387.1918
2401.8328 2414.8496 2424.544 2436.7592 2447.1682 2464.1958 2474.3438 2489.0006 2497.4526 2513.6586 2527.19 2540.7028 2553.768`)

func floats(text string) []float64 {
	var out []float64
	for _, s := range strings.Fields(text) {
		f, ok := types.StringToFloat64(s)
		if !ok {
			panic("expr: " + s + " is not a number")
		}
		out = append(out, f)
	}
	return out
}
