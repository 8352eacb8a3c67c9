package receiver

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"gospark/runtime/batch"
	"gospark/runtime/connector"
)

// A block is what one task reads: not so small that the task costs more than its rows, not so large that one slot gets
// all of them.
const (
	minBlockRows = 1024
	maxBlockRows = 8 * batch.Size
)

// ErrGone is returned for blocks that are no longer held: they were committed, or the process that received them ended.
var ErrGone = errors.New("the rows are gone")

var errClosed = errors.New("receiver: the buffer is closed")

// A Buffer holds what was received, first as pending rows, then in numbered blocks. Blocks are cut when a batch asks
// how far it may reach, so that a row is there for the next batch as soon as it is stored. A block never changes, and
// can be read until it is committed (a reader that has it open keeps it longer).
//
// All methods may be called at the same time.
type Buffer struct {
	maxRows, maxBytes int64
	parallelism       int
	wake              chan struct{}

	mu      sync.Mutex
	room    chan struct{} // closed, and made anew, when rows are freed
	pending []piece
	blocks  []block
	first   int64 // number of blocks[0]; blocks before it are gone
	cut     bool  // a block was cut: the numbering is settled
	held    volume
	total   volume // ever stored
	closed  bool
}

// A piece is a pending batch.
type piece struct {
	*batch.Batch
	bytes int64
}

type block struct {
	batches []*batch.Batch
	volume
}

type volume struct{ rows, bytes int64 }

func (v *volume) add(rows, bytes int64) {
	v.rows += rows
	v.bytes += bytes
}

// NewBuffer makes a buffer for up to maxRows rows and maxBytes bytes. A batch of the engine is cut into blocks for
// parallelism tasks.
func NewBuffer(maxRows, maxBytes int64, parallelism int) *Buffer {
	return &Buffer{
		maxRows: maxRows, maxBytes: maxBytes, parallelism: max(parallelism, 1),
		wake: make(chan struct{}, 1), room: make(chan struct{}),
	}
}

// Store takes over b. It blocks while the buffer is full, but for a batch that is larger than an empty buffer. When ctx
// is done meanwhile, b is stored all the same, because its sender will not send it again, and ctx's error is returned.
func (f *Buffer) Store(ctx context.Context, b *batch.Batch) error {
	p := piece{b, size(b)}
	if b.Rows() == 0 {
		return ctx.Err()
	}
	for {
		room, err := f.tryStore(p, false)
		if room == nil {
			return err
		}
		select {
		case <-room:
		case <-ctx.Done():
			if _, err := f.tryStore(p, true); err != nil {
				return err
			}
			return ctx.Err()
		}
	}
}

// tryStore returns a channel to wait for when there is no room.
func (f *Buffer) tryStore(p piece, force bool) (room <-chan struct{}, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	rows := int64(p.Rows())
	switch {
	case f.closed:
		return nil, errClosed
	case force || f.held.rows == 0:
	case f.held.rows+rows > f.maxRows || f.held.bytes+p.bytes > f.maxBytes:
		return f.room, nil
	}
	f.held.add(rows, p.bytes)
	f.total.add(rows, p.bytes)
	f.join(p)
	select {
	case f.wake <- struct{}{}:
	default:
	}
	return nil, nil
}

// join appends a few rows to the last pending batch, so that a trickle does not become thousands of batches.
func (f *Buffer) join(p piece) {
	if n := len(f.pending); n > 0 && p.Rows() <= batch.Size/4 {
		if last := &f.pending[n-1]; last.Sel == nil && last.N+p.Rows() <= batch.Size {
			last.Append(p.Batch)
			last.bytes += p.bytes
			return
		}
	}
	f.pending = append(f.pending, p)
}

// Latest is the number of the block at which a batch that starts with block from ends. It cuts blocks from the pending
// rows as far as limit allows, at least one row if there is one.
func (f *Buffer) Latest(from int64, limit connector.Limit) (int64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	next := f.first + int64(len(f.blocks))
	if from > next && !f.cut {
		f.first, next = from, from // a query that goes on after a restart goes on counting
	}
	if from > next {
		return 0, fmt.Errorf("receiver: batch from block %d, the last is %d", from, next-1)
	}
	if from < f.first {
		return 0, fmt.Errorf("receiver: block %d: %w", from, ErrGone)
	}
	left := allowance(limit)
	to := from
	for _, b := range f.blocks[from-f.first:] {
		if to > from && (b.rows > left.rows || b.bytes > left.bytes) {
			return to, nil
		}
		left.add(-b.rows, -b.bytes)
		to++
	}
	if to > from && (left.rows <= 0 || left.bytes <= 0) {
		return to, nil
	}
	f.cutBlocks(f.takeable(left, to == from))
	return f.first + int64(len(f.blocks)), nil
}

