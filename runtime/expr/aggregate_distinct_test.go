package expr

import (
	"testing"

	"gospark/runtime/batch"
	"gospark/runtime/types"
)

// What Spark estimates for id % 100 and for id, of range(1000).
func TestApproxCountDistinct(t *testing.T) {
	if len(rawEstimates) != 201 {
		t.Fatalf("%d raw estimates", len(rawEstimates))
	}
	for mod, want := range map[int64]int64{100: 103, 1000: 1026} {
		v := &batch.Vec[int64]{}
		for i := range int64(1000) {
			v.V = append(v.V, i%mod)
		}
		e, err := Resolve("approx_count_distinct", []Expr{&Col{Typ: types.Long}}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := aggregateOne(testContext(), e.(*Agg), batch.Of(v))
		if err != nil || got != want {
			t.Errorf("of %d values: %v %v, want %d", mod, got, err, want)
		}
	}
}
