package expr

import (
	"strconv"

	"gospark/runtime/batch"
	"gospark/runtime/types"
)

// Generators: rows of the elements of arrays and maps.

const generatorFuncs = "generator_funcs"

func init() {
	family(generatorFuncs, []Function{
		{Name: "explode", Sig: "any", Check: explodable, Gen: explodeGen(false), Doc: "A row for each element of an array, or for each entry of a map."},
		{Name: "posexplode", API: "PosExplode", Sig: "any", Check: explodable, Gen: explodeGen(true), Doc: "explode with the index in front, counted from 0."},
		{Name: "inline", Sig: "any", Check: inlinable, Gen: inlineGen, Doc: "A row for each struct of an array, with its fields as columns."},
		outerOf("explode_outer", "explode", explodeGen(false), "explode, and a row of NULL where there is none."),
		outerOf("posexplode_outer", "posexplode", explodeGen(true), "posexplode, and a row of NULL where there is none."),
		outerOf("inline_outer", "inline", inlineGen, "inline, and a row of NULL where there is none."),
		{Name: "stack", Sig: "int, any...", Coerce: stackOperands, Gen: stackGen, Doc: "The values in a number of rows."},
	})
}

// outerOf is a generator that makes a row of nulls where it makes none.
func outerOf(name, inner string, gen *GenImpl, doc string) Function {
	return Function{Name: name, Sig: "any", Doc: doc, Gen: gen, Make: func(r *Request) (Expr, error) {
		e, err := r.other(inner, r.Args...)
		if err != nil {
			return nil, err
		}
		g := *e.(*Generate)
		g.Name, g.Outer, g.Fields = name, true, append([]types.Field(nil), g.Fields...)
		for i := range g.Fields {
			g.Fields[i].Nullable = true
		}
		return &g, nil
	}}
}

func explodable(text string, args []Expr) error {
	if k := args[0].Type().Kind; k != types.ArrayKind && k != types.MapKind {
		return unexpectedInput(text, 0, typeChoice([]string{"ARRAY", "MAP"}), args[0])
	}
	return nil
}

func inlinable(text string, args []Expr) error {
	if t := args[0].Type(); t.Kind != types.ArrayKind || t.Elem.Kind != types.StructKind {
		return unexpectedInput(text, 0, quoted("ARRAY<STRUCT>"), args[0])
	}
	return nil
}

func explodeGen(pos bool) *GenImpl {
	return &GenImpl{
		Fields: func(args []Expr) []types.Field {
			var fs []types.Field
			if pos {
				fs = append(fs, types.Field{Name: "pos", Type: types.Int})
			}
			t := args[0].Type()
			if t.Kind == types.MapKind {
				return append(fs, types.Field{Name: "key", Type: t.Key}, types.Field{Name: "value", Type: t.Elem, Nullable: t.Nullable})
			}
			return append(fs, types.Field{Name: "col", Type: t.Elem, Nullable: t.Nullable})
		},
		New: func(*Generate) Generator { return exploder{pos} },
	}
}

// An exploder makes rows of the elements of a column of arrays or maps.
type exploder struct{ pos bool }

func (e exploder) Generate(_ *Context, n int, rows []int32, args []batch.Vector, out []batch.Vector, from []int32) ([]int32, error) {
	s := spreadOf(args[0].(spans), n, rows)
	if len(s.at) == 0 {
		return from, nil
	}
	if e.pos {
		out[0].Append(batch.VecOf(s.index), nil)
		out = out[1:]
	}
	switch v := args[0].(type) {
	case *batch.List:
		out[0].Append(v.Items, s.at)
	case *batch.Map:
		out[0].Append(v.Keys, s.at)
		out[1].Append(v.Items, s.at)
	}
	return append(from, s.from...), nil
}

var inlineGen = &GenImpl{
	Fields: func(args []Expr) []types.Field {
		t := args[0].Type()
		fs := append([]types.Field(nil), t.Elem.Fields...)
		for i := range fs {
			fs[i].Nullable = fs[i].Nullable || t.Nullable
		}
		return fs
	},
	New: func(*Generate) Generator { return inliner{} },
}

