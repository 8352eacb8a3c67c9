package expr

import (
	"strconv"
	"strings"

	"gospark/runtime/batch"
	"gospark/runtime/condition"
	"gospark/runtime/format/jsonscan"
	"gospark/runtime/types"
)

// JSON texts: to values, parts of them, and their types. Values to JSON are in json_write.go.

const jsonFuncs = "json_funcs"

func init() {
	names := func([]Expr) *types.Type { return types.ArrayOf(types.String, true) }
	family(jsonFuncs, []Function{
		{Name: "from_json", Sig: "any, any, any?", Make: fromJSON, Text: func(c *Call) string {
			if c.Typ.Kind == types.MapKind { // Spark's name for it
				return "entries"
			}
			return firstOnly(c)
		}, Impl: readerImpl(openJSON), Doc: "The value that a JSON text says under a schema; what does not fit is NULL.",
			Example: `from_json('{"a":1, "b":0.8}', 'a INT, b DOUBLE') = {1, 0.8}`},
		{Name: "get_json_object", Exact: true, Sig: "string, string -> string", Null: Always, Bind: func(c *Call) *Impl {
			compile := compiled(c, 1, func(s string) (*jsonscan.Path, error) {
				p, _ := jsonscan.ParsePath(s)
				return p, nil
			})
			return fn2n(func(json, path string) (string, bool) {
				p, _ := compile(path)
				if p == nil {
					return "", false
				}
				return p.Get(json)
			})
		}, Doc: "The part of a JSON text at a path such as $.a[0].b.", Example: `get_json_object('{"a":"b"}', '$.a') = b`},
		{Name: "json_array_length", Exact: true, Sig: "string -> int", Null: Always, Impl: fn1n(func(s string) (int32, bool) {
			n, ok := jsonscan.ArrayLength(s)
			return int32(n), ok
		}), Doc: "The number of elements of a JSON array.", Example: "json_array_length('[1,2,3,4]') = 4"},
		{Name: "json_object_keys", Exact: true, Sig: "string -> ?", Null: Always, Ret: names, Impl: boxed(func(_ *Context, args []any) (any, error) {
			keys, ok := jsonscan.Keys(args[0].(string))
			if !ok {
				return nil, nil
			}
			out := make([]any, len(keys))
			for i, k := range keys {
				out[i] = k
			}
			return out, nil
		}), Doc: "The names of the fields of a JSON object.", Example: `json_object_keys('{"f1":"abc","f2":{"f3":"a"}}') = [f1, f2]`},
		{Name: "schema_of_json", Sig: "any, any? -> string", Null: Never, Coerce: constantText("json"), Text: firstOnly, Impl: kernelOfRow(schemaOfJSON),
			Doc: "The type of a JSON text, which must be a constant, in DDL.", Example: `schema_of_json('[{"col":0}]') = ARRAY<STRUCT<col: BIGINT>>`},
	})
	family(generatorFuncs, []Function{
		{Name: "json_tuple", Sig: "any, any...", Coerce: tupleArguments, Gen: &GenImpl{
			Fields: func(args []Expr) []types.Field {
				fs := make([]types.Field, len(args)-1)
				for i := range fs {
					fs[i] = types.Field{Name: "c" + strconv.Itoa(i), Type: types.String, Nullable: true}
				}
				return fs
			},
			New: func(*Generate) Generator { return tupler{} },
		}, Doc: "The fields of a JSON object by their names, as a row of texts."},
	})
}

// jsonShape refuses types that a JSON text does not stand for.
func jsonShape(text string, t *types.Type) error {
	if !t.Nested() {
		return mismatch("INVALID_JSON_SCHEMA", text, "Input schema "+quotedType(t)+" must be a struct, an array, a map or a variant.", "schema", quotedType(t))
	}
	return nil
}

// jsonKeys refuses maps with keys that are not strings; entries is what Spark calls the values of a map in its message.
func jsonKeys(t *types.Type) error {
	var bad *types.Type
	walkType(t, func(t *types.Type) {
		if t.Kind == types.MapKind && !t.Key.Text() {
			bad = t
		}
	})
	if bad != nil {
		return mismatch("INVALID_JSON_MAP_KEY_TYPE", "entries", "Input schema "+quotedType(t)+" can only contain STRING as a key type for a MAP.", "schema", quotedType(t))
	}
	return nil
}

// walkType calls f for a type and its parts.
func walkType(t *types.Type, f func(*types.Type)) {
	f(t)
	if t.Elem != nil {
		walkType(t.Elem, f)
	}
	for _, p := range t.Fields {
		walkType(p.Type, f)
	}
}

// fromJSON makes a call whose type is the schema; the schema and the options stay as constants that are not shown.
func fromJSON(r *Request) (Expr, error) {
	t, err := r.schemaArgument(1)
	if err != nil {
		return nil, err
	}
	t = withNullParts(t)
	if err := r.optionsArgument(2); err != nil {
		return nil, err
	}
	c := &Call{Fn: r.Fn, Name: r.name, Args: append([]Expr(nil), r.Args...), Typ: t, Null: true, Legacy: r.Legacy, Origin: r.Origin}
	if err := jsonShape(firstOnly(c), t); err != nil {
		return nil, err
	}
	if err := jsonKeys(t); err != nil {
		return nil, err
	}
	if in := r.Args[0].Type(); !in.Text() && in.Kind != types.VoidKind {
		return nil, unexpectedInput(firstOnly(c), 0, quoted("STRING"), r.Args[0])
	}
	c.Args[0] = Implicit(r.Args[0], types.String)
	c.Args[1] = StringLit(t.SQL())
	return c, nil
}

