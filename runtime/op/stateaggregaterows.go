package op

import (
	"context"
	"io"
	"iter"

	"gospark/runtime/batch"
	"gospark/runtime/plan"
)

// stateRows yields the groups of slots, keys and then states, and with remove takes those out of state that are final.
type stateRows struct {
	a      *stateAggregate
	slots  []int64
	remove bool
	pull   func() ([]byte, []byte, bool)
	close  func()
	key    *batch.Batch // scratch
}

func (a *stateAggregate) rows(slots []int64, remove bool) *stateRows {
	return &stateRows{a: a, slots: slots, remove: remove}
}

func (r *stateRows) next() (*batch.Batch, error) {
	if r.a.t.Ctx.Err() != nil {
		return nil, context.Cause(r.a.t.Ctx)
	}
	a := r.a
	all := plan.TypesOf(a.n.Child)
	b := emptyBatch(all, 0)
	k := len(a.n.Keys)
	for len(r.slots) > 0 && b.N < batch.Size {
		slot := r.slots[0]
		whole := !r.remove || a.clock.over(slot, a.n.State.Evict)
		if r.remove && whole && a.n.State.Mode == plan.UpdateMode { // nobody wants the rows
			a.m.Removed += int64(a.table.DropSlot(slot))
			r.slots = r.slots[1:]
			continue
		}
		if r.pull == nil {
			r.pull, r.close = iter.Pull2(a.table.All(slot))
		}
		key, value, ok := r.pull()
		if !ok {
			r.stop()
			if r.remove && whole {
				a.m.Removed += int64(a.table.DropSlot(slot))
			}
			r.slots = r.slots[1:]
			continue
		}
		if r.remove && !whole {
			over, err := r.over(key)
			if err != nil {
				return nil, err
			}
			if !over {
				continue
			}
		}
		if err := a.keys.Decode(key, b.Cols[:k]); err != nil {
			return nil, err
		}
		if err := a.values.Decode(value, b.Cols[k:]); err != nil {
			return nil, err
		}
		b.N++
		if r.remove && !whole {
			a.m.Removed++
			a.table.Remove(slot, key)
		}
	}
	if b.N == 0 {
		return nil, io.EOF
	}
	return b, nil
}

// over says whether a group of a slot of several times is final.
func (r *stateRows) over(key []byte) (bool, error) {
	a := r.a
	if r.key == nil {
		r.key = emptyBatch(plan.TypesOf(a.n.Child)[:len(a.n.Keys)], 1)
	}
	r.key.Reset()
	if err := a.keys.Decode(key, r.key.Cols); err != nil {
		return false, err
	}
	at, known := a.clock.at(r.key.Cols[a.n.Time], 0)
	return known && at <= a.n.State.Evict, nil
}

func (r *stateRows) stop() {
	if r.close != nil {
		r.close()
		r.pull, r.close = nil, nil
	}
}
