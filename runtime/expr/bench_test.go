package expr

import (
	"testing"

	"gospark/runtime/batch"
	"gospark/runtime/types"
)

// x > 5 and s = 'abc', then x * 2 + y: against the loop one would write by hand.

func benchBatch() *batch.Batch {
	const n = batch.Size
	x, y, s := make([]int64, n), make([]int64, n), make([]string, n)
	words := []string{"abc", "abcd", "xyz", "abc"}
	for i := range n {
		x[i], y[i], s[i] = int64(i*7919%11), int64(i), words[i*31%4]
	}
	return batch.Of(batch.VecOf(x), batch.VecOf(y), batch.VecOf(s))
}

func benchExprs(b *testing.B) (cond, proj Expr) {
	x, y, s := &Col{Index: 0, Typ: types.Long}, &Col{Index: 1, Typ: types.Long}, &Col{Index: 2, Typ: types.String}
	must := func(name string, args ...Expr) Expr {
		e, err := Resolve(name, args, Options{})
		if err != nil {
			b.Fatal(err)
		}
		return Fold(testContext(), e)
	}
	return must("and", must(">", x, IntLit(5)), must("=", s, StringLit("abc"))), must("+", must("*", x, IntLit(2)), y)
}

func perRow(b *testing.B, n int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/row")
}

func BenchmarkFilterProject(b *testing.B) {
	in, ctx := benchBatch(), testContext()
	cond, proj := benchExprs(b)
	b.Run("expressions", func(b *testing.B) {
		f, err := CompileFilter(cond)
		if err != nil {
			b.Fatal(err)
		}
		p, err := Compile(proj)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportAllocs()
		for b.Loop() {
			rows, err := f.Select(ctx, in, nil)
			if err == nil {
				_, err = p.Eval(ctx, in, rows)
			}
			if err != nil {
				b.Fatal(err)
			}
		}
		perRow(b, in.N)
	})
	b.Run("plain loop", func(b *testing.B) {
		x, y, s := in.Cols[0].(*batch.Vec[int64]).V, in.Cols[1].(*batch.Vec[int64]).V, in.Cols[2].(*batch.Vec[string]).V
		out := make([]int64, 0, in.N)
		for b.Loop() {
			out = out[:0]
			for i := range x {
				if x[i] > 5 && s[i] == "abc" {
					out = append(out, x[i]*2+y[i])
				}
			}
		}
		perRow(b, in.N)
	})
}

func BenchmarkProject(b *testing.B) {
	in, ctx := benchBatch(), testContext()
	_, proj := benchExprs(b)
	p, err := Compile(proj)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.Eval(ctx, in, nil); err != nil {
			b.Fatal(err)
		}
	}
	perRow(b, in.N)
}

func BenchmarkSum(b *testing.B) {
	in, ctx := benchBatch(), testContext()
	sum, err := Resolve("sum", []Expr{&Col{Index: 1, Typ: types.Long}}, Options{})
	if err != nil {
		b.Fatal(err)
	}
	acc := sum.(*Agg).Accumulator()
	acc.Grow(1000)
	groups := make([]int32, in.N)
	for i := range groups {
		groups[i] = int32(i * 7919 % 1000)
	}
	for b.Loop() {
		acc.Reset()
		acc.Grow(1000)
		if err := acc.Update(ctx, groups, in.Cols[1:2], nil); err != nil {
			b.Fatal(err)
		}
	}
	perRow(b, in.N)
}
