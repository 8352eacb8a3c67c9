package stream

import (
	"time"

	"gospark/runtime/progress"
)

// A Batch is one turn of a loop. Time is the batch time in milliseconds since 1970, a multiple of the interval.
type Batch struct {
	Time      int64
	Ranges    []Range // what it reads of each input
	Submitted time.Time
	Started   time.Time
	Completed time.Time
	Outputs   []progress.OutputOp
	// Err is the first failure, nil if everything went well.
	Err error

	current int // index of the running output
}

// Job notes that the running output started a job. It is called on the goroutine that runs the batch.
func (b *Batch) Job(id int) {
	op := &b.Outputs[b.current]
	op.Jobs = append(op.Jobs, id)
}

// Rows is the number of rows read from all inputs.
func (b *Batch) Rows() int64 {
	var n int64
	for i := range b.Ranges {
		n += b.Ranges[i].Rows()
	}
	return n
}

// SchedulingDelay is how long the batch waited for those before it, ProcessingTime how long it ran.
func (b *Batch) SchedulingDelay() time.Duration { return b.Started.Sub(b.Submitted) }
func (b *Batch) ProcessingTime() time.Duration  { return b.Completed.Sub(b.Started) }

func (b *Batch) inputs() []progress.InputInfo {
	is := make([]progress.InputInfo, len(b.Ranges))
	for i := range b.Ranges {
		r := &b.Ranges[i]
		is[i] = progress.InputInfo{StreamID: r.Input.ID, Rows: r.Rows(), Metadata: r.Metadata()}
	}
	return is
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
