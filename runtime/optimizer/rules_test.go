package optimizer

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"gospark/runtime/expr"
	"gospark/runtime/resolved"
	"gospark/runtime/types"
)

var update = flag.Bool("update", false, "write testdata")

// A tree builds relations for the cases.
type tree struct{ t *testing.T }

func (b tree) call(name string, args ...expr.Expr) expr.Expr {
	e, err := expr.Resolve(name, args, expr.Options{})
	if err != nil {
		b.t.Fatal(err)
	}
	return e
}

func (b tree) table(names ...string) *resolved.LocalRelation {
	r := &resolved.LocalRelation{Rows: make([][]any, 3)}
	for _, n := range names {
		r.Attrs = append(r.Attrs, &expr.Attr{ID: expr.NextID(), Name: n, Typ: types.Int, Null: true})
	}
	for i := range r.Rows {
		r.Rows[i] = make([]any, len(names))
	}
	return r
}

func (b tree) col(r resolved.Relation, name string) *expr.Attr {
	for _, a := range r.Output() {
		if a.Name == name {
			return a
		}
	}
	b.t.Fatalf("no column %s", name)
	return nil
}

func (b tree) as(name string, e expr.Expr) *expr.Alias {
	return &expr.Alias{ID: expr.NextID(), Name: name, Child: e}
}

func (b tree) where(r resolved.Relation, conditions ...expr.Expr) resolved.Relation {
	return &resolved.Filter{Input: r, Condition: resolved.Conjunction(conditions)}
}

func (b tree) more(r resolved.Relation, name string, n int32) expr.Expr {
	return b.call(">", b.col(r, name), expr.IntLit(n))
}

func (b tree) join(l, r resolved.Relation, t resolved.JoinType, more ...expr.Expr) *resolved.Join {
	return &resolved.Join{Left: l, Right: r, Type: t,
		Condition: resolved.Conjunction(append([]expr.Expr{b.call("=", b.col(l, "a"), b.col(r, "k"))}, more...))}
}

func (b tree) sum(in resolved.Relation) resolved.Relation {
	return &resolved.Aggregate{Input: in, Session: -1, Grouping: []expr.Expr{b.col(in, "a")},
		Aggs: []expr.Expr{b.as("s", b.call("sum", b.col(in, "b"))), b.as("n", b.call("count", b.col(in, "b")))}}
}

// source is a table somewhere.
type source struct{ schema *types.Type }

func (s source) Schema() *types.Type { return s.schema }
func (s source) String() string      { return "csv t" }

func (b tree) scan() resolved.Relation {
	t := b.table("a", "b", "c")
	s := &resolved.Scan{Attrs: t.Attrs, Columns: []int{0, 1, 2}, Source: source{}}
	return s
}

