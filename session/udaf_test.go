package session

import (
	"strings"
	"testing"
)

// TestUserAggregates runs aggregates made of Go functions, by SQL and by the API, over one partition and over several.
func TestUserAggregates(t *testing.T) {
	type mean struct {
		Sum float64
		N   int
	}
	spark, _ := frames(t)
	longest := func(a, b string) string {
		if len(b) > len(a) {
			return b
		}
		return a
	}
	spark.UDF().Register("longest", Aggregator{Reduce: longest, Merge: longest})
	avg := spark.UDF().Register("mean_of", Aggregator{
		Zero:   mean{},
		Reduce: func(m mean, x float64) mean { return mean{m.Sum + x, m.N + 1} },
		Merge:  func(a, b mean) mean { return mean{a.Sum + b.Sum, a.N + b.N} },
		Finish: func(m mean) *float64 {
			if m.N == 0 {
				return nil
			}
			f := m.Sum / float64(m.N)
			return &f
		},
	})
	df := spark.SQL("SELECT * FROM VALUES ('x', 'a', 1), ('x', 'abc', 2), ('y', 'ab', NULL), ('x', NULL, 6) t(k, s, n)").Repartition(3)
	df.CreateOrReplaceTempView("t")
	for want, got := range map[string]*DataFrame{
		"[x,abc,3.0]\n[y,ab,null]\n": spark.SQL("SELECT k, longest(s), mean_of(n) FROM t GROUP BY k ORDER BY k"),
		"[x,3.0]\n[y,null]\n":        df.GroupBy("k").Agg(avg.Call("n")).OrderBy("k"),
		"[abc,3.0]\n":                spark.SQL("SELECT longest(s), mean_of(DISTINCT n) FROM t"),
		"[2.0]\n":                    spark.SQL("SELECT mean_of(n) FILTER (WHERE n = 2) FROM t"),
		"[null]\n":                   spark.SQL("SELECT mean_of(n) FROM t WHERE false"),
	} {
		if g := rowLines(got); g != want {
			t.Errorf("%q, want %q", g, want)
		}
	}
	err := Try(func() { Udaf(Aggregator{Reduce: longest, Merge: func(a int) int { return a }}) })
	if err == nil || !strings.Contains(err.Error(), "Merge: want func(string, string) string") {
		t.Errorf("error %v does not say what Merge should be", err)
	}
}
