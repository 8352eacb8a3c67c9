package interp

import (
	"bufio"
	"encoding/json"
	"fmt"
	"go/types"
	"io"
	"log"
	"os"
	"reflect"
	"strings"
)

// Standard functions that are replaced because they print, exit, block or look at types.

// A typed function takes values of any type and looks at what they are: it gets boxes as they are.
type replacement struct {
	f     any
	typed bool
}

// replacements are the standard functions that are not used as they are.
func (in *Interp) replacements() map[string]replacement {
	out := func() io.Writer { in.stops.tick(); return in.stdout }
	logger := log.New(in.stderr, "", log.LstdFlags)
	fatal := func(s string) {
		logger.Output(3, s)
		panic(exit{1, strings.TrimSuffix(s, "\n")})
	}
	typed := func(f any) replacement { return replacement{f, true} }
	as := func(f any) replacement { return replacement{f, false} }
	return map[string]replacement{
		"fmt.Print":    typed(func(a ...any) (int, error) { return fmt.Fprint(out(), in.apart(a)...) }),
		"fmt.Println":  typed(func(a ...any) (int, error) { return fmt.Fprintln(out(), in.printables(a)...) }),
		"fmt.Printf":   typed(func(f string, a ...any) (int, error) { f, a = in.formatted(f, a); return fmt.Fprintf(out(), f, a...) }),
		"fmt.Sprint":   typed(func(a ...any) string { return fmt.Sprint(in.apart(a)...) }),
		"fmt.Sprintln": typed(func(a ...any) string { return fmt.Sprintln(in.printables(a)...) }),
		"fmt.Sprintf":  typed(func(f string, a ...any) string { f, a = in.formatted(f, a); return fmt.Sprintf(f, a...) }),
		"fmt.Fprint":   typed(func(w io.Writer, a ...any) (int, error) { return fmt.Fprint(in.writer(w), in.apart(a)...) }),
		"fmt.Fprintln": typed(func(w io.Writer, a ...any) (int, error) { return fmt.Fprintln(in.writer(w), in.printables(a)...) }),
		"fmt.Fprintf": typed(func(w io.Writer, f string, a ...any) (int, error) {
			f, a = in.formatted(f, a)
			return fmt.Fprintf(in.writer(w), f, a...)
		}),
		"fmt.Append":   typed(func(b []byte, a ...any) []byte { return fmt.Append(b, in.apart(a)...) }),
		"fmt.Appendln": typed(func(b []byte, a ...any) []byte { return fmt.Appendln(b, in.printables(a)...) }),
		"fmt.Appendf":  typed(func(b []byte, f string, a ...any) []byte { f, a = in.formatted(f, a); return fmt.Appendf(b, f, a...) }),
		"fmt.Errorf":   typed(in.errorf),
		"fmt.Scan":     as(func(a ...any) (int, error) { return fmt.Fscan(in.stdin, a...) }),
		"fmt.Scanln":   as(func(a ...any) (int, error) { return fmt.Fscanln(in.stdin, a...) }),
		"fmt.Scanf":    as(func(f string, a ...any) (int, error) { return fmt.Fscanf(in.stdin, f, a...) }),

		"errors.As": typed(in.errorsAs),

		"encoding/json.Marshal": typed(func(x any) ([]byte, error) { return json.Marshal(in.marshallable(x)) }),
		"encoding/json.MarshalIndent": typed(func(x any, prefix, indent string) ([]byte, error) {
			return json.MarshalIndent(in.marshallable(x), prefix, indent)
		}),
		"encoding/json.Unmarshal":      typed(in.unmarshal),
		"encoding/json.Encoder.Encode": typed(func(e *json.Encoder, x any) error { return e.Encode(in.marshallable(x)) }),
		"encoding/json.Decoder.Decode": typed(in.decodeNext),

		"log.Print":   typed(func(a ...any) { logger.Output(2, fmt.Sprint(in.apart(a)...)) }),
		"log.Println": typed(func(a ...any) { logger.Output(2, fmt.Sprintln(in.printables(a)...)) }),
		"log.Printf":  typed(func(f string, a ...any) { f, a = in.formatted(f, a); logger.Output(2, fmt.Sprintf(f, a...)) }),
		"log.Fatal":   typed(func(a ...any) { fatal(fmt.Sprint(in.apart(a)...)) }),
		"log.Fatalln": typed(func(a ...any) { fatal(fmt.Sprintln(in.printables(a)...)) }),
		"log.Fatalf":  typed(func(f string, a ...any) { f, a = in.formatted(f, a); fatal(fmt.Sprintf(f, a...)) }),
		"log.Panic":   typed(func(a ...any) { s := fmt.Sprint(in.apart(a)...); logger.Output(2, s); panic(s) }),
		"log.Panicln": typed(func(a ...any) { s := fmt.Sprintln(in.printables(a)...); logger.Output(2, s); panic(s) }),
		"log.Panicf": typed(func(f string, a ...any) {
			f, a = in.formatted(f, a)
			s := fmt.Sprintf(f, a...)
			logger.Output(2, s)
			panic(s)
		}),
		"log.Default":   as(func() *log.Logger { return logger }),
		"log.SetFlags":  as(logger.SetFlags),
		"log.SetPrefix": as(logger.SetPrefix),
		"log.SetOutput": as(func(w io.Writer) { logger.SetOutput(in.writer(w)) }),
		"log.Flags":     as(logger.Flags),
		"log.Prefix":    as(logger.Prefix),
		"log.Writer":    as(logger.Writer),

		"os.File.Write":       as(func(f *os.File, b []byte) (int, error) { return in.writer(f).Write(b) }),
		"os.File.WriteString": as(func(f *os.File, s string) (int, error) { return io.WriteString(in.writer(f), s) }),
		"os.File.Read":        as(func(f *os.File, b []byte) (int, error) { return in.readsStdin(f).Read(b) }),

		"os.Exit":      as(func(code int) { panic(exit{code, fmt.Sprintf("exit status %d", code)}) }),
		"os.Getenv":    as(in.env.get),
		"os.LookupEnv": as(in.env.lookup),
		"os.Setenv":    as(in.env.set),
		"os.Unsetenv":  as(in.env.unset),
		"os.Clearenv":  as(in.env.clear),
		"os.Environ":   as(in.env.list),
		"os.ExpandEnv": as(func(s string) string { return os.Expand(s, in.env.get) }),

		"time.Sleep": as(in.sleep),

		"reflect.TypeOf":  as(func(x any) reflect.Type { return reflect.TypeOf(unbox(x)) }),
		"reflect.ValueOf": as(func(x any) reflect.Value { return reflect.ValueOf(unbox(x)) }),
	}
}

