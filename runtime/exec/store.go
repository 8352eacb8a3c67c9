package exec

import (
	"context"
	"errors"
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
	busy  map[int]chan struct{} // closed when the task that computes the partition ends
	bytes map[int]int64
	off   bool
}

func (c *cached) total() int64 {
	var n int64
	for _, b := range c.bytes {
		n += b
	}
	return n
}

// errLost is the error of a task that reads a shuffle which is not there: a cache that covered it was dropped between the
// cutting of stages and the task. The job is cut anew.
var errLost = errors.New("the rows of a shuffle were dropped while the job ran")

// Shuffle and Cached are the op.Env of tasks.
func (s *Scheduler) Shuffle(x *plan.Exchange, p int) ([]*batch.Batch, error) {
	sh := s.shuffles.of(x)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if sh.out == nil {
		return nil, errLost
	}
	var bs []*batch.Batch
	for _, task := range sh.out {
		bs = append(bs, task[p]...)
	}
	return bs, nil
}

// DropShuffle forgets what was computed for an exchange; a later job computes it anew.
func (s *Scheduler) DropShuffle(x *plan.Exchange) {
	sh := s.shuffles.of(x)
	sh.mu.Lock()
	sh.out = nil
	sh.mu.Unlock()
}

func (s *Scheduler) Cached(ctx context.Context, n *plan.Cache, p int, compute func() ([]*batch.Batch, error)) ([]*batch.Batch, error) {
	c := s.caches.of(n)
	for {
		c.mu.Lock()
		if rows, ok := c.parts[p]; ok {
			c.mu.Unlock()
			return rows, nil
		}
		busy := c.busy[p]
		if busy == nil {
			break
		}
		c.mu.Unlock()
		select {
		case <-busy:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
	if c.busy == nil {
		c.busy, c.parts, c.bytes = map[int]chan struct{}{}, map[int][]*batch.Batch{}, map[int]int64{}
	}
	done := make(chan struct{})
	c.busy[p] = done
	c.mu.Unlock()
	defer func() { // also when a user's function panics
		c.mu.Lock()
		delete(c.busy, p)
		c.mu.Unlock()
		close(done)
	}()
	rows, err := compute()
	if err == nil {
		s.keep(n, c, p, rows)
	}
	return rows, err
}

func (s *Scheduler) keep(n *plan.Cache, c *cached, p int, rows []*batch.Batch) {
	var bytes int64
	for _, b := range rows {
		bytes += b.Bytes()
	}
	c.mu.Lock()
	if c.off {
		c.mu.Unlock()
		return
	}
	c.parts[p], c.bytes[p] = rows, bytes
	e := storageUpdate(n, c)
	c.mu.Unlock()
	s.emit(e)
}

func storageUpdate(n *plan.Cache, c *cached) progress.StorageUpdate {
	name := n.From().Name
	if name == "" {
		name = n.From().Kind
	}
	e := progress.StorageUpdate{RDDID: n.From().ID, Name: name, Level: n.Level, Partitions: n.Partitions(),
		CachedPartitions: len(c.parts), MemoryBytes: c.total(), Unpersisted: c.off}
	for p := range n.Partitions() {
		if b, ok := c.bytes[p]; ok {
			e.Blocks = append(e.Blocks, progress.StorageBlock{Partition: p, Level: n.Level, MemoryBytes: b})
		}
	}
	return e
}

// CacheState tells how many partitions of a cache are held and how many bytes they take.
func (s *Scheduler) CacheState(n *plan.Cache) (partitions int, bytes int64) {
	c := s.caches.of(n)
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.parts), c.total()
}

// Unpersist drops what a cache holds; it is computed anew, and not kept, by later jobs.
func (s *Scheduler) Unpersist(n *plan.Cache) {
	c := s.caches.of(n)
	c.mu.Lock()
	c.parts, c.bytes, c.off = nil, nil, true
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
