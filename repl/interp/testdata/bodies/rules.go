package bodies

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// Rules has what the language lays down in detail: orders of evaluation, what nil does, conversions that nothing
// is written for, and how fmt and encoding/json see declared types.
var Rules = map[string]Case{
	"operandsOfAssignments": func(x int, s string, xs []int) string {
		log := ""
		at := func(i int) int { log += fmt.Sprint(i); return i }
		two := func() (int, int) { log += "t"; return x, x + 1 }
		a, m := make([]int, 4), map[int]int{}
		a[at(0)], m[at(1)] = two()
		a[at(2)] += at(3)
		a[at(1)]++
		p := &rulesPair{A: 1}
		q := p
		p, p.A = &rulesPair{A: 2}, x
		r := &rulesBox{In: rulesPair{A: 1}}
		t := r
		r, r.In.B = nil, 7
		i := 1
		i, a[i] = 3, 9
		for i, a[i] = range []int{5, 6} {
		}
		pp := &a
		(*pp)[at(0)], i = i, (*pp)[3]
		return fmt.Sprint(log, a, m, p.A, q.A, t.In, r == nil, i)
	},
	"operandsOfAppend": func(x int, s string, xs []int) string {
		b := make([]byte, 5, 6)
		copy(b, "12346")
		b = append(b[:len(b)-1], '5', b[len(b)-1])
		c := append([]any{}, x, s, nil, rulesLevel(x))
		return fmt.Sprint(string(b), c, len(append(xs, xs...)))
	},
	"calleeFirst": func(x int, s string, xs []int) string {
		log := ""
		f := func() func(int, int) int { log += "f"; return func(a, b int) int { return a - b } }
		g := func() (int, int) { log += "g"; return x, 3 }
		n := f()(g())
		return fmt.Sprint(n, log)
	},
	"pointersToArrays": func(x int, s string, xs []int) string {
		a := [3]int{1, 2, 3}
		p := &a
		q := &p[1]
		*q += x
		sum := 0
		for i, v := range p {
			p[2] = 10
			sum += i * v
		}
		for i, v := range a {
			a[2] = 20
			sum += i * v
		}
		var none *[4]int
		for i := range none {
			sum += i
		}
		for range none {
			sum++
		}
		return fmt.Sprint(a, sum, len(none), cap(p), p[1:], &p[0] == &a[0], [3]int(append(xs, 1, 2, 3)), *(*[2]int)(append(xs, 4, 5)))
	},
	"toArrayTooShort": func(x int, s string, xs []int) string {
		return fmt.Sprint([4]int(xs))
	},
	"shifts": func(x int, s string, xs []int) string {
		n := uint(x & 7)
		r := []any{1 << (1 << n & 3), x << 2., int8(x) >> n, uint8(x) << n, int32(1) << (n + 28), -x >> (n * 10)}
		for i := range 3 {
			r = append(r, 1<<i, x>>(i*20))
		}
		y := x
		y <<= len(xs)
		return fmt.Sprint(append(r, y)...)
	},
	"shiftByNegative": func(x int, s string, xs []int) string {
		return fmt.Sprint(1<<x, s)
	},
	"nilPointers": func(x int, s string, xs []int) string {
		var p *int
		var t *string
		var b *bool
		m := map[int]int{1: 1}
		var log []any
		try := func(f func()) {
			defer func() { log = append(log, recover() != nil) }()
			f()
		}
		try(func() { m[1] = *p })
		try(func() { _ = *t + "x" })
		try(func() { log = append(log, *t == "") })
		try(func() { m = map[int]int{1: *p} })
		try(func() { log = append(log, *b && true) })
		try(func() { *t += s })
		try(func() { var sh rulesShape; f := sh.Area; log = append(log, f == nil) })
		try(func() { var sh rulesShape; defer sh.Area(); log = append(log, "never") })
		return fmt.Sprint(log, m)
	},
	"nilOfInterfaces": func(x int, s string, xs []int) string {
		var r io.Reader = nil
		st := rulesHolder{nil, nil}
		if x > 3 {
			r, st.E = strings.NewReader(s), errors.New(s)
		}
		if x > 6 {
			r = nil
		}
		f := func() (fmt.Stringer, error) { return nil, st.E }
		g := func() fmt.Stringer { return nil }
		all := []fmt.Stringer{nil, rulesLevel(x), nil}
		all[1] = nil
		by := map[string]io.Reader{"a": nil}
		by["b"] = nil
		ch := make(chan any, 1)
		ch <- nil
		var got any = 1
		select {
		case got = <-ch:
		}
		y, err := f()
		return fmt.Sprint(r == nil, st, y, err, g(), append(all, nil), len(by), got, nil == any(nil), map[*int]int{nil: x})
	},
	"interfacesDeclaredWithLiterals": func(x int, s string, xs []int) string {
		i := rulesShape(rulesSquare{x})
		var j any = rulesPair{1, x}
		k := any(&rulesPair{x, 2})
		ch := make(chan rulesShape, 1)
		ch <- rulesDisc{2}
		i, ok := <-ch
		m := map[any]int{k: 1}
		m[k]++
		m[j] = 5
		j = rulesSquare{3}
		return fmt.Sprintf("%T %T %v %v %v %v", i, j, ok, i.Area(), m[k], len(m))
	},
	"functionsInInterfaces": func(x int, s string, xs []int) string {
		var all []any
		all = append(all, rulesDouble, strings.ToUpper, func() int { return x }, rulesSquare.Area, rulesSquare{x}.Area)
		r := ""
		for _, f := range all {
			switch f := f.(type) {
			case func(int) int:
				r += fmt.Sprint(f(x))
			case func(string) string:
				r += f(s)
			case func() int:
				r += fmt.Sprint(f(), ";")
			case func(rulesSquare) int:
				r += fmt.Sprint(f(rulesSquare{2}))
			default:
				r += fmt.Sprintf("%T", f)
			}
		}
		return r
	},
	"declaredAndUnnamed": func(x int, s string, xs []int) string {
		anon := struct{ A, B int }{x, 2}
		var p rulesPair = anon
		p.B++
		anon = p
		f := func(p rulesPair) struct{ A, B int } { return p }
		ids := rulesIDs{x, s}
		return fmt.Sprint(anon, f(anon), p == anon, f(p) != anon, ids == [2]any{x, s}, struct{ a, _, c int }{1, 2, 3})
	},
	"switches": func(x int, s string, xs []int) string {
		r := ""
		switch {
		default:
			r += "d"
			fallthrough
		case x == 1:
			r += "1"
			fallthrough
		case x == 2:
			r += "2"
		case x == 3:
			r += "3"
		}
		switch f := func() {}; x > 3 {
		case f == nil:
			r += "nil"
		default:
			r += "func"
		}
		var m map[string]int
		switch m {
		case nil:
			r += "nilmap"
		}
		switch i := any(x > 2); {
		case i:
			r += "t"
		case !i.(bool):
			r += "f"
		}
		c := make(chan int)
		var only <-chan int = c
		switch c {
		case only:
			r += "same"
		}
		return r + fmt.Sprint(c == only, only != c)
	},
	"deferredBuiltins": func(x int, s string, xs []int) string {
		a, b := make([]int, 2), []int{1, 2}
		m := map[int]int{1: 1, 2: 2}
		k := 1
		func() {
			defer copy(a, b)
			defer delete(m, k)
			b, k = []int{7, 7}, 2
		}()
		fs := []func(){func() { x += 100 }}
		f := fs[0]
		func() {
			defer f()
			f = nil
		}()
		return fmt.Sprint(a, m, x)
	},
	"deferInRanges": func(x int, s string, xs []int) string {
		log := ""
		seq := func(yield func(int) bool) {
			defer func() { log += "s" }()
			for i := 0; i < 4 && yield(i); i++ {
			}
		}
		f := func() (r int) {
			defer func() { r *= 10 }()
			for i := range seq {
				defer func() { r += i; log += fmt.Sprint(i) }()
				if i == x {
					return 5
				}
			}
			return 1
		}
		return fmt.Sprint(f(), log)
	},
	"constantsOfParameters": func(x int, s string, xs []int) string {
		return fmt.Sprint(rulesThird[complex64](), rulesThird[complex128](), make(chan<- int, 2) == nil, rulesExpr[rulesSquare](rulesSquare{x}), rulesExpr[rulesShape](rulesDisc{x}))
	},
	"literalsInFields": func(x int, s string, xs []int) string {
		var b bytes.Buffer
		d := json.NewEncoder(&b)
		w := &rulesWriter{}
		w.On = func(n int) int { return n + x }
		io.MultiWriter(&b, w).Write([]byte(s))
		return fmt.Sprint(b.String(), w.n, w.On(1), (&rulesWriter{n: 3}).On == nil, d != nil)
	},
	"printing": func(x int, s string, xs []int) string {
		type named string
		var st fmt.Stringer = rulesLevel(x)
		h := rulesHolder{E: errors.New(s), S: rulesLevel(x)}
		a := fmt.Sprint(named(s), named("b"), x, rulesLevel(x), "c", named("d"))
		b := fmt.Sprintf("%[2]v %[1]T %[1]d %T|%[3]*[1]d|%[1]q", rulesLevel(x), h.S, 5)
		c := fmt.Sprintf("%#v %T %T %s", struct {
			A any
			E error
		}{rulesPair{1, 2}, nil}, struct {
			A int `json:"a"`
			b []byte
		}{}, []interface{ M(rune) error }{}, rulesBytes(s))
		return fmt.Sprint(a, "\n", b, "\n", c, st, h.S, fmt.Sprintf("%d %v", rulesLevel(x), rulesBad{}))
	},
	"json": func(x int, s string, xs []int) string {
		in := rulesRecord{rulesBase{time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC), rulesLevel(x)}, []rulesLevel{1, 2}, map[rulesKey]rulesLevel{{1}: 3}, nil}
		b, err := json.Marshal(in)
		var out rulesRecord
		again := json.Unmarshal([]byte(strings.Replace(string(b), "null", `{"L":"L7","List":["L8",null]}`, 1)), &out)
		bad := json.Unmarshal([]byte(`{"L":5}`), &out)
		type plain struct{ A int }
		wrong := json.Unmarshal([]byte(`{"A":"x"}`), &plain{})
		return fmt.Sprint(string(b), err, again, out.At.Year(), int(out.L), len(out.List), out.Keys[rulesKey{1}] == 3, out.Next != nil && out.Next.L == 7, bad != nil, wrong)
	},
}

