// Package gs stands in for a compiled API that takes functions from snippets.
package gs

import (
	"fmt"
	"reflect"
	"sync"
	"time"
)

// SC is the session snippets find as sc.
var SC = NewSession()

// A Session makes streams.
type Session struct {
	AppName string
	Last    any // what Probe was given
}

// NewSession makes a session.
func NewSession() *Session { return &Session{AppName: "gospark-shell"} }

// A DStream is a list of values of any type.
type DStream struct {
	Name  string
	Items []any
}

func stream[T any](name string, xs []T) *DStream {
	d := &DStream{Name: name}
	for _, x := range xs {
		d.Items = append(d.Items, x)
	}
	return d
}

func (s *Session) Lines(xs ...string) *DStream { return stream("lines", xs) }
func (s *Session) Ints(xs ...int) *DStream     { return stream("ints", xs) }

// Probe keeps f and tells its type.
func (s *Session) Probe(f any) string {
	s.Last = f
	return reflect.TypeOf(f).String()
}

// Goroutines calls f with 0 to n-1, each on a goroutine of its own, and returns what it returned or
// panicked with.
func (s *Session) Goroutines(n int, f any) []any {
	results := make([]any, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			defer func() {
				if r := recover(); r != nil {
					results[i] = fmt.Sprintf("PANIC(%T): %v", r, r)
				}
			}()
			if out := apply(f, i); len(out) > 0 {
				results[i] = out[0].Interface()
			}
		})
	}
	wg.Wait()
	return results
}

// Every calls f every d until stop is called. No call is running when stop returns.
func (s *Session) Every(d time.Duration, f func()) (stop func()) {
	quit, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		t := time.NewTicker(d)
		defer t.Stop()
		for {
			select {
			case <-quit:
				return
			case <-t.C:
				f()
			}
		}
	}()
	return sync.OnceFunc(func() { close(quit); <-ended })
}

func apply(f any, args ...any) []reflect.Value {
	in := make([]reflect.Value, len(args))
	for i, a := range args {
		in[i] = reflect.ValueOf(a)
	}
	return reflect.ValueOf(f).Call(in)
}

func (d *DStream) Map(f any) *DStream {
	out := &DStream{Name: d.Name + ".map"}
	for _, x := range d.Items {
		out.Items = append(out.Items, apply(f, x)[0].Interface())
	}
	return out
}

func (d *DStream) FlatMap(f any) *DStream {
	out := &DStream{Name: d.Name + ".flatMap"}
	for _, x := range d.Items {
		for _, y := range apply(f, x)[0].Seq2() {
			out.Items = append(out.Items, y.Interface())
		}
	}
	return out
}

func (d *DStream) Filter(f any) *DStream {
	out := &DStream{Name: d.Name + ".filter"}
	for _, x := range d.Items {
		if apply(f, x)[0].Bool() {
			out.Items = append(out.Items, x)
		}
	}
	return out
}

func (d *DStream) Reduce(f any) any {
	acc := d.Items[0]
	for _, x := range d.Items[1:] {
		acc = apply(f, acc, x)[0].Interface()
	}
	return acc
}

func (d *DStream) ForEach(f any) {
	for _, x := range d.Items {
		apply(f, x)
	}
}

func (d *DStream) Collect() []any { return d.Items }
func (d *DStream) Count() int     { return len(d.Items) }
func (d *DStream) String() string { return fmt.Sprintf("DStream[%s %d]", d.Name, len(d.Items)) }

// Shape is an interface types from snippets may satisfy.
type Shape interface{ Area() float64 }

func TotalArea(shapes ...Shape) float64 {
	total := 0.0
	for _, s := range shapes {
		total += s.Area()
	}
	return total
}

func AreaOf(s Shape) float64            { return s.Area() }
func AreaSlice(s []Shape) float64       { return s[0].Area() }
func MkShape(f func(int) Shape) float64 { return f(3).Area() }

// AnyIsShape tells whether compiled code sees the methods of a value passed as any.
func AnyIsShape(x any) string {
	_, ok := x.(Shape)
	return fmt.Sprintf("%T shape=%v", x, ok)
}

// WrappedShape poses as a Shape for values whose methods are interpreted.
type WrappedShape struct {
	IValue any
	WArea  func() float64
}

func (w WrappedShape) Area() float64 { return w.WArea() }

// Symbols is the package's symbol table, under the import path snippets use.
var Symbols = map[string]map[string]reflect.Value{
	"gs/gs": {
		"SC": reflect.ValueOf(&SC).Elem(), "NewSession": reflect.ValueOf(NewSession),
		"Session": reflect.ValueOf((*Session)(nil)), "DStream": reflect.ValueOf((*DStream)(nil)), "Shape": reflect.ValueOf((*Shape)(nil)),
		"TotalArea": reflect.ValueOf(TotalArea), "AreaOf": reflect.ValueOf(AreaOf), "AreaSlice": reflect.ValueOf(AreaSlice),
		"MkShape": reflect.ValueOf(MkShape), "AnyIsShape": reflect.ValueOf(AnyIsShape),
	},
	"gospark/repl/interp/testdata/gs/gs": {"_Shape": reflect.ValueOf((*WrappedShape)(nil))},
}
