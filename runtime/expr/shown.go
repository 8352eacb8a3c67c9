package expr

import "gospark/runtime/types"

// Shown is an expression under another name: nvl2(a, b, c) for the IF it stands for. Only String knows of it.
type Shown struct {
	Text  string
	Child Expr
	Never bool // is NULL, whatever Child says
}

func (s *Shown) Type() *types.Type          { return s.Child.Type() }
func (s *Shown) Nullable() bool             { return !s.Never && s.Child.Nullable() }
func (s *Shown) Children() []Expr           { return []Expr{s.Child} }
func (s *Shown) String() string             { return s.Text }
func (s *Shown) WithChildren(c []Expr) Expr { return &Shown{Text: s.Text, Child: c[0], Never: s.Never} }

// plain is an expression without the names given to it by Shown and Alias.
func plain(e Expr) Expr {
	switch s := e.(type) {
	case *Shown:
		return plain(s.Child)
	case *Alias:
		return plain(s.Child)
	}
	return e
}
