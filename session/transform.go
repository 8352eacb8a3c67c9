package session

import (
	"fmt"
	"reflect"

	"gospark/runtime/logical"
	"gospark/runtime/types"
)

// Select computes columns; strings name them, "*" is all.
func (df *DataFrame) Select(cols ...any) *DataFrame {
	return df.with(&logical.Project{Input: df.rel, Exprs: names(cols)})
}

// SelectExpr is Select of SQL expressions.
func (df *DataFrame) SelectExpr(exprs ...string) *DataFrame {
	var es []logical.Expression
	for _, e := range exprs {
		es = append(es, Expr(e).e)
	}
	return df.with(&logical.Project{Input: df.rel, Exprs: es})
}

// Filter keeps the rows for which a condition, a column or SQL text, is true, or a Go function of the row as Map has it:
// Filter(func(p Person) bool { ... }).
func (df *DataFrame) Filter(cond any) *DataFrame {
	if reflect.ValueOf(cond).Kind() == reflect.Func {
		return df.filterRows(cond)
	}
	return df.with(&logical.Filter{Input: df.rel, Condition: toColumn(cond, Expr).e})
}

// Where is Filter.
func (df *DataFrame) Where(cond any) *DataFrame { return df.Filter(cond) }

// WithColumn adds a column, or replaces the one of the name.
func (df *DataFrame) WithColumn(name string, c any) *DataFrame {
	return df.with(&logical.WithColumns{Input: df.rel, Aliases: []*logical.Alias{{Child: Lit(c).e, Names: []string{name}}}})
}

// WithColumnRenamed renames a column; nothing happens when it is not there.
func (df *DataFrame) WithColumnRenamed(old, new string) *DataFrame {
	return df.with(&logical.WithColumnsRenamed{Input: df.rel, Names: map[string]string{old: new}})
}

// Drop leaves columns out.
func (df *DataFrame) Drop(cols ...any) *DataFrame {
	d := &logical.Drop{Input: df.rel}
	for _, c := range cols {
		if n, ok := c.(string); ok {
			d.Names = append(d.Names, n)
			continue
		}
		d.Exprs = append(d.Exprs, toColumn(c, Col).e)
	}
	return df.with(d)
}

// ToDF renames all columns.
func (df *DataFrame) ToDF(names ...string) *DataFrame {
	return df.with(&logical.ToDF{Input: df.rel, Names: names})
}

// Alias names the DataFrame, so that its columns can be told from another's: Col("t.a").
func (df *DataFrame) Alias(name string) *DataFrame {
	return df.with(&logical.SubqueryAlias{Input: df.rel, Name: name})
}

// Col is the column of a name of this DataFrame, also after a join with another that has it too.
func (df *DataFrame) Col(name string) *Column {
	return &Column{&logical.UnresolvedAttribute{Parts: nameParts(name), PlanID: df.rel.Meta().PlanID}}
}

// OrderBy sorts by columns; Col("a").Desc() sorts downwards.
func (df *DataFrame) OrderBy(cols ...any) *DataFrame {
	return df.with(&logical.Sort{Input: df.rel, Order: sortOrders(cols), Global: true})
}

// Sort is OrderBy.
func (df *DataFrame) Sort(cols ...any) *DataFrame { return df.OrderBy(cols...) }

// SortWithinPartitions sorts each partition by itself.
func (df *DataFrame) SortWithinPartitions(cols ...any) *DataFrame {
	return df.with(&logical.Sort{Input: df.rel, Order: sortOrders(cols)})
}

// Limit keeps n rows, Offset leaves out the first n.
func (df *DataFrame) Limit(n int) *DataFrame { return df.with(df.limited(n)) }

// Offset leaves out the first n rows.
func (df *DataFrame) Offset(n int) *DataFrame {
	return df.with(&logical.Offset{Input: df.rel, Count: &logical.Literal{Value: int32(n), Type: types.Int}})
}

// Distinct keeps one of equal rows; DropDuplicates one of those equal in some columns.
func (df *DataFrame) Distinct() *DataFrame { return df.DropDuplicates() }

// DropDuplicates keeps one of the rows that are equal in some columns, in all when none is named.
func (df *DataFrame) DropDuplicates(cols ...any) *DataFrame {
	return df.with(&logical.Deduplicate{Input: df.rel, Columns: columnTexts("DropDuplicates", cols)})
}

var joinTypes = map[string]logical.JoinType{
	"inner": logical.InnerJoin, "cross": logical.CrossJoin,
	"left": logical.LeftOuterJoin, "leftouter": logical.LeftOuterJoin, "left_outer": logical.LeftOuterJoin,
	"right": logical.RightOuterJoin, "rightouter": logical.RightOuterJoin, "right_outer": logical.RightOuterJoin,
	"full": logical.FullOuterJoin, "outer": logical.FullOuterJoin, "fullouter": logical.FullOuterJoin, "full_outer": logical.FullOuterJoin,
	"semi": logical.LeftSemiJoin, "leftsemi": logical.LeftSemiJoin, "left_semi": logical.LeftSemiJoin,
	"anti": logical.LeftAntiJoin, "leftanti": logical.LeftAntiJoin, "left_anti": logical.LeftAntiJoin,
}

