package rest

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"gospark/monitor/history"
	"gospark/runtime/progress"
)

type statistics struct {
	StartTime                   date    `json:"startTime"`
	BatchDuration               int64   `json:"batchDuration"`
	NumReceivers                int     `json:"numReceivers"`
	NumActiveReceivers          int     `json:"numActiveReceivers"`
	NumInactiveReceivers        int     `json:"numInactiveReceivers"`
	NumTotalCompletedBatches    int64   `json:"numTotalCompletedBatches"`
	NumRetainedCompletedBatches int     `json:"numRetainedCompletedBatches"`
	NumActiveBatches            int     `json:"numActiveBatches"`
	NumProcessedRecords         int64   `json:"numProcessedRecords"`
	NumReceivedRecords          int64   `json:"numReceivedRecords"`
	AvgInputRate                *double `json:"avgInputRate,omitempty"`
	AvgSchedulingDelay          *int64  `json:"avgSchedulingDelay,omitempty"`
	AvgProcessingTime           *int64  `json:"avgProcessingTime,omitempty"`
	AvgTotalDelay               *int64  `json:"avgTotalDelay,omitempty"`
}

type receiver struct {
	StreamID         int            `json:"streamId"`
	StreamName       string         `json:"streamName"`
	IsActive         *bool          `json:"isActive,omitempty"`
	ExecutorID       string         `json:"executorId,omitempty"`
	ExecutorHost     string         `json:"executorHost,omitempty"`
	LastErrorTime    *date          `json:"lastErrorTime,omitempty"`
	LastErrorMessage string         `json:"lastErrorMessage,omitempty"`
	LastError        string         `json:"lastError,omitempty"`
	AvgEventRate     *double        `json:"avgEventRate,omitempty"`
	EventRates       []rateOfMoment `json:"eventRates"`
}

// rateOfMoment is a batch time in ms and the rows a second in it.
type rateOfMoment struct {
	time int64
	rate double
}

func (r rateOfMoment) MarshalJSON() ([]byte, error) {
	rate, err := r.rate.MarshalJSON()
	return fmt.Appendf(nil, "[%d,%s]", r.time, rate), err
}

type batch struct {
	BatchID               int64  `json:"batchId"`
	BatchTime             date   `json:"batchTime"`
	Status                string `json:"status"`
	BatchDuration         int64  `json:"batchDuration"`
	InputSize             int64  `json:"inputSize"`
	SchedulingDelay       *int64 `json:"schedulingDelay,omitempty"`
	ProcessingTime        *int64 `json:"processingTime,omitempty"`
	TotalDelay            *int64 `json:"totalDelay,omitempty"`
	NumActiveOutputOps    int    `json:"numActiveOutputOps"`
	NumCompletedOutputOps int    `json:"numCompletedOutputOps"`
	NumFailedOutputOps    int    `json:"numFailedOutputOps"`
	NumTotalOutputOps     int    `json:"numTotalOutputOps"`
	FirstFailureReason    string `json:"firstFailureReason,omitempty"`
}

type operation struct {
	OutputOpID    int    `json:"outputOpId"`
	Name          string `json:"name"`
	Description   string `json:"description"`
	StartTime     *date  `json:"startTime,omitempty"`
	EndTime       *date  `json:"endTime,omitempty"`
	Duration      *int64 `json:"duration,omitempty"`
	FailureReason string `json:"failureReason,omitempty"`
	JobIDs        []int  `json:"jobIds"`
}

// context gives the streaming context that is asked about.
func (q *query) context() (*history.Context, error) {
	id := q.params.Get("context")
	c := q.Streaming(id)
	switch {
	case c != nil:
		return c, nil
	case id != "":
		return nil, notFound("unknown streaming context: %s", id)
	}
	return nil, notFound("no streaming listener attached to %s", q.App.Name)
}

// average is nil when there is nothing to average.
func average(of []time.Duration) *int64 {
	if len(of) == 0 {
		return nil
	}
	sum := int64(0)
	for _, d := range of {
		sum += max(0, d.Milliseconds())
	}
	sum /= int64(len(of))
	return &sum
}

func averageRate(rates []rateOfMoment) *double {
	if len(rates) == 0 {
		return nil
	}
	sum := double(0)
	for _, r := range rates {
		sum += r.rate
	}
	sum /= double(len(rates))
	return &sum
}

// rates gives the rows a second of the retained batches, oldest first.
func rates(c *history.Context, rows func(*history.Batch) int64) []rateOfMoment {
	list := []rateOfMoment{}
	for b := range c.Batches.All() {
		list = append(list, rateOfMoment{b.Time, double(b.Rate(rows(b)))})
	}
	slices.SortFunc(list, func(a, b rateOfMoment) int { return cmp.Compare(a.time, b.time) })
	return list
}

