package analysis

import (
	"slices"
	"strings"

	"gospark/runtime/expr"
	"gospark/runtime/logical"
	"gospark/runtime/resolved"
	"gospark/runtime/types"
)

// sets are the grouping sets as positions among the keys; nil for a plain GROUP BY.
func (g *groupBy) sets(list *items) [][]int {
	singles := func(ls []logical.Expression) [][]int {
		out := make([][]int, len(ls))
		for i, l := range ls {
			out[i] = g.positions(l, list)
		}
		return out
	}
	switch g.l.Kind {
	case logical.Rollup:
		return rollup(singles(g.l.Grouping))
	case logical.Cube:
		return cube(singles(g.l.Grouping))
	case logical.GroupingSets:
		var out [][]int
		for _, set := range g.l.Sets {
			out = append(out, slices.Concat(singles(set)...))
		}
		return out
	}
	found := false
	for _, l := range g.l.Grouping {
		if u, ok := l.(*logical.UnresolvedFunction); ok && isSetsCall(u) {
			found = true
		}
	}
	if !found {
		return nil
	}
	product := [][]int{nil}
	for _, l := range g.l.Grouping {
		var next [][]int
		for _, left := range product {
			for _, right := range g.setsOf(l, list) {
				next = append(next, union(left, right))
			}
		}
		product = next
	}
	return product
}

// positions is one element, which a row makes several of.
func (g *groupBy) positions(l logical.Expression, list *items) []int {
	if u, ok := l.(*logical.UnresolvedFunction); ok && u.Internal && u.Name == "row" {
		out := []int{}
		for _, a := range u.Args {
			out = append(out, g.positions(a, list)...)
		}
		return out
	}
	return []int{g.index(l, list)}
}

// setsOf is the sets an element of GROUP BY stands for: a plain one is a single set.
func (g *groupBy) setsOf(l logical.Expression, list *items) [][]int {
	u, ok := l.(*logical.UnresolvedFunction)
	if !ok || !isSetsCall(u) {
		return [][]int{g.positions(l, list)}
	}
	var parts [][]int
	for _, a := range u.Args {
		if u.Name == "grouping_sets" {
			parts = append(parts, g.setsOf(a, list)...)
		} else {
			parts = append(parts, g.positions(a, list))
		}
	}
	switch u.Name {
	case "rollup":
		return rollup(parts)
	case "cube":
		return cube(parts)
	}
	return parts
}

