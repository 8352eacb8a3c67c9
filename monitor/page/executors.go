package page

import (
	"runtime"
	"time"

	"gospark/monitor/history"
)

type executorsView struct {
	Cores                  int
	ActiveTasks            int64
	Totals                 history.Totals
	Now, Peak              history.Memory
	Goroutines             int
	Up                     time.Duration
	CachedBytes            int64
	CachedPartitions       int
	Jobs, Stages, Contexts int
}

func executors(q *query) (any, error) {
	v := &executorsView{Cores: q.App.Cores, ActiveTasks: q.Totals.ActiveTasks(), Totals: q.Totals, Now: history.Now(), Peak: q.Peak,
		Goroutines: runtime.NumGoroutine(), Jobs: q.Jobs.Len(), Stages: q.Stages.Len(), Contexts: q.Contexts.Len()}
	if !q.App.Time.IsZero() {
		v.Up = q.now.Sub(q.App.Time)
	}
	for _, s := range q.Storage {
		v.CachedBytes += s.MemoryBytes
		v.CachedPartitions += s.CachedPartitions
	}
	v.Peak.Heap, v.Peak.Other = max(v.Peak.Heap, v.Now.Heap), max(v.Peak.Other, v.Now.Other)
	return v, nil
}
