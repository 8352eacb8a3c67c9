package expr

import (
	"strings"

	"gospark/runtime/condition"
	"gospark/runtime/format/csvscan"
	"gospark/runtime/format/jsonscan"
	"gospark/runtime/types"
)

// CSV records: to structs, from them, and their types.

const csvFuncs = "csv_funcs"

func init() {
	family(csvFuncs, []Function{
		{Name: "from_csv", Sig: "any, any, any?", Make: fromCSV, Text: firstOnly, Impl: readerImpl(openCSV),
			Doc: "The struct that a CSV record says under a schema; what does not fit is NULL.", Example: "from_csv('1,0.8', 'a INT, b DOUBLE') = {1, 0.8}"},
		{Name: "to_csv", Sig: "any, any? -> string", Null: Always, Coerce: func(r *Request) error {
			if t := r.Args[0].Type(); t.Kind == types.VoidKind {
				r.Args[0] = NullOf(types.StructOf())
			} else if t.Kind != types.StructKind {
				return mismatch("UNSUPPORTED_INPUT_TYPE", r.name+"("+r.Args[0].String()+")", "The input of "+quotedID(r.Fn.Name)+" can't be "+quotedType(t)+" type data.",
					"functionName", quotedID(r.Fn.Name), "dataType", quotedType(t))
			}
			return r.optionsArgument(1)
		}, Text: firstOnly, Impl: kernelOfRow(toCSV), Doc: "The struct as a CSV record.", Example: "to_csv(named_struct('a', 1, 'b', 2)) = 1,2"},
		{Name: "schema_of_csv", Sig: "any, any? -> string", Null: Never, Coerce: constantText("csv"), Text: firstOnly, Impl: kernelOfRow(schemaOfCSV),
			Doc: "The type of a CSV record, which must be a constant, in DDL.", Example: "schema_of_csv('1,abc') = STRUCT<_c0: INT, _c1: STRING>"},
	})
}

// fromCSV makes a call as fromJSON does.
func fromCSV(r *Request) (Expr, error) {
	t, err := r.schemaArgument(1)
	if err != nil {
		return nil, err
	}
	t = withNullParts(t)
	if err := r.optionsArgument(2); err != nil {
		return nil, err
	}
	c := &Call{Fn: r.Fn, Name: r.name, Args: append([]Expr(nil), r.Args...), Typ: t, Legacy: r.Legacy, Origin: r.Origin}
	if t.Kind != types.StructKind {
		return nil, condition.New("INVALID_SCHEMA.NON_STRUCT_TYPE", "42K07", "The input schema %s is not a valid schema string. The input expression should be evaluated to struct type, but got %s.",
			quoted(r.Args[1].String()), quotedType(t)).WithParam("inputSchema", quoted(r.Args[1].String())).WithParam("dataType", quotedType(t))
	}
	for _, f := range t.Fields {
		if f.Type.Nested() {
			return nil, condition.New("UNSUPPORTED_DATATYPE", "0A000", "Unsupported data type %s.", quotedType(f.Type)).WithParam("typeName", quotedType(f.Type))
		}
	}
	if in := r.Args[0].Type(); !in.Text() && in.Kind != types.VoidKind {
		return nil, unexpectedInput(firstOnly(c), 0, quoted("STRING"), r.Args[0])
	}
	c.Args[0] = Implicit(r.Args[0], types.String)
	c.Args[1] = StringLit(t.SQL())
	c.Null = c.Args[0].Nullable()
	return c, nil
}

