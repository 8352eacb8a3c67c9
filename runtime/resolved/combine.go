package resolved

import "gospark/runtime/expr"

// JoinType is a kind of join.
type JoinType int

const (
	// Inner with a nil condition is a cross join.
	Inner JoinType = iota
	LeftOuter
	RightOuter
	FullOuter
	LeftSemi
	LeftAnti
	// NullAwareAnti keeps the rows of the left for which the condition is false, and not null, for every row of the
	// right: NOT IN.
	NullAwareAnti
	// LeftSingle is a left outer join in which a second match is the error SCALAR_SUBQUERY_TOO_MANY_ROWS.
	LeftSingle
	// Existence keeps all rows of the left and adds the column Exists: whether there is a match.
	Existence
)

var joinNames = [...]string{"Inner", "LeftOuter", "RightOuter", "FullOuter", "LeftSemi", "LeftAnti", "NullAwareAnti",
	"LeftSingle", "Existence"}

func (t JoinType) String() string { return joinNames[t] }

// A JoinHint is what the user wants done with one side: broadcast, merge, shuffle_hash, shuffle_replicate_nl, or "".
type JoinHint string

// Join combines rows of two relations for which Condition (nil: always) is true.
type Join struct {
	Left, Right         Relation
	Type                JoinType
	Condition           expr.Expr
	LeftHint, RightHint JoinHint
	Exists              *expr.Attr
}

// Union is the rows of all its inputs, columns by position. The types agree; Attrs are the columns.
type Union struct {
	noExprs
	Children []Relation
	Attrs    []*expr.Attr
}

// Intersect is the rows that both relations have, as sets, or with All as many times as both have them. Attrs are the
// columns; rows go by position.
type Intersect struct {
	noExprs
	Left, Right Relation
	All         bool
	Attrs       []*expr.Attr
}

// Except is the rows of the left that the right has not, as sets, or with All as many times as the left has more.
type Except struct {
	noExprs
	Left, Right Relation
	All         bool
	Attrs       []*expr.Attr
}

// Output is the columns of both sides; those of a side that may be missing are nullable.
func (r *Join) Output() []*expr.Attr {
	left, right := r.Left.Output(), r.Right.Output()
	switch r.Type {
	case LeftSemi, LeftAnti, NullAwareAnti:
		return left
	case Existence:
		return append(append([]*expr.Attr(nil), left...), r.Exists)
	case LeftOuter, LeftSingle:
		right = nullable(right)
	case RightOuter:
		left = nullable(left)
	case FullOuter:
		left, right = nullable(left), nullable(right)
	}
	return append(append([]*expr.Attr(nil), left...), right...)
}

func nullable(as []*expr.Attr) []*expr.Attr {
	out := make([]*expr.Attr, len(as))
	for i, a := range as {
		if !a.Null {
			b := *a
			b.Null = true
			a = &b
		}
		out[i] = a
	}
	return out
}

func (r *Union) Output() []*expr.Attr     { return r.Attrs }
func (r *Intersect) Output() []*expr.Attr { return r.Attrs }
func (r *Except) Output() []*expr.Attr    { return r.Attrs }

func (r *Join) Inputs() []Relation      { return []Relation{r.Left, r.Right} }
func (r *Union) Inputs() []Relation     { return r.Children }
func (r *Intersect) Inputs() []Relation { return []Relation{r.Left, r.Right} }
func (r *Except) Inputs() []Relation    { return []Relation{r.Left, r.Right} }

func (r *Join) WithInputs(in []Relation) Relation {
	s := *r
	s.Left, s.Right = in[0], in[1]
	return &s
}
func (r *Union) WithInputs(in []Relation) Relation { return &Union{Children: in, Attrs: r.Attrs} }
func (r *Intersect) WithInputs(in []Relation) Relation {
	s := *r
	s.Left, s.Right = in[0], in[1]
	return &s
}
func (r *Except) WithInputs(in []Relation) Relation {
	s := *r
	s.Left, s.Right = in[0], in[1]
	return &s
}

func (r *Join) Exprs() []expr.Expr {
	if r.Condition == nil {
		return nil
	}
	return []expr.Expr{r.Condition}
}

func (r *Join) WithExprs(es []expr.Expr) Relation {
	s := *r
	s.Condition = nil
	if len(es) > 0 {
		s.Condition = es[0]
	}
	return &s
}
func (r *Union) WithExprs([]expr.Expr) Relation     { return r }
func (r *Intersect) WithExprs([]expr.Expr) Relation { return r }
func (r *Except) WithExprs([]expr.Expr) Relation    { return r }
