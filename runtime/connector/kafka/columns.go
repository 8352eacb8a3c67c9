package kafka

import (
	"reflect"

	"gospark/runtime/batch"
	"gospark/runtime/connector"
)

// A Header is one header of a record; a nil Value is a null. A record may have several of the same key.
type Header struct {
	Key   string
	Value []byte
}

func init() { batch.Register[[]Header]() }

// Columns are those of a row, in order.
func columnsOf(headers bool) []connector.Column {
	cols := []connector.Column{
		{Name: "key", Elem: reflect.TypeFor[string](), Type: "binary"},
		{Name: "value", Elem: reflect.TypeFor[string](), Type: "binary"},
		{Name: "topic", Elem: reflect.TypeFor[string](), Type: "string"},
		{Name: "partition", Elem: reflect.TypeFor[int32](), Type: "int"},
		{Name: "offset", Elem: reflect.TypeFor[int64](), Type: "bigint"},
		{Name: "timestamp", Elem: reflect.TypeFor[int64](), Type: "timestamp"}, // microseconds
		{Name: "timestampType", Elem: reflect.TypeFor[int32](), Type: "int"},
	}
	if headers {
		cols = append(cols, connector.Column{Name: "headers", Elem: reflect.TypeFor[[]Header](),
			Type: "array<struct<key:string,value:binary>>"})
	}
	return cols
}

// rows are the columns of the batch being filled. The slices have a fixed length and are overwritten by the next batch,
// as the contract of a reader allows; the strings in them are views into blocks that are not.
type rows struct {
	n                     int
	key, value            []string
	hasKey, hasValue      []bool
	nullKeys, nullValues  int
	offset, time          []int64
	timeType              []int32
	headers               [][]Header // nil: not asked for
	hasHeaders            []bool
	noHeaders             int
	arena                 []Header
	topic                 []string // constant
	partition             []int32  // constant
	keys, values          batch.Vec[string]
	topics                batch.Vec[string]
	partitions, timeTypes batch.Vec[int32]
	offsets, times        batch.Vec[int64]
	headerLists           batch.Vec[[]Header]
	batch                 batch.Batch
}

func newRows(tp TopicPartition, size int, headers bool) *rows {
	r := &rows{
		key: make([]string, size), value: make([]string, size),
		hasKey: make([]bool, size), hasValue: make([]bool, size),
		offset: make([]int64, size), time: make([]int64, size), timeType: make([]int32, size),
		topic: make([]string, size), partition: make([]int32, size),
	}
	for i := range size {
		r.topic[i], r.partition[i] = tp.Topic, tp.Partition
	}
	r.batch.Cols = []batch.Vector{&r.keys, &r.values, &r.topics, &r.partitions, &r.offsets, &r.times, &r.timeTypes}
	if headers {
		r.headers, r.hasHeaders = make([][]Header, size), make([]bool, size)
		r.batch.Cols = append(r.batch.Cols, &r.headerLists)
	}
	return r
}

func (r *rows) full() bool { return r.n == len(r.offset) }

func (r *rows) reset() { r.n, r.nullKeys, r.nullValues, r.noHeaders = 0, 0, 0, 0 }

// finish is the batch of the rows so far.
func (r *rows) finish() *batch.Batch {
	n := r.n
	set(&r.keys, r.key[:n], r.hasKey[:n], r.nullKeys)
	set(&r.values, r.value[:n], r.hasValue[:n], r.nullValues)
	set(&r.topics, r.topic[:n:n], nil, 0)
	set(&r.partitions, r.partition[:n:n], nil, 0)
	set(&r.offsets, r.offset[:n], nil, 0)
	set(&r.times, r.time[:n], nil, 0)
	set(&r.timeTypes, r.timeType[:n], nil, 0)
	if r.headers != nil {
		set(&r.headerLists, r.headers[:n], r.hasHeaders[:n], r.noHeaders)
	}
	r.batch.N, r.batch.Sel = n, nil
	return &r.batch
}

func set[T any](v *batch.Vec[T], s []T, valid []bool, nulls int) {
	v.V, v.Valid = s, nil
	if nulls > 0 {
		v.Valid = valid
	}
}

// header makes a list of n headers out of a larger allocation.
func (r *rows) header(n int) []Header {
	if len(r.arena) < n {
		r.arena = make([]Header, max(n, 1024))
	}
	h := r.arena[:n:n]
	r.arena = r.arena[n:]
	return h
}
