package rules

import (
	"strings"

	"gospark/runtime/condition"
	"gospark/runtime/expr"
	"gospark/runtime/plan"
	"gospark/runtime/planner"
	"gospark/runtime/resolved"
)

// checkOperator refuses relations that no stream, or no stream in this mode, can go through.
func (q query) checkOperator(r resolved.Relation) {
	streaming := resolved.IsStreaming(r)
	switch r := r.(type) {
	case *resolved.Aggregate:
		if streaming {
			checkAggregate(r)
		}
	case *resolved.Join:
		if streaming {
			q.checkJoin(r)
		}
	case *resolved.GroupsWithState:
		if streaming {
			q.checkGroups(r)
		}
	case *resolved.Deduplicate:
		if streaming && r.WithinWatermark && !hasEventTime(r.Input.Output()) {
			refuse("dropDuplicatesWithinWatermark is not supported on streaming DataFrames/DataSets without watermark",
				`type WithWatermark("time", "10 minutes") before it`)
		}
	case *resolved.Union:
		if streaming && !all(r.Children, resolved.IsStreaming) {
			refuse("Union between streaming and batch DataFrames/Datasets is not supported", "read both with ReadStream(), or write them in two queries")
		}
	case *resolved.Except:
		if resolved.IsStreaming(r.Right) {
			refuse("Except on a streaming DataFrame/Dataset on the right is not supported", "put the stream on the left, or do it in ForeachBatch")
		}
		if streaming && r.All {
			refuse("Except all on a streaming DataFrame/Dataset is not supported", "type Except, or a LEFT ANTI JOIN with the table on the right")
		}
		if streaming && q.mode == plan.AppendMode && !hasEventTime(r.Left.Output()) {
			const mode, what = "Append", "aggregations"
			condition.New("UNSUPPORTED_STREAMING_OPERATOR_WITHOUT_WATERMARK", "0A000",
				"%s output mode not supported for %s on streaming DataFrames/DataSets without watermark.", mode, what).
				WithParam("outputMode", mode).WithParam("statefulOperator", what).
				WithFix(`type OutputMode("update"), or a LEFT ANTI JOIN with the table on the right, which keeps rows that are there twice`).Raise()
		}
	case *resolved.Intersect:
		if streaming {
			refuse("Intersect of streaming DataFrames/Datasets is not supported", "type a LEFT SEMI JOIN with the table on the right")
		}
	case *resolved.Limit:
		if streaming && q.mode == plan.UpdateMode {
			refuse("Limits are not supported on streaming DataFrames/Datasets in Update output mode", `type OutputMode("append")`)
		}
	case *resolved.Offset:
		if streaming {
			refuse("Offset is not supported on streaming DataFrames/Datasets", "leave OFFSET out, or use it in ForeachBatch")
		}
	case *resolved.Sort:
		if streaming && !q.complete(r) {
			refuse("Sorting is not supported on streaming DataFrames/Datasets, unless it is on aggregated DataFrame/Dataset in Complete output mode",
				`sort in ForeachBatch, or an aggregation in OutputMode("complete")`)
		}
	case *resolved.Sample:
		if streaming {
			refuse("Sampling is not supported on streaming DataFrames/Datasets", `type Filter("rand() < 0.1")`)
		}
	case *resolved.Window:
		if streaming {
			q.checkWindow(r)
		}
	case *resolved.Tail:
		if streaming {
			refuse("Tail is not supported on streaming DataFrames/Datasets", "use it in ForeachBatch")
		}
	case *resolved.Recursive:
		if streaming {
			refuse("Recursive relations are not supported on streaming DataFrames/Datasets", "use them in ForeachBatch")
		}
	case *resolved.Cached:
		if resolved.IsStreaming(r.Input) {
			refuse("Caching is not supported on streaming DataFrames/Datasets", "leave Cache() out, or cache in ForeachBatch")
		}
	}
}

