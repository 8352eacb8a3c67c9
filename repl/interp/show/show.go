// Package show writes values for people who typed an expression: as Go would write them, with names
// short, and cut where they get long.
//
//	res0: int = 42
//	words: []string = []string{"to", "be"}
//	c: Click = Click{Page: "/", n: 3}
//	took: time.Duration = 1.5s
//
// A printer goes by the static type of a value as go/types has it, because the compiled type of
// what a snippet declares can have other names. Values that say what they are (ShellString, Error,
// String) are shown by that; pointers are followed; maps are sorted; what contains itself is shown once.
package show

import (
	"fmt"
	"go/types"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// A ShellStringer says itself how the shell shows it. An empty string means that the type says it all.
type ShellStringer interface{ ShellString() string }

// A ShellTyper has a type that is better shown by another name than Go's: RDD[string]. The type says it all, unless it is
// a ShellStringer too; as a part of another value it is shown as any value is.
type ShellTyper interface{ ShellType() string }

// DefaultWidth is how many bytes of a value are shown.
const DefaultWidth = 1000

const maxDepth = 8 // levels of nested values

// A Printer knows how values are to be shown. TypeOf is required.
type Printer struct {
	// Name is what the user can type to get at the value, for the hint where it is cut.
	Name string
	// Width is how many bytes are shown, DefaultWidth if it is 0.
	Width int
	// TypeText writes a type; with the names of packages if it is nil.
	TypeText func(types.Type) string
	// TypeOf is the type of a compiled value.
	TypeOf func(reflect.Type) types.Type
	// Open returns what a non-nil interface value holds, and its type, where reflection does not tell.
	Open func(v reflect.Value) (reflect.Value, types.Type)
	// Text is what a method of a type declared in a snippet says: ShellString, Error or String.
	Text func(v reflect.Value, t types.Type) (string, bool)
}

// Line is what the shell prints for a value. The name and the text may be empty.
func Line(name, typ, text string) string {
	if name != "" {
		typ = name + ": " + typ
	}
	switch {
	case text == "":
		return typ
	case strings.Contains(text, "\n"):
		return typ + " =\n" + text
	}
	return typ + " = " + text
}

// Type writes the type of a value.
func (p Printer) Type(v reflect.Value, t types.Type) string {
	if s := typer(v); s != nil {
		return s.ShellType()
	}
	return p.typeString(t)
}

// typer is v if it names its own type, or nil.
func typer(v reflect.Value) ShellTyper {
	if !v.IsValid() || !v.CanInterface() || nilable(v) && v.IsNil() {
		return nil
	}
	s, _ := v.Interface().(ShellTyper)
	return s
}

func (p Printer) typeString(t types.Type) string {
	if p.TypeText != nil {
		return p.TypeText(t)
	}
	return types.TypeString(t, (*types.Package).Name)
}

// Value writes v, which has the static type t. It is empty where the type says all there is to say: for a function, and
// for what names its own type.
func (p Printer) Value(v reflect.Value, t types.Type) string {
	if v.IsValid() && v.Kind() == reflect.Func && !v.IsNil() {
		return ""
	}
	if s := typer(v); s != nil {
		if _, ok := s.(ShellStringer); !ok {
			return ""
		}
	}
	if p.Width == 0 {
		p.Width = DefaultWidth
	}
	w := writer{Printer: p, path: map[visit]bool{}}
	w.value(v, t, 0)
	if len(w.out) <= p.Width {
		return string(w.out)
	}
	cut := p.Width
	for cut > 0 && !utf8.RuneStart(w.out[cut]) {
		cut--
	}
	return string(w.out[:cut]) + "... (" + p.hint(v) + ")"
}

// hint says how much there is, and how to see it.
func (p Printer) hint(v reflect.Value) string {
	all := "fmt.Println(" + p.Name + ") shows all"
	for v.IsValid() && (v.Kind() == reflect.Interface || v.Kind() == reflect.Pointer) && !v.IsNil() {
		v = v.Elem()
	}
	if !v.IsValid() {
		return all
	}
	switch v.Kind() {
	case reflect.Slice, reflect.Array, reflect.Map:
		return fmt.Sprintf("%d elements, %s", v.Len(), all)
	case reflect.String:
		return fmt.Sprintf("%d bytes, %s", v.Len(), all)
	}
	return all
}

// A writer is one use of a printer.
type writer struct {
	Printer
	out  []byte
	path map[visit]bool // pointers, maps and slices being written
}

type visit struct {
	at  uintptr
	len int
	typ reflect.Type
}

func (w *writer) full() bool { return len(w.out) > w.Width }

func (w *writer) put(s string) {
	if w.full() {
		return
	}
	if room := w.Width + utf8.UTFMax - len(w.out); len(s) > room {
		s = s[:room]
	}
	w.out = append(w.out, s...)
}

// value writes v as an expression of type t.
func (w *writer) value(v reflect.Value, t types.Type, depth int) {
	if w.full() {
		return
	}
	if !v.IsValid() {
		w.put("nil")
		return
	}
	if v.Kind() == reflect.Interface {
		if v.IsNil() {
			w.put("nil")
			return
		}
		w.held(v, depth)
		return
	}
	if nilable(v) && v.IsNil() {
		w.put("nil")
		return
	}
	if s, ok := w.ownText(v, t); ok {
		w.put(s)
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		w.put(strconv.FormatBool(v.Bool()))
	case reflect.String:
		w.quote(v.String())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		w.integer(v.Int(), t)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		w.put(strconv.FormatUint(v.Uint(), 10))
	case reflect.Float32:
		w.put(float(v.Float(), 32))
	case reflect.Float64:
		w.put(float(v.Float(), 64))
	case reflect.Complex64, reflect.Complex128:
		w.put(fmt.Sprint(v.Complex()))
	case reflect.Func:
		w.put(w.typeString(t) + " {...}")
	case reflect.Chan:
		w.put(fmt.Sprintf("%s (%d of %d)", w.typeString(t), v.Len(), v.Cap()))
	case reflect.UnsafePointer:
		w.put(fmt.Sprintf("unsafe.Pointer(%#x)", v.Pointer()))
	default:
		if id, ok := identity(v); ok && w.path[id] {
			w.put("(cycle)")
			return
		}
		if v.Kind() != reflect.Pointer {
			w.put(w.typeString(t))
		}
		w.composite(v, t, depth)
	}
}

func nilable(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice, reflect.Func, reflect.Chan, reflect.UnsafePointer:
		return true
	}
	return false
}

