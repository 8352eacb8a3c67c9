package state

import (
	"cmp"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"gospark/runtime/durable"
)

// Options are how a provider keeps its versions.
type Options struct {
	// Retain is how many versions before the newest can be gone back to; 0 means 100.
	Retain int
	// Crash, if set, is called at each step of a write that a crash could fall between: "state." and one of
	// durable.Points.
	Crash func(point string)
}

// A Provider is the state of one query. Its methods may be called by many goroutines; a [Store] belongs to one.
type Provider struct {
	path   string
	retain int64
	least  int          // of a version's rolling
	dir    *durable.Dir // nil: in memory only

	mu       sync.Mutex
	version  int64 // what is in memory; none: nothing is
	stores   map[storeID]*Store
	files    []int64         // the versions that have files, ascending
	bases    map[int64]int64 // of versions whose file was read or written
	buffers  sync.Pool       // *[]byte, for blocks
	whole    bool            // the next version is to stand on its own
	recorded []Operator      // when there is no directory
}

const none = -1

type storeID struct{ operator, partition int }

func (a storeID) compare(b storeID) int {
	return cmp.Or(cmp.Compare(a.operator, b.operator), cmp.Compare(a.partition, b.partition))
}

// Open opens the state below a directory, which is made when it is missing. An empty name keeps the state in memory
// only. No version is read yet.
func Open(dir string, o Options) (*Provider, error) {
	p := &Provider{path: dir, retain: int64(o.Retain), least: minRoll, version: none, bases: map[int64]int64{}}
	if p.retain == 0 {
		p.retain = 100
	}
	p.buffers.New = func() any { return new([]byte) }
	if dir == "" {
		return p, nil
	}
	var err error
	if p.dir, err = durable.Open(dir, "state", o.Crash); err != nil {
		return nil, fmt.Errorf("state: %w", err)
	}
	if err := p.listFiles(); err != nil {
		p.dir.Close()
		return nil, fmt.Errorf("state: %w", err)
	}
	return p, nil
}

// Store opens the state of an operator in a partition as it was at a version: what is in memory, or else what the
// directory has. Changes that were not committed are forgotten, those of this store, or of all when another version is
// read. The store is good until the next Store of the same operator and partition; after a Commit it goes on at the next
// version.
func (p *Provider) Store(operator, partition int, version int64) (*Store, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.at(version); err != nil {
		return nil, err
	}
	id := storeID{operator, partition}
	s := p.stores[id]
	if s == nil {
		s = p.newStore(id)
		p.stores[id] = s
	}
	s.Abort()
	return s, nil
}

// at brings a version into memory.
func (p *Provider) at(version int64) error {
	switch {
	case version == p.version:
		return nil
	case version < 0:
		return fmt.Errorf("state: there is no version %d", version)
	case version > 0 && p.path == "":
		return fmt.Errorf("state: version %d is not in memory, and there is no directory", version)
	}
	p.version, p.stores, p.whole = none, nil, false
	stores := map[storeID]*Store{}
	if version > 0 {
		var err error
		if stores, err = p.load(version); err != nil {
			return err
		}
	}
	p.version, p.stores = version, stores
	return nil
}

// Version is the version in memory, false when there is none.
func (p *Provider) Version() (int64, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.version, p.version != none
}

// sorted are the stores in the order they are written in.
func (p *Provider) sorted() []*Store {
	stores := make([]*Store, 0, len(p.stores))
	for _, s := range p.stores {
		stores = append(stores, s)
	}
	slices.SortFunc(stores, func(a, b *Store) int { return a.id.compare(b.id) })
	return stores
}

// Abort forgets all changes that were not committed.
func (p *Provider) Abort() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range p.stores {
		s.Abort()
	}
}

// Close lets go of the memory. Changes that were not committed are lost.
func (p *Provider) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.version, p.stores = none, nil
	if p.dir == nil {
		return nil
	}
	err := p.dir.Close()
	p.dir = nil
	return err
}

// inParallel calls f for 0 to n-1 on as many goroutines as there are processors, and returns when all calls have. After
// an error no further call begins.
func inParallel(n int, f func(i int) error) error {
	workers := min(n, runtime.GOMAXPROCS(0))
	if workers <= 1 {
		for i := range n {
			if err := f(i); err != nil {
				return err
			}
		}
		return nil
	}
	var next atomic.Int64
	errs := make([]error, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for errs[w] == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				if errs[w] = f(i); errs[w] != nil {
					next.Store(int64(n))
				}
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}