func union(a, b []int) []int {
	out := slices.Clone(a)
	for _, x := range b {
		if !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	return out
}

// rollup is all beginnings of a list, the longest first.
func rollup(parts [][]int) [][]int {
	out := make([][]int, 0, len(parts)+1)
	for n := len(parts); n >= 0; n-- {
		var set []int
		for _, p := range parts[:n] {
			set = union(set, p)
		}
		out = append(out, set)
	}
	return out
}

// cube is all subsets of a list.
func cube(parts [][]int) [][]int {
	if len(parts) == 0 {
		return [][]int{nil}
	}
	rest := cube(parts[1:])
	out := make([][]int, 0, 2*len(rest))
	for _, r := range rest {
		out = append(out, union(parts[0], r))
	}
	return append(out, rest...)
}

// expand makes a row of each input row for each grouping set, in which the keys that are not of the set are null.
func (g *grouping) expand(keys []expr.Expr, sets [][]int) {
	rel, flat := g.flatten(g.node.Input, keys)
	input := rel.Output()
	x := &resolved.Expand{Attrs: slices.Clone(input)}
	for i, k := range flat {
		a := &expr.Attr{ID: expr.NextID(), Name: nameOf(k).Name, Typ: k.Type(), Null: true, Qualifier: nameOf(k).Qualifier}
		x.Attrs = append(x.Attrs, a)
		g.keys = append(g.keys, groupKey{expr: plain(keys[i]), attr: a})
		g.node.Grouping = append(g.node.Grouping, a)
		g.made[a.ID] = true
	}
	g.gid = &expr.Attr{ID: expr.NextID(), Name: "spark_grouping_id", Typ: types.Long}
	x.Attrs = append(x.Attrs, g.gid)
	g.node.Grouping = append(g.node.Grouping, g.gid)
	g.made[g.gid.ID] = true
	repeated := false
	for i, s := range sets {
		for _, t := range sets[:i] {
			repeated = repeated || slices.Equal(sorted(s), sorted(t))
		}
	}
	if repeated {
		number := &expr.Attr{ID: expr.NextID(), Name: "_gen_grouping_pos", Typ: types.Int}
		x.Attrs = append(x.Attrs, number)
		g.node.Grouping = append(g.node.Grouping, number)
		g.made[number.ID] = true
	}
	for i, set := range sets {
		row := attrExprs(input)
		id := int64(0)
		for j, k := range flat {
			id <<= 1
			if slices.Contains(set, j) {
				row = append(row, plain(k))
			} else {
				row, id = append(row, expr.NullOf(k.Type())), id|1
			}
		}
		row = append(row, expr.LongLit(id))
		if repeated {
			row = append(row, expr.IntLit(int32(i)))
		}
		x.Projections = append(x.Projections, row)
	}
	x.Input = rel
	g.node.Input = x
}

func sorted(s []int) []int {
	t := slices.Clone(s)
	slices.Sort(t)
	return t
}

// groupingCall is grouping(column), groupingID grouping_id(columns), until the grouping sets are known.
type groupingCall struct {
	child  expr.Expr
	origin *logical.Origin
}

func (c *groupingCall) Type() *types.Type                    { return types.Byte }
func (c *groupingCall) Nullable() bool                       { return false }
func (c *groupingCall) Children() []expr.Expr                { return []expr.Expr{c.child} }
func (c *groupingCall) WithChildren(e []expr.Expr) expr.Expr { return &groupingCall{e[0], c.origin} }
func (c *groupingCall) String() string                       { return "grouping(" + c.child.String() + ")" }

type groupingID struct {
	args   []expr.Expr
	origin *logical.Origin
}

func (c *groupingID) Type() *types.Type                    { return types.Long }
func (c *groupingID) Nullable() bool                       { return false }
func (c *groupingID) Children() []expr.Expr                { return c.args }
func (c *groupingID) WithChildren(e []expr.Expr) expr.Expr { return &groupingID{e, c.origin} }
func (c *groupingID) String() string {
	return "grouping_id(" + joined(c.args, expr.Expr.String) + ")"
}

func (n *names) groupingCall(f *logical.UnresolvedFunction) expr.Expr {
	args := n.arguments(f)
	if len(args) != 1 {
		fail(f.Origin, "WRONG_NUM_ARGS.WITHOUT_SUGGESTION", "functionName", "`grouping`", "expectedNum", "1",
			"actualNum", itoa(len(args)), "docroot", "https://spark.apache.org/docs/latest")
	}
	return &groupingCall{args[0], f.Origin}
}

func (n *names) groupingIDCall(f *logical.UnresolvedFunction) expr.Expr {
	return &groupingID{n.arguments(f), f.Origin}
}

// groupingBit is 1 where a key is not of a row's grouping set.
func (g *grouping) groupingBit(c *groupingCall) expr.Expr {
	if g.gid == nil {
		fail(c.origin, "UNSUPPORTED_GROUPING_EXPRESSION")
	}
	for i, k := range g.keys {
		if expr.SemanticEqual(k.expr, c.child) {
			shift, err := expr.Resolve("shiftright", []expr.Expr{g.gid, expr.IntLit(int32(len(g.keys) - 1 - i))}, expr.Options{})
			if err != nil {
				raise(c.origin, err)
			}
			bit, err := expr.Resolve("&", []expr.Expr{shift, expr.LongLit(1)}, expr.Options{})
			if err != nil {
				raise(c.origin, err)
			}
			return &expr.Shown{Text: c.String(), Child: &expr.Cast{Child: bit, To: types.Byte, Implicit: true, Mode: types.CastLegacy}}
		}
	}
	fail(c.origin, "GROUPING_COLUMN_MISMATCH", "grouping", c.child.String(), "groupingColumns", g.keyList())
	return nil
}

func (g *grouping) keyList() string {
	return strings.Join(strings.Fields(joined(g.keys, func(k groupKey) string { return k.expr.String() })), "")
}

// groupingNumber is the number of a row's grouping set.
func (g *grouping) groupingNumber(c *groupingID) expr.Expr {
	if g.gid == nil {
		fail(c.origin, "UNSUPPORTED_GROUPING_EXPRESSION")
	}
	match := len(c.args) == 0 || len(c.args) == len(g.keys)
	for i := 0; match && i < len(c.args); i++ {
		match = expr.SemanticEqual(g.keys[i].expr, c.args[i])
	}
	if !match {
		fail(c.origin, "GROUPING_ID_COLUMN_MISMATCH", "groupingIdColumn", strings.ReplaceAll(joined(c.args, expr.Expr.String), ", ", ","),
			"groupByColumns", g.keyList())
	}
	return g.gid
}
