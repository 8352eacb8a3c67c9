package expr

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Equal says whether two expressions are the same tree: the same functions over the same columns and constants. Names of
// aliases do not count. An expression that is not deterministic equals only itself.
func Equal(a, b Expr) bool {
	if a == b {
		return true
	}
	n := numbering{}
	return n.number(a) == n.number(b)
}

// SemanticEqual is Equal without regard to the order of arguments where it makes no difference: a + b and b + a.
func SemanticEqual(a, b Expr) bool {
	if a == b {
		return true
	}
	n := numbering{"": -1}
	return n.number(a) == n.number(b)
}

// A numbering gives equal expressions equal numbers. With the key "" it looks at commutative functions as sets.
type numbering map[string]int

func (n numbering) number(e Expr) int {
	e = plain(e)
	var parts []string
	for _, c := range e.Children() {
		parts = append(parts, strconv.Itoa(n.number(c)))
	}
	if _, sets := n[""]; sets {
		if c, ok := e.(*Call); ok && c.Fn.Commutative {
			slices.Sort(parts)
		}
	}
	key := identity(e) + "\x00" + strings.Join(parts, " ")
	id, ok := n[key]
	if !ok {
		id = len(n)
		n[key] = id
	}
	return id
}

// identity is what tells an expression from others with the same children.
func identity(e Expr) string {
	switch e := e.(type) {
	case *Attr:
		return fmt.Sprint("attr ", e.ID)
	case *Col:
		return fmt.Sprint("col ", e.Index)
	case *LambdaVar:
		return fmt.Sprint("var ", e.ID)
	case *Lit:
		v := e.Value
		switch f := v.(type) {
		case float64:
			v = math.Float64bits(f)
		case float32:
			v = math.Float32bits(f)
		}
		return fmt.Sprintf("lit %s %#v", e.Typ, v)
	case *Call:
		if e.Fn.Volatile {
			return fmt.Sprintf("call %p", e)
		}
		return fmt.Sprint("call ", e.Fn.Name, " ", e.Typ, " ", e.Legacy, e.IgnoreNulls)
	case *Cast:
		return fmt.Sprint("cast ", e.To, " ", e.Mode)
	case *retyped:
		return fmt.Sprint("as ", e.typ)
	case *Lambda:
		return fmt.Sprint("lambda ", len(e.Params))
	case *Agg:
		order := make([]string, len(e.Order))
		for i, k := range e.Order {
			order[i] = fmt.Sprint(k.Desc, k.NullsFirst)
		}
		return fmt.Sprint("agg ", e.Fn.Name, len(e.Args), e.Distinct, e.Filter != nil, e.IgnoreNulls, e.KeepNulls, order)
	case *WindowCall:
		frame := ""
		if e.Frame != nil {
			frame = fmt.Sprint(e.Frame.Rows, e.Frame.Lower.Unbounded, e.Frame.Lower.CurrentRow, e.Frame.Upper.Unbounded, e.Frame.Upper.CurrentRow)
		}
		order := make([]string, len(e.Order))
		for i, k := range e.Order {
			order[i] = fmt.Sprint(k.Desc, k.NullsFirst)
		}
		return fmt.Sprint("window ", len(e.Partition), order, frame)
	case *Generate:
		return fmt.Sprint("generate ", e.Fn.Name, e.Outer)
	}
	return fmt.Sprintf("%T %p", e, e) // subqueries and Go functions are only equal to themselves
}