// cases are relations, by the rule they are about.
var cases = []struct {
	rule, name string
	make       func(b tree) resolved.Relation
}{
	{"ConstantFolding", "arithmetic", func(b tree) resolved.Relation {
		t := b.table("a")
		return b.where(t, b.call(">", t.Attrs[0], b.call("+", expr.IntLit(1), expr.IntLit(2))))
	}},
	{"ConstantFolding", "an error stays for the rows", func(b tree) resolved.Relation {
		t := b.table("a")
		return b.where(t, b.call("=", t.Attrs[0], b.call("div", expr.IntLit(1), expr.IntLit(0))))
	}},
	{"BooleanSimplification", "neutral and deciding sides", func(b tree) resolved.Relation {
		t := b.table("a")
		a := b.more(t, "a", 1)
		return b.where(t, b.call("or", b.call("and", a, expr.True), b.call("and", expr.False, a)), b.call("not", b.call("not", a)))
	}},
	{"CombineFilters", "two conditions, one of them twice", func(b tree) resolved.Relation {
		t := b.table("a", "b")
		return b.where(b.where(t, b.more(t, "a", 1)), b.more(t, "b", 2), b.more(t, "a", 1))
	}},
	{"CombineProjects", "computed in one", func(b tree) resolved.Relation {
		t := b.table("a", "b")
		p := &resolved.Project{Input: t, Cols: []expr.Expr{b.as("x", b.call("+", t.Attrs[0], expr.IntLit(1))), t.Attrs[1]}}
		return &resolved.Project{Input: p, Cols: []expr.Expr{b.as("y", b.call("*", b.col(p, "x"), b.col(p, "b"))), b.col(p, "b")}}
	}},
	{"CombineProjects", "not computed twice", func(b tree) resolved.Relation {
		t := b.table("a")
		p := &resolved.Project{Input: t, Cols: []expr.Expr{b.as("x", b.call("+", t.Attrs[0], expr.IntLit(1)))}}
		return &resolved.Project{Input: p, Cols: []expr.Expr{b.as("y", b.call("*", b.col(p, "x"), b.col(p, "x")))}}
	}},
	{"EliminateOuterJoin", "a condition no null meets", func(b tree) resolved.Relation {
		j := b.join(b.table("a", "b"), b.table("k", "d"), resolved.LeftOuter)
		return b.where(j, b.call(">", b.col(j, "d"), b.col(j, "b")))
	}},
	{"EliminateOuterJoin", "full to left", func(b tree) resolved.Relation {
		j := b.join(b.table("a", "b"), b.table("k", "d"), resolved.FullOuter)
		return b.where(j, b.call("isnotnull", b.col(j, "b")))
	}},
	{"EliminateOuterJoin", "a null may meet it", func(b tree) resolved.Relation {
		j := b.join(b.table("a", "b"), b.table("k", "d"), resolved.LeftOuter)
		return b.where(j, b.call("or", b.call("isnull", b.col(j, "d")), b.more(j, "d", 1)))
	}},
	{"PushFilterThroughProject", "by what columns are", func(b tree) resolved.Relation {
		t := b.table("a", "b")
		p := &resolved.Project{Input: t, Cols: []expr.Expr{b.as("x", b.call("+", t.Attrs[0], t.Attrs[1]))}}
		return b.where(p, b.more(p, "x", 1))
	}},
	{"PushFilterThroughProject", "not by what is parsed", func(b tree) resolved.Relation {
		t := b.table("a", "b")
		p := &resolved.Project{Input: t, Cols: []expr.Expr{t.Attrs[0], b.as("x", b.call("from_json", b.call("string", t.Attrs[1]), expr.StringLit("n INT")))}}
		field, err := expr.Extract(b.col(p, "x"), expr.StringLit("n"), expr.Options{})
		if err != nil {
			b.t.Fatal(err)
		}
		return b.where(p, b.more(p, "a", 1), b.call("isnotnull", field))
	}},
	{"PushFilterThroughAggregate", "keys below, results above", func(b tree) resolved.Relation {
		g := b.sum(b.table("a", "b"))
		return b.where(g, b.more(g, "a", 1), b.call(">", b.col(g, "s"), expr.LongLit(9)))
	}},
	{"PushFilterThroughUnion", "into each", func(b tree) resolved.Relation {
		t, u := b.table("a", "b"), b.table("c", "d")
		r := &resolved.Union{Children: []resolved.Relation{t, u}, Attrs: b.table("x", "y").Attrs}
		return b.where(r, b.more(r, "y", 1))
	}},
	{"PushFilterThroughOperators", "below a sort, not below a limit", func(b tree) resolved.Relation {
		t := b.table("a")
		s := &resolved.Sort{Input: &resolved.Limit{Input: t, N: 2}, Global: true, Order: []expr.SortKey{{Child: t.Attrs[0]}}}
		return b.where(s, b.more(s, "a", 1))
	}},
	{"PushFilterIntoJoin", "each condition to its side", func(b tree) resolved.Relation {
		l, r := b.table("a", "b"), b.table("k", "d")
		j := b.join(l, r, resolved.Inner, b.more(r, "d", 3))
		return b.where(j, b.more(j, "b", 1), b.call("=", b.col(j, "b"), b.col(j, "d")))
	}},
	{"PushFilterIntoJoin", "a left outer join", func(b tree) resolved.Relation {
		l, r := b.table("a", "b"), b.table("k", "d")
		j := b.join(l, r, resolved.LeftOuter, b.more(l, "b", 2), b.more(r, "d", 3))
		return b.where(j, b.more(j, "b", 1), b.call("isnull", b.col(j, "d")))
	}},
	{"PushFilterIntoScan", "the filter stays", func(b tree) resolved.Relation {
		s := b.scan()
		return b.where(s, b.more(s, "a", 1))
	}},
	{"LimitPushDown", "into a union", func(b tree) resolved.Relation {
		t, u := b.table("a"), b.table("b")
		return &resolved.Limit{N: 2, Input: &resolved.Union{Children: []resolved.Relation{t, u}, Attrs: b.table("x").Attrs}}
	}},
	{"LimitPushDown", "no more rows than that", func(b tree) resolved.Relation {
		return &resolved.Limit{N: 20, Input: b.table("a")}
	}},
	{"EliminateSorts", "a count does not care", func(b tree) resolved.Relation {
		t := b.table("a", "b")
		return b.sum(&resolved.Sort{Input: t, Global: true, Order: []expr.SortKey{{Child: t.Attrs[0]}}})
	}},
	{"PropagateEmptyRelation", "an inner join with nothing", func(b tree) resolved.Relation {
		e := b.table("k", "d")
		e.Rows = nil
		return b.join(b.table("a", "b"), e, resolved.Inner)
	}},
	{"PropagateEmptyRelation", "nulls for nothing", func(b tree) resolved.Relation {
		e := b.table("k", "d")
		e.Rows = nil
		return b.join(b.table("a", "b"), e, resolved.LeftOuter)
	}},
	{"ConvertToLocalRelation", "a SELECT without FROM", func(b tree) resolved.Relation {
		one := &resolved.LocalRelation{Rows: [][]any{{}}}
		p := &resolved.Project{Input: one, Cols: []expr.Expr{b.as("n", b.call("+", expr.IntLit(1), expr.IntLit(1)))}}
		return &resolved.Limit{Input: b.where(p, b.more(p, "n", 1)), N: 5}
	}},
	{"ConvertToLocalRelation", "not what differs each time", func(b tree) resolved.Relation {
		return &resolved.Project{Input: &resolved.LocalRelation{Rows: [][]any{{}}}, Cols: []expr.Expr{b.as("n", b.call("rand", expr.IntLit(1)))}}
	}},
	{"ColumnPruning", "down to the scan", func(b tree) resolved.Relation {
		g := b.sum(b.scan())
		return &resolved.Project{Input: g, Cols: []expr.Expr{b.col(g, "n")}}
	}},
	{"ColumnPruning", "through a union and a join", func(b tree) resolved.Relation {
		u := &resolved.Union{Children: []resolved.Relation{b.table("a", "b", "c"), b.scan()}, Attrs: b.table("a", "y", "z").Attrs}
		j := b.join(u, b.table("k", "d"), resolved.Inner)
		return &resolved.Project{Input: j, Cols: []expr.Expr{b.col(j, "z"), b.col(j, "k")}}
	}},
}

