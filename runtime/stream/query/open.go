package query

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"

	"gospark/runtime/analysis"
	"gospark/runtime/checkpoint"
	"gospark/runtime/state"
	"gospark/runtime/stream/incremental"
)

// pinned are the settings that stay what they were when the query was first started: state depends on them. Values are
// Spark's defaults; an empty one has to be set. Those of Spark's own state store are written for its readers.
var pinned = map[string]string{
	"spark.sql.streaming.stateStore.providerClass":                  "org.apache.spark.sql.execution.streaming.state.HDFSBackedStateStoreProvider",
	"spark.sql.streaming.stateStore.rocksdb.mergeOperatorVersion":   "2",
	"spark.sql.streaming.stateStore.rocksdb.formatVersion":          "5",
	"spark.sql.streaming.queryEvolution.enableSourceEvolution":      "false",
	"spark.sql.streaming.stateStore.encodingFormat":                 "unsaferow",
	"spark.sql.streaming.statefulOperator.useStrictDistribution":    "true",
	"spark.sql.streaming.flatMapGroupsWithState.stateFormatVersion": "2",
	"spark.sql.streaming.multipleWatermarkPolicy":                   "min",
	"spark.sql.streaming.stateStore.rowChecksum.enabled":            "false",
	"spark.sql.streaming.aggregation.stateFormatVersion":            "2",
	"spark.sql.function.protobufExtensions.enabled":                 "false",
	"spark.sql.shuffle.partitions":                                  "",
	"spark.sql.streaming.join.stateFormatVersion":                   "2",
	"spark.sql.streaming.stateStore.compression.codec":              "lz4",
	"spark.sql.optimizer.pruneFiltersCanPruneStreamingSubplan":      "false",
}

const shufflePartitions = "spark.sql.shuffle.partitions"

// open opens the checkpoint, finds where the query stands, checks its rules and makes its sink.
func (q *Query) open() (err error) {
	if q.store, err = checkpoint.Open(q.cfg.Dir, checkpoint.Options{}); err != nil {
		return err
	}
	q.id = q.store.ID()
	for _, f := range q.store.Skipped() {
		q.cfg.Notice("checkpoint: " + f + " is damaged and was passed over: its batch was not finished")
	}
	at, err := q.recover()
	if err != nil {
		return err
	}
	if q.state, err = state.Open(q.store.StateDir(), state.Options{Retain: q.retain()}); err != nil {
		return err
	}
	partitions, err := strconv.Atoi(q.conf[shufflePartitions])
	if err != nil || partitions < 1 {
		return fmt.Errorf("checkpoint: %s is %q", shufflePartitions, q.conf[shufflePartitions])
	}
	settings, err := q.cfg.Settings()
	if err != nil {
		return err
	}
	settings.Observe = q.observe
	q.reports.metrics = observations(q.cfg.Relation)
	q.plan, err = incremental.New(incremental.Config{
		Relation: q.cfg.Relation, Mode: q.cfg.Mode, Conf: q.setting, Settings: settings, Scheduler: q.cfg.Scheduler,
		State: q.state, Partitions: partitions,
	})
	if err != nil {
		return err
	}
	q.plan.Resume(at)
	if err := q.plan.Open(); err != nil {
		return err
	}
	if n := len(q.resume); q.resume != nil && n != len(q.plan.Sources()) {
		return fmt.Errorf("checkpoint: there are %d sources in the checkpoint offsets and now there are %d sources requested by the query. Cannot continue; start with another checkpointLocation", n, len(q.plan.Sources()))
	}
	q.sink, err = q.cfg.Sink(SinkOpening{QueryID: q.id, RunID: q.cfg.RunID, Schema: analysis.SchemaOf(q.cfg.Relation), Mode: q.cfg.Mode, Dir: q.cfg.Dir, New: at.Batch == 0})
	if err == nil && q.cfg.Trigger.Kind == Continuous {
		err = q.checkContinuous()
	}
	return err
}

