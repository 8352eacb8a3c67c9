package rest

import (
	"fmt"
	"maps"
	"slices"

	"gospark/monitor/history"
	"gospark/runtime/progress"
)

type cached struct {
	ID                  int                 `json:"id"`
	Name                string              `json:"name"`
	NumPartitions       int                 `json:"numPartitions"`
	NumCachedPartitions int                 `json:"numCachedPartitions"`
	StorageLevel        string              `json:"storageLevel"`
	MemoryUsed          int64               `json:"memoryUsed"`
	DiskUsed            int64               `json:"diskUsed"`
	DataDistribution    []cachedOnExecutor  `json:"dataDistribution"`
	Partitions          []cachedInPartition `json:"partitions"`
}

type cachedOnExecutor struct {
	Address                string `json:"address"`
	MemoryUsed             int64  `json:"memoryUsed"`
	MemoryRemaining        int64  `json:"memoryRemaining"`
	DiskUsed               int64  `json:"diskUsed"`
	OnHeapMemoryUsed       int64  `json:"onHeapMemoryUsed"`
	OffHeapMemoryUsed      int64  `json:"offHeapMemoryUsed"`
	OnHeapMemoryRemaining  int64  `json:"onHeapMemoryRemaining"`
	OffHeapMemoryRemaining int64  `json:"offHeapMemoryRemaining"`
}

type cachedInPartition struct {
	BlockName    string   `json:"blockName"`
	StorageLevel string   `json:"storageLevel"`
	MemoryUsed   int64    `json:"memoryUsed"`
	DiskUsed     int64    `json:"diskUsed"`
	Executors    []string `json:"executors"`
}

func (q *query) cached(s progress.StorageUpdate) cached {
	left := max(0, memoryLimit(history.Now())-s.MemoryBytes)
	partitions := make([]cachedInPartition, len(s.Blocks))
	for i, b := range s.Blocks {
		partitions[i] = cachedInPartition{BlockName: fmt.Sprintf("rdd_%d_%d", s.RDDID, b.Partition), StorageLevel: b.Level,
			MemoryUsed: b.MemoryBytes, DiskUsed: b.DiskBytes, Executors: []string{driver}}
	}
	return cached{
		ID: s.RDDID, Name: s.Name, NumPartitions: s.Partitions, NumCachedPartitions: s.CachedPartitions, StorageLevel: s.Level,
		MemoryUsed: s.MemoryBytes, DiskUsed: s.DiskBytes,
		DataDistribution: []cachedOnExecutor{{Address: q.Addr, MemoryUsed: s.MemoryBytes, MemoryRemaining: left, DiskUsed: s.DiskBytes,
			OnHeapMemoryUsed: s.MemoryBytes, OnHeapMemoryRemaining: left}},
		Partitions: partitions,
	}
}

func storageList(q *query) (any, error) {
	list := []cached{}
	for _, id := range slices.Sorted(maps.Keys(q.Storage)) {
		list = append(list, q.cached(q.Storage[id]))
	}
	return list, nil
}

func storageInfo(q *query) (any, error) {
	s, ok := q.Storage[int(q.number("rdd"))]
	if !ok {
		return nil, notFound("no rdd found w/ id %s", q.http.PathValue("rdd"))
	}
	return q.cached(s), nil
}