var identity = regexp.MustCompile(`#\d+`)

// numbered counts identities from 1, in the order in which they come.
func numbered(text string) string {
	seen := map[string]string{}
	return identity.ReplaceAllStringFunc(text, func(id string) string {
		if seen[id] == "" {
			seen[id] = fmt.Sprintf("#%d", len(seen)+1)
		}
		return seen[id]
	})
}

func applied(name string, r resolved.Relation) resolved.Relation {
	if name == "ColumnPruning" {
		return pruneColumns(r)
	}
	for _, x := range rules {
		if x.name == name {
			return fixedPoint(r, &expr.Context{}, []rule{x})
		}
	}
	return nil
}

func TestRules(t *testing.T) {
	const file = "testdata/rules.txt"
	var b strings.Builder
	covered := map[string]bool{}
	for _, c := range cases {
		r := c.make(tree{t})
		out := applied(c.rule, r)
		if out == nil {
			t.Fatalf("there is no rule %s", c.rule)
		}
		covered[c.rule] = true
		fmt.Fprintf(&b, "-- %s: %s\n%s", c.rule, c.name, numbered(resolved.Tree(r)+"=>\n"+resolved.Tree(out)+"\n"))
	}
	for _, r := range rules {
		if !covered[r.name] {
			t.Errorf("rule %s has no case", r.name)
		}
	}
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got := b.String(); got != string(want) {
		t.Errorf("%s differs (run with -update and look at the difference):\n%s", file, got)
	}
}
