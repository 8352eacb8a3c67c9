package planner_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"gospark/runtime/exec"
	"gospark/runtime/expr"
	"gospark/runtime/optimizer"
	"gospark/runtime/planner"
	"gospark/runtime/resolved"
	"gospark/runtime/types"
)

// call makes a call of a function.
func call(name string, args ...expr.Expr) expr.Expr {
	e, err := expr.Resolve(name, args, expr.Options{})
	if err != nil {
		panic(err)
	}
	return e
}

func alias(e expr.Expr) *expr.Alias { return &expr.Alias{ID: expr.NextID(), Name: "c", Child: e} }

// A generator draws relations.
type generator struct{ *rapid.T }

func (g generator) pick(n int) int    { return rapid.IntRange(0, n-1).Draw(g.T, "pick") }
func (g generator) chance(n int) bool { return g.pick(n) == 0 }

// value draws a value of a type, of few different ones; nil in a fifth of cases.
func (g generator) value(t *types.Type, null bool) any {
	if null && g.chance(5) {
		return nil
	}
	switch t.Kind {
	case types.IntKind:
		return int32(g.pick(7) - 2)
	case types.LongKind:
		return int64(g.pick(7) - 2)
	case types.StringKind:
		return []string{"", "a", "ab", "abcdefgh", "abcdefghi", "abcdefghz", "b"}[g.pick(7)]
	case types.DoubleKind:
		return []float64{0, math.Copysign(0, -1), 1.5, -3, math.NaN(), math.Inf(1), 7}[g.pick(7)]
	}
	return g.chance(2)
}

var columnTypes = []*types.Type{types.Int, types.String, types.Double, types.Int, types.Long, types.Boolean}

func (g generator) table() resolved.Relation {
	if g.chance(6) {
		return &resolved.Range{Attr: &expr.Attr{ID: expr.NextID(), Name: "id", Typ: types.Long}, Start: int64(g.pick(3)),
			End: int64(g.pick(30)), Step: 1 + int64(g.pick(3)), Partitions: g.pick(4)}
	}
	r := &resolved.LocalRelation{}
	for i := range 1 + g.pick(4) {
		r.Attrs = append(r.Attrs, &expr.Attr{ID: expr.NextID(), Name: string(rune('a' + i)), Typ: columnTypes[g.pick(len(columnTypes))], Null: true})
	}
	for range g.pick(30) {
		row := make([]any, len(r.Attrs))
		for i, a := range r.Attrs {
			row[i] = g.value(a.Typ, true)
		}
		r.Rows = append(r.Rows, row)
	}
	return r
}

func (g generator) attr(attrs []*expr.Attr) *expr.Attr { return attrs[g.pick(len(attrs))] }

// condition draws a condition over columns.
func (g generator) condition(attrs []*expr.Attr, depth int) expr.Expr {
	if depth > 0 {
		switch g.pick(4) {
		case 0:
			return call("and", g.condition(attrs, depth-1), g.condition(attrs, depth-1))
		case 1:
			return call("or", g.condition(attrs, depth-1), g.condition(attrs, depth-1))
		case 2:
			return call("not", g.condition(attrs, depth-1))
		}
	}
	a := g.attr(attrs)
	if g.chance(12) {
		return &expr.Lit{Value: []any{true, false, nil}[g.pick(3)], Typ: types.Boolean}
	}
	switch g.pick(5) {
	case 0:
		return call([]string{"isnull", "isnotnull"}[g.pick(2)], a)
	case 1, 2:
		for _, b := range attrs {
			if b.ID != a.ID && b.Typ.Same(a.Typ) {
				return call([]string{"=", "<=>", "<"}[g.pick(3)], a, b)
			}
		}
	}
	return call([]string{"=", "<", ">="}[g.pick(3)], a, &expr.Lit{Value: g.value(a.Typ, false), Typ: a.Typ})
}

// projection draws columns to compute.
func (g generator) projection(attrs []*expr.Attr) []expr.Expr {
	var es []expr.Expr
	for range 1 + g.pick(4) {
		a := g.attr(attrs)
		switch {
		case g.chance(3) && a.Typ.Integral():
			es = append(es, alias(call("+", a, &expr.Lit{Value: g.value(a.Typ, false), Typ: a.Typ})))
		case g.chance(4):
			es = append(es, alias(call("coalesce", a, &expr.Lit{Value: g.value(a.Typ, false), Typ: a.Typ})))
		case g.chance(4):
			es = append(es, alias(g.condition(attrs, 1)))
		case slices.Contains(es, expr.Expr(a)):
			es = append(es, alias(a))
		default:
			es = append(es, a)
		}
	}
	return es
}

func (g generator) order(attrs []*expr.Attr) []expr.SortKey {
	var ks []expr.SortKey
	for range 1 + g.pick(3) {
		k := expr.SortKey{Child: g.attr(attrs), Desc: g.chance(2), NullsFirst: g.chance(2)}
		if g.chance(4) && k.Child.Type().Integral() {
			k.Child = call("+", k.Child, k.Child)
		}
		ks = append(ks, k)
	}
	return ks
}

