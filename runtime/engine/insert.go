package engine

import (
	"context"
	"slices"
	"strings"

	"gospark/runtime/condition"
	"gospark/runtime/expr"
	"gospark/runtime/format/files"
	"gospark/runtime/logical"
	"gospark/runtime/resolved"
	"gospark/runtime/types"
)

// insert puts the rows of a query into a table of files.
func (e *Engine) insert(ctx context.Context, j Job, c *logical.InsertInto, p Params) error {
	t, _, err := e.writable(c.Table)
	if err != nil {
		return err
	}
	if err := t.unlogged(); err != nil {
		return err
	}
	r, err := e.Analyze(c.Query, p)
	if err != nil {
		return err
	}
	fixed, err := e.fixedPartition(ctx, j, c, t, p)
	if err != nil {
		return err
	}
	cols, err := e.assigned(c, t, r, fixed)
	if err != nil {
		return err
	}
	options := t.options
	spec := files.JobSpec{Dir: t.dir, Format: t.format, PartitionBy: t.partitionBy, Env: e.fileEnv(options), Overwrite: c.Overwrite, Success: e.marks()}
	if c.Overwrite {
		spec.Dynamic = strings.EqualFold(e.Settings.Get("spark.sql.sources.partitionOverwriteMode", "static"), "dynamic")
		spec.Within = e.within(t, fixed)
	}
	return e.save(ctx, j, &resolved.Project{Input: r, Cols: cols}, spec)
}

// fixedPartition are the values of PARTITION (k = value), by the position of the column.
func (e *Engine) fixedPartition(ctx context.Context, j Job, c *logical.InsertInto, t *fileTable, p Params) (map[int]*expr.Lit, error) {
	fixed := map[int]*expr.Lit{}
	for _, v := range c.Partition {
		i := t.schema.Index(v.Name, false)
		if i < 0 || !slices.ContainsFunc(t.partitionBy, func(n string) bool { return strings.EqualFold(n, v.Name) }) {
			return nil, condition.New("NON_PARTITION_COLUMN", "42000", "PARTITION clause cannot contain the non-partition column: %s.", types.Quote(v.Name)).WithParam("columnName", types.Quote(v.Name))
		}
		if v.Value == nil {
			continue
		}
		one, err := e.Analyze(&logical.Project{Input: &logical.OneRow{}, Exprs: []logical.Expression{v.Value}}, p)
		if err != nil {
			return nil, err
		}
		f := t.schema.Fields[i]
		x, err := e.stored(one.Output()[0], f, t)
		if err != nil {
			return nil, err
		}
		_, rows, err := e.collect(ctx, j, &resolved.Project{Input: one, Cols: []expr.Expr{&expr.Alias{ID: expr.NextID(), Name: f.Name, Child: x}}}, e.context())
		if err != nil {
			return nil, err
		}
		fixed[i] = &expr.Lit{Value: rows[0][0], Typ: f.Type}
	}
	return fixed, nil
}

// within is the directory of the partition that fixed values say, as far as they lead.
func (e *Engine) within(t *fileTable, fixed map[int]*expr.Lit) string {
	var fields []types.Field
	var values []any
	for _, n := range t.partitionBy {
		i := t.schema.Index(n, false)
		v, ok := fixed[i]
		if !ok {
			break
		}
		fields, values = append(fields, t.schema.Fields[i]), append(values, v.Value)
	}
	return files.PartitionPath(fields, values, e.Zone())
}