// setting is a pinned setting as it was at first, or any other as it was when the query was started.
func (q *Query) setting(key string) string {
	if v, ok := q.conf[key]; ok {
		return v
	}
	return q.cfg.Conf(key)
}

// recover reads from the logs where the query stands: what its settings were, which batch is next, and whether that has
// to be run again.
func (q *Query) recover() (at incremental.Position, err error) {
	last, ok := q.store.Offsets.Last()
	if !ok {
		q.conf = map[string]string{}
		for k, v := range pinned {
			if set := q.cfg.Conf(k); set != "" {
				v = set
			}
			q.conf[k] = v
		}
		q.conf[shufflePartitions] = strconv.Itoa(q.cfg.Partitions)
		return at, nil
	}
	planned, err := q.store.Offsets.Get(last)
	if err != nil {
		return at, err
	}
	q.conf = planned.Conf
	if was, now := q.conf[shufflePartitions], strconv.Itoa(q.cfg.Partitions); was == "" {
		q.conf[shufflePartitions] = now
	} else if set := q.cfg.Conf(shufflePartitions); set != "" && set != was {
		q.conf[shufflePartitions] = now
		q.cfg.Notice("state is spread over " + now + " partitions instead of " + was)
	}
	q.resume = planned.Offsets
	if committed, ok := q.store.Commits.Last(); ok && committed == last {
		c, err := q.store.Commits.Get(last)
		if err != nil {
			return at, err
		}
		q.next = last + 1
		q.committed = planned.Offsets
		return incremental.Position{Batch: q.next, Watermark: c.NextBatchWatermarkMs, Previous: planned.BatchWatermarkMs}, nil
	}
	q.next = last
	q.again = &micro{id: last, to: planned.Offsets, time: planned.BatchTimestampMs}
	at = incremental.Position{Batch: last, Watermark: planned.BatchWatermarkMs}
	if c, ok := q.store.Commits.Last(); last > 0 && (!ok || c < last-1) { // a batch is planned when the one before is committed
		if err := q.store.Commits.Write(last-1, checkpoint.Commit{NextBatchWatermarkMs: planned.BatchWatermarkMs}); err != nil {
			return at, err
		}
	}
	if last > 0 {
		before, err := q.store.Offsets.Get(last - 1)
		if err != nil {
			return at, err
		}
		at.Previous, q.committed = before.BatchWatermarkMs, before.Offsets
	}
	return at, nil
}

// retain is how many batches can be gone back to.
func (q *Query) retain() int {
	if n, err := strconv.Atoi(q.cfg.Conf("spark.sql.streaming.minBatchesToRetain")); err == nil && n > 0 {
		return n
	}
	return 100
}

// finish ends the query: everything is closed, and who listens is told.
func (q *Query) finish(err error) {
	var f *Failure
	if err != nil && !(q.stopping.Load() && errors.Is(err, context.Canceled)) {
		f = q.fail(err)
	}
	left := q.close()
	if q.cfg.Temporary && f == nil && left == nil {
		left = os.RemoveAll(q.cfg.Dir)
	}
	q.mu.Lock()
	q.failure, q.left = f, left
	q.status = endStatus(f)
	q.mu.Unlock()
	q.cfg.Bus.Emit(terminated(q, f))
}

// close lets go of everything, the last opened first.
func (q *Query) close() error {
	var errs []error
	if q.cancel != nil {
		q.cancel()
	}
	for _, s := range q.sources {
		if s.Source != nil {
			errs = append(errs, s.Close())
		}
	}
	q.over.Wait()
	if q.sink != nil {
		errs = append(errs, q.sink.Close())
	}
	if q.state != nil {
		errs = append(errs, q.state.Close())
	}
	if q.store != nil {
		errs = append(errs, q.store.Close())
	}
	return errors.Join(errs...)
}
