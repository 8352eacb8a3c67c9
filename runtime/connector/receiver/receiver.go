// Package receiver is for systems that push: it runs a [Receiver], keeps what it stores in numbered blocks of rows until
// the batch that took them is committed, and so presents a [connector.Source].
//
// The buffer is bounded. When it is full, Store blocks: the receiver stops reading, and the sender feels it. Nothing is
// dropped.
package receiver

import (
	"context"

	"gospark/runtime/batch"
)

// A Receiver reads from an outside system until ctx is done.
//
// Run is called on a goroutine of its own; it connects, reads, and hands whole batches to sink. It returns nil when the
// input has come to its end for good, or an error, after which it is run again with growing delays (the supervisor
// reports both). It must return soon after ctx is done.
type Receiver interface {
	Run(ctx context.Context, sink Sink) error
	String() string // such as "socket localhost:9999"
}

// A Sink takes what a receiver reads. Store takes over the batch (the caller must not touch its vectors again) and blocks
// while the buffer is full; it returns ctx's error when the receiver is being stopped, and keeps the batch all the same.
// Connected resets the restart delay and is reported.
type Sink interface {
	Store(ctx context.Context, b *batch.Batch) error
	Connected()
}
