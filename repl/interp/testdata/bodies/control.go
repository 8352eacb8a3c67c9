package bodies

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"
)

// Control has what concerns loops, closures, defer, goroutines, channels, generics and iterators.
var Control = map[string]Case{
	"loopVariables": func(x int, s string, xs []int) string {
		var fs []func() int
		for i := 0; i < 4; i++ {
			fs = append(fs, func() int { i += 10; return i })
		}
		for i := 0; i < 6; i++ {
			if i == 1 {
				continue
			}
			fs = append(fs, func() int { return i })
			i++
		}
		for i, v := range xs {
			fs = append(fs, func() int { v++; return i*100 + v })
		}
		for i := range 3 {
			fs = append(fs, func() int { i++; return i })
		}
		var ps []*int
		for i := 0; i < 3; i++ {
			ps = append(ps, &i)
		}
		r := ""
		for _, f := range fs {
			r += fmt.Sprint(f(), f(), " ")
		}
		return r + fmt.Sprint(*ps[0], *ps[1], *ps[2])
	},
	"nestedClosures": func(x int, s string, xs []int) string {
		var fs []func() func() int
		for i := 0; i < 3; i++ {
			for j := 0; j < 2; j++ {
				k := i * j
				fs = append(fs, func() func() int {
					k++
					return func() int { k += x; return i*100 + j*10 + k }
				})
				func() {
					fs = append(fs, func() func() int { return func() int { return i + j + k } })
				}()
			}
		}
		r := ""
		for _, f := range fs {
			g := f()
			r += fmt.Sprint(g(), g(), " ")
		}
		return r
	},
	"counters": func(x int, s string, xs []int) string {
		mk := func(step int) (inc, dec func() int) {
			n := x
			return func() int { n += step; return n }, func() int { n -= step; return n }
		}
		a, b := mk(1)
		c, d := mk(5)
		var fib func(int) int
		fib = func(n int) int {
			if n < 2 {
				return n
			}
			return fib(n-1) + fib(n-2)
		}
		compose := func(fs ...func(int) int) func(int) int {
			return func(v int) int {
				for _, f := range fs {
					v = f(v)
				}
				return v
			}
		}
		return fmt.Sprint(a(), a(), b(), c(), d(), d(), fib(12), compose(fib, func(v int) int { return v * 2 })(7))
	},
	"labels": func(x int, s string, xs []int) string {
		r := ""
	outer:
		for i := 0; i < 5; i++ {
			for j := 0; j < 5; j++ {
				switch {
				case j == 3:
					continue outer
				case i == 3:
					break outer
				case i == j:
					continue
				}
				r += fmt.Sprint(i, j, ";")
			}
		}
	scan:
		for _, c := range s {
			switch c {
			case 'a', 'e':
				r += "v"
			case 'b':
				r += "b"
				fallthrough
			case 'c':
				r += "c"
			case 'z':
				break scan
			default:
				break
			}
		}
		i := 0
	again:
		if i < 3 {
			i++
			goto again
		}
		return r + fmt.Sprint(i)
	},
	"switches": func(x int, s string, xs []int) string {
		r := ""
		switch y := x % 5; y {
		case 0, 1:
			r += "low"
		case 2:
			r += "two"
		default:
			r += "high"
		case 3:
			r += "three"
		}
		switch {
		default:
			r += "d"
		case x > 10 && len(s) > 2:
			r += "big"
		}
		var v any = x
		switch v {
		case "a":
			r += "a"
		case x:
			r += "x"
		}
		switch (Point{x, 1}) {
		case Point{1, 1}:
			r += "p1"
		case Point{x, 1}:
			r += "px"
		}
		switch f := func() int { r += "!"; return 3 }; f() {
		case 1, 2, 3:
			r += "3"
		}
		switch Level(x & 3) {
		case 0:
			r += "zero"
		case 1:
			r += "one"
		}
		return r
	},
	"defers": func(x int, s string, xs []int) string {
		r := ""
		f := func() (n int, err error) {
			defer func() { n *= 2 }()
			defer func() {
				if e := recover(); e != nil {
					err = fmt.Errorf("recovered %v", e)
				}
			}()
			for i := 0; i < 3; i++ {
				defer func() { r += fmt.Sprint(i) }()
				defer func(k int) { r += fmt.Sprint(k, ";") }(i * 10)
			}
			n = 21
			if x%3 == 0 {
				panic("boom")
			}
			if x%3 == 1 {
				return xs[len(xs)+x&7], nil
			}
			return n + 1, nil
		}
		n, err := f()
		text := ""
		if err != nil {
			text = strings.Split(err.Error(), " [")[0]
		}
		return fmt.Sprint(r, n, text)
	},
	"deferOrder": func(x int, s string, xs []int) string {
		r := ""
		cleanup := func(t string) { r += t }
		f := func() {
			v := "early"
			defer cleanup(v)
			v = "late"
			defer func() { cleanup(v) }()
			defer func() {
				defer func() { r += fmt.Sprint("[", recover(), "]") }()
				panic("second")
			}()
			defer func() { r += fmt.Sprint("<", recover(), ">") }()
			var mu sync.Mutex
			mu.Lock()
			defer mu.Unlock()
			panic("first")
		}
		f()
		g := func() (res string) {
			defer func() { res += fmt.Sprint(recover()) }()
			var m map[string]int
			if x > 5 {
				m["a"] = 1
			}
			var p *Point
			if x > 2 {
				return fmt.Sprint(p.X)
			}
			return fmt.Sprint(10 / (x - x))
		}
		return r + g() + rescue(func() { panic(ParityError(3)) }) + rescue(func() {}) + rescue(func() { panic(fmt.Sprint("n", x)) })
	},
	"panics": func(x int, s string, xs []int) string {
		r := ""
		for _, f := range []func(){
			func() { var v any = s; _ = v.(int) },
			func() { var v any = s; _ = v.(error) },
			func() { var v any = Level(1); _ = v.(int) },
			func() { var v any; _ = v.(string) },
			func() { var sh Shape; sh.Area() },
			func() { var f func(); f() },
			func() { panic(errBig) },
			func() { panic(&NegativeError{x}) },
			func() { close((chan int)(nil)) },
			func() { c := make(chan int); close(c); close(c) },
			func() { var a, b any = []int{1}, []int{1}; _ = a == b },
			func() { _ = make([]int, x-x-1) },
			func() { var e error; _ = e.Error() },
		} {
			r += rescue(f) + "; "
		}
		return r
	},
	"recursion": func(x int, s string, xs []int) string {
		return fmt.Sprint(ackermann(2, x&3), isEven(x&15), hanoi(4), permutations("abc"))
	},
	"channels": func(x int, s string, xs []int) string {
		c := make(chan int, 3)
		done := make(chan bool)
		total := 0
		go func() {
			for v := range c {
				total += v
			}
			done <- true
		}()
		for _, v := range xs {
			c <- v
		}
		close(c)
		<-done
		v, ok := <-c
		results := make(chan string, 1)
		select {
		case results <- s:
		default:
			return "full"
		}
		select {
		case t, ok := <-results:
			s = fmt.Sprint(t, ok)
		case <-time.After(time.Minute):
			s = "late"
		}
		var never chan int
		select {
		case <-never:
			s += "never"
		case never <- 1:
			s += "never"
		default:
			s += "default"
		}
		return fmt.Sprint(total, v, ok, s, len(c), cap(c))
	},
	"workers": func(x int, s string, xs []int) string {
		jobs := make(chan int)
		out := make(chan [2]int, len(xs))
		var wg sync.WaitGroup
		for w := 0; w < 3; w++ {
			wg.Add(1)
			go func(id int) {
				defer wg.Done()
				for j := range jobs {
					out <- [2]int{j, j * j}
				}
			}(w)
		}
		for i := range xs {
			jobs <- i
		}
		close(jobs)
		wg.Wait()
		close(out)
		m := map[int]int{}
		for r := range out {
			m[r[0]] = r[1]
		}
		var mu sync.Mutex
		n := 0
		var once sync.Once
		for i := 0; i < 5; i++ {
			wg.Add(1)
			go func() {
				defer wg.Done()
				once.Do(func() { n += 100 })
				mu.Lock()
				defer mu.Unlock()
				n += i
			}()
		}
		wg.Wait()
		return fmt.Sprint(m, n)
	},
	"generics": func(x int, s string, xs []int) string {
		st := NewStack(1, 2)
		st.Push(x)
		top, ok := st.Pop()
		words := Map(strings.Fields(s), strings.ToUpper)
		lens := Map(words, func(w string) int { return len(w) })
		evens := Filter(xs, func(v int) bool { return v%2 == 0 })
		p := MakePair("k", Level(1))
		c := Cache[string, []int]{}
		c.Put("a", xs)
		v, found := c.Get("a")
		_, missing := c.Get("b")
		l := &List[float64]{}
		l.Add(1.5)
		l.Add(2.5)
		t := 0.0
		l.Each(func(f float64) { t += f })
		return fmt.Sprint(top, ok, st.Len(), words, lens, evens, Reduce(xs, 0, func(a, b int) int { return a + b }), Sum(1.5, 2), Sum(xs...), p, p.Swap(), len(v), found, missing, t, Keys(map[string]int{"b": 1, "a": 2}), Max(3, x), Max("a", s), Zero[string]() == "", fmt.Sprintf("%T %T", p, st), Conv[string](x, func(i int) string { return fmt.Sprint(i) }))
	},
	"genericInterfaces": func(x int, s string, xs []int) string {
		return fmt.Sprint(Describe([]Level{0, 2}), Total([]Shape{Square{x}, &Circle{1}}), Total([]Square{{1}, {2}}), Index([]string{"a", s}, s), Index([]Point{{1, 2}}, Point{1, 2}), Index([]any{1, Level(1)}, any(Level(1))))
	},
	"iterators": func(x int, s string, xs []int) string {
		r := ""
		for i, v := range backward(xs) {
			if v == 13 {
				continue
			}
			if i > 100 {
				break
			}
			r += fmt.Sprint(i, v, ";")
		}
	outer:
		for a := range count(5) {
			for b := range count(5) {
				if b == 2 {
					continue outer
				}
				if a == 3 {
					break outer
				}
				r += fmt.Sprint(a, b, ",")
			}
		}
		next, stop := iter.Pull(count(3))
		defer stop()
		n1, ok1 := next()
		n2, ok2 := next()
		at, found := find(xs, 7)
		return fmt.Sprint(r, at, found, n1, ok1, n2, ok2, slices.Collect(count(4)), slices.Sorted(maps.Keys(map[string]int{"z": 1, "y": 2})))
	},
	"slicesPackage": func(x int, s string, xs []int) string {
		a := slices.Clone(xs)
		slices.Sort(a)
		i, found := slices.BinarySearch(a, x)
		b := slices.Clone(xs)
		slices.SortFunc(b, func(p, q int) int { return cmp.Compare(q, p) })
		ps := []Point{{2, 1}, {1, 2}, {1, 1}}
		slices.SortStableFunc(ps, func(p, q Point) int { return cmp.Or(cmp.Compare(p.X, q.X), cmp.Compare(p.Y, q.Y)) })
		slices.Reverse(a)
		m := maps.Clone(map[string]int{"a": 1})
		m["b"] = 2
		return fmt.Sprint(a, i, found, b, ps, slices.Contains(xs, x), slices.Index(xs, x), slices.Compact([]int{1, 1, 2}), slices.Equal(a, b), slices.Insert([]int{1, 2}, 1, 9), slices.Delete([]int{1, 2, 3}, 0, 1), m, min(x, 3, 5), max(2.5, float64(x)), slices.IndexFunc(xs, func(v int) bool { return v > x }), slices.Repeat([]string{"a"}, 2))
	},
	"sorting": func(x int, s string, xs []int) string {
		ps := People{{"bob", 30}, {"al", 25}, {"cy", 30}}
		sort.Sort(ps)
		q := append(People(nil), ps...)
		sort.SliceStable(q, func(i, j int) bool { return q[i].Name < q[j].Name })
		a := append([]int(nil), xs...)
		sort.Sort(sort.Reverse(sort.IntSlice(a)))
		return fmt.Sprint(ps, q, a, sort.SearchInts([]int{1, 3, 5}, x))
	},
	"json": func(x int, s string, xs []int) string {
		type inner struct {
			A int `json:"a"`
			b int
		}
		type outer struct {
			Name  string           `json:"name"`
			In    inner            `json:"in"`
			List  []inner          `json:"list,omitempty"`
			Map   map[string]inner `json:"map"`
			Level Level            `json:"level"`
			Any   any              `json:"any"`
			Ptr   *inner           `json:"ptr,omitempty"`
			skip  string
		}
		o := outer{Name: s, In: inner{x, 2}, Map: map[string]inner{"k": {A: 3}}, Level: 2, Any: map[string]any{"z": []int{1}, "l": Level(1)}, skip: "no"}
		b, err := json.Marshal(o)
		var back outer
		err2 := json.Unmarshal(b, &back)
		var loose map[string]any
		err3 := json.Unmarshal([]byte(`{"a":[1,2,{"b":null}],"c":1.5}`), &loose)
		return fmt.Sprint(string(b), err, err2, back.Name == o.Name, back.In, back.Map, back.Level, err3, loose, loose["a"].([]any)[0].(float64))
	},
	"builders": func(x int, s string, xs []int) string {
		var sb strings.Builder
		for i := 3; i > 0; i-- {
			fmt.Fprintf(&sb, "%d,", i*x)
		}
		sb.WriteString(s)
		w := &Upper{}
		fmt.Fprintf(w, "%s-%d", s, x)
		r := strings.NewReplacer("a", "1", "b", "2")
		return fmt.Sprint(sb.String(), sb.Len(), w.text, r.Replace(s), strings.Map(func(r rune) rune {
			if r == 'a' {
				return -1
			}
			return r + 1
		}, s))
	},
	"stateMachine": func(x int, s string, xs []int) string {
		type event struct {
			name string
			at   time.Duration
		}
		handlers := map[string]func(event) (string, error){
			"start": func(e event) (string, error) { return "running", nil },
			"stop": func(e event) (string, error) {
				if e.at > time.Second {
					return "", errors.New("too late")
				}
				return "stopped", nil
			},
		}
		state := "idle"
		for i, n := range []string{"start", "stop", "stop", "jump"} {
			h, ok := handlers[n]
			if !ok {
				state += "?" + n
				continue
			}
			if next, err := h(event{n, time.Duration(i) * 600 * time.Millisecond}); err != nil {
				state += "(" + err.Error() + ")"
			} else {
				state = next
			}
		}
		return state
	},
}

