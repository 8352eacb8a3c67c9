package interp

import (
	"fmt"
	"go/types"
	"io"
	"reflect"
	"sort"
	"strconv"
	"strings"

	yaegi "github.com/traefik/yaegi/interp"
)

// A unit is one program for yaegi: a piece of a snippet together with every function it uses, in an
// interpreter of its own.
//
// Nothing is shared between units but compiled memory: variables of the session are cells the unit has pointers
// to, compiled functions and types are symbols. So a unit is finished when it has been compiled; what
// is typed, redefined or interrupted later cannot change the functions in it, they can be called from
// any goroutine, and all of it is garbage once nothing refers to them any more.
type unit struct {
	in      *Interp
	symbols map[string]reflect.Value
	named   map[types.Object]string // symbols and cells by object
	typed   map[reflect.Type]string
	emitted map[string]string // functions by key
	queue   []func()
	globals strings.Builder
	texts   []string // of functions; those that are called come after those that call them
	names   int
	puts    []string
}

func (in *Interp) newUnit() *unit {
	return &unit{in: in, symbols: map[string]reflect.Value{}, named: map[types.Object]string{}, typed: map[reflect.Type]string{}, emitted: map[string]string{}}
}

// fresh makes a name nothing else in the unit has.
func (u *unit) fresh(hint string) string {
	u.names++
	return hint + "__" + strconv.Itoa(u.names)
}

// symbol gives the unit a compiled value, under a name that says what it is.
func (u *unit) symbol(hint string, v reflect.Value) string {
	name := u.fresh("S_" + identifier(hint))
	u.symbols[name] = v
	return "c." + name
}

// identifier keeps what may stand in a name.
func identifier(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '_'
	}, s)
}

// pointer is the name of a pointer to a compiled variable.
func (u *unit) pointer(obj types.Object, to reflect.Value) string {
	if name, ok := u.named[obj]; ok {
		return name
	}
	name := u.fresh(identifier(obj.Name()) + "_p")
	fmt.Fprintf(&u.globals, "var %s = %s\n", name, u.symbol(obj.Name(), to))
	u.named[obj] = name
	return name
}

// typ writes a type as the interpreter is to see it.
func (u *unit) typ(t types.Type) string {
	t = types.Unalias(t)
	switch kindOf(t) {
	case asAny:
		return "any"
	case asCompiled:
		if types.Identical(t, errorType) {
			return "error"
		}
		return u.compiledType(t)
	}
	switch t := t.(type) {
	case *types.Basic:
		t, _ = types.Default(t).(*types.Basic)
		switch t.Kind() {
		case types.Uint8:
			return "uint8"
		case types.Int32:
			return "int32"
		}
		return t.Name()
	case *types.Named:
		if !ofSnippet(t) {
			if _, ok := u.in.world.Reflect(t); !ok {
				return u.typ(t.Underlying())
			}
			return u.compiledType(t)
		}
		if _, ok := t.Underlying().(*types.Struct); ok {
			return u.compiledType(t)
		}
		if opaque(t) {
			return "any"
		}
		return u.typ(t.Underlying())
	case *types.Struct:
		return u.compiledType(t)
	case *types.Pointer:
		return "*" + u.typ(t.Elem())
	case *types.Slice:
		return "[]" + u.typ(t.Elem())
	case *types.Array:
		return fmt.Sprintf("[%d]%s", t.Len(), u.typ(t.Elem()))
	case *types.Map:
		return "map[" + u.typ(t.Key()) + "]" + u.typ(t.Elem())
	case *types.Chan:
		switch t.Dir() {
		case types.SendOnly:
			return "chan<- " + u.typ(t.Elem())
		case types.RecvOnly:
			return "<-chan " + u.typ(t.Elem())
		}
		return "chan (" + u.typ(t.Elem()) + ")"
	case *types.Signature:
		return "func" + u.signature(t, nil)
	}
	panic(unrepresentable{fmt.Sprintf("type %s cannot be used in the interpreter", t)})
}

// signature writes parameters and results; name gives the parameters' names, nil for none.
func (u *unit) signature(s *types.Signature, name func(*types.Var) string) string {
	var b strings.Builder
	tuple := func(t *types.Tuple, variadic, named bool) {
		b.WriteByte('(')
		for i := range t.Len() {
			if i > 0 {
				b.WriteString(", ")
			}
			if named {
				b.WriteString(name(t.At(i)) + " ")
			}
			if variadic && i == t.Len()-1 {
				b.WriteString("..." + u.typ(t.At(i).Type().Underlying().(*types.Slice).Elem()))
			} else {
				b.WriteString(u.typ(t.At(i).Type()))
			}
		}
		b.WriteByte(')')
	}
	tuple(s.Params(), s.Variadic(), name != nil)
	if r := s.Results(); r.Len() > 0 {
		b.WriteByte(' ')
		if name == nil && r.Len() == 1 {
			return b.String() + u.typ(r.At(0).Type())
		}
		tuple(r, false, name != nil && r.At(0).Name() != "")
	}
	return b.String()
}

func (u *unit) compiledType(t types.Type) string {
	rt := u.in.mustReflect(t)
	if name, ok := u.typed[rt]; ok {
		return name
	}
	name := u.symbol("T_"+typeName(t), reflect.Zero(reflect.PointerTo(rt)))
	u.typed[rt] = name
	return name
}

// once emits a helper function the first time its key is asked for. write gets the name and
// returns the text.
func (u *unit) once(key, hint string, write func(name string) string) string {
	if name, ok := u.emitted[key]; ok {
		return name
	}
	name := u.fresh(hint)
	u.emitted[key] = name
	u.queue = append(u.queue, func() { u.texts = append(u.texts, write(name)) })
	return name
}

// put makes the program hand over the value of an expression when it is loaded.
func (u *unit) put(expr string) { u.puts = append(u.puts, expr) }

// load compiles the program and returns the values handed over.
func (u *unit) load() (values []any, err error) {
	for len(u.queue) > 0 {
		next := u.queue[0]
		u.queue = u.queue[1:]
		next()
	}
	var b strings.Builder
	b.WriteString("package main\n\nimport (\n\tc \"c\"\n\tg \"g\"\n)\n\n")
	b.WriteString(u.globals.String())
	for i := len(u.texts) - 1; i >= 0; i-- { // what is called first: yaegi wants to know its type
		b.WriteString(u.texts[i])
	}
	b.WriteString("\nfunc main() {\n")
	for _, p := range u.puts {
		fmt.Fprintf(&b, "\tg.Put(%s)\n", p)
	}
	b.WriteString("}\n")
	program := b.String()
	if u.in.config.Trace != nil {
		u.in.config.Trace(program)
	}
	i := yaegi.New(yaegi.Options{Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: &u.in.traces, Args: []string{""}, Env: []string{}})
	support := make(map[string]reflect.Value, len(u.in.support)+2)
	for name, v := range u.in.support {
		support[name] = v
	}
	support["Put"] = reflect.ValueOf(func(v any) { values = append(values, v) })
	if err := i.Use(yaegi.Exports{"c/c": u.symbols, "g/g": support}); err != nil {
		return nil, err
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	if _, err := i.Eval(program); err != nil {
		return nil, err
	}
	if len(values) != len(u.puts) {
		return nil, fmt.Errorf("the interpreter handed over %d of %d values", len(values), len(u.puts))
	}
	return values, nil
}

func sortedNames[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for n := range m {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}
