// Package historytest makes up the events of a small application for the tests of the monitor: a socket stream of
// two-second batches with two output operations, a few batch jobs, and streaming queries.
package historytest

import (
	"encoding/json"
	"fmt"
	"time"

	"gospark/monitor/history"
	"gospark/runtime/progress"
)

// Start is when the application starts. Everything else follows.
var Start = time.Date(2026, 1, 1, 10, 0, 0, 0, time.UTC)

// Now is when somebody looks.
var Now = Start.Add(time.Minute)

// App is the application.
var App = progress.ApplicationStart{ID: "local-1767261600000", Name: "Spark shell", Master: "local[2]", User: "user",
	Version: "4.2.0", Cores: 2, Time: Start}

// Interval is the batch interval of the stream.
const Interval = 2 * time.Second

func at(s float64) time.Time { return Start.Add(time.Duration(s * float64(time.Second))) }

// BatchTime is the id of the n-th batch, counted from 1.
func BatchTime(n int) int64 {
	return Start.Add(10 * time.Second).Add(time.Duration(n) * Interval).UnixMilli()
}

// Events is what happens: batches 1 to 3 completed, of which 2 has a failed output operation; 4 in processing; 5 and 6
// queued. Batch n has 10n rows. Job 100 succeeds and skips a stage, 101 fails after a retry, 102 runs.
func Events() []progress.Event {
	list := []progress.Event{
		App,
		progress.EnvironmentUpdate{SparkProperties: [][2]string{{"spark.app.name", "Spark shell"}, {"spark.master", "local[2]"}},
			SystemProperties: [][2]string{{"GOMAXPROCS", "2"}}},
		progress.StreamingStart{Context: "ssc-1", Name: "words", Interval: Interval, Time: at(10), Inputs: []progress.StreamInfo{
			{ID: 0, Name: "SocketTextStream localhost:9999", Receiver: true}, {ID: 1, Name: "QueueStream"}}},
		progress.ReceiverState{Context: "ssc-1", Stream: progress.StreamInfo{ID: 0, Name: "SocketTextStream localhost:9999", Receiver: true},
			Time: at(10), Err: "connection refused"},
		progress.ReceiverState{Context: "ssc-1", Stream: progress.StreamInfo{ID: 0}, Active: true, Time: at(11)},
	}
	for n := 1; n <= 6; n++ {
		list = append(list, Batch("ssc-1", n)...)
	}
	list = append(list, batchJobs()...)
	return append(list, Query()...)
}

// RunID is the run of the streaming query that works, FailedRunID that of the one that failed before its first batch.
const (
	RunID       = "1e91d164-8b2e-4b36-885b-9afa1e74b05c"
	FailedRunID = "7c1f0f0e-58a2-4a1c-9f3e-0a4a0c9b0d11"
)

// Query is a streaming query with three batches, of 10, 20 and 30 rows, of which the last drops two late rows; and one that
// failed.
func Query() (list []progress.Event) {
	const id = "29024c75-795d-4277-8eaa-aafa2dcdfbcc"
	name, failure := "clicks", "[STREAM_FAILED] division by zero"
	list = append(list, progress.QueryStarted{ID: id, RunID: RunID, Name: &name, Timestamp: progress.Timestamp(at(50))})
	for n := int64(1); n <= 3; n++ {
		rows := 10 * n
		list = append(list, &progress.QueryProgress{ID: id, RunID: RunID, Name: &name, Timestamp: progress.Timestamp(at(50 + float64(n))), BatchID: n - 1,
			BatchDuration: 40, NumInputRows: rows, InputRowsPerSecond: progress.RateOf(rows, time.Second), ProcessedRowsPerSecond: progress.RateOf(rows, 40*time.Millisecond),
			DurationMs: map[string]int64{"addBatch": 20, "commitOffsets": 5, "latestOffset": 1, "queryPlanning": 4, "triggerExecution": 40, "walCommit": 10},
			EventTime:  map[string]string{"max": progress.Timestamp(at(45 + float64(n))), "watermark": progress.Timestamp(at(38 + float64(n)))},
			StateOperators: []progress.StateOperatorProgress{{OperatorName: "stateStoreSave", NumRowsTotal: 4 * n, NumRowsUpdated: 4,
				MemoryUsedBytes: 2000, NumRowsDroppedByWatermark: 2 * (n / 3)}},
			Sources: []progress.SourceProgress{{Description: "KafkaV2[Subscribe[clicks]]", StartOffset: json.RawMessage(`{"clicks":{"0":7}}`),
				EndOffset: json.RawMessage(`{"clicks":{"0":9}}`), LatestOffset: json.RawMessage(`{"clicks":{"0":12}}`), NumInputRows: rows}},
			Sink: progress.SinkProgress{Description: "MemorySink", NumOutputRows: n}})
	}
	return append(list, progress.QueryStarted{ID: "3d", RunID: FailedRunID, Timestamp: progress.Timestamp(at(55))},
		progress.QueryTerminated{ID: "3d", RunID: FailedRunID, Exception: &failure})
}