func streamingStatistics(q *query) (any, error) {
	c, err := q.context()
	if err != nil {
		return nil, err
	}
	v := statistics{StartTime: date(c.Started), BatchDuration: c.Interval.Milliseconds(),
		NumReceivers: len(c.Receivers), NumTotalCompletedBatches: c.CompletedBatches,
		NumProcessedRecords: c.ProcessedRows, NumReceivedRecords: c.ReceivedRows}
	for _, r := range c.Receivers {
		if r.Active {
			v.NumActiveReceivers++
		}
	}
	v.NumInactiveReceivers = v.NumReceivers - v.NumActiveReceivers
	var scheduling, processing, total []time.Duration
	note := func(to *[]time.Duration, d time.Duration, there bool) {
		if there {
			*to = append(*to, d)
		}
	}
	for b := range c.Batches.All() {
		if b.Status == history.Completed {
			v.NumRetainedCompletedBatches++
		} else {
			v.NumActiveBatches++
		}
		d, ok := b.SchedulingDelay()
		note(&scheduling, d, ok)
		d, ok = b.ProcessingTime()
		note(&processing, d, ok)
		d, ok = b.TotalDelay()
		note(&total, d, ok)
	}
	v.AvgInputRate = averageRate(rates(c, (*history.Batch).Rows))
	v.AvgSchedulingDelay, v.AvgProcessingTime, v.AvgTotalDelay = average(scheduling), average(processing), average(total)
	return v, nil
}

func newReceiver(c *history.Context, in progress.StreamInfo) receiver {
	v := receiver{StreamID: in.ID, StreamName: in.Name,
		EventRates: rates(c, func(b *history.Batch) int64 { return b.RowsOf(in.ID) })}
	v.AvgEventRate = averageRate(v.EventRates)
	for _, r := range c.Receivers {
		if r.Stream.ID == in.ID && r.Known {
			v.StreamName = r.Stream.Name
			v.IsActive, v.ExecutorID, v.ExecutorHost = &r.Active, driver, "localhost"
			v.LastErrorTime, v.LastErrorMessage, v.LastError = when(r.ErrTime), r.Err, r.Err
		}
	}
	if v.IsActive != nil {
		active := *v.IsActive
		v.IsActive = &active
	}
	return v
}

func receiverList(q *query) (any, error) {
	c, err := q.context()
	if err != nil {
		return nil, err
	}
	list := []receiver{}
	for _, in := range c.Streams() {
		list = append(list, newReceiver(c, in))
	}
	return list, nil
}

func receiverInfo(q *query) (any, error) {
	c, err := q.context()
	if err != nil {
		return nil, err
	}
	for _, in := range c.Streams() {
		if int64(in.ID) == q.number("stream") {
			return newReceiver(c, in), nil
		}
	}
	return nil, notFound("unknown receiver: %s", q.http.PathValue("stream"))
}

func newBatch(c *history.Context, b *history.Batch) batch {
	v := batch{BatchID: b.Time, BatchTime: date(time.UnixMilli(b.Time)), Status: b.Status,
		BatchDuration: b.Span.Milliseconds(), InputSize: b.Rows(), SchedulingDelay: ms(b.SchedulingDelay()),
		ProcessingTime: ms(b.ProcessingTime()), TotalDelay: ms(b.TotalDelay())}
	v.NumActiveOutputOps, v.NumCompletedOutputOps, v.NumFailedOutputOps = b.OpCounts()
	v.NumTotalOutputOps = max(b.Outputs, len(b.Ops))
	for _, op := range b.Ops {
		if op.Err != "" {
			v.FirstFailureReason = op.Err
			break
		}
	}
	return v
}

func batchList(q *query) (any, error) {
	c, err := q.context()
	if err != nil {
		return nil, err
	}
	wanted, err := q.statuses(history.Completed, history.Queued, history.Processing)
	if err != nil {
		return nil, err
	}
	list := []batch{}
	for b := range c.Batches.All() {
		if wanted(b.Status) {
			list = append(list, newBatch(c, b))
		}
	}
	slices.SortFunc(list, func(a, b batch) int { return cmp.Compare(b.BatchID, a.BatchID) })
	return list, nil
}

// batch gives the batch that the path names.
func (q *query) batch() (*history.Context, *history.Batch, error) {
	c, err := q.context()
	if err != nil {
		return nil, nil, err
	}
	b := c.Batch(q.number("batch"), false)
	if b == nil {
		return nil, nil, notFound("unknown batch: %s", q.http.PathValue("batch"))
	}
	return c, b, nil
}

func batchInfo(q *query) (any, error) {
	c, b, err := q.batch()
	if err != nil {
		return nil, err
	}
	return newBatch(c, b), nil
}

func newOperation(op progress.OutputOp) operation {
	return operation{OutputOpID: op.ID, Name: op.Name, Description: op.Description, StartTime: when(op.Started), EndTime: when(op.Completed),
		Duration:      ms(op.Completed.Sub(op.Started), !op.Started.IsZero() && !op.Completed.IsZero()),
		FailureReason: op.Err, JobIDs: orEmpty(slices.Clone(op.Jobs))}
}

func operationList(q *query) (any, error) {
	_, b, err := q.batch()
	if err != nil {
		return nil, err
	}
	list := []operation{}
	for _, op := range b.AllOps() {
		list = append(list, newOperation(op))
	}
	return list, nil
}

func operationInfo(q *query) (any, error) {
	_, b, err := q.batch()
	if err != nil {
		return nil, err
	}
	for _, op := range b.AllOps() {
		if int64(op.ID) == q.number("op") {
			return newOperation(op), nil
		}
	}
	return nil, notFound("unknown output operation: %s", q.http.PathValue("op"))
}
