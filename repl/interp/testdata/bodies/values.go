// Package bodies has functions that are run twice in tests: compiled, and as snippets. Each takes a
// number, a text and a list, and tells what it computed as text. The files are read as scripts, in the order
// of their names.
package bodies

import (
	"errors"
	"fmt"
	"math"
	"sort"
	"strconv"
	"strings"
)

// Case is the type of the functions.
type Case func(x int, s string, xs []int) string

// Values has what concerns arithmetic, strings, slices, maps, structs and assignments.
var Values = map[string]Case{
	"smallInts": func(x int, s string, xs []int) string {
		a, b, c, d := int8(x), uint8(x), int16(x*7), uint16(x*7)
		e, f, g := int32(x*1000003), uint32(x*1000003), int64(x)*1000000007
		a += 100
		b = b*3 + 200
		c -= 30000
		d <<= 3
		return fmt.Sprint(a, b, c, d, e*e, f*f, g*g, -a, ^b, a>>1, b>>1, a/3, a%3, (a+b2i8(b))/2, b+b > 200, uint8(a), int8(b))
	},
	"wide": func(x int, s string, xs []int) string {
		u := uint64(x) * 0x9E3779B97F4A7C15
		v := u>>33 ^ u
		h := uint32(2166136261)
		for i := 0; i < len(s); i++ {
			h ^= uint32(s[i])
			h *= 16777619
		}
		return fmt.Sprint(u, v, u%1000, u/7, h, u&^0xff, u|1, 1<<uint(x&31), uint64(1)<<63>>uint(x&7))
	},
	"floats": func(x int, s string, xs []int) string {
		f := float64(x) / 3
		g := float32(x) / 3
		g += 0.1
		return fmt.Sprintf("%v %v %v %v %v %v %.3f", f, g, g*g, math.Sqrt(math.Abs(f)), int(f), int64(g), f*float64(g))
	},
	"division": func(x int, s string, xs []int) string {
		r := ""
		for _, d := range []int{1, 2, 3, -2, 7} {
			r += fmt.Sprint(x/d, x%d, " ")
		}
		return r
	},
	"complex": func(x int, s string, xs []int) string {
		c := complex(float64(x), 2)
		c = c*c + 1i
		return fmt.Sprint(c, real(c), imag(c), c == complex(1, 1))
	},
	"runes": func(x int, s string, xs []int) string {
		r := ""
		for i, c := range s {
			r += strconv.Itoa(i) + string(c)
		}
		for i := range s {
			r += strconv.Itoa(i)
		}
		b := []byte(s)
		rs := []rune(s)
		if len(rs) > 1 {
			rs[0], rs[len(rs)-1] = rs[len(rs)-1], rs[0]
		}
		return r + fmt.Sprint(len(b), len(rs), string(rs), b)
	},
	"slicing": func(x int, s string, xs []int) string {
		n := len(xs)
		a := xs[:n/2]
		b := xs[n/2:]
		c := append(a[:len(a):len(a)], 99)
		d := append([]int(nil), xs...)
		for i, j := 0, len(d)-1; i < j; i, j = i+1, j-1 {
			d[i], d[j] = d[j], d[i]
		}
		copied := copy(d, []int{7, 8})
		return fmt.Sprint(a, b, c, d, copied, len(c), cap(a[:len(a):len(a)]), s[len(s)/2:], s[:len(s)/2])
	},
	"growing": func(x int, s string, xs []int) string {
		var grid [][]int
		for i := 0; i < 3; i++ {
			row := make([]int, i+1)
			for j := range row {
				row[j] = i*j + x
			}
			grid = append(grid, row)
		}
		grid[1][0]++
		grid[2][1] += grid[2][2]
		return fmt.Sprint(grid, len(grid))
	},
	"arrays": func(x int, s string, xs []int) string {
		a := [4]int{1, 2, 3, x}
		b := a
		b[0] = 100
		p := &a
		p[1] = 50
		t := 0
		for i, v := range p {
			t += i * v
		}
		for i := range a {
			a[i]++
		}
		m := map[[2]int]string{{1, 2}: "a"}
		m[[2]int{x, x}] = "b"
		c := [...]string{2: "z", 0: "y"}
		return fmt.Sprint(a, b, a == b, t, m, len(c), c[2], [2]bool{true} == [2]bool{true, false})
	},
	"maps": func(x int, s string, xs []int) string {
		m := map[string]int{}
		for _, c := range strings.Split(s, "") {
			m[c]++
			m[c] += 2
		}
		v, ok := m["a"]
		_, no := m["nothing"]
		delete(m, "b")
		n := map[int][]string{}
		for k, v := range m {
			n[v] = append(n[v], k)
		}
		for _, l := range n {
			sort.Strings(l)
		}
		var nilMap map[string]int
		return fmt.Sprint(m, v, ok, no, n, len(nilMap), nilMap["q"], nilMap == nil)
	},
	"mapOfStructs": func(x int, s string, xs []int) string {
		type pos struct{ X, Y int }
		m := map[pos]string{{1, 2}: "a", {x, 0}: s}
		p := map[string]*pos{"q": {3, 4}}
		p["q"].X++
		p["q"].Y += x
		q := map[string]pos{}
		q["a"] = pos{X: x}
		w := q["a"]
		w.Y = 9
		return fmt.Sprint(m[pos{1, 2}], len(m), *p["q"], q, w, m[pos{x, 0}] == s)
	},
	"swaps": func(x int, s string, xs []int) string {
		a, b, c := x, x+1, x+2
		a, b = b, a
		a, b, c = c, a, b
		i := 0
		ys := []int{10, 20, 30}
		i, ys[i] = 2, 77
		ys[0], ys[i] = ys[i], ys[0]
		k, n := strings.ToUpper(s), 1
		k, n = strings.ToLower(k), len(k)
		p, q := &a, &b
		*p, *q = *q, *p
		return fmt.Sprint(a, b, c, i, ys, k, n)
	},
	"structs": func(x int, s string, xs []int) string {
		a := Point{x, 2}
		b := a
		b.X = 5
		p := &b
		p.Y += 3
		c := Line{a, *p, s}
		d := c
		d.From.X = -1
		c.To = Point{Y: 8}
		e := []Line{c, d}
		e[0].From.Y = 66
		for i := range e {
			e[i].Label += "!"
		}
		for _, l := range e {
			l.Label = "lost"
		}
		return fmt.Sprint(a, b, *p, c, d, e, a == b, c == d, Line{} == Line{}, fmt.Sprintf("%+v %T", c, c))
	},
	"embedding": func(x int, s string, xs []int) string {
		u := User{Base{x, s}, &Tags{[]string{"t"}}, 3}
		u.ID++
		u.Add("more")
		u.Base.Name += "?"
		v := u
		v.ID = 0
		v.Add("shared")
		return fmt.Sprint(u.ID, u.Name, u.Describe(), u.List, v.Describe(), u.Level, u.String(), v)
	},
	"methods": func(x int, s string, xs []int) string {
		var c Counter
		c.Inc(2)
		p := &c
		p.Inc(x)
		f := c.Inc
		f(1)
		g := (*Counter).Inc
		g(&c, 10)
		h := Counter.Get
		l := Level(x & 3)
		k := l.Next
		l = 0
		return fmt.Sprint(c, c.Get(), h(c), *p, l, l.Next(), k(), fmt.Sprintf("%v %d %s", l, l, l))
	},
	"pointers": func(x int, s string, xs []int) string {
		p := new(int)
		*p = x
		q := &p
		**q += 2
		ps := []*int{p, p}
		*ps[0]++
		n := &Node{Value: 1}
		for i := 2; i < 5; i++ {
			n = &Node{Value: i, Next: n}
		}
		sum := 0
		for m := n; m != nil; m = m.Next {
			sum = sum*10 + m.Value
		}
		n.Next.Next.Value = x
		var none *Node
		return fmt.Sprint(*p, **q, *ps[1], sum, n.Next.Next.Value, none == nil, none != nil, n.Len(), none.Len())
	},
	"tree": func(x int, s string, xs []int) string {
		var root *Tree
		for _, v := range xs {
			root = root.Insert(v)
		}
		var out []int
		root.Walk(func(v int) { out = append(out, v) })
		return fmt.Sprint(out, root.Depth())
	},
	"constants": func(x int, s string, xs []int) string {
		const big = 1 << 40
		const (
			a = iota * 10
			b
			_
			d
		)
		var f float32 = 1.0 / 3
		type weekday int
		const (
			sun weekday = iota
			mon
		)
		return fmt.Sprint(big/3, a, b, d, f, mon, math.MaxInt64, uint64(math.MaxUint64), 'a', "x"+"y", 7/2*2.0, 'a'+1, len("日本"), mon+sun)
	},
	"shadowing": func(x int, s string, xs []int) string {
		r := ""
		y := x
		{
			y := y * 2
			y++
			r += fmt.Sprint(y, " ")
		}
		if y := y + 1; y > 3 {
			y := "text"
			r += y
		} else if z := y * 2; z > 0 {
			r += fmt.Sprint(y, z)
		} else {
			r += fmt.Sprint(-z)
		}
		len := func(int) int { return 42 }
		string := len(y)
		return fmt.Sprint(r, y, string)
	},
	"errors": func(x int, s string, xs []int) string {
		e := check(x)
		var ne *NegativeError
		var pe ParityError
		w := fmt.Errorf("wrapped: %w", e)
		return fmt.Sprint(e, e == nil, errors.As(w, &ne), errors.As(w, &pe), ne != nil && ne.N == x, pe, errors.Is(w, errBig), errors.Is(w, ParityError(1)), errors.Unwrap(w) == e)
	},
	"interfaces": func(x int, s string, xs []int) string {
		shapes := []Shape{Square{2}, &Circle{R: x}, Square{x}}
		total := 0
		for _, sh := range shapes {
			total += sh.Area()
			if n, ok := sh.(Named); ok {
				total += len(n.Name())
			}
			switch v := sh.(type) {
			case Square:
				total += v.S
			case *Circle:
				v.R++
				total += v.R
			}
		}
		var sh Shape
		_, isCircle := shapes[1].(*Circle)
		_, isSquare := shapes[1].(Square)
		return fmt.Sprint(total, sh == nil, shapes[0] == Shape(Square{2}), shapes[0] == shapes[2], isCircle, isSquare, shapes[1].(*Circle).R, shapes)
	},
	"any": func(x int, s string, xs []int) string {
		vs := []any{nil, x, s, xs, 2.5, Level(2), Point{1, 2}, &Point{3, 4}, []Level{1, 2}, map[string]Level{"a": 3}, ParityError(1), errBig, int8(3), uint8(3), 'r', true, [2]int{1, 2}, Words{"a"}, func() {}}
		r := ""
		for _, v := range vs {
			r += kind(v) + " "
		}
		m := map[any]int{1: 1, "a": 2, Level(1): 3, Point{1, 2}: 4}
		return r + fmt.Sprint(m[1], m["a"], m[Level(1)], m[Point{1, 2}], m[Level(2)], any(Level(1)) == any(1), any(Point{1, 2}) == any(Point{1, 2}), fmt.Sprint(vs[:9]...))
	},
	"printing": func(x int, s string, xs []int) string {
		p := secret{a: x, B: s, c: []Level{0, 1}, d: map[string]Point{"k": {1, 2}}, e: Level(2), f: &Point{1, 1}}
		p.f = nil
		return fmt.Sprintf("%v|%+v|%#v|%T|%d|%v|%s|%q|%5d|%x|%T|%v", p, p, Point{1, 2}, p, []Level{1}, []any{Level(1), Point{1, 2}, nil}, Level(1), []string{s}, []int{x}, s, []*Point{}, &p.d)
	},
	"returns": func(x int, s string, xs []int) string {
		a, b := two(s, x)
		c, d, e := three(xs)
		q, r := divmod(x, 7)
		g, h := swapped(x, x+1)
		i, j := named(x)
		return fmt.Sprint(a, b, c, d, e, q, r, g, h, i, j, fmt.Sprint(two(s, x)), sum(three2()))
	},
	"variadic": func(x int, s string, xs []int) string {
		return fmt.Sprint(sum(), sum(x), sum(xs...), sum(append(xs, x)...), join("-"), join("-", s), join("-", s, 1, nil, Level(1)), join("+", []any{1, s}...))
	},
	"bits": func(x int, s string, xs []int) string {
		n := 0
		for v := uint(x); v != 0; v &= v - 1 {
			n++
		}
		return fmt.Sprint(n, x&1 == 0, x^-1, x|8, x&^3, -x>>1, uint8(x)<<4|uint8(x)>>4)
	},
	"conversions": func(x int, s string, xs []int) string {
		a := Square{x}
		b := Box(a)
		w := Words(strings.Fields(s))
		ss := []string(w)
		sort.Sort(sort.Reverse(sort.StringSlice(ss)))
		return fmt.Sprint(b, w, len(ss), string(rune(65+x&15)), []byte("ab"), float64(x)/2, int(2.9*float64(x)), Level(x)%3, fmt.Sprintf("%T %T", b, w), w.Len())
	},
}

