package session

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// kv is a record of the reference: a pair in a plain Go slice.
type kv struct {
	k string
	v int
}

// A step is an operation on an RDD of pairs beside what it does to a slice of them.
type step struct {
	name string
	rdd  func(*RDD) *RDD
	ref  func([]kv) []kv
}

func byKey(in []kv, f func(vs []int) []int) (out []kv) {
	groups := map[string][]int{}
	for _, x := range in {
		groups[x.k] = append(groups[x.k], x.v)
	}
	for k, vs := range groups {
		for _, v := range f(vs) {
			out = append(out, kv{k, v})
		}
	}
	return out
}

func refTotal(vs []int) (n int) {
	for _, v := range vs {
		n += v
	}
	return n
}

func sum1(vs []int) []int { return []int{refTotal(vs)} }

// steps is every operation whose result does not depend on the order of records.
var steps = []step{
	{"map", func(r *RDD) *RDD { return r.Map(func(k string, v int) (string, int) { return k + "!", v * 2 }) },
		func(in []kv) (out []kv) {
			for _, x := range in {
				out = append(out, kv{x.k + "!", x.v * 2})
			}
			return out
		}},
	{"flatMap", func(r *RDD) *RDD {
		return r.FlatMap(func(k string, v int) []Pair {
			return slices.Repeat([]Pair{{Key: k, Value: v}}, v&1+1)
		})
	}, func(in []kv) (out []kv) {
		for _, x := range in {
			out = append(out, slices.Repeat([]kv{x}, x.v&1+1)...)
		}
		return out
	}},
	{"filter", func(r *RDD) *RDD { return r.Filter(func(k string, v int) bool { return v%3 != 0 }) },
		func(in []kv) []kv {
			return slices.DeleteFunc(slices.Clone(in), func(x kv) bool { return x.v%3 == 0 })
		}},
	{"mapValues", func(r *RDD) *RDD { return r.MapValues(func(v int) int { return v - 1 }) },
		func(in []kv) (out []kv) {
			for _, x := range in {
				out = append(out, kv{x.k, x.v - 1})
			}
			return out
		}},
	{"reduceByKey", func(r *RDD) *RDD { return r.ReduceByKey(plus) }, func(in []kv) []kv { return byKey(in, sum1) }},
	{"reduceByKey(5)", func(r *RDD) *RDD { return r.ReduceByKey(plus, 5) }, func(in []kv) []kv { return byKey(in, sum1) }},
	{"reduceByKey with an error", func(r *RDD) *RDD { return r.ReduceByKey(func(a, b int) (int, error) { return a + b, nil }) },
		func(in []kv) []kv { return byKey(in, sum1) }},
	{"aggregateByKey", func(r *RDD) *RDD { return r.AggregateByKey(0, plus, plus) }, func(in []kv) []kv { return byKey(in, sum1) }},
	{"groupByKey", func(r *RDD) *RDD { return r.GroupByKey().MapValues(refTotal) }, func(in []kv) []kv { return byKey(in, sum1) }},
	{"distinct", func(r *RDD) *RDD { return r.Distinct(3) },
		func(in []kv) []kv {
			return byKey(in, func(vs []int) []int { slices.Sort(vs); return slices.Compact(vs) })
		}},
	{"union with itself", func(r *RDD) *RDD { return r.Union(r) }, func(in []kv) []kv { return slices.Concat(in, in) }},
	{"join with its sums", func(r *RDD) *RDD {
		return r.Join(r.ReduceByKey(plus)).MapValues(func(v, sum int) int { return v + sum })
	}, func(in []kv) []kv {
		return byKey(in, func(vs []int) (out []int) {
			for _, v := range vs {
				out = append(out, v+refTotal(vs))
			}
			return out
		})
	}},
	{"cogroup with the even ones", func(r *RDD) *RDD {
		return r.Cogroup(r.Filter(func(k string, v int) bool { return v%2 == 0 })).
			MapValues(func(a, b []int) int { return 100*len(a) + len(b) })
	}, func(in []kv) []kv {
		return byKey(in, func(vs []int) []int {
			n := 0
			for _, v := range vs {
				if v%2 == 0 {
					n++
				}
			}
			return []int{100*len(vs) + n}
		})
	}},
	{"subtractByKey of large ones", func(r *RDD) *RDD {
		return r.SubtractByKey(r.Filter(func(k string, v int) bool { return v > 40 }))
	}, func(in []kv) []kv {
		return byKey(in, func(vs []int) []int {
			if slices.Max(vs) > 40 {
				return nil
			}
			return vs
		})
	}},
	{"leftOuterJoin with the odd sums", func(r *RDD) *RDD {
		odd := r.ReduceByKey(plus).Filter(func(k string, v int) bool { return v%2 != 0 })
		return r.LeftOuterJoin(odd).MapValues(func(v int, sum *int) int {
			if sum == nil {
				return v
			}
			return v + *sum
		})
	}, func(in []kv) []kv {
		return byKey(in, func(vs []int) (out []int) {
			for _, v := range vs {
				if t := refTotal(vs); t%2 != 0 {
					v += t
				}
				out = append(out, v)
			}
			return out
		})
	}},
	{"sortByKey", func(r *RDD) *RDD { return r.SortByKey(false, 3) }, slices.Clone[[]kv]},
	{"sortBy", func(r *RDD) *RDD { return r.SortBy(func(k string, v int) int { return v }) }, slices.Clone[[]kv]},
	{"repartition", func(r *RDD) *RDD { return r.Repartition(4) }, slices.Clone[[]kv]},
	{"coalesce", func(r *RDD) *RDD { return r.Coalesce(2) }, slices.Clone[[]kv]},
	{"partitionBy", func(r *RDD) *RDD { return r.PartitionBy(3, func(k string) int { return len(k) }) }, slices.Clone[[]kv]},
	{"cache", func(r *RDD) *RDD { return r.Cache() }, slices.Clone[[]kv]},
	{"zipWithIndex", func(r *RDD) *RDD { return r.ZipWithIndex().Keys() }, slices.Clone[[]kv]},
	{"mapPartitions", func(r *RDD) *RDD { return r.MapPartitions(func(ps []Pair) []Pair { return ps }) }, slices.Clone[[]kv]},
}

