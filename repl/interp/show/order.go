package show

import (
	"cmp"
	"reflect"
)

// compareKeys orders map keys so that a map looks the same each time.
func compareKeys(a, b reflect.Value) int {
	for a.Kind() == reflect.Interface && !a.IsNil() {
		a = a.Elem()
	}
	for b.Kind() == reflect.Interface && !b.IsNil() {
		b = b.Elem()
	}
	if a.Kind() != b.Kind() {
		return cmp.Compare(a.Kind(), b.Kind())
	}
	switch {
	case a.CanInt():
		return cmp.Compare(a.Int(), b.Int())
	case a.CanUint():
		return cmp.Compare(a.Uint(), b.Uint())
	case a.CanFloat():
		return cmp.Compare(a.Float(), b.Float())
	}
	switch a.Kind() {
	case reflect.String:
		return cmp.Compare(a.String(), b.String())
	case reflect.Bool:
		if a.Bool() == b.Bool() {
			return 0
		} else if b.Bool() {
			return -1
		}
		return 1
	case reflect.Struct:
		for i := range a.NumField() {
			if i < b.NumField() {
				if c := compareKeys(a.Field(i), b.Field(i)); c != 0 {
					return c
				}
			}
		}
	case reflect.Array:
		for i := range a.Len() {
			if i < b.Len() {
				if c := compareKeys(a.Index(i), b.Index(i)); c != 0 {
					return c
				}
			}
		}
	}
	return 0
}
