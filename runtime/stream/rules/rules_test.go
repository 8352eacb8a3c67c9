package rules_test

import (
	"fmt"
	"strings"
	"testing"

	"gospark/runtime/analysis"
	"gospark/runtime/condition"
	"gospark/runtime/expr"
	"gospark/runtime/logical"
	"gospark/runtime/plan"
	"gospark/runtime/resolved"
	"gospark/runtime/sql"
	"gospark/runtime/stream/rules"
	"gospark/runtime/types"
)

// table is a source of rows that nobody reads.
type table struct{ schema *types.Type }

func (t table) Schema() *types.Type { return t.schema }
func (t table) String() string      { return "table" }

// analyse resolves a query over the streams s and u, with watermarks, the stream n without, and the table t.
func analyse(t *testing.T, text string) resolved.Relation {
	t.Helper()
	schema, err := types.ParseDDL("ts TIMESTAMP, k STRING, v INT")
	if err != nil {
		t.Fatal(err)
	}
	c := analysis.NewMemory()
	c.OpenSource = func(*logical.DataSource) (resolved.Source, error) { return table{schema}, nil }
	for _, name := range []string{"s", "u", "n", "t"} {
		var r logical.Relation = &logical.DataSource{Format: "x", Streaming: name != "t"}
		if name == "s" || name == "u" {
			r = &logical.WithWatermark{Input: r, EventTime: "ts", Delay: "10 seconds"}
		}
		c.SetView(name, &analysis.Table{Name: []string{name}, View: r})
	}
	parsed, err := (&sql.Parser{}).Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	a := &analysis.Analyzer{Catalog: c, Settings: analysis.Settings{Context: &expr.Context{}, Parser: &sql.Parser{}}}
	rel, err := a.Analyze(parsed)
	if err != nil {
		t.Fatal(err)
	}
	return rel
}

const between = " ON a.k = b.k AND b.ts BETWEEN a.ts AND a.ts + INTERVAL 1 HOUR"

