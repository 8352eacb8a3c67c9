package session

import (
	"bytes"
	"io"
	"sync"
)

// A streamConsole is where a stream prints its batches: through the shell, unless they are muted or held back. It keeps
// the last blocks with rows, printed or not. Blocks come in the order of their batches.
type streamConsole struct {
	mu     sync.Mutex
	muted  bool
	hidden int64 // batches that were not printed since Mute
	paused bool
	held   blockQueue
	recent blockQueue
}

// How much is held back, and how much is kept for Tail.
const (
	heldBytes    = 1 << 20
	recentBlocks = 20
	recentBytes  = 256 << 10
)

// A StreamHold is what Pause has kept from being printed.
type StreamHold struct {
	Lines        int64 // still there
	DroppedLines int64 // of older blocks, which went beyond the bound of 1 MiB
}

// A blockQueue has the latest blocks, up to a bound; the newest is always there.
type blockQueue struct {
	blocks  [][]byte
	bytes   int
	lines   int64
	dropped int64 // lines
}

func (q *blockQueue) add(block []byte, blocks, size int) {
	q.blocks = append(q.blocks, bytes.Clone(block))
	q.bytes += len(block)
	q.lines += int64(bytes.Count(block, []byte("\n")))
	for len(q.blocks) > 1 && (q.bytes > size || blocks > 0 && len(q.blocks) > blocks) {
		first := q.blocks[0]
		n := int64(bytes.Count(first, []byte("\n")))
		q.blocks, q.bytes, q.lines, q.dropped = q.blocks[1:], q.bytes-len(first), q.lines-n, q.dropped+n
	}
}

// print prints a block, which is written whole. One without rows is not kept for Tail: many of them would drive out
// those with rows.
func (c *streamConsole) print(out io.Writer, block []byte, rows bool) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if rows {
		c.recent.add(block, recentBlocks, recentBytes)
	}
	switch {
	case c.muted:
		c.hidden++
		return nil
	case c.paused:
		c.held.add(block, 0, heldBytes)
		return nil
	}
	_, err := out.Write(block)
	return err
}

// empty calls say, which prints a line about a batch without rows, where batches are printed.
func (c *streamConsole) empty(say func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.muted:
		c.hidden++
	case !c.paused:
		say()
	}
}

func (c *streamConsole) mute() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.muted = true
}

func (c *streamConsole) unmute() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := c.hidden
	c.muted, c.hidden = false, 0
	return n
}

func (c *streamConsole) pause() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.paused = true
}

// resume prints what was held back, in order and before anything that comes after it.
func (c *streamConsole) resume(out io.Writer) (StreamHold, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	h := c.held
	c.paused, c.held = false, blockQueue{}
	var err error
	if len(h.blocks) > 0 {
		_, err = out.Write(bytes.Join(h.blocks, nil))
	}
	return StreamHold{h.lines, h.dropped}, err
}

// tail is the last n blocks with rows; all there are, for a negative n.
func (c *streamConsole) tail(n int) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	blocks := c.recent.blocks
	if n >= 0 {
		blocks = blocks[max(0, len(blocks)-n):]
	}
	all := make([]string, len(blocks))
	for i, b := range blocks {
		all[i] = string(b)
	}
	return all
}

// status tells what is not printed: muted batches, and held ones.
func (c *streamConsole) status() (muted bool, hidden int64, paused bool, held StreamHold) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.muted, c.hidden, c.paused, StreamHold{c.held.lines, c.held.dropped}
}
