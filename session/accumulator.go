package session

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"sync"

	"gospark/runtime/exec"
	"gospark/runtime/gofunc"
	"gospark/runtime/op"
)

// tally is what accumulators share: a total, and one S for each task that adds to it. A task's S is merged into the total
// when the task has succeeded, so that a failed attempt counts nothing. Updates made in a transformation count each time it
// is computed; those of an action count once.
type tally[S any] struct {
	sc    *SparkContext
	id    int64
	name  string
	merge func(into, from *S)
	text  func(*S) string

	mu    sync.Mutex
	total S
	err   error // of a user's function, met while merging
}

var _ exec.Accumulator = (*tally[int])(nil)

func (t *tally[S]) ID() int64    { return t.id }
func (t *tally[S]) Name() string { return t.name }

func (t *tally[S]) Apply(updates []any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	defer func() {
		if p := recover(); p != nil {
			t.err = op.PanicError(p)
		}
	}()
	for _, u := range updates {
		t.merge(&t.total, u.(*S))
	}
}

func (t *tally[S]) Text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text(&t.total)
}

// add changes the task's S, or outside tasks the total.
func (t *tally[S]) add(f func(*S)) {
	if run := t.sc.sched.Current(); run != nil {
		f(run.Local(t, func() any { return new(S) }).(*S))
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	f(&t.total)
}

// value reads the total.
func (t *tally[S]) value(read func(*S)) {
	if t.sc.sched.Current() != nil {
		mistake("Value", "Accumulator.value cannot be accessed inside tasks")
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.err != nil {
		raise("Accumulator", t.err)
	}
	read(&t.total)
}

func newTally[S any](sc *SparkContext, name []string, merge func(into, from *S), text func(*S) string) *tally[S] {
	t := &tally[S]{sc: sc, id: sc.accumulators.Add(1) - 1, merge: merge, text: text}
	if len(name) > 0 {
		t.name = name[0]
	}
	return t
}

func (t *tally[S]) describe(kind string) string {
	name := "None"
	if t.name != "" {
		name = "Some(" + t.name + ")"
	}
	return fmt.Sprintf("%s(id: %d, name: %s, value: %s)", kind, t.id, name, t.Text())
}

// sums is a sum and the number of values in it.
type sums[T int64 | float64] struct {
	sum   T
	count int64
}

func mergeSums[T int64 | float64](into, from *sums[T]) {
	into.sum += from.sum
	into.count += from.count
}

// A LongAccumulator adds whole numbers from tasks. Its value is read outside tasks.
type LongAccumulator struct{ t *tally[sums[int64]] }

// LongAccumulator makes a counter; a name shows it on the stage page.
func (sc *SparkContext) LongAccumulator(name ...string) *LongAccumulator {
	return &LongAccumulator{newTally(sc, name, mergeSums[int64], func(s *sums[int64]) string { return fmt.Sprint(s.sum) })}
}

// Add adds a whole number of any Go type.
func (a *LongAccumulator) Add(v any) {
	n, err := gofunc.As(v, reflect.TypeFor[int64]())
	if err != nil {
		mistake("LongAccumulator.Add", "want a whole number, have %v (%T)", v, v)
	}
	a.t.add(func(s *sums[int64]) {
		s.sum += n.Int()
		s.count++
	})
}

// Value is the sum of what was added.
func (a *LongAccumulator) Value() int64 { return a.read().sum }

// Sum is the same as Value.
func (a *LongAccumulator) Sum() int64 { return a.read().sum }

// Count is how many values were added.
func (a *LongAccumulator) Count() int64 { return a.read().count }

// Avg is the mean of the values, NaN without any.
func (a *LongAccumulator) Avg() float64 {
	s := a.read()
	if s.count == 0 {
		return math.NaN()
	}
	return float64(s.sum) / float64(s.count)
}

func (a *LongAccumulator) read() (out sums[int64]) {
	a.t.value(func(s *sums[int64]) { out = *s })
	return out
}

// ID numbers the accumulators of a context.
func (a *LongAccumulator) ID() int64 { return a.t.id }

// Name is the name it was made with.
func (a *LongAccumulator) Name() string { return a.t.name }

// IsZero tells whether nothing was added.
func (a *LongAccumulator) IsZero() bool { return a.read().count == 0 }

// Reset forgets what was added.
func (a *LongAccumulator) Reset() { a.t.value(func(s *sums[int64]) { *s = sums[int64]{} }) }

// String is the kind, the id, the name and the value.
func (a *LongAccumulator) String() string { return a.t.describe("LongAccumulator") }

// A DoubleAccumulator adds numbers from tasks.
type DoubleAccumulator struct{ t *tally[sums[float64]] }

// DoubleAccumulator makes a sum; a name shows it on the stage page.
func (sc *SparkContext) DoubleAccumulator(name ...string) *DoubleAccumulator {
	return &DoubleAccumulator{newTally(sc, name, mergeSums[float64], func(s *sums[float64]) string { return gofunc.Text(s.sum) })}
}

// Add adds a number of any Go type.
func (a *DoubleAccumulator) Add(v any) {
	r := reflect.ValueOf(v)
	if !r.IsValid() || !r.CanConvert(reflect.TypeFor[float64]()) {
		mistake("DoubleAccumulator.Add", "want a number, have %v (%T)", v, v)
	}
	x := r.Convert(reflect.TypeFor[float64]()).Float()
	a.t.add(func(s *sums[float64]) {
		s.sum += x
		s.count++
	})
}

// Value is the sum of what was added.
func (a *DoubleAccumulator) Value() float64 { return a.read().sum }

// Sum is the same as Value.
func (a *DoubleAccumulator) Sum() float64 { return a.read().sum }

// Count is how many values were added.
func (a *DoubleAccumulator) Count() int64 { return a.read().count }

// Avg is the mean of the values, NaN without any.
func (a *DoubleAccumulator) Avg() float64 {
	s := a.read()
	return s.sum / float64(s.count)
}

func (a *DoubleAccumulator) read() (out sums[float64]) {
	a.t.value(func(s *sums[float64]) { out = *s })
	return out
}

// ID numbers the accumulators of a context.
func (a *DoubleAccumulator) ID() int64 { return a.t.id }

// Name is the name it was made with.
func (a *DoubleAccumulator) Name() string { return a.t.name }

// IsZero tells whether nothing was added.
func (a *DoubleAccumulator) IsZero() bool { return a.read().count == 0 }

// Reset forgets what was added.
func (a *DoubleAccumulator) Reset() { a.t.value(func(s *sums[float64]) { *s = sums[float64]{} }) }

// String is the kind, the id, the name and the value.
func (a *DoubleAccumulator) String() string { return a.t.describe("DoubleAccumulator") }

// A CollectionAccumulator collects values from tasks, in no particular order of tasks.
type CollectionAccumulator struct{ t *tally[[]any] }

// CollectionAccumulator makes a collection; a name shows it on the stage page.
func (sc *SparkContext) CollectionAccumulator(name ...string) *CollectionAccumulator {
	return &CollectionAccumulator{newTally(sc, name, func(into, from *[]any) { *into = append(*into, *from...) },
		func(s *[]any) string {
			ss := make([]string, len(*s))
			for i, v := range *s {
				ss[i] = gofunc.Text(v)
			}
			return "[" + strings.Join(ss, ", ") + "]"
		})}
}

// Add collects a value.
func (a *CollectionAccumulator) Add(v any) { a.t.add(func(s *[]any) { *s = append(*s, v) }) }

// Value is a copy of what was collected.
func (a *CollectionAccumulator) Value() (out []any) {
	a.t.value(func(s *[]any) { out = append([]any{}, *s...) })
	return out
}

// ID numbers the accumulators of a context.
func (a *CollectionAccumulator) ID() int64 { return a.t.id }

// Name is the name it was made with.
func (a *CollectionAccumulator) Name() string { return a.t.name }

// IsZero tells whether nothing was added.
func (a *CollectionAccumulator) IsZero() bool { return len(a.Value()) == 0 }

// Reset forgets what was added.
func (a *CollectionAccumulator) Reset() { a.t.value(func(s *[]any) { *s = nil }) }

// String is the kind, the id, the name and the value.
func (a *CollectionAccumulator) String() string { return a.t.describe("CollectionAccumulator") }

// An Accumulator merges values with a function of the user's.
type Accumulator struct {
	t *tally[merged]
	f func(a, b any) (any, error)
}

// merged is what was added so far, if anything.
type merged struct {
	v   any
	set bool
}

// Accumulator makes an accumulator that starts at zero and merges with f, func(T, T) T; without f it adds numbers. f is
// called with values in the order in which one task added them, and then with the tasks' results, in any order.
func (sc *SparkContext) Accumulator(zero any, f ...any) *Accumulator {
	fn := any(nil)
	if len(f) > 0 {
		fn = f[0]
	} else if fn = addition[reflect.TypeOf(zero)]; fn == nil {
		mistake("Accumulator", "a value of type %T needs a function that merges two of them, such as func(a, b %T) %T", zero, zero, zero)
	}
	z, merge, err := gofunc.Binary("Accumulator", zero, fn)
	if err != nil {
		raise("Accumulator", err)
	}
	a := &Accumulator{f: merge}
	a.t = newTally(sc, nil, func(into, from *merged) { a.fold(into, from.v) }, func(m *merged) string { return gofunc.Text(m.v) })
	a.t.total = merged{v: z, set: true}
	return a
}

// addition is the table of functions for zeros without one.
var addition = map[reflect.Type]any{
	reflect.TypeFor[int]():     func(a, b int) int { return a + b },
	reflect.TypeFor[int64]():   func(a, b int64) int64 { return a + b },
	reflect.TypeFor[float64](): func(a, b float64) float64 { return a + b },
}

func (a *Accumulator) fold(into *merged, v any) {
	if !into.set {
		*into = merged{v: v, set: true}
		return
	}
	x, err := a.f(into.v, v)
	if err != nil {
		panic(err)
	}
	into.v = x
}

// Add merges a value.
func (a *Accumulator) Add(v any) { a.t.add(func(m *merged) { a.fold(m, v) }) }

// Value is the merged value.
func (a *Accumulator) Value() (out any) {
	a.t.value(func(m *merged) { out = m.v })
	return out
}

// ID numbers the accumulators of a context.
func (a *Accumulator) ID() int64 { return a.t.id }

// String is the kind, the id, the name and the value.
func (a *Accumulator) String() string { return a.t.describe("Accumulator") }
