package session

import (
	"errors"
	"fmt"
	"reflect"
	"sync"
	"time"

	"gospark/runtime/batch"
	"gospark/runtime/state/rowcodec"
	"gospark/runtime/stream/groups"
	"gospark/runtime/types"
)

// stateCodec keeps values of a Go type as a column of it does.
func stateCodec(t reflect.Type, zone *time.Location) (groups.Codec, error) {
	return goCodec(t, zone, rowcodec.New)
}

// stateKeyCodec keeps the keys of maps: equal ones are equal bytes.
func stateKeyCodec(t reflect.Type, zone *time.Location) (groups.Codec, error) {
	return goCodec(t, zone, rowcodec.NewKey)
}

func goCodec(t reflect.Type, zone *time.Location, compile func(...*types.Type) *rowcodec.Codec) (groups.Codec, error) {
	if err := keepable(t); err != nil {
		return groups.Codec{}, err
	}
	c, _, err := typeOf(t)
	if err != nil {
		return groups.Codec{}, err
	}
	// A codec and its column belong to one goroutine at a time.
	type codec struct {
		*rowcodec.Codec
		cols []batch.Vector
	}
	pool := sync.Pool{New: func() any { return &codec{compile(c), rowcodec.Columns([]*types.Type{c}, 1)} }}
	return groups.Codec{Type: c.SQL(),
		Encode: func(v any) ([]byte, error) {
			x, err := toPhysical(reflect.ValueOf(v), c, zone)
			if err != nil {
				return nil, err
			}
			k := pool.Get().(*codec)
			defer pool.Put(k)
			k.cols[0].Reset()
			k.cols[0].AppendAny(x)
			return k.AppendRow(nil, k.cols, 0), nil
		},
		Decode: func(b []byte) (any, error) {
			k := pool.Get().(*codec)
			defer pool.Put(k)
			k.cols[0].Reset()
			if err := k.Decode(b, k.cols); err != nil {
				return nil, err
			}
			v := reflect.New(t).Elem()
			if err := fromPhysical(v, k.cols[0].Any(0), c, zone); err != nil {
				return nil, err
			}
			return v.Interface(), nil
		}}, nil
}

// keepable says whether all of a value can be kept: what a column leaves out would be lost without a word.
func keepable(t reflect.Type, within ...reflect.Type) error {
	for _, w := range within {
		if w == t {
			return fmt.Errorf("%v holds itself, which no column does", t)
		}
	}
	within = append(within, t)
	switch t.Kind() {
	case reflect.Map:
		if err := keepable(t.Key(), within...); err != nil {
			return err
		}
		return keepable(t.Elem(), within...)
	case reflect.Pointer, reflect.Slice:
		return keepable(t.Elem(), within...)
	case reflect.Array:
		return fmt.Errorf("there is no column type that gives a %v back; use a slice", t)
	case reflect.Struct:
		if t == timeType {
			return nil
		}
	default:
		return nil
	}
	for _, f := range reflect.VisibleFields(t) {
		if f.Anonymous && f.Type.Kind() == reflect.Struct {
			continue // its fields are among the others
		}
		if !f.IsExported() {
			return fmt.Errorf("the field %s of %v is not exported, and would not be kept: write it with a capital letter", f.Name, t)
		}
		if err := keepable(f.Type, within...); err != nil {
			return err
		}
	}
	return nil
}

// stateValue is a value for state of a type: one of it, or a pointer to one. A whole number will do for any type of them
// that it fits.
func stateValue(v any, t reflect.Type) (any, error) {
	x := reflect.ValueOf(v)
	switch {
	case !x.IsValid() || x.Kind() == reflect.Pointer && x.IsNil():
		return nil, errors.New("'null' is not a valid state value; Clear takes it away")
	case x.Type() == t:
		return v, nil
	case x.Kind() == reflect.Pointer && x.Type().Elem() == t:
		return x.Elem().Interface(), nil
	case x.CanInt() && reflect.Zero(t).CanInt() && x.Type().PkgPath() == "" && !reflect.Zero(t).OverflowInt(x.Int()):
		return x.Convert(t).Interface(), nil
	case x.Kind() == reflect.Int && reflect.Zero(t).CanFloat():
		return x.Convert(t).Interface(), nil
	}
	return nil, fmt.Errorf("the state is a %v, and a %v is given", t, x.Type())
}
