// Package kafka reads and writes Apache Kafka: a replayable source, a sink that writes exactly once, an idempotent
// producer, and what a shell asks of a cluster (topics, offsets, the last records, lag).
//
// # Transport and data path
//
// github.com/segmentio/kafka-go dials, encrypts, authenticates, pools and knows the brokers (its Transport), and asks
// coordinators (its Client). Records do not pass through it: its readers deliver aborted transactions, stop or loop on
// compacted logs and cost ten times as much. Metadata, ListOffsets, Fetch and Produce are written and read here, on the
// Transport's connections, through the hook protocol.RawExchanger ([call]). The formats are those of
// https://kafka.apache.org/protocol.html, record batches version 2.
//
// # Source
//
// A [Source] reads exactly the offsets [from, until) of each partition, one split per partition. The next offset to ask
// for is always the end of the last record batch, never the last record plus one: batches lose records to compaction,
// to aborted transactions and to control markers. Under read_committed a batch ends at the last stable offset, so that
// it never includes an open transaction, and reading it again gives the same rows.
//
// Rows have Spark's columns: key and value (binary, nullable), topic, partition, offset, timestamp (int64 microseconds
// since 1970), timestampType (0: set by the producer, 1: by the broker), and headers when asked for. Keys and values are
// views into the block a fetch returned; blocks are never reused.
//
// A direct stream opens a Source by a [Config]. A streaming DataFrame has a [Relation] and a batch one a [Table], made of
// Spark's options: both read only the columns asked for, and hold headers as a list of structs.
//
// No consumer group is joined, so reading takes no partition from anyone. [Source.CommitAsync] stores offsets under a
// group id for lag tools.
//
// # Sink
//
// A [Sink] sends what all tasks of a batch have written as one transaction, in which the number of the batch is noted;
// [Sink] says what that promises and when. Record batches are built here and sent with the sequence numbers of the
// transaction's producer, so that a request that is sent again is stored once. A newer run of the same query takes the
// producer away from an older one. At least once, by the option exactlyOnce=false, does without the transaction.
//
// # Failures
//
// Whatever passes by itself (a leader that moves, a broker that restarts, a connection that drops) is tried again until
// [Config.RetryFor] is over, and reported to [Config.Status]. What does not, such as a wrong password, ends the read at
// once with its cause. Rows that are gone (retention, a recreated topic) are an error that names them, or, with
// FailOnDataLoss off, are skipped, counted and reported.
package kafka

import "fmt"

// A TopicPartition names one log.
type TopicPartition struct {
	Topic     string
	Partition int32
}

func (tp TopicPartition) String() string { return fmt.Sprintf("%s-%d", tp.Topic, tp.Partition) }

func (tp TopicPartition) compare(o TopicPartition) int {
	switch {
	case tp.Topic < o.Topic:
		return -1
	case tp.Topic > o.Topic:
		return 1
	}
	return int(tp.Partition) - int(o.Partition)
}
