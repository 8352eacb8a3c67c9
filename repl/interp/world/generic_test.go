package world

import (
	"cmp"
	"errors"
	"iter"
	"maps"
	"math"
	"reflect"
	"slices"
	"sort"
	"strings"
	"testing"

	mycmp "gospark/repl/interp/world/generic/cmp"
	myerrors "gospark/repl/interp/world/generic/errors"
	myiter "gospark/repl/interp/world/generic/iter"
	mymaps "gospark/repl/interp/world/generic/maps"
	myrand "gospark/repl/interp/world/generic/math/rand/v2"
	myreflect "gospark/repl/interp/world/generic/reflect"
	myslices "gospark/repl/interp/world/generic/slices"
	mysync "gospark/repl/interp/world/generic/sync"
	myatomic "gospark/repl/interp/world/generic/sync/atomic"

	"github.com/traefik/yaegi/stdlib"
	"pgregory.net/rapid"
)

// outcome is the result of a call, or that it panicked. Panic texts differ between compilers.
func outcome(f func() any) (out any) {
	defer func() {
		if r := recover(); r != nil {
			out = "panic"
		}
	}()
	return f()
}

// TestGenericSlices runs the embedded slices package against the standard library's on the same
// random inputs.
func TestGenericSlices(t *testing.T) {
	type S = []int
	half := func(a, b int) int { return cmp.Compare(a/2, b/2) }
	same := func(a, b int) bool { return a/2 == b/2 }
	odd := func(a int) bool { return a&1 == 1 }
	take := func(seq iter.Seq2[int, int]) (out []int) {
		for i, v := range seq {
			if len(out) > 4 {
				break
			}
			out = append(out, i, v)
		}
		return out
	}
	type input struct {
		a, b    S
		i, j, v int
	}
	cases := map[string][2]func(input) any{
		"Equal":          {func(x input) any { return slices.Equal(x.a, x.b) }, func(x input) any { return myslices.Equal(x.a, x.b) }},
		"EqualFunc":      {func(x input) any { return slices.EqualFunc(x.a, x.b, same) }, func(x input) any { return myslices.EqualFunc(x.a, x.b, same) }},
		"Compare":        {func(x input) any { return slices.Compare(x.a, x.b) }, func(x input) any { return myslices.Compare(x.a, x.b) }},
		"CompareFunc":    {func(x input) any { return slices.CompareFunc(x.a, x.b, half) }, func(x input) any { return myslices.CompareFunc(x.a, x.b, half) }},
		"Index":          {func(x input) any { return slices.Index(x.a, x.v) }, func(x input) any { return myslices.Index(x.a, x.v) }},
		"IndexFunc":      {func(x input) any { return slices.IndexFunc(x.a, odd) }, func(x input) any { return myslices.IndexFunc(x.a, odd) }},
		"Contains":       {func(x input) any { return slices.Contains(x.a, x.v) }, func(x input) any { return myslices.Contains(x.a, x.v) }},
		"ContainsFunc":   {func(x input) any { return slices.ContainsFunc(x.a, odd) }, func(x input) any { return myslices.ContainsFunc(x.a, odd) }},
		"Insert":         {func(x input) any { return slices.Insert(x.a, x.i, x.b...) }, func(x input) any { return myslices.Insert(x.a, x.i, x.b...) }},
		"Insert overlap": {func(x input) any { return slices.Insert(x.a[:len(x.a)/2], x.i, x.a...) }, func(x input) any { return myslices.Insert(x.a[:len(x.a)/2], x.i, x.a...) }},
		"Delete":         {func(x input) any { y := slices.Delete(x.a, x.i, x.j); return []any{x.a, y} }, func(x input) any { y := myslices.Delete(x.a, x.i, x.j); return []any{x.a, y} }},
		"DeleteFunc":     {func(x input) any { y := slices.DeleteFunc(x.a, odd); return []any{x.a, y} }, func(x input) any { y := myslices.DeleteFunc(x.a, odd); return []any{x.a, y} }},
		"Replace":        {func(x input) any { return slices.Replace(x.a, x.i, x.j, x.b...) }, func(x input) any { return myslices.Replace(x.a, x.i, x.j, x.b...) }},
		"Clone":          {func(x input) any { return slices.Clone(x.a) }, func(x input) any { return myslices.Clone(x.a) }},
		"Compact":        {func(x input) any { y := slices.Compact(x.a); return []any{x.a, y} }, func(x input) any { y := myslices.Compact(x.a); return []any{x.a, y} }},
		"CompactFunc":    {func(x input) any { return slices.CompactFunc(x.a, same) }, func(x input) any { return myslices.CompactFunc(x.a, same) }},
		"Grow":           {func(x input) any { return cap(slices.Grow(x.a, x.i)) >= len(x.a)+x.i }, func(x input) any { return cap(myslices.Grow(x.a, x.i)) >= len(x.a)+x.i }},
		"Clip":           {func(x input) any { return cap(slices.Clip(x.a)) }, func(x input) any { return cap(myslices.Clip(x.a)) }},
		"Reverse":        {func(x input) any { slices.Reverse(x.a); return x.a }, func(x input) any { myslices.Reverse(x.a); return x.a }},
		"Concat":         {func(x input) any { return slices.Concat(x.a, x.b, x.a) }, func(x input) any { return myslices.Concat(x.a, x.b, x.a) }},
		"Repeat":         {func(x input) any { return slices.Repeat(x.a, x.i) }, func(x input) any { return myslices.Repeat(x.a, x.i) }},
		"All":            {func(x input) any { return take(slices.All(x.a)) }, func(x input) any { return take(iter.Seq2[int, int](myslices.All(x.a))) }},
		"Backward":       {func(x input) any { return take(slices.Backward(x.a)) }, func(x input) any { return take(iter.Seq2[int, int](myslices.Backward(x.a))) }},
		"Collect":        {func(x input) any { return slices.Collect(slices.Values(x.a)) }, func(x input) any { return myslices.Collect(myslices.Values(x.a)) }},
		"AppendSeq":      {func(x input) any { return slices.AppendSeq(x.a, slices.Values(x.b)) }, func(x input) any { return myslices.AppendSeq(x.a, myslices.Values(x.b)) }},
		"Chunk":          {func(x input) any { return slices.Collect(slices.Chunk(x.a, x.i)) }, func(x input) any { return myslices.Collect(myslices.Chunk(x.a, x.i)) }},
		"Sort":           {func(x input) any { slices.Sort(x.a); return x.a }, func(x input) any { myslices.Sort(x.a); return x.a }},
		"SortStableFunc": {func(x input) any { slices.SortStableFunc(x.a, half); return x.a }, func(x input) any { myslices.SortStableFunc(x.a, half); return x.a }},
		"SortFunc":       {func(x input) any { slices.SortFunc(x.a, cmp.Compare); return x.a }, func(x input) any { myslices.SortFunc(x.a, mycmp.Compare); return x.a }},
		"IsSorted":       {func(x input) any { return slices.IsSorted(x.a) }, func(x input) any { return myslices.IsSorted(x.a) }},
		"IsSortedFunc":   {func(x input) any { return slices.IsSortedFunc(x.a, half) }, func(x input) any { return myslices.IsSortedFunc(x.a, half) }},
		"Sorted":         {func(x input) any { return slices.Sorted(slices.Values(x.a)) }, func(x input) any { return myslices.Sorted(myslices.Values(x.a)) }},
		"SortedFunc":     {func(x input) any { return slices.SortedFunc(slices.Values(x.a), cmp.Compare) }, func(x input) any { return myslices.SortedFunc(myslices.Values(x.a), cmp.Compare) }},
		"SortedStable":   {func(x input) any { return slices.SortedStableFunc(slices.Values(x.a), half) }, func(x input) any { return myslices.SortedStableFunc(myslices.Values(x.a), half) }},
		"Min":            {func(x input) any { return slices.Min(x.a) }, func(x input) any { return myslices.Min(x.a) }},
		"Max":            {func(x input) any { return slices.Max(x.a) }, func(x input) any { return myslices.Max(x.a) }},
		"MinFunc":        {func(x input) any { return slices.MinFunc(x.a, half) }, func(x input) any { return myslices.MinFunc(x.a, half) }},
		"MaxFunc":        {func(x input) any { return slices.MaxFunc(x.a, half) }, func(x input) any { return myslices.MaxFunc(x.a, half) }},
		"BinarySearch": {
			func(x input) any { slices.Sort(x.a); i, ok := slices.BinarySearch(x.a, x.v); return []any{i, ok} },
			func(x input) any { slices.Sort(x.a); i, ok := myslices.BinarySearch(x.a, x.v); return []any{i, ok} }},
		"BinarySearchFunc": {
			func(x input) any {
				slices.Sort(x.a)
				i, ok := slices.BinarySearchFunc(x.a, x.v, half)
				return []any{i, ok}
			},
			func(x input) any {
				slices.Sort(x.a)
				i, ok := myslices.BinarySearchFunc(x.a, x.v, half)
				return []any{i, ok}
			}},
	}
	rapid.Check(t, func(t *rapid.T) {
		ints := rapid.SliceOfN(rapid.IntRange(0, 9), 0, 8)
		a, b := ints.Draw(t, "a"), ints.Draw(t, "b")
		spare := rapid.IntRange(0, 6).Draw(t, "spare")
		i, j, v := rapid.IntRange(0, 8).Draw(t, "i"), rapid.IntRange(0, 8).Draw(t, "j"), rapid.IntRange(0, 9).Draw(t, "v")
		fresh := func() input {
			s := append(make([]int, 0, len(a)+spare), a...)
			return input{a: s[:len(s):cap(s)], b: slices.Clone(b), i: i, j: j, v: v}
		}
		for name, c := range cases {
			want := outcome(func() any { return c[0](fresh()) })
			got := outcome(func() any { return c[1](fresh()) })
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("%s a=%v b=%v spare=%d i=%d j=%d v=%d:\n got %v\nwant %v", name, a, b, spare, i, j, v, got, want)
			}
		}
	})
}

