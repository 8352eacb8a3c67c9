package interp

import (
	"go/types"
	"io"
	"os"
	"reflect"
	"strconv"
)

// The standard files of a snippet are those of the interpreter: what becomes an io.Writer of os.Stdout writes where
// fmt.Println does.

// An outlet is os.Stdout or os.Stderr in an interface.
type outlet struct {
	io.Writer
	file *os.File
}

func (o outlet) WriteString(s string) (int, error) { return io.WriteString(o.Writer, s) }

func (o outlet) Close() error { return nil }

// An inlet is os.Stdin in an interface.
type inlet struct {
	io.Reader
	file *os.File
}

func (i inlet) Close() error { return nil }

// standard is what a file is in an interface of the given type.
func (in *Interp) standard(id int, f *os.File) any {
	var x any = f
	switch f {
	case nil:
		return f
	case os.Stdout, os.Stderr:
		x = outlet{in.writer(f), f}
	case os.Stdin:
		x = inlet{in.stdin, f}
	}
	if t, err := in.rep.reflectType(in.typeAt(id)); err != nil || !reflect.TypeOf(x).Implements(t) {
		return f
	}
	return x
}

// isFile tells the type *os.File.
func isFile(t types.Type) bool {
	p, ok := types.Unalias(t).(*types.Pointer)
	if !ok {
		return false
	}
	n, ok := types.Unalias(p.Elem()).(*types.Named)
	return ok && n.Obj().Name() == "File" && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "os"
}

// fileTo is a helper that makes a compiled interface of a file.
func (u *unit) fileTo(from, to types.Type) string {
	id := u.in.entry(to)
	f, t := u.typ(from), u.typ(to)
	return u.once("file "+t, "file", func(name string) string {
		return "func " + name + "(x " + f + ") " + t + " {\n\tvar r " + t + "\n\tr = g.Standard(" + strconv.Itoa(id) + ", x).(" + t + ")\n\treturn r\n}\n"
	})
}
