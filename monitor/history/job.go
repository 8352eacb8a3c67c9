package history

import (
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

// A BatchRef names the output operation of a batch that a job works for. Its Time is 0 if it works for none.
type BatchRef struct {
	Context  string
	Time     int64
	OutputOp int
}

// A Job is one action, or one output operation's part of a batch.
type Job struct {
	ID                   int
	Name, Description    string
	Group                string
	Submitted, Completed time.Time
	Status               string
	Err                  string
	Stages               []StageKey // in the order of the JobStart event
	Batch                BatchRef

	Tasks, ActiveTasks, CompletedTasks, SkippedTasks, FailedTasks, KilledTasks, CompletedIndices int
	ActiveStages, CompletedStages, SkippedStages, FailedStages                                   int

	Killed map[string]int // killed tasks by reason
}

func (h *History) jobStart(e progress.JobStart) {
	j := &Job{ID: e.ID, Name: e.Name, Description: e.Description, Group: e.Group, Submitted: e.Time, Status: Running,
		Batch: BatchRef{e.Context, e.BatchTime, e.OutputOp}}
	if e.BatchTime > 0 {
		h.context(e.Context).Batch(e.BatchTime, true).addJob(e.OutputOp, e.ID)
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
		s.JobID, s.Description, s.Batch = e.ID, j.Description, j.Batch
		if skipped {
			s.Status = StageSkipped
		}
	}
	h.Totals.Jobs++
	h.Jobs.put(e.ID, j)
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
