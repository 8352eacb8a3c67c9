package analysis

import (
	"gospark/runtime/expr"
	"gospark/runtime/logical"
	"gospark/runtime/resolved"
	"gospark/runtime/types"
)

// dataFrame resolves the relations that only the DataFrame API makes.
func (r *resolver) dataFrame(l logical.Relation, e *env) *scope {
	switch l := l.(type) {
	case *logical.WithColumns:
		return r.withColumns(l, e)
	case *logical.WithColumnsRenamed:
		return r.renamedColumns(l, e)
	case *logical.ToDF:
		in := r.relation(l.Input, e)
		if len(l.Names) != len(in.cols) {
			fail(l.Origin, "ASSIGNMENT_ARITY_MISMATCH", "numExpr", itoa(len(in.cols)), "numTarget", itoa(len(l.Names)))
		}
		return rename(in, l.Names)
	case *logical.ToSchema:
		return r.toSchema(l, e)
	case *logical.Drop:
		return r.drop(l, e)
	case *logical.Deduplicate:
		return r.deduplicate(l, e)
	case *logical.Sample:
		return r.sample(l, e)
	case *logical.Repartition:
		return r.repartition(l, e)
	case *logical.WithWatermark:
		return r.watermark(l, e)
	case *logical.CollectMetrics:
		return r.collectMetrics(l, e)
	case *logical.NAFill:
		return r.naFill(l, e)
	case *logical.NADrop:
		return r.naDrop(l, e)
	case *logical.NAReplace:
		return r.naReplace(l, e)
	case *logical.Describe:
		return r.describe(l, e)
	case *logical.TypedMap:
		return r.typed(l, e)
	case *logical.GroupsWithState:
		return r.groupsWithState(l, e)
	}
	fail(l.Meta().Origin, "INTERNAL_ERROR", "message", "a relation of this kind has no rows")
	return nil
}

// withColumns adds columns, or puts them in the place of those of the same name.
func (r *resolver) withColumns(l *logical.WithColumns, e *env) *scope {
	in := r.relation(l.Input, e)
	n := r.names(in, e)
	made := make([]logical.Expression, len(l.Aliases))
	for i, a := range l.Aliases {
		for _, b := range l.Aliases[:i] {
			if r.same(a.Names[0], b.Names[0]) {
				fail(l.Origin, "COLUMN_ALREADY_EXISTS", "columnName", types.Quote(a.Names[0]))
			}
		}
		made[i] = a
	}
	list := n.selectList(made)
	used := make([]bool, len(list.exprs))
	var cols []expr.Expr
	for _, a := range in.cols {
		var c expr.Expr = a
		for i, x := range list.exprs {
			if r.same(nameOf(x).Name, a.Name) {
				c = x
				if used[i] { // a name that is there twice
					c = alias(plain(x), nameOf(x).Name)
				}
				used[i] = true
			}
		}
		cols = append(cols, c)
	}
	for i, x := range list.exprs {
		if !used[i] {
			cols = append(cols, x)
		}
	}
	list.exprs = cols
	return r.selected(in, list, l.Origin)
}

func (r *resolver) renamedColumns(l *logical.WithColumnsRenamed, e *env) *scope {
	in := r.relation(l.Input, e)
	cols := make([]expr.Expr, len(in.cols))
	for i, a := range in.cols {
		cols[i] = a
		for from, to := range l.Names {
			if r.same(a.Name, from) {
				cols[i] = alias(a, to)
			}
		}
	}
	return r.selected(in, &items{exprs: cols}, l.Origin)
}

