package expr

import (
	"encoding/base64"
	"math"
	"strings"
	"time"

	"gospark/runtime/format/jsonscan"
	"gospark/runtime/types"
)

// Values as JSON.

func init() {
	family(jsonFuncs, []Function{
		{Name: "to_json", Sig: "any, any? -> string", Null: Always, Coerce: func(r *Request) error {
			text := r.name + "(" + r.Args[0].String() + ")"
			if isVoid(r.Args[0]) {
				r.Args[0] = NullOf(types.StructOf())
			}
			if err := jsonShape(text, r.Args[0].Type()); err != nil {
				return err
			}
			return r.optionsArgument(1)
		}, Text: firstOnly, Impl: kernelOfRow(toJSON), Doc: "The struct, array or map as JSON; fields that are NULL are left out.",
			Example: `to_json(named_struct('a', 1, 'b', 2)) = {"a":1,"b":2}`},
	})
}

func toJSON(c *Call) RowFunc {
	o := optionsOf(c, 1)
	var w *jsonWriter
	return func(ctx *Context, args []any) (any, error) {
		if args[0] == nil {
			return nil, nil
		}
		if w == nil {
			var err error
			if w, err = newJSONWriter(o, ctx); err != nil {
				return nil, err
			}
		}
		w.b, w.err, w.depth = nil, nil, 0
		w.value(args[0], c.Arg(0))
		return string(w.b), w.err
	}
}

// A jsonWriter writes values as Spark does.
type jsonWriter struct {
	b             []byte
	err           error
	zone          *time.Location
	date, ts, ntz *types.Pattern
	nulls, pretty bool
	depth         int
}

func newJSONWriter(o formatOptions, ctx *Context) (*jsonWriter, error) {
	zone, err := o.zone(ctx)
	if err != nil {
		return nil, err
	}
	w := &jsonWriter{zone: zone, nulls: !o.bool("ignoreNullFields", true), pretty: o.bool("pretty", false)}
	for _, p := range []struct {
		to              **types.Pattern
		name, otherwise string
	}{{&w.date, "dateFormat", "yyyy-MM-dd"}, {&w.ts, "timestampFormat", "yyyy-MM-dd'T'HH:mm:ss[.SSS][XXX]"},
		{&w.ntz, "timestampNTZFormat", "yyyy-MM-dd'T'HH:mm:ss[.SSS]"}} {
		if *p.to, err = types.FormatPattern(o.text(p.name, p.otherwise)); err != nil {
			return nil, err
		}
	}
	return w, nil
}

func (w *jsonWriter) value(v any, t *types.Type) {
	if v == nil {
		w.b = append(w.b, "null"...)
		return
	}
	switch t.Kind {
	case types.StructKind:
		w.object(func(field func(name string)) {
			for i, f := range t.Fields {
				x := v.(types.Row)[i]
				if x != nil || w.nulls {
					field(f.Name)
					w.value(x, f.Type)
				}
			}
		})
	case types.MapKind:
		m := v.(types.MapValue)
		w.object(func(field func(name string)) {
			for i, k := range m.Keys {
				field(rawText(k, t.Key))
				w.value(m.Values[i], t.Elem)
			}
		})
	case types.ArrayKind:
		w.array(v.([]any), t.Elem)
	case types.FloatKind, types.DoubleKind:
		f := numberFloat(v, t)
		if f-f != 0 {
			w.b = jsonscan.AppendString(w.b, types.Text(v, t, types.CastText, nil))
			return
		}
		w.b = types.AppendText(w.b, v, t, types.CastText, nil)
	case types.BooleanKind, types.ByteKind, types.ShortKind, types.IntKind, types.LongKind:
		w.b = types.AppendText(w.b, v, t, types.CastText, nil)
	case types.DecimalKind:
		w.b = append(w.b, v.(types.Decimal).ScientificText(t.Scale)...)
	case types.BinaryKind:
		w.b = jsonscan.AppendString(w.b, base64.StdEncoding.EncodeToString([]byte(v.(string))))
	case types.DateKind:
		w.formatted(w.date.FormatDate(v.(int32)))
	case types.TimestampKind:
		w.formatted(w.ts.Format(v.(int64), w.zone))
	case types.TimestampNTZKind:
		w.formatted(w.ntz.FormatLocal(v.(int64)))
	default:
		w.b = jsonscan.AppendString(w.b, types.Text(v, t, types.CastText, w.zone))
	}
}

func (w *jsonWriter) formatted(s string, err error) {
	if err != nil && w.err == nil {
		w.err = err
	}
	w.b = jsonscan.AppendString(w.b, s)
}

// object writes an object; fields calls its argument in front of each value.
func (w *jsonWriter) object(fields func(field func(name string))) {
	w.b = append(w.b, '{')
	w.depth++
	n := 0
	fields(func(name string) {
		if n > 0 {
			w.b = append(w.b, ',')
		}
		n++
		w.line()
		w.b = jsonscan.AppendString(w.b, name)
		if w.pretty {
			w.b = append(w.b, " : "...)
		} else {
			w.b = append(w.b, ':')
		}
	})
	w.depth--
	switch {
	case n > 0:
		w.line()
	case w.pretty:
		w.b = append(w.b, ' ')
	}
	w.b = append(w.b, '}')
}

func (w *jsonWriter) line() {
	if w.pretty {
		w.b = append(append(w.b, '\n'), strings.Repeat("  ", w.depth)...)
	}
}

func (w *jsonWriter) array(vs []any, t *types.Type) {
	w.b = append(w.b, '[')
	for i, v := range vs {
		if i > 0 {
			w.b = append(w.b, ',')
		}
		if w.pretty {
			w.b = append(w.b, ' ')
		}
		w.value(v, t)
	}
	if w.pretty {
		w.b = append(w.b, ' ')
	}
	w.b = append(w.b, ']')
}

// rawText is a value as Spark writes it where it does not look at its type, a key of a map in JSON: dates and times as
// the numbers they are, and the parts of a value in brackets.
func rawText(v any, t *types.Type) string {
	switch t.Kind {
	case types.ArrayKind:
		return rawTexts(v.([]any), func(int) *types.Type { return t.Elem })
	case types.StructKind:
		return rawTexts(v.(types.Row), func(i int) *types.Type { return t.Fields[i].Type })
	case types.MapKind:
		m := v.(types.MapValue)
		return "keys: " + rawText(m.Keys, types.ArrayOf(t.Key, true)) + ", values: " + rawText(m.Values, types.ArrayOf(t.Elem, true))
	case types.DateKind, types.YearMonthKind:
		return textOf(v, types.Int)
	case types.TimestampKind, types.TimestampNTZKind, types.TimeKind, types.DayTimeKind:
		return textOf(v, types.Long)
	case types.FloatKind:
		if v.(float32) != v.(float32) {
			return "NaN"
		}
	case types.DoubleKind:
		if math.IsNaN(v.(float64)) {
			return "NaN"
		}
	}
	return textOf(v, t)
}

// rawTexts is the parts of an array or a struct.
func rawTexts(vs []any, typ func(i int) *types.Type) string {
	texts := make([]string, len(vs))
	for i, v := range vs {
		texts[i] = "null"
		if v != nil {
			texts[i] = rawText(v, typ(i))
		}
	}
	return "[" + strings.Join(texts, ",") + "]"
}