func rescue(f func()) (res string) {
	defer func() {
		r := recover()
		if e, ok := r.(error); ok {
			res = "error: " + e.Error()
			return
		}
		res = fmt.Sprint("value: ", r)
	}()
	f()
	return "fine"
}

func ackermann(m, n int) int {
	if m == 0 {
		return n + 1
	}
	if n == 0 {
		return ackermann(m-1, 1)
	}
	return ackermann(m-1, ackermann(m, n-1))
}

func isEven(n int) bool {
	if n == 0 {
		return true
	}
	return isOdd(n - 1)
}

func isOdd(n int) bool {
	if n == 0 {
		return false
	}
	return isEven(n - 1)
}

func hanoi(n int) (moves []string) {
	var move func(n int, a, b, c string)
	move = func(n int, a, b, c string) {
		if n == 0 {
			return
		}
		move(n-1, a, c, b)
		moves = append(moves, a+c)
		move(n-1, b, a, c)
	}
	move(n, "A", "B", "C")
	return
}

func permutations(s string) []string {
	if len(s) <= 1 {
		return []string{s}
	}
	var out []string
	for i := range s {
		for _, p := range permutations(s[:i] + s[i+1:]) {
			out = append(out, s[i:i+1]+p)
		}
	}
	return out
}

type Number interface {
	~int | ~int64 | ~float64
}

