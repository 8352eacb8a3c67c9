package batch

import (
	"bytes"
	"cmp"
	"fmt"
	"reflect"
	"strings"
	"time"
)

// Ordered says whether values of t have an order: numbers, strings, booleans, times, bytes, and slices and structs of them.
func Ordered(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Bool, reflect.String, reflect.Interface,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr,
		reflect.Float32, reflect.Float64:
		return true
	case reflect.Slice, reflect.Array:
		return Ordered(t.Elem())
	case reflect.Struct:
		if t == reflect.TypeFor[time.Time]() {
			return true
		}
		for i := range t.NumField() {
			if !Ordered(t.Field(i).Type) {
				return false
			}
		}
		return true
	}
	return false
}

// CompareAny orders boxed values of one type: nulls first, NaN above all numbers, false before true, strings by bytes,
// slices and structs by their parts. It panics for a type without an order.
func CompareAny(a, b any) int {
	if a == nil || b == nil {
		switch {
		case a == nil && b == nil:
			return 0
		case a == nil:
			return -1
		}
		return 1
	}
	switch x := a.(type) {
	case string:
		if y, ok := b.(string); ok {
			return strings.Compare(x, y)
		}
	case int:
		if y, ok := b.(int); ok {
			return cmp.Compare(x, y)
		}
	case int64:
		if y, ok := b.(int64); ok {
			return cmp.Compare(x, y)
		}
	case float64:
		if y, ok := b.(float64); ok {
			return compareFloat(x, y)
		}
	case time.Time:
		if y, ok := b.(time.Time); ok {
			return x.Compare(y)
		}
	case []byte:
		if y, ok := b.([]byte); ok {
			return bytes.Compare(x, y)
		}
	}
	return compareReflect(reflect.ValueOf(a), reflect.ValueOf(b))
}

// compareFloat orders NaN above everything and equal to itself, -0 equal to 0.
func compareFloat(x, y float64) int {
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	case x == y:
		return 0
	case x == x:
		return -1
	case y == y:
		return 1
	}
	return 0
}

func compareReflect(a, b reflect.Value) int {
	if a.Kind() == reflect.Interface {
		a = a.Elem()
	}
	if b.Kind() == reflect.Interface {
		b = b.Elem()
	}
	if !a.IsValid() || !b.IsValid() {
		return boolInt(a.IsValid()) - boolInt(b.IsValid())
	}
	if a.Kind() != b.Kind() {
		if a.CanInt() && b.CanInt() {
			return cmp.Compare(a.Int(), b.Int())
		}
		panic(fmt.Sprintf("cannot compare %v with %v", a.Type(), b.Type()))
	}
	switch {
	case a.CanInt():
		return cmp.Compare(a.Int(), b.Int())
	case a.CanUint():
		return cmp.Compare(a.Uint(), b.Uint())
	case a.CanFloat():
		return compareFloat(a.Float(), b.Float())
	}
	switch a.Kind() {
	case reflect.String:
		return strings.Compare(a.String(), b.String())
	case reflect.Bool:
		return boolInt(a.Bool()) - boolInt(b.Bool())
	case reflect.Slice, reflect.Array:
		for i := range min(a.Len(), b.Len()) {
			if c := compareReflect(a.Index(i), b.Index(i)); c != 0 {
				return c
			}
		}
		return cmp.Compare(a.Len(), b.Len())
	case reflect.Struct:
		for i := range a.NumField() {
			if c := compareReflect(a.Field(i), b.Field(i)); c != 0 {
				return c
			}
		}
		return 0
	}
	panic(fmt.Sprintf("values of type %v have no order", a.Type()))
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}
