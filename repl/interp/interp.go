// Package interp evaluates Go snippets.
//
// It knows nothing of what the snippets are about. A snippet is cut into statements (package split),
// checked by go/types against packages made from symbol tables (package world), written anew as
// plainer Go, and only then given to the yaegi interpreter: piece by piece, each in an interpreter of
// its own (see unit). So everything that is wrong is found before anything runs, with Go's own
// messages at the place in the user's text, and what runs stays out of yaegi's known faults.
//
// What is written for yaegi has no declared types, no methods, no generics, no constants, no embedded
// fields and no interfaces with methods except compiled ones. How types are represented instead is in
// represent.go, how interfaces work in dynamic.go.
//
// Rules a snippet lives by:
//
//   - Names can be declared again, with other types. What was declared earlier keeps its meaning for
//     the functions that use it: a closure handed to a stream never changes. A method that gets a new
//     body is the one exception, and only for calls through interfaces.
//   - Standard packages are imported when they are first used; an import declaration wins.
//   - Unused variables and imports are no errors.
//   - An expression becomes a variable res0, res1, ...
//   - A panic ends the evaluation, in a goroutine it is reported (Config.OnPanic); neither ends the process, nor
//     does endless recursion. os.Exit and log.Fatal end the evaluation with an Error of kind Exit.
//   - Cancelling the context of Eval interrupts the evaluation wherever it is. If it is inside compiled code,
//     its goroutine is left behind and ends as soon as it is back in interpreted code.
//
// What works in Go but not here is refused with an Error of kind Refused; see refusals in the tests.
package interp

import (
	"bytes"
	"context"
	"go/token"
	"go/types"
	"io"
	"os"
	"path"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/traefik/yaegi/stdlib"

	"gospark/repl/interp/world"
)

// Config is what a new interpreter starts with.
type Config struct {
	Symbols        map[string]map[string]reflect.Value                              // yaegi symbol tables of packages beyond the standard library, with _Iface wrappers
	DotImports     []string                                                         // import paths whose exported names are in scope unqualified
	Vars           map[string]any                                                   // variables that exist from the start
	Stdin          io.Reader                                                        // what snippets read from os.Stdin; empty if nil
	Stdout, Stderr io.Writer                                                        // what snippets print to; the process's if nil
	Args           []string                                                         // os.Args of snippets
	Env            []string                                                         // their environment, as "NAME=value"
	Trace          func(string)                                                     // sees every program handed to yaegi
	Hidden         func(path, name string) bool                                     // names completion does not offer
	ParamNames     func(path, recv, name string) []string                           // parameter names of compiled functions
	InString       func(text string, cursor int) (from int, candidates []Candidate) // completes inside a string literal, as Complete does
	OnPanic        func(err *Error)                                                 // told of a panic in a goroutine of a snippet
	Frame          Frame                                                            // of programs made of what was typed
}

const (
	sessionPath  = "main"
	sourcePrefix = "source/" // paths of packages that are interpreted from source
)

var (
	errorType      = types.Universe.Lookup("error").Type()
	anyType        = types.Universe.Lookup("any").Type()
	sessionPackage = types.NewPackage(sessionPath, sessionPath)
)

// An Interp evaluates snippets that build on each other. Eval may be called from any goroutine; calls
// wait for each other. Functions it produced may be called from any goroutine at any time.
type Interp struct {
	config         Config
	world          *world.World
	rep            *representation
	fset           *token.FileSet
	stdin          io.Reader
	stdout, stderr io.Writer
	env            *environ

	evaluating sync.Mutex   // one evaluation at a time
	emitting   sync.Mutex   // one unit at a time is written and compiled
	mu         sync.RWMutex // guards the session and the methods of declared types
	session    *session

	exports   map[string]map[string]reflect.Value // by import path
	aliased   map[string]map[string]string        // see aliases
	replaced  map[string]reflect.Value            // "path.Name": used instead of the exported value
	typed     map[string]bool                     // "path.Name": takes boxes as they are
	support   map[string]reflect.Value
	cells     map[types.Object]reflect.Value // pointers to session variables
	defs      map[*types.Func]*function
	pinned    map[types.Object]bool // used by functions in defs
	sources   map[string]*sourcePackage
	dyn       dynamics
	stops     stops
	running   atomic.Pointer[run]
	unwinding unwinding
	places    places
	traces    traces
	results   int
	epoch     int // counts the pieces that replaced methods
}

