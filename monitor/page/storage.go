package page

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"gospark/runtime/progress"
)

type storageView struct {
	Datasets []progress.StorageUpdate
}

func storage(q *query) (any, error) {
	v := &storageView{}
	for _, id := range slices.Sorted(maps.Keys(q.Storage)) {
		v.Datasets = append(v.Datasets, q.Storage[id])
	}
	return v, nil
}

type datasetView struct {
	progress.StorageUpdate
}

func (v *datasetView) title() string { return fmt.Sprintf("Dataset %d", v.RDDID) }

func dataset(q *query) (any, error) {
	text := q.http.URL.Query().Get("id")
	id, err := strconv.Atoi(text)
	s, ok := q.Storage[id]
	if err != nil || !ok {
		return nil, errNotFound("No dataset " + text + " is cached")
	}
	return &datasetView{s}, nil
}