func Sum[T Number](xs ...T) (t T) {
	for _, x := range xs {
		t += x
	}
	return t
}

func Map[T, U any](xs []T, f func(T) U) []U {
	out := make([]U, 0, len(xs))
	for _, x := range xs {
		out = append(out, f(x))
	}
	return out
}

func Filter[S ~[]E, E any](xs S, keep func(E) bool) S {
	var out S
	for _, x := range xs {
		if keep(x) {
			out = append(out, x)
		}
	}
	return out
}

func Reduce[T, A any](xs []T, acc A, f func(A, T) A) A {
	for _, x := range xs {
		acc = f(acc, x)
	}
	return acc
}

func Keys[M ~map[K]V, K cmp.Ordered, V any](m M) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func Max[T cmp.Ordered](a, b T) T {
	if a > b {
		return a
	}
	return b
}

func Zero[T any]() T {
	var z T
	return z
}

func Conv[U, T any](x T, f func(T) U) U { return f(x) }

func Describe[T fmt.Stringer](xs []T) string {
	r := ""
	for _, x := range xs {
		r += x.String() + " "
	}
	return r
}

func Total[S Shape](xs []S) (t int) {
	for _, x := range xs {
		t += x.Area()
	}
	return
}

func Index[T comparable](xs []T, x T) int {
	for i, v := range xs {
		if v == x {
			return i
		}
	}
	return -1
}