func openJSON(c *Call, ctx *Context) (rowReader, error) {
	o := optionsOf(c, 2)
	zone, err := o.zone(ctx)
	if err != nil {
		return nil, err
	}
	mode := jsonscan.Permissive
	switch m := strings.ToUpper(o.text("mode", "PERMISSIVE")); m {
	case "FAILFAST":
		mode = jsonscan.FailFast
	case "DROPMALFORMED":
		return nil, unsupportedMode("from_json", m)
	}
	return jsonscan.New(c.Typ, jsonscan.Options{
		Mode: mode, CorruptRecord: o.text("columnNameOfCorruptRecord", ""), Zone: zone,
		TimestampFormat: o.text("timestampFormat", ""), TimestampNTZFormat: o.text("timestampNTZFormat", ""), DateFormat: o.text("dateFormat", ""),
		AllowComments: o.bool("allowComments", false), AllowUnquotedNames: o.bool("allowUnquotedFieldNames", false),
		RefuseSingleQuotes: !o.bool("allowSingleQuotes", true), AllowLeadingZeros: o.bool("allowNumericLeadingZeros", false),
		RefuseNonNumeric: !o.bool("allowNonNumericNumbers", true), AllowBackslashAnything: o.bool("allowBackslashEscapingAnyCharacter", false),
		AllowControlCharacters: o.bool("allowUnquotedControlChars", false),
	})
}

// constantText checks that the first argument is a constant text, and reads the options behind it.
func constantText(name string) func(r *Request) error {
	return func(r *Request) error {
		text := r.name + "(" + r.Args[0].String() + ")"
		v, ok, err := r.constant(0)
		if err != nil {
			return err
		}
		if t := r.Args[0].Type(); ok && v != nil && !t.Text() && name == "csv" {
			return unexpectedInput(text, 0, quoted("STRING"), r.Args[0])
		}
		if !ok || !r.Args[0].Type().Text() && v != nil {
			return notFoldable(text, name, types.String, r.Args[0])
		}
		if v == nil {
			return mismatch("UNEXPECTED_NULL", text, "The "+name+" must not be null.", "exprName", name)
		}
		return r.optionsArgument(1)
	}
}

func schemaOfJSON(c *Call) RowFunc {
	o := optionsOf(c, 1)
	return func(_ *Context, args []any) (any, error) {
		t, err := jsonscan.Infer(args[0].(string), jsonscan.Options{PrimitivesAsString: o.bool("primitivesAsString", false),
			AllowComments: o.bool("allowComments", false), AllowUnquotedNames: o.bool("allowUnquotedFieldNames", false),
			RefuseSingleQuotes: !o.bool("allowSingleQuotes", true), AllowLeadingZeros: o.bool("allowNumericLeadingZeros", false)})
		if err != nil {
			return nil, condition.New("", "", "%v", err)
		}
		return canonicalJSON(t).SQL(), nil
	}
}

// canonicalJSON is the canonical form of a text's type. A struct that has no fields left stays if it is the text, or the
// elements of an array that is; anything else without a canonical form is a string.
func canonicalJSON(t *types.Type) *types.Type {
	if c := jsonscan.Canonical(t); c != nil {
		return c
	}
	switch {
	case t.Kind == types.StructKind:
		return types.StructOf()
	case t.Kind == types.ArrayKind && t.Elem.Kind == types.StructKind:
		return types.ArrayOf(types.StructOf(), true)
	}
	return types.String
}

func tupleArguments(r *Request) error {
	text := r.Text()
	for i, a := range r.Args {
		if k := a.Type(); !k.Text() && k.Kind != types.VoidKind {
			return mismatch("NON_STRING_TYPE", text, "all arguments of the function "+quotedID(r.Fn.Name)+" must be strings.", "funcName", quotedID(r.Fn.Name))
		}
		r.Args[i] = Implicit(a, types.String)
	}
	return nil
}

// A tupler makes one row of each text.
type tupler struct{}

func (tupler) Generate(_ *Context, n int, rows []int32, args []batch.Vector, out []batch.Vector, from []int32) ([]int32, error) {
	names := make([]string, len(args)-1)
	err := each(n, rows, func(i int) error {
		from = append(from, int32(i))
		var values []string
		var found []bool
		ok := false
		if text := args[0].(*batch.Vec[string]); !text.Null(i) {
			for k, a := range args[1:] {
				names[k], _ = a.Any(i).(string)
			}
			values, found, ok = jsonscan.Fields(text.V[i], names)
		}
		for k, v := range out {
			if ok && found[k] && !args[k+1].Null(i) {
				v.AppendAny(values[k])
			} else {
				v.AppendNull()
			}
		}
		return nil
	})
	return from, err
}
