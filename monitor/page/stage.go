package page

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"gospark/monitor/history"
	"gospark/runtime/progress"
)

// shownTasks is how many tasks the page of a stage lists.
const shownTasks = 500

type stagesView struct {
	Groups []stageGroup
}

// A stageGroup lists stages of one status, newest first: Of are retained.
type stageGroup struct {
	Title string
	Rows  []stageRow
	Of    int
}

type stageRow struct {
	ID, Attempt       int
	Name, Description string
	BatchHref, Batch  string
	JobID             int
	Status, Err       string
	Submitted         time.Time
	Duration          *time.Duration
	Tasks             progressBar
	Metrics           progress.TaskMetrics
}

func (q *query) stageRow(s *history.Stage) stageRow {
	v := stageRow{ID: s.ID, Attempt: s.Attempt, Name: s.Name, Description: s.Description, JobID: s.JobID, Status: s.Status, Err: s.Err,
		Submitted: s.Submitted, Metrics: s.Metrics,
		Tasks: progressBar{Done: s.CompletedIndices, Active: s.ActiveTasks, Failed: s.FailedTasks, Total: s.StageInfo.Tasks}}
	if !s.Submitted.IsZero() {
		until := s.Completed
		if until.IsZero() {
			until = q.now
		}
		v.Duration = known(until.Sub(s.Submitted), true)
	}
	v.BatchHref, v.Batch = q.batchLink(s.Batch)
	return v
}

func stages(q *query) (any, error) {
	v := &stagesView{}
	all := slices.SortedStableFunc(q.Stages.All(), func(a, b *history.Stage) int {
		return cmp.Or(cmp.Compare(b.ID, a.ID), cmp.Compare(b.Attempt, a.Attempt))
	})
	for _, g := range []struct{ status, title string }{
		{history.StageActive, "Active"}, {history.StagePending, "Pending"}, {history.StageFailed, "Failed"},
		{history.StageComplete, "Completed"}, {history.StageSkipped, "Skipped"},
	} {
		group := stageGroup{Title: g.title}
		for _, s := range all {
			if s.Status != g.status {
				continue
			}
			if group.Of++; group.Of <= shownEnded || !s.Finished() {
				group.Rows = append(group.Rows, q.stageRow(s))
			}
		}
		if group.Rows != nil {
			v.Groups = append(v.Groups, group)
		}
	}
	return v, nil
}

type stageView struct {
	stageRow
	Completed    time.Time
	Details      string
	Parents      []int
	TaskTime     time.Duration
	Quantiles    []quantileRow
	Accumulators []progress.AccumulatorUpdate
	TaskRows     []taskRow
	NotShown     int
}

func (v *stageView) title() string { return fmt.Sprintf("Stage %d (attempt %d)", v.ID, v.Attempt) }

type taskRow struct {
	ID             int64
	Index, Attempt int
	Slot           int
	Status, Err    string
	Launch         time.Time
	Duration       time.Duration
	Metrics        progress.TaskMetrics
}

// quantileRow is a figure of the successful tasks: least, quarter, median, three quarters, most.
type quantileRow struct {
	Name   string
	Values [5]string
}

var quantileTable = []struct {
	name string
	of   func(*history.Task) int64
	text func(int64) string
	show bool // also when all are 0
}{
	{"Duration", func(t *history.Task) int64 { return int64(t.End.Sub(t.Launch)) }, func(n int64) string { return duration(time.Duration(n)) }, true},
	{"Run time", func(t *history.Task) int64 { return int64(t.Metrics.RunTime) }, func(n int64) string { return duration(time.Duration(n)) }, true},
	{"Input rows", func(t *history.Task) int64 { return t.Metrics.InputRows }, func(n int64) string { return count(n) }, false},
	{"Input", func(t *history.Task) int64 { return t.Metrics.InputBytes }, size, false},
	{"Shuffle read rows", func(t *history.Task) int64 { return t.Metrics.ShuffleReadRows }, func(n int64) string { return count(n) }, false},
	{"Shuffle read", func(t *history.Task) int64 { return t.Metrics.ShuffleReadBytes }, size, false},
	{"Shuffle write rows", func(t *history.Task) int64 { return t.Metrics.ShuffleWriteRows }, func(n int64) string { return count(n) }, false},
	{"Shuffle write", func(t *history.Task) int64 { return t.Metrics.ShuffleWriteBytes }, size, false},
	{"Output rows", func(t *history.Task) int64 { return t.Metrics.OutputRows }, func(n int64) string { return count(n) }, false},
	{"Output", func(t *history.Task) int64 { return t.Metrics.OutputBytes }, size, false},
	{"Result rows", func(t *history.Task) int64 { return t.Metrics.ResultRows }, func(n int64) string { return count(n) }, false},
	{"Peak memory", func(t *history.Task) int64 { return t.Metrics.PeakMemory }, size, false},
}

func quantiles(tasks []*history.Task) (rows []quantileRow) {
	var done []*history.Task
	for _, t := range tasks {
		if t.Status == history.TaskSuccess {
			done = append(done, t)
		}
	}
	if len(done) < 2 {
		return nil
	}
	for _, f := range quantileTable {
		values := make([]int64, len(done))
		for i, t := range done {
			values[i] = f.of(t)
		}
		slices.Sort(values)
		if values[len(values)-1] == 0 && !f.show {
			continue
		}
		row := quantileRow{Name: f.name}
		for i := range row.Values {
			row.Values[i] = f.text(values[min(i*len(values)/4, len(values)-1)])
		}
		rows = append(rows, row)
	}
	return rows
}

func stage(q *query) (any, error) {
	params := q.http.URL.Query()
	id, err := strconv.Atoi(params.Get("id"))
	attempt, err2 := strconv.Atoi(cmp.Or(params.Get("attempt"), "0"))
	s, ok := q.Stages.Get(history.StageKey{ID: id, Attempt: attempt})
	if err != nil || err2 != nil || !ok {
		return nil, errNotFound("There is no stage " + params.Get("id") + " with that attempt, or it is no longer retained")
	}
	v := &stageView{stageRow: q.stageRow(s), Completed: s.Completed, Details: s.Details, Parents: slices.Clone(s.ParentIDs), TaskTime: s.TaskTime,
		Quantiles: quantiles(s.Tasks), Accumulators: slices.Clone(s.Accumulators), NotShown: s.Forgotten}
	for i, t := range s.Tasks {
		if i == shownTasks {
			v.NotShown += len(s.Tasks) - i
			break
		}
		v.TaskRows = append(v.TaskRows, taskRow{t.ID, t.Index, t.Attempt, t.Slot, t.Status, t.Err, t.Launch, t.Duration(q.now), t.Metrics})
	}
	return v, nil
}