// Batch gives the events of one batch of a context.
func Batch(context string, n int) (list []progress.Event) {
	t := BatchTime(n)
	submitted := time.UnixMilli(t + 5)
	started := submitted.Add(time.Duration(n) * 10 * time.Millisecond)
	inputs := []progress.InputInfo{{StreamID: 0, Rows: int64(8 * n)}, {StreamID: 1, Rows: int64(2 * n), Metadata: map[string]any{"files": n}}}
	emit := func(e progress.Event) { list = append(list, e) }
	emit(progress.BatchSubmitted{Context: context, BatchTime: t, Submitted: submitted, Inputs: inputs, Outputs: 2})
	if n > 4 {
		return list
	}
	emit(progress.BatchStarted{Context: context, BatchTime: t, Submitted: submitted, Started: started})
	var ops []progress.OutputOp
	for id := range 2 {
		op := progress.OutputOp{ID: id, Name: fmt.Sprintf("print at snippet:%d", 4+id), Description: "snippet:4\nprompt",
			Started: started.Add(time.Duration(id) * 100 * time.Millisecond)}
		emit(progress.OutputOpStarted{Context: context, BatchTime: t, Op: op})
		job := n*2 - 2 + id
		stages := []progress.StageInfo{
			{ID: job*2 + 0, Name: "reduceByKey at snippet:3", Details: "snippet:3", Tasks: 2, RDDIDs: []int{job*3 + 1, job * 3}},
			{ID: job*2 + 1, Name: op.Name, Details: "snippet:4", Tasks: 1, RDDIDs: []int{job*3 + 2}, ParentIDs: []int{job * 2}},
		}
		emit(progress.JobStart{ID: job, Time: op.Started, Name: op.Name, Stages: stages, BatchTime: t, OutputOp: id, Context: context})
		if n == 4 {
			list = append(list, stageStart(stages[0], job, op.Started)...)
			return list
		}
		for _, s := range stages {
			list = append(list, stageStart(s, job, op.Started)...)
			list = append(list, stageEnd(s, job, op.Started, progress.TaskMetrics{RunTime: 30 * time.Millisecond, InputRows: 4, ShuffleWriteRows: 3,
				ShuffleWriteBytes: 99, ShuffleReadRows: 5, ShuffleReadBytes: 55, OutputRows: 1, OutputBytes: 8, InputBytes: 40, PeakMemory: 1 << 20})...)
		}
		op.Completed = op.Started.Add(90 * time.Millisecond)
		if n == 2 && id == 1 {
			op.Err = "task 0 of stage 7: snippet:4: runtime error: index out of range"
		}
		op.Jobs = []int{job}
		emit(progress.JobEnd{ID: job, Time: op.Completed, Err: op.Err})
		emit(progress.OutputOpCompleted{Context: context, BatchTime: t, Op: op})
		ops = append(ops, op)
	}
	emit(progress.BatchCompleted{Context: context, BatchTime: t, Submitted: submitted, Started: started,
		Completed: started.Add(200 * time.Millisecond), Inputs: inputs, Outputs: ops})
	return list
}

