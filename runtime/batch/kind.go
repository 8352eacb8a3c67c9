package batch

import (
	"reflect"
	"sync"
	"time"

	"gospark/runtime/types"
)

// makers is the table of element types that have a Vec of their own. Other types get an Opaque vector.
var makers sync.Map // reflect.Type -> func(capacity int) Vector

// Register gives T a typed vector. Packages with record types of their own (a Kafka record) call it from init.
func Register[T any]() {
	makers.Store(reflect.TypeFor[T](), func(capacity int) Vector { return &Vec[T]{V: make([]T, 0, capacity)} })
}

func init() {
	Register[bool]()
	Register[int]()
	Register[int8]()
	Register[int16]()
	Register[int32]()
	Register[int64]()
	Register[uint8]()
	Register[uint32]()
	Register[uint64]()
	Register[float32]()
	Register[float64]()
	Register[string]()
	Register[[]byte]()
	Register[time.Time]()
	Register[any]()
	Register[[]any]()
	Register[[]string]()
	Register[[]int]()
	Register[[]int64]()
	Register[[]float64]()
	Register[[]bool]()
	Register[types.Decimal]()
	Register[types.Interval]()
}

// NewVector makes an empty vector of element type t.
func NewVector(t reflect.Type, capacity int) Vector {
	if m, ok := makers.Load(t); ok {
		return m.(func(int) Vector)(capacity)
	}
	return &Opaque{S: reflect.MakeSlice(reflect.SliceOf(t), 0, capacity)}
}

// FromSlice wraps a slice of any element type without copying; slice must be of kind Slice.
func FromSlice(slice reflect.Value) Vector {
	t := slice.Type().Elem()
	v := NewVector(t, 0)
	if o, ok := v.(*Opaque); ok {
		o.S = slice
		return o
	}
	v.(interface{ setSlice(any) }).setSlice(slice.Convert(reflect.SliceOf(t)).Interface())
	return v
}

func (v *Vec[T]) setSlice(s any) { v.V = s.([]T) }
