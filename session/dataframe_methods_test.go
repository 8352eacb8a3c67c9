package session

import (
	"fmt"
	"strings"
	"testing"
)

// TestFrames holds methods to the rows they yield.
func TestFrames(t *testing.T) {
	spark, _ := frames(t)
	df := spark.SQL("SELECT * FROM VALUES ('Ann', 30, 1.5D), ('Bob', NULL, double('NaN')), (NULL, 20, NULL) t(name, age, x)")
	n := spark.SQL("SELECT * FROM VALUES (1, 10), (2, 20) t(a, b)")
	for want, got := range map[string]func() *DataFrame{
		"[Ann,30,1.5]\n[Bob,0,0.0]\n[null,20,0.0]\n": func() *DataFrame { return df.Na().Fill(0) },
		"[Ann,30,1.5]\n[Bob,-1,NaN]\n[?,20,null]\n":  func() *DataFrame { return df.Fillna(map[string]any{"age": -1, "name": "?"}) },
		"[Ann,30,1.5]\n":                                 func() *DataFrame { return df.Na().Drop() },
		"[Ann,30,1.5]\n[null,20,null]\n":                 func() *DataFrame { return df.Dropna("any", "age") },
		"[Ann,31,1.5]\n[Bob,null,NaN]\n[null,20,null]\n": func() *DataFrame { return df.Replace(30, 31, "age") },
		"[Eve,30,1.5]\n[Bob,null,NaN]\n[null,20,null]\n": func() *DataFrame { return df.Na().Replace("name", map[string]string{"Ann": "Eve"}) },
		"[1,11]\n[2,22]\n":                               func() *DataFrame { return n.WithColumns(map[string]any{"b": Col("b").Plus(Col("a"))}) },
		"[1]\n[2]\n":                                     func() *DataFrame { return n.Select(n.ColRegex("`^a$`")) },
		"[1,a,1]\n[1,b,10]\n[2,a,2]\n[2,b,20]\n":         func() *DataFrame { return n.WithColumn("id", Col("a")).Unpivot("id", []string{"a", "b"}, "k", "v") },
		"[b,10,20]\n":                                    func() *DataFrame { return n.Transpose() },
		"[{\"a\":1,\"b\":10}]\n[{\"a\":2,\"b\":20}]\n":   func() *DataFrame { return n.ToJSON() },
		"[10,0]\n[20,1]\n":                               func() *DataFrame { return n.Select("b").ZipWithIndex() },
		"[10,1]\n[20,2]\n":                               func() *DataFrame { return n.To("b BIGINT, a STRING") },
		"[1,10]\n":                                       func() *DataFrame { return n.Where(Col("a").EqualTo(n.Agg(Min("a")).Scalar())) },
		"[2,20]\n": func() *DataFrame {
			return n.Where(spark.Range(3).Where(Col("id").EqualTo(Col("b").Outer().Divide(10))).Exists()).Where("a > 1")
		},
		"[1,10,0]\n[2,20,0]\n[2,20,1]\n": func() *DataFrame { return n.LateralJoin(spark.Range(5).Where(Col("id").Lt(Col("a").Outer())), nil) },
		"[null,30]\n[1,10]\n[2,20]\n":    func() *DataFrame { return n.GroupingSets([][]any{{"a"}, {}}, "a").Agg(Sum("b")).OrderBy("a") },
		"[30,1.5]\n": func() *DataFrame {
			return n.Agg(map[string]string{"b": "sum"}).CrossJoin(n.Agg(map[string]string{"a": "avg"}))
		},
		"[x_1,1]\n": func() *DataFrame { return spark.SQL("SELECT 'x_1' a, 1 b").Stat().Crosstab("a", "b") },
		"[1]\n[4]\n[9]\n": func() *DataFrame {
			return spark.SparkContext().Parallelize([]int{1, 2, 3}).ToDF("v").Select(Col("v").Multiply(Col("v")))
		},
		"[a,1]\n[b,2]\n": func() *DataFrame {
			return spark.CreateDataFrame(spark.SparkContext().Parallelize([]Pair{{Key: "a", Value: 1}, {Key: "b", Value: 2}}))
		},
		"[5]\n[6]\n":       func() *DataFrame { return spark.TVF().Explode(Array(Lit(5), Lit(6))) },
		"[2,20]\n[1,10]\n": func() *DataFrame { return n.Checkpoint().OrderBy(Col("a").Desc()) },
		"[ArraySeq(ArraySeq(11, 21), ArraySeq(12, 22))]\n": func() *DataFrame {
			return spark.SQL("SELECT array(1, 2) xs, array(10, 20) ys").Select(Transform("xs", func(x *Column) *Column {
				return Transform("ys", func(y *Column) *Column { return y.Plus(x) })
			}))
		},
	} {
		g := ""
		if err := Try(func() { g = rowLines(got()) }); err != nil || g != want {
			t.Errorf("%q (%v), want %q", g, err, want)
		}
	}
	if c := n.Stat().Corr("a", "b"); c < 0.999999 || c > 1.000001 {
		t.Errorf("correlation %v, want 1", c)
	}
	if q := fmt.Sprint(spark.Range(101).ApproxQuantile("id", []float64{0, 0.5, 1}, 0)); q != "[0 50 100]" {
		t.Errorf("quantiles %s", q)
	}
	if f := rowLines(n.FreqItems([]string{"a"})); f != "[ArraySeq(1, 2)]\n" {
		t.Errorf("frequent items %s", f)
	}
	parts := spark.Range(100).RandomSplit([]float64{1, 3}, 7)
	if a, b := parts[0].Count(), parts[1].Count(); a+b != 100 || a == 0 || b < a {
		t.Errorf("a split of 100 rows by 1 to 3 has %d and %d", a, b)
	}
	if a, b := spark.Range(9).Filter("id > 3"), spark.Range(9).Filter("id > 3"); !a.SameSemantics(b) || a.SemanticHash() != b.SemanticHash() || a.SameSemantics(a.Limit(1)) {
		t.Error("the semantics of equal and of different queries")
	}
	o := NewObservation("rows")
	spark.Range(10).Observe(o, Count("*").As("n"), Max("id").As("top")).Filter("id > 100").Collect()
	if m := o.Get(); m["n"] != int64(10) || m["top"] != int64(9) {
		t.Errorf("observed %v", m)
	}
	if n := len(spark.SparkContext().Parallelize([]int{1}).Union(spark.Range(3).RDD().Map(func(r Row) int { return r.Int("id") })).Collect()); n != 4 {
		t.Errorf("%d records, want 4", n)
	}
	row := df.First()
	if row.String("name") != "Ann" || row.Int(1) != 30 || row.Float64("x") != 1.5 || row.JSON() != `{"name":"Ann","age":30,"x":1.5}` || row.FieldIndex("x") != 2 {
		t.Errorf("accessors of %v: %s", row, row.JSON())
	}
}

