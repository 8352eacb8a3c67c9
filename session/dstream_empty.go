package session

import (
	"fmt"
	"time"

	"gospark/runtime/stream"
)

// quiet keeps the blocks of a batch until one of them has records: when none has, one line says so instead.
type quiet struct {
	on      bool
	held    [][]byte // blocks of this batch, all without records
	talking bool     // a block of this batch had records
	batches int      // without records, one after the other
}

// hold takes a block without records, unless it has to be printed.
func (q *quiet) hold(block []byte) bool {
	if !q.on || q.talking {
		return false
	}
	q.held = append(q.held, block)
	return true
}

// spoken is what comes before a block that is printed.
func (q *quiet) spoken() (before [][]byte) {
	before, q.held = q.held, nil
	q.talking = true
	return before
}

// quieten ends a batch's blocks.
func (ssc *StreamingContext) quieten(b *stream.Batch) {
	q := &ssc.turn.quiet
	switch {
	case q.talking:
		q.batches = 0
	case len(q.held) > 0 && b.Err == nil: // of one that failed, the failure is told
		q.batches++
		ssc.console.empty(func() { ssc.sc.cfg.Empty(ssc.id, emptyLine(ssc.Name(), q.batches, time.UnixMilli(b.Time))) })
	}
	q.held, q.talking = nil, false
}

func emptyLine(name string, batches int, last time.Time) string {
	at := last.Format("15:04:05.999")
	if batches == 1 {
		return fmt.Sprintf("%s: empty batch at %s", name, at)
	}
	return fmt.Sprintf("%s: %d empty batches, the last at %s", name, batches, at)
}
