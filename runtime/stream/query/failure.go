package query

import (
	"fmt"
	"strings"

	"gospark/runtime/condition"
)

// A Failure is why a query ended by itself.
type Failure struct {
	Cause         error
	Name          string
	ID, RunID     string
	Batch         int64
	Committed     string // offsets by source, of the last batch that was committed
	Available     string // and of the one that failed
	Phase         string // what the query was doing
	ConditionName string
}

// Condition is Spark's error condition of the cause, "" if it has none.
func (f *Failure) Condition() string { return f.ConditionName }

func (f *Failure) Unwrap() error { return f.Cause }

func (f *Failure) Error() string {
	return fmt.Sprintf("%v\n=== Streaming Query ===\nIdentifier: %s [id = %s, runId = %s]\nCurrent Committed Offsets: %s\nCurrent Available Offsets: %s\n\nCurrent State: %s",
		f.Cause, f.label(), f.ID, f.RunID, f.Committed, f.Available, f.Phase)
}

func (f *Failure) label() string {
	if f.Name == "" {
		return "[unnamed]"
	}
	return f.Name
}

// fail makes the failure of an error in the batch at hand.
func (q *Query) fail(err error) *Failure {
	f := &Failure{Cause: err, Name: q.cfg.Name, ID: q.id, RunID: q.cfg.RunID, Batch: q.next, Committed: "{}", Available: "{}", Phase: "INITIALIZING"}
	if c, ok := condition.As(err); ok {
		f.Cause, f.ConditionName = c, c.Condition()
	}
	if len(q.sources) > 0 {
		f.Phase = "ACTIVE"
		f.Committed = offsetsText(q.sources, func(s *source) []byte { return s.committed })
		f.Available = offsetsText(q.sources, func(s *source) []byte { return s.at })
	}
	return f
}

func offsetsText(sources []*source, of func(*source) []byte) string {
	var ss []string
	for _, s := range sources {
		if o := of(s); o != nil {
			ss = append(ss, fmt.Sprintf("%s: %s", s.relation, o))
		}
	}
	return "{" + strings.Join(ss, ", ") + "}"
}