// TestCatalog names things and forgets them.
func TestCatalog(t *testing.T) {
	spark, _ := frames(t)
	c := spark.Catalog()
	spark.Range(1).CreateOrReplaceTempView("v")
	spark.Range(1).CreateOrReplaceGlobalTempView("g")
	if !c.TableExists("v") || c.TableExists("w") || !c.TableExists("global_temp.g") || !c.FunctionExists("upper") || c.FunctionExists("lower_case") {
		t.Error("what is there and what is not")
	}
	if got := rowLines(c.ListTables().Select("name", "tableType", "isTemporary")); got != "[v,TEMPORARY,true]\n" {
		t.Errorf("tables %s", got)
	}
	if got := rowLines(c.ListColumns("v").Select("name", "dataType")); got != "[id,bigint]\n" {
		t.Errorf("columns %s", got)
	}
	c.CreateDatabase("other")
	c.SetCurrentDatabase("other")
	if got := rowLines(c.ListDatabases().Select("name")); c.CurrentDatabase() != "other" || got != "[default]\n[other]\n" {
		t.Errorf("databases %s, current %s", got, c.CurrentDatabase())
	}
	c.DropDatabase("other")
	c.CacheTable("v")
	if !c.IsCached("v") {
		t.Error("v is not cached")
	}
	n := spark.NewSession()
	if n.Catalog().TableExists("v") || !n.Catalog().TableExists("global_temp.g") {
		t.Error("another session has its own temporary views and the global ones")
	}
	if !c.DropTempView("v") || c.DropTempView("v") || c.TableExists("v") || c.CurrentDatabase() != "default" {
		t.Error("a view that is dropped is not there")
	}
}

// TestLimits meets rows that are wide, values that are deep, and memory that is short.
func TestLimits(t *testing.T) {
	spark, _ := frames(t)
	cols := make([]any, 10000)
	for i := range cols {
		cols[i] = Lit(i).As(fmt.Sprintf("c%d", i))
	}
	wide := spark.Range(2).Select(cols...).Filter("c9999 = 9999").Select("c1", "c9999")
	if got := rowLines(wide); got != "[1,9999]\n[1,9999]\n" {
		t.Errorf("wide rows %q", got)
	}
	deep := Lit(1)
	for range 100 {
		deep = Array(deep)
	}
	got := rowLines(spark.Range(1).Select(deep.As("x")))
	if want := "[" + strings.Repeat("ArraySeq(", 100) + "1" + strings.Repeat(")", 100) + "]\n"; got != want {
		t.Errorf("deep value %q", got)
	}
	sum := Col("id")
	for range 200 {
		sum = sum.Plus(1)
	}
	if got := rowLines(spark.Range(1).Select(sum)); got != "[200]\n" {
		t.Errorf("deep expression %q", got)
	}
	spark.Conf().Set("spark.memory.limit", "64k")
	err := Try(func() { spark.Range(1000000).OrderBy(Col("id").Desc()).Collect() })
	e, ok := err.(*Error)
	if !ok || e.Condition() != "UNABLE_TO_ACQUIRE_MEMORY" || !strings.Contains(e.Error(), "spark.memory.limit") {
		t.Errorf("error %v, want one that names spark.memory.limit", err)
	}
}
