package bodies

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode"
)

// Exotic has what is rarely written, and combinations.
var Exotic = map[string]Case{
	"evaluationOrder": func(x int, s string, xs []int) string {
		var log []string
		f := func(n string, v int) int { log = append(log, n); return v }
		m := map[int]int{}
		m[f("key", 1)] = f("value", 2)
		a := []int{f("a", 1), f("b", 2)}
		a[f("i", 0)], a[f("j", 1)] = f("p", 5), f("q", 6)
		_ = f("x", 1)+f("y", 2)*f("z", 3) > f("w", 4)
		_ = f("t", 0) == 1 && f("never", 1) == 1 || f("u", 1) == 1
		return fmt.Sprint(log, a, m)
	},
	"nestedData": func(x int, s string, xs []int) string {
		type leaf struct {
			N    int
			Tags map[string][]string
		}
		type branch struct {
			Leaves []leaf
			ByName map[string]*leaf
		}
		b := branch{ByName: map[string]*leaf{}}
		for i := range 3 {
			b.Leaves = append(b.Leaves, leaf{N: i, Tags: map[string][]string{"k": {strconv.Itoa(i)}}})
			b.ByName[fmt.Sprint("n", i)] = &b.Leaves[i]
		}
		b.Leaves[1].Tags["k"] = append(b.Leaves[1].Tags["k"], s)
		b.Leaves[2].N += x
		b.ByName["n2"].N++
		b.ByName["new"] = &leaf{N: len(b.Leaves)}
		c := b
		c.Leaves[0].N = 77
		c.Leaves = append(c.Leaves, leaf{})
		return fmt.Sprint(b.Leaves, len(b.ByName), b.ByName["n2"].N == b.Leaves[2].N, len(c.Leaves), b.Leaves[0].N)
	},
	"structCopies": func(x int, s string, xs []int) string {
		type inner struct{ A [3]int }
		type outer struct {
			I inner
			P *inner
		}
		a := outer{I: inner{[3]int{1, 2, 3}}, P: &inner{}}
		b := a
		b.I.A[0] = 9
		b.P.A[1] = 8
		f := func(o outer) outer { o.I.A[2] = x; return o }
		c := f(a)
		arr := [2]outer{a, b}
		brr := arr
		brr[0].I.A[0] = -1
		ch := make(chan outer, 1)
		ch <- a
		a.I.A[1] = 55
		d := <-ch
		var i any = a
		a.I.A[1] = 66
		e := i.(outer)
		m := map[string]outer{"k": a}
		a.I.A[1] = 77
		g := func() inner { return a.I }
		h := g()
		h.A[0] = 100
		return fmt.Sprint(a.I, b.I, a.P.A, c.I, arr[0].I, brr[0].I, d.I, e.I, m["k"].I, h)
	},
	"closuresOverStructs": func(x int, s string, xs []int) string {
		p := Point{x, 1}
		inc := func() { p.X++; p.Y *= 2 }
		inc()
		inc()
		q := &p
		get := func() (int, int) { return q.X, q.Y }
		p = Point{100, 200}
		a, b := get()
		q = &Point{7, 8}
		c, d := get()
		fs := map[string]func(...int) int{"sum": func(v ...int) int { return sum(v...) }, "len": func(v ...int) int { return len(v) }}
		return fmt.Sprint(p, a, b, c, d, fs["sum"](xs...), fs["len"](1, 2), fs["none"] == nil)
	},
	"funcTypes": func(x int, s string, xs []int) string {
		type op func(int) int
		type chain []op
		run := func(c chain, v int) int {
			for _, o := range c {
				v = o(v)
			}
			return v
		}
		add := func(n int) op { return func(v int) int { return v + n } }
		var z op
		h := Handler(func(s string) string { return s + "!" })
		var hs Handles = h
		return fmt.Sprint(run(chain{add(1), add(x), func(v int) int { return v * v }}, 3), z == nil, h.Handle("a"), hs.Handle(s), h("direct"))
	},
	"methodOnSlice": func(x int, s string, xs []int) string {
		l := IntList(xs)
		l.Add(x)
		l.Add(1)
		p := &l
		p.Add(2)
		m := Registry{}
		m.Set("a", x)
		m.Set("b", 2)
		return fmt.Sprint(l, l.Sum(), len(*p), m, m.Names(), l[len(l)-1])
	},
	"embeddedInterfaces": func(x int, s string, xs []int) string {
		var buf bytes.Buffer
		c := countingWriter{Writer: &buf}
		fmt.Fprintf(&c, "%d-%s", x, s)
		io.WriteString(&c, "end")
		r := upperReader{strings.NewReader(s + "abc")}
		b, err := io.ReadAll(r)
		var rw io.Writer = &c
		_, isCounting := rw.(*countingWriter)
		_, isReader := rw.(io.Reader)
		return fmt.Sprint(buf.String(), c.n, string(b), err, isCounting, isReader)
	},
	"deepEmbedding": func(x int, s string, xs []int) string {
		d := D{C: C{B: &B{A: A{Name: s}}}, extra: x}
		d.Rename(s + "2")
		d.C.B.A.hidden = x
		var n Namer = d
		var n2 Namer = &d
		return fmt.Sprint(d.Name, d.Hello(), n.Hello(), n2.Hello(), d.hidden, D.Hello(d))
	},
	"errorChains": func(x int, s string, xs []int) string {
		base := &codeError{code: x}
		w1 := fmt.Errorf("one: %w", base)
		w2 := fmt.Errorf("two: %w and %w", w1, io.EOF)
		j := errors.Join(w2, ParityError(3))
		var ce *codeError
		var pe ParityError
		var ne *NegativeError
		return fmt.Sprint(errors.Is(j, io.EOF), errors.As(j, &ce), ce.code == x, errors.As(j, &pe), int(pe), errors.As(j, &ne), strings.Count(j.Error(), "\n"), errors.Is(j, base), errors.Is(w1, &codeError{code: x}), errors.Is(w1, io.EOF))
	},
	"panicValues": func(x int, s string, xs []int) string {
		try := func(f func()) (v any) {
			defer func() { v = recover() }()
			f()
			return nil
		}
		a := try(func() { panic(Point{x, 2}) })
		b := try(func() { panic(Level(2)) })
		c := try(func() { panic([]string{s}) })
		d := try(func() {
			defer func() {
				r := recover()
				panic(fmt.Sprint("again ", r))
			}()
			panic("first")
		})
		e := try(func() {
			defer func() { recover() }()
			panic("swallowed")
		})
		f, isLevel := b.(Level)
		g, isPoint := a.(Point)
		return fmt.Sprint(a, b, c, d, e, f, isLevel, g.X, isPoint)
	},
	"namedResults": func(x int, s string, xs []int) string {
		f := func(n int) (a, b int, err error) {
			defer func() {
				if r := recover(); r != nil {
					err = fmt.Errorf("%v", r)
					a, b = b, a
				}
			}()
			a, b = n, n*2
			if n%2 == 0 {
				panic("even")
			}
			for i := range 3 {
				if i == 2 {
					return a + i, b, nil
				}
			}
			return
		}
		a, b, err := f(x)
		c, d, err2 := f(x + 1)
		return fmt.Sprint(a, b, err, c, d, err2)
	},
	"goroutineResults": func(x int, s string, xs []int) string {
		type result struct {
			id  int
			out string
			err error
		}
		ch := make(chan result)
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		for i, v := range xs {
			go func() {
				r := result{id: i}
				defer func() {
					if e := recover(); e != nil {
						r.err = fmt.Errorf("worker %d: %v", i, e)
					}
					select {
					case ch <- r:
					case <-ctx.Done():
					}
				}()
				if v%3 == 0 {
					panic(v)
				}
				r.out = strings.Repeat("x", v)
			}()
		}
		out := make([]string, len(xs))
		for range xs {
			r := <-ch
			if r.err != nil {
				out[r.id] = r.err.Error()
			} else {
				out[r.id] = r.out
			}
		}
		return strings.Join(out, ",")
	},
	"pipeline": func(x int, s string, xs []int) string {
		gen := func(vs ...int) <-chan int {
			out := make(chan int)
			go func() {
				defer close(out)
				for _, v := range vs {
					out <- v
				}
			}()
			return out
		}
		sq := func(in <-chan int) <-chan int {
			out := make(chan int)
			go func() {
				for v := range in {
					out <- v * v
				}
				close(out)
			}()
			return out
		}
		merge := func(cs ...<-chan int) <-chan int {
			var wg sync.WaitGroup
			out := make(chan int)
			for _, c := range cs {
				wg.Add(1)
				go func(c <-chan int) {
					defer wg.Done()
					for v := range c {
						out <- v
					}
				}(c)
			}
			go func() { wg.Wait(); close(out) }()
			return out
		}
		t := 0
		for v := range merge(sq(gen(xs...)), sq(sq(gen(1, 2, 3)))) {
			t += v
		}
		return fmt.Sprint(t)
	},
	"atomics": func(x int, s string, xs []int) string {
		var n atomic.Int64
		var m sync.Map
		var rw sync.RWMutex
		shared := map[int]int{}
		var wg sync.WaitGroup
		for i := range 10 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				n.Add(int64(i * x))
				m.Store(i%3, s)
				rw.Lock()
				shared[i%4]++
				rw.Unlock()
			}()
		}
		wg.Wait()
		k := 0
		m.Range(func(key, value any) bool { k += key.(int); return true })
		rw.RLock()
		defer rw.RUnlock()
		v, _ := m.Load(1)
		return fmt.Sprint(n.Load(), k, shared, v == any(s))
	},
	"wordFrequency": func(x int, s string, xs []int) string {
		type wc struct {
			Word string
			N    int
		}
		freq := map[string]int{}
		for _, w := range strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) }) {
			freq[w]++
		}
		var list []wc
		for w, n := range freq {
			list = append(list, wc{w, n})
		}
		sort.Slice(list, func(i, j int) bool {
			if list[i].N != list[j].N {
				return list[i].N > list[j].N
			}
			return list[i].Word < list[j].Word
		})
		top := slices.MaxFunc(append(list, wc{"", 0}), func(a, b wc) int { return a.N - b.N })
		return fmt.Sprintf("%v %+v %v", list, top.N, slices.ContainsFunc(list, func(w wc) bool { return w.N > 1 }))
	},
	"matrix": func(x int, s string, xs []int) string {
		mul := func(a, b [][]float64) [][]float64 {
			c := make([][]float64, len(a))
			for i := range c {
				c[i] = make([]float64, len(b[0]))
				for j := range c[i] {
					for k := range b {
						c[i][j] += a[i][k] * b[k][j]
					}
				}
			}
			return c
		}
		m := [][]float64{{1, float64(x)}, {0.5, 2}}
		var fixed [2][3]int
		for i := range fixed {
			for j := range fixed[i] {
				fixed[i][j] = i + j*x
			}
		}
		t := [3][2]int{}
		for i, row := range fixed {
			for j, v := range row {
				t[j][i] = v
			}
		}
		return fmt.Sprint(mul(m, m), fixed, t)
	},
	"stringsAndBytes": func(x int, s string, xs []int) string {
		b := []byte(s)
		for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
			b[i], b[j] = b[j], b[i]
		}
		var out []byte
		for _, c := range b {
			if c >= 'a' && c <= 'z' {
				out = append(out, c-'a'+'A')
			}
		}
		out = append(out, "tail"...)
		n := copy(out, "HEAD")
		r := strings.Map(func(r rune) rune {
			switch {
			case unicode.IsSpace(r):
				return '_'
			case r > 127:
				return -1
			}
			return r
		}, s)
		return fmt.Sprint(string(out), n, r, s+"x" < "b", strings.Compare(s, r), bytes.Contains(out, []byte("L")), strings.EqualFold(s, strings.ToUpper(s)))
	},
	"constTyped": func(x int, s string, xs []int) string {
		const (
			KB = 1 << (10 * (iota + 1))
			MB
		)
		type color uint8
		const (
			red color = iota + 1
			green
			blue
		)
		names := [...]string{red: "red", green: "green", blue: "blue"}
		var d time.Duration = 1500
		d *= time.Millisecond
		f := 3 / 2.0
		mask := ^uint32(0) >> 4
		return fmt.Sprint(KB, MB, names[green], len(names), d, f, mask, blue<<1, time.Duration(x)*time.Second, -5%3, 1e3, 'x'-'a')
	},
	"loopForms": func(x int, s string, xs []int) string {
		r := ""
		for i, j := 0, 10; i < j; i, j = i+1, j-2 {
			r += fmt.Sprint(i, j, " ")
		}
		n := 0
		for n < 3 {
			n++
		}
		for {
			n++
			if n > 5 {
				break
			}
		}
		for i := range len(s) {
			if i > 2 {
				break
			}
			r += s[i : i+1]
		}
		arr := [3]int{1, 2, 3}
		for i, v := range arr {
			arr[2] = 10
			if i == 2 {
				r += fmt.Sprint("v", v)
			}
		}
		sl := []int{1, 2, 3}
		for i, v := range sl {
			sl[2] = 10
			if i == 0 {
				sl = append(sl, 4)
			}
			if i == 2 {
				r += fmt.Sprint("w", v)
			}
		}
		m := map[int]bool{1: true, 2: true, 3: true}
		c := 0
		for k := range m {
			delete(m, k)
			c++
		}
		var k, v int
		for k, v = range xs {
		}
		for range 3 {
			c++
		}
		for i := range uint8(3) {
			c += int(i)
		}
		return fmt.Sprint(r, n, c, len(m), k, v, len(sl))
	},
	"iotaMethods": func(x int, s string, xs []int) string {
		var w Weekday = Weekday(((x % 7) + 7) % 7)
		set := map[Weekday]int{w: 1}
		set[w]++
		b, _ := json.Marshal(map[string]any{"d": w, "l": []Weekday{Monday}})
		return fmt.Sprint(w, w.Weekend(), len(set), set[w], string(b), fmt.Sprintf("%d %s %v %x", w, w, []Weekday{w}, int(w)))
	},
	"genericTree": func(x int, s string, xs []int) string {
		t := &BST[int, string]{}
		for i, v := range xs {
			t.Put(v, fmt.Sprint(s, i))
		}
		v, ok := t.Get(x)
		var keys []int
		for k, v := range t.All() {
			if len(keys) == 4 {
				break
			}
			_ = v
			keys = append(keys, k)
		}
		o := Some(x)
		e := None[string]()
		return fmt.Sprint(v, ok, keys, t.Size(), o.OrElse(1), e.OrElse("none"), MapOption(o, func(i int) string { return strconv.Itoa(i * 2) }).OrElse(""), GroupBy(xs, func(i int) bool { return i%2 == 0 }), fmt.Sprintf("%T", o))
	},
	"genericConstraints": func(x int, s string, xs []int) string {
		type celsius float64
		ts := []celsius{1.5, 2, celsius(x)}
		return fmt.Sprint(Sum(ts...), Max(ts[0], ts[1]), MapKV(map[string]int{"a": x}, func(k string, v int) (int, string) { return v, k }), Ptr(x) != nil, *Ptr("p"), Apply(xs, strconv.Itoa), Uniq([]string{"a", "b", "a"}), slices.Collect(Evens(xs)), Clamp(x, 0, 10), Clamp(s, "a", "m"))
	},
	"mapsAndSlicesPackages": func(x int, s string, xs []int) string {
		m := map[string]int{"a": 1, "b": x, "c": 3}
		keys := slices.Collect(maps.Keys(m))
		slices.Sort(keys)
		maps.DeleteFunc(m, func(k string, v int) bool { return v == 3 })
		n := maps.Collect(maps.All(m))
		maps.Copy(n, map[string]int{"z": 9})
		chunks := slices.Collect(slices.Chunk(xs, 2))
		var sum int
		for _, v := range slices.All(xs) {
			sum += v
		}
		return fmt.Sprint(keys, m, n, maps.Equal(m, n), chunks, sum, slices.Sorted(slices.Values(xs)), slices.Concat(xs, []int{1}), slices.Replace([]int{1, 2, 3}, 0, 2, 9), slices.Max(append(xs, 0)))
	},
	"jsonForms": func(x int, s string, xs []int) string {
		type addr struct {
			City string `json:"city"`
			zip  string
		}
		type person struct {
			Base
			Name    string            `json:"name"`
			Addr    *addr             `json:"addr,omitempty"`
			Nick    string            `json:"nick,omitempty"`
			Meta    map[string]any    `json:"meta"`
			Skip    int               `json:"-"`
			Raw     json.RawMessage   `json:"raw"`
			Times   []time.Duration   `json:"times"`
			Strs    map[string]string `json:"strs,omitempty"`
			private int
		}
		p := person{Base: Base{x, "b"}, Name: s, Addr: &addr{City: "X", zip: "1"}, Meta: map[string]any{"n": x, "l": []string{"a"}}, Raw: json.RawMessage(`{"k":1}`), Times: []time.Duration{1}}
		b, err := json.MarshalIndent(p, "", " ")
		var q person
		err2 := json.Unmarshal(b, &q)
		dec := json.NewDecoder(strings.NewReader(`{"name":"d"}{"name":"e"}`))
		var names []string
		for {
			var r person
			if e := dec.Decode(&r); e == io.EOF {
				break
			} else if e != nil {
				return e.Error()
			}
			names = append(names, r.Name)
		}
		var buf bytes.Buffer
		e3 := json.NewEncoder(&buf).Encode([]person{{Name: "z"}})
		e4 := json.Unmarshal([]byte(`{"name":5}`), &q)
		return fmt.Sprint(string(b), err, err2, q.ID, q.Addr.City, q.Meta["n"], names, buf.String(), e3, e4 != nil)
	},
	"textMarshal": func(x int, s string, xs []int) string {
		b, err := json.Marshal(struct {
			T  Temp
			L  []Temp
			M  map[string]Temp
			P  *Temp
			W  when
			WP *when `json:",omitempty"`
		}{T: Temp(x), L: []Temp{1}, M: map[string]Temp{"k": 2}, W: when{3}})
		return fmt.Sprint(string(b), err)
	},
	"selects": func(x int, s string, xs []int) string {
		a, b := make(chan int, 2), make(chan string, 2)
		quit := make(chan struct{})
		a <- 1
		b <- s
		close(quit)
		seen := map[string]int{}
		for i := 0; i < 20; i++ {
			select {
			case v := <-a:
				seen["a"] += v
			case v, ok := <-b:
				if ok {
					seen["b"] += len(v)
				}
			case <-quit:
				seen["quit"] = 1
			}
		}
		var arr [1]int
		var err error
		c := make(chan int, 1)
		c <- 7
		select {
		case arr[0] = <-c:
		default:
			err = errors.New("empty")
		}
		timeout := time.After(time.Microsecond)
		ticker := time.NewTicker(time.Hour)
		defer ticker.Stop()
	wait:
		for {
			select {
			case <-ticker.C:
				return "tick"
			case <-timeout:
				break wait
			}
		}
		return fmt.Sprint(seen["quit"], len(a)+seen["a"], arr, err)
	},
	"anyContainers": func(x int, s string, xs []int) string {
		l := []any{x, s, nil, Level(1), Point{1, 2}, &Point{3, 4}, []any{1, "n"}, map[string]any{"k": Level(2)}, errBig, Square{2}}
		r := ""
		for _, v := range l {
			switch t := v.(type) {
			case fmt.Stringer:
				r += "S" + t.String()
			case error:
				r += "E" + t.Error()
			case Shape:
				r += "A" + strconv.Itoa(t.Area())
			case []any:
				r += "L" + strconv.Itoa(len(t))
			case map[string]any:
				lv, ok := t["k"].(Level)
				r += fmt.Sprint("M", lv, ok)
			case interface{ Unknown() }:
				r += "U"
			case nil:
				r += "N"
			default:
				r += fmt.Sprintf("D%T", t)
			}
		}
		var shape Shape = Square{x}
		var any1 any = shape
		sq, ok := any1.(Square)
		_, isNamed := any1.(Named)
		var nilShape Shape
		var any2 any = nilShape
		var np *Circle
		var notNil Shape = np
		return fmt.Sprint(r, sq, ok, isNamed, any2 == nil, notNil == nil, notNil != nil, fmt.Sprint(l...))
	},
	"fmtVerbs": func(x int, s string, xs []int) string {
		p := Point{x, 2}
		return fmt.Sprintf("%5d|%-5d|%05d|%+d|%x|%X|%o|%b|%c|%q|%U", x, x, x, x, x&255, x&255, x&7, x&7, 'é', 'x', 'é') +
			fmt.Sprintf("|%8.3f|%e|%g|%t|%v", 3.14159, 1234.5, 0.1, true, nil) +
			fmt.Sprintf("|%s|%q|%x|%10s|%-10s|%.2s", s, s, s, "r", "l", "cut") +
			fmt.Sprintf("|%v|%+v|%#v|%T|%v|%+v", p, p, p, p, &p, []Point{p}) +
			fmt.Sprintf("|%v|%d|%s|%#v|%T|%6v|", Level(1), Level(1), Level(1), Level(1), Level(1), Level(1)) +
			fmt.Sprintf("%v %v %v|%*d|", xs, map[string]Point{"a": p}, struct {
				A int
				b string
			}{1, "x"}, 5, 42) + fmt.Sprintf("%d", Point{1, 2}) + fmt.Sprintf("%v %s", errBig, ParityError(2)) + fmt.Sprintf("%#v %#v %#v %#v", xs, []string{"a"}, map[string]int{"a": 1}, Words{"w"})
	},
}

