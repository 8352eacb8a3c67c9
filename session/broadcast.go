package session

import (
	"fmt"
	"sync/atomic"
)

// A Broadcast is a value that tasks read. Tasks run in this process: nothing is copied, and a map or slice must not be
// changed once it was given away.
type Broadcast struct {
	id    int64
	value atomic.Pointer[any]
}

// Broadcast makes a value for tasks.
func (sc *SparkContext) Broadcast(v any) *Broadcast {
	b := &Broadcast{id: sc.broadcasts.Add(1) - 1}
	b.value.Store(&v)
	return b
}

// Value is the value: b.Value().(map[string]int).
func (b *Broadcast) Value() any {
	v := b.value.Load()
	if v == nil {
		mistake("Broadcast.Value", "Attempted to use %s after it was destroyed", b)
	}
	return *v
}

// Unpersist has nothing to drop: there are no copies.
func (b *Broadcast) Unpersist(blocking ...bool) {}

// Destroy lets go of the value; it cannot be used again.
func (b *Broadcast) Destroy(blocking ...bool) { b.value.Store(nil) }

// ID numbers the broadcasts of a context.
func (b *Broadcast) ID() int64 { return b.id }

// String is Spark's: Broadcast(0).
func (b *Broadcast) String() string { return fmt.Sprintf("Broadcast(%d)", b.id) }
