package session

import (
	"fmt"
	"slices"

	"gospark/runtime/exec"
)

// A StatusTracker tells how far jobs and stages are. It remembers the last thousand jobs.
type StatusTracker struct{ s *exec.Scheduler }

// A SparkJobInfo is a job: Status is RUNNING, SUCCEEDED or FAILED.
type SparkJobInfo struct {
	JobID    int
	StageIDs []int
	Status   string
}

// String lists the fields as PySpark does.
func (i SparkJobInfo) String() string {
	return fmt.Sprintf("SparkJobInfo(jobId=%d, stageIds=%v, status=%s)", i.JobID, i.StageIDs, i.Status)
}

// A SparkStageInfo is a stage and the number of its tasks.
type SparkStageInfo struct {
	StageID, CurrentAttemptID int
	Name                      string
	NumTasks, NumActiveTasks  int
	NumCompletedTasks         int
	NumFailedTasks            int
}

// StatusTracker tells how far jobs are.
func (sc *SparkContext) StatusTracker() *StatusTracker { return &StatusTracker{sc.sched} }

// GetActiveJobIDs lists the jobs that run.
func (t *StatusTracker) GetActiveJobIDs() []int {
	return jobIDs(t.s.Jobs(func(j exec.JobStatus) bool { return j.Status == "RUNNING" }))
}

// GetJobIDsForGroup lists the jobs of a group; of "" those without one.
func (t *StatusTracker) GetJobIDsForGroup(group string) []int {
	return jobIDs(t.s.Jobs(func(j exec.JobStatus) bool { return j.Group == group }))
}

func jobIDs(js []exec.JobStatus) []int {
	ids := []int{}
	for _, j := range js {
		ids = append(ids, j.ID)
	}
	slices.Sort(ids)
	return ids
}

// GetActiveStageIDs lists the stages that run.
func (t *StatusTracker) GetActiveStageIDs() []int { return append([]int{}, t.s.ActiveStages()...) }

// GetJobInfo tells about a job, nil if it is not known.
func (t *StatusTracker) GetJobInfo(id int) *SparkJobInfo {
	for _, j := range t.s.Jobs(func(j exec.JobStatus) bool { return j.ID == id }) {
		return &SparkJobInfo{JobID: j.ID, StageIDs: j.StageIDs, Status: j.Status}
	}
	return nil
}

// GetStageInfo tells about a stage, nil if it is not known.
func (t *StatusTracker) GetStageInfo(id int) *SparkStageInfo {
	s, ok := t.s.Stage(id)
	if !ok {
		return nil
	}
	return &SparkStageInfo{StageID: s.ID, CurrentAttemptID: s.Attempt, Name: s.Name, NumTasks: s.Tasks,
		NumActiveTasks: s.Active, NumCompletedTasks: s.Completed, NumFailedTasks: s.Failed}
}