type Handler func(string) string

func (h Handler) Handle(s string) string { return "<" + h(s) + ">" }

type Handles interface{ Handle(string) string }

type IntList []int

func (l *IntList) Add(v int) { *l = append(*l, v) }
func (l IntList) Sum() (t int) {
	for _, v := range l {
		t += v
	}
	return
}

type Registry map[string]int

func (r Registry) Set(k string, v int) { r[k] = v }
func (r Registry) Names() []string     { return slices.Sorted(maps.Keys(r)) }

type countingWriter struct {
	io.Writer
	n int
}

func (c *countingWriter) Write(p []byte) (int, error) {
	n, err := c.Writer.Write(p)
	c.n += n
	return n, err
}

type upperReader struct{ io.Reader }

func (u upperReader) Read(p []byte) (int, error) {
	n, err := u.Reader.Read(p)
	copy(p, bytes.ToUpper(p[:n]))
	return n, err
}

type A struct {
	Name   string
	hidden int
}

func (a A) Hello() string    { return "hi " + a.Name }
func (a *A) Rename(s string) { a.Name = s }

type B struct{ A }
type C struct{ *B }
type D struct {
	C
	extra int
}

type Namer interface{ Hello() string }

type codeError struct{ code int }

func (c *codeError) Error() string { return "code " + strconv.Itoa(c.code) }
func (c *codeError) Is(target error) bool {
	t, ok := target.(*codeError)
	return ok && t.code == c.code
}

