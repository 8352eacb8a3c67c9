package session

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

type typedPerson struct {
	Name string `json:"name"`
	Age  *int   `spark:"age"`
	Tags []string
}

type typedSlim struct {
	Name string
	Old  bool
}

func typedPeople(spark *SparkSession) *DataFrame {
	return spark.SQL("SELECT * FROM VALUES ('Ann', 30, array('a', 'b')), ('Bob', NULL, NULL), ('Cid', 40, array()) t(name, age, tags)")
}

// TestTypedRows runs Go functions over rows.
func TestTypedRows(t *testing.T) {
	spark, _ := frames(t)
	people := typedPeople(spark)
	slim := func(p typedPerson) typedSlim { return typedSlim{p.Name, p.Age != nil && *p.Age > 35} }
	for _, c := range []struct {
		name string
		df   *DataFrame
		head string
		rows string
	}{
		{"struct to struct", people.Map(slim), "[Name: string, Old: boolean]", "[Ann,false]\n[Bob,false]\n[Cid,true]\n"},
		{"then a filter", people.Map(slim).Filter(func(s typedSlim) bool { return s.Old }), "[Name: string, Old: boolean]", "[Cid,true]\n"},
		{"columns between", people.Map(slim).Filter("Old").Select("Name"), "[Name: string]", "[Cid]\n"},
		{"flat", people.FlatMap(func(p typedPerson) []string { return p.Tags }), "[value: string]", "[a]\n[b]\n"},
		{"a sequence", people.FlatMap(func(p typedPerson) iter.Seq[string] { return slices.Values(p.Tags) }), "[value: string]", "[a]\n[b]\n"},
		{"a Row", people.Map(func(r Row) string { return fmt.Sprint(r.Get("name"), r.IsNullAt("age")) }), "[value: string]", "[Annfalse]\n[Bobtrue]\n[Cidfalse]\n"},
		{"a map", people.Map(func(m map[string]any) string { return fmt.Sprint(m["name"]) }), "[value: string]", "[Ann]\n[Bob]\n[Cid]\n"},
		{"a pointer", people.Filter(func(p *typedPerson) bool { return p.Age == nil }).Select("name"), "[name: string]", "[Bob]\n"},
		{"a pair", people.Map(func(p typedPerson) (string, int) { return p.Name, len(p.Tags) }), "[_1: string, _2: bigint]", "[Ann,2]\n[Bob,0]\n[Cid,0]\n"},
		{"a value", spark.Range(4).Map(func(n int) int { return n * n }), "[value: bigint]", "[0]\n[1]\n[4]\n[9]\n"},
		{"a value of another type", spark.Range(4).Map(func(n int) string { return strings.Repeat("x", n) }), "[value: string]", "[]\n[x]\n[xx]\n[xxx]\n"},
		{"a condition", spark.Range(6).Filter(func(n int64) bool { return n%2 == 0 }), "[id: bigint]", "[0]\n[2]\n[4]\n"},
		{"a value that may be missing", people.Select("age").Map(func(n *int) bool { return n == nil }), "[value: boolean]", "[false]\n[true]\n[false]\n"},
		{"an error that is none", spark.Range(2).Map(func(_ context.Context, n int) (int, error) { return -n, nil }), "[value: bigint]", "[0]\n[-1]\n"},
		{"partitions", spark.Range(10).Coalesce(1).MapPartitions(func(ns iter.Seq[int]) []int {
			sum := 0
			for n := range ns {
				sum += n
			}
			return []int{sum}
		}), "[value: bigint]", "[45]\n"},
		{"times", spark.SQL("SELECT DATE'2024-02-29' d").Map(func(at time.Time) time.Time { return at.Add(time.Hour) }), "[value: timestamp]", "[2024-02-29T01:00:00Z]\n"},
		{"nested", people.Map(func(p typedPerson) map[string][]string { return map[string][]string{p.Name: p.Tags} }).Limit(1), "[value: map<string,array<string>>]", "[Map(Ann -> ArraySeq(a, b))]\n"},
	} {
		if got := c.df.String(); got != c.head {
			t.Errorf("%s: columns %s, want %s", c.name, got, c.head)
		}
		if got := rowLines(c.df); got != c.rows {
			t.Errorf("%s: %q, want %q", c.name, got, c.rows)
		}
	}
	var out []typedSlim
	people.Map(slim).CollectInto(&out)
	if want := []typedSlim{{"Ann", false}, {"Bob", false}, {"Cid", true}}; !slices.Equal(out, want) {
		t.Errorf("%v, want %v", out, want)
	}
	if got := spark.Range(5).Reduce(func(a, b int) int { return a + b }); got != 10 {
		t.Errorf("sum %v, want 10", got)
	}
	var calls atomic.Int64
	people.Foreach(func(p typedPerson) { calls.Add(1) })
	people.ForeachPartition(func(ps []typedPerson) { calls.Add(int64(len(ps))) })
	people.ForeachPartition(func(rs iter.Seq[Row]) {
		for range rs {
			calls.Add(1)
			break
		}
	})
	if n := calls.Load(); n < 7 || n > 9 {
		t.Errorf("%d calls, want 3 and 3 and one a partition with rows", n)
	}
	n := 0
	for r := range people.ToLocalIterator() {
		n += len(r.Get("name").(string))
	}
	if n != 9 {
		t.Errorf("the iterator yields names of %d letters, want 9", n)
	}
}