// TestPipelines runs random pipelines over random data and compares them with the same steps on a slice.
func TestPipelines(t *testing.T) {
	sc := newContext(t)
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) kv {
			return kv{rapid.SampledFrom([]string{"", "a", "b", "日本", "dd", "e"}).Draw(t, "key"), rapid.IntRange(-50, 50).Draw(t, "value")}
		}), 0, 40).Draw(t, "records")
		data := make([]Pair, len(in))
		for i, x := range in {
			data[i] = Pair{Key: x.k, Value: x.v}
		}
		r := sc.Parallelize(data, rapid.IntRange(1, 5).Draw(t, "partitions"))
		want := in
		if len(in) == 0 { // the types of no records are not known
			r = sc.Parallelize(map[string]int{}, 2)
		}
		for range rapid.IntRange(1, 5).Draw(t, "steps") {
			s := rapid.SampledFrom(steps).Draw(t, "step")
			if r, want = s.rdd(r), s.ref(want); len(want) > 2000 {
				break
			}
			// mapPartitions makes pairs of unknown types of them: the next functions check each value
		}
		var got []kv
		for _, p := range r.Collect() {
			got = append(got, kv{p.(Pair).Key.(string), p.(Pair).Value.(int)})
		}
		order := func(a, b kv) int { return cmp.Or(cmp.Compare(a.k, b.k), cmp.Compare(a.v, b.v)) }
		slices.SortFunc(got, order)
		want = slices.Clone(want)
		slices.SortFunc(want, order)
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("got  %v\nwant %v\n%s", got, want, r.ToDebugString())
		}
	})
}
