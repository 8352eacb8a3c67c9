package interp

import (
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"unicode/utf8"
)

// Compiled code behind interpreted code: the functions the emitter writes calls to, and standard functions
// that have to be replaced because they print, exit, block or look at types.

// supportSymbols are the functions units know under g.
func (in *Interp) supportSymbols() map[string]reflect.Value {
	symbols := map[string]any{
		"Tick":       in.stops.tick,
		"Deep":       in.deep,
		"Box":        in.box,
		"Func":       func(f any) any { return f },
		"Unbox":      unbox,
		"Plain":      in.plain,
		"Is":         in.is,
		"Must":       in.must,
		"Iface":      in.iface,
		"Err":        in.err,
		"Method":     in.method,
		"Standard":   in.standard,
		"Eq":         in.equal,
		"Convert":    convertStruct,
		"Offered":    in.offered,
		"Nothing":    func() any { return nil },
		"Defers":     in.newDefers,
		"Later":      in.later,
		"Panic":      in.panic,
		"Go":         in.start,
		"Block":      in.block,
		"Select":     in.selectCase,
		"Sending":    sending,
		"Receiving":  receiving,
		"Rune":       utf8At,
		"Count":      shiftCount,
		"Array":      toArray,
		"ClearMap":   func(m any) { reflect.ValueOf(m).Clear() },
		"ClearSlice": func(s any) { reflect.ValueOf(s).Clear() },
		"Print":      func(args ...any) { fmt.Fprint(in.stderr, spaced(in.printables(args), "")) },
		"Println":    func(args ...any) { fmt.Fprintln(in.stderr, in.printables(args)...) },
	}
	values := make(map[string]reflect.Value, len(symbols))
	for name, f := range symbols {
		values[name] = reflect.ValueOf(f)
	}
	return values
}

func spaced(args []any, sep string) string {
	texts := make([]string, len(args))
	for i, a := range args {
		texts[i] = fmt.Sprint(a)
	}
	return strings.Join(texts, sep)
}

func utf8At(s string, i int) (rune, int) { return utf8.DecodeRuneInString(s[i:]) }

func convertStruct(x, to any) any { return reflect.ValueOf(x).Convert(reflect.TypeOf(to)).Interface() }

func shiftCount(n int64) uint {
	if n < 0 {
		panic(runtimeError("runtime error: negative shift amount"))
	}
	return uint(n)
}

// toArray converts a slice to the type of an array, or of a pointer to one.
func toArray(s, to any) any {
	v, t := reflect.ValueOf(s), reflect.TypeOf(to)
	n := t
	if n.Kind() == reflect.Pointer {
		n = n.Elem()
	}
	if v.Len() < n.Len() {
		panic(runtimeError(fmt.Sprintf("runtime error: cannot convert slice with length %d to array or pointer to array with length %d", v.Len(), n.Len())))
	}
	return v.Convert(t).Interface()
}

// runtimeError is a runtime.Error made here, with Go's text.
type runtimeError string

func (e runtimeError) Error() string { return string(e) }

func (runtimeError) RuntimeError() {}

var _ runtime.Error = runtimeError("")

const nilDereference = runtimeError("runtime error: invalid memory address or nil pointer dereference")

// translations turn what reflect panics with inside yaegi into what Go panics with.
var translations = []struct{ part, becomes string }{
	{"slice index out of range", "runtime error: index out of range"},
	{"array index out of range", "runtime error: index out of range"},
	{"string index out of range", "runtime error: index out of range"},
	{"slice3", "runtime error: slice bounds out of range"},
	{"slice bounds out of range", "runtime error: slice bounds out of range"},
	{"reflect.Value.Slice", "runtime error: slice bounds out of range"},
	{"call of nil function", string(nilDereference)},
	{"on zero Value", string(nilDereference)},
	{"zero Value", string(nilDereference)},
	{"nil pointer", string(nilDereference)},
	{"assignment to entry in nil map", "assignment to entry in nil map"},
	{"on nil interface", string(nilDereference)},
	{"MakeSlice: negative len", "runtime error: makeslice: len out of range"},
	{"MakeSlice: negative cap", "runtime error: makeslice: cap out of range"},
	{"MakeChan: negative", "makechan: size out of range"},
	{"negative length", "runtime error: makeslice: len out of range"},
	{"negative len in MakeSlice", "runtime error: makeslice: len out of range"},
	{"len > cap", "runtime error: makeslice: cap out of range"},
	{"interface conversion", "interface conversion"},
}

// panicValue is the value a panic of interpreted code was raised with, as Go would have it.
func panicValue(r any) any {
	if rv, ok := r.(reflect.Value); ok {
		if !rv.IsValid() {
			return nil
		}
		r = rv.Interface()
	}
	switch e := r.(type) {
	case *reflect.ValueError:
		return nilDereference
	case string:
		if strings.HasPrefix(e, "reflect") {
			return translated(e)
		}
	case runtime.Error:
		s := e.Error()
		if strings.Contains(s, "reflect") {
			return translated(s)
		}
		if t, ok := strings.CutPrefix(s, "hash of unhashable type: "); ok { // as it is in a map made by reflection
			return runtimeError("runtime error: hash of unhashable type " + t)
		}
	}
	return r
}

func translated(s string) any {
	for _, t := range translations {
		if strings.Contains(s, t.part) {
			return runtimeError(t.becomes)
		}
	}
	return s
}

// recovered is what recover returns in a snippet. An interruption and an exit cannot be recovered from.
func (in *Interp) recovered(r any) any {
	if r == nil {
		return nil
	}
	v := panicValue(r)
	if e, ok := v.(error); ok && (errors.Is(e, ErrInterrupted) || errors.As(e, new(exit))) {
		panic(e)
	}
	if e, ok := v.(error); ok {
		return in.plain(e)
	}
	return v
}

// exit is what os.Exit panics with.
type exit struct {
	code int
	msg  string
}

func (e exit) Error() string { return e.msg }
