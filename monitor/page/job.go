package page

import (
	"fmt"
	"strconv"
	"time"

	"gospark/monitor/history"
)

// shownEnded is how many jobs, and stages, of an ended kind are listed.
const shownEnded = 100

type jobsView struct {
	Groups []jobGroup
	Total  int64
}

// A jobGroup lists jobs of one status, newest first: Of are retained.
type jobGroup struct {
	Title string
	Rows  []jobRow
	Of    int
}

type jobRow struct {
	ID                int
	Name, Description string
	BatchHref, Batch  string // of a job that belongs to a batch
	Group             string
	Submitted         time.Time
	Duration          time.Duration
	Status, Err       string
	Stages            progressBar
	Tasks             progressBar
}

// A progressBar shows how much is done: the label says it in full.
type progressBar struct {
	Done, Active, Failed, Skipped, Total int
}

// Text is such as "3/4 (1 failed)".
func (p progressBar) Text() string {
	s := fmt.Sprintf("%d/%d", p.Done, p.Total-p.Skipped)
	note := func(n int, what string) {
		if n > 0 {
			s += fmt.Sprintf(" (%d %s)", n, what)
		}
	}
	note(p.Active, "running")
	note(p.Failed, "failed")
	note(p.Skipped, "skipped")
	return s
}

// Max keeps an empty bar from dividing by nothing.
func (p progressBar) Max() int { return max(1, p.Total-p.Skipped) }

func (q *query) jobRow(j *history.Job) jobRow {
	until := j.Completed
	if until.IsZero() {
		until = q.now
	}
	v := jobRow{ID: j.ID, Name: j.Name, Description: j.Description, Group: j.Group, Submitted: j.Submitted, Duration: until.Sub(j.Submitted),
		Status: j.Status, Err: j.Err,
		Stages: progressBar{j.CompletedStages, j.ActiveStages, j.FailedStages, j.SkippedStages, len(j.Stages)},
		Tasks:  progressBar{j.CompletedIndices, j.ActiveTasks, j.FailedTasks, j.SkippedTasks, j.Tasks}}
	v.BatchHref, v.Batch = q.batchLink(j.Batch)
	return v
}

func (q *query) batchLink(ref history.BatchRef) (href, label string) {
	c, ok := q.Contexts.Get(ref.Context)
	if ref.Time == 0 || !ok {
		return "", ""
	}
	return batchHref(c, ref.Time), fmt.Sprintf("batch %s, output operation %d", c.FormatTime(ref.Time, time.TimeOnly), ref.OutputOp)
}

func jobs(q *query) (any, error) {
	v := &jobsView{Total: q.Totals.Jobs}
	for _, g := range []struct{ status, title string }{
		{history.Running, "Active"}, {history.Failed, "Failed"}, {history.Succeeded, "Completed"},
	} {
		group := jobGroup{Title: g.title}
		for j := range q.Jobs.Backward() {
			if j.Status != g.status {
				continue
			}
			if group.Of++; group.Of <= shownEnded || g.status == history.Running {
				group.Rows = append(group.Rows, q.jobRow(j))
			}
		}
		if group.Rows != nil {
			v.Groups = append(v.Groups, group)
		}
	}
	return v, nil
}

type jobView struct {
	jobRow
	Completed time.Time
	StageRows []stageRow
	Forgotten []int // ids of stages that are not retained
}

func (v *jobView) title() string { return fmt.Sprintf("Job %d", v.ID) }

func job(q *query) (any, error) {
	text := q.http.URL.Query().Get("id")
	id, err := strconv.Atoi(text)
	j, ok := q.Jobs.Get(id)
	if err != nil || !ok {
		return nil, errNotFound("There is no job " + text + ", or it is no longer retained")
	}
	v := &jobView{jobRow: q.jobRow(j), Completed: j.Completed}
	for _, key := range j.Stages {
		if s, ok := q.Stages.Get(key); ok {
			v.StageRows = append(v.StageRows, q.stageRow(s))
		} else {
			v.Forgotten = append(v.Forgotten, key.ID)
		}
	}
	return v, nil
}