type Weekday int

const (
	Sunday Weekday = iota
	Monday
	Tuesday
	Wednesday
	Thursday
	Friday
	Saturday
)

func (d Weekday) String() string {
	return []string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"}[d]
}
func (d Weekday) Weekend() bool { return d == Sunday || d == Saturday }

type BST[K ~int | ~string, V any] struct {
	root *bstNode[K, V]
	n    int
}

type bstNode[K ~int | ~string, V any] struct {
	k    K
	v    V
	l, r *bstNode[K, V]
}

func (t *BST[K, V]) Put(k K, v V) {
	p := &t.root
	for *p != nil {
		switch n := *p; {
		case k < n.k:
			p = &n.l
		case k > n.k:
			p = &n.r
		default:
			n.v = v
			return
		}
	}
	*p = &bstNode[K, V]{k: k, v: v}
	t.n++
}

func (t *BST[K, V]) Get(k K) (v V, ok bool) {
	for n := t.root; n != nil; {
		if k == n.k {
			return n.v, true
		}
		if k < n.k {
			n = n.l
		} else {
			n = n.r
		}
	}
	return
}

func (t *BST[K, V]) Size() int { return t.n }

func (t *BST[K, V]) All() func(yield func(K, V) bool) {
	return func(yield func(K, V) bool) { t.root.each(yield) }
}

