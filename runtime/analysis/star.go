package analysis

import (
	"regexp"
	"strings"

	"gospark/runtime/expr"
	"gospark/runtime/logical"
	"gospark/runtime/types"
)

// star is the columns *, t.* or s.* stands for: attributes, and aliases of fields.
func (n *names) star(s *logical.UnresolvedStar) []expr.Expr {
	var cols []expr.Expr
	switch {
	case s.PlanID != 0:
		cols = n.planStar(s)
	case len(s.Target) == 0:
		cols = attrExprs(n.scope.cols)
	default:
		cols = n.qualifiedStar(s)
	}
	if len(s.Except) > 0 {
		cols = n.except(s, cols)
	}
	for i, c := range cols {
		for _, r := range s.Replace {
			if a, ok := c.(*expr.Attr); ok && n.same(a.Name, r.Names[0]) {
				cols[i] = n.aliased(r)
			}
		}
	}
	return cols
}

// qualifiedStar is the columns of a relation, or the fields of a struct.
func (n *names) qualifiedStar(s *logical.UnresolvedStar) []expr.Expr {
	var cols []expr.Expr
	for _, set := range [][]*expr.Attr{n.scope.hidden, n.scope.cols} {
		for _, a := range set {
			if n.ends(a.Qualifier, s.Target) {
				cols = append(cols, a)
			}
		}
	}
	if len(cols) == 0 && n.env.outer != nil {
		cols = n.outerStar(s)
	}
	if len(cols) > 0 {
		return cols
	}
	if e := n.find(s.Target, s.Origin); e != nil {
		e = plain(e)
		if e.Type().Kind == types.StructKind {
			for _, f := range e.Type().Fields {
				cols = append(cols, alias(n.extract(e, expr.StringLit(f.Name), s.Origin), f.Name))
			}
			return cols
		}
		fail(s.Origin, "_LEGACY_ERROR_TEMP_1050", "attributes", "List("+e.String()+")")
	}
	fail(s.Origin, "CANNOT_RESOLVE_STAR_EXPAND", "targetString", quoteParts(s.Target),
		"columns", joined(n.scope.cols, func(a *expr.Attr) string { return types.Quote(a.Name) }))
	return nil
}

// outerStar is the columns of a relation of the query around.
func (n *names) outerStar(s *logical.UnresolvedStar) []expr.Expr {
	var cols []expr.Expr
	for _, a := range n.env.outer.names.scope.cols {
		if n.ends(a.Qualifier, s.Target) {
			cols = append(cols, alias(n.env.outer.refer(a), a.Name))
		}
	}
	return cols
}

// planStar is the columns of a DataFrame: df.Col("*").
func (n *names) planStar(s *logical.UnresolvedStar) []expr.Expr {
	for _, p := range n.scope.plans {
		if p.id == s.PlanID {
			return attrExprs(p.cols)
		}
	}
	fail(s.Origin, "CANNOT_RESOLVE_DATAFRAME_COLUMN", "name", "`*`")
	return nil
}

// except leaves columns, or fields of columns, out.
func (n *names) except(s *logical.UnresolvedStar, cols []expr.Expr) []expr.Expr {
	drop := map[int][][]string{} // by position: paths of fields, an empty one is the column
	for _, parts := range s.Except {
		at := -1
		var path []string
		for i, c := range cols {
			a := nameOf(c)
			q := append(append([]string(nil), a.Qualifier...), a.Name)
			for k := len(parts); k > 0; k-- {
				if n.ends(q, parts[:k]) {
					at, path = i, parts[k:]
					break
				}
			}
			if at >= 0 {
				break
			}
		}
		if at < 0 {
			unresolvedColumn(s.Origin, parts, attrsIn(cols))
		}
		for _, old := range drop[at] {
			if overlap(old, path) {
				fail(s.Origin, "EXCEPT_OVERLAPPING_COLUMNS", "columns", joined(s.Except, func(parts []string) string { return strings.Join(parts, ".") }))
			}
		}
		drop[at] = append(drop[at], path)
	}
	var out []expr.Expr
	for i, c := range cols {
		paths, ok := drop[i]
		if !ok {
			out = append(out, c)
			continue
		}
		if e := n.without(c, paths, s); e != nil {
			out = append(out, alias(e, nameOf(c).Name))
		}
	}
	return out
}

// overlap says whether one of two paths leads to or into the other.
func overlap(a, b []string) bool {
	n := min(len(a), len(b))
	return strings.EqualFold(strings.Join(a[:n], "."), strings.Join(b[:n], "."))
}

// without is a struct without fields; nil if nothing is left.
func (n *names) without(e expr.Expr, paths [][]string, s *logical.UnresolvedStar) expr.Expr {
	for _, p := range paths {
		if len(p) == 0 {
			return nil
		}
	}
	t := e.Type()
	if t.Kind != types.StructKind {
		fail(s.Origin, "EXCEPT_NESTED_COLUMN_INVALID_TYPE", "columnName", sqlText(e), "dataType", typeText(t))
	}
	var args []expr.Expr
	for _, f := range t.Fields {
		var below [][]string
		for _, p := range paths {
			if n.same(p[0], f.Name) {
				below = append(below, p[1:])
			}
		}
		field := n.extract(e, expr.StringLit(f.Name), s.Origin)
		if len(below) > 0 {
			if field = n.without(field, below, s); field == nil {
				continue
			}
		}
		args = append(args, expr.StringLit(f.Name), field)
	}
	return n.builtin("named_struct", args, expr.Options{}, s.Origin)
}

// nameOf is the attribute an element of a star makes.
func nameOf(e expr.Expr) *expr.Attr {
	switch e := e.(type) {
	case *expr.Attr:
		return e
	case *expr.Alias:
		return e.Attr()
	}
	return &expr.Attr{Name: e.String(), Typ: e.Type(), Null: e.Nullable()}
}

func attrsIn(es []expr.Expr) []*expr.Attr {
	as := make([]*expr.Attr, len(es))
	for i, e := range es {
		as[i] = nameOf(e)
	}
	return as
}

// regex is the columns whose names match a pattern.
func (n *names) regex(u *logical.UnresolvedRegex) []expr.Expr {
	flags := "(?i)"
	if n.CaseSensitive {
		flags = ""
	}
	re, err := regexp.Compile(flags + "^(?:" + strings.Trim(u.Pattern, "`") + ")$")
	if err != nil {
		raise(u.Origin, newError("INTERNAL_ERROR", "message", err.Error()))
	}
	var cols []expr.Expr
	for _, a := range n.scope.cols {
		if re.MatchString(a.Name) {
			cols = append(cols, a)
		}
	}
	return cols
}