func TestGenericFloats(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	vals := []float64{1, nan, -2, inf, nan, 0, -inf}
	show := func(xs []float64) []uint64 {
		var out []uint64
		for _, x := range xs {
			if x != x {
				x = nan // the sign of a NaN says nothing
			}
			out = append(out, math.Float64bits(x))
		}
		return out
	}
	for _, x := range vals {
		for _, y := range vals {
			if mycmp.Compare(x, y) != cmp.Compare(x, y) || mycmp.Less(x, y) != cmp.Less(x, y) {
				t.Errorf("cmp of %v and %v: %d %v", x, y, mycmp.Compare(x, y), mycmp.Less(x, y))
			}
			for _, s := range [][]float64{{x, y}, {y, x, 1}} {
				got, want := show([]float64{myslices.Min(s), myslices.Max(s)}), show([]float64{slices.Min(s), slices.Max(s)})
				if !slices.Equal(got, want) {
					t.Errorf("Min, Max of %v: %x, want %x", s, got, want)
				}
			}
		}
	}
	a, b := slices.Clone(vals), slices.Clone(vals)
	myslices.Sort(a)
	slices.Sort(b)
	if !slices.Equal(show(a), show(b)) {
		t.Errorf("Sort: %v, want %v", a, b)
	}
	if mycmp.Or("", "a", "b") != "a" || mycmp.Or(0, 0) != 0 {
		t.Error("Or")
	}
}

