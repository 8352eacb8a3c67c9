package expr

import (
	"slices"
	"strings"

	"gospark/runtime/condition"
	"gospark/runtime/types"
)

// Options are what a call has besides its arguments.
type Options struct {
	Distinct    bool
	Filter      Expr
	Order       []SortKey // WITHIN GROUP
	IgnoreNulls bool
	// RespectNulls says that RESPECT NULLS was written: the values are the same as without, not always the name.
	RespectNulls bool
	Star         bool // count(*)
	Over         bool // the function of a window, whose arguments may be aggregates
	Legacy       bool // spark.sql.ansi.enabled=false
	Origin       *condition.Context
	// Context is what constants are folded with where a function needs a constant; nil: an empty one in UTC.
	Context *Context
}

// A Request is a call that is being resolved.
type Request struct {
	Fn   *Function
	Name string // as the user wrote it, in lower case
	Args []Expr
	Options
	name string // shown
	vars map[string]*types.Type

	seedless bool // the last argument is a seed that was drawn
}

// Resolve finds the built-in function of a name and makes the call of it, with its arguments converted to the types it
// takes. The result is a *Call, an *Agg, a *Generate, or whatever the function stands for. The error is a
// *condition.Error: UNRESOLVED_ROUTINE, WRONG_NUM_ARGS or DATATYPE_MISMATCH.
func Resolve(name string, args []Expr, o Options) (Expr, error) {
	name = strings.ToLower(name)
	f := registry[name]
	if f == nil {
		return nil, unresolvedRoutine(name)
	}
	r := &Request{Fn: f, Name: name, Args: append([]Expr(nil), args...), Options: o, name: f.shown(name)}
	return r.resolve()
}

// call resolves a function of the registry for other functions.
func call(name string, args ...Expr) (Expr, error) { return Resolve(name, args, Options{}) }

func (r *Request) resolve() (Expr, error) {
	f := r.Fn
	if f.Sig != "" {
		if err := r.count(); err != nil {
			return nil, err
		}
	}
	if err := r.checkSyntax(); err != nil {
		return nil, err
	}
	if f.Make != nil {
		return f.Make(r)
	}
	return r.build()
}

// build is resolve without Make, for functions that only prepare their arguments there.
func (r *Request) build() (Expr, error) {
	f := r.Fn
	text := r.shown()
	if f.Coerce != nil {
		if err := f.Coerce(r); err != nil {
			return nil, err
		}
	}
	if err := r.convert(text); err != nil {
		return nil, err
	}
	if r.Legacy {
		for i, a := range r.Args {
			if c, ok := a.(*Cast); ok && c.Implicit && c.Mode == types.CastAnsi {
				d := *c
				d.Mode = types.CastLegacy
				r.Args[i] = &d
			}
		}
	}
	if f.Check != nil {
		if err := f.Check(text(), r.Args); err != nil {
			return nil, err
		}
	}
	typ := r.result(f.sig.result)
	null := r.nullable()
	switch {
	case f.Agg != nil:
		for _, a := range r.Args {
			if _, nested := Find[*Agg](a); nested && !r.Over {
				return nil, condition.New("NESTED_AGGREGATE_FUNCTION", "42607",
					"It is not allowed to use an aggregate function in the argument of another aggregate function. Please use the inner aggregate function in a sub-query.")
			}
		}
		return &Agg{Fn: f, Name: r.name, Args: r.Args, Distinct: r.Distinct, Filter: r.Filter, Order: r.Order,
			IgnoreNulls: r.IgnoreNulls, Typ: typ, Null: null, Legacy: r.Legacy, Origin: r.Origin}, nil
	case f.Gen != nil:
		return &Generate{Fn: f, Name: r.name, Args: r.Args, Fields: f.Gen.Fields(r.Args), Legacy: r.Legacy}, nil
	}
	c := &Call{Fn: f, Name: r.name, Args: r.Args, Typ: typ, Null: null, Legacy: r.Legacy, IgnoreNulls: r.IgnoreNulls, Seedless: r.seedless, Origin: r.Origin}
	if f.Bind != nil {
		c.body = f.Bind(c)
	}
	return c, nil
}

// Text is the call as error messages show it.
func (r *Request) Text() string {
	if r.Fn.Agg != nil {
		return (&Agg{Fn: r.Fn, Name: r.name, Args: r.Args, Distinct: r.Distinct, Order: r.Order}).String()
	}
	return (&Call{Fn: r.Fn, Name: r.name, Args: r.Args, Typ: types.Void}).String()
}

// shown is Text of the arguments as they are now, made when it is asked for: the text of a deep expression is long, and
// each of its parts is resolved.
func (r *Request) shown() func() string {
	was := *r
	was.Args = slices.Clone(r.Args)
	return was.Text
}

// count checks the number of arguments and adds the defaults of those left out.
func (r *Request) count() error {
	s := r.Fn.sig
	if n := len(r.Args); n < s.least || n > len(s.params) && !s.variadic {
		return wrongCount(r.Name, s.expected(), n)
	}
	for i := len(r.Args); i < len(s.params) && s.params[i].def != nil; i++ {
		r.Args = append(r.Args, s.params[i].def)
	}
	return nil
}

