package engine

import (
	"context"
	"strings"
	"sync"

	"gospark/runtime/analysis"
	"gospark/runtime/batch"
	"gospark/runtime/condition"
	"gospark/runtime/exec"
	"gospark/runtime/logical"
	"gospark/runtime/op"
	"gospark/runtime/optimizer"
	"gospark/runtime/plan"
	"gospark/runtime/planner"
	"gospark/runtime/resolved"
)

// A cache is the relations whose rows are kept, by the plan id of the relation as it was written. The sessions of an
// application share it. The rows are the scheduler's, as long as the node that stands for them is here.
type cache struct {
	sched *exec.Scheduler

	mu      sync.Mutex
	kept    map[int64]*keptRows
	changes int64 // grows when something is kept or no longer kept
}

// keptRows is one relation. Its node is made by the first query that reads it.
type keptRows struct {
	level, name string
	node        *plan.Cache
	files       bool // the rows come from files or a system, and may change
}

func (c *cache) has(id int64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.kept[id] != nil
}

func (c *cache) level(id int64) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if k := c.kept[id]; k != nil {
		return k.level
	}
	return ""
}

// keep says that rows of a relation are to be kept from now on. It reports false if they are already.
func (c *cache) keep(id int64, level, name string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept[id] != nil {
		return false
	}
	c.kept[id] = &keptRows{level: level, name: name}
	c.changes++
	return true
}

// drop forgets relations, all that match.
func (c *cache) drop(match func(id int64) bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for id, k := range c.kept {
		if match(id) {
			c.forget(k)
			delete(c.kept, id)
			c.changes++
		}
	}
}

// refresh forgets the rows that come from files, not that they are to be kept.
func (c *cache) refresh() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, k := range c.kept {
		if k.files {
			c.forget(k)
		}
	}
}

func (c *cache) forget(k *keptRows) {
	if k.node != nil {
		c.sched.Unpersist(k.node)
		k.node = nil
	}
}

// node is the node of a relation's rows, made by build if there is none yet. A relation that is no longer kept is planned
// as it is.
func (c *cache) node(r *resolved.Cached, build func() (plan.Node, error), origin *plan.Origin) (plan.Node, error) {
	c.mu.Lock()
	k := c.kept[r.Key]
	if k != nil && k.node != nil {
		defer c.mu.Unlock()
		return k.node, nil
	}
	c.mu.Unlock()
	n, err := build() // it may read other relations that are kept
	if err != nil || k == nil {
		return n, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if k.node == nil && c.kept[r.Key] == k {
		if origin.Name = k.name; k.name == "" {
			origin.Name = planner.PhysicalTree(n)
		}
		k.node = &plan.Cache{Origin: origin, Child: n, Level: k.level}
		resolved.Walk(r.Input, func(r resolved.Relation) {
			_, scan := r.(*resolved.Scan)
			k.files = k.files || scan
		})
	}
	if k.node == nil {
		return n, nil
	}
	return k.node, nil
}

// cached plans a relation that is kept, for the planner.
func (e *Engine) cached(origin func(op string) *plan.Origin) func(*resolved.Cached, func() (plan.Node, error)) (plan.Node, error) {
	return func(r *resolved.Cached, _ func() (plan.Node, error)) (plan.Node, error) {
		return e.cache.node(r, func() (plan.Node, error) {
			ctx := e.context()
			return e.physical(optimizer.Optimize(r.Input, ctx), ctx)
		}, origin("InMemoryTableScan"))
	}
}

// cacheKey is the plan id under which a relation's rows are kept: a name that stands for a view is the view.
func (e *Engine) cacheKey(r logical.Relation) int64 {
	var names analysis.Catalog = e.Catalog
	for {
		written := r
		for c, ok := written.(*logical.Closed); ok; c, ok = written.(*logical.Closed) {
			written, names = c.Input, c.Names.(analysis.Catalog)
		}
		named, ok := written.(*logical.NamedTable)
		if !ok {
			return r.Meta().PlanID
		}
		t, err := names.Table(named.Parts)
		switch {
		case err != nil || t == nil || t.View != nil && t.Columns != nil:
			return r.Meta().PlanID
		case t.View == nil:
			return t.PlanID
		}
		r = t.View
		if t.Names != nil {
			names = t.Names
		}
	}
}

// Changes grows when relations are kept or no longer kept: what was analysed before is to be analysed anew.
func (e *Engine) Changes() int64 {
	e.cache.mu.Lock()
	defer e.cache.mu.Unlock()
	return e.cache.changes
}

// Keep says that a relation's rows are to be kept once they have been computed. It reports false if they are already.
func (e *Engine) Keep(r logical.Relation, level, name string) bool {
	return e.cache.keep(e.cacheKey(r), level, name)
}

// Kept is the level at which a relation's rows are kept, "" if they are not.
func (e *Engine) Kept(r logical.Relation) string { return e.cache.level(e.cacheKey(r)) }

// Release forgets the rows of a relation.
func (e *Engine) Release(r logical.Relation) {
	key := e.cacheKey(r)
	e.cache.drop(func(id int64) bool { return id == key })
}

// ReleaseAll forgets all rows that are kept.
func (e *Engine) ReleaseAll() { e.cache.drop(func(int64) bool { return true }) }

// Refresh forgets rows that came from files: a table has been written.
func (e *Engine) Refresh() { e.cache.refresh() }

// memoryAndDisk is the level of a DataFrame that is kept, unless another is given.
const memoryAndDisk = "Disk Memory Deserialized 1x Replicated"

// cacheTable is CACHE TABLE: the rows are computed at once, unless it is LAZY.
func (e *Engine) cacheTable(ctx context.Context, j Job, c *logical.CacheTable, p Params) error {
	if c.Query != nil {
		if e.Catalog.View(c.Name[len(c.Name)-1]) != nil {
			return viewExists(c.Name[len(c.Name)-1])
		}
		if err := e.createView(&logical.CreateView{Name: c.Name, Query: c.Query, Temporary: true}, p); err != nil {
			return err
		}
	}
	level := memoryAndDisk
	for k, v := range c.Options {
		if strings.EqualFold(k, "storageLevel") {
			l, ok := e.Levels(v)
			if !ok {
				return condition.New("", "", "Invalid StorageLevel: %s", v).WithFix("try MEMORY_AND_DISK, MEMORY_ONLY or DISK_ONLY")
			}
			level = l
		}
	}
	named := &logical.NamedTable{Parts: c.Name}
	if _, err := e.Analyze(named, p); err != nil {
		return err
	}
	e.Keep(named, level, "In-memory table "+c.Name[len(c.Name)-1])
	if c.Lazy {
		return nil
	}
	r, err := e.Analyze(named, p)
	if err != nil {
		return err
	}
	n, err := e.Plan(r, e.context())
	if err != nil {
		return err
	}
	j.Plan, j.Action = n, func(_ *op.Task, o op.Operator) (any, error) {
		return nil, op.Drain(o, func(*batch.Batch) error { return nil })
	}
	_, err = e.Scheduler.Run(ctx, &j)
	return cause(err)
}

func (e *Engine) uncacheTable(c *logical.UncacheTable, p Params) error {
	if len(c.Name) == 0 {
		e.ReleaseAll()
		return nil
	}
	named := &logical.NamedTable{Parts: c.Name}
	if _, err := e.Analyze(named, p); err != nil {
		if x, ok := condition.As(err); ok && c.IfExists && x.Condition() == "TABLE_OR_VIEW_NOT_FOUND" {
			return nil
		}
		return err
	}
	e.Release(named)
	return nil
}
