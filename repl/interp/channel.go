package interp

import (
	"reflect"
	"runtime"
)

// select for interpreted code.

func receiving(ch any) reflect.SelectCase {
	return reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(ch)}
}

func sending(ch, v any) reflect.SelectCase {
	c := reflect.ValueOf(ch)
	value := reflect.New(c.Type().Elem()).Elem()
	if v != nil {
		value.Set(reflect.ValueOf(v))
	}
	return reflect.SelectCase{Dir: reflect.SelectSend, Chan: c, Send: value}
}

const withDefault = -2 // what selectCase gets, and returns when no case is ready

// selectCase waits for one of the cases and returns its number, and what was received. An interruption of
// the evaluation it is part of ends the wait.
func (in *Interp) selectCase(otherwise int, cases ...reflect.SelectCase) (int, any, bool) {
	n := len(cases)
	switch {
	case otherwise == withDefault:
		cases = append(cases, reflect.SelectCase{Dir: reflect.SelectDefault})
	default:
		if stop := in.stopSignal(); stop != nil {
			cases = append(cases, receiving(stop))
		}
	}
	chosen, v, ok := reflect.Select(cases)
	if chosen == n {
		if otherwise == withDefault {
			return withDefault, nil, false
		}
		runtime.Goexit()
	}
	if !v.IsValid() {
		return chosen, nil, false
	}
	return chosen, v.Interface(), ok
}
