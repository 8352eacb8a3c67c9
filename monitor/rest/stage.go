package rest

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"gospark/monitor/history"
)

type stage struct {
	Status                string `json:"status"`
	StageID               int    `json:"stageId"`
	AttemptID             int    `json:"attemptId"`
	NumTasks              int    `json:"numTasks"`
	NumActiveTasks        int    `json:"numActiveTasks"`
	NumCompleteTasks      int    `json:"numCompleteTasks"`
	NumFailedTasks        int    `json:"numFailedTasks"`
	NumKilledTasks        int    `json:"numKilledTasks"`
	NumCompletedIndices   int    `json:"numCompletedIndices"`
	SubmissionTime        *date  `json:"submissionTime,omitempty"`
	FirstTaskLaunchedTime *date  `json:"firstTaskLaunchedTime,omitempty"`
	CompletionTime        *date  `json:"completionTime,omitempty"`
	FailureReason         string `json:"failureReason,omitempty"`

	ExecutorDeserializeTime          int64 `json:"executorDeserializeTime"`
	ExecutorDeserializeCPUTime       int64 `json:"executorDeserializeCpuTime"`
	ExecutorRunTime                  int64 `json:"executorRunTime"`
	ExecutorCPUTime                  int64 `json:"executorCpuTime"`
	ResultSize                       int64 `json:"resultSize"`
	JVMGCTime                        int64 `json:"jvmGcTime"`
	ResultSerializationTime          int64 `json:"resultSerializationTime"`
	MemoryBytesSpilled               int64 `json:"memoryBytesSpilled"`
	DiskBytesSpilled                 int64 `json:"diskBytesSpilled"`
	PeakExecutionMemory              int64 `json:"peakExecutionMemory"`
	InputBytes                       int64 `json:"inputBytes"`
	InputRecords                     int64 `json:"inputRecords"`
	OutputBytes                      int64 `json:"outputBytes"`
	OutputRecords                    int64 `json:"outputRecords"`
	ShuffleRemoteBlocksFetched       int64 `json:"shuffleRemoteBlocksFetched"`
	ShuffleLocalBlocksFetched        int64 `json:"shuffleLocalBlocksFetched"`
	ShuffleFetchWaitTime             int64 `json:"shuffleFetchWaitTime"`
	ShuffleRemoteBytesRead           int64 `json:"shuffleRemoteBytesRead"`
	ShuffleRemoteBytesReadToDisk     int64 `json:"shuffleRemoteBytesReadToDisk"`
	ShuffleLocalBytesRead            int64 `json:"shuffleLocalBytesRead"`
	ShuffleReadBytes                 int64 `json:"shuffleReadBytes"`
	ShuffleReadRecords               int64 `json:"shuffleReadRecords"`
	ShuffleCorruptMergedBlockChunks  int64 `json:"shuffleCorruptMergedBlockChunks"`
	ShuffleMergedFetchFallbackCount  int64 `json:"shuffleMergedFetchFallbackCount"`
	ShuffleMergedRemoteBlocksFetched int64 `json:"shuffleMergedRemoteBlocksFetched"`
	ShuffleMergedLocalBlocksFetched  int64 `json:"shuffleMergedLocalBlocksFetched"`
	ShuffleMergedRemoteChunksFetched int64 `json:"shuffleMergedRemoteChunksFetched"`
	ShuffleMergedLocalChunksFetched  int64 `json:"shuffleMergedLocalChunksFetched"`
	ShuffleMergedRemoteBytesRead     int64 `json:"shuffleMergedRemoteBytesRead"`
	ShuffleMergedLocalBytesRead      int64 `json:"shuffleMergedLocalBytesRead"`
	ShuffleRemoteReqsDuration        int64 `json:"shuffleRemoteReqsDuration"`
	ShuffleMergedRemoteReqsDuration  int64 `json:"shuffleMergedRemoteReqsDuration"`
	ShuffleWriteBytes                int64 `json:"shuffleWriteBytes"`
	ShuffleWriteTime                 int64 `json:"shuffleWriteTime"`
	ShuffleWriteRecords              int64 `json:"shuffleWriteRecords"`

	Name                 string                     `json:"name"`
	Description          string                     `json:"description,omitempty"`
	Details              string                     `json:"details"`
	SchedulingPool       string                     `json:"schedulingPool"`
	RDDIDs               []int                      `json:"rddIds"`
	AccumulatorUpdates   []accumulator              `json:"accumulatorUpdates"`
	Tasks                map[string]task            `json:"tasks,omitempty"`
	ExecutorSummary      map[string]executorOfStage `json:"executorSummary,omitempty"`
	KilledTasksSummary   map[string]int             `json:"killedTasksSummary"`
	ResourceProfileID    int                        `json:"resourceProfileId"`
	PeakExecutorMetrics  *peakMemory                `json:"peakExecutorMetrics,omitempty"`
	TaskMetrics          *summary                   `json:"taskMetricsDistributions,omitempty"`
	IsShufflePushEnabled bool                       `json:"isShufflePushEnabled"`
	ShuffleMergersCount  int                        `json:"shuffleMergersCount"`
}