// toSchema reorders columns to a schema, and converts them.
func (r *resolver) toSchema(l *logical.ToSchema, e *env) *scope {
	in := r.relation(l.Input, e)
	cols := make([]expr.Expr, len(l.Schema.Fields))
	for i, f := range l.Schema.Fields {
		found, _ := r.lookup(in.cols, nil, []string{f.Name})
		switch {
		case len(found) > 1:
			ambiguous(l.Origin, []string{f.Name}, found)
		case len(found) == 0 && f.Nullable:
			cols[i] = alias(expr.NullOf(f.Type), f.Name)
			continue
		case len(found) == 0:
			unresolvedColumn(l.Origin, []string{f.Name}, in.cols)
		}
		a := found[0]
		if a.Null && !f.Nullable {
			fail(l.Origin, "NULLABLE_COLUMN_OR_FIELD", "name", types.Quote(f.Name))
		}
		if !types.StoreAssignable(a.Typ, f.Type) {
			fail(l.Origin, "INVALID_COLUMN_OR_FIELD_DATA_TYPE", "name", types.Quote(f.Name), "type", typeText(a.Typ), "expectedType", typeText(f.Type))
		}
		cols[i] = alias(r.implicitly(a, f.Type), f.Name)
	}
	return r.selected(in, &items{exprs: cols}, l.Origin)
}

// drop leaves columns out. Names that are not there are ignored, and so are columns of other DataFrames.
func (r *resolver) drop(l *logical.Drop, e *env) *scope {
	in := r.relation(l.Input, e)
	n := r.names(in, e)
	gone := map[int64]bool{}
	for _, x := range l.Exprs {
		if c, err := try(func() expr.Expr { return n.resolve(x) }); err == nil {
			gone[nameOf(c).ID] = true
		}
	}
	var cols []expr.Expr
	for _, a := range in.cols {
		keep := !gone[a.ID]
		for _, name := range l.Names {
			keep = keep && !r.same(a.Name, name)
		}
		if keep {
			cols = append(cols, a)
		}
	}
	return r.selected(in, &items{exprs: cols}, l.Origin)
}

// deduplicate resolves DISTINCT, and dropDuplicates.
func (r *resolver) deduplicate(l *logical.Deduplicate, e *env) *scope {
	in := r.relation(l.Input, e)
	rel := only(in)
	s := &scope{rel: rel, cols: in.cols, plans: deeper(in.plans)}
	for _, a := range in.cols {
		if l.Columns == nil && hasMap(a.Typ) {
			fail(l.Origin, "UNSUPPORTED_FEATURE.SET_OPERATION_ON_MAP_TYPE", "colName", types.Quote(a.Name), "dataType", typeText(a.Typ))
		}
	}
	if l.Origin != nil && len(l.Columns) == 0 {
		return s.over(&resolved.Distinct{Input: rel})
	}
	d := &resolved.Deduplicate{Input: rel, WithinWatermark: l.WithinWatermark, Keys: in.cols}
	if len(l.Columns) > 0 {
		d.Keys = nil
		for _, name := range l.Columns {
			found := r.columnsOf(in, name)
			if len(found) == 0 {
				unresolvedColumn(l.Origin, []string{name}, in.cols)
			}
			d.Keys = append(d.Keys, found...)
		}
	}
	return s.over(d)
}

// columnsOf is all columns of a name.
func (r *resolver) columnsOf(s *scope, name string) []*expr.Attr {
	found, fields := r.lookup(s.cols, nil, splitName(name))
	if len(fields) > 0 {
		return nil
	}
	return found
}

// sampleSeed is the seed of a sample without one: plans stay the same.
const sampleSeed = 42

func (r *resolver) sample(l *logical.Sample, e *env) *scope {
	in := r.relation(l.Input, e)
	s := &resolved.Sample{Input: in.rel, Lower: l.Lower, Upper: l.Upper, WithReplacement: l.WithReplacement, Seed: sampleSeed}
	if l.Seed != nil {
		s.Seed = *l.Seed
	}
	return in.over(s)
}

func (r *resolver) repartition(l *logical.Repartition, e *env) *scope {
	in := r.relation(l.Input, e)
	n := r.names(in, e)
	p := &resolved.Repartition{Input: in.rel, N: l.N, Range: l.Range, Shuffle: l.Shuffle}
	for _, x := range l.Exprs {
		k := expr.SortKey{NullsFirst: true}
		if o, ok := x.(*logical.SortOrder); ok {
			k = n.sortKey(o)
		} else {
			k.Child = plain(n.resolve(x))
		}
		p.By = append(p.By, k)
	}
	return in.over(p)
}