func (g generator) agg(attrs []*expr.Attr) *expr.Agg {
	a := g.attr(attrs)
	name := []string{"count", "min", "max", "sum"}[g.pick(4)]
	if name == "sum" && !a.Typ.Integral() {
		name = "count"
	}
	o := expr.Options{Distinct: g.chance(4)}
	if g.chance(4) {
		o.Filter = g.condition(attrs, 0)
	}
	e, err := expr.Resolve(name, []expr.Expr{a}, o)
	if err != nil {
		panic(err)
	}
	return e.(*expr.Agg)
}

func (g generator) aggregate(in resolved.Relation) resolved.Relation {
	attrs := in.Output()
	r := &resolved.Aggregate{Input: in, Session: -1}
	for range g.pick(3) {
		a := g.attr(attrs)
		switch {
		case slices.Contains(r.Grouping, expr.Expr(a)):
		case g.chance(3):
			r.Grouping = append(r.Grouping, alias(call("coalesce", a, &expr.Lit{Value: g.value(a.Typ, false), Typ: a.Typ})))
		default:
			r.Grouping = append(r.Grouping, a)
		}
	}
	for range 1 + g.pick(3) {
		r.Aggs = append(r.Aggs, alias(g.agg(attrs)))
	}
	return r
}

func (g generator) window(in resolved.Relation) resolved.Relation {
	attrs := in.Output()
	w := expr.WindowCall{}
	if !g.chance(4) {
		w.Partition = append(w.Partition, g.attr(attrs))
	}
	if !g.chance(4) {
		w.Order = []expr.SortKey{{Child: g.attr(attrs), Desc: g.chance(2), NullsFirst: g.chance(2)}}
		for _, a := range attrs { // a total order as far as there is one: frames by rows have one answer then
			w.Order = append(w.Order, expr.SortKey{Child: a})
		}
	}
	r := &resolved.Window{Input: in}
	for range 1 + g.pick(2) {
		c := w
		a := g.agg(attrs)
		a.Distinct = false
		c.Func = a
		if len(w.Order) > 0 {
			c.Frame = g.frame(w.Order)
		}
		r.Calls = append(r.Calls, alias(&c))
	}
	return r
}

func (g generator) frame(order []expr.SortKey) *expr.Frame {
	f := &expr.Frame{Rows: g.chance(2)}
	lo, hi := g.pick(5)-3, 0
	hi = lo + g.pick(4)
	bound := func(n int) expr.Bound {
		switch {
		case g.chance(4):
			return expr.Bound{Unbounded: true}
		case n == 0 || !f.Rows:
			return expr.Bound{CurrentRow: true}
		}
		return expr.Bound{Offset: expr.IntLit(int32(n))}
	}
	f.Lower, f.Upper = bound(lo), bound(hi)
	return f
}

var joinTypes = []resolved.JoinType{resolved.Inner, resolved.LeftOuter, resolved.RightOuter, resolved.FullOuter,
	resolved.LeftSemi, resolved.LeftAnti, resolved.NullAwareAnti, resolved.Existence}

func (g generator) join(depth int) resolved.Relation {
	r := &resolved.Join{Left: g.relation(depth - 1), Right: g.relation(depth - 1), Type: joinTypes[g.pick(len(joinTypes))]}
	left, right := r.Left.Output(), r.Right.Output()
	var conditions []expr.Expr
	for range g.pick(3) {
		for _, b := range right {
			if a := g.attr(left); a.Typ.Same(b.Typ) {
				conditions = append(conditions, call([]string{"=", "=", "<=>"}[g.pick(3)], a, b))
				break
			}
		}
	}
	if g.chance(3) {
		conditions = append(conditions, g.condition(append(slices.Clone(left), right...), 1))
	}
	r.Condition = resolved.Conjunction(conditions)
	if r.Type == resolved.NullAwareAnti && r.Condition == nil {
		r.Condition = expr.True
	}
	if r.Type == resolved.Existence {
		r.Exists = &expr.Attr{ID: expr.NextID(), Name: "exists", Typ: types.Boolean}
	}
	return r
}

// both draws two relations and makes their columns of two relations those both can have.
func (g generator) both(depth int) (l, r resolved.Relation, attrs []*expr.Attr) {
	l, r = g.relation(depth-1), g.relation(depth-1)
	var lc, rc []expr.Expr
	for _, a := range l.Output() {
		for _, b := range r.Output() {
			if a.Typ.Same(b.Typ) && !slices.Contains(rc, expr.Expr(b)) {
				lc, rc = append(lc, a), append(rc, b)
				attrs = append(attrs, &expr.Attr{ID: expr.NextID(), Name: a.Name, Typ: a.Typ, Null: true})
				break
			}
		}
	}
	if len(lc) == 0 {
		one := expr.IntLit(1)
		lc, rc = []expr.Expr{alias(one)}, []expr.Expr{alias(one)}
		attrs = []*expr.Attr{{ID: expr.NextID(), Name: "one", Typ: types.Int, Null: true}}
	}
	return &resolved.Project{Input: l, Cols: lc}, &resolved.Project{Input: r, Cols: rc}, attrs
}

