package exec

import (
	"slices"
	"sync"

	"gospark/runtime/progress"
)

// keptJobs is how many finished jobs are remembered for status questions.
const keptJobs = 1000

// A JobStatus says how far a job is: RUNNING, SUCCEEDED or FAILED.
type JobStatus struct {
	ID       int
	Group    string
	StageIDs []int
	Status   string
}

// A StageStatus says how far a stage is.
type StageStatus struct {
	ID, Attempt                      int
	Name                             string
	Tasks, Active, Completed, Failed int
}

// status is what happened lately, for callers that ask instead of listening.
type status struct {
	mu     sync.Mutex
	jobs   []*JobStatus // in order of start
	stages map[int]*StageStatus
	active []int // stages
}

func (s *status) begin(e progress.JobStart) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := slices.IndexFunc(s.jobs, func(x *JobStatus) bool { return x.ID == e.ID }); i >= 0 {
		s.jobs = slices.Delete(s.jobs, i, i+1) // cut anew
	}
	j := &JobStatus{ID: e.ID, Group: e.Group, Status: "RUNNING"}
	for _, st := range e.Stages {
		j.StageIDs = append(j.StageIDs, st.ID)
	}
	s.jobs = append(s.jobs, j)
	if len(s.jobs) > keptJobs {
		for _, id := range s.jobs[0].StageIDs {
			delete(s.stages, id)
		}
		s.jobs = slices.Delete(s.jobs, 0, 1)
	}
}

func (s *status) end(id int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, j := range s.jobs {
		if j.ID == id {
			if j.Status = "SUCCEEDED"; err != nil {
				j.Status = "FAILED"
			}
		}
	}
}

func (s *status) submit(i progress.StageInfo) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stages == nil {
		s.stages = map[int]*StageStatus{}
	}
	s.stages[i.ID] = &StageStatus{ID: i.ID, Attempt: i.Attempt, Name: i.Name, Tasks: i.Tasks}
	s.active = append(s.active, i.ID)
}

func (s *status) complete(id int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.active = slices.DeleteFunc(s.active, func(x int) bool { return x == id })
}

func (s *status) launch(stage int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if st := s.stages[stage]; st != nil {
		st.Active++
	}
}

func (s *status) task(stage int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.stages[stage]
	if st == nil {
		return
	}
	if st.Active--; err == nil {
		st.Completed++
	} else {
		st.Failed++
	}
}

// Jobs lists the jobs for which keep is true, in order of start.
func (s *Scheduler) Jobs(keep func(JobStatus) bool) []JobStatus {
	s.status.mu.Lock()
	defer s.status.mu.Unlock()
	var js []JobStatus
	for _, j := range s.status.jobs {
		if keep(*j) {
			js = append(js, *j)
		}
	}
	return js
}

// ActiveStages lists the stages that run.
func (s *Scheduler) ActiveStages() []int {
	s.status.mu.Lock()
	defer s.status.mu.Unlock()
	return slices.Clone(s.status.active)
}

// Stage tells about a stage that runs or ran lately.
func (s *Scheduler) Stage(id int) (StageStatus, bool) {
	s.status.mu.Lock()
	defer s.status.mu.Unlock()
	st := s.status.stages[id]
	if st == nil {
		return StageStatus{}, false
	}
	return *st, true
}
