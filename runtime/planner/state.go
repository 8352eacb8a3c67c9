package planner

import (
	"fmt"
	"slices"

	"gospark/runtime/expr"
	"gospark/runtime/plan"
	"gospark/runtime/resolved"
	"gospark/runtime/types"
)

// planner makes one plan.
type planner struct {
	Settings
	recursions map[int64]*resolved.LocalRelation // the rows that a RecursiveRef stands for
	wanted     map[int64]int64                   // how many rows of a Recursive are wanted at most
}

// planned is a relation's node and what is known of where its rows lie.
type planned struct {
	node  plan.Node
	attrs []*expr.Attr
	// by says that rows are partitioned by the hash of these columns, in this order; nil: not known.
	by []int64
}

const defaultBroadcast = 10 << 20

func newPlanner(s Settings) *planner {
	if s.Query == nil {
		s.Query = &plan.Query{}
	}
	if s.Parallelism <= 0 {
		s.Parallelism = 1
	}
	if s.ShufflePartitions <= 0 {
		s.ShufflePartitions = s.Parallelism
	}
	if s.BroadcastThreshold == 0 {
		s.BroadcastThreshold = defaultBroadcast
	}
	if s.Origin == nil {
		s.Origin = func(op string) *plan.Origin { return &plan.Origin{Op: op} }
	}
	return &planner{Settings: s, recursions: map[int64]*resolved.LocalRelation{}, wanted: map[int64]int64{}}
}

// plan plans a relation and everything below it.
func (p *planner) plan(r resolved.Relation) (planned, error) {
	if c, done, err := p.streamed(r); done {
		return c, err
	}
	switch r := r.(type) {
	case *resolved.LocalRelation:
		return p.localTable(r), nil
	case *resolved.Range:
		return p.rangeScan(r), nil
	case *resolved.Scan:
		return p.scan(r)
	case *resolved.Cached:
		return p.cached(r)
	case *resolved.Recursive:
		return p.recursive(r)
	case *resolved.RecursiveRef:
		return p.recursiveRef(r)
	case *resolved.Join:
		return p.join(r)
	case *resolved.Union:
		return p.union(r)
	case *resolved.Intersect:
		return p.setOperation(r.Left, r.Right, r.Attrs, plan.Intersect, r.All)
	case *resolved.Except:
		return p.setOperation(r.Left, r.Right, r.Attrs, plan.Except, r.All)
	case *resolved.Limit, *resolved.Offset:
		return p.limit(r)
	case *resolved.GroupsWithState:
		return p.stateGroups(r)
	case *resolved.Project:
		if g, ok := r.Input.(*resolved.Generate); ok {
			return p.projectGenerated(r, g)
		}
	}
	in := r.Inputs()
	if len(in) != 1 {
		return planned{}, fmt.Errorf("planner: no plan for %T", r)
	}
	c, err := p.plan(in[0])
	if err != nil {
		return planned{}, err
	}
	return p.over(r, c)
}

// over plans a relation with one input, which is planned already.
func (p *planner) over(r resolved.Relation, c planned) (planned, error) {
	switch r := r.(type) {
	case *resolved.Project:
		return p.project(r, c)
	case *resolved.Filter:
		return p.filter(r, c)
	case *resolved.Expand:
		return p.expand(r, c)
	case *resolved.Generate:
		return p.generate(r, c, nil)
	case *resolved.Sample:
		return p.sample(r, c)
	case *resolved.WithWatermark: // of no effect on rows that are all there
		return planned{node: c.node, attrs: r.Output(), by: c.by}, nil
	case *resolved.CollectMetrics:
		return p.collectMetrics(r, c)
	case *resolved.Typed:
		return p.typed(r, c)
	case *resolved.Aggregate:
		return p.aggregate(r, c)
	case *resolved.Window:
		return p.window(r, c)
	case *resolved.Distinct:
		return p.distinct(r.Output(), allColumns(c), c)
	case *resolved.Deduplicate:
		return p.deduplicate(r, c)
	case *resolved.Sort:
		return p.sort(r, c)
	case *resolved.Tail:
		return p.tail(r, c)
	case *resolved.Repartition:
		return p.repartition(r, c)
	}
	return planned{}, fmt.Errorf("planner: no plan for %T", r)
}