// TestTypedGroups groups rows by Go functions.
func TestTypedGroups(t *testing.T) {
	type pair struct {
		Dept string
		N    int
	}
	spark, _ := frames(t)
	df := spark.CreateDataFrame([]pair{{"x", 1}, {"y", 2}, {"x", 3}, {"z", 4}, {"y", 5}})
	g := df.GroupByKey(func(p pair) string { return p.Dept })
	sum := func(k string, ps []pair) pair {
		s := 0
		for _, p := range ps {
			s += p.N
		}
		return pair{k, s}
	}
	for name, c := range map[string]struct {
		df   *DataFrame
		rows string
	}{
		"map":      {g.MapGroups(sum), "[x,4]\n[y,7]\n[z,4]\n"},
		"iterator": {g.FlatMapGroups(func(k string, ps iter.Seq[pair]) []string { return []string{k} }), "[x]\n[y]\n[z]\n"},
		"part": {g.FlatMapGroups(func(k string, ps iter.Seq[pair]) []int {
			for p := range ps {
				return []int{p.N}
			}
			return nil
		}).Agg(Count("*")), "[3]\n"},
		"reduce": {g.ReduceGroups(func(a, b pair) pair { return pair{a.Dept, a.N * b.N} }).Select("key", "value.N"), "[x,3]\n[y,10]\n[z,4]\n"},
		"count":  {g.Count(), "[x,2]\n[y,2]\n[z,1]\n"},
		"agg":    {g.Agg(Sum("N"), Max("N")), "[x,4,3]\n[y,7,5]\n[z,4,4]\n"},
		"values": {g.MapValues(func(p pair) int { return p.N }).ReduceGroups(func(a, b int) int { return a + b }), "[x,4]\n[y,7]\n[z,4]\n"},
		"keys":   {g.Keys(), "[x]\n[y]\n[z]\n"},
		"struct": {df.GroupByKey(func(p pair) struct{ Odd bool } { return struct{ Odd bool }{p.N%2 == 1} }).Count().Select("key.Odd", "count(1)"), "[false,2]\n[true,3]\n"},
	} {
		if got := rowLines(c.df.OrderBy(c.df.Columns()[0])); got != c.rows {
			t.Errorf("%s: %q, want %q", name, got, c.rows)
		}
	}
}

// TestTypedMistakes says what is wrong with functions where they are given, and with their rows where they run.
func TestTypedMistakes(t *testing.T) {
	spark, _ := frames(t)
	people := typedPeople(spark)
	for want, f := range map[string]func(){
		"there is no column Salary":          func() { people.Map(func(p struct{ Salary int }) int { return 0 }) },
		"want func(T) U":                     func() { people.Map(func(a, b string) int { return 0 }) },
		"3 columns do not fit into a string": func() { people.Map(func(s string) int { return 0 }) },
		"does not fit into a Go":             func() { people.Map(func(p struct{ Name int }) int { return 0 }) },
		"func(T) bool":                       func() { people.Filter(func(p typedPerson) int { return 0 }) },
		"there is no column type":            func() { people.Map(func(p typedPerson) chan int { return nil }) },
		"the key is a string": func() {
			people.GroupByKey(func(p typedPerson) string { return "" }).MapGroups(func(int, []Row) int { return 0 })
		},
		"column age: NULL does not fit into a int": func() { people.Map(func(p struct{ Age int }) int { return p.Age }).Collect() },
		"no good": func() { people.Map(func(p typedPerson) (int, error) { return 0, errors.New("no good") }).Collect() },
		"the function returned nil in the place of a": func() { people.Map(func(p typedPerson) *typedSlim { return nil }).Collect() },
	} {
		if err := Try(f); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}