// checks are queries by output mode (append, update, complete), with a part of the error; "": it is allowed.
var checks = []struct {
	sql                      string
	append, update, complete string
}{
	{"SELECT k FROM t", "without streaming sources", "without streaming sources", "without streaming sources"},
	{"SELECT k FROM n WHERE v > 1", "", "", "no streaming aggregations"},
	{"SELECT k, count(*) FROM n GROUP BY k", "without watermark", "", ""},
	{"SELECT count(*) FROM n", "without watermark", "", ""},
	{"SELECT window, count(*) FROM n GROUP BY window(ts, '1 minute')", "without watermark", "", ""},
	{"SELECT window, count(*) FROM s GROUP BY window(ts, '1 minute')", "", "", ""},
	{"SELECT window, count(*) FROM s GROUP BY window(ts, '1 minute', '30 seconds')", "", "", ""},
	{"SELECT ts, k, count(*) FROM s GROUP BY ts, k", "", "", ""},
	{"SELECT date_trunc('hour', ts), count(*) FROM s GROUP BY 1", "without watermark", "", ""},
	{"SELECT session_window, k, count(*) FROM s GROUP BY session_window(ts, '1 minute'), k", "", "session window streaming aggregations", ""},
	{"SELECT DISTINCT k FROM n", "without watermark", "", ""},
	{"SELECT DISTINCT ts, k FROM s", "", "", ""},
	{"SELECT count(DISTINCT k) FROM s GROUP BY ts", "Distinct aggregations", "Distinct aggregations", "Distinct aggregations"},
	{"SELECT k FROM n ORDER BY k", "Sorting", "Sorting", "no streaming aggregations"},
	{"SELECT k, count(*) c FROM n GROUP BY k ORDER BY c", "without watermark", "Sorting", ""},
	{"SELECT k FROM n LIMIT 3", "", "Limits", "no streaming aggregations"},
	{"SELECT k FROM n LIMIT 3 OFFSET 1", "Offset", "Offset", "no streaming aggregations"},
	{"SELECT k, row_number() OVER (PARTITION BY k ORDER BY ts) r FROM n", "`r`", "ROW_NUMBER()", "no streaming aggregations"},
	{"SELECT k FROM n TABLESAMPLE (10 PERCENT)", "Sampling", "Sampling", "no streaming aggregations"},
	{"SELECT monotonically_increasing_id() FROM n", "monotonically_increasing_id", "monotonically_increasing_id", "no streaming aggregations"},
	{"SELECT k FROM n UNION ALL SELECT k FROM s", "", "", "no streaming aggregations"},
	{"SELECT k FROM n UNION ALL SELECT k FROM t", "Union between", "Union between", "no streaming aggregations"},
	{"SELECT k FROM n EXCEPT SELECT k FROM t", "without watermark", "", "no streaming aggregations"},
	{"SELECT k FROM t EXCEPT SELECT k FROM n", "Except on", "Except on", "no streaming aggregations"},
	{"SELECT k FROM t INTERSECT SELECT k FROM n", "Intersect of", "Intersect of", "no streaming aggregations"},
	{"SELECT max(n) FROM (SELECT k, count(*) n FROM n GROUP BY k)", "without watermark", "'correctness'", "'correctness'"},
	{"SELECT window(window_time(w), '1 hour'), sum(n) FROM (SELECT window(ts, '1 minute') w, count(*) n FROM s GROUP BY window(ts, '1 minute')) GROUP BY 1",
		"", "'correctness'", "'correctness'"},
	{"SELECT window(w, '1 hour'), sum(n) FROM (SELECT window(ts, '1 minute') w, count(*) n FROM s GROUP BY window(ts, '1 minute')) GROUP BY 1",
		"", "'correctness'", "'correctness'"},

	{"SELECT a.k FROM n a JOIN t b ON a.k = b.k", "", "", "no streaming aggregations"},
	{"SELECT a.k FROM n a LEFT JOIN t b ON a.k = b.k", "", "", "no streaming aggregations"},
	{"SELECT b.k FROM n a RIGHT JOIN t b ON a.k = b.k", "RightOuter join", "RightOuter join", "no streaming aggregations"},
	{"SELECT b.k FROM n a FULL JOIN t b ON a.k = b.k", "on the left", "on the left", "no streaming aggregations"},
	{"SELECT a.k FROM n a LEFT SEMI JOIN t b ON a.k = b.k", "", "", "no streaming aggregations"},
	{"SELECT a.k FROM n a LEFT ANTI JOIN t b ON a.k = b.k", "", "", "no streaming aggregations"},
	{"SELECT a.k FROM t a LEFT JOIN n b ON a.k = b.k", "LeftOuter join", "LeftOuter join", "no streaming aggregations"},
	{"SELECT b.k FROM t a RIGHT JOIN n b ON a.k = b.k", "", "", "no streaming aggregations"},
	{"SELECT b.k FROM t a FULL JOIN n b ON a.k = b.k", "on the right", "on the right", "no streaming aggregations"},
	{"SELECT a.k FROM t a LEFT SEMI JOIN n b ON a.k = b.k", "LeftSemi join", "LeftSemi join", "no streaming aggregations"},
	{"SELECT a.k FROM t a LEFT ANTI JOIN n b ON a.k = b.k", "LeftAnti joins", "LeftAnti joins", "no streaming aggregations"},

	{"SELECT a.k FROM n a JOIN n b ON a.k = b.k", "", "", "no streaming aggregations"},
	{"SELECT a.k, count(*) FROM n a JOIN n b ON a.k = b.k GROUP BY a.k", "without watermark", "", "only in Append"},
	{"SELECT a.k FROM s a LEFT JOIN u b" + between, "", "only in Append", "no streaming aggregations"},
	{"SELECT b.k FROM s a RIGHT JOIN u b" + between, "", "only in Append", "no streaming aggregations"},
	{"SELECT b.k FROM s a FULL JOIN u b" + between, "", "FullOuter join between two streaming DataFrames/Datasets is not supported in Update output mode, only in Append", "no streaming aggregations"},
	{"SELECT a.k FROM s a LEFT SEMI JOIN u b" + between, "", "", "no streaming aggregations"},
	{"SELECT a.k FROM s a LEFT ANTI JOIN u b" + between, "LeftAnti joins", "LeftAnti joins", "no streaming aggregations"},
	{"SELECT a.k FROM n a LEFT JOIN n b" + between, "without a watermark in the join keys", "only in Append", "no streaming aggregations"},
	{"SELECT a.k FROM s a LEFT JOIN u b ON a.k = b.k", "without a watermark in the join keys", "only in Append", "no streaming aggregations"},
	{"SELECT a.k FROM s a LEFT JOIN u b ON a.k = b.k AND a.ts > b.ts", "", "only in Append", "no streaming aggregations"},
	{"SELECT a.k FROM s a LEFT JOIN u b ON a.k = b.k AND a.ts < b.ts", "without a watermark in the join keys", "only in Append", "no streaming aggregations"},
	{"SELECT b.k FROM s a RIGHT JOIN u b ON a.k = b.k AND a.ts < b.ts", "", "only in Append", "no streaming aggregations"},
	{"SELECT a.k FROM s a LEFT JOIN u b ON a.k = b.k AND a.ts = b.ts", "", "only in Append", "no streaming aggregations"},
	{"SELECT a.k FROM s a LEFT JOIN u b ON a.k = b.k AND b.ts - a.ts <= INTERVAL 5 MINUTES", "", "only in Append", "no streaming aggregations"},
	{"SELECT a.k FROM s a LEFT JOIN u b ON a.k = b.k AND b.ts <= a.ts + INTERVAL 1 MONTH", "without a watermark in the join keys", "only in Append", "no streaming aggregations"},
}

