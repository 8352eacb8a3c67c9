package expr

import (
	"fmt"

	"gospark/runtime/types"
)

// Attr is a column by identity: the output of a relation below. Qualifier are the names it may be called by (t in t.a).
type Attr struct {
	ID        int64
	Name      string
	Qualifier []string
	Typ       *types.Type
	Null      bool
	Metadata  map[string]any
}

func (a *Attr) Type() *types.Type        { return a.Typ }
func (a *Attr) Nullable() bool           { return a.Null }
func (a *Attr) Children() []Expr         { return nil }
func (a *Attr) WithChildren([]Expr) Expr { return a }
func (a *Attr) String() string           { return a.Name }

// Col is a column by position in the batch. The planner puts it in the place of an [Attr].
type Col struct {
	Index int
	Typ   *types.Type
	Null  bool
	Name  string // for plans
}

func (c *Col) Type() *types.Type        { return c.Typ }
func (c *Col) Nullable() bool           { return c.Null }
func (c *Col) Children() []Expr         { return nil }
func (c *Col) WithChildren([]Expr) Expr { return c }

func (c *Col) String() string {
	if c.Name != "" {
		return c.Name
	}
	return fmt.Sprintf("input[%d]", c.Index)
}

// Bind puts positions in the place of attributes: the position of an attribute is that of its id in ids. An attribute
// that is not there is an error of the planner.
func Bind(e Expr, ids []int64) (Expr, error) {
	var missing error
	bound := Rewrite(e, func(e Expr) Expr {
		a, ok := e.(*Attr)
		if !ok {
			return e
		}
		for i, id := range ids {
			if id == a.ID {
				return &Col{Index: i, Typ: a.Typ, Null: a.Null, Name: a.Name}
			}
		}
		missing = fmt.Errorf("expr: column %s#%d is not among the input's %v", a.Name, a.ID, ids)
		return e
	})
	return bound, missing
}

// Alias names an expression and gives it an identity.
type Alias struct {
	ID       int64
	Name     string
	Child    Expr
	Metadata map[string]any
}

func (a *Alias) Type() *types.Type { return a.Child.Type() }
func (a *Alias) Nullable() bool    { return a.Child.Nullable() }
func (a *Alias) Children() []Expr  { return []Expr{a.Child} }
func (a *Alias) String() string    { return a.Child.String() + " AS " + a.Name }

func (a *Alias) WithChildren(c []Expr) Expr {
	return &Alias{ID: a.ID, Name: a.Name, Child: c[0], Metadata: a.Metadata}
}

// Attr is the column the alias makes.
func (a *Alias) Attr() *Attr {
	return &Attr{ID: a.ID, Name: a.Name, Typ: a.Type(), Null: a.Nullable(), Metadata: a.Metadata}
}