// convert gives each argument a type its parameter takes.
func (r *Request) convert(text func() string) error {
	s := r.Fn.sig
	r.vars = map[string]*types.Type{}
	for i, a := range r.Args {
		p := s.at(i)
		if p.variable != "" {
			if err := r.variable(text, i, p); err != nil {
				return err
			}
			continue
		}
		if _, ok := a.(*Lambda); ok {
			continue
		}
		t := implicitType(a, p.classes)
		if r.Fn.Exact && t != nil && !t.Same(a.Type()) && a.Type().Kind != types.VoidKind {
			t = nil
		}
		if t == nil {
			return unexpectedInput(text(), i, typeChoice(classNames(p.classes)), a)
		}
		r.Args[i] = Implicit(a, t)
	}
	for i := range r.Args {
		if p := s.at(i); p.variable != "" {
			r.Args[i] = Implicit(r.Args[i], substitute(p.shape(), r.vars, r.Args[i].Type()))
		}
	}
	return nil
}

func classNames(cs []class) []string {
	names := make([]string, len(cs))
	for i, c := range cs {
		names[i] = c.name
	}
	return names
}

// shape is a parameter with a variable, without its marks.
func (p *param) shape() string {
	name, _, _ := strings.Cut(p.text, "=")
	return strings.TrimSpace(strings.TrimRight(strings.TrimSpace(name), ".*?"))
}

// variable lets the i-th argument take part in the choice of its type variables.
func (r *Request) variable(text func() string, i int, p *param) error {
	a := r.Args[i]
	if !r.unify(p.shape(), a.Type()) {
		if p.shape() != p.variable {
			want := strings.ToUpper(p.shape()[:strings.IndexByte(p.shape(), '<')])
			if !strings.EqualFold(want, simpleKind(a.Type())) {
				return unexpectedInput(text(), i, quoted(want), a)
			}
		}
		list := typeList(r.Args)
		if r.Fn.sig.variadic {
			list = typeListOr(r.Args)
		}
		return diffTypes(text(), r.Fn.Name, list)
	}
	return nil
}

func simpleKind(t *types.Type) string {
	name, _, _ := strings.Cut(t.SQL(), "<")
	return name
}

// unify widens the variables of a shape so that it holds t.
func (r *Request) unify(shape string, t *types.Type) bool {
	switch {
	case len(shape) == 1:
		old := r.vars[shape]
		if old == nil {
			old = types.Void
		}
		wide := types.Widen(old, t)
		r.vars[shape] = wide
		return wide != nil
	case t.Kind == types.VoidKind:
		return true
	case strings.HasPrefix(shape, "array<"):
		return t.Kind == types.ArrayKind && r.unify(inner(shape), t.Elem)
	case strings.HasPrefix(shape, "map<"):
		kv := splitParams(inner(shape))
		return t.Kind == types.MapKind && r.unify(kv[0], t.Key) && r.unify(kv[1], t.Elem)
	}
	return true
}

func inner(shape string) string {
	return shape[strings.IndexByte(shape, '<')+1 : len(shape)-1]
}

// substitute is the type of a shape; like gives the nullability of its parts.
func substitute(shape string, vars map[string]*types.Type, like *types.Type) *types.Type {
	null := like == nil || like.Nullable || like.Kind == types.VoidKind
	var elem, key *types.Type
	if like != nil {
		elem, key = like.Elem, like.Key
	}
	switch {
	case vars[shape] != nil:
		return vars[shape]
	case strings.HasPrefix(shape, "array<"):
		return types.ArrayOf(substitute(inner(shape), vars, elem), null)
	case strings.HasPrefix(shape, "map<"):
		kv := splitParams(inner(shape))
		return types.MapOf(substitute(kv[0], vars, key), substitute(kv[1], vars, elem), null)
	}
	if t := named[shape]; t != nil {
		return t
	}
	return types.Void
}

// result is the type a signature's result stands for.
func (r *Request) result(s string) *types.Type {
	switch {
	case s == "?" || s == "":
		if r.Fn.Ret != nil {
			return r.Fn.Ret(r.Args)
		}
		return types.Void
	case s[0] == '$':
		return r.Args[s[1]-'1'].Type()
	case strings.HasPrefix(s, "array<$"):
		return types.ArrayOf(r.result(inner(s)), true)
	}
	return substitute(s, r.vars, nil)
}

func (r *Request) nullable() bool {
	switch {
	case r.Fn.NullIf != nil:
		return r.Fn.NullIf(r.Args)
	case r.Fn.Null == Never:
		return false
	case r.Fn.Null == Always:
		return true
	}
	return anyNullable(r.Args)
}

// implicitType is the type an argument is converted to for a parameter of one of the classes; nil if it cannot be.
func implicitType(a Expr, cs []class) *types.Type {
	in := a.Type()
	for _, c := range cs {
		if c.accepts(in) {
			return in
		}
	}
	for _, c := range cs {
		if t := c.convert(in); t != nil {
			return t
		}
	}
	return nil
}

// convert is the type a value of another type takes for the class.
func (c class) convert(in *types.Type) *types.Type {
	switch {
	case c.accepts(in):
		return in
	case c.elem != nil && in.Kind == types.ArrayKind:
		if e := c.elem.convert(in.Elem); e != nil {
			return types.ArrayOf(e, true)
		}
		return nil
	case c.target == nil || c.strict && in.Kind == types.VoidKind:
		return nil
	case in.Kind == types.VoidKind:
		return c.target
	case c.name == "DECIMAL" && in.Numeric():
		return types.DecimalFor(in)
	case c.name == "INTEGRAL" && (in.Fractional() || in.Kind == types.DecimalKind):
		return nil
	case in.Text():
		if c.target.Nested() || c.target.IsInterval() || c.target.Kind == types.CalendarKind {
			return nil
		}
		return c.target
	case types.StoreAssignable(in, c.target):
		return c.target
	}
	return nil
}
