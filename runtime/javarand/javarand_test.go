package javarand

import (
	"math"
	"testing"
)

// The numbers are Java's for the seed 42, as its documentation's generator yields them.
func TestRandom(t *testing.T) {
	r := New(42)
	for i, want := range []int{0, 3, 8, 4, 0} {
		if got := r.NextInt(10); got != want {
			t.Errorf("NextInt(10) number %d = %d, want %d", i, got, want)
		}
	}
	if got, want := New(42).NextDouble(), 0.7275636800328681; got != want {
		t.Errorf("NextDouble = %v, want %v", got, want)
	}
	if got, want := New(42).NextLong(), int64(-5025562857975149833); got != want {
		t.Errorf("NextLong = %v, want %v", got, want)
	}
}

// Spark's rand(42) starts with these on partition 0, which is seeded 42 + 0.
func TestXORShift(t *testing.T) {
	r := NewXORShift(42)
	if got, want := r.NextDouble(), 0.619189370225301; math.Abs(got-want) > 1e-15 {
		t.Errorf("NextDouble = %v, want %v", got, want)
	}
}
