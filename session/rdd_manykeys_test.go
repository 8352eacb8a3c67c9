package session

import "testing"

// TestJoinOfManyKeys joins more keys than are told apart by half of their hashes.
func TestJoinOfManyKeys(t *testing.T) {
	spark, _ := frames(t)
	const n = 300_000
	left := spark.SparkContext().Range(n).Map(func(i int) (int, int) { return i, i }).Repartition(1)
	right := spark.SparkContext().Range(n).Map(func(i int) (int, int) { return i, -i }).Repartition(1)
	if got := left.Join(right, 1).Count(); got != n {
		t.Errorf("%d pairs, want %d", got, n)
	}
}