func all[T any](xs []T, f func(T) bool) bool {
	for _, x := range xs {
		if !f(x) {
			return false
		}
	}
	return true
}

func checkAggregate(r *resolved.Aggregate) {
	for _, e := range r.Aggs {
		if a, ok := expr.Find[*expr.Agg](e); ok && a.Distinct {
			refuse("Distinct aggregations are not supported on streaming DataFrames/Datasets. Consider using approx_count_distinct() instead.",
				"type approx_count_distinct")
		}
	}
}

// complete says whether a relation is over an aggregation of which each batch gives all rows.
func (q query) complete(r resolved.Relation) bool {
	found := false
	resolved.Walk(r, func(r resolved.Relation) {
		if _, ok := r.(*resolved.Aggregate); ok && resolved.IsStreaming(r) {
			found = true
		}
	})
	return found && q.mode == plan.CompleteMode
}

// joinNames are joins as Spark's texts have them.
var joinNames = map[resolved.JoinType]string{resolved.Inner: "Inner", resolved.LeftOuter: "LeftOuter", resolved.RightOuter: "RightOuter",
	resolved.FullOuter: "FullOuter", resolved.LeftSemi: "LeftSemi", resolved.LeftAnti: "LeftAnti", resolved.NullAwareAnti: "LeftAnti",
	resolved.LeftSingle: "LeftSingle", resolved.Existence: "ExistenceJoin"}

// checkJoin holds the table of joins: which type, with a stream on which side.
func (q query) checkJoin(r *resolved.Join) {
	left, right := resolved.IsStreaming(r.Left), resolved.IsStreaming(r.Right)
	name := joinNames[r.Type]
	if left && right {
		q.checkJoinMode(r.Type, name)
	}
	const swap = "put the stream on the side of which all rows are kept"
	switch r.Type {
	case resolved.Inner:
	case resolved.FullOuter:
		switch {
		case left && right:
			checkWatermarks(r)
		case left:
			refuse("FullOuter joins with streaming DataFrames/Datasets on the left and a static DataFrame/Dataset on the right is not supported",
				"type a LEFT JOIN")
		default:
			refuse("FullOuter joins with streaming DataFrames/Datasets on the right and a static DataFrame/Dataset on the left is not supported",
				"type a RIGHT JOIN")
		}
	case resolved.LeftAnti, resolved.NullAwareAnti:
		if right {
			refuse("LeftAnti joins with a streaming DataFrame/Dataset on the right are not supported",
				"type a LEFT JOIN and keep the rows whose right side is NULL")
		}
	case resolved.LeftOuter, resolved.LeftSemi:
		if left && right {
			checkWatermarks(r)
		} else if right {
			refuse(name+" join with a streaming DataFrame/Dataset on the right and a static DataFrame/Dataset on the left is not supported", swap)
		}
	case resolved.RightOuter:
		if left && right {
			checkWatermarks(r)
		} else if left {
			refuse("RightOuter join with a streaming DataFrame/Dataset on the left and a static DataFrame/DataSet on the right not supported", swap)
		}
	default:
		if right {
			refuse("Join type "+name+" is not supported with streaming DataFrame/Dataset", "do it in ForeachBatch, or read the right side with Read()")
		}
	}
}

// checkJoinMode holds a join of streams against the output mode: rows of an outer join with nulls are final only when
// they are over.
func (q query) checkJoinMode(t resolved.JoinType, name string) {
	only, fix := "", ""
	switch t {
	case resolved.LeftOuter, resolved.RightOuter, resolved.FullOuter:
		if q.mode != plan.AppendMode {
			only, fix = "Append output mode", `type OutputMode("append")`
		}
	case resolved.Inner, resolved.LeftSemi:
		if q.mode == plan.CompleteMode {
			only, fix = "Append and Update output modes", `type OutputMode("append") or OutputMode("update")`
		}
	}
	if only != "" {
		refuse(name+" join between two streaming DataFrames/Datasets is not supported in "+modeNames[q.mode]+" output mode, only in "+only, fix)
	}
}