// TestCheck holds the table of modes, queries and joins. Each error has Spark's condition and says what to type instead.
func TestCheck(t *testing.T) {
	for _, c := range checks {
		rel := analyse(t, c.sql)
		for mode, want := range []string{c.append, c.update, c.complete} {
			err := rules.Check(rel, plan.OutputMode(mode), func(string) string { return "" })
			if problem := judge(err, want); problem != "" {
				t.Errorf("%s, %s: %s", c.sql, plan.OutputMode(mode), problem)
			}
		}
	}
}

func judge(err error, want string) string {
	if want == "" {
		if err != nil {
			return fmt.Sprintf("refused: %v", err)
		}
		return ""
	}
	e, ok := condition.As(err)
	switch {
	case !ok:
		return fmt.Sprintf("%v, want an error with %q", err, want)
	case !strings.Contains(e.Message, want):
		return fmt.Sprintf("%q, want %q", e.Message, want)
	case e.Condition() == "" || e.Fix == "":
		return fmt.Sprintf("%v has no condition or no fix", e)
	}
	return ""
}

// TestSettings turns rules off.
func TestSettings(t *testing.T) {
	chain := analyse(t, "SELECT max(n) FROM (SELECT k, count(*) n FROM n GROUP BY k)")
	for key, want := range map[string]string{"": "'correctness'", "spark.sql.streaming.statefulOperator.checkCorrectness.enabled": "",
		"spark.sql.streaming.unsupportedOperationCheck": ""} {
		err := rules.Check(chain, plan.CompleteMode, func(k string) string {
			if k == key {
				return "false"
			}
			return ""
		})
		if problem := judge(err, want); problem != "" {
			t.Errorf("without %q: %s", key, problem)
		}
	}
}

func TestParseMode(t *testing.T) {
	for text, want := range map[string]plan.OutputMode{"append": plan.AppendMode, "Update": plan.UpdateMode, "COMPLETE": plan.CompleteMode} {
		if m, err := rules.ParseMode(text); err != nil || m != want {
			t.Errorf("%s: %v, %v", text, m, err)
		}
	}
	if _, err := rules.ParseMode("replace"); judge(err, "replace") != "" {
		t.Error(judge(err, "replace"))
	}
}
