// Package progress says what happened: plain event structs and the bus that carries them to listeners.
//
// Events are emitted after the fact, delivered in order to each listener on a bounded queue of its own; a slow listener
// loses events, which are counted, and never slows a batch.
package progress

import "time"

// An Event is one of the structs of this package.
type Event any

// ApplicationStart and ApplicationEnd frame the life of a SparkContext.
type ApplicationStart struct {
	ID, Name, Master, User, Version string
	Cores                           int
	Time                            time.Time
}

type ApplicationEnd struct{ Time time.Time }

// EnvironmentUpdate carries what the environment page shows.
type EnvironmentUpdate struct {
	SparkProperties  [][2]string
	SystemProperties [][2]string
}

// A StageInfo describes a stage before it runs.
type StageInfo struct {
	ID, Attempt int
	Name        string // the operation and the user's place, such as "reduceByKey at snippet:3"
	Details     string
	Tasks       int
	RDDIDs      []int
	ParentIDs   []int
}

// JobStart is emitted when a job is submitted. Skipped lists the stages whose output was there already.
type JobStart struct {
	ID          int
	Time        time.Time
	Name        string // call site, such as "print at snippet:4"
	Description string
	Group       string
	Stages      []StageInfo
	Skipped     []int
	BatchTime   int64  // of the streaming batch in ms, 0 if none
	OutputOp    int    // index of the output operation, with BatchTime
	Context     string // the streaming context's or query's id, with BatchTime
}

// JobEnd: Err is empty on success.
type JobEnd struct {
	ID   int
	Time time.Time
	Err  string
}

type StageSubmitted struct {
	Stage StageInfo
	JobID int
	Time  time.Time
}

type StageCompleted struct {
	Stage StageInfo
	JobID int
	Time  time.Time
	Err   string // failure reason, empty on success
	// Accumulators that tasks of the stage updated: id, name, value after the stage.
	Accumulators []AccumulatorUpdate
}

type AccumulatorUpdate struct {
	ID    int64
	Name  string
	Value string
}

// TaskMetrics are the counters of one task, counted per batch of rows, never per row.
type TaskMetrics struct {
	RunTime           time.Duration
	InputRows         int64
	InputBytes        int64
	OutputRows        int64
	OutputBytes       int64
	ShuffleReadRows   int64
	ShuffleReadBytes  int64
	ShuffleWriteRows  int64
	ShuffleWriteBytes int64
	ResultRows        int64
	PeakMemory        int64
}

type TaskStart struct {
	StageID, StageAttempt int
	ID                    int64
	Index, Attempt        int
	Slot                  int
	Time                  time.Time
}

type TaskEnd struct {
	StageID, StageAttempt int
	ID                    int64
	Index, Attempt        int
	Slot                  int
	Launch, Time          time.Time
	Err                   string // empty on success
	Killed                bool
	Metrics               TaskMetrics
}

// StorageUpdate tells what a cached dataset holds.
type StorageUpdate struct {
	RDDID            int
	Name             string
	Level            string // such as "Memory Deserialized 1x Replicated"
	Partitions       int
	CachedPartitions int
	MemoryBytes      int64
	DiskBytes        int64
	Blocks           []StorageBlock // one for each cached partition
	Unpersisted      bool
}

// A StorageBlock is a cached partition.
type StorageBlock struct {
	Partition   int
	Level       string
	MemoryBytes int64
	DiskBytes   int64
}

// StreamingStart and StreamingStop frame the run of a streaming context.
type StreamingStart struct {
	Context  string // id, unique in the application
	Name     string
	Interval time.Duration
	Time     time.Time
	Inputs   []StreamInfo
}

type StreamingStop struct {
	Context string
	Time    time.Time
	Err     string
}

// A StreamInfo is an input stream of a streaming context.
type StreamInfo struct {
	ID       int
	Name     string // such as "SocketTextStream localhost:9999"
	Receiver bool
}

// ReceiverState says what a receiver does now.
type ReceiverState struct {
	Context string
	Stream  StreamInfo
	Active  bool
	Time    time.Time
	Err     string // why it is not active, or the last error
}

// An InputInfo is what one input stream gave to a batch.
type InputInfo struct {
	StreamID int
	Rows     int64
	Metadata map[string]any // such as Kafka's offset ranges, for the batch page
}

type BatchSubmitted struct {
	Context   string
	BatchTime int64 // ms
	Submitted time.Time
	Inputs    []InputInfo
	Outputs   int
}

type BatchStarted struct {
	Context   string
	BatchTime int64
	Submitted time.Time
	Started   time.Time
}

type BatchCompleted struct {
	Context   string
	BatchTime int64
	Submitted time.Time
	Started   time.Time
	Completed time.Time
	Inputs    []InputInfo
	Outputs   []OutputOp
}

// An OutputOp is an output operation (Print, ForeachRDD, ...) of a batch.
type OutputOp struct {
	ID          int
	Name        string // such as "print at snippet:4"
	Description string
	Started     time.Time
	Completed   time.Time
	Err         string
	Jobs        []int
}

type OutputOpStarted struct {
	Context   string
	BatchTime int64
	Op        OutputOp
}

type OutputOpCompleted struct {
	Context   string
	BatchTime int64
	Op        OutputOp
}
