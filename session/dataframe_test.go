package session

import (
	"bytes"
	"testing"
)

// frames opens a session whose prints go to the buffer.
func frames(t *testing.T) (*SparkSession, *bytes.Buffer) {
	t.Helper()
	var out bytes.Buffer
	spark, err := New(Config{Master: "local[2]", Out: &out})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(spark.Stop)
	return spark, &out
}

// TestDataFrameMethods holds methods to the statement that says the same in SQL.
func TestDataFrameMethods(t *testing.T) {
	spark, _ := frames(t)
	people := spark.SQL("SELECT * FROM VALUES ('Ann', 'x', 30, array(1, 2)), ('Bob', 'y', 20, array(3)), ('Cid', 'x', NULL, NULL) t(name, dept, age, xs)")
	people.CreateOrReplaceTempView("people")
	for text, df := range map[string]func() *DataFrame{
		"SELECT name, age + 1 AS next FROM people WHERE age > 21": func() *DataFrame {
			return people.Filter("age > 21").Select(Col("name"), Col("age").Plus(1).As("next"))
		},
		"SELECT dept, avg(age) AS avg, count(DISTINCT name) FROM people GROUP BY dept ORDER BY avg DESC": func() *DataFrame {
			return people.GroupBy("dept").Agg(Avg("age").As("avg"), CountDistinct("name")).OrderBy(Col("avg").Desc())
		},
		"SELECT count(*) FROM people": func() *DataFrame { return people.Agg(Count("*").As("count(1)")) },
		"SELECT transform(xs, x -> x * 2) y, filter(xs, x -> x > 1) z FROM people": func() *DataFrame {
			double := Transform("xs", func(x *Column) *Column { return x.Multiply(2) }).As("y")
			return people.Select(double, Filter("xs", func(x *Column) *Column { return x.Gt(1) }).As("z"))
		},
		"SELECT aggregate(xs, 0, (a, x) -> a + x) s FROM people": func() *DataFrame {
			return people.Select(Aggregate("xs", Lit(0), func(a, x *Column) *Column { return a.Plus(x) }).As("s"))
		},
		"SELECT concat_ws('-', name, dept) a, lpad(name, 5, '*') b FROM people": func() *DataFrame {
			return people.Select(ConcatWs("-", "name", "dept").As("a"), Lpad("name", 5, "*").As("b"))
		},
		"SELECT name, sum(age) OVER (PARTITION BY dept) s FROM people ORDER BY name": func() *DataFrame {
			return people.Select(Col("name"), Sum("age").Over(PartitionBy("dept")).As("s")).OrderBy("name")
		},
		"SELECT CASE WHEN age > 25 THEN 'old' ELSE 'young' END c FROM people": func() *DataFrame {
			return people.Select(When(Col("age").Gt(25), "old").Otherwise("young").As("c"))
		},
		"SELECT a.name FROM people a JOIN people b ON a.dept = b.dept AND a.name <> b.name ORDER BY 1": func() *DataFrame {
			a, b := people.Alias("a"), people.Alias("b")
			return a.Join(b, Col("a.dept").EqualTo(Col("b.dept")).And(Col("a.name").NotEqual(Col("b.name")))).Select("a.name").OrderBy("name")
		},
		"SELECT DISTINCT dept FROM people ORDER BY dept": func() *DataFrame { return people.Select("dept").Distinct().Sort("dept") },
	} {
		want, got := spark.SQL(text), df()
		if g, w := got.String(), want.String(); g != w {
			t.Errorf("%s: the method has the columns %s, want %s", text, g, w)
		}
		if g, w := rowLines(got), rowLines(want); g != w {
			t.Errorf("%s: the method yields\n%swant\n%s", text, g, w)
		}
	}
}

func rowLines(df *DataFrame) string {
	s := ""
	for _, r := range df.Collect() {
		s += r.ShellString() + "\n"
	}
	return s
}

// TestGoValues takes Go values through a DataFrame and a Go function, and back.
func TestGoValues(t *testing.T) {
	type person struct {
		Name string `json:"name"`
		Age  *int32 `spark:"age"`
		Tags []string
	}
	spark, _ := frames(t)
	thirty := int32(30)
	in := []person{{"Ann", &thirty, []string{"a", "b"}}, {"Bob", nil, nil}}
	df := spark.CreateDataFrame(in)
	if got, want := df.String(), "[name: string, age: int ... 1 more field]"; got != want {
		t.Errorf("columns %s, want %s", got, want)
	}
	var out []person
	df.CollectInto(&out)
	if len(out) != 2 || out[0].Name != "Ann" || *out[0].Age != 30 || len(out[0].Tags) != 2 || out[1].Age != nil || out[1].Tags != nil {
		t.Errorf("%+v, want %+v", out, in)
	}
	df.CreateOrReplaceTempView("people")
	twice := spark.UDF().Register("twice", func(n int32) int64 { return int64(n) * 2 })
	for _, got := range []string{rowLines(spark.SQL("SELECT twice(age) FROM people")), rowLines(df.Select(twice.Call("age")))} {
		if want := "[60]\n[null]\n"; got != want {
			t.Errorf("twice: %q, want %q", got, want)
		}
	}
	var ages []int32
	if err := Try(func() { df.Select("age").CollectInto(&ages) }); err == nil {
		t.Error("a NULL went into an int32")
	}
	if got, want := rowLines(spark.CreateDataFrame([][]any{{1, "x"}, {2, nil}}, "id BIGINT, s STRING")), "[1,x]\n[2,null]\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