// Join joins another DataFrame on a condition, or on columns of the same name (a string or a list of them). How is inner,
// left, right, full, semi, anti or cross.
func (df *DataFrame) Join(other *DataFrame, on any, how ...string) *DataFrame {
	j := &logical.Join{Left: df.rel, Right: other.rel}
	if len(how) > 0 {
		t, ok := joinTypes[how[0]]
		if !ok {
			raise("Join", fmt.Errorf("no such join %q; want inner, left, right, full, semi, anti or cross", how[0]))
		}
		j.Type = t
	}
	switch on := on.(type) {
	case nil:
	case string:
		j.Using = []string{on}
	case []string:
		j.Using = on
	case *Column:
		j.Condition = on.e
	case []*Column:
		for _, c := range on {
			if j.Condition == nil {
				j.Condition = c.e
			} else {
				j.Condition = call("and", j.Condition, c.e).e
			}
		}
	default:
		raise("Join", fmt.Errorf("want a condition, a column name or a list of names, have %T", on))
	}
	return df.with(j)
}

// CrossJoin pairs every row with every row of the other.
func (df *DataFrame) CrossJoin(other *DataFrame) *DataFrame {
	return df.with(&logical.Join{Left: df.rel, Right: other.rel, Type: logical.CrossJoin})
}

func (df *DataFrame) set(other *DataFrame, kind logical.SetKind, all, byName, missing bool) *DataFrame {
	return df.with(&logical.SetOperation{Left: df.rel, Right: other.rel, Kind: kind, All: all, ByName: byName, AllowMissingColumns: missing})
}

// Set operations. Union and UnionAll keep duplicates.
func (df *DataFrame) Union(o *DataFrame) *DataFrame {
	return df.set(o, logical.Union, true, false, false)
}

// UnionAll is Union.
func (df *DataFrame) UnionAll(o *DataFrame) *DataFrame { return df.Union(o) }

// UnionByName puts rows together by the names of columns; with true, columns that one side lacks are NULL.
func (df *DataFrame) UnionByName(o *DataFrame, allowMissing ...bool) *DataFrame {
	return df.set(o, logical.Union, true, true, len(allowMissing) > 0 && allowMissing[0])
}

// Intersect keeps the different rows that are in both.
func (df *DataFrame) Intersect(o *DataFrame) *DataFrame {
	return df.set(o, logical.Intersect, false, false, false)
}

// IntersectAll keeps the rows that are in both, as often as in the one that has fewer.
func (df *DataFrame) IntersectAll(o *DataFrame) *DataFrame {
	return df.set(o, logical.Intersect, true, false, false)
}

// Except keeps the different rows that are not in the other.
func (df *DataFrame) Except(o *DataFrame) *DataFrame {
	return df.set(o, logical.Except, false, false, false)
}

// Subtract is Except.
func (df *DataFrame) Subtract(o *DataFrame) *DataFrame { return df.Except(o) }

// ExceptAll takes the other's rows away, one for one.
func (df *DataFrame) ExceptAll(o *DataFrame) *DataFrame {
	return df.set(o, logical.Except, true, false, false)
}

// Repartition moves rows into n partitions; by the values of columns, if some are given: Repartition(4), Repartition(4, "a"),
// Repartition("a").
func (df *DataFrame) Repartition(args ...any) *DataFrame {
	n, cols := partitionArgs("Repartition", args)
	return df.with(&logical.Repartition{Input: df.rel, N: n, Exprs: cols, Shuffle: true})
}

// RepartitionByRange moves rows into partitions in the order of columns: RepartitionByRange(4, "a"), RepartitionByRange("a").
func (df *DataFrame) RepartitionByRange(args ...any) *DataFrame {
	n, cols := partitionArgs("RepartitionByRange", args)
	if len(cols) == 0 {
		mistake("RepartitionByRange", "At least one partition-by expression must be specified.")
	}
	return df.with(&logical.Repartition{Input: df.rel, N: n, Exprs: cols, Shuffle: true, Range: true})
}

func partitionArgs(method string, args []any) (n int, cols []logical.Expression) {
	if len(args) > 0 {
		if i, ok := args[0].(int); ok {
			if n, args = i, args[1:]; n < 1 {
				mistake(method, "Number of partitions (%d) must be positive.", n)
			}
		}
	}
	for _, e := range names(args) {
		if s, ok := e.(*sortColumn); ok {
			e = s.SortOrder
		}
		cols = append(cols, e)
	}
	return n, cols
}

// Coalesce puts partitions together.
func (df *DataFrame) Coalesce(n int) *DataFrame {
	return df.with(&logical.Repartition{Input: df.rel, N: n})
}

// Describe computes count, mean, stddev, min and max of columns; Summary also quartiles, or the statistics named.
func (df *DataFrame) Describe(cols ...string) *DataFrame {
	return df.with(&logical.Describe{Input: df.rel, Columns: cols, Statistics: []string{"count", "mean", "stddev", "min", "max"}})
}

// Summary computes statistics as Describe does: count, mean, stddev, min, 25%, 50%, 75%, max, or those named.
func (df *DataFrame) Summary(statistics ...string) *DataFrame {
	if len(statistics) == 0 {
		statistics = []string{"count", "mean", "stddev", "min", "25%", "50%", "75%", "max"}
	}
	return df.with(&logical.Describe{Input: df.rel, Statistics: statistics})
}
