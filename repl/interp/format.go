package interp

import (
	"fmt"
	"go/types"
	"io"
	"reflect"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Printing values of snippets' types as fmt prints compiled ones: with the names of fields as they
// were written, and by their String, Error, Format and GoString methods at any depth.

// A printable is an argument of a formatting function.
type printable struct {
	in *Interp
	x  any
}

func (p printable) Format(s fmt.State, verb rune) { p.in.format(s, verb, p.x) }

// A Box formats as what is in it.
func (b Box) Format(s fmt.State, verb rune) { b.in.format(s, verb, b) }

// printable wraps what fmt alone would not print as Go does.
func (in *Interp) printable(x any) any {
	x = in.plain(x)
	if x == nil {
		return nil
	}
	if _, ok := x.(Box); ok {
		return printable{in, x}
	}
	rt := reflect.TypeOf(x)
	key := answer{rt, -1}
	yes, ok := in.dyn.answers.Load(key)
	if !ok {
		yes = in.needsCare(in.rep.typeOf(rt))
		in.dyn.answers.Store(key, yes)
	}
	if yes.(bool) {
		return printable{in, x}
	}
	return x
}

// needsCare tells types that are or may contain values of snippets' types.
func (in *Interp) needsCare(t types.Type) bool {
	found := false
	seen := map[types.Type]bool{}
	var walk func(types.Type)
	walk = func(t types.Type) {
		t = types.Unalias(t)
		if found || seen[t] {
			return
		}
		seen[t] = true
		switch u := t.(type) {
		case *types.Named:
			if ofSnippet(u) {
				found = true
			}
			return // a compiled type prints itself
		case *types.Interface:
			found = true
			return
		case *types.Struct:
			found = true
			return
		case *types.Signature:
			return
		}
		parts(t, walk)
	}
	walk(t)
	return found
}

func (in *Interp) printables(args []any) []any {
	out := make([]any, len(args))
	for i, a := range args {
		out[i] = in.printable(a)
	}
	return out
}

// apart prepares operands that are printed with blanks between those that are no strings. To fmt, what wraps
// a string of a declared type is none.
func (in *Interp) apart(args []any) []any {
	ready := in.printables(args)
	var out []any
	for i, a := range ready {
		if i > 0 {
			_, wrapped := a.(printable)
			_, before := ready[i-1].(printable)
			switch {
			case !wrapped && !before:
			case isText(args[i-1]) || isText(args[i]):
				out = append(out, "")
			default:
				out = append(out, " ")
			}
		}
		out = append(out, a)
	}
	return out
}

func isText(x any) bool { return x != nil && reflect.ValueOf(unbox(x)).Kind() == reflect.String }

// formatted prepares the operands of a format: %T is answered here, because fmt does not ask an
// operand for its type.
func (in *Interp) formatted(format string, args []any) (string, []any) {
	args = in.printables(args)
	switch {
	case !strings.Contains(format, "T"):
		return format, args
	case strings.Contains(format, "["):
		return in.numbered(format, args)
	}
	var b strings.Builder
	next := 0
	var kept []any
	used := 0
	for i := 0; i < len(format); i++ {
		c := format[i]
		if c != '%' {
			b.WriteByte(c)
			continue
		}
		start := i
		i++
		for i < len(format) && strings.IndexByte("+-# 0123456789.*", format[i]) >= 0 {
			if format[i] == '*' {
				if next < len(args) {
					kept = append(kept, args[next])
				}
				next++
			}
			i++
		}
		if i == len(format) {
			b.WriteString(format[start:])
			break
		}
		if format[i] == '%' {
			b.WriteString(format[start : i+1])
			continue
		}
		if format[i] == 'T' && next < len(args) {
			if name, ok := in.typeOf(args[next]); ok {
				b.WriteString(format[start:i] + "s")
				kept = append(kept, name)
				next++
				continue
			}
		}
		b.WriteString(format[start : i+1])
		if next < len(args) {
			kept = append(kept, args[next])
		}
		next++
	}
	used = next
	if used < len(args) {
		kept = append(kept, args[used:]...)
	}
	return b.String(), kept
}

// typeOf is what %T says of an operand, if fmt does not know it: that its type is made of types of snippets.
func (in *Interp) typeOf(operand any) (string, bool) {
	if p, ok := operand.(printable); ok {
		return qualified(in.dynamicType(p.x)), true
	}
	if operand == nil {
		return "", false
	}
	if t := in.dynamicType(operand); in.involvesSnippet(t) {
		return qualified(t), true
	}
	return "", false
}

// numbered does the same for a format that numbers its operands: each verb gets the number of its operand, and
// the names of types are added as operands.
func (in *Interp) numbered(format string, args []any) (string, []any) {
	var b strings.Builder
	all, next := append([]any(nil), args...), 0
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			b.WriteByte(format[i])
			continue
		}
		start, flags := i, "%"
		for i++; i < len(format) && strings.IndexByte("+-# 0123456789.*[", format[i]) >= 0; i++ {
			switch format[i] {
			case '[':
				end := strings.IndexByte(format[i:], ']')
				n, err := strconv.Atoi(format[i+1 : i+max(end, 1)])
				if err != nil {
					return format, args // fmt says what is wrong
				}
				next = n - 1
				i += end
			case '*':
				next++
				flags += fmt.Sprintf("[%d]*", next)
			default:
				flags += string(format[i])
			}
		}
		if i == len(format) {
			b.WriteString(format[start:])
			break
		}
		verb, size := utf8.DecodeRuneInString(format[i:])
		i += size - 1
		next++
		switch name, ok := in.typeOf(operandAt(args, next)); {
		case verb == '%':
			next--
			b.WriteString(format[start : i+1])
		case verb == 'T' && ok:
			all = append(all, name)
			fmt.Fprintf(&b, "%s[%d]s", flags, len(all))
		case next > len(args): // the names of types are not what is missing
			fmt.Fprintf(&b, "%%%%!%c(MISSING)", verb)
		default:
			fmt.Fprintf(&b, "%s[%d]%c", flags, next, verb)
		}
	}
	return b.String(), all
}