// readingOptions are the options of a CSV reader.
func (o formatOptions) readingOptions(ctx *Context) (csvscan.Options, error) {
	zone, err := o.zone(ctx)
	if err != nil {
		return csvscan.Options{}, err
	}
	opts := csvscan.Options{
		Separator: o.text("sep", o.text("delimiter", ",")), NullValue: o.text("nullValue", ""), EmptyValue: o.text("emptyValue", ""),
		NaN: o.text("nanValue", ""), Infinity: o.text("positiveInf", ""), MinusInfinity: o.text("negativeInf", ""),
		TrimLeading: o.bool("ignoreLeadingWhiteSpace", false), TrimTrailing: o.bool("ignoreTrailingWhiteSpace", false),
		CorruptRecord: o.text("columnNameOfCorruptRecord", ""), Zone: zone,
		TimestampFormat: o.text("timestampFormat", ""), TimestampNTZFormat: o.text("timestampNTZFormat", ""), DateFormat: o.text("dateFormat", ""),
	}
	if opts.Separator == `\t` {
		opts.Separator = "\t"
	}
	if q := o.text("quote", `"`); q == "" {
		opts.NoQuotes = true
	} else {
		opts.Quote = q[0]
	}
	if e := o.text("escape", `\`); e != "" {
		opts.Escape = e[0]
	}
	return opts, nil
}

func openCSV(c *Call, ctx *Context) (rowReader, error) {
	o := optionsOf(c, 2)
	opts, err := o.readingOptions(ctx)
	if err != nil {
		return nil, err
	}
	switch m := strings.ToUpper(o.text("mode", "PERMISSIVE")); m {
	case "FAILFAST":
		opts.Mode = jsonscan.FailFast
	case "DROPMALFORMED":
		return nil, unsupportedMode("from_csv", m)
	}
	return csvscan.New(c.Typ, opts)
}

func schemaOfCSV(c *Call) RowFunc {
	o := optionsOf(c, 1)
	return func(ctx *Context, args []any) (any, error) {
		opts, err := o.readingOptions(ctx)
		if err != nil {
			return nil, err
		}
		t := opts.Infer(args[0].(string))
		if len(t.Fields) == 0 {
			const message = "The Spark SQL phase optimization failed with an internal error. You hit a bug in Spark or the Spark plugins you use. " +
				"Please, report this bug to the corresponding communities or vendors, and provide the full stack trace."
			return nil, condition.New("INTERNAL_ERROR", "XX000", message).WithParam("message", message)
		}
		return jsonscan.Canonical(t).SQL(), nil
	}
}

func toCSV(c *Call) RowFunc {
	o := optionsOf(c, 1)
	fields := c.Arg(0).Fields
	w := csvscan.Writer{Separator: o.text("sep", o.text("delimiter", ",")), Quote: '"', Escape: '\\', NullValue: o.text("nullValue", ""),
		EmptyValue: o.text("emptyValue", `""`), QuoteAll: o.bool("quoteAll", false),
		KeepLeadingSpace: !o.bool("ignoreLeadingWhiteSpace", true), KeepTrailingSpace: !o.bool("ignoreTrailingWhiteSpace", true)}
	if q := o.text("quote", ""); q != "" {
		w.Quote = q[0]
	}
	if e := o.text("escape", ""); e != "" {
		w.Escape = e[0]
	}
	var times *jsonWriter
	return func(ctx *Context, args []any) (any, error) {
		if args[0] == nil {
			return nil, nil
		}
		if times == nil {
			var err error
			if times, err = newJSONWriter(o, ctx); err != nil {
				return nil, err
			}
		}
		var b []byte
		for i, v := range args[0].(types.Row) {
			if i > 0 {
				b = append(b, w.Separator...)
			}
			if v == nil {
				b = append(b, w.NullValue...)
				continue
			}
			s, err := times.plain(v, fields[i].Type)
			if err != nil {
				return nil, err
			}
			b = w.AppendField(b, s)
		}
		return string(b), nil
	}
}

// plain is a value as text without quotes.
func (w *jsonWriter) plain(v any, t *types.Type) (string, error) {
	switch t.Kind {
	case types.DateKind:
		return w.date.FormatDate(v.(int32))
	case types.TimestampKind:
		return w.ts.Format(v.(int64), w.zone)
	case types.TimestampNTZKind:
		return w.ntz.FormatLocal(v.(int64))
	case types.DecimalKind:
		return v.(types.Decimal).ScientificText(t.Scale), nil
	case types.BinaryKind:
		return types.Text(v, t, types.ShowText, w.zone), nil
	}
	return types.Text(v, t, types.CastText, w.zone), nil
}
