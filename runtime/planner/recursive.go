package planner

import (
	"fmt"

	"gospark/runtime/batch"
	"gospark/runtime/resolved"
	"gospark/runtime/types"
)

// recursive runs the steps of a recursive relation while the plan is made: how many there are depends on their rows.
func (p *planner) recursive(r *resolved.Recursive) (planned, error) {
	if p.Run == nil {
		return planned{}, fmt.Errorf("planner: recursive queries need Settings.Run")
	}
	all, err := p.recurse(r)
	if err != nil {
		return planned{}, err
	}
	return p.localTable(&resolved.LocalRelation{Attrs: r.Attrs, Rows: all}), nil
}

func (p *planner) recurse(r *resolved.Recursive) (all [][]any, err error) {
	seen := rowSet{types: typesOf(r.Attrs)}
	wanted, limited := p.wanted[r.Key]
	step := r.Anchor
	defer delete(p.recursions, r.Key)
	for depth := 0; ; depth++ {
		c, err := p.plan(step)
		if err != nil {
			return nil, err
		}
		rows, err := p.Run(c.node)
		if err != nil {
			return nil, err
		}
		if r.Distinct {
			rows = seen.add(rows)
		}
		if len(rows) == 0 {
			return all, nil
		}
		if r.MaxDepth >= 0 && depth+1 > r.MaxDepth {
			return nil, recursionLimit(r)
		}
		all = append(all, rows...)
		if limited && int64(len(all)) >= wanted {
			return all[:wanted], nil
		}
		if !limited && r.MaxRows >= 0 && int64(len(all)) >= r.MaxRows {
			return nil, recursionRows(r)
		}
		p.recursions[r.Key] = &resolved.LocalRelation{Rows: rows}
		step = r.Step
	}
}

func (p *planner) recursiveRef(r *resolved.RecursiveRef) (planned, error) {
	rows := p.recursions[r.Key]
	if rows == nil {
		return planned{}, fmt.Errorf("planner: a recursive reference outside of its relation")
	}
	return p.localTable(&resolved.LocalRelation{Attrs: r.Attrs, Rows: rows.Rows}), nil
}

// A rowSet is rows that have been seen.
type rowSet struct {
	types []*types.Type
	rows  map[uint64][][]any
}

// add returns the rows that were not there, once each.
func (s *rowSet) add(rows [][]any) (fresh [][]any) {
	if s.rows == nil {
		s.rows = map[uint64][][]any{}
	}
	row := types.StructOf()
	for _, t := range s.types {
		row.Fields = append(row.Fields, types.Field{Type: t, Nullable: true})
	}
next:
	for _, x := range rows {
		h := batch.HashAny(0, types.Row(x))
		for _, y := range s.rows[h] {
			if types.Equal(types.Row(x), types.Row(y), row) {
				continue next
			}
		}
		s.rows[h] = append(s.rows[h], x)
		fresh = append(fresh, x)
	}
	return fresh
}
