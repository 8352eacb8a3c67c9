package session

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"reflect"
	"strings"
	"testing"

	"gospark/runtime/gofunc"
)

// click is a record type like one typed at the prompt: a struct whose type exists only as a reflect.Type.
var click = reflect.StructOf([]reflect.StructField{
	{Name: "User", Type: reflect.TypeFor[string](), Tag: `gst:"Click"`},
	{Name: "N", Type: reflect.TypeFor[int]()},
})

func clicks(users ...string) any {
	s := reflect.MakeSlice(reflect.SliceOf(click), 0, len(users))
	for i, u := range users {
		c := reflect.New(click).Elem()
		c.Field(0).SetString(u)
		c.Field(1).SetInt(int64(i % 2))
		s = reflect.Append(s, c)
	}
	return s.Interface()
}

// interpreted is a function like one that the interpreter makes.
func interpreted(in, out []reflect.Type, f func(args []reflect.Value) []reflect.Value) any {
	return reflect.MakeFunc(reflect.FuncOf(in, out, false), f).Interface()
}

// TestRecords shows what operations make, as the shell prints it: the type and the records.
func TestRecords(t *testing.T) {
	identity := interpreted([]reflect.Type{click}, []reflect.Type{click}, func(a []reflect.Value) []reflect.Value { return a })
	userOf := interpreted([]reflect.Type{click}, []reflect.Type{reflect.TypeFor[string]()}, func(a []reflect.Value) []reflect.Value {
		return []reflect.Value{a[0].Field(0)}
	})
	type point struct{ X, Y int }
	for _, c := range []struct {
		name string
		rdd  func(sc *SparkContext) *RDD
		want string
	}{
		{"pairs with types", func(sc *SparkContext) *RDD { return pairP(sc) }, "RDD[(string, int)]: [(a,1) (b,2) (a,3) (c,4)]"},
		{"pairs of several types", func(sc *SparkContext) *RDD {
			return sc.Parallelize([]Pair{{Key: "a", Value: 1}, {Key: 2, Value: 2}}, 1)
		}, "RDD[(any, int)]: [(a,1) (2,2)]"},
		{"any holding pairs", func(sc *SparkContext) *RDD {
			return sc.Parallelize([]any{Pair{Key: "a", Value: 1}, Pair{Key: "a", Value: 2}}, 1).ReduceByKey(plus)
		}, "RDD[(string, int)]: [(a,3)]"},
		{"a map", func(sc *SparkContext) *RDD { return sc.Parallelize(map[string]int{"b": 2, "a": 1}, 1) }, "RDD[(string, int)]: [(a,1) (b,2)]"},
		{"tuples", func(sc *SparkContext) *RDD { return sc.Parallelize([]Tuple{{"a", 1, 2.5}}, 1) }, "RDD[(string, int, float64)]: [(a,1,2.5)]"},
		{"an array", func(sc *SparkContext) *RDD { return sc.Parallelize([2]bool{true, false}, 1) }, "RDD[bool]: [true false]"},
		{"structs typed at the prompt", func(sc *SparkContext) *RDD {
			return sc.Parallelize(clicks("ann", "bob"), 1).Map(identity)
		}, "RDD[Click]: [Click(ann,0) Click(bob,1)]"},
		{"structs as keys", func(sc *SparkContext) *RDD {
			return sc.Parallelize(clicks("ann", "bob", "ann"), 2).Map(func(x any) (any, int) { return x, 1 }).ReduceByKey(plus).SortByKey()
		}, "RDD[(any, int)]: [(Click(ann,0),2) (Click(bob,1),1)]"},
		{"distinct structs", func(sc *SparkContext) *RDD {
			return sc.Parallelize(clicks("ann", "bob", "ann"), 2).Distinct().SortBy(userOf)
		}, "RDD[Click]: [Click(ann,0) Click(bob,1)]"},
		{"grouped structs", func(sc *SparkContext) *RDD {
			return sc.Parallelize(clicks("ann", "bob", "ann"), 1).GroupBy(userOf).SortByKey()
		}, "RDD[(string, []Click)]: [(ann,List(Click(ann,0), Click(ann,0))) (bob,List(Click(bob,1)))]"},
		{"native struct keys", func(sc *SparkContext) *RDD {
			return sc.Range(4).Map(func(i int) (point, int) { return point{i % 2, 0}, i }).ReduceByKey(plus).SortByKey()
		}, "RDD[(point, int)]: [(point(0,0),2) (point(1,0),4)]"},
		{"keys of two parts", func(sc *SparkContext) *RDD {
			return sc.Range(0, 6, 1, 2).Map(func(i int) (Pair, int) { return Pair{Key: i % 2, Value: "x"}, i }).ReduceByKey(plus).SortByKey()
		}, "RDD[((any, any), int)]: [((0,x),6) ((1,x),9)]"},
		{"values of two parts", func(sc *SparkContext) *RDD {
			return pairP(sc).MapValues(func(v int) (int, float64) { return v, 0.5 }).
				ReduceByKey(func(a, b Pair) Pair {
					return Pair{Key: a.Key.(int) + b.Key.(int), Value: a.Value.(float64) + b.Value.(float64)}
				}).SortByKey()
		}, "RDD[(string, (int, float64))]: [(a,(4,1.0)) (b,(2,0.5)) (c,(4,0.5))]"},
		{"an average with a pair", func(sc *SparkContext) *RDD {
			return pairP(sc).AggregateByKey(Pair{Key: 0, Value: 0},
				func(a Pair, v int) Pair { return Pair{Key: a.Key.(int) + v, Value: a.Value.(int) + 1} },
				func(a, b Pair) Pair {
					return Pair{Key: a.Key.(int) + b.Key.(int), Value: a.Value.(int) + b.Value.(int)}
				}).MapValues(func(sum, n int) float64 { return float64(sum) / float64(n) }).SortByKey()
		}, "RDD[(string, float64)]: [(a,2.0) (b,2.0) (c,4.0)]"},
		{"a zero that is a map", func(sc *SparkContext) *RDD {
			return pairP(sc).AggregateByKey(map[int]bool{},
				func(m map[int]bool, v int) map[int]bool { m[v] = true; return m },
				func(a, b map[int]bool) map[int]bool {
					for v := range b {
						a[v] = true
					}
					return a
				}).MapValues(func(m map[int]bool) int { return len(m) }).SortByKey()
		}, "RDD[(string, int)]: [(a,2) (b,1) (c,1)]"},
		{"a whole zero for floats", func(sc *SparkContext) *RDD {
			return sc.Parallelize(map[string]float64{"a": 1.5}, 1).FoldByKey(0, func(a, b float64) float64 { return a + b })
		}, "RDD[(string, float64)]: [(a,1.5)]"},
		{"a nested join", func(sc *SparkContext) *RDD {
			return pairP(sc).Join(pairQ(sc)).Join(pairP(sc)).MapValues(func(vw Pair, x int) string { return fmt.Sprint(vw, x) }).SortByKey()
		}, "RDD[(string, string)]: [(a,(1,x) 1) (a,(1,x) 3) (a,(1,xx) 1) (a,(1,xx) 3) (a,(3,x) 1) (a,(3,x) 3) (a,(3,xx) 1) (a,(3,xx) 3) (b,(2,y) 2)]"},
		{"an outer join's missing side as a pointer", func(sc *SparkContext) *RDD {
			return pairP(sc).RightOuterJoin(pairQ(sc)).MapValues(func(v *int, w string) string {
				if v == nil {
					return "none " + w
				}
				return fmt.Sprint(*v, " ", w)
			}).Filter(func(k, v string) bool { return k > "a" }).SortByKey()
		}, "RDD[(string, string)]: [(b,2 y) (d,none z)]"},
		{"three groups", func(sc *SparkContext) *RDD {
			return pairP(sc).GroupWith(pairQ(sc), pairP(sc)).MapValues(func(a []int, b []string, c []int) int { return len(a) + len(b) + len(c) }).SortByKey()
		}, "RDD[(string, int)]: [(a,6) (b,3) (c,2) (d,1)]"},
		{"joins of typed and untyped keys", func(sc *SparkContext) *RDD {
			return pairP(sc).Join(sc.Parallelize([]any{"b"}).Map(func(k any) (any, bool) { return k, true }))
		}, "RDD[(any, (int, bool))]: [(b,(2,true))]"},
		{"intersection of pairs", func(sc *SparkContext) *RDD {
			return pairP(sc).Intersection(sc.Parallelize([]Pair{{Key: "a", Value: 3}, {Key: "b", Value: 0}}, 2))
		}, "RDD[(string, int)]: [(a,3)]"},
		{"sort by two parts", func(sc *SparkContext) *RDD {
			return sc.Parallelize([]int{31, 12, 22, 11}, 3).SortBy(func(x int) (int, int) { return x % 10, -x }, true, 2)
		}, "RDD[int]: [31 11 22 12]"},
		{"sort by key with a function", func(sc *SparkContext) *RDD {
			return sc.Parallelize(map[string]int{"b": 1, "A": 2}, 2).SortByKey(true, 1, strings.ToLower)
		}, "RDD[(string, int)]: [(A,2) (b,1)]"},
		{"sorted within partitions", func(sc *SparkContext) *RDD {
			return sc.Range(6).Map(func(i int) (int, string) { return 5 - i, "x" }).RepartitionAndSortWithinPartitions(2).Keys()
		}, "RDD[int]: [0 2 4 1 3 5]"},
		{"iterators", func(sc *SparkContext) *RDD {
			return sc.Range(0, 6, 1, 2).MapPartitions(func(xs iter.Seq[int]) iter.Seq2[string, int] {
				return func(yield func(string, int) bool) {
					for x := range xs {
						if x%3 != 0 && !yield("k", x) {
							return
						}
					}
				}
			})
		}, "RDD[(string, int)]: [(k,1) (k,2) (k,4) (k,5)]"},
		{"an iterator over pairs", func(sc *SparkContext) *RDD {
			return pairP(sc).MapPartitionsWithIndex(func(i int, ps iter.Seq2[string, int]) []string {
				var out []string
				for k, v := range ps {
					out = append(out, fmt.Sprint(i, k, v))
				}
				return out
			})
		}, "RDD[string]: [0a1 0b2 1a3 1c4]"},
		{"a partition with a context and an error", func(sc *SparkContext) *RDD {
			return sc.Range(0, 4, 1, 2).MapPartitions(func(ctx context.Context, xs []int) ([]int, error) { return xs[:1], ctx.Err() })
		}, "RDD[int]: [0 2]"},
		{"flatMapValues", func(sc *SparkContext) *RDD {
			return sc.Parallelize(map[string]string{"k": "a b"}, 1).FlatMapValues(strings.Fields)
		}, "RDD[(string, string)]: [(k,a) (k,b)]"},
		{"pipe", func(sc *SparkContext) *RDD { return pairP(sc).Pipe("cat") }, "RDD[string]: [(a,1) (b,2) (a,3) (c,4)]"},
		{"pipe that reads little", func(sc *SparkContext) *RDD { return sc.Range(0, 100000, 1, 1).Pipe("head -n 2") }, "RDD[string]: [0 1]"},
		{"zipWithIndex of a sample with repetitions", func(sc *SparkContext) *RDD {
			return sc.Parallelize([]string{"a"}, 1).Union(sc.Parallelize([]string{"b"}, 1)).Sample(true, 3, 5).ZipWithIndex().Values().Map(func(i int) int { return i }).Filter(func(i int) bool { return i < 2 })
		}, "RDD[int]: [0 1]"},
		{"sampleByKey", func(sc *SparkContext) *RDD {
			return pairP(sc).SampleByKey(false, map[string]float64{"a": 1}, 1)
		}, "RDD[(string, int)]: [(a,1) (a,3)]"},
		{"union of unlike types", func(sc *SparkContext) *RDD {
			return sc.Parallelize([]int{1}, 1).Union(sc.Parallelize([]string{"a"}, 1))
		}, "RDD[any]: [1 a]"},
		{"binary records", func(sc *SparkContext) *RDD {
			return sc.BinaryRecords(texts(t, map[string]string{"f": "aabb"})+"/f", 2).Map(func(b []byte) string { return string(b) })
		}, "RDD[string]: [aa bb]"},
		{"NaN keys and negative zero", func(sc *SparkContext) *RDD {
			zero := math.Copysign(0, -1)
			return sc.Parallelize([]float64{math.NaN(), math.NaN(), 0, zero}, 2).Map(func(x float64) (float64, int) { return x, 1 }).ReduceByKey(plus).SortByKey()
		}, "RDD[(float64, int)]: [(0.0,2) (NaN,2)]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			sc := newContext(t)
			r := c.rdd(sc)
			got := r.ShellType() + ": " + fmt.Sprint(textsOf(r.Collect()))
			if got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// TestMistakes shows the errors of wrong calls.
func TestMistakes(t *testing.T) {
	for _, c := range []struct {
		name string
		run  func(sc *SparkContext)
		want string
	}{
		{"shape", func(sc *SparkContext) { letters(sc).Map(func(int) int { return 0 }) }, "Map: want func(string) T or func(string) (K, V), have func(int) int"},
		{"no function", func(sc *SparkContext) { letters(sc).Filter(nil) }, "Filter: want func(string) bool, have nil"},
		{"reduce", func(sc *SparkContext) { letters(sc).Reduce(func(a string) string { return a }) }, "Reduce: want func(string, string) string, have func(string) string"},
		{"partition", func(sc *SparkContext) { letters(sc).MapPartitions(strings.ToUpper) }, "MapPartitions: want func([]string) []T, or with iter.Seq in place of slices, have func(string) string"},
		{"pairs", func(sc *SparkContext) { letters(sc).GroupByKey() }, "GroupByKey: want an RDD of pairs, have RDD[string]; make pairs with .Map(func(x string) (K, V) { return key, value })"},
		{"keys", func(sc *SparkContext) {
			letters(sc).Map(func(s string) (map[string]int, int) { return nil, 1 }).ReduceByKey(plus)
		}, "ReduceByKey: a key of type map[string]int cannot be compared"},
		{"keys that differ", func(sc *SparkContext) { pairP(sc).Join(sc.Range(2).KeyBy(func(i int) int { return i })) },
			"Join: the keys differ: RDD[(string, int)] and RDD[(int, int)]"},
		{"numbers", func(sc *SparkContext) { letters(sc).Sum() }, "Sum: want an RDD of numbers, have RDD[string]"},
		{"slice", func(sc *SparkContext) { sc.Parallelize(5) }, "Parallelize: want a slice or a map, have int"},
		{"partitions", func(sc *SparkContext) { letters(sc).Repartition(0) }, "Repartition: Number of partitions (0) must be positive."},
		{"panic", func(sc *SparkContext) { letters(sc).Map(func(s string) string { return s[3:] }).Collect() },
			"most recent failure: map at rdd_test.go:"},
		{"error", func(sc *SparkContext) {
			letters(sc).Foreach(func(string) error { return errors.New("no ink") })
		}, "foreach at rdd_test.go:"},
		{"a value of another type", func(sc *SparkContext) {
			sc.Parallelize([]any{1, "a"}, 1).Map(func(i int) int { return i }).Collect()
		}, "Map: want a int, have string"},
		{"a side that is missing", func(sc *SparkContext) {
			pairP(sc).LeftOuterJoin(pairQ(sc)).MapValues(func(v int, w string) string { return w }).Collect()
		}, "a parameter of type string cannot be; take *string or any"},
		{"the function after a shuffle", func(sc *SparkContext) {
			pairP(sc).ReduceByKey(func(a, b int) int { panic("no") }, 1).Collect()
		}, "reduceByKey at rdd_test.go:"},
		{"pipe", func(sc *SparkContext) { letters(sc).Pipe("false").Count() }, "Subprocess exited with status 1. Command ran: false"},
		{"level", func(sc *SparkContext) { letters(sc).Cache().Persist(DiskOnly) }, "Cannot change storage level of an RDD after it was already assigned a level"},
		{"destroyed", func(sc *SparkContext) { b := sc.Broadcast(1); b.Destroy(); b.Value() }, "Attempted to use Broadcast(0) after it was destroyed"},
		{"reading an accumulator in a task", func(sc *SparkContext) {
			a := sc.LongAccumulator()
			letters(sc).Foreach(func(string) { a.Value() })
		}, "Accumulator.value cannot be accessed inside tasks"},
		{"left out", func(sc *SparkContext) { sc.HadoopFile("x") }, "HadoopFile is left out: Hadoop's input and output formats are Java classes; use TextFile"},
	} {
		t.Run(c.name, func(t *testing.T) {
			sc := newContext(t)
			err := Try(func() { c.run(sc) })
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error = %v\nwant …%s…", err, c.want)
			}
		})
	}
}

// TestActions shows the results of actions that no recorded case has.
func TestActions(t *testing.T) {
	for _, c := range []struct {
		name string
		run  func(sc *SparkContext) any
		want string
	}{
		{"CollectInto a slice", func(sc *SparkContext) any { var xs []string; letters(sc).CollectInto(&xs); return xs }, "[a b a c b a]"},
		{"CollectInto a map", func(sc *SparkContext) any {
			var m map[string]int64
			pairP(sc).ReduceByKey(plus).CollectInto(&m)
			return m
		}, "map[a:4 b:2 c:4]"},
		{"CollectAsMap", func(sc *SparkContext) any { return pairP(sc).CollectAsMap() }, "map[a:3 b:2 c:4]"},
		{"CountByKey", func(sc *SparkContext) any { return pairP(sc).CountByKey() }, "map[a:2 b:1 c:1]"},
		{"ReduceByKeyLocally", func(sc *SparkContext) any { return pairP(sc).ReduceByKeyLocally(plus) }, "map[a:4 b:2 c:4]"},
		{"Lookup", func(sc *SparkContext) any { return pairP(sc).Lookup("a") }, "[1 3]"},
		{"Max with a key", func(sc *SparkContext) any { return letters(sc).Max(func(s string) string { return s }) }, "c"},
		{"TakeSample", func(sc *SparkContext) any { return len(ten(sc).TakeSample(false, 20, 1)) }, "10"},
		{"TakeSample with replacement", func(sc *SparkContext) any { return len(ten(sc).TakeSample(true, 20, 1)) }, "20"},
		{"CountApprox", func(sc *SparkContext) any { return ten(sc).CountApprox(60000) }, "{10 1 10 10 true}"},
		{"MeanApprox", func(sc *SparkContext) any { return ten(sc).MeanApprox(60000).Mean }, "5.5"},
		{"TreeAggregate", func(sc *SparkContext) any { return ten(sc).TreeAggregate(0, plus, plus, 2) }, "55"},
		{"Aggregate of nothing", func(sc *SparkContext) any {
			return sc.EmptyRDD(0).Aggregate("z", func(a string, _ int) string { return a }, func(a, b string) string { return a + b })
		}, "z"},
		{"Reduce of pairs", func(sc *SparkContext) any {
			return pairP(sc).Reduce(func(a, b Pair) Pair { return Pair{Key: a.Key.(string) + b.Key.(string), Value: 0} })
		}, "(abac,0)"},
		{"ForeachPartition", func(sc *SparkContext) any {
			n := sc.CollectionAccumulator()
			ten(sc).ForeachPartition(func(xs []int) { n.Add(len(xs)) })
			return len(n.Value())
		}, "3"},
		{"RunJob", func(sc *SparkContext) any { return sc.RunJob(ten(sc), func(xs []int) []int { return xs[:1] }, 0, 2) }, "[1 7]"},
		{"Accumulator with a function", func(sc *SparkContext) any {
			a := sc.Accumulator(1, func(a, b int) int { return a * b })
			sc.Range(1, 6).Foreach(func(x int) { a.Add(x) })
			return a.Value()
		}, "120"},
		{"an accumulator's text", func(sc *SparkContext) any {
			a := sc.LongAccumulator("n")
			a.Add(2)
			return a.String()
		}, "LongAccumulator(id: 0, name: Some(n), value: 2)"},
		{"Broadcast", func(sc *SparkContext) any {
			b := sc.Broadcast(map[string]int{"a": 10})
			return letters(sc).Map(func(w string) int { return b.Value().(map[string]int)[w] }).Sum()
		}, "30"},
		{"HyperLogLog", func(sc *SparkContext) any {
			n := sc.Range(0, 100000, 1, 2).Map(func(i int) int { return i / 2 }).CountApproxDistinct(0.02)
			return n > 47000 && n < 53000
		}, "true"},
		{"job groups", func(sc *SparkContext) any {
			sc.SetJobGroup("g", "what is done")
			sc.Range(3).Count()
			return sc.StatusTracker().GetJobIDsForGroup("g")
		}, "[0]"},
		{"RandomSplit parts", func(sc *SparkContext) any {
			var n []int64
			for _, r := range sc.Range(0, 10000, 1, 2).RandomSplit([]float64{1, 3}, 3) {
				n = append(n, r.Count()/1000)
			}
			return n
		}, "[2 7]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := fmt.Sprint(c.run(newContext(t))); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

// textsOf is how records print.
func textsOf(records []any) []string {
	out := make([]string, len(records))
	for i, x := range records {
		out[i] = gofunc.Text(x)
	}
	return out
}