func b2i8(b uint8) int8 { return int8(b) }

type Point struct{ X, Y int }

type Line struct {
	From, To Point
	Label    string
}

type Base struct {
	ID   int
	Name string
}

func (b Base) Describe() string { return fmt.Sprintf("%s#%d", b.Name, b.ID) }

type Tags struct{ List []string }

func (t *Tags) Add(s string)   { t.List = append(t.List, s) }
func (t *Tags) String() string { return strings.Join(t.List, ",") }

type User struct {
	Base
	*Tags
	Level
}

func (u User) String() string { return "user " + u.Name }

type Counter int

func (c *Counter) Inc(n int) { *c += Counter(n) }
func (c Counter) Get() int   { return int(c) * 2 }

type Level int

func (l Level) String() string { return [...]string{"low", "mid", "high", "top"}[l&3] }
func (l Level) Next() Level    { return l + 1 }

type Words []string

func (w Words) Len() int { return len(w) }

type Node struct {
	Value int
	Next  *Node
}

func (n *Node) Len() int {
	if n == nil {
		return 0
	}
	return 1 + n.Next.Len()
}

type Tree struct {
	V           int
	Left, Right *Tree
}

func (t *Tree) Insert(v int) *Tree {
	if t == nil {
		return &Tree{V: v}
	}
	if v < t.V {
		t.Left = t.Left.Insert(v)
	} else {
		t.Right = t.Right.Insert(v)
	}
	return t
}

