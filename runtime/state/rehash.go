package state

import (
	"context"
	"fmt"
)

// Rehash spreads the state of an operator at a version over another number of partitions: partitionOf says where a key
// belongs. The version stays the same, and what is recorded of the operator follows. A rehash that a crash cut off is
// simply made again.
func (p *Provider) Rehash(operator, from, to int, version int64, partitionOf func(table string, slot int64, key []byte) int) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.at(version); err != nil {
		return err
	}
	for _, s := range p.stores {
		s.Abort()
	}
	spread := make([]*Store, to)
	for i := range spread {
		spread[i] = p.newStore(storeID{operator, i})
	}
	old := p.sorted()
	for _, s := range old {
		if s.id.operator != operator {
			continue
		}
		if s.id.partition >= max(from, to) {
			return fmt.Errorf("state: operator %d has a partition %d, though it should have %d", operator, s.id.partition, from)
		}
		if err := s.spread(spread, partitionOf); err != nil {
			return err
		}
	}
	for _, s := range old {
		if s.id.operator == operator {
			delete(p.stores, s.id)
		}
	}
	for _, s := range spread {
		p.stores[s.id] = s
	}
	if version > 0 || p.path == "" {
		if _, err := p.commit(context.Background(), version, true); err != nil {
			return err
		}
	}
	return p.recordPartitions(operator, to)
}

func (s *Store) spread(to []*Store, partitionOf func(table string, slot int64, key []byte) int) error {
	for _, t := range s.byName() {
		for _, id := range t.order {
			for k, v := range t.All(id) {
				n := partitionOf(t.name, id, k)
				if n < 0 || n >= len(to) {
					return fmt.Errorf("state: operator %d, table %q: a key belongs to partition %d of %d", s.id.operator, t.name, n, len(to))
				}
				to[n].Table(t.name).Put(id, k, v)
			}
		}
	}
	return nil
}
