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
	n := newNumbering(false)
	return n.number(a) == n.number(b)
}

// SemanticEqual is Equal without regard to the order of arguments where it makes no difference: a + b and b + a.
func SemanticEqual(a, b Expr) bool {
	if a == b {
		return true
	}
	n := newNumbering(true)
	return n.number(a) == n.number(b)
}

// A numbering gives equal expressions equal numbers.
type numbering struct {
	sets  bool // commutative functions are the same whatever the order of their arguments
	ids   map[string]int
	known map[Expr]int // of expressions that were numbered: each is asked for again with all that contain it
}

func newNumbering(sets bool) *numbering {
	return &numbering{sets: sets, ids: map[string]int{}, known: map[Expr]int{}}
}

func (n *numbering) number(e Expr) int {
	e = plain(e)
	if id, ok := n.known[e]; ok {
		return id
	}
	var parts []string
	for _, c := range e.Children() {
		parts = append(parts, strconv.Itoa(n.number(c)))
	}
	if c, ok := e.(*Call); ok && n.sets && c.Fn.Commutative {
		slices.Sort(parts)
	}
	key := identity(e) + "\x00" + strings.Join(parts, " ")
	id, ok := n.ids[key]
	if !ok {
		id = len(n.ids)
		n.ids[key] = id
	}
	n.known[e] = id
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
