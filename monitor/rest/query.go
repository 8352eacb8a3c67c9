package rest

import (
	"slices"

	"gospark/monitor/history"
)

// streamingQuery is what the list of queries tells of each run. Spark has no such endpoint; the fields are those that its
// own page of streaming queries is made from.
type streamingQuery struct {
	Name           string `json:"name,omitempty"`
	ID             string `json:"id"`
	RunID          string `json:"runId"`
	IsActive       bool   `json:"isActive"`
	Exception      string `json:"exception,omitempty"`
	StartTimestamp *date  `json:"startTimestamp,omitempty"`
	EndTimestamp   *date  `json:"endTimestamp,omitempty"`
	NumBatches     int64  `json:"numBatches"`
	NumInputRows   int64  `json:"numInputRows"`
}

func newStreamingQuery(s *history.Query) streamingQuery {
	started, stopped := s.Started, s.Stopped
	return streamingQuery{s.Name, s.ID, s.RunID, s.Active(), s.Err, when(started), when(stopped), s.Batches, s.InputRows}
}

// queryList gives all runs, the newest first; ?status=active or completed gives some.
func queryList(q *query) (any, error) {
	const active, completed = "ACTIVE", "COMPLETED"
	wanted, err := q.statuses(active, completed)
	if err != nil {
		return nil, err
	}
	list := []streamingQuery{}
	for s := range q.Queries.Backward() {
		if s.Active() && wanted(active) || !s.Active() && wanted(completed) {
			list = append(list, newStreamingQuery(s))
		}
	}
	return list, nil
}

// run gives the run that the path names.
func (q *query) run() (*history.Query, error) {
	id := q.http.PathValue("run")
	s, ok := q.Queries.Get(id)
	if !ok {
		return nil, notFound("unknown streaming query run: %s", id)
	}
	return s, nil
}

func queryInfo(q *query) (any, error) {
	s, err := q.run()
	if err != nil {
		return nil, err
	}
	return newStreamingQuery(s), nil
}

// queryReports gives the last reports of a run, the newest last; without ?last=N the last one.
func queryReports(q *query) (any, error) {
	s, err := q.run()
	if err != nil {
		return nil, err
	}
	n, err := q.integer("last", 1)
	if err != nil {
		return nil, err
	}
	return orEmpty(slices.Clone(s.Progress[max(0, len(s.Progress)-n):])), nil
}