// operandAt is an operand by its number from 1, nil if there is none.
func operandAt(args []any, n int) any {
	if n < 1 || n > len(args) {
		return nil
	}
	return args[n-1]
}

// format prints x with the verb and flags of s.
func (in *Interp) format(s fmt.State, verb rune, x any) {
	v := reflect.ValueOf(unbox(x))
	p := &printer{in: in, s: s, verb: verb, sharp: s.Flag('#') && verb == 'v', plus: s.Flag('+') && verb == 'v'}
	p.value(v, in.dynamicType(x), 0)
}

type printer struct {
	in          *Interp
	s           fmt.State
	verb        rune
	sharp, plus bool
	hidden      int // unexported fields around the value: fmt does not call methods there
}

func (p *printer) text(s string) { io.WriteString(p.s, s) }

// leaf prints a value that fmt prints rightly by itself.
func (p *printer) leaf(x any) {
	if x == nil && p.hidden > 0 {
		p.text("<nil>")
		return
	}
	if p.hidden > 0 {
		x = reflect.ValueOf(struct{ hidden any }{x}).Field(0).Elem()
	}
	fmt.Fprintf(p.s, fmt.FormatString(p.s, p.verb), x)
}

func (p *printer) value(v reflect.Value, t types.Type, depth int) {
	if v.IsValid() && v.Kind() == reflect.Interface && opaque(t) {
		if v = v.Elem(); !v.IsValid() {
			if rt, err := p.in.rep.reflectType(t.Underlying()); err == nil {
				v = reflect.Zero(rt)
			}
		}
	}
	if !v.IsValid() {
		if p.sharp || depth > 0 || p.verb == 'v' || p.verb == 's' {
			p.text("<nil>")
		} else {
			p.leaf(nil)
		}
		return
	}
	if p.byMethod(v, t) {
		return
	}
	if v.Kind() == reflect.Interface && !v.IsNil() && kindOf(t) == asCompiled {
		x := p.in.plain(v.Interface())
		p.value(reflect.ValueOf(unbox(x)), p.in.dynamicType(x), max(depth, 1))
		return
	}
	if !p.in.needsCare(t) {
		p.plain(v, t, depth)
		return
	}
	switch u := t.Underlying().(type) {
	case *types.Interface:
		if v.IsNil() {
			if p.sharp {
				p.text(qualified(t) + "(nil)")
			} else {
				p.text("<nil>")
			}
			return
		}
		x := p.in.plain(v.Interface())
		if p.sharp && depth == 0 {
			depth = 1
		}
		p.value(reflect.ValueOf(unbox(x)), p.in.dynamicType(x), depth)
	case *types.Struct:
		p.structure(v, t, u, depth)
	case *types.Map:
		p.mapping(v, t, u, depth)
	case *types.Slice:
		if isByte(u.Elem()) && strings.ContainsRune("sqxX", p.verb) {
			p.leaf(v.Bytes())
			return
		}
		if p.sharp && v.IsNil() {
			p.text(qualified(t) + "(nil)")
			return
		}
		p.list(v, t, u.Elem(), depth)
	case *types.Array:
		if isByte(u.Elem()) && strings.ContainsRune("sqxX", p.verb) {
			b := make([]byte, v.Len())
			reflect.Copy(reflect.ValueOf(b), v)
			p.leaf(b)
			return
		}
		p.list(v, t, u.Elem(), depth)
	case *types.Pointer:
		if depth == 0 && !v.IsNil() {
			switch u.Elem().Underlying().(type) {
			case *types.Struct, *types.Map, *types.Slice, *types.Array:
				p.text("&")
				p.value(v.Elem(), u.Elem(), depth+1)
				return
			}
		}
		if p.verb == 'v' {
			if v.IsNil() {
				if p.sharp {
					p.text("(" + qualified(t) + ")(nil)")
				} else {
					p.text("<nil>")
				}
				return
			}
			if p.sharp {
				p.text(fmt.Sprintf("(%s)(%#x)", qualified(t), v.Pointer()))
			} else {
				p.text(fmt.Sprintf("%#x", v.Pointer()))
			}
			return
		}
		p.leaf(v.Interface())
	default:
		p.plain(v, t, depth)
	}
}