// held writes what an interface holds, so that its type can be seen.
func (w *writer) held(v reflect.Value, depth int) {
	v, t := w.open(v)
	if !v.IsValid() || nilable(v) && v.IsNil() {
		if v.IsValid() {
			w.put("(" + w.typeString(t) + ")(nil)")
			return
		}
		w.put("nil")
		return
	}
	if s, own := w.ownText(v, t); own {
		w.put(s)
		return
	}
	switch b, basic := t.Underlying().(*types.Basic); {
	case !basic:
		w.value(v, t, depth)
	case types.Identical(t, types.Typ[types.Float64]):
		s := float(v.Float(), 64)
		if strings.Trim(s, "-0123456789") == "" {
			s += ".0"
		}
		w.put(s)
	case types.Identical(t, types.Default(literalType(b))): // an int, a string, a bool
		w.value(v, t, depth)
	default:
		w.put(w.typeString(t) + "(")
		w.value(v, t, depth)
		w.put(")")
	}
}

// literalType is the type of the literals that values of b are shown as.
func literalType(b *types.Basic) types.Type {
	switch info := b.Info(); {
	case info&types.IsBoolean != 0:
		return types.Typ[types.UntypedBool]
	case info&types.IsString != 0:
		return types.Typ[types.UntypedString]
	case info&types.IsInteger != 0:
		return types.Typ[types.UntypedInt]
	case info&types.IsComplex != 0:
		return types.Typ[types.UntypedComplex]
	}
	return types.Typ[types.UntypedFloat]
}

// ownText is what the value says about itself, if it has a method for it.
func (w *writer) ownText(v reflect.Value, t types.Type) (text string, ok bool) {
	if v.Kind() == reflect.Interface || nilable(v) && v.IsNil() {
		return "", false
	}
	if w.Text != nil {
		if s, ok := w.Text(v, t); ok {
			return s, true
		}
	}
	if !v.CanInterface() || v.Type().NumMethod() == 0 {
		return "", false
	}
	method := ""
	defer func() {
		if r := recover(); r != nil {
			text, ok = fmt.Sprintf("(%s panicked: %v)", method, r), true
		}
	}()
	switch x := v.Interface().(type) {
	case ShellStringer:
		method = "ShellString"
		return x.ShellString(), true
	case time.Time:
		return x.Round(0).String(), true // without the monotonic clock
	case error:
		method = "Error"
		return x.Error(), true
	case fmt.Stringer:
		method = "String"
		return x.String(), true
	case ShellTyper:
		method = "ShellType"
		return x.ShellType(), true
	}
	return "", false
}

// open returns what an interface holds.
func (w *writer) open(v reflect.Value) (reflect.Value, types.Type) {
	if w.Open != nil {
		return w.Open(v)
	}
	v = v.Elem()
	return v, w.TypeOf(v.Type())
}
