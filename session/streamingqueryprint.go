package session

import "fmt"

// What a query prints at the console, and how a user keeps it from being printed.

// Mute stops printing the query's batches. They go on, and are counted.
func (q *StreamingQuery) Mute() { q.latest().console.mute() }

// Unmute prints again, and tells how many batches were not printed.
func (q *StreamingQuery) Unmute() int64 { return q.latest().console.unmute() }

// Pause holds the query's batches back from being printed, until Resume or the end of the query. They go on.
func (q *StreamingQuery) Pause() { q.latest().console.pause() }

// Resume prints what Pause held back, and tells how much that was.
func (q *StreamingQuery) Resume() StreamHold {
	q = q.latest()
	h, err := q.console.resume(q.spark.sc.cfg.Out)
	if err != nil {
		raise("Resume", err)
	}
	return h
}

// Tail is the last n batches with rows as they were printed, or would have been, the oldest first; up to 20 are kept.
func (q *StreamingQuery) Tail(n int) []string { return q.latest().console.tail(n) }

// print prints the block of a batch. Batches without rows are one line, where the shell wants that.
func (q *StreamingQuery) print(id, rows int64, block string) error {
	if empty := q.spark.sc.cfg.Empty; empty != nil && rows == 0 {
		q.mu.Lock()
		q.empty++
		n := q.empty
		q.mu.Unlock()
		text := fmt.Sprintf("%s: batch %d is empty", q.label(), id)
		if n > 1 {
			text = fmt.Sprintf("%s: %d empty batches, the last is %d", q.label(), n, id)
		}
		q.console.empty(func() { empty(q.runID, text) })
		return nil
	}
	q.mu.Lock()
	told := q.empty > 0
	q.empty = 0
	q.mu.Unlock()
	if told {
		q.spark.sc.cfg.Empty(q.runID, "")
	}
	return q.console.print(q.spark.sc.cfg.Out, []byte(block), rows > 0)
}