// assigned are the columns of the table, each from a column of the query.
func (e *Engine) assigned(c *logical.InsertInto, t *fileTable, r resolved.Relation, fixed map[int]*expr.Lit) ([]expr.Expr, error) {
	out := r.Output()
	from := make([]expr.Expr, len(t.schema.Fields))
	var open []int
	for i := range from {
		if v, ok := fixed[i]; ok {
			from[i] = v
			continue
		}
		open = append(open, i)
	}
	switch {
	case c.ByName:
		for _, a := range out {
			i := t.schema.Index(a.Name, false)
			if i < 0 {
				return nil, incompatible(t, "EXTRA_COLUMNS", "Cannot write extra columns "+types.Quote(a.Name)+".", "extraColumns", types.Quote(a.Name))
			}
			if from[i] != nil {
				return nil, incompatible(t, "AMBIGUOUS_COLUMN_NAME", "Ambiguous column name in the input data "+types.Quote(a.Name)+".", "colName", types.Quote(a.Name))
			}
			from[i] = a
		}
		for _, i := range open {
			if from[i] == nil {
				from[i] = expr.NullOf(t.schema.Fields[i].Type)
			}
		}
	case len(c.Columns) > 0:
		var listed []int
		for _, n := range c.Columns {
			i := t.schema.Index(n, false)
			if i < 0 {
				return nil, condition.New("UNRESOLVED_COLUMN.WITH_SUGGESTION", "42703", "A column, variable, or function parameter with name %s cannot be resolved. Did you mean one of the following? [%s].", types.Quote(n), names(t.schema.Fields)).
					WithParam("objectName", types.Quote(n)).WithParam("proposal", names(t.schema.Fields))
			}
			listed = append(listed, i)
		}
		if len(listed) != len(out) {
			return nil, arity(t, listed, out)
		}
		for k, i := range listed {
			from[i] = out[k]
		}
		for i := range from {
			if from[i] == nil {
				from[i] = expr.NullOf(t.schema.Fields[i].Type)
			}
		}
	default:
		if len(open) != len(out) {
			return nil, arity(t, open, out)
		}
		for k, i := range open {
			from[i] = out[k]
		}
	}
	cols := make([]expr.Expr, len(from))
	for i, x := range from {
		f := t.schema.Fields[i]
		x, err := e.stored(x, f, t)
		if err != nil {
			return nil, err
		}
		cols[i] = &expr.Alias{ID: expr.NextID(), Name: f.Name, Child: x}
	}
	return cols, nil
}

// stored is a value as the type of a column, if it may be stored there.
func (e *Engine) stored(x expr.Expr, f types.Field, t *fileTable) (expr.Expr, error) {
	from := x.Type()
	if from.Same(f.Type) {
		return x, nil
	}
	if e.Settings.Get("spark.sql.storeAssignmentPolicy", "ANSI") != "LEGACY" && !types.StoreAssignable(from, f.Type) {
		name := types.Quote(f.Name)
		return nil, incompatible(t, "CANNOT_SAFELY_CAST", "Cannot safely cast "+name+` "`+from.SQL()+`" to "`+f.Type.SQL()+`".`,
			"colName", name, "srcType", `"`+from.SQL()+`"`, "targetType", `"`+f.Type.SQL()+`"`)
	}
	mode := types.CastAnsi
	if !e.ansi() {
		mode = types.CastLegacy
	}
	return expr.NewCast(x, f.Type, mode)
}

func incompatible(t *fileTable, sub, text string, params ...string) error {
	c := condition.New("INCOMPATIBLE_DATA_FOR_TABLE."+sub, "KD000", "Cannot write incompatible data for the table %s: %s", quoteAll(t.name), text).WithParam("tableName", quoteAll(t.name))
	for i := 0; i+1 < len(params); i += 2 {
		c.WithParam(params[i], params[i+1])
	}
	return c
}

func names(fields []types.Field) string {
	qs := make([]string, len(fields))
	for i, f := range fields {
		qs[i] = types.Quote(f.Name)
	}
	return strings.Join(qs, ", ")
}

func arity(t *fileTable, want []int, have []*expr.Attr) error {
	var columns []types.Field
	for _, i := range want {
		columns = append(columns, t.schema.Fields[i])
	}
	data := make([]string, len(have))
	for i, a := range have {
		data[i] = types.Quote(a.Name)
	}
	sub, text := "TOO_MANY_DATA_COLUMNS", "too many data columns"
	if len(have) < len(want) {
		sub, text = "NOT_ENOUGH_DATA_COLUMNS", "not enough data columns"
	}
	return condition.New("INSERT_COLUMN_ARITY_MISMATCH."+sub, "21S01", "Cannot write to %s, the reason is %s:\nTable columns: %s.\nData columns: %s.", quoteAll(t.name), text, names(columns), strings.Join(data, ", ")).
		WithParam("tableName", quoteAll(t.name)).WithParam("tableColumns", names(columns)).WithParam("dataColumns", strings.Join(data, ", "))
}