func isByte(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Kind() == types.Uint8
}

// plain prints a value without snippets' types in it, except that its own type may be one.
func (p *printer) plain(v reflect.Value, t types.Type, depth int) {
	if n, ok := types.Unalias(t).(*types.Named); ok && ofSnippet(n) && p.sharp {
		if _, ok := t.Underlying().(*types.Basic); !ok {
			p.text(qualified(t))
		}
	}
	if v.Kind() == reflect.Interface && v.IsNil() && p.sharp {
		p.text(qualified(t) + "(nil)")
		return
	}
	if depth > 0 && v.Kind() == reflect.Pointer && p.verb == 'v' && !p.sharp {
		if _, byItself := v.Interface().(fmt.Formatter); p.hidden > 0 || !byItself && !hasText(v.Interface()) {
			if v.IsNil() {
				p.text("<nil>")
			} else {
				p.text(fmt.Sprintf("%#x", v.Pointer()))
			}
			return
		}
	}
	if n, ok := types.Unalias(t).(*types.Named); ok && ofSnippet(n) { // a verb that does not fit is told with the type
		text := fmt.Sprintf(fmt.FormatString(p.s, p.verb), v.Interface())
		if rest, ok := strings.CutPrefix(text, "%!"+string(p.verb)+"("+v.Type().String()+"="); ok {
			p.text("%!" + string(p.verb) + "(" + qualified(t) + "=" + rest)
			return
		}
	}
	p.leaf(v.Interface())
}

func hasText(x any) bool {
	switch x.(type) {
	case error, fmt.Stringer:
		return true
	}
	return false
}

// byMethod prints by a method of the value, if there is one for the verb.
func (p *printer) byMethod(v reflect.Value, t types.Type) (done bool) {
	if p.hidden > 0 || !p.in.interpretedMethods(t) || p.verb == 'T' || p.verb == 'p' {
		return false
	}
	x := v.Interface()
	if lossy(t) {
		x = Box{p.in, p.in.entry(t), x}
	}
	called := ""
	call := func(name string, sig reflect.Type) any {
		if !p.in.hasMethod(t, name, sig) {
			return nil
		}
		called = name
		return p.in.method(x, name)
	}
	defer func() {
		if r := recover(); r != nil {
			if v.Kind() == reflect.Pointer && v.IsNil() {
				p.text("<nil>")
			} else {
				p.text("%!" + string(p.verb) + "(PANIC=" + called + " method: " + fmt.Sprint(p.in.recovered(r)) + ")")
			}
			done = true
		}
	}()
	if f, ok := call("Format", reflect.TypeFor[func(fmt.State, rune)]()).(func(fmt.State, rune)); ok {
		f(p.s, p.verb)
		return true
	}
	if p.sharp {
		if f, ok := call("GoString", reflect.TypeFor[func() string]()).(func() string); ok {
			p.text(f())
			return true
		}
		return false
	}
	if !strings.ContainsRune("vsxXq", p.verb) {
		return false
	}
	for _, name := range []string{"Error", "String"} {
		if f, ok := call(name, reflect.TypeFor[func() string]()).(func() string); ok {
			p.leaf(f())
			return true
		}
	}
	return false
}

