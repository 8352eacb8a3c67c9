package session

import (
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"
)

// list is a tuple of Scala's.
type list = []any

func plus(a, b int) int { return a + b }

func ten(sc *SparkContext) *RDD { return sc.Parallelize([]int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 3) }

func letters(sc *SparkContext) *RDD {
	return sc.Parallelize([]string{"a", "b", "a", "c", "b", "a"}, 2)
}

func pairP(sc *SparkContext) *RDD {
	return sc.Parallelize([]Pair{{Key: "a", Value: 1}, {Key: "b", Value: 2}, {Key: "a", Value: 3}, {Key: "c", Value: 4}}, 2)
}

func pairQ(sc *SparkContext) *RDD {
	return sc.Parallelize([]Pair{{Key: "a", Value: "x"}, {Key: "b", Value: "y"}, {Key: "d", Value: "z"}, {Key: "a", Value: "xx"}}, 2)
}

func one(w string) (string, int) { return w, 1 }

func texts(t *testing.T, files map[string]string) string {
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func sortedTexts(values []any) []any {
	sort.Slice(values, func(i, j int) bool { return values[i].(string) < values[j].(string) })
	return values
}

// kinds lists the kinds of an RDD's dependencies.
func kinds(r *RDD) (ks []string) {
	for _, d := range r.Dependencies() {
		ks = append(ks, d.Kind)
	}
	return ks
}

// savedFiles lists the files of a saved directory and what f makes of them.
func savedFiles(dir string, f func(content []byte) any) (out []any) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		panic(err)
	}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			panic(err)
		}
		out = append(out, list{e.Name(), f(b)})
	}
	return out
}