// watermark declares how late rows may be.
func (r *resolver) watermark(l *logical.WithWatermark, e *env) *scope {
	in := r.relation(l.Input, e)
	c := plain(r.names(in, e).find(splitName(l.EventTime), l.Origin))
	if c == nil {
		unresolvedColumn(l.Origin, splitName(l.EventTime), in.cols)
	}
	a, ok := c.(*expr.Attr)
	if t := c.Type(); !ok || t.Kind != types.TimestampKind && !(t.Kind == types.StructKind && t.Index("end", false) >= 0) {
		fail(l.Origin, "EVENT_TIME_IS_NOT_ON_TIMESTAMP_TYPE", "eventName", types.Quote(l.EventTime), "eventType", typeText(t))
	}
	i, err := types.ParseCalendar(l.Delay)
	if err != nil {
		fail(l.Origin, "CANNOT_PARSE_INTERVAL", "intervalString", "'"+l.Delay+"'")
	}
	micros, ok := i.Micros31()
	if !ok || micros < 0 {
		raise(l.Origin, illegalArgument("requirement failed: delay threshold ("+l.Delay+") should not be negative."))
	}
	return in.over(&resolved.WithWatermark{Input: in.rel, Column: a, Delay: micros})
}

// collectMetrics observes aggregates of the rows that pass.
func (r *resolver) collectMetrics(l *logical.CollectMetrics, e *env) *scope {
	in := r.relation(l.Input, e)
	n := r.names(in, e)
	m := &resolved.CollectMetrics{Input: in.rel, Name: l.Name}
	for _, x := range n.selectList(l.Metrics).exprs {
		r.checkMetric(plain(x), l.Origin)
		m.Metrics = append(m.Metrics, x)
	}
	return in.over(m)
}

// checkMetric refuses columns outside of aggregate functions.
func (r *resolver) checkMetric(e expr.Expr, o *logical.Origin) {
	expr.RewriteDown(e, func(e expr.Expr) (expr.Expr, bool) {
		switch e := e.(type) {
		case *expr.Agg:
			return e, true
		case *expr.Attr:
			fail(o, "INVALID_OBSERVED_METRICS.NON_AGGREGATE_FUNC_ARG_IS_ATTRIBUTE", "expr", sqlText(e))
		}
		return e, false
	})
}

// A TypedFunction says what a typed function yields: the session's functions implement it.
type TypedFunction interface {
	// Out is the columns of the rows the function makes of rows with the schema.
	Out(in *types.Type) (*types.Type, error)
}

func (r *resolver) typed(l *logical.TypedMap, e *env) *scope {
	in := r.relation(l.Input, e)
	rel := only(in)
	f, ok := l.Fn.(TypedFunction)
	if !ok {
		fail(l.Origin, "INTERNAL_ERROR", "message", "a typed function that says nothing of its type")
	}
	t := &resolved.Typed{Input: rel, Fn: l.Fn, Kind: resolved.TypedKind(l.Kind)}
	out, err := f.Out(SchemaOf(rel))
	if err != nil {
		raise(l.Origin, err)
	}
	if l.Kind == logical.FilterRows {
		t.Attrs = rel.Output()
		return &scope{rel: t, cols: in.cols, plans: deeper(in.plans)}
	}
	t.Attrs = attrsOf(out)
	if l.Kind == logical.KeyRows { // what is known of the input's columns stays known
		old := rel.Output()
		t.Attrs = append(t.Attrs[:len(t.Attrs)-len(old):len(t.Attrs)-len(old)], old...)
	}
	return leafScope(t)
}

func (r *resolver) groupsWithState(l *logical.GroupsWithState, e *env) *scope {
	rel := only(r.relation(l.Input, e))
	f, ok := l.Fn.(TypedFunction)
	if !ok {
		fail(l.Origin, "INTERNAL_ERROR", "message", "a function over groups that says nothing of its type")
	}
	out, err := f.Out(SchemaOf(rel))
	if err != nil {
		raise(l.Origin, err)
	}
	return leafScope(&resolved.GroupsWithState{Input: rel, Grouping: []expr.Expr{rel.Output()[0]}, Fn: l.Fn, Attrs: attrsOf(out),
		Timeout: resolved.Timeout(l.Timeout), Map: l.Map, Update: l.Update, Processor: l.Processor})
}
