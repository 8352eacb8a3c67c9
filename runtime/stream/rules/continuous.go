package rules

import (
	"reflect"

	"gospark/runtime/condition"
	"gospark/runtime/connector"
	"gospark/runtime/expr"
	"gospark/runtime/resolved"
)

// CheckContinuous says why a query that [Check] allows cannot run record by record: only what makes rows of a single row
// can, on one source that is made for it. The error is a *condition.Error.
func CheckContinuous(r resolved.Relation) (err error) {
	defer condition.Catch(&err)
	var scan *resolved.Scan // without unions and joins there is one
	resolved.Walk(r, func(r resolved.Relation) {
		switch r := r.(type) {
		case *resolved.Project, *resolved.Filter, *resolved.Typed:
		case *resolved.Scan:
			scan = r
		default:
			refuseContinuous(continuousName(r) + " operations")
		}
		for _, e := range r.Exprs() {
			expr.Walk(e, func(e expr.Expr) {
				if c, ok := e.(*expr.Call); ok && currentTime[c.Fn.Name] {
					refuseContinuous("current time operations")
				}
			})
		}
	})
	if _, ok := scan.Source.(connector.Continuous); !ok || !scan.Streaming {
		condition.New("", "", "Data source %s does not support continuous processing.", scan.Source).
			WithFix("kafka, rate and socket do; leave the trigger out: a batch then starts as soon as there is something to read").Raise()
	}
	return nil
}

// currentTime are the functions whose value is the time of a batch, which a continuous query has none of.
var currentTime = map[string]bool{"current_timestamp": true, "now": true, "current_date": true, "curdate": true,
	"localtimestamp": true, "current_time": true, "unix_timestamp": true}

func refuseContinuous(what string) {
	refuse("Continuous processing does not support "+what+".",
		"leave the trigger out: a batch then starts as soon as a record comes, and takes a few milliseconds")
}

// continuousNames are relations whose names in Spark are others than here.
var continuousNames = map[string]string{"WithWatermark": "EventTimeWatermark", "Recursive": "UnionLoop", "GroupsWithState": "FlatMapGroupsWithState",
	"Limit": "GlobalLimit", "Cached": "InMemoryRelation"}

func continuousName(r resolved.Relation) string {
	name := reflect.TypeOf(r).Elem().Name()
	if other, ok := continuousNames[name]; ok {
		return other
	}
	return name
}