type accumulator struct {
	ID     int64  `json:"id"`
	Name   string `json:"name"`
	Update string `json:"update,omitempty"`
	Value  string `json:"value"`
}

// executorOfStage is what an executor did for a stage.
type executorOfStage struct {
	TaskTime              int64      `json:"taskTime"`
	FailedTasks           int        `json:"failedTasks"`
	SucceededTasks        int        `json:"succeededTasks"`
	KilledTasks           int        `json:"killedTasks"`
	InputBytes            int64      `json:"inputBytes"`
	InputRecords          int64      `json:"inputRecords"`
	OutputBytes           int64      `json:"outputBytes"`
	OutputRecords         int64      `json:"outputRecords"`
	ShuffleRead           int64      `json:"shuffleRead"`
	ShuffleReadRecords    int64      `json:"shuffleReadRecords"`
	ShuffleWrite          int64      `json:"shuffleWrite"`
	ShuffleWriteRecords   int64      `json:"shuffleWriteRecords"`
	MemoryBytesSpilled    int64      `json:"memoryBytesSpilled"`
	DiskBytesSpilled      int64      `json:"diskBytesSpilled"`
	IsBlacklistedForStage bool       `json:"isBlacklistedForStage"`
	PeakMemoryMetrics     peakMemory `json:"peakMemoryMetrics"`
	IsExcludedForStage    bool       `json:"isExcludedForStage"`
}

// stageDetail says what of a stage is asked for.
type stageDetail struct {
	tasks     bool
	status    func(string) bool // of the tasks
	quantiles distribution      // nil for no summaries
}

// detail reads the parameters details, taskStatus, withSummaries and quantiles.
func (q *query) detail(tasks bool) (d stageDetail, err error) {
	d.tasks = tasks
	if s := q.params.Get("details"); s != "" {
		d.tasks = strings.EqualFold(s, "true")
	}
	if d.status, err = q.oneOf("taskStatus", history.TaskRunning, history.TaskSuccess, history.TaskFailed, history.TaskKilled); err != nil {
		return d, err
	}
	if strings.EqualFold(q.params.Get("withSummaries"), "true") {
		d.quantiles, err = parseQuantiles(cmp.Or(q.params.Get("quantiles"), "0.0,0.25,0.5,0.75,1.0"))
	}
	return d, err
}