type Stack[T any] struct{ items []T }

func NewStack[T any](xs ...T) *Stack[T] { return &Stack[T]{items: xs} }

func (s *Stack[T]) Push(x T) { s.items = append(s.items, x) }

func (s *Stack[T]) Pop() (T, bool) {
	var zero T
	if len(s.items) == 0 {
		return zero, false
	}
	x := s.items[len(s.items)-1]
	s.items = s.items[:len(s.items)-1]
	return x, true
}

func (s Stack[T]) Len() int { return len(s.items) }

type Pair[K comparable, V any] struct {
	Key K
	Val V
}

func MakePair[K comparable, V any](k K, v V) Pair[K, V] { return Pair[K, V]{k, v} }

func (p Pair[K, V]) Swap() string { return fmt.Sprint(p.Val, p.Key) }

type Cache[K comparable, V any] struct{ m map[K]V }

func (c *Cache[K, V]) Put(k K, v V) {
	if c.m == nil {
		c.m = map[K]V{}
	}
	c.m[k] = v
}

func (c *Cache[K, V]) Get(k K) (v V, ok bool) {
	v, ok = c.m[k]
	return
}

type List[T any] struct {
	head, tail *element[T]
}

type element[T any] struct {
	next *element[T]
	val  T
}

func (l *List[T]) Add(v T) {
	e := &element[T]{val: v}
	if l.tail == nil {
		l.head, l.tail = e, e
		return
	}
	l.tail.next = e
	l.tail = e
}

func (l *List[T]) Each(f func(T)) {
	for e := l.head; e != nil; e = e.next {
		f(e.val)
	}
}

func count(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := 0; i < n; i++ {
			if !yield(i) {
				return
			}
		}
	}
}

func backward[T any](xs []T) iter.Seq2[int, T] {
	return func(yield func(int, T) bool) {
		for i := len(xs) - 1; i >= 0; i-- {
			if !yield(i, xs[i]) {
				return
			}
		}
	}
}

func find(xs []int, want int) (at int, found bool) {
	for i, x := range backward(xs) {
		if x == want {
			return i, true
		}
	}
	return -1, false
}

type Person struct {
	Name string
	Age  int
}

type People []Person

func (p People) Len() int           { return len(p) }
func (p People) Less(i, j int) bool { return p[i].Age < p[j].Age }
func (p People) Swap(i, j int)      { p[i], p[j] = p[j], p[i] }

type Upper struct{ text string }

func (u *Upper) Write(p []byte) (int, error) {
	u.text += strings.ToUpper(string(p))
	return len(p), nil
}