// relation draws a relation whose rows, as a set with multiplicities, do not depend on how it is planned.
func (g generator) relation(depth int) resolved.Relation {
	if depth == 0 || g.chance(6) {
		return g.table()
	}
	switch g.pick(13) {
	case 0, 1:
		in := g.relation(depth - 1)
		return &resolved.Filter{Input: in, Condition: g.condition(in.Output(), 2)}
	case 2, 3:
		in := g.relation(depth - 1)
		return &resolved.Project{Input: in, Cols: g.projection(in.Output())}
	case 4, 5:
		return g.join(depth)
	case 6, 7:
		return g.aggregate(g.relation(depth - 1))
	case 8:
		return &resolved.Distinct{Input: g.relation(depth - 1)}
	case 9:
		l, r, attrs := g.both(depth)
		switch g.pick(3) {
		case 0:
			return &resolved.Union{Children: []resolved.Relation{l, r}, Attrs: attrs}
		case 1:
			return &resolved.Intersect{Left: l, Right: r, All: g.chance(2), Attrs: attrs}
		}
		return &resolved.Except{Left: l, Right: r, All: g.chance(2), Attrs: attrs}
	case 10:
		in := g.relation(depth - 1)
		r := &resolved.Repartition{Input: in, N: g.pick(4), Shuffle: g.chance(2), Range: g.chance(2)}
		if r.Shuffle && g.chance(2) {
			r.By = g.order(in.Output())
		} else {
			r.Range = false
		}
		return r
	case 11:
		return g.window(g.relation(depth - 1))
	}
	in := g.relation(depth - 1) // an order of all columns: the first rows are the same, whatever came first
	var order []expr.SortKey
	for _, a := range in.Output() {
		order = append(order, expr.SortKey{Child: a, Desc: g.chance(2), NullsFirst: g.chance(2)})
	}
	sorted := &resolved.Sort{Input: in, Order: order, Global: true}
	switch g.pick(4) {
	case 0:
		return &resolved.Limit{Input: sorted, N: int64(g.pick(12))}
	case 1:
		return &resolved.Offset{Input: &resolved.Limit{Input: sorted, N: int64(g.pick(20))}, N: int64(g.pick(5))}
	case 2:
		return &resolved.Tail{Input: sorted, N: int64(g.pick(12))}
	}
	return sorted
}

func (g generator) settings() planner.Settings {
	s := planner.Settings{Parallelism: 1 + g.pick(3), ShufflePartitions: 1 + g.pick(3)}
	if g.chance(2) {
		s.BroadcastThreshold = -1
	}
	return s
}

// multiset is the rows as sorted texts.
func multiset(rs rows) []string {
	texts := make([]string, len(rs))
	for i, r := range rs {
		texts[i] = key(r)
	}
	slices.Sort(texts)
	return texts
}

func TestRandomRelations(t *testing.T) {
	s := exec.New(exec.Config{Slots: 2})
	defer s.Close(context.Background())
	rapid.Check(t, func(rt *rapid.T) {
		g := generator{rt}
		r := g.relation(1 + g.pick(4))
		want, err := reference{ctx: &expr.Context{}}.rows(r)
		if err != nil {
			rt.Fatalf("reference: %v", err)
		}
		for _, p := range []resolved.Relation{r, optimizer.Optimize(r, &expr.Context{})} {
			got, err := planAndRun(s, p, g.settings())
			if err != nil {
				rt.Fatal(err)
			}
			if w, h := multiset(want), multiset(got); !slices.Equal(w, h) {
				rt.Fatalf("%d rows\n%q\nwant %d\n%q\nof\n%s\nas\n%s", len(h), h, len(w), w, resolved.Tree(r), resolved.Tree(p))
			}
			if sorted, ok := r.(*resolved.Sort); ok {
				inOrder(rt, sorted, got)
			}
			sameColumns(rt, r, p)
		}
	})
}

// sameColumns checks that an optimized relation has the columns of the one it was.
func sameColumns(rt *rapid.T, r, p resolved.Relation) {
	a, b := r.Output(), p.Output()
	if len(a) != len(b) {
		rt.Fatalf("%d columns, want %d", len(b), len(a))
	}
	for i := range a {
		if a[i].ID != b[i].ID || a[i].Name != b[i].Name || !a[i].Typ.Same(b[i].Typ) {
			rt.Fatalf("column %d is %s, want %s", i, resolved.Text(b[i]), resolved.Text(a[i]))
		}
	}
}

func inOrder(rt *rapid.T, r *resolved.Sort, got rows) {
	keys, err := reference{ctx: &expr.Context{}}.keys(got, r.Order, r.Output())
	if err != nil {
		rt.Fatal(err)
	}
	for i := 1; i < len(keys); i++ {
		if less(keys[i-1], keys[i], r.Order) > 0 {
			rt.Fatalf("row %d is out of order: %v after %v", i, keys[i], keys[i-1])
		}
	}
}
