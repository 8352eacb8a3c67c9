package rest

import (
	"fmt"
	"maps"
	"net/url"
	"time"

	"gospark/monitor/history"
)

type job struct {
	JobID               int            `json:"jobId"`
	Name                string         `json:"name"`
	Description         string         `json:"description,omitempty"`
	SubmissionTime      *date          `json:"submissionTime,omitempty"`
	CompletionTime      *date          `json:"completionTime,omitempty"`
	StageIDs            []int          `json:"stageIds"`
	JobGroup            string         `json:"jobGroup,omitempty"`
	JobTags             []string       `json:"jobTags"`
	Status              string         `json:"status"`
	NumTasks            int            `json:"numTasks"`
	NumActiveTasks      int            `json:"numActiveTasks"`
	NumCompletedTasks   int            `json:"numCompletedTasks"`
	NumSkippedTasks     int            `json:"numSkippedTasks"`
	NumFailedTasks      int            `json:"numFailedTasks"`
	NumKilledTasks      int            `json:"numKilledTasks"`
	NumCompletedIndices int            `json:"numCompletedIndices"`
	NumActiveStages     int            `json:"numActiveStages"`
	NumCompletedStages  int            `json:"numCompletedStages"`
	NumSkippedStages    int            `json:"numSkippedStages"`
	NumFailedStages     int            `json:"numFailedStages"`
	KilledTasksSummary  map[string]int `json:"killedTasksSummary"`
}

func (q *query) job(j *history.Job) job {
	stages := make([]int, len(j.Stages))
	for i, s := range j.Stages {
		stages[i] = s.ID
	}
	return job{
		JobID: j.ID, Name: j.Name, Description: q.description(j.Description, j.Batch), SubmissionTime: when(j.Submitted), CompletionTime: when(j.Completed),
		StageIDs: stages, JobGroup: j.Group, JobTags: []string{}, Status: j.Status,
		NumTasks: j.Tasks, NumActiveTasks: j.ActiveTasks, NumCompletedTasks: j.CompletedTasks, NumSkippedTasks: j.SkippedTasks,
		NumFailedTasks: j.FailedTasks, NumKilledTasks: j.KilledTasks, NumCompletedIndices: j.CompletedIndices,
		NumActiveStages: j.ActiveStages, NumCompletedStages: j.CompletedStages, NumSkippedStages: j.SkippedStages,
		NumFailedStages: j.FailedStages, KilledTasksSummary: reasons(j.Killed),
	}
}

// description is the user's or, for a job of a batch, Spark's: a link to the page of the batch.
func (q *query) description(of string, b history.BatchRef) string {
	c, ok := q.Contexts.Get(b.Context)
	if of != "" || b.Time == 0 || !ok {
		return of
	}
	other := ""
	if q.Contexts.Len() > 1 {
		other = "&context=" + url.QueryEscape(b.Context)
	}
	return fmt.Sprintf(`Streaming job from <a href="/streaming/batch/?id=%d%s">[output operation %d, batch time %s]</a>`,
		b.Time, other, b.OutputOp, c.FormatTime(b.Time, time.TimeOnly))
}

func reasons(m map[string]int) map[string]int {
	if m == nil {
		return map[string]int{}
	}
	return maps.Clone(m)
}

func jobList(q *query) (any, error) {
	wanted, err := q.statuses(history.Running, history.Succeeded, history.Failed, "UNKNOWN")
	if err != nil {
		return nil, err
	}
	list := []job{}
	for j := range q.Jobs.Backward() {
		if wanted(j.Status) {
			list = append(list, q.job(j))
		}
	}
	return list, nil
}

func jobInfo(q *query) (any, error) {
	j, ok := q.Jobs.Get(int(q.number("job")))
	if !ok {
		return nil, notFound("unknown job: %s", q.http.PathValue("job"))
	}
	return q.job(j), nil
}
