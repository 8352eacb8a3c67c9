package analysis

import (
	"fmt"
	"strings"

	"gospark/runtime/expr"
	"gospark/runtime/logical"
	"gospark/runtime/resolved"
	"gospark/runtime/types"
)

// sort resolves ORDER BY and SORT BY: by columns of SELECT, by their position, or by what is beneath it.
func (r *resolver) sort(l *logical.Sort, e *env) *scope {
	in := r.relation(l.Input, e)
	n := r.names(in, e)
	n.beneath = true
	keys := make([]expr.SortKey, 0, len(l.Order))
	if l.All && !n.hasColumn("all") {
		for _, a := range in.cols {
			keys = append(keys, r.orderKey(expr.SortKey{Child: a, Desc: l.AllDir.Descending, NullsFirst: l.AllDir.NullsFirst}, l.AllDir))
		}
	} else {
		for _, o := range l.Order {
			keys = append(keys, r.orderKey(n.orderItem(o, in), o))
		}
	}
	cols, texts := make([]expr.Expr, len(keys)), make([]string, len(keys))
	for i, k := range keys {
		cols[i], texts[i] = k.Child, k.String()
	}
	noGenerator(l.Origin, fmt.Sprintf("Sort [%s], %t", strings.Join(texts, ", "), l.Global), cols...)
	if in.group != nil {
		in.group.late = func(a *expr.Attr) { unresolvedColumn(l.Origin, []string{a.Name}, in.cols) }
		for i := range cols {
			cols[i] = in.group.lift(cols[i])
		}
	}
	if bad := computedOfRows(cols); len(bad) > 0 {
		fail(l.Origin, "UNSUPPORTED_EXPR_FOR_OPERATOR", "invalidExprSqls", strings.Join(bad, ", "))
	}
	rel, cols := r.flatten(r.reach(in.rel, cols), cols)
	for i := range keys {
		keys[i].Child = cols[i]
	}
	return in.over(same(&resolved.Sort{Input: rel, Order: keys, Global: l.Global}, in.rel))
}

// computedOfRows are the texts of the functions of several rows in expressions, which have no place in a sort.
func computedOfRows(cols []expr.Expr) (texts []string) {
	for _, c := range cols {
		expr.RewriteDown(c, func(e expr.Expr) (expr.Expr, bool) {
			switch e.(type) {
			case *expr.WindowCall, *expr.Agg:
				texts = append(texts, sqlText(e))
			}
			return e, false
		})
	}
	return texts
}

func (n *names) hasColumn(name string) bool {
	found, _ := n.lookup(n.scope.cols, n.scope.hidden, []string{name})
	return len(found) > 0
}

// orderItem resolves an element of ORDER BY. A whole number is a position in SELECT.
func (n *names) orderItem(o *logical.SortOrder, in *scope) expr.SortKey {
	if i, ok := position(o.Child); ok {
		if i < 1 || i > len(in.cols) {
			fail(o.Child.Place(), "ORDER_BY_POS_OUT_OF_RANGE", "index", itoa(i), "size", itoa(len(in.cols)))
		}
		return expr.SortKey{Child: in.cols[i-1], Desc: o.Descending, NullsFirst: o.NullsFirst}
	}
	return n.sortKey(o)
}

// position is a whole number that stands for a column.
func position(l logical.Expression) (int, bool) {
	lit, ok := l.(*logical.Literal)
	if !ok || lit.Type.Kind != types.IntKind {
		return 0, false
	}
	i, ok := lit.Value.(int32)
	return int(i), ok
}

func (n *names) sortKey(o *logical.SortOrder) expr.SortKey {
	return expr.SortKey{Child: plain(n.resolve(o.Child)), Desc: o.Descending, NullsFirst: o.NullsFirst}
}

// orderKey refuses what cannot be ordered.
func (r *resolver) orderKey(k expr.SortKey, o *logical.SortOrder) expr.SortKey {
	if t := k.Child.Type(); !t.Ordered() {
		fail(o.Origin, "DATATYPE_MISMATCH.INVALID_ORDERING_TYPE", "sqlExpr", `"`+k.String()+`"`, "functionName", "`sortorder`",
			"dataType", typeText(t))
	}
	return k
}