// checkWatermarks asks for what makes rows of an outer side, or the left of a semi join, final: event time among the
// keys, or a condition that bounds it.
func checkWatermarks(r *resolved.Join) {
	left, right := r.Left.Output(), r.Right.Output()
	if r.Condition != nil {
		if planner.TimeInKeys(r) {
			return
		}
		const any = 1_000_000_000 // the watermark: solvable or not does not depend on it
		_, l := planner.Bound(r.Condition, left, right, any)
		_, rr := planner.Bound(r.Condition, right, left, any)
		switch {
		case r.Type == resolved.RightOuter && rr, r.Type == resolved.FullOuter && (l || rr), (r.Type == resolved.LeftOuter || r.Type == resolved.LeftSemi) && l:
			return
		}
	}
	refuse("Stream-stream "+joinNames[r.Type]+" join between two streaming DataFrame/Datasets is not supported without a watermark in the join keys, or "+
		"a watermark on the nullable side and an appropriate range condition",
		"declare WithWatermark on both sides and add a condition such as b.ts BETWEEN a.ts AND a.ts + INTERVAL 1 HOUR")
}

// checkWindow refuses window functions, in the words of the query.
func (q query) checkWindow(r *resolved.Window) {
	var funcs, cols, specs []string
	for _, e := range r.Calls {
		w := e.(*expr.Alias).Child.(*expr.WindowCall)
		funcs = append(funcs, strings.ToUpper(w.Func.String()))
		cols = append(cols, "`"+q.nameOf(resolved.Named(e))+"`")
		_, spec, _ := strings.Cut(qualified(w).String(), " OVER ")
		specs = append(specs, strings.ToUpper(spec))
	}
	f, c, s := strings.Join(funcs, ","), strings.Join(cols, ","), strings.Join(specs, ",")
	condition.New("NON_TIME_WINDOW_NOT_SUPPORTED_IN_STREAMING", "42KDE",
		"Window function is not supported in %s (as column %s) on streaming DataFrames/Datasets. Structured Streaming only supports time-window "+
			"aggregation using the WINDOW function. (window specification: %s)", f, c, s).
		WithParam("windowFunc", f).WithParam("columnName", c).WithParam("windowSpec", s).
		WithFix(`group by Window("time", "10 minutes"), or use window functions in ForeachBatch`).Raise()
}

// nameOf is what the query calls a column.
func (q query) nameOf(a *expr.Attr) string {
	name := a.Name
	resolved.Walk(q.root, func(r resolved.Relation) {
		p, ok := r.(*resolved.Project)
		if !ok {
			return
		}
		for _, e := range p.Cols {
			if as, ok := e.(*expr.Alias); ok {
				if b, ok := as.Child.(*expr.Attr); ok && b.ID == a.ID {
					name = as.Name
				}
			}
		}
	})
	return name
}

// qualified is an expression with the whole names of its columns.
func qualified(e expr.Expr) expr.Expr {
	return expr.Rewrite(e, func(e expr.Expr) expr.Expr {
		if a, ok := e.(*expr.Attr); ok && len(a.Qualifier) > 0 {
			b := *a
			b.Name = strings.Join(append(append([]string(nil), a.Qualifier...), a.Name), ".")
			return &b
		}
		return e
	})
}

// checkExpressions refuses functions whose value depends on where a row is in a batch.
func checkExpressions(r resolved.Relation) {
	if !resolved.IsStreaming(r) {
		return
	}
	for _, e := range r.Exprs() {
		expr.Walk(e, func(e expr.Expr) {
			if c, ok := e.(*expr.Call); ok && c.Fn.Name == "monotonically_increasing_id" {
				refuse("Expression(s): monotonically_increasing_id() is not supported with streaming DataFrames/Datasets", "type uuid()")
			}
		})
	}
}