func TestGenericMaps(t *testing.T) {
	m := map[string]int{"a": 1, "b": 2, "c": 3}
	if got := myslices.Sorted(mymaps.Keys(m)); !slices.Equal(got, []string{"a", "b", "c"}) {
		t.Errorf("Keys: %v", got)
	}
	if got := myslices.Sorted(mymaps.Values(m)); !slices.Equal(got, []int{1, 2, 3}) {
		t.Errorf("Values: %v", got)
	}
	c := mymaps.Clone(m)
	mymaps.DeleteFunc(c, func(k string, v int) bool { return v == 2 })
	if !maps.Equal(c, map[string]int{"a": 1, "c": 3}) || !mymaps.Equal(c, map[string]int{"c": 3, "a": 1}) || mymaps.Equal(c, m) {
		t.Errorf("Clone, DeleteFunc, Equal: %v", c)
	}
	mymaps.Copy(c, map[string]int{"a": 9, "z": 0})
	mymaps.Insert(c, mymaps.All(map[string]int{"y": 5}))
	want := map[string]int{"a": 9, "c": 3, "y": 5, "z": 0}
	if !maps.Equal(c, want) || !maps.Equal(mymaps.Collect(mymaps.All(c)), want) {
		t.Errorf("Copy, Insert, Collect, All: %v", c)
	}
	if !mymaps.EqualFunc(m, map[string]string{"a": "1", "b": "2", "c": "3"}, func(n int, s string) bool { return int(s[0]-'0') == n }) {
		t.Error("EqualFunc")
	}
	if mymaps.Clone(map[string]int(nil)) != nil {
		t.Error("Clone of nil is not nil")
	}
}