func (t *Tree) Walk(f func(int)) {
	if t == nil {
		return
	}
	t.Left.Walk(f)
	f(t.V)
	t.Right.Walk(f)
}

func (t *Tree) Depth() int {
	if t == nil {
		return 0
	}
	return 1 + max(t.Left.Depth(), t.Right.Depth())
}

type NegativeError struct{ N int }

func (e *NegativeError) Error() string { return "negative: " + strconv.Itoa(e.N) }

type ParityError int

func (e ParityError) Error() string { return fmt.Sprintf("parity %d", int(e)) }

var errBig = errors.New("too big")

func check(x int) error {
	switch {
	case x < 0:
		return &NegativeError{x}
	case x > 100:
		return errBig
	case x%2 == 1:
		return ParityError(1)
	}
	return nil
}

type Shape interface{ Area() int }

type Named interface {
	Shape
	Name() string
}

type Square struct{ S int }

func (s Square) Area() int { return s.S * s.S }

type Box struct{ S int }

type Circle struct{ R int }

func (c *Circle) Area() int     { return 3 * c.R * c.R }
func (c *Circle) Name() string  { return "circle" }
func (c Circle) String() string { return "()" }

func kind(v any) string {
	switch v := v.(type) {
	case nil:
		return "nil"
	case int:
		return "int" + strconv.Itoa(v)
	case int8, uint8:
		return fmt.Sprint("small", v)
	case string:
		return "string" + v
	case []int:
		return "ints" + fmt.Sprint(len(v))
	case Level:
		return "level" + v.String()
	case Point:
		return fmt.Sprint("point", v.X)
	case *Point:
		return fmt.Sprint("ppoint", v.Y)
	case []Level:
		return fmt.Sprint("levels", v[0])
	case map[string]Level:
		return fmt.Sprint("levelmap", v["a"])
	case error:
		return "error " + v.Error()
	case fmt.Stringer:
		return "stringer"
	case rune:
		return "rune"
	case bool:
		if v {
			return "true"
		}
		return "false"
	case func():
		return "func"
	case Words:
		return "words" + v[0]
	case float32, float64:
		return fmt.Sprintf("float%T", v)
	}
	return fmt.Sprintf("other %T", v)
}

type secret struct {
	a int
	B string
	c []Level
	d map[string]Point
	e any
	f *Point
}

func two(s string, x int) (int, int) { return x, len(s) }
func three(xs []int) ([]int, []int, int) {
	return append(xs, 1), append(xs[:len(xs):len(xs)], 2), cap(xs[:0:0])
}
func three2() (int, int, int)     { return 1, 2, 3 }
func divmod(a, b int) (q, r int)  { q = a / b; r = a % b; return }
func swapped(a, b int) (x, y int) { x, y = a, b; return y, x }

func named(x int) (n int, err error) {
	if x < 0 {
		err = errBig
		return
	}
	if n := x * 2; n > 10 {
		return n, nil
	}
	n = -1
	return
}

func sum(xs ...int) (t int) {
	for _, x := range xs {
		t += x
	}
	return
}

func join(sep string, vs ...any) string {
	r := ""
	for i, v := range vs {
		if i > 0 {
			r += sep
		}
		r += fmt.Sprint(v)
	}
	return r + strconv.Itoa(len(vs))
}
