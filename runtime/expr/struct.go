package expr

import (
	"strconv"
	"strings"

	"gospark/runtime/batch"
	"gospark/runtime/condition"
	"gospark/runtime/types"
)

// Structs: their construction, and other structs with some fields set or left out. Access to parts is in extract.go.

const structFuncs = "struct_funcs"

func init() {
	family(structFuncs, []Function{
		{Name: "struct", Sig: "any* -> ?", Null: Never, Ret: func(args []Expr) *types.Type { return structOf(fieldNames(args, "col"), args) }, Impl: structImpl(1),
			Doc: "A struct of the arguments, with their names or col1, col2 and so on.", Example: "struct(1, 2, 3) = {1, 2, 3}"},
		{Name: "row", Internal: true, Sig: "any...", Make: func(r *Request) (Expr, error) {
			var args []Expr
			for i, name := range fieldNames(r.Args, "col") {
				args = append(args, StringLit(name), r.Args[i])
			}
			return r.other("named_struct", args...)
		}},
		{Name: "named_struct", Sig: "any* -> ?", Null: Never, Coerce: structNames, Ret: namedStructType, Impl: structImpl(2),
			Doc: "A struct of names and values in turn.", Example: "named_struct('a', 1, 'b', 2, 'c', 3) = {1, 2, 3}"},
	})
}

// fieldNames are the names that expressions have by themselves, or made ones, counted from 1.
func fieldNames(args []Expr, prefix string) []string {
	names := make([]string, len(args))
	for i, a := range args {
		if names[i] = ownName(a); names[i] == "" {
			names[i] = prefix + strconv.Itoa(i+1)
		}
	}
	return names
}

// ownName is the name of a column, an alias or a field of a struct; "" for other expressions.
func ownName(e Expr) string {
	switch e := e.(type) {
	case *Attr:
		return e.Name
	case *Alias:
		return e.Name
	case *LambdaVar:
		return e.Name
	case *Call:
		if e.Fn.Name == "getstructfield" || e.Fn.Name == "getarraystructfields" {
			t := e.Arg(0)
			if t.Kind == types.ArrayKind {
				t = t.Elem
			}
			return t.Fields[e.Args[1].(*Lit).Value.(int32)].Name
		}
	}
	return ""
}

func structOf(names []string, values []Expr) *types.Type {
	t := types.StructOf()
	for i, v := range values {
		f := types.Field{Name: names[i], Type: v.Type(), Nullable: v.Nullable()}
		switch a := v.(type) {
		case *Attr:
			f.Metadata = a.Metadata
		case *Alias:
			f.Metadata = a.Metadata
		}
		t.Fields = append(t.Fields, f)
	}
	return t
}

// structNames checks that every second argument is a name.
func structNames(r *Request) error {
	if n := len(r.Args); n%2 == 1 {
		return wrongCount(r.Name, "2n (n > 0)", n)
	}
	text := r.Text()
	var bad, all []string
	for i := 0; i < len(r.Args); i += 2 {
		a := r.Args[i]
		v, ok, err := r.constant(i)
		if err != nil {
			return err
		}
		all = append(all, a.String())
		if !ok || !a.Type().Text() {
			bad = append(bad, quoted(a.String()))
			continue
		}
		if v == nil {
			return mismatch("UNEXPECTED_NULL", text, "The name must not be null.", "exprName", "["+strings.Join(all, ", ")+"]")
		}
		r.Args[i] = &Lit{Value: v, Typ: types.String}
	}
	if bad != nil {
		list := "[" + strings.Join(bad, ", ") + "]"
		return mismatch("CREATE_NAMED_STRUCT_WITHOUT_FOLDABLE_STRING", text,
			"Only foldable `STRING` expressions are allowed to appear at odd position, but they are "+list+".", "inputExprs", list)
	}
	return nil
}

func namedStructType(args []Expr) *types.Type {
	names, values := make([]string, len(args)/2), make([]Expr, len(args)/2)
	for i := range values {
		names[i], values[i] = args[2*i].(*Lit).Value.(string), args[2*i+1]
	}
	return structOf(names, values)
}

// structImpl puts the columns of the values side by side; of each `every` arguments the last is a value.
func structImpl(every int) *Impl {
	return kernelImpl(func(c *Call) Kernel {
		return func(_ *Context, n int, _ []int32, args []batch.Vector) (batch.Vector, error) {
			s := &batch.Struct{N: n}
			for i := every - 1; i < len(args); i += every {
				s.Fields = append(s.Fields, cut(args[i], n))
			}
			return s, nil
		}
	}, func(c *Call) RowFunc {
		return func(_ *Context, args []any) (any, error) {
			row := types.Row{}
			for i := every - 1; i < len(args); i += every {
				row = append(row, args[i])
			}
			return row, nil
		}
	})
}

// cut is the first n values of a vector.
func cut(v batch.Vector, n int) batch.Vector {
	if v.Len() == n {
		return v
	}
	return v.View(0, n)
}

func fieldNotFound(name string, t *types.Type) *condition.Error {
	names := make([]string, len(t.Fields))
	for i, f := range t.Fields {
		names[i] = quotedID(f.Name)
	}
	list := strings.Join(names, ", ")
	return condition.New("FIELD_NOT_FOUND", "42704", "No such struct field %s in %s.", quotedID(name), list).
		WithParam("fieldName", quotedID(name)).WithParam("fields", list)
}
