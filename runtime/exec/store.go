package exec

import (
	"context"
	"runtime"
	"sync"
	"weak"

	"gospark/runtime/batch"
	"gospark/runtime/plan"
	"gospark/runtime/progress"
)

// A store keeps a V for each node of type N, as long as the node is reachable.
type store[N, V any] struct {
	mu sync.Mutex
	m  map[weak.Pointer[N]]*V
}

// of returns the node's value, made when there is none.
func (s *store[N, V]) of(n *N) *V {
	k := weak.Make(n)
	s.mu.Lock()
	defer s.mu.Unlock()
	if v := s.m[k]; v != nil {
		return v
	}
	if s.m == nil {
		s.m = map[weak.Pointer[N]]*V{}
	}
	v := new(V)
	s.m[k] = v
	runtime.AddCleanup(n, func(k weak.Pointer[N]) {
		s.mu.Lock()
		delete(s.m, k)
		s.mu.Unlock()
	}, k)
	return v
}

// shuffle is what the map tasks of an exchange wrote. One job at a time computes it, others wait.
type shuffle struct {
	busy chan struct{} // not nil while a job computes; closed when it ends
	mu   sync.Mutex
	out  [][][]*batch.Batch // map task, partition; nil until all tasks are done
}

func (sh *shuffle) ready() bool {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	return sh.out != nil
}

// begin makes the caller the one that computes, or waits for the one that does. It reports whether there is work to do;
// then end must be called.
func (sh *shuffle) begin(ctx context.Context) (bool, error) {
	for {
		sh.mu.Lock()
		if sh.out != nil {
			sh.mu.Unlock()
			return false, nil
		}
		busy := sh.busy
		if busy == nil {
			sh.busy = make(chan struct{})
			sh.mu.Unlock()
			return true, nil
		}
		sh.mu.Unlock()
		select {
		case <-busy:
		case <-ctx.Done():
			return false, context.Cause(ctx)
		}
	}
}

// end stores the output, nil if the job failed.
func (sh *shuffle) end(out [][][]*batch.Batch) {
	sh.mu.Lock()
	sh.out = out
	close(sh.busy)
	sh.busy = nil
	sh.mu.Unlock()
}

// cached is the partitions of a cache that have been computed.
type cached struct {
	mu    sync.Mutex
	parts map[int][]*batch.Batch
	bytes int64
	off   bool
}

// Shuffle, Cached and Keep are the op.Env of tasks.
func (s *Scheduler) Shuffle(x *plan.Exchange, p int) ([]*batch.Batch, error) {
	sh := s.shuffles.of(x)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	var bs []*batch.Batch
	for _, task := range sh.out {
		bs = append(bs, task[p]...)
	}
	return bs, nil
}

func (s *Scheduler) Cached(n *plan.Cache, p int) ([]*batch.Batch, bool) {
	c := s.caches.of(n)
	c.mu.Lock()
	defer c.mu.Unlock()
	bs, ok := c.parts[p]
	return bs, ok
}

func (s *Scheduler) Keep(n *plan.Cache, p int, rows []*batch.Batch) {
	c := s.caches.of(n)
	c.mu.Lock()
	if c.off {
		c.mu.Unlock()
		return
	}
	if c.parts == nil {
		c.parts = map[int][]*batch.Batch{}
	}
	c.parts[p] = rows
	for _, b := range rows {
		c.bytes += b.Bytes()
	}
	e := storageUpdate(n, c)
	c.mu.Unlock()
	s.emit(e)
}

func storageUpdate(n *plan.Cache, c *cached) progress.StorageUpdate {
	return progress.StorageUpdate{RDDID: n.From().ID, Name: n.From().Kind, Level: n.Level, Partitions: n.Partitions(),
		CachedPartitions: len(c.parts), MemoryBytes: c.bytes, Unpersisted: c.off}
}

// CacheState tells how many partitions of a cache are held and how many bytes they take.
func (s *Scheduler) CacheState(n *plan.Cache) (partitions int, bytes int64) {
	c := s.caches.of(n)
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.parts), c.bytes
}

// Unpersist drops what a cache holds; it is computed anew, and not kept, by later jobs.
func (s *Scheduler) Unpersist(n *plan.Cache) {
	c := s.caches.of(n)
	c.mu.Lock()
	c.parts, c.bytes, c.off = nil, 0, true
	e := storageUpdate(n, c)
	c.mu.Unlock()
	s.emit(e)
}

// full says whether all partitions of a cache are held.
func (s *Scheduler) full(n *plan.Cache) bool {
	c := s.caches.of(n)
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.parts) == n.Partitions()
}