// rddCases is the Go counterpart of each recorded case.
var rddCases = map[string]func(t *testing.T, sc *SparkContext) any{
	"first-empty-error": func(_ *testing.T, sc *SparkContext) any { return sc.EmptyRDD().First() },
	"reduce": func(_ *testing.T, sc *SparkContext) any {
		return list{ten(sc).Reduce(plus), ten(sc).Reduce(func(a, b int) int { return max(a, b) })}
	},
	"reduce-empty-error": func(_ *testing.T, sc *SparkContext) any { return sc.Parallelize([]int{}, 2).Reduce(plus) },
	"fold":               func(_ *testing.T, sc *SparkContext) any { return list{ten(sc).Fold(0, plus), ten(sc).Fold(1, plus)} },
	"aggregate": func(_ *testing.T, sc *SparkContext) any {
		return ten(sc).Aggregate(Pair{Key: 0, Value: 0},
			func(a Pair, x int) Pair { return Pair{Key: a.Key.(int) + x, Value: a.Value.(int) + 1} },
			func(a, b Pair) Pair {
				return Pair{Key: a.Key.(int) + b.Key.(int), Value: a.Value.(int) + b.Value.(int)}
			})
	},
	"top-takeOrdered": func(_ *testing.T, sc *SparkContext) any {
		r := ten(sc)
		return list{r.Top(3), r.TakeOrdered(3), r.TakeOrdered(3, func(x int) int { return -x }), r.Top(0)}
	},
	"min-max-sum-mean": func(_ *testing.T, sc *SparkContext) any {
		r := ten(sc)
		return list{r.Min(), r.Max(), r.Sum(), r.Mean(), r.Stdev(), r.Variance(), r.SampleStdev()}
	},
	"stats":     func(_ *testing.T, sc *SparkContext) any { return ten(sc).Stats() },
	"histogram": func(_ *testing.T, sc *SparkContext) any { b, c := ten(sc).Histogram(3); return list{b, c} },
	"histogram-buckets": func(_ *testing.T, sc *SparkContext) any {
		_, c := ten(sc).Histogram([]float64{1, 5, 10})
		return c
	},
	"countByValue": func(_ *testing.T, sc *SparkContext) any {
		var out []any
		m := letters(sc).CountByValue()
		for _, k := range []any{"a", "b", "c", "d"} {
			if n, ok := m[k]; ok {
				out = append(out, list{k, n})
			}
		}
		return out
	},
	"isEmpty": func(_ *testing.T, sc *SparkContext) any {
		return list{ten(sc).IsEmpty(), ten(sc).Filter(func(x int) bool { return x > 100 }).IsEmpty()}
	},
	"countApproxDistinct": func(_ *testing.T, sc *SparkContext) any { return ten(sc).CountApproxDistinct(0.01) },
	"toLocalIterator":     func(_ *testing.T, sc *SparkContext) any { return slices.Collect(ten(sc).ToLocalIterator()) },

	"parallelize-glom": func(_ *testing.T, sc *SparkContext) any { return ten(sc).Glom().Collect() },
	"parallelize-glom-slices": func(_ *testing.T, sc *SparkContext) any {
		var out []any
		for n := 1; n <= 7; n++ {
			out = append(out, sc.Range(1, 8, 1, n).Glom().Collect())
		}
		return out
	},
	"parallelize-empty": func(_ *testing.T, sc *SparkContext) any { return sc.Parallelize([]int{}, 3).Glom().Collect() },
	"range":             func(_ *testing.T, sc *SparkContext) any { return sc.Range(0, 10, 3, 2).Glom().Collect() },
	"default-partitions": func(_ *testing.T, sc *SparkContext) any {
		return list{sc.Parallelize([]int{1, 2, 3, 4}).GetNumPartitions(), sc.DefaultParallelism(), sc.DefaultMinPartitions()}
	},
	"distinct-num-partitions": func(_ *testing.T, sc *SparkContext) any { return letters(sc).Distinct(4).GetNumPartitions() },
	"intersection": func(_ *testing.T, sc *SparkContext) any {
		return ten(sc).Intersection(sc.Parallelize([]int{2, 2, 4, 99}, 2)).Collect()
	},
	"subtract-keeps-duplicates": func(_ *testing.T, sc *SparkContext) any {
		return sc.Parallelize([]int{1, 1, 2}, 2).Subtract(sc.Parallelize([]int{2}, 2)).Collect()
	},
	"cartesian": func(_ *testing.T, sc *SparkContext) any {
		return sc.Parallelize([]int{1, 2}, 2).Cartesian(sc.Parallelize([]string{"x", "y"}, 1)).Collect()
	},
	"zip": func(_ *testing.T, sc *SparkContext) any {
		return sc.Range(1, 5, 1, 2).Zip(sc.Parallelize([]string{"a", "b", "c", "d"}, 2)).Collect()
	},
	"zip-different-partitions-error": func(_ *testing.T, sc *SparkContext) any {
		return sc.Range(1, 5, 1, 2).Zip(sc.Range(1, 5, 1, 3)).Collect()
	},
	"zip-different-lengths-error": func(_ *testing.T, sc *SparkContext) any {
		return sc.Range(1, 5, 1, 2).Zip(sc.Range(1, 6, 1, 2)).Collect()
	},
	"zipWithUniqueId": func(_ *testing.T, sc *SparkContext) any { return letters(sc).ZipWithUniqueID().Collect() },
	"keyBy": func(_ *testing.T, sc *SparkContext) any {
		return letters(sc).KeyBy(func(s string) string { return s + "!" }).Collect()
	},
	"sortBy-asc": func(_ *testing.T, sc *SparkContext) any {
		return sc.Parallelize([]int{3, 1, 2, 5, 4}, 2).SortBy(func(x int) int { return x }).Collect()
	},
	"sortBy-desc": func(_ *testing.T, sc *SparkContext) any {
		return sc.Parallelize([]int{3, 1, 2, 5, 4}, 2).SortBy(func(x int) int { return x }, false).Collect()
	},
	"sortBy-partitions": func(_ *testing.T, sc *SparkContext) any {
		return ten(sc).SortBy(func(x int) int { return -x }, true, 2).GetNumPartitions()
	},
	"mapPartitionsWithIndex": func(_ *testing.T, sc *SparkContext) any {
		return ten(sc).MapPartitionsWithIndex(func(i int, xs []int) (out []Pair) {
			for _, x := range xs {
				out = append(out, Pair{Key: i, Value: x})
			}
			return out
		}).Collect()
	},
	"randomSplit-sum": func(_ *testing.T, sc *SparkContext) any {
		var n int64
		for _, r := range ten(sc).RandomSplit([]float64{0.5, 0.5}, 7) {
			n += r.Count()
		}
		return n
	},
	"id-name": func(_ *testing.T, sc *SparkContext) any { return ten(sc).SetName("numbers").Name() },

	"textFile-crlf": func(t *testing.T, sc *SparkContext) any {
		return sc.TextFile(filepath.Join(texts(t, map[string]string{"t.txt": "a\r\nb\rc\n"}), "t.txt"), 1).Collect()
	},
	"textFile-missing-error": func(_ *testing.T, sc *SparkContext) any { return sc.TextFile("/no/such/file").Collect() },
	"wholeTextFiles": func(t *testing.T, sc *SparkContext) any {
		dir := texts(t, map[string]string{"a.txt": "1\n2", "b.txt": ""})
		var out []any
		for _, r := range sc.WholeTextFiles(dir).SortByKey().Collect() {
			path := r.(Pair).Key.(string)
			out = append(out, list{filepath.Base(path), strings.HasPrefix(path, "file:/"), r.(Pair).Value})
		}
		return out
	},
	"textFile-dir-and-glob": func(t *testing.T, sc *SparkContext) any {
		dir := texts(t, map[string]string{"a.txt": "1\n2\n", "b.log": "3\n", "_c": "4\n", ".d": "5\n"})
		return list{sortedTexts(sc.TextFile(dir).Collect()), sortedTexts(sc.TextFile(dir + "/*.txt").Collect())}
	},
	"saveAsTextFile-layout": func(t *testing.T, sc *SparkContext) any {
		dir := filepath.Join(t.TempDir(), "out")
		sc.Parallelize([]string{"a", "b", "c"}, 2).SaveAsTextFile(dir)
		return savedFiles(dir, func(b []byte) any { return string(b) })
	},
	"saveAsTextFile-exists-error": func(t *testing.T, sc *SparkContext) any {
		sc.Parallelize([]int{1}, 1).SaveAsTextFile(t.TempDir())
		return nil
	},
	"save-empty-partitions": func(t *testing.T, sc *SparkContext) any {
		dir := filepath.Join(t.TempDir(), "out")
		sc.Parallelize([]int{1}, 3).SaveAsTextFile(dir)
		return savedFiles(dir, func(b []byte) any { return len(b) })
	},

	"toDebugString-narrow": func(_ *testing.T, sc *SparkContext) any {
		return ten(sc).Map(func(x int) int { return x + 1 }).Filter(func(x int) bool { return x > 3 }).ToDebugString()
	},
	"toDebugString-join": func(_ *testing.T, sc *SparkContext) any { return pairP(sc).Join(pairQ(sc)).ToDebugString() },
	"toDebugString-union-cached": func(_ *testing.T, sc *SparkContext) any {
		c := ten(sc).Cache()
		c.Count()
		defer c.Unpersist()
		return c.Union(c.Map(func(x int) int { return x + 1 })).ToDebugString()
	},
	"dependencies": func(_ *testing.T, sc *SparkContext) any {
		m := letters(sc).Map(one)
		return list{kinds(m), kinds(m.ReduceByKey(plus))}
	},
	"toString": func(_ *testing.T, sc *SparkContext) any {
		r := ten(sc)
		return list{r.String(), r.Map(func(x int) int { return x + 1 }).String(), pairP(sc).ReduceByKey(plus).String()}
	},

	"reduceByKey": func(_ *testing.T, sc *SparkContext) any { return pairP(sc).ReduceByKey(plus).Collect() },
	"groupByKey":  func(_ *testing.T, sc *SparkContext) any { return pairP(sc).GroupByKey().MapValues(ordered).Collect() },
	"mapValues-keys-values": func(_ *testing.T, sc *SparkContext) any {
		p := pairP(sc)
		return list{p.MapValues(func(v int) int { return v * 10 }).Collect(), p.Keys().Collect(), p.Values().Collect()}
	},
	"flatMapValues": func(_ *testing.T, sc *SparkContext) any {
		return pairP(sc).FlatMapValues(func(v int) (out []int) {
			for i := range v {
				out = append(out, i+1)
			}
			return out
		}).Collect()
	},
	"join":          func(_ *testing.T, sc *SparkContext) any { return pairP(sc).Join(pairQ(sc)).Collect() },
	"leftOuterJoin": func(_ *testing.T, sc *SparkContext) any { return pairP(sc).LeftOuterJoin(pairQ(sc)).Collect() },
	"fullOuterJoin": func(_ *testing.T, sc *SparkContext) any { return pairP(sc).FullOuterJoin(pairQ(sc)).Collect() },
	"cogroup": func(_ *testing.T, sc *SparkContext) any {
		return pairP(sc).CoGroup(pairQ(sc)).MapValues(func(a []int, b []string) ([]int, []string) {
			slices.Sort(b)
			return ordered(a), b
		}).Collect()
	},
	"sortByKey": func(_ *testing.T, sc *SparkContext) any {
		return list{pairP(sc).SortByKey().Keys().Collect(), pairP(sc).SortByKey(false).Keys().Collect()}
	},
	"combineByKey": func(_ *testing.T, sc *SparkContext) any {
		return pairP(sc).CombineByKey(func(v int) []int { return []int{v} },
			func(c []int, v int) []int { return append(c, v) },
			func(a, b []int) []int { return append(a, b...) }).MapValues(ordered).Collect()
	},

	"coalesce": func(_ *testing.T, sc *SparkContext) any {
		r := ten(sc)
		return list{r.Coalesce(2).GetNumPartitions(), r.Coalesce(5).GetNumPartitions(), r.Coalesce(5, true).GetNumPartitions()}
	},
	"coalesce-glom":   func(_ *testing.T, sc *SparkContext) any { return ten(sc).Coalesce(2).Glom().Collect() },
	"coalesce-1-glom": func(_ *testing.T, sc *SparkContext) any { return ten(sc).Coalesce(1).Glom().Collect() },
	"partitionBy-hash-strings": func(_ *testing.T, sc *SparkContext) any {
		var out []any
		for _, s := range []string{"a", "b", "c", "spark", "日本", ""} {
			out = append(out, list{s, HashPartitioner(3).GetPartition(s)})
		}
		return out
	},
	"union-partitions": func(_ *testing.T, sc *SparkContext) any {
		r := ten(sc)
		return list{r.Union(r).GetNumPartitions(), r.Union(r).Union(r).Count()}
	},

	"accumulator-long": func(_ *testing.T, sc *SparkContext) any {
		a := sc.LongAccumulator("n")
		ten(sc).Foreach(func(x int) { a.Add(x) })
		return list{a.Value(), a.Count(), a.Avg(), a.Name()}
	},
	"accumulator-lazy": func(_ *testing.T, sc *SparkContext) any {
		a := sc.LongAccumulator()
		m := ten(sc).Map(func(x int) int { a.Add(1); return x })
		before := a.Value()
		m.Count()
		first := a.Value()
		m.Count()
		return list{before, first, a.Value()}
	},
	"accumulator-collection": func(_ *testing.T, sc *SparkContext) any {
		a := sc.CollectionAccumulator("c")
		ten(sc).Filter(func(x int) bool { return x > 8 }).Foreach(func(x int) { a.Add(x) })
		out := a.Value()
		sort.Slice(out, func(i, j int) bool { return out[i].(int) < out[j].(int) })
		return out
	},
	"accumulator-double": func(_ *testing.T, sc *SparkContext) any {
		a := sc.DoubleAccumulator("d")
		ten(sc).Foreach(func(x int) { a.Add(float64(x) / 2) })
		return a.Value()
	},
	"cache-accumulator": func(_ *testing.T, sc *SparkContext) any {
		a := sc.LongAccumulator()
		m := ten(sc).Map(func(x int) int { a.Add(1); return x }).Cache()
		m.Count()
		m.Count()
		return a.Value()
	},
	"storage-level": func(_ *testing.T, sc *SparkContext) any {
		r := ten(sc)
		return list{r.Cache().GetStorageLevel(), r.Unpersist().GetStorageLevel(), r.Persist(DiskOnly).GetStorageLevel()}
	},
}

func ordered(xs []int) []int {
	slices.Sort(xs)
	return xs
}
