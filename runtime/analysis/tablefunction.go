package analysis

import (
	"strings"

	"gospark/runtime/expr"
	"gospark/runtime/logical"
	"gospark/runtime/types"
)

// tableFunction resolves a function in FROM: range, or a generator over one row.
func (r *resolver) tableFunction(l *logical.TableFunction, e *env) *scope {
	name := strings.ToLower(l.Name)
	n := r.names(leafScope(oneRow()), e)
	if name == "range" {
		return r.rangeFunction(l, n)
	}
	fn := expr.Lookup(name)
	if fn == nil || fn.Gen == nil && fn.Make == nil {
		fail(l.Origin, "UNRESOLVABLE_TABLE_VALUED_FUNCTION", "name", quoteParts(strings.Split(l.Name, ".")))
	}
	f := &logical.UnresolvedFunction{Base: logical.Base{Origin: l.Origin}, Name: name, Args: l.Args}
	g, ok := plain(n.call(f)).(*expr.Generate)
	if !ok {
		fail(l.Origin, "UNRESOLVABLE_TABLE_VALUED_FUNCTION", "name", quoteParts(strings.Split(l.Name, ".")))
	}
	s := r.generate(n.scope, g, false, "", nil, l.Origin)
	return s
}

// rangeFunction is range(end), range(start, end[, step[, partitions]]).
func (r *resolver) rangeFunction(l *logical.TableFunction, n *names) *scope {
	args := make([]int64, len(l.Args))
	for i, a := range l.Args {
		e := plain(n.resolve(a))
		v, ok := n.constant(expr.Fold(r.Context, implicit(e, types.Long, false)))
		x, is := v.(int64)
		if !ok || !is {
			fail(a.Place(), "UNEXPECTED_INPUT_TYPE", "paramIndex", ordinal(i), "functionName", "`range`", "requiredType", `"BIGINT"`,
				"inputSql", sqlText(e), "inputType", typeText(e.Type()))
		}
		args[i] = x
	}
	start, step, partitions := int64(0), int64(1), 0
	end := int64(0)
	switch len(args) {
	case 4:
		partitions = int(args[3])
		fallthrough
	case 3:
		step = args[2]
		fallthrough
	case 2:
		start, end = args[0], args[1]
	case 1:
		end = args[0]
	default:
		fail(l.Origin, "WRONG_NUM_ARGS.WITHOUT_SUGGESTION", "functionName", "`range`", "expectedNum", "[1, 2, 3, 4]",
			"actualNum", itoa(len(args)), "docroot", "https://spark.apache.org/docs/latest")
	}
	if step == 0 {
		fail(l.Origin, "FAILED_FUNCTION_CALL", "funcName", "`range`")
	}
	return r.rangeOf(start, end, step, partitions)
}
