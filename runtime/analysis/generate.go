package analysis

import (
	"strings"

	"gospark/runtime/expr"
	"gospark/runtime/logical"
	"gospark/runtime/resolved"
	"gospark/runtime/types"
)

// generators moves the generator of a SELECT beneath it. A SELECT has one at most.
func (r *resolver) generators(rel resolved.Relation, list *items, cols []expr.Expr, o *logical.Origin) (resolved.Relation, []expr.Expr) {
	var found []string
	for _, c := range cols {
		a, ok := c.(*expr.Alias)
		if !ok {
			continue
		}
		if g, ok := a.Child.(*expr.Generate); ok {
			found = append(found, sqlText(g))
			for _, arg := range g.Args {
				if _, nested := expr.Find[*expr.Generate](arg); nested {
					fail(o, "UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS", "expression", sqlText(g))
				}
			}
			continue
		}
		if _, ok := expr.Find[*expr.Generate](a.Child); ok {
			fail(o, "UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS", "expression", sqlText(a.Child))
		}
	}
	if len(found) > 1 {
		fail(o, "UNSUPPORTED_GENERATOR.MULTI_GENERATOR", "num", itoa(len(found)), "generators", strings.Join(found, ", "))
	}
	if len(found) == 0 {
		return rel, cols
	}
	var out []expr.Expr
	for _, c := range cols {
		a, ok := c.(*expr.Alias)
		g, is := generateOf(a, ok)
		if !is {
			out = append(out, c)
			continue
		}
		names := list.names[a.ID]
		attrs := r.generated(g, names, o)
		in, args := r.flatten(rel, g.Args)
		in, args = r.windowCalls(in, args)
		rel = &resolved.Generate{Input: in, Gen: g.WithChildren(args).(*expr.Generate), Attrs: attrs}
		out = append(out, attrExprs(attrs)...)
	}
	return rel, out
}

func generateOf(a *expr.Alias, ok bool) (*expr.Generate, bool) {
	if !ok {
		return nil, false
	}
	g, is := a.Child.(*expr.Generate)
	return g, is
}

// generated is the columns a generator makes, under other names if there are any.
func (r *resolver) generated(g *expr.Generate, names []string, o *logical.Origin) []*expr.Attr {
	if len(names) > 0 && len(names) != len(g.Fields) {
		fail(o, "UDTF_ALIAS_NUMBER_MISMATCH", "aliasesSize", itoa(len(g.Fields)), "aliasesNames", strings.Join(names, ","))
	}
	attrs := make([]*expr.Attr, len(g.Fields))
	for i, f := range g.Fields {
		attrs[i] = &expr.Attr{ID: expr.NextID(), Name: f.Name, Typ: f.Type, Null: f.Nullable || g.Outer}
		if len(names) > 0 {
			attrs[i].Name = names[i]
		}
	}
	return attrs
}

// lateralView resolves LATERAL VIEW.
func (r *resolver) lateralView(l *logical.LateralView, e *env) *scope {
	in := r.relation(l.Input, e)
	n := r.names(in, e)
	x := plain(n.resolve(l.Generator))
	g, ok := x.(*expr.Generate)
	if !ok {
		fail(l.Origin, "UNSUPPORTED_GENERATOR.NOT_GENERATOR", "functionName", types.Quote(l.Generator.Name),
			"classCanonicalName", "org.apache.spark.sql.catalyst.expressions."+expr.GoName(l.Generator.Name))
	}
	return r.generate(in, g, l.Outer, l.Table, l.Columns, l.Origin)
}

// generate joins what a generator makes of each row to it.
func (r *resolver) generate(in *scope, g *expr.Generate, outer bool, table string, columns []string, o *logical.Origin) *scope {
	h := *g
	h.Outer = h.Outer || outer
	attrs := r.generated(&h, columns, o)
	rel, args := r.flatten(in.rel, h.Args)
	h2 := h.WithChildren(args).(*expr.Generate)
	s := in.over(&resolved.Generate{Input: rel, Gen: h2, Attrs: attrs})
	if table != "" {
		attrs = qualified(attrs, table)
		r.remember(table, attrs)
	}
	s.cols = append(append([]*expr.Attr(nil), s.cols...), attrs...)
	s.under, s.group = nil, nil
	return s
}