type rulesPair struct{ A, B int }

type rulesBox struct{ In rulesPair }

type rulesHolder struct {
	E error
	S fmt.Stringer
}

type rulesIDs [2]any

type rulesBytes []byte

type rulesShape interface{ Area() int }

type rulesSquare struct{ n int }

func (s rulesSquare) Area() int { return s.n * s.n }

type rulesDisc struct{ r int }

func (d rulesDisc) Area() int { return 3 * d.r * d.r }

type rulesBad struct{}

func (rulesBad) String() string { panic("no text") }

type rulesLevel int

func (l rulesLevel) String() string { return fmt.Sprintf("level %d", int(l)) }

func (l rulesLevel) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "L%d", int(l)), nil }

func (l *rulesLevel) UnmarshalText(b []byte) error {
	_, err := fmt.Sscanf(string(b), "L%d", (*int)(l))
	return err
}

type rulesKey struct{ n int }

func (k rulesKey) MarshalText() ([]byte, error) { return []byte{'k', byte('0' + k.n)}, nil }

func (k *rulesKey) UnmarshalText(b []byte) error { k.n = int(b[1] - '0'); return nil }

type rulesBase struct {
	At time.Time
	L  rulesLevel
}

type rulesRecord struct {
	rulesBase
	List []rulesLevel
	Keys map[rulesKey]rulesLevel
	Next *rulesRecord
}

type rulesWriter struct {
	n  int
	On func(int) int
}

func (w *rulesWriter) Write(p []byte) (int, error) { w.n += len(p); return len(p), nil }

func rulesDouble(n int) int { return 2 * n }

func rulesThird[T complex64 | complex128]() T { return T(1.5 + 2i) }

func rulesExpr[T rulesShape](x T) int { f := T.Area; g := x.Area; return f(x) + g() }