func (q *query) stage(s *history.Stage, d stageDetail) stage {
	m := &s.Metrics
	accumulators := make([]accumulator, len(s.Accumulators))
	for i, a := range s.Accumulators {
		accumulators[i] = accumulator{ID: a.ID, Name: a.Name, Value: a.Value}
	}
	v := stage{
		Status: s.Status, StageID: s.ID, AttemptID: s.Attempt, NumTasks: s.StageInfo.Tasks, NumActiveTasks: s.ActiveTasks,
		NumCompleteTasks: s.CompletedTasks, NumFailedTasks: s.FailedTasks, NumKilledTasks: s.KilledTasks,
		NumCompletedIndices: s.CompletedIndices, SubmissionTime: when(s.Submitted), FirstTaskLaunchedTime: when(s.FirstTask),
		CompletionTime: when(s.Completed), FailureReason: s.Err,
		ExecutorRunTime: m.RunTime.Milliseconds(), PeakExecutionMemory: m.PeakMemory,
		InputBytes: m.InputBytes, InputRecords: m.InputRows, OutputBytes: m.OutputBytes, OutputRecords: m.OutputRows,
		ShuffleLocalBytesRead: m.ShuffleReadBytes, ShuffleReadBytes: m.ShuffleReadBytes, ShuffleReadRecords: m.ShuffleReadRows,
		ShuffleWriteBytes: m.ShuffleWriteBytes, ShuffleWriteRecords: m.ShuffleWriteRows,
		Name: s.Name, Description: q.description(s.Description, s.Batch), Details: s.Details, SchedulingPool: "default",
		RDDIDs: orEmpty(slices.Clone(s.RDDIDs)), AccumulatorUpdates: accumulators, KilledTasksSummary: reasons(s.Killed),
	}
	if s.Peak != (history.Memory{}) {
		p := newPeakMemory(s.Peak)
		v.PeakExecutorMetrics = &p
	}
	if done := succeeded(s); d.quantiles != nil && len(done) > 0 {
		v.TaskMetrics = summarize(done, d.quantiles)
	}
	if !d.tasks || s.FirstTask.IsZero() {
		return v
	}
	v.Tasks = map[string]task{}
	for _, t := range s.Tasks {
		if d.status(t.Status) {
			v.Tasks[strconv.FormatInt(t.ID, 10)] = newTask(t, q.Now())
		}
	}
	v.ExecutorSummary = map[string]executorOfStage{driver: {
		TaskTime: s.TaskTime.Milliseconds(), FailedTasks: s.FailedTasks, SucceededTasks: s.CompletedTasks, KilledTasks: s.KilledTasks,
		InputBytes: m.InputBytes, InputRecords: m.InputRows, OutputBytes: m.OutputBytes, OutputRecords: m.OutputRows,
		ShuffleRead: m.ShuffleReadBytes, ShuffleReadRecords: m.ShuffleReadRows,
		ShuffleWrite: m.ShuffleWriteBytes, ShuffleWriteRecords: m.ShuffleWriteRows,
		PeakMemoryMetrics: newPeakMemory(s.Peak),
	}}
	return v
}

// newestFirst gives the stages by falling id, as Spark lists them.
func (q *query) newestFirst() []*history.Stage {
	all := slices.Collect(q.Stages.All())
	slices.SortStableFunc(all, func(a, b *history.Stage) int {
		if a.ID != b.ID {
			return b.ID - a.ID
		}
		return b.Attempt - a.Attempt
	})
	return all
}

func stageList(q *query) (any, error) {
	wanted, err := q.statuses(history.StageActive, history.StageComplete, history.StageFailed, history.StagePending, history.StageSkipped)
	if err != nil {
		return nil, err
	}
	detail, err := q.detail(false)
	if err != nil {
		return nil, err
	}
	list := []stage{}
	for _, s := range q.newestFirst() {
		if wanted(s.Status) {
			list = append(list, q.stage(s, detail))
		}
	}
	return list, nil
}

func stageAttempts(q *query) (any, error) {
	detail, err := q.detail(true)
	if err != nil {
		return nil, err
	}
	list := []stage{}
	for _, s := range q.newestFirst() {
		if int64(s.ID) == q.number("stage") {
			list = append(list, q.stage(s, detail))
		}
	}
	if len(list) == 0 {
		return nil, notFound("unknown stage: %s", q.http.PathValue("stage"))
	}
	return list, nil
}

// attempt gives the stage attempt that the path names.
func (q *query) attempt() (*history.Stage, error) {
	id := int(q.number("stage"))
	if s, ok := q.Stages.Get(history.StageKey{ID: id, Attempt: int(q.number("attempt"))}); ok {
		return s, nil
	}
	var found []string
	for s := range q.Stages.All() {
		if s.ID == id {
			found = append(found, strconv.Itoa(s.Attempt))
		}
	}
	if found == nil {
		return nil, notFound("unknown stage: %s", q.http.PathValue("stage"))
	}
	return nil, notFound("unknown attempt for stage %d.  Found attempts: [%s]", id, strings.Join(found, ","))
}

func stageAttempt(q *query) (any, error) {
	s, err := q.attempt()
	if err != nil {
		return nil, err
	}
	detail, err := q.detail(true)
	if err != nil {
		return nil, err
	}
	return q.stage(s, detail), nil
}
