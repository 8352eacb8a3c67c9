package expr

import (
	"strconv"
	"strings"

	"gospark/runtime/condition"
)

// What a call may have besides its arguments: DISTINCT and FILTER are for aggregate functions, IGNORE NULLS and WITHIN
// GROUP for some of them.

// nullsChoice are the functions for which it makes a difference whether NULL counts.
var nullsChoice = set("first last any_value lag lead nth_value collect_list collect_set")

// orderedRows are the aggregate functions that may have an order of their rows.
var orderedRows = set("percentile_cont percentile_disc listagg mode")

func set(names string) map[string]bool {
	m := map[string]bool{}
	for _, n := range strings.Fields(names) {
		m[n] = true
	}
	return m
}

// checkSyntax refuses what the function cannot have.
func (r *Request) checkSyntax() error {
	aggregate := r.Fn.Agg != nil || r.Fn.Group == "agg_funcs"
	switch {
	case len(r.Order) > 0 && !orderedRows[r.Fn.Name]:
		return r.unsupported("WITHIN GROUP (ORDER BY ...)")
	case r.Distinct && !aggregate:
		return r.unsupported("DISTINCT")
	case r.Filter != nil && !aggregate:
		return r.unsupported("FILTER CLAUSE")
	case r.IgnoreNulls && !nullsChoice[r.Fn.Name]:
		return r.unsupported("IGNORE NULLS")
	}
	return nil
}

func (r *Request) unsupported(syntax string) error {
	name := quotedID(r.name)
	return condition.New("INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX", "42000", "Invalid SQL syntax: The function %s does not support %s.", name, syntax).
		WithParam("prettyName", name).WithParam("syntax", syntax)
}

// oneOrder wants one sort key WITHIN GROUP, and no DISTINCT.
func (r *Request) oneOrder() error {
	n := len(r.Order)
	switch {
	case r.Distinct && n > 0:
		return r.within("DISTINCT_UNSUPPORTED", "The function does not support DISTINCT with WITHIN GROUP.")
	case n == 0:
		return r.within("WITHIN_GROUP_MISSING", "WITHIN GROUP is required for the function.")
	case n > 1:
		e := r.within("WRONG_NUM_ORDERINGS", "The function requires 1 orderings in WITHIN GROUP but got "+strconv.Itoa(n)+".",
			"expectedNum", "1", "actualNum", strconv.Itoa(n))
		e.Params["funcName"] = quotedID(GoName(r.Fn.Name)) // Spark names its class here
		return e
	}
	return nil
}

// within is a mistake in the order of a function's rows.
func (r *Request) within(kind, what string, params ...string) *condition.Error {
	name := quotedID(r.Fn.Name)
	e := condition.New("INVALID_WITHIN_GROUP_EXPRESSION."+kind, "42K0K", "Invalid function %s with WITHIN GROUP. %s", name, what).WithParam("funcName", name)
	return withParams(e, params)
}