func TestGenericIter(t *testing.T) {
	next, stop := myiter.Pull(myiter.Seq[int](myslices.Values([]int{1, 2})))
	var got []any
	for range 4 {
		v, ok := next()
		got = append(got, v, ok)
	}
	stop()
	if want := []any{1, true, 2, true, 0, false, 0, false}; !reflect.DeepEqual(got, want) {
		t.Errorf("Pull: %v", got)
	}
	ended := false
	next2, stop2 := myiter.Pull2(func(yield func(string, int) bool) {
		defer func() { ended = true }()
		for i := 0; yield("k", i); i++ {
		}
	})
	if k, v, ok := next2(); k != "k" || v != 0 || !ok {
		t.Errorf("Pull2: %v %v %v", k, v, ok)
	}
	stop2()
	stop2()
	if k, v, ok := next2(); k != "" || v != 0 || ok || !ended {
		t.Errorf("Pull2 after stop: %v %v %v, ended %v", k, v, ok, ended)
	}
	_, unused := myiter.Pull(myiter.Seq[int](myslices.Values([]int{1})))
	unused()
}

type failure struct{ code int }

func (f *failure) Error() string { return "failure" }

func TestGenericOthers(t *testing.T) {
	calls := 0
	f := mysync.OnceValue(func() int { calls++; return calls })
	g := mysync.OnceValues(func() (int, string) { calls++; return calls, "v" })
	n, s := g()
	first := f()
	if first != 2 || f() != 2 || n != 1 || s != "v" || calls != 2 {
		t.Errorf("OnceValue(s): %d calls, %d %q", calls, n, s)
	}
	bad := mysync.OnceValue(func() int { panic("no") })
	for range 2 {
		if r := outcome(func() any { return bad() }); r != "panic" {
			t.Errorf("OnceValue of a panicking function returned %v", r)
		}
	}
	var p myatomic.Pointer[string]
	a, b := "a", "b"
	if p.Load() != nil || !p.CompareAndSwap(nil, &a) || p.CompareAndSwap(&b, &a) || p.Swap(&b) != &a || p.Load() != &b {
		t.Error("atomic.Pointer")
	}
	if myreflect.TypeFor[error]() != reflect.TypeFor[error]() {
		t.Error("TypeFor")
	}
	if e, ok := myerrors.AsType[*failure](errors.Join(errors.New("x"), &failure{3})); !ok || e.code != 3 {
		t.Error("AsType")
	}
	for range 100 {
		if n := myrand.N(int8(3)); n < 0 || n > 2 {
			t.Fatalf("N(3) = %d", n)
		}
	}
}

// TestGenericAPI asks that the embedded packages have every exported name of the real ones.
func TestGenericAPI(t *testing.T) {
	want := map[string]string{
		"cmp":    "Compare Less Or Ordered",
		"iter":   "Pull Pull2 Seq Seq2",
		"maps":   "All Clone Collect Copy DeleteFunc Equal EqualFunc Insert Keys Values",
		"slices": "All AppendSeq Backward BinarySearch BinarySearchFunc Chunk Clip Clone Collect Compact CompactFunc Compare CompareFunc Concat Contains ContainsFunc Delete DeleteFunc Equal EqualFunc Grow Index IndexFunc Insert IsSorted IsSortedFunc Max MaxFunc Min MinFunc Repeat Replace Reverse Sort SortFunc SortStableFunc Sorted SortedFunc SortedStableFunc Values",
	}
	w := New(stdlib.Symbols)
	for path, names := range want {
		p, err := w.Import(path)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, n := range p.Scope().Names() {
			if p.Scope().Lookup(n).Exported() {
				got = append(got, n)
			}
		}
		sort.Strings(got)
		if strings.Join(got, " ") != names {
			t.Errorf("%s has\n %v, want\n %v", path, got, names)
		}
	}
}
