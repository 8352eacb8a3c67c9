package session

import (
	"gospark/runtime/condition"
	"gospark/runtime/plan"
)

// Cache keeps the RDD's rows once an action has computed them, also for RDDs made from it before.
func (r *RDD) Cache() *RDD { return r.Persist() }

// Persist is Cache with a storage level, MemoryOnly if none is given.
func (r *RDD) Persist(level ...any) *RDD {
	l := MemoryOnly
	if len(level) > 0 {
		l = levelOf("Persist", level[0])
	}
	o := r.node.From()
	if c := o.Persisted(); c != nil {
		if c.Level == "" { // a checkpoint, not asked to persist yet
			c.Level = l.Description()
			return r
		}
		if levelDescribed(c.Level) != l {
			panic(condition.New("", "", "Cannot change storage level of an RDD after it was already assigned a level").
				WithFix("call Unpersist first"))
		}
		return r
	}
	c := &plan.Cache{Origin: o, Child: r.node, Level: l.Description()}
	o.Persist(c)
	return r
}

// Unpersist drops the kept rows, unless they are a checkpoint.
func (r *RDD) Unpersist(blocking ...bool) *RDD {
	o := r.node.From()
	if c := o.Persisted(); c != nil && c.Checkpoint.Load() == nil {
		o.Persist(nil)
		r.sc.sched.Unpersist(c)
	}
	return r
}

// IsCached says whether the RDD is to be kept.
func (r *RDD) IsCached() bool { return r.GetStorageLevel() != StorageLevelNone }

// GetStorageLevel is how the RDD is kept.
func (r *RDD) GetStorageLevel() StorageLevel {
	if c := r.node.From().Persisted(); c != nil {
		return levelDescribed(c.Level)
	}
	return StorageLevelNone
}

// CleanShuffleDependencies drops the rows that were moved for this RDD; an action computes them anew.
func (r *RDD) CleanShuffleDependencies(blocking ...bool) {
	plan.Walk(r.node, func(n plan.Node) {
		if x, ok := n.(*plan.Exchange); ok {
			r.sc.sched.DropShuffle(x)
		}
	})
}