func (n *bstNode[K, V]) each(yield func(K, V) bool) bool {
	return n == nil || n.l.each(yield) && yield(n.k, n.v) && n.r.each(yield)
}

type Option[T any] struct {
	v  T
	ok bool
}

func Some[T any](v T) Option[T] { return Option[T]{v, true} }
func None[T any]() Option[T]    { return Option[T]{} }
func (o Option[T]) OrElse(other T) T {
	if o.ok {
		return o.v
	}
	return other
}

func MapOption[T, U any](o Option[T], f func(T) U) Option[U] {
	if !o.ok {
		return None[U]()
	}
	return Some(f(o.v))
}

func GroupBy[T any, K comparable](xs []T, key func(T) K) map[K][]T {
	m := make(map[K][]T)
	for _, x := range xs {
		k := key(x)
		m[k] = append(m[k], x)
	}
	return m
}

func MapKV[K1, K2 comparable, V1, V2 any](m map[K1]V1, f func(K1, V1) (K2, V2)) map[K2]V2 {
	out := map[K2]V2{}
	for k, v := range m {
		k2, v2 := f(k, v)
		out[k2] = v2
	}
	return out
}

func Ptr[T any](v T) *T { return &v }

func Apply[T, U any, S ~[]T](xs S, f func(T) U) (out []U) {
	for _, x := range xs {
		out = append(out, f(x))
	}
	return
}

func Uniq[T comparable](xs []T) []T {
	seen := map[T]struct{}{}
	out := xs[:0:0]
	for _, x := range xs {
		if _, dup := seen[x]; !dup {
			seen[x] = struct{}{}
			out = append(out, x)
		}
	}
	return out
}

func Evens(xs []int) func(func(int) bool) {
	return func(yield func(int) bool) {
		for _, x := range xs {
			if x%2 == 0 && !yield(x) {
				return
			}
		}
	}
}

func Clamp[T ~int | ~string](x, lo, hi T) T { return max(lo, min(x, hi)) }

type Temp float64

func (t Temp) MarshalJSON() ([]byte, error) { return []byte(fmt.Sprintf(`"%.1fC"`, float64(t))), nil }

type when struct{ n int }

func (w when) MarshalText() ([]byte, error) { return []byte("day" + strconv.Itoa(w.n)), nil }
