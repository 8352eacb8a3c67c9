package analysis

import (
	"slices"
	"sort"
	"strings"

	"gospark/runtime/expr"
	"gospark/runtime/logical"
	"gospark/runtime/resolved"
	"gospark/runtime/types"
)

// A scope is a relation that has been resolved, and the names that its columns can be called by.
type scope struct {
	rel  resolved.Relation
	cols []*expr.Attr // what * stands for, in order
	// hidden can only be called by a qualified name: the columns of a USING join that * leaves out.
	hidden []*expr.Attr
	// under is what was visible before the columns of rel were chosen: ORDER BY may reach beneath SELECT. Nil where
	// nobody may: under DISTINCT, or an alias of the relation.
	under *scope
	// group is the grouping that the columns were computed from, if rel is a SELECT with GROUP BY.
	group *grouping
	// plans are the relations below that a column of the API (df.Col) may name.
	plans []planColumns
	// hint is how the user wants the relation joined.
	hint resolved.JoinHint
}

// planColumns are the columns of the relation with a plan id, so many relations below.
type planColumns struct {
	id    int64
	depth int
	cols  []*expr.Attr
}

// over is the scope of a relation that has the columns of s: a filter, a sort.
func (s *scope) over(rel resolved.Relation) *scope {
	t := *s
	t.rel = rel
	t.cols = refresh(s.cols, rel)
	return &t
}

// refresh takes the attributes as rel has them now: an outer join or a watermark changes what is known of a column.
func refresh(cols []*expr.Attr, rel resolved.Relation) []*expr.Attr {
	now := map[int64]*expr.Attr{}
	for _, a := range rel.Output() {
		now[a.ID] = a
	}
	out := make([]*expr.Attr, len(cols))
	for i, a := range cols {
		out[i] = a
		if b := now[a.ID]; b != nil && (b.Null != a.Null || len(b.Metadata) != len(a.Metadata)) {
			c := *a
			c.Null, c.Metadata = b.Null, b.Metadata
			out[i] = &c
		}
	}
	return out
}

// leafScope is the scope of a relation whose columns are all visible.
func leafScope(rel resolved.Relation) *scope { return &scope{rel: rel, cols: rel.Output()} }

// seen adds the plan id of a relation.
func (s *scope) seen(id int64) *scope {
	if id == 0 {
		return s
	}
	t := *s
	t.plans = append(deeper(s.plans), planColumns{id: id, cols: s.cols})
	return &t
}

func deeper(ps []planColumns) []planColumns {
	out := make([]planColumns, len(ps), len(ps)+1)
	for i, p := range ps {
		p.depth++
		out[i] = p
	}
	return out
}

// qualified gives all columns another qualifier, as an alias does.
func qualified(cols []*expr.Attr, qualifier ...string) []*expr.Attr {
	out := make([]*expr.Attr, len(cols))
	for i, a := range cols {
		b := *a
		b.Qualifier = qualifier
		out[i] = &b
	}
	return out
}

// same says whether two names are the same.
func (r *resolver) same(a, b string) bool {
	if r.CaseSensitive {
		return a == b
	}
	return a == b || strings.EqualFold(a, b)
}

// lookup finds the columns a name of several parts stands for, and the parts that are fields of it. A qualifier goes
// before a column with fields.
func (r *resolver) lookup(cols, hidden []*expr.Attr, parts []string) (found []*expr.Attr, fields []string) {
	for q := min(len(parts)-1, 3); q > 0; q-- {
		for _, set := range [][]*expr.Attr{cols, hidden} {
			for _, a := range set {
				if r.same(a.Name, parts[q]) && r.ends(a.Qualifier, parts[:q]) {
					found = add(found, a)
				}
			}
		}
		if len(found) > 0 {
			return found, parts[q+1:]
		}
	}
	for _, a := range cols {
		if r.same(a.Name, parts[0]) {
			found = add(found, a)
		}
	}
	return found, parts[1:]
}

func add(found []*expr.Attr, a *expr.Attr) []*expr.Attr {
	if slices.ContainsFunc(found, func(b *expr.Attr) bool { return a.ID == b.ID }) {
		return found
	}
	return append(found, a)
}

// ends says whether a qualifier may be written as parts: its end.
func (r *resolver) ends(qualifier, parts []string) bool {
	if len(parts) > len(qualifier) {
		return false
	}
	for i, q := range qualifier[len(qualifier)-len(parts):] {
		if !r.same(q, parts[i]) {
			return false
		}
	}
	return true
}

// fullName is a column's name with its qualifier, quoted.
func fullName(a *expr.Attr) string {
	return quoteParts(append(slices.Clone(a.Qualifier), a.Name))
}

func quoteParts(parts []string) string {
	quoted := make([]string, len(parts))
	for i, p := range parts {
		quoted[i] = types.Quote(p)
	}
	return strings.Join(quoted, ".")
}

// quoteIfNeeded is a name as it would be written in SQL.
func quoteIfNeeded(parts []string) string {
	texts := make([]string, len(parts))
	for i, p := range parts {
		texts[i] = p
		if plain := strings.Trim(p, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"); plain != "" || p == "" ||
			strings.Trim(p, "0123456789") == "" {
			texts[i] = types.Quote(p)
		}
	}
	return strings.Join(texts, ".")
}

// ambiguous says that a name stands for several columns.
func ambiguous(o *logical.Origin, parts []string, found []*expr.Attr) {
	names := make([]string, len(found))
	for i, a := range found {
		names[i] = fullName(a)
		if len(a.Qualifier) == 1 && a.Qualifier[0] == logical.UnnamedQuery {
			names[i] = types.Quote(parts[len(parts)-1])
		}
	}
	sort.Strings(names)
	fail(o, "AMBIGUOUS_REFERENCE", "name", quoteParts(parts), "referenceNames", "["+strings.Join(names, ", ")+"]")
}