func idsOf(attrs []*expr.Attr) []int64 {
	ids := make([]int64, len(attrs))
	for i, a := range attrs {
		ids[i] = a.ID
	}
	return ids
}

// bind puts positions among attrs in the place of attributes.
func bind(e expr.Expr, attrs []*expr.Attr) (expr.Expr, error) { return expr.Bind(e, idsOf(attrs)) }

func bindAll(es []expr.Expr, attrs []*expr.Attr) ([]expr.Expr, error) {
	out := make([]expr.Expr, len(es))
	for i, e := range es {
		var err error
		if out[i], err = bind(e, attrs); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// bindGrouping binds what rows are grouped by; the names that it is given do not matter.
func bindGrouping(es []expr.Expr, attrs []*expr.Attr) ([]expr.Expr, error) {
	keys, err := bindAll(es, attrs)
	for i, k := range keys {
		if a, ok := k.(*expr.Alias); ok {
			keys[i] = a.Child
		}
	}
	return keys, err
}

func bindKeys(ks []expr.SortKey, attrs []*expr.Attr) ([]expr.SortKey, error) {
	out := slices.Clone(ks)
	for i := range out {
		var err error
		if out[i].Child, err = bind(out[i].Child, attrs); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// columns are the columns at the positions from lo to hi as expressions.
func columns(attrs []*expr.Attr, lo, hi int) []expr.Expr {
	es := make([]expr.Expr, 0, hi-lo)
	for i := lo; i < hi; i++ {
		es = append(es, &expr.Col{Index: i, Typ: attrs[i].Typ, Null: attrs[i].Null, Name: attrs[i].Name})
	}
	return es
}

func allColumns(c planned) []int {
	cols := make([]int, len(c.attrs))
	for i := range cols {
		cols[i] = i
	}
	return cols
}

func typesOf(attrs []*expr.Attr) []*types.Type {
	ts := make([]*types.Type, len(attrs))
	for i, a := range attrs {
		ts[i] = a.Typ
	}
	return ts
}

// single moves all rows into one partition.
func (p *planner) single(c planned) planned {
	if c.node.Partitions() == 1 {
		return c
	}
	return planned{node: &plan.Exchange{Origin: p.Origin("Exchange"), Child: c.node, By: plan.Single{}}, attrs: c.attrs}
}

// grouped brings rows with equal keys into one partition. Keys are bound to c.
func (p *planner) grouped(c planned, keys []expr.Expr) planned {
	if c.node.Partitions() == 1 {
		return c
	}
	ids, plain := c.columnIDs(keys)
	if c.by != nil && plain && subset(c.by, ids) {
		return c
	}
	return p.hashed(c, keys, p.ShufflePartitions)
}

// hashed moves rows by the hash of keys. Keys that have none, because there is a map in them, or no keys at all, move
// everything into one partition.
func (p *planner) hashed(c planned, keys []expr.Expr, n int) planned {
	if len(keys) == 0 || n == 1 {
		return p.single(c)
	}
	h, err := expr.Resolve("hash", keys, expr.Options{})
	if err != nil {
		return p.single(c)
	}
	by := &plan.HashRows{N: n, Of: h.(*expr.Call), Query: p.Query}
	out := planned{node: &plan.Exchange{Origin: p.Origin("Exchange"), Child: c.node, By: by}, attrs: c.attrs}
	if ids, plain := c.columnIDs(keys); plain {
		out.by = ids
	}
	return out
}

// columnIDs are the attributes that keys are, if they are all columns.
func (c planned) columnIDs(keys []expr.Expr) (ids []int64, ok bool) {
	for _, k := range keys {
		col, is := k.(*expr.Col)
		if !is {
			return nil, false
		}
		ids = append(ids, c.attrs[col.Index].ID)
	}
	return ids, true
}

func subset(a, b []int64) bool {
	for _, x := range a {
		if !slices.Contains(b, x) {
			return false
		}
	}
	return true
}
