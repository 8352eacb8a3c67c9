package analysis

import (
	"slices"
	"strings"

	"gospark/runtime/expr"
	"gospark/runtime/logical"
	"gospark/runtime/resolved"
)

// joinHints are the hints that say how to join, by the names they have.
var joinHints = map[string]resolved.JoinHint{
	"BROADCAST": "broadcast", "BROADCASTJOIN": "broadcast", "MAPJOIN": "broadcast",
	"MERGE": "merge", "SHUFFLE_MERGE": "merge", "MERGEJOIN": "merge",
	"SHUFFLE_HASH": "shuffle_hash", "SHUFFLE_REPLICATE_NL": "shuffle_replicate_nl",
}

// hint resolves a hint. What is not known has no effect, as in Spark.
func (r *resolver) hint(l *logical.Hint, e *env) *scope {
	name := strings.ToUpper(l.Name)
	in := r.relation(l.Input, e)
	if h, ok := joinHints[name]; ok {
		if len(l.Args) == 0 {
			t := *in
			t.hint = h
			return &t
		}
		var tables []string
		for _, a := range l.Args {
			switch a := a.(type) {
			case *logical.UnresolvedAttribute:
				tables = append(tables, strings.ToLower(a.Parts[len(a.Parts)-1]))
			case *logical.Literal:
				if s, ok := a.Value.(string); ok {
					tables = append(tables, strings.ToLower(s))
				}
			}
		}
		return in.over(hintJoins(in.rel, tables, h, r.aliasIDs))
	}
	switch name {
	case "COALESCE", "REPARTITION", "REPARTITION_BY_RANGE", "REBALANCE":
		return r.partitionHint(name, l, in, e)
	}
	return in
}

// hintOf is the hint that was given to a whole relation.
func (r *resolver) hintOf(s *scope) resolved.JoinHint { return s.hint }

// hintJoins gives the joins of a SELECT the hint for the sides that have a named table.
func hintJoins(rel resolved.Relation, tables []string, h resolved.JoinHint, ids map[string]map[int64]bool) resolved.Relation {
	return resolved.Rewrite(rel, func(rel resolved.Relation) resolved.Relation {
		j, ok := rel.(*resolved.Join)
		if !ok {
			return rel
		}
		k := *j
		for _, t := range tables {
			for _, a := range j.Left.Output() {
				if ids[t][a.ID] {
					k.LeftHint = h
				}
			}
			for _, a := range j.Right.Output() {
				if ids[t][a.ID] {
					k.RightHint = h
				}
			}
		}
		return &k
	})
}

// partitionHint moves rows as a hint says: a number of partitions, columns, or both.
func (r *resolver) partitionHint(name string, l *logical.Hint, in *scope, e *env) *scope {
	p := &resolved.Repartition{Input: in.rel, Shuffle: name != "COALESCE", Range: name == "REPARTITION_BY_RANGE"}
	n := r.names(in, e)
	for _, a := range l.Args {
		if i, ok := position(a); ok {
			p.N = i
			continue
		}
		p.By = append(p.By, expr.SortKey{Child: plain(n.resolve(a)), NullsFirst: true})
	}
	return in.over(p)
}

// named remembers which columns a name stands for, for hints.
func (r *resolver) remember(name string, cols []*expr.Attr) {
	if r.aliasIDs == nil {
		r.aliasIDs = map[string]map[int64]bool{}
	}
	key := strings.ToLower(name)
	if r.aliasIDs[key] == nil {
		r.aliasIDs[key] = map[int64]bool{}
	}
	for _, a := range cols {
		r.aliasIDs[key][a.ID] = true
	}
}

func sortStrings(s []string) { slices.Sort(s) }