// errorf is fmt.Errorf. Operands of %w have to be errors, not what prints them.
func (in *Interp) errorf(format string, args ...any) error {
	f, operands := in.formatted(format, args)
	if len(operands) == len(args) {
		for i, a := range args {
			if x := in.plain(a); x != nil && in.interpretedMethods(in.dynamicType(x)) && in.hasMethod(in.dynamicType(x), "Error", reflect.TypeFor[func() string]()) {
				if _, ok := operands[i].(printable); ok {
					operands[i] = in.err(x)
				}
			}
		}
	}
	return fmt.Errorf(f, operands...)
}

// writer is where a snippet's writes to os.Stdout and os.Stderr go.
func (in *Interp) writer(w io.Writer) io.Writer {
	in.stops.tick()
	if f, ok := in.plain(w).(*os.File); ok {
		switch f {
		case os.Stdout:
			return in.stdout
		case os.Stderr:
			return in.stderr
		}
	}
	return w
}

// variables are compiled variables that are not used as they are.
func (in *Interp) variables() map[string]reflect.Value {
	args := in.config.Args
	if args == nil {
		args = []string{""}
	}
	held := append([]string(nil), args...)
	return map[string]reflect.Value{"os.Args": reflect.ValueOf(&held).Elem()}
}

// readers wraps standard functions that read from os.Stdin.
func (in *Interp) readsStdin(r io.Reader) io.Reader {
	if f, ok := in.plain(r).(*os.File); ok && f == os.Stdin {
		return in.stdin
	}
	return r
}

func (in *Interp) stdinReplacements() map[string]replacement {
	return map[string]replacement{
		"bufio.NewReader":     {f: func(r io.Reader) *bufio.Reader { return bufio.NewReader(in.readsStdin(r)) }},
		"bufio.NewReaderSize": {f: func(r io.Reader, n int) *bufio.Reader { return bufio.NewReaderSize(in.readsStdin(r), n) }},
		"bufio.NewScanner":    {f: func(r io.Reader) *bufio.Scanner { return bufio.NewScanner(in.readsStdin(r)) }},
		"bufio.NewWriter":     {f: func(w io.Writer) *bufio.Writer { return bufio.NewWriter(in.writer(w)) }},
		"io.ReadAll":          {f: func(r io.Reader) ([]byte, error) { return io.ReadAll(in.readsStdin(r)) }},
		"io.Copy":             {f: func(w io.Writer, r io.Reader) (int64, error) { return io.Copy(in.writer(w), in.readsStdin(r)) }},
		"io.WriteString":      {f: func(w io.Writer, s string) (int, error) { return io.WriteString(in.writer(w), s) }},
		"fmt.Fscan":           {f: func(r io.Reader, a ...any) (int, error) { return fmt.Fscan(in.readsStdin(r), a...) }},
		"fmt.Fscanln":         {f: func(r io.Reader, a ...any) (int, error) { return fmt.Fscanln(in.readsStdin(r), a...) }},
		"fmt.Fscanf":          {f: func(r io.Reader, f string, a ...any) (int, error) { return fmt.Fscanf(in.readsStdin(r), f, a...) }},
	}
}

// boxingOf says how a function takes values in parameters of type any.
func (in *Interp) boxingOf(fn *types.Func) boxing {
	if fn.Pkg() == nil || ofSession(fn.Pkg()) || in.definition(fn) != nil {
		return keepTypes
	}
	if sig := fn.Type().(*types.Signature); sig.Recv() != nil {
		if typedMethods[fn.Pkg().Path()] {
			return keepTypes
		}
		return plainOnly
	}
	if in.typed[fn.Pkg().Path()+"."+fn.Name()] {
		return keepTypes
	}
	return plainOnly
}

// typedMethods are packages whose methods print their arguments: a box formats as what is in it.
var typedMethods = map[string]bool{"log": true, "encoding/json": true, "sync": true, "sync/atomic": true, "context": true, "container/list": true, "container/ring": true}
