package session

import "gospark/runtime/logical"

// Outer says that a column is of the query around a subquery, or of the left side of a lateral join. A DataFrame with such
// columns is a part of another only.
func (c *Column) Outer() *Column { return &Column{&logical.Outer{Child: c.e}} }

// Scalar is the only value of a DataFrame with one row and one column, as a column of another; NULL if there is no row.
func (df *DataFrame) Scalar() *Column {
	return &Column{&logical.SubqueryExpression{Kind: logical.ScalarSubquery, Query: df.rel}}
}

// Exists says whether a DataFrame has rows, as a condition on another.
func (df *DataFrame) Exists() *Column {
	return &Column{&logical.SubqueryExpression{Kind: logical.ExistsSubquery, Query: df.rel}}
}

// LateralJoin joins each row with the rows of a DataFrame that uses the row's columns by Outer. On is a condition or nil;
// how is inner, left or cross.
func (df *DataFrame) LateralJoin(other *DataFrame, on *Column, how ...string) *DataFrame {
	j := &logical.Join{Left: df.rel, Right: other.rel, Lateral: true}
	if len(how) > 0 {
		t, ok := joinTypes[how[0]]
		if !ok || t != logical.InnerJoin && t != logical.LeftOuterJoin && t != logical.CrossJoin {
			mistake("LateralJoin", "no such lateral join %q; want inner, left or cross", how[0])
		}
		j.Type = t
	}
	if on != nil {
		j.Condition = on.e
	}
	return df.with(j)
}

// Transform calls a function of columns, so that calls read from left to right.
func (c *Column) Transform(f func(*Column) *Column) *Column { return f(c) }
