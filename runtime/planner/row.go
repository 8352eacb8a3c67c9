package planner

import (
	"fmt"

	"gospark/runtime/expr"
	"gospark/runtime/plan"
	"gospark/runtime/resolved"
)

func (p *planner) project(r *resolved.Project, c planned) (planned, error) {
	out := planned{attrs: r.Output(), by: kept(c.by, r.Output())}
	es, err := bindAll(r.Cols, c.attrs)
	if err != nil {
		return planned{}, err
	}
	if identity(es, len(c.attrs)) {
		out.node = c.node
		return out, nil
	}
	out.node = &plan.Compute{Origin: p.Origin("Project"), Query: p.Query, Child: c.node, Exprs: es}
	return out, nil
}

// identity says whether expressions are the columns of a row of n as they are.
func identity(es []expr.Expr, n int) bool {
	if len(es) != n {
		return false
	}
	for i, e := range es {
		if c, ok := e.(*expr.Col); !ok || c.Index != i {
			return false
		}
	}
	return true
}

// kept is the partitioning that is left when only some columns are.
func kept(by []int64, attrs []*expr.Attr) []int64 {
	if by == nil || !subset(by, idsOf(attrs)) {
		return nil
	}
	return by
}

func (p *planner) filter(r *resolved.Filter, c planned) (planned, error) {
	e, err := bind(r.Condition, c.attrs)
	if err != nil {
		return planned{}, err
	}
	c.node = &plan.Select{Origin: p.Origin("Filter"), Query: p.Query, Child: c.node, Condition: e}
	c.attrs = r.Output()
	return c, nil
}

func (p *planner) expand(r *resolved.Expand, c planned) (planned, error) {
	n := &plan.Expand{Origin: p.Origin("Expand"), Query: p.Query, Child: c.node, Types: typesOf(r.Attrs)}
	for _, es := range r.Projections {
		bound, err := bindAll(es, c.attrs)
		if err != nil {
			return planned{}, err
		}
		n.Projections = append(n.Projections, bound)
	}
	return planned{node: n, attrs: r.Attrs}, nil
}

// generate joins what is generated to the columns of the input, those that need has; nil: all. An array that is taken
// apart is not copied for each of its elements then.
func (p *planner) generate(r *resolved.Generate, c planned, need func(id int64) bool) (planned, error) {
	g, err := bind(r.Gen, c.attrs)
	if err != nil {
		return planned{}, err
	}
	n := &plan.Generate{Origin: p.Origin("Generate"), Query: p.Query, Child: c.node, Gen: g.(*expr.Generate)}
	out := planned{node: n}
	for i, a := range c.attrs {
		if need == nil || need(a.ID) {
			n.Keep, out.attrs = append(n.Keep, i), append(out.attrs, a)
		}
	}
	out.by = kept(c.by, out.attrs)
	out.attrs = append(out.attrs, r.Attrs...)
	return out, nil
}

// projectGenerated plans a projection of generated rows.
func (p *planner) projectGenerated(r *resolved.Project, g *resolved.Generate) (planned, error) {
	c, err := p.plan(g.Input)
	if err != nil {
		return planned{}, err
	}
	used := map[int64]bool{}
	for _, e := range r.Cols {
		expr.Walk(e, func(e expr.Expr) {
			if a, ok := e.(*expr.Attr); ok {
				used[a.ID] = true
			}
		})
	}
	if c, err = p.generate(g, c, func(id int64) bool { return used[id] }); err != nil {
		return planned{}, err
	}
	return p.project(r, c)
}

func (p *planner) sample(r *resolved.Sample, c planned) (planned, error) {
	c.node = &plan.Sample{Origin: p.Origin("Sample"), Child: c.node, Lower: r.Lower, Upper: r.Upper,
		WithReplacement: r.WithReplacement, Seed: r.Seed}
	return c, nil
}

func (p *planner) typed(r *resolved.Typed, c planned) (planned, error) {
	if p.Typed == nil {
		return planned{}, fmt.Errorf("planner: functions over rows need Settings.Typed")
	}
	n, err := p.Typed(r, c.node)
	return planned{node: n, attrs: r.Attrs}, err
}
