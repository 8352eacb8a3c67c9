package progress

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// QueryStarted, QueryIdle and QueryTerminated frame the run of a streaming query. All of Run belong to one query's ID, which
// it keeps when it goes on from its checkpoint. Their JSON, and that of [QueryProgress], is Spark's.
type QueryStarted struct {
	ID        string   `json:"id"`
	RunID     string   `json:"runId"`
	Name      *string  `json:"name"`
	Timestamp string   `json:"timestamp"`
	JobTags   []string `json:"jobTags"`
}

// QueryIdle says that a query found nothing to do, at most once in spark.sql.streaming.noDataProgressEventInterval.
type QueryIdle struct {
	ID        string `json:"id"`
	RunID     string `json:"runId"`
	Timestamp string `json:"timestamp"`
}

// QueryTerminated has an exception when the query failed.
type QueryTerminated struct {
	ID                    string  `json:"id"`
	RunID                 string  `json:"runId"`
	Exception             *string `json:"exception"`
	ErrorClassOnException *string `json:"errorClassOnException"`
}

// QueryStatus is what a query is doing.
type QueryStatus struct {
	Message         string `json:"message"`
	IsDataAvailable bool   `json:"isDataAvailable"`
	IsTriggerActive bool   `json:"isTriggerActive"`
}

// QueryProgress is one micro-batch of a streaming query.
type QueryProgress struct {
	ID                     string                     `json:"id"`
	RunID                  string                     `json:"runId"`
	Name                   *string                    `json:"name"`
	Timestamp              string                     `json:"timestamp"`
	BatchID                int64                      `json:"batchId"`
	BatchDuration          int64                      `json:"batchDuration"`
	NumInputRows           int64                      `json:"numInputRows"`
	InputRowsPerSecond     Rate                       `json:"inputRowsPerSecond,omitzero"`
	ProcessedRowsPerSecond Rate                       `json:"processedRowsPerSecond,omitzero"`
	DurationMs             map[string]int64           `json:"durationMs,omitempty"`
	EventTime              map[string]string          `json:"eventTime,omitempty"`
	StateOperators         []StateOperatorProgress    `json:"stateOperators"`
	Sources                []SourceProgress           `json:"sources"`
	Sink                   SinkProgress               `json:"sink"`
	ObservedMetrics        map[string]json.RawMessage `json:"observedMetrics,omitempty"`
}

// StateOperatorProgress is the state of one operator, that nearest to the sink first.
type StateOperatorProgress struct {
	OperatorName              string           `json:"operatorName"`
	NumRowsTotal              int64            `json:"numRowsTotal"`
	NumRowsUpdated            int64            `json:"numRowsUpdated"`
	AllUpdatesTimeMs          int64            `json:"allUpdatesTimeMs"`
	NumRowsRemoved            int64            `json:"numRowsRemoved"`
	AllRemovalsTimeMs         int64            `json:"allRemovalsTimeMs"`
	CommitTimeMs              int64            `json:"commitTimeMs"`
	MemoryUsedBytes           int64            `json:"memoryUsedBytes"`
	NumRowsDroppedByWatermark int64            `json:"numRowsDroppedByWatermark"`
	NumShufflePartitions      int64            `json:"numShufflePartitions"`
	NumStateStoreInstances    int64            `json:"numStateStoreInstances"`
	CustomMetrics             map[string]int64 `json:"customMetrics,omitempty"`
}

// SourceProgress is what one source gave to a batch. Offsets are the source's own JSON; nil is null.
type SourceProgress struct {
	Description            string            `json:"description"`
	StartOffset            json.RawMessage   `json:"startOffset"`
	EndOffset              json.RawMessage   `json:"endOffset"`
	LatestOffset           json.RawMessage   `json:"latestOffset"`
	NumInputRows           int64             `json:"numInputRows"`
	InputRowsPerSecond     Rate              `json:"inputRowsPerSecond,omitzero"`
	ProcessedRowsPerSecond Rate              `json:"processedRowsPerSecond,omitzero"`
	Metrics                map[string]string `json:"metrics,omitempty"`
}

// SinkProgress is what the sink took; NumOutputRows is -1 when it does not say.
type SinkProgress struct {
	Description   string            `json:"description"`
	NumOutputRows int64             `json:"numOutputRows"`
	Metrics       map[string]string `json:"metrics,omitempty"`
}

// A Rate is rows a second. The zero Rate is unknown, and is left out of JSON.
type Rate struct {
	rows  float64
	known bool
}

// RateOf is n rows in d; unknown if d is not positive.
func RateOf(n int64, d time.Duration) Rate {
	if d <= 0 {
		return Rate{}
	}
	return Rate{float64(n) / d.Seconds(), true}
}

// ZeroRate is a rate that is known to be none: that of a query's first batch, before which there is no time to measure.
var ZeroRate = Rate{known: true}

// Rows is the rate, and whether it is known.
func (r Rate) Rows() (float64, bool) { return r.rows, r.known }

// MarshalJSON writes one decimal, and large numbers as Java does.
func (r Rate) MarshalJSON() ([]byte, error) {
	if !r.known {
		return []byte("null"), nil
	}
	s := strconv.FormatFloat(r.rows+1e-9, 'f', 1, 64)
	if x, _ := strconv.ParseFloat(s, 64); x >= 1e7 {
		s = strings.Replace(strconv.FormatFloat(x, 'E', -1, 64), "E+0", "E", 1)
		s = strings.Replace(s, "E+", "E", 1)
		if !strings.Contains(s, ".") {
			s = strings.Replace(s, "E", ".0E", 1)
		}
	}
	return []byte(s), nil
}

// UnmarshalJSON reads what MarshalJSON writes.
func (r *Rate) UnmarshalJSON(b []byte) (err error) {
	if string(b) == "null" {
		*r = Rate{}
		return nil
	}
	r.rows, err = strconv.ParseFloat(string(b), 64)
	r.known = err == nil
	return err
}

// Timestamp is a moment as progress reports write it: UTC with milliseconds.
func Timestamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