func (p *printer) structure(v reflect.Value, t types.Type, st *types.Struct, depth int) {
	if p.sharp {
		p.text(qualified(t))
	}
	p.text("{")
	for i := range st.NumFields() {
		if i > 0 {
			if p.sharp {
				p.text(", ")
			} else {
				p.text(" ")
			}
		}
		if p.plus || p.sharp {
			p.text(st.Field(i).Name() + ":")
		}
		f := v.Field(i)
		if !f.CanInterface() {
			p.text(fmt.Sprint(f))
			continue
		}
		if !st.Field(i).Exported() {
			p.hidden++
		}
		p.value(f, st.Field(i).Type(), depth+1)
		if !st.Field(i).Exported() {
			p.hidden--
		}
	}
	p.text("}")
}

func (p *printer) list(v reflect.Value, t, elem types.Type, depth int) {
	open, separator, end := "[", " ", "]"
	if p.sharp {
		open, separator, end = qualified(t)+"{", ", ", "}"
	}
	p.text(open)
	for i := range v.Len() {
		if i > 0 {
			p.text(separator)
		}
		p.value(v.Index(i), elem, depth+1)
	}
	p.text(end)
}

func (p *printer) mapping(v reflect.Value, t types.Type, m *types.Map, depth int) {
	if p.sharp {
		p.text(qualified(t))
		if v.IsNil() {
			p.text("(nil)")
			return
		}
		p.text("{")
	} else {
		p.text("map[")
	}
	keys := v.MapKeys()
	sort.SliceStable(keys, func(i, j int) bool { return less(keys[i], keys[j]) })
	for i, k := range keys {
		if i > 0 {
			if p.sharp {
				p.text(", ")
			} else {
				p.text(" ")
			}
		}
		p.value(k, m.Key(), depth+1)
		p.text(":")
		p.value(v.MapIndex(k), m.Elem(), depth+1)
	}
	if p.sharp {
		p.text("}")
	} else {
		p.text("]")
	}
}

// less orders map keys as fmt does.
func less(a, b reflect.Value) bool { return compare(a, b) < 0 }

func compare(a, b reflect.Value) int {
	if a.Kind() == reflect.Interface {
		a, b = a.Elem(), b.Elem()
		if x, ok := a.Interface().(Box); ok {
			a = reflect.ValueOf(x.V)
		}
		if x, ok := b.Interface().(Box); ok {
			b = reflect.ValueOf(x.V)
		}
	}
	if a.Kind() != b.Kind() {
		return int(a.Kind()) - int(b.Kind())
	}
	switch {
	case a.CanInt():
		return order(a.Int(), b.Int())
	case a.CanUint():
		return order(a.Uint(), b.Uint())
	case a.CanFloat():
		return order(a.Float(), b.Float())
	}
	switch a.Kind() {
	case reflect.String:
		return strings.Compare(a.String(), b.String())
	case reflect.Bool:
		return order(strconv.FormatBool(a.Bool()), strconv.FormatBool(b.Bool()))
	case reflect.Pointer, reflect.Chan:
		return order(a.Pointer(), b.Pointer())
	case reflect.Struct:
		for i := range a.NumField() {
			if c := compare(a.Field(i), b.Field(i)); c != 0 {
				return c
			}
		}
	case reflect.Array:
		for i := range a.Len() {
			if c := compare(a.Index(i), b.Index(i)); c != 0 {
				return c
			}
		}
	}
	return 0
}

func order[T int64 | uint64 | float64 | string | uintptr](a, b T) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	case a == b:
		return 0
	case a != a && b == b:
		return -1
	}
	return 1
}
