// Package rules says which streaming queries there are: what an output mode, an operator and the side of a join allow.
// They are checked when a query starts, so that it does not fail, or stay silent, later. Conditions and texts are Spark's;
// each comes with what to type instead.
package rules

import (
	"strings"

	"gospark/runtime/condition"
	"gospark/runtime/expr"
	"gospark/runtime/plan"
	"gospark/runtime/resolved"
)

// Settings that turn rules off.
const (
	correctnessKey = "spark.sql.streaming.statefulOperator.checkCorrectness.enabled"
	allKey         = "spark.sql.streaming.unsupportedOperationCheck"
)

// modeNames are output modes as Spark's texts have them.
var modeNames = [...]string{plan.AppendMode: "Append", plan.UpdateMode: "Update", plan.CompleteMode: "Complete"}

// ParseMode reads an output mode.
func ParseMode(text string) (plan.OutputMode, error) {
	for m, name := range modeNames {
		if strings.EqualFold(text, name) {
			return plan.OutputMode(m), nil
		}
	}
	return 0, condition.New("STREAMING_OUTPUT_MODE.INVALID", "42KDE",
		"Invalid streaming output mode: %s. Accepted output modes are 'Append', 'Complete', 'Update'.", text).WithParam("outputMode", text).
		WithFix(`type OutputMode("append"), OutputMode("update") or OutputMode("complete")`)
}

// A query is what is checked.
type query struct {
	root resolved.Relation
	mode plan.OutputMode
}

// Check says why a query cannot be started; the error is a *condition.Error. conf reads a setting, "" when it is not set.
func Check(r resolved.Relation, mode plan.OutputMode, conf func(key string) string) (err error) {
	defer condition.Catch(&err)
	q := query{r, mode}
	if !resolved.IsStreaming(r) {
		refuse("Queries without streaming sources cannot be executed with writeStream.start()", "use Write(), or read with ReadStream()")
	}
	if conf(allKey) == "false" {
		return nil
	}
	q.checkFunctions()
	q.checkMode()
	resolved.Walk(r, func(r resolved.Relation) {
		q.checkOperator(r)
		checkExpressions(r)
	})
	if conf(correctnessKey) != "false" {
		q.checkChains()
	}
	return nil
}

// refuse raises an error that has no name of its own.
func refuse(msg, fix string) {
	condition.New("_LEGACY_ERROR_TEMP_3102", "", "%s", msg).WithParam("msg", msg).WithFix("%s", fix).Raise()
}

// grouping is the grouping columns of an aggregation of a stream, which DISTINCT is, too.
func grouping(r resolved.Relation) (cols []*expr.Attr, ok bool) {
	switch r := r.(type) {
	case *resolved.Aggregate:
		return r.Output()[:len(r.Grouping)], resolved.IsStreaming(r)
	case *resolved.Distinct:
		return r.Output(), resolved.IsStreaming(r)
	}
	return nil, false
}

// outermost finds the first aggregation from the sink on, nil if there is none.
func outermost(r resolved.Relation) resolved.Relation {
	if _, ok := grouping(r); ok {
		return r
	}
	for _, in := range r.Inputs() {
		if a := outermost(in); a != nil {
			return a
		}
	}
	return nil
}

func hasEventTime(cols []*expr.Attr) bool {
	for _, a := range cols {
		if a.Metadata[resolved.WatermarkKey] != nil {
			return true
		}
	}
	return false
}

// checkMode holds the output mode against the aggregations.
func (q query) checkMode() {
	a := outermost(q.root)
	unsupported := func(operation, fix string) {
		mode := q.mode.String()
		condition.New("STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION", "42KDE",
			"Invalid streaming output mode: %s. This output mode is not supported for %s on streaming DataFrames/DataSets.", mode, operation).
			WithParam("outputMode", mode).WithParam("operation", operation).WithFix("%s", fix).Raise()
	}
	switch {
	case a == nil:
		if q.mode == plan.CompleteMode {
			unsupported("no streaming aggregations", `type OutputMode("append")`)
		}
	case q.mode == plan.AppendMode:
		if cols, _ := grouping(a); !hasEventTime(cols) {
			unsupported("streaming aggregations without watermark",
				`type OutputMode("update") or OutputMode("complete"), or group by Window of a column with WithWatermark`)
		}
	case q.mode == plan.UpdateMode:
		if g, ok := a.(*resolved.Aggregate); ok && g.Session >= 0 {
			unsupported("session window streaming aggregations", `type OutputMode("append") or OutputMode("complete")`)
		}
	}
}

// checkChains refuses stateful operators behind those whose rows can be older than the watermark.
func (q query) checkChains() {
	var emitsLate func(resolved.Relation) bool
	emitsLate = func(r resolved.Relation) bool {
		for _, in := range r.Inputs() {
			if q.mayEmitLate(in) || emitsLate(in) {
				return true
			}
		}
		return false
	}
	resolved.Walk(q.root, func(r resolved.Relation) {
		if !stateful(r) {
			return
		}
		if a, ok := r.(*resolved.Aggregate); emitsLate(r) || ok && a.Pivot && q.mode != plan.AppendMode {
			refuse("Detected pattern of possible 'correctness' issue due to global watermark. The query contains stateful operation which can emit "+
				"rows older than the current watermark plus allowed late record delay, which are \"late rows\" in downstream stateful operations and "+
				"these rows can be discarded. Please refer the programming guide doc for more details. If you understand the possible risk of "+
				"correctness issue and still need to run the query, you can disable this check by setting the config `"+correctnessKey+"` to false.",
				`type OutputMode("append"), with a watermark and windows in each step`)
		}
	})
}

// mayEmitLate says whether no stateful operator may follow: a relation that gives out groups again when they change, or
// rows at times of its own.
func (q query) mayEmitLate(r resolved.Relation) bool {
	if g, ok := r.(*resolved.GroupsWithState); ok {
		return resolved.IsStreaming(r) && g.Timeout == resolved.EventTimeTimeout && !g.Processor
	}
	_, ok := grouping(r)
	return ok && q.mode != plan.AppendMode
}

// stateful says whether a relation may be behind another that remembers rows only under conditions.
func stateful(r resolved.Relation) bool {
	if !resolved.IsStreaming(r) {
		return false
	}
	switch r := r.(type) {
	case *resolved.Aggregate, *resolved.Distinct, *resolved.GroupsWithState:
		return true
	case *resolved.Join:
		return resolved.IsStreaming(r.Left) && resolved.IsStreaming(r.Right)
	case *resolved.Deduplicate:
		return r.WithinWatermark || hasEventTime(r.Keys)
	}
	return false
}