func allowance(l connector.Limit) volume {
	v := volume{1 << 62, 1 << 62}
	if l.Rows > 0 {
		v.rows = l.Rows
	}
	if l.Bytes > 0 {
		v.bytes = l.Bytes
	}
	return v
}

// takeable is how many pending rows fit into left.
func (f *Buffer) takeable(left volume, atLeastOne bool) int64 {
	var rows int64
	for _, p := range f.pending {
		n := int64(p.Rows())
		fit := min(n, left.rows)
		if p.bytes > left.bytes {
			fit = min(fit, n*max(left.bytes, 0)/p.bytes)
		}
		rows += fit
		if fit < n {
			break
		}
		left.add(-n, -p.bytes)
	}
	if rows == 0 && atLeastOne && len(f.pending) > 0 {
		rows = 1
	}
	return rows
}

// cutBlocks makes blocks of the first rows pending rows.
func (f *Buffer) cutBlocks(rows int64) {
	tasks := int64(f.parallelism)
	size := min(max((rows+tasks-1)/tasks, minBlockRows), maxBlockRows)
	for rows > 0 {
		f.cut = true
		b := f.cutBlock(min(size, rows))
		rows -= b.rows
		f.blocks = append(f.blocks, b)
	}
}

func (f *Buffer) cutBlock(rows int64) block {
	var b block
	for b.rows < rows {
		p := f.pending[0]
		n := int64(p.Rows())
		if take := rows - b.rows; take < n {
			head := piece{p.View(0, int(take)), p.bytes * take / n}
			f.pending[0] = piece{p.View(int(take), int(n)), p.bytes - head.bytes}
			p, n = head, take
		} else {
			f.pending[0] = piece{}
			f.pending = f.pending[1:]
		}
		b.batches = append(b.batches, p.Batch)
		b.add(n, p.bytes)
	}
	return b
}

// between is the blocks from from up to to, not including it.
func (f *Buffer) between(from, to int64) ([]block, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	next := f.first + int64(len(f.blocks))
	if from > to {
		return nil, fmt.Errorf("receiver: blocks %d to %d", from, to)
	}
	if from == to {
		return nil, nil
	}
	if from < f.first || to > next {
		return nil, fmt.Errorf("receiver: blocks %d to %d: %w; the first that is held is %d", from, to-1, ErrGone, f.first)
	}
	return slices.Clone(f.blocks[from-f.first : to-f.first]), nil
}

// Splits is one split for each block from from up to to.
func (f *Buffer) Splits(from, to int64) ([]connector.Split, error) {
	blocks, err := f.between(from, to)
	splits := make([]connector.Split, len(blocks))
	for i, b := range blocks {
		splits[i] = blockSplit{number: from + int64(i), block: b}
	}
	return splits, err
}

// Count is the number of rows from from up to to, -1 if some are gone.
func (f *Buffer) Count(from, to int64) int64 {
	blocks, err := f.between(from, to)
	if err != nil {
		return -1
	}
	var n int64
	for _, b := range blocks {
		n += b.rows
	}
	return n
}

// Commit frees the blocks before to.
func (f *Buffer) Commit(to int64) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := to - f.first
	if n > int64(len(f.blocks)) {
		if f.cut {
			return fmt.Errorf("receiver: commit of block %d, the last is %d", to-1, f.first+int64(len(f.blocks))-1)
		}
		f.first, n = to, 0
	}
	if n <= 0 {
		return nil
	}
	for _, b := range f.blocks[:n] {
		f.held.add(-b.rows, -b.bytes)
	}
	f.blocks = slices.Delete(f.blocks, 0, int(n))
	f.first = to
	f.makeRoom()
	return nil
}

func (f *Buffer) makeRoom() {
	close(f.room)
	f.room = make(chan struct{})
}

func (f *Buffer) volumes() (held, total volume) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.held, f.total
}

// Close drops everything; a blocked Store returns an error.
func (f *Buffer) Close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = true
	f.pending, f.blocks = nil, nil
	f.makeRoom()
}
