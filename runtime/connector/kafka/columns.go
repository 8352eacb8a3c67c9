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

// The positions of a row's columns.
const (
	keyColumn = iota
	valueColumn
	topicColumn
	partitionColumn
	offsetColumn
	timeColumn
	timeTypeColumn
	headersColumn
)

// A layout is which columns rows have.
type layout struct {
	headers bool
	columns []int // positions in this order; nil: all
	frame   bool  // headers as a DataFrame holds them, not as []Header
}

// all columns, without a choice among them.
func (l layout) all() []connector.Column {
	cols := []connector.Column{
		{Name: "key", Elem: reflect.TypeFor[string](), Type: "binary"},
		{Name: "value", Elem: reflect.TypeFor[string](), Type: "binary"},
		{Name: "topic", Elem: reflect.TypeFor[string](), Type: "string"},
		{Name: "partition", Elem: reflect.TypeFor[int32](), Type: "int"},
		{Name: "offset", Elem: reflect.TypeFor[int64](), Type: "bigint"},
		{Name: "timestamp", Elem: reflect.TypeFor[int64](), Type: "timestamp"}, // microseconds
		{Name: "timestampType", Elem: reflect.TypeFor[int32](), Type: "int"},
	}
	if l.headers {
		elem := reflect.TypeFor[[]Header]()
		if l.frame {
			elem = (*batch.List)(nil).Elem()
		}
		cols = append(cols, connector.Column{Name: "headers", Elem: elem, Type: "array<struct<key:string,value:binary>>"})
	}
	return cols
}

// chosen are the columns of a row, in order.
func (l layout) chosen() []connector.Column {
	all := l.all()
	if l.columns == nil {
		return all
	}
	cols := make([]connector.Column, len(l.columns))
	for i, c := range l.columns {
		cols[i] = all[c]
	}
	return cols
}

func (l layout) wants(column int) bool {
	if l.columns == nil {
		return column != headersColumn || l.headers
	}
	for _, c := range l.columns {
		if c == column {
			return true
		}
	}
	return false
}

// rows are the columns of the batch being filled. The slices have a fixed length and are overwritten by the next batch,
// as the contract of a reader allows; the strings in them are views into blocks that are not. A slice that is nil is of a
// column that nobody asked for.
type rows struct {
	n, size               int
	key, value            []string
	hasKey, hasValue      []bool
	nullKeys, nullValues  int
	offset, time          []int64
	timeType              []int32
	headers               [][]Header
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
	headerFrame           headerColumn
	frame                 bool
	batch                 batch.Batch
}

func newRows(tp TopicPartition, size int, l layout) *rows {
	r := &rows{size: size, frame: l.frame}
	if l.wants(keyColumn) {
		r.key, r.hasKey = make([]string, size), make([]bool, size)
	}
	if l.wants(valueColumn) {
		r.value, r.hasValue = make([]string, size), make([]bool, size)
	}
	if l.wants(topicColumn) {
		r.topic = make([]string, size)
		for i := range r.topic {
			r.topic[i] = tp.Topic
		}
	}
	if l.wants(partitionColumn) {
		r.partition = make([]int32, size)
		for i := range r.partition {
			r.partition[i] = tp.Partition
		}
	}
	if l.wants(offsetColumn) {
		r.offset = make([]int64, size)
	}
	if l.wants(timeColumn) {
		r.time = make([]int64, size)
	}
	if l.wants(timeTypeColumn) {
		r.timeType = make([]int32, size)
	}
	if l.wants(headersColumn) {
		r.headers, r.hasHeaders = make([][]Header, size), make([]bool, size)
	}
	all := []batch.Vector{&r.keys, &r.values, &r.topics, &r.partitions, &r.offsets, &r.times, &r.timeTypes, &r.headerLists}
	if l.frame {
		all[headersColumn] = &r.headerFrame.list
	}
	if l.columns == nil {
		r.batch.Cols = all[:len(l.all())]
		return r
	}
	r.batch.Cols = make([]batch.Vector, len(l.columns))
	for i, c := range l.columns {
		r.batch.Cols[i] = all[c]
	}
	return r
}

func (r *rows) full() bool { return r.n == r.size }

// views says whether rows point into the block that they are decoded from.
func (r *rows) views() bool { return r.key != nil || r.value != nil || r.headers != nil }

func (r *rows) reset() { r.n, r.nullKeys, r.nullValues, r.noHeaders = 0, 0, 0, 0 }

// finish is the batch of the rows so far.
func (r *rows) finish() *batch.Batch {
	n := r.n
	set(&r.keys, r.key, r.hasKey, n, r.nullKeys)
	set(&r.values, r.value, r.hasValue, n, r.nullValues)
	set(&r.topics, r.topic, nil, n, 0)
	set(&r.partitions, r.partition, nil, n, 0)
	set(&r.offsets, r.offset, nil, n, 0)
	set(&r.times, r.time, nil, n, 0)
	set(&r.timeTypes, r.timeType, nil, n, 0)
	if r.headers != nil && r.frame {
		r.headerFrame.fill(r.headers[:n], r.hasHeaders[:n], r.noHeaders)
	} else {
		set(&r.headerLists, r.headers, r.hasHeaders, n, r.noHeaders)
	}
	r.batch.N, r.batch.Sel = n, nil
	return &r.batch
}

func set[T any](v *batch.Vec[T], s []T, valid []bool, n, nulls int) {
	if s == nil {
		return
	}
	v.V, v.Valid = s[:n:n], nil
	if nulls > 0 {
		v.Valid = valid[:n:n]
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
