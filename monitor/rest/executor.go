package rest

import (
	"math"
	"runtime/debug"

	"gospark/monitor/history"
)

// driver is the id of the only executor there is: this process.
const driver = "driver"

type executor struct {
	ID                  string            `json:"id"`
	HostPort            string            `json:"hostPort"`
	IsActive            bool              `json:"isActive"`
	RDDBlocks           int               `json:"rddBlocks"`
	MemoryUsed          int64             `json:"memoryUsed"`
	DiskUsed            int64             `json:"diskUsed"`
	TotalCores          int               `json:"totalCores"`
	MaxTasks            int               `json:"maxTasks"`
	ActiveTasks         int64             `json:"activeTasks"`
	FailedTasks         int64             `json:"failedTasks"`
	CompletedTasks      int64             `json:"completedTasks"`
	TotalTasks          int64             `json:"totalTasks"`
	TotalDuration       int64             `json:"totalDuration"`
	TotalGCTime         int64             `json:"totalGCTime"`
	TotalInputBytes     int64             `json:"totalInputBytes"`
	TotalShuffleRead    int64             `json:"totalShuffleRead"`
	TotalShuffleWrite   int64             `json:"totalShuffleWrite"`
	IsBlacklisted       bool              `json:"isBlacklisted"`
	MaxMemory           int64             `json:"maxMemory"`
	AddTime             date              `json:"addTime"`
	ExecutorLogs        map[string]string `json:"executorLogs"`
	MemoryMetrics       memoryMetrics     `json:"memoryMetrics"`
	BlacklistedInStages []int             `json:"blacklistedInStages"`
	PeakMemoryMetrics   peakMemory        `json:"peakMemoryMetrics"`
	Attributes          map[string]string `json:"attributes"`
	Resources           map[string]string `json:"resources"`
	ResourceProfileID   int               `json:"resourceProfileId"`
	IsExcluded          bool              `json:"isExcluded"`
	ExcludedInStages    []int             `json:"excludedInStages"`
}

type memoryMetrics struct {
	UsedOnHeapStorageMemory   int64 `json:"usedOnHeapStorageMemory"`
	UsedOffHeapStorageMemory  int64 `json:"usedOffHeapStorageMemory"`
	TotalOnHeapStorageMemory  int64 `json:"totalOnHeapStorageMemory"`
	TotalOffHeapStorageMemory int64 `json:"totalOffHeapStorageMemory"`
}

// peakMemory puts Go's figures under the names of Java's: objects are the heap, the rest of what the runtime holds is
// off-heap, and every collection is a concurrent one.
type peakMemory struct {
	JVMHeapMemory              int64 `json:"JVMHeapMemory"`
	JVMOffHeapMemory           int64 `json:"JVMOffHeapMemory"`
	OnHeapExecutionMemory      int64 `json:"OnHeapExecutionMemory"`
	OffHeapExecutionMemory     int64 `json:"OffHeapExecutionMemory"`
	OnHeapStorageMemory        int64 `json:"OnHeapStorageMemory"`
	OffHeapStorageMemory       int64 `json:"OffHeapStorageMemory"`
	OnHeapUnifiedMemory        int64 `json:"OnHeapUnifiedMemory"`
	OffHeapUnifiedMemory       int64 `json:"OffHeapUnifiedMemory"`
	DirectPoolMemory           int64 `json:"DirectPoolMemory"`
	MappedPoolMemory           int64 `json:"MappedPoolMemory"`
	ProcessTreeJVMVMemory      int64 `json:"ProcessTreeJVMVMemory"`
	ProcessTreeJVMRSSMemory    int64 `json:"ProcessTreeJVMRSSMemory"`
	ProcessTreePythonVMemory   int64 `json:"ProcessTreePythonVMemory"`
	ProcessTreePythonRSSMemory int64 `json:"ProcessTreePythonRSSMemory"`
	ProcessTreeOtherVMemory    int64 `json:"ProcessTreeOtherVMemory"`
	ProcessTreeOtherRSSMemory  int64 `json:"ProcessTreeOtherRSSMemory"`
	MinorGCCount               int64 `json:"MinorGCCount"`
	MinorGCTime                int64 `json:"MinorGCTime"`
	MajorGCCount               int64 `json:"MajorGCCount"`
	MajorGCTime                int64 `json:"MajorGCTime"`
	TotalGCTime                int64 `json:"TotalGCTime"`
	ConcurrentGCCount          int64 `json:"ConcurrentGCCount"`
	ConcurrentGCTime           int64 `json:"ConcurrentGCTime"`
}

func newPeakMemory(m history.Memory) peakMemory {
	return peakMemory{JVMHeapMemory: m.Heap, JVMOffHeapMemory: m.Other, ConcurrentGCCount: m.Cycles}
}

// memoryLimit is the limit set for the Go runtime or, where there is none, what it holds now.
func memoryLimit(now history.Memory) int64 {
	if l := debug.SetMemoryLimit(-1); l < math.MaxInt64 {
		return l
	}
	return now.Heap + now.Other
}

func executorList(q *query) (any, error) {
	blocks, memory, disk := 0, int64(0), int64(0)
	for _, s := range q.Storage {
		blocks, memory, disk = blocks+s.CachedPartitions, memory+s.MemoryBytes, disk+s.DiskBytes
	}
	now := history.Now()
	limit := memoryLimit(now)
	t := &q.Totals
	peak := q.Peak
	if peak == (history.Memory{}) {
		peak = now
	}
	return []executor{{
		ID: driver, HostPort: q.Addr, IsActive: q.Ended.IsZero(), RDDBlocks: blocks, MemoryUsed: memory, DiskUsed: disk,
		TotalCores: q.App.Cores, MaxTasks: q.App.Cores, ActiveTasks: t.ActiveTasks(), FailedTasks: t.TasksFailed,
		CompletedTasks: t.TasksSucceeded, TotalTasks: t.TasksStarted, TotalDuration: t.TaskTime.Milliseconds(),
		TotalInputBytes: t.Metrics.InputBytes, TotalShuffleRead: t.Metrics.ShuffleReadBytes, TotalShuffleWrite: t.Metrics.ShuffleWriteBytes,
		MaxMemory: limit, AddTime: date(q.App.Time), ExecutorLogs: map[string]string{},
		MemoryMetrics:       memoryMetrics{UsedOnHeapStorageMemory: memory, TotalOnHeapStorageMemory: limit},
		BlacklistedInStages: []int{}, PeakMemoryMetrics: newPeakMemory(peak),
		Attributes: map[string]string{}, Resources: map[string]string{}, ExcludedInStages: []int{},
	}}, nil
}
