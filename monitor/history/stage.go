package history

import (
	"time"

	"gospark/runtime/progress"
)

// Stage states, as Spark names them.
const (
	StagePending  = "PENDING"
	StageActive   = "ACTIVE"
	StageComplete = "COMPLETE"
	StageFailed   = "FAILED"
	StageSkipped  = "SKIPPED"
)

// Task states, as Spark names them.
const (
	TaskRunning = "RUNNING"
	TaskSuccess = "SUCCESS"
	TaskFailed  = "FAILED"
	TaskKilled  = "KILLED"
)

// A StageKey names one attempt of a stage.
type StageKey struct{ ID, Attempt int }

// A Stage is one attempt of a stage. Its counters and Metrics are of all its tasks, also of those forgotten.
type Stage struct {
	progress.StageInfo
	JobID                           int // the job that submitted it, or will
	Description                     string
	Batch                           BatchRef
	Status                          string
	Submitted, FirstTask, Completed time.Time
	Err                             string
	Accumulators                    []progress.AccumulatorUpdate

	ActiveTasks, CompletedTasks, FailedTasks, KilledTasks, CompletedIndices int

	TaskTime  time.Duration
	Metrics   progress.TaskMetrics
	Peak      Memory
	Tasks     []*Task        // in order of start
	Forgotten int            // tasks that are no longer in Tasks
	Killed    map[string]int // killed tasks by reason

	done map[int]bool // partitions completed
}

// Finished tells whether the stage will not change any more.
func (s *Stage) Finished() bool {
	return s.Status == StageComplete || s.Status == StageFailed || s.Status == StageSkipped
}

// A Task is one attempt at one partition of a stage.
type Task struct {
	ID             int64
	Index, Attempt int
	Slot           int
	Launch, End    time.Time // End is zero while it runs
	Status         string
	Err            string
	Metrics        progress.TaskMetrics
}

// Duration is how long the task ran, up to now if it still does.
func (t *Task) Duration(now time.Time) time.Duration {
	if t.End.IsZero() {
		return max(0, now.Sub(t.Launch))
	}
	return t.End.Sub(t.Launch)
}

// stage gives the stage of info, a new pending one if it is not known.
func (h *History) stage(info progress.StageInfo) *Stage {
	key := StageKey{info.ID, info.Attempt}
	s, ok := h.Stages.Get(key)
	if !ok {
		s = &Stage{StageInfo: info, JobID: -1, Status: StagePending}
		for _, gone := range h.Stages.put(key, s) {
			h.tasks -= len(gone.Tasks)
		}
	}
	return s
}

func (h *History) stageSubmitted(e progress.StageSubmitted) {
	s := h.stage(e.Stage)
	j, ok := h.Jobs.Get(e.JobID)
	if s.Status != StagePending && s.Status != StageSkipped {
		return
	}
	s.StageInfo, s.JobID, s.Status, s.Submitted = e.Stage, e.JobID, StageActive, e.Time
	if ok {
		s.Description, s.Batch = j.Description, j.Batch
		j.ActiveStages++
	}
	h.Totals.StagesSubmitted++
}

func (h *History) stageCompleted(e progress.StageCompleted) {
	s := h.stage(e.Stage)
	if s.Finished() && !s.Completed.IsZero() {
		return
	}
	wasActive := s.Status == StageActive
	if s.JobID < 0 {
		s.JobID = e.JobID
	}
	s.Completed, s.Err, s.Accumulators, s.done = e.Time, e.Err, e.Accumulators, nil
	s.Peak.sample()
	h.Peak.atLeast(s.Peak)
	j, ok := h.Jobs.Get(s.JobID)
	if ok && wasActive {
		j.ActiveStages--
	}
	if e.Err == "" {
		s.Status = StageComplete
		h.Totals.StagesCompleted++
		if ok {
			j.CompletedStages++
		}
	} else {
		s.Status = StageFailed
		h.Totals.StagesFailed++
		if ok {
			j.FailedStages++
		}
	}
}

