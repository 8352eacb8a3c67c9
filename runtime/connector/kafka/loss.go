package kafka

import (
	"fmt"

	"gospark/runtime/condition"
)

// A DataLossError says that rows are gone before they were read.
type DataLossError struct {
	TopicPartition
	Kind        LossKind
	From, Until int64 // the offsets that were to be read; Until -1: to the end
	Start, End  int64 // what the log holds now; -1: unknown
	Cause       string
}

// A LossKind is what happened, by the last part of Spark's condition KAFKA_DATA_LOSS.
type LossKind string

const (
	RangeLost         LossKind = "COULD_NOT_READ_OFFSET_RANGE"
	PartitionsDeleted LossKind = "PARTITIONS_DELETED"
	OffsetChanged     LossKind = "PARTITION_OFFSET_CHANGED"
	AddedLate         LossKind = "ADDED_PARTITION_DOES_NOT_START_FROM_OFFSET_ZERO"
	StartReset        LossKind = "START_OFFSET_RESET"
)

func (e *DataLossError) Error() string {
	return fmt.Sprintf("kafka: %s. To go on with what is left, set failOnDataLoss to false", e.what())
}

// Unwrap is the loss as the error of a query.
func (e *DataLossError) Unwrap() error {
	return condition.New("KAFKA_DATA_LOSS."+string(e.Kind), "22000",
		"Some data may have been lost because they are not available in Kafka any more: %s", e.what()).
		WithFix(`to go on with what is left, set .Option("failOnDataLoss", "false")`)
}

func (e *DataLossError) what() string {
	wanted := fmt.Sprintf("offset %d", e.From)
	if e.Until >= 0 {
		wanted = fmt.Sprintf("offsets [%d,%d)", e.From, e.Until)
	}
	have := ""
	if e.Start >= 0 {
		have = fmt.Sprintf("; the log now holds [%d,%d)", e.Start, e.End)
	}
	return fmt.Sprintf("%s of %v may be lost: %s%s", wanted, e.TopicPartition, e.Cause, have)
}

// outOfRange decides what becomes of a position that the log does not have.
func (r *reader) outOfRange() error {
	start, end, err := r.client.bounds(r.ctx, r.tp, r.d.committed)
	if err != nil {
		return err
	}
	loss := &DataLossError{TopicPartition: r.tp, Kind: RangeLost, From: r.d.offset, Until: r.d.until, Start: start, End: end}
	switch {
	case r.d.offset < start:
		loss.Cause = "they were removed (retention, or deleted records)"
	case r.d.offset > end:
		loss.Cause = "the log ends before them (the topic was deleted and created again, or an unclean leader lost them)"
	default:
		return r.retry.again(r.ctx, fmt.Errorf("%v: offset %d is out of range, but the log holds [%d,%d)", r.tp, r.d.offset, start, end))
	}
	return r.skip(loss)
}

// compareWithLog is called when a broker keeps answering without anything new although the range goes on.
func (r *reader) compareWithLog(seen int64) error {
	start, end, err := r.client.bounds(r.ctx, r.tp, r.d.committed)
	if err != nil {
		return err
	}
	cause := fmt.Sprintf("the log ends at %d", end)
	if end >= r.d.until {
		cause = fmt.Sprintf("the broker sends nothing from offset %d on, and says that the log ends at %d", r.d.offset, seen)
	}
	return r.skip(&DataLossError{TopicPartition: r.tp, Kind: RangeLost, From: r.d.offset, Until: r.d.until, Start: start, End: end, Cause: cause})
}

// skip ends the read with loss, or goes on behind what is lost.
func (r *reader) skip(loss *DataLossError) error {
	if r.client.cfg.FailOnLoss != SkipLost {
		return loss
	}
	to := r.d.until
	if r.d.offset < loss.Start {
		to = min(loss.Start, r.d.until)
	}
	r.client.report(Status{What: r.retry.what(), Err: loss, Lost: to - r.d.offset})
	r.d.offset = to
	return nil
}
