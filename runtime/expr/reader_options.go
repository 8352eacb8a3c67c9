package expr

import (
	"strconv"
	"strings"
	"time"

	"gospark/runtime/batch"
	"gospark/runtime/condition"
	"gospark/runtime/types"
)

// Options and schemas of functions that read and write texts: from_json, to_csv and their like.

// A formatOptions is the map of options of such a function. Names have no case.
type formatOptions map[string]string

func (o formatOptions) text(name, otherwise string) string {
	if v, ok := o[strings.ToLower(name)]; ok {
		return v
	}
	return otherwise
}

func (o formatOptions) bool(name string, otherwise bool) bool {
	v, err := strconv.ParseBool(o.text(name, ""))
	if err != nil {
		return otherwise
	}
	return v
}

// zone is the option timeZone, or the session's zone.
func (o formatOptions) zone(ctx *Context) (*time.Location, error) {
	if id := o.text("timeZone", ""); id != "" {
		return types.Zone(id)
	}
	return zoneOf(ctx), nil
}

// optionsOf are the options that the i-th argument of a call holds, which resolution has made a constant.
func optionsOf(c *Call, i int) formatOptions {
	o := formatOptions{}
	if i < len(c.Args) {
		if m, ok := c.Args[i].(*Lit).Value.(types.MapValue); ok {
			for k, name := range m.Keys {
				if v, ok := m.Values[k].(string); ok {
					o[strings.ToLower(name.(string))] = v
				}
			}
		}
	}
	return o
}

// optionsArgument makes the i-th argument, if there is one, a constant map of strings.
func (r *Request) optionsArgument(i int) error {
	if i >= len(r.Args) {
		return nil
	}
	a := r.Args[i]
	t := a.Type()
	if _, isLit := a.(*Lit); t.Kind != types.MapKind || !isLit && !Foldable(a) {
		return condition.New("INVALID_OPTIONS.NON_MAP_FUNCTION", "42K06", "Invalid options: Must use the `map()` function for options.")
	}
	if len(t.Fields) > 0 || !t.Key.Text() && t.Key.Kind != types.VoidKind || !t.Elem.Text() && t.Elem.Kind != types.VoidKind {
		return condition.New("INVALID_OPTIONS.NON_STRING_TYPE", "42K06", "Invalid options: A type of keys and values in `map()` must be string, but got %s.", quotedType(t)).
			WithParam("mapType", quotedType(t))
	}
	v, _, err := r.constant(i)
	if err != nil {
		return err
	}
	r.Args[i] = &Lit{Value: v, Typ: types.MapOf(types.String, types.String, true)}
	return nil
}

// schemaArgument reads the i-th argument as a schema.
func (r *Request) schemaArgument(i int) (*types.Type, error) {
	a := r.Args[i]
	v, ok, err := r.constant(i)
	if err != nil {
		return nil, err
	}
	s, isText := v.(string)
	if !ok || !a.Type().Text() || !isText {
		return nil, condition.New("INVALID_SCHEMA.NON_STRING_LITERAL", "42K07",
			"The input schema %s is not a valid schema string. The input expression must be string literal and not null.", quoted(a.String())).
			WithParam("inputSchema", quoted(a.String()))
	}
	if strings.HasPrefix(strings.TrimSpace(s), "{") {
		return types.ParseJSON(s)
	}
	return types.ParseSchema(s)
}

// withNullParts is a type all parts of which may be null.
func withNullParts(t *types.Type) *types.Type {
	switch t.Kind {
	case types.ArrayKind:
		return types.ArrayOf(withNullParts(t.Elem), true)
	case types.MapKind:
		return types.MapOf(withNullParts(t.Key), withNullParts(t.Elem), true)
	case types.StructKind:
		fs := append([]types.Field(nil), t.Fields...)
		for i := range fs {
			fs[i].Type, fs[i].Nullable = withNullParts(fs[i].Type), true
		}
		return types.StructOf(fs...)
	}
	return t
}

// firstOnly is the text of a call whose further arguments are not shown.
func firstOnly(c *Call) string { return c.Name + "(" + c.Args[0].String() + ")" }

func unsupportedMode(function, mode string) error {
	return condition.New("PARSE_MODE_UNSUPPORTED", "42601", "The function %s doesn't support the %s mode. Acceptable modes are PERMISSIVE and FAILFAST.", quotedID(function), mode).
		WithParam("funcName", quotedID(function)).WithParam("mode", mode)
}

// A rowReader turns texts into a column of its own.
type rowReader interface {
	Append(text string) (int, error)
	AppendNull()
	Vector() batch.Vector
	Reset()
}

// readerImpl is a function that reads each text by a reader, made once for a task.
func readerImpl(open func(c *Call, ctx *Context) (rowReader, error)) *Impl {
	return kernelImpl(func(c *Call) Kernel {
		var r rowReader
		return func(ctx *Context, n int, rows []int32, args []batch.Vector) (batch.Vector, error) {
			if r == nil {
				var err error
				if r, err = open(c, ctx); err != nil {
					return nil, err
				}
			}
			r.Reset()
			in := args[0].(*batch.Vec[string])
			asked := askedFor(n, rows)
			for i := range n {
				if in.Null(i) || asked != nil && !asked[i] {
					r.AppendNull()
				} else if _, err := r.Append(in.V[i]); err != nil {
					return nil, err
				}
			}
			return r.Vector(), nil
		}
	}, func(c *Call) RowFunc {
		return func(ctx *Context, args []any) (any, error) {
			if args[0] == nil {
				return nil, nil
			}
			r, err := open(c, ctx)
			if err != nil {
				return nil, err
			}
			if _, err := r.Append(args[0].(string)); err != nil {
				return nil, err
			}
			return r.Vector().Any(0), nil
		}
	})
}
