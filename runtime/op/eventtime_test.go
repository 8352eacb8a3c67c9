package op

import (
	"math"
	"math/rand/v2"
	"testing"

	"gospark/runtime/plan"
)

// Times that are noted many at a time sum up to what they do one by one.
func TestTimesOfManyRows(t *testing.T) {
	r := rand.New(rand.NewPCG(15, 16))
	for range 2_000 {
		var many, single plan.TimeStats
		around := []int64{0, 1_700_000_000_000_000, -62_135_596_800_000_000, math.MaxInt64 / 2}[r.IntN(4)]
		spread := []int64{1, 999, 60_000_000, 1 << 54, math.MaxInt64 / 4}[r.IntN(5)]
		for range r.IntN(4) {
			us := make([]int64, r.IntN(60))
			for i := range us {
				us[i] = around + r.Int64N(2*spread) - spread
			}
			var sel []int32
			if r.IntN(2) == 0 {
				sel = []int32{}
				for i := range us {
					if r.IntN(3) > 0 {
						sel = append(sel, int32(i))
					}
				}
				for _, i := range sel {
					single.Add(floorMillis(us[i]))
				}
			} else {
				for _, x := range us {
					single.Add(floorMillis(x))
				}
			}
			many.AddMicros(us, sel)
		}
		if many.Count != single.Count || many.Min != single.Min || many.Max != single.Max ||
			math.Abs(many.Avg-single.Avg) > 1e-9+1e-17*(math.Abs(float64(around))+float64(spread)) { // in ms
			t.Fatalf("%+v instead of %+v", many, single)
		}
	}
}