func (h *History) taskStart(e progress.TaskStart) {
	s := h.stage(progress.StageInfo{ID: e.StageID, Attempt: e.StageAttempt})
	h.Totals.TasksStarted++
	s.ActiveTasks++
	if s.FirstTask.IsZero() || e.Time.Before(s.FirstTask) {
		s.FirstTask = e.Time
	}
	if j, ok := h.Jobs.Get(s.JobID); ok {
		j.ActiveTasks++
	}
	s.Tasks = append(s.Tasks, &Task{ID: e.ID, Index: e.Index, Attempt: e.Attempt, Slot: e.Slot, Launch: e.Time, Status: TaskRunning})
	if h.tasks++; h.tasks > h.limits.Tasks {
		h.forgetTasks()
	}
}

// task gives the task of the event and removes it from the running ones, or notes one that was forgotten or never seen.
func (s *Stage) task(id int64) *Task {
	for i := len(s.Tasks) - 1; i >= 0; i-- {
		if t := s.Tasks[i]; t.ID == id {
			return t
		}
	}
	return &Task{ID: id}
}

func (h *History) taskEnd(e progress.TaskEnd) {
	s := h.stage(progress.StageInfo{ID: e.StageID, Attempt: e.StageAttempt})
	j, ok := h.Jobs.Get(s.JobID)
	if !ok {
		j = &Job{}
	}
	t := s.task(e.ID)
	t.Index, t.Attempt, t.Slot, t.Launch, t.End, t.Err, t.Metrics = e.Index, e.Attempt, e.Slot, e.Launch, e.Time, e.Err, e.Metrics
	s.ActiveTasks = max(0, s.ActiveTasks-1)
	j.ActiveTasks = max(0, j.ActiveTasks-1)
	h.Totals.TasksEnded++
	h.Totals.TasksStarted = max(h.Totals.TasksStarted, h.Totals.TasksEnded)
	switch {
	case e.Killed:
		t.Status = TaskKilled
		s.KilledTasks++
		j.KilledTasks++
		h.Totals.TasksKilled++
		countReason(&s.Killed, e.Err)
		countReason(&j.Killed, e.Err)
	case e.Err != "":
		t.Status = TaskFailed
		s.FailedTasks++
		j.FailedTasks++
		h.Totals.TasksFailed++
	default:
		t.Status = TaskSuccess
		s.CompletedTasks++
		j.CompletedTasks++
		h.Totals.TasksSucceeded++
		if s.done == nil {
			s.done = map[int]bool{}
		}
		if !s.done[e.Index] {
			s.done[e.Index] = true
			s.CompletedIndices++
			j.CompletedIndices++
		}
	}
	d := e.Time.Sub(e.Launch)
	s.TaskTime += d
	h.Totals.TaskTime += d
	add(&s.Metrics, &e.Metrics)
	add(&h.Totals.Metrics, &e.Metrics)
}

func countReason(m *map[string]int, reason string) {
	if *m == nil {
		*m = map[string]int{}
	}
	if reason == "" {
		reason = "killed"
	}
	(*m)[reason]++
}

func add(to, m *progress.TaskMetrics) {
	to.RunTime += m.RunTime
	to.InputRows += m.InputRows
	to.InputBytes += m.InputBytes
	to.OutputRows += m.OutputRows
	to.OutputBytes += m.OutputBytes
	to.ShuffleReadRows += m.ShuffleReadRows
	to.ShuffleReadBytes += m.ShuffleReadBytes
	to.ShuffleWriteRows += m.ShuffleWriteRows
	to.ShuffleWriteBytes += m.ShuffleWriteBytes
	to.ResultRows += m.ResultRows
	to.PeakMemory = max(to.PeakMemory, m.PeakMemory)
}

// forgetTasks makes room for a task: it forgets all tasks of the oldest finished stage that has some or, when there is
// none, the first tasks of the oldest stage.
func (h *History) forgetTasks() {
	var oldest *Stage
	for s := range h.Stages.All() {
		if len(s.Tasks) == 0 {
			continue
		}
		if s.Finished() {
			h.forget(s, len(s.Tasks))
			return
		}
		if oldest == nil {
			oldest = s
		}
	}
	if oldest != nil {
		h.forget(oldest, max(1, len(oldest.Tasks)/4))
	}
}

func (h *History) forget(s *Stage, n int) {
	s.Tasks = append([]*Task(nil), s.Tasks[n:]...)
	s.Forgotten += n
	h.tasks -= n
}