type inliner struct{}

func (inliner) Generate(_ *Context, n int, rows []int32, args []batch.Vector, out []batch.Vector, from []int32) ([]int32, error) {
	l := args[0].(*batch.List)
	s := spreadOf(l, n, rows)
	if len(s.at) == 0 {
		return from, nil
	}
	for i, f := range l.Items.(*batch.Struct).Fields {
		out[i].Append(f, s.at)
	}
	return append(from, s.from...), nil
}

// stackOperands checks the number of rows, and gives the values of a column one type.
func stackOperands(r *Request) error {
	text := r.Text()
	v, ok, err := r.constant(0)
	if err != nil {
		return err
	}
	if !ok {
		return notFoldable(text, "n", types.Int, r.Args[0])
	}
	t := r.Args[0].Type()
	if !t.Integral() {
		return unexpectedInput(text, 0, quoted("INT"), r.Args[0])
	}
	if v == nil || wholeValue(v) <= 0 {
		shown := "NULL"
		if v != nil {
			shown = strconv.FormatInt(wholeValue(v), 10)
		}
		return outOfRange(text, "`n`", "(0, 2147483647]", shown)
	}
	n := int(wholeValue(v))
	r.Args[0] = IntLit(int32(n))
	width := (len(r.Args) - 2 + n) / n
	for c := range width {
		var at []int
		var es []Expr
		for i := 1 + c; i < len(r.Args); i += width {
			at, es = append(at, i), append(es, r.Args[i])
		}
		t := commonOf(es, types.Widen)
		if t == nil || len(es) > 1 && mixesText(es) {
			a, b := es[0], es[len(es)-1]
			for _, e := range es {
				if !e.Type().Same(a.Type()) {
					b = e
					break
				}
			}
			left, right := strconv.Itoa(at[0]), strconv.Itoa(at[len(at)-1])
			return mismatch("STACK_COLUMN_DIFF_TYPES", text, "The data type of the column ("+strconv.Itoa(c)+") do not have the same type: "+
				quotedType(a.Type())+" ("+left+") <> "+quotedType(b.Type())+" ("+right+").", "columnIndex", strconv.Itoa(c),
				"leftParamIndex", left, "leftType", quotedType(a.Type()), "rightParamIndex", right, "rightType", quotedType(b.Type()))
		}
		for _, i := range at {
			r.Args[i] = Implicit(r.Args[i], t)
		}
	}
	return nil
}

// mixesText says whether some of the expressions are texts and others are not: stack does not read numbers from texts.
func mixesText(es []Expr) bool {
	text, other := false, false
	for _, e := range es {
		switch t := e.Type(); {
		case t.Text():
			text = true
		case t.Kind != types.VoidKind:
			other = true
		}
	}
	return text && other
}

var stackGen = &GenImpl{
	Fields: func(args []Expr) []types.Field {
		n := int(args[0].(*Lit).Value.(int32))
		width := (len(args) - 2 + n) / n
		fs := make([]types.Field, width)
		for i := range fs {
			t := types.Void
			if 1+i < len(args) {
				t = args[1+i].Type()
			}
			fs[i] = types.Field{Name: "col" + strconv.Itoa(i), Type: t, Nullable: true}
		}
		return fs
	},
	New: func(g *Generate) Generator {
		return stacker{rows: int(g.Args[0].(*Lit).Value.(int32)), width: len(g.Fields)}
	},
}

type stacker struct{ rows, width int }

func (s stacker) Generate(_ *Context, n int, rows []int32, args []batch.Vector, out []batch.Vector, from []int32) ([]int32, error) {
	var one [1]int32
	err := each(n, rows, func(i int) error {
		one[0] = int32(i)
		for r := range s.rows {
			for c := range s.width {
				if k := 1 + r*s.width + c; k < len(args) {
					out[c].Append(args[k], one[:])
				} else {
					out[c].AppendNull()
				}
			}
			from = append(from, int32(i))
		}
		return nil
	})
	return from, err
}