// New makes an interpreter.
func New(config Config) (*Interp, error) {
	in := &Interp{
		config: config, fset: token.NewFileSet(),
		stdin: config.Stdin, stdout: config.Stdout, stderr: config.Stderr,
		env:   newEnviron(config.Env),
		cells: map[types.Object]reflect.Value{}, defs: map[*types.Func]*function{}, pinned: map[types.Object]bool{}, sources: map[string]*sourcePackage{},
		exports: map[string]map[string]reflect.Value{},
	}
	if in.stdin == nil {
		in.stdin = bytes.NewReader(nil)
	}
	if in.stdout == nil {
		in.stdout = os.Stdout
	}
	if in.stderr == nil {
		in.stderr = os.Stderr
	}
	tables := []map[string]map[string]reflect.Value{stdlib.Symbols, world.Recent, config.Symbols}
	for _, table := range tables {
		for key, symbols := range table {
			if !strings.Contains(key, "/") {
				continue
			}
			p := path.Dir(key)
			if have := in.exports[p]; have != nil {
				merged := make(map[string]reflect.Value, len(have)+len(symbols))
				for _, m := range []map[string]reflect.Value{have, symbols} {
					for n, v := range m {
						merged[n] = v
					}
				}
				symbols = merged
			}
			in.exports[p] = symbols
		}
	}
	in.aliased = in.aliases()
	in.world = world.New(tables...)
	if config.ParamNames != nil {
		in.world.NameParams(config.ParamNames)
	}
	in.rep = newRepresentation(in.world)
	in.replaced, in.typed = map[string]reflect.Value{}, map[string]bool{}
	for _, table := range []map[string]replacement{in.replacements(), in.stdinReplacements(), in.xmlReplacements()} {
		for name, r := range table {
			in.replaced[name] = reflect.ValueOf(r.f)
			in.typed[name] = r.typed
		}
	}
	for name, v := range in.variables() {
		in.replaced[name] = v
	}
	in.support = in.supportSymbols()
	if err := in.begin(); err != nil {
		return nil, err
	}
	return in, nil
}

// compiled is the value of a package-level function or variable of a compiled package.
func (in *Interp) compiled(obj types.Object) (reflect.Value, bool) {
	p := obj.Pkg()
	if p == nil || p.Path() == sessionPath || obj.Parent() != p.Scope() {
		return reflect.Value{}, false
	}
	if v, ok := in.replaced[p.Path()+"."+obj.Name()]; ok {
		return v, true
	}
	v, ok := in.exports[p.Path()][obj.Name()]
	return v, ok
}

// replacedMethod is what is used instead of a method of a compiled type.
func (in *Interp) replacedMethod(m *types.Func) (v reflect.Value, key string, ok bool) {
	sig := m.Signature()
	if sig.Recv() == nil || m.Pkg() == nil {
		return v, "", false
	}
	n, named := types.Unalias(deref(sig.Recv().Type())).(*types.Named)
	if !named || ofSnippet(n) {
		return v, "", false
	}
	key = m.Pkg().Path() + "." + n.Obj().Name() + "." + m.Name()
	v, ok = in.replaced[key]
	return v, key, ok
}

func (in *Interp) mustReflect(t types.Type) reflect.Type {
	rt, err := in.rep.reflectType(t)
	if err != nil {
		panic(err)
	}
	return rt
}

// Context is the context of the evaluation that runs on the calling goroutine, Background on any other:
// what goes on beside the prompt is not touched by an interruption there. Compiled functions that block
// take it to be interruptible.
func (in *Interp) Context() context.Context {
	if r := in.running.Load(); r != nil && r.goroutine.Load() == goroutine() {
		return r.ctx
	}
	return context.Background()
}

// Position is where the statement begins that is being evaluated, on whatever goroutine, and the text of that line; no
// line when there is none. The file is empty for what was typed.
func (in *Interp) Position() (file string, line int, text string) {
	if r := in.running.Load(); r != nil {
		if p := r.at.Load(); p != nil {
			var e Error
			in.locate(&e, p.Filename, p.Line, p.Column)
			return e.File, e.Line, e.SourceLine
		}
	}
	return "", 0, ""
}
