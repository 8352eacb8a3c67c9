package history

import (
	"iter"
	"slices"
)

// A Kept is a map in order of insertion that forgets its oldest entries beyond a limit, finished ones first.
type Kept[K comparable, V any] struct {
	limit    int
	finished func(V) bool
	m        map[K]V
	order    []K
}

func newKept[K comparable, V any](limit int, finished func(V) bool) *Kept[K, V] {
	return &Kept[K, V]{limit: limit, finished: finished, m: map[K]V{}}
}

// Len is the number of entries.
func (k *Kept[K, V]) Len() int { return len(k.order) }

// Get gives the entry of a key.
func (k *Kept[K, V]) Get(key K) (V, bool) {
	v, ok := k.m[key]
	return v, ok
}

// put adds or replaces an entry and gives those that had to go. Unfinished entries go only when there are twice as many
// as the limit: then their ends were lost, or they would fill the memory.
func (k *Kept[K, V]) put(key K, v V) (gone []V) {
	if _, ok := k.m[key]; !ok {
		k.order = append(k.order, key)
	}
	k.m[key] = v
	for i := 0; len(k.order) > k.limit && i < len(k.order)-1; {
		old := k.order[i]
		if !k.finished(k.m[old]) && len(k.order) <= 2*k.limit {
			i++
			continue
		}
		gone = append(gone, k.m[old])
		delete(k.m, old)
		k.order = slices.Delete(k.order, i, i+1)
	}
	return gone
}

// All yields the entries, oldest first.
func (k *Kept[K, V]) All() iter.Seq[V] {
	return func(yield func(V) bool) {
		for _, key := range k.order {
			if !yield(k.m[key]) {
				return
			}
		}
	}
}

// Backward yields the entries, newest first.
func (k *Kept[K, V]) Backward() iter.Seq[V] {
	return func(yield func(V) bool) {
		for _, key := range slices.Backward(k.order) {
			if !yield(k.m[key]) {
				return
			}
		}
	}
}
