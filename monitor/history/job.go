package history

import (
	"fmt"
	"slices"
	"time"

	"gospark/runtime/progress"
)

// Job states, as Spark names them.
const (
	Running   = "RUNNING"
	Succeeded = "SUCCEEDED"
	Failed    = "FAILED"
)

// A Job is one action, or one output operation's part of a batch.
type Job struct {
	ID                   int
	Name, Description    string
	Group                string
	Submitted, Completed time.Time
	Status               string
	Err                  string
	Stages               []StageKey // in the order of the JobStart event
	BatchTime            int64      // 0 if it belongs to no batch
	OutputOp             int
	Context              string

	Tasks, ActiveTasks, CompletedTasks, SkippedTasks, FailedTasks, KilledTasks, CompletedIndices int
	ActiveStages, CompletedStages, SkippedStages, FailedStages                                   int

	Killed map[string]int // killed tasks by reason
}

func (h *History) jobStart(e progress.JobStart) {
	j := &Job{ID: e.ID, Name: e.Name, Description: e.Description, Group: e.Group, Submitted: e.Time, Status: Running,
		BatchTime: e.BatchTime, OutputOp: e.OutputOp, Context: e.Context}
	if e.BatchTime > 0 {
		c := h.context(e.Context)
		c.Batch(e.BatchTime, true).addJob(e.OutputOp, e.ID)
		if j.Description == "" {
			j.Description = h.batchLink(c, e)
		}
	}
	for _, info := range e.Stages {
		key := StageKey{info.ID, info.Attempt}
		j.Stages = append(j.Stages, key)
		j.Tasks += info.Tasks
		skipped := slices.Contains(e.Skipped, info.ID)
		if skipped {
			j.SkippedStages++
			j.SkippedTasks += info.Tasks
			h.Totals.StagesSkipped++
		}
		if _, known := h.Stages.Get(key); known {
			continue
		}
		s := h.stage(info)
		s.JobID, s.Description = e.ID, j.Description
		if skipped {
			s.Status = StageSkipped
		}
	}
	h.Totals.Jobs++
	h.Jobs.put(e.ID, j)
}

// batchLink is Spark's description of a streaming job: a link to the page of its batch.
func (h *History) batchLink(c *Context, e progress.JobStart) string {
	q := ""
	if h.Contexts.Len() > 1 {
		q = "&context=" + e.Context
	}
	return fmt.Sprintf(`Streaming job from <a href="/streaming/batch/?id=%d%s">[output operation %d, batch time %s]</a>`,
		e.BatchTime, q, e.OutputOp, c.FormatTime(e.BatchTime, "15:04:05"))
}

func (h *History) jobEnd(e progress.JobEnd) {
	j, ok := h.Jobs.Get(e.ID)
	if !ok || !j.Completed.IsZero() {
		return
	}
	j.Completed, j.Err = e.Time, e.Err
	if e.Err == "" {
		j.Status = Succeeded
		h.Totals.JobsSucceeded++
	} else {
		j.Status = Failed
		h.Totals.JobsFailed++
	}
	for _, key := range j.Stages {
		if s, ok := h.Stages.Get(key); ok && s.Status == StagePending && s.JobID == j.ID {
			s.Status = StageSkipped
			j.SkippedStages++
			j.SkippedTasks += s.StageInfo.Tasks
			h.Totals.StagesSkipped++
		}
	}
}