func stageStart(s progress.StageInfo, job int, t time.Time) []progress.Event {
	list := []progress.Event{progress.StageSubmitted{Stage: s, JobID: job, Time: t}}
	for i := range s.Tasks {
		list = append(list, progress.TaskStart{StageID: s.ID, StageAttempt: s.Attempt, ID: int64(s.ID*10 + i), Index: i, Slot: i % 2, Time: t.Add(time.Millisecond)})
	}
	return list
}

// stageEnd ends all tasks of a stage, each 10 ms later than the one before, and the stage.
func stageEnd(s progress.StageInfo, job int, t time.Time, m progress.TaskMetrics) (list []progress.Event) {
	for i := range s.Tasks {
		launch := t.Add(time.Millisecond)
		list = append(list, progress.TaskEnd{StageID: s.ID, StageAttempt: s.Attempt, ID: int64(s.ID*10 + i), Index: i, Slot: i % 2,
			Launch: launch, Time: launch.Add(time.Duration(i+4) * 10 * time.Millisecond), Metrics: m})
	}
	return append(list, progress.StageCompleted{Stage: s, JobID: job, Time: t.Add(80 * time.Millisecond),
		Accumulators: []progress.AccumulatorUpdate{{ID: 7, Name: "blanks", Value: "12"}}})
}

func batchJobs() (list []progress.Event) {
	emit := func(e ...progress.Event) { list = append(list, e...) }
	first := progress.StageInfo{ID: 200, Name: "map at snippet:9", Details: "snippet:9", Tasks: 4, RDDIDs: []int{70}}
	last := progress.StageInfo{ID: 201, Name: "count at snippet:9", Details: "snippet:9", Tasks: 3, RDDIDs: []int{71}, ParentIDs: []int{200}}
	emit(progress.JobStart{ID: 100, Time: at(40), Name: "count at snippet:9", Description: "how many <words>", Group: "g1",
		Stages: []progress.StageInfo{first, last}, Skipped: []int{200}})
	emit(stageStart(last, 100, at(40.1))...)
	emit(stageEnd(last, 100, at(40.1), progress.TaskMetrics{RunTime: 20 * time.Millisecond, ResultRows: 1})...)
	emit(progress.JobEnd{ID: 100, Time: at(40.5)})
	emit(progress.StorageUpdate{RDDID: 71, Name: "words", Level: "Memory Deserialized 1x Replicated", Partitions: 3, CachedPartitions: 2,
		MemoryBytes: 3000, Blocks: []progress.StorageBlock{{Partition: 0, Level: "Memory Deserialized 1x Replicated", MemoryBytes: 1000},
			{Partition: 2, Level: "Memory Deserialized 1x Replicated", MemoryBytes: 2000}}})

	bad := progress.StageInfo{ID: 202, Name: "collect at snippet:10", Tasks: 1}
	after := progress.StageInfo{ID: 203, Name: "collect at snippet:10", Tasks: 2, ParentIDs: []int{202}}
	emit(progress.JobStart{ID: 101, Time: at(41), Name: "collect at snippet:10", Stages: []progress.StageInfo{bad, after}})
	emit(progress.StageSubmitted{Stage: bad, JobID: 101, Time: at(41)})
	for attempt := range 2 {
		id := int64(2020 + attempt)
		emit(progress.TaskStart{StageID: 202, ID: id, Attempt: attempt, Time: at(41.1)},
			progress.TaskEnd{StageID: 202, ID: id, Attempt: attempt, Launch: at(41.1), Time: at(41.2), Err: "division by zero"})
	}
	emit(progress.StageCompleted{Stage: bad, JobID: 101, Time: at(41.3), Err: "task 0 failed 2 times: division by zero"})
	emit(progress.JobEnd{ID: 101, Time: at(41.4), Err: "stage 202: division by zero"})

	running := progress.StageInfo{ID: 204, Name: "count at snippet:11", Details: "snippet:11", Tasks: 2}
	emit(progress.JobStart{ID: 102, Time: at(59), Name: "count at snippet:11", Stages: []progress.StageInfo{running}})
	emit(stageStart(running, 102, at(59))...)
	return list
}

// Store gives a store that has seen Events.
func Store() *history.Store {
	s := history.New(App, history.Limits{})
	s.Now = func() time.Time { return Now }
	for _, e := range Events() {
		s.Apply(e)
	}
	return s
}
