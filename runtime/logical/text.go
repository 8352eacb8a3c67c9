package logical

import (
	"fmt"
	"reflect"
	"strings"

	"gospark/runtime/types"
)

// Tree is a relation as it was written, an operator a line, its inputs below it: the first part of EXPLAIN EXTENDED.
// What has yet to be found has a quote in front, as Spark writes it.
func Tree(r Relation) string {
	var b strings.Builder
	writeTree(&b, r, "", "")
	return b.String()
}

func writeTree(b *strings.Builder, r Relation, first, rest string) {
	if c, ok := r.(*Closed); ok {
		r = c.Input
	}
	b.WriteString(first + describe(r) + "\n")
	in := r.Inputs()
	for i, c := range in {
		if i < len(in)-1 {
			writeTree(b, c, rest+":- ", rest+":  ")
		} else {
			writeTree(b, c, rest+"+- ", rest+"   ")
		}
	}
}

var expressionType = reflect.TypeFor[Expression]()

// describe is the line of a relation: its kind, its expressions, and its other fields that are set.
func describe(r Relation) string {
	v := reflect.Indirect(reflect.ValueOf(r))
	parts := []string{v.Type().Name()}
	open := false
	for i := range v.NumField() {
		f := v.Field(i)
		if !v.Type().Field(i).IsExported() || v.Type().Field(i).Anonymous || f.IsZero() {
			continue
		}
		switch x := f.Interface().(type) {
		case Relation, []Relation, []*SubqueryAlias:
			continue
		case Expression:
			parts, open = append(parts, Text(x)), true
		case *types.Type:
			parts = append(parts, x.String())
		case string:
			parts = append(parts, x)
		case []string:
			parts = append(parts, "["+strings.Join(x, ".")+"]")
		case bool:
			parts = append(parts, v.Type().Field(i).Name)
		case int, int64, float64:
			parts = append(parts, fmt.Sprintf("%s=%v", v.Type().Field(i).Name, x))
		default:
			if f.Kind() == reflect.Slice && f.Type().Elem().Implements(expressionType) {
				parts, open = append(parts, "["+join(f)+"]"), true
			} else if f.Kind() == reflect.Slice && f.Type() == reflect.TypeFor[[][]any]() {
				parts = append(parts, fmt.Sprintf("%d rows", f.Len()))
			}
		}
	}
	if _, table := r.(*NamedTable); open || table {
		parts[0] = "'" + parts[0]
	}
	return strings.Join(parts, " ")
}

func join(list reflect.Value) string {
	ts := make([]string, list.Len())
	for i := range ts {
		ts[i] = Text(list.Index(i).Interface().(Expression))
	}
	return strings.Join(ts, ", ")
}

func texts[E Expression](es []E) string {
	ts := make([]string, len(es))
	for i, e := range es {
		ts[i] = Text(e)
	}
	return strings.Join(ts, ", ")
}

// Text is an expression as it was written, for people to read.
func Text(e Expression) string {
	switch e := e.(type) {
	case *Literal:
		return types.Text(e.Value, e.Type, types.CastText, nil)
	case *UnresolvedAttribute:
		return "'" + strings.Join(e.Parts, ".")
	case *UnresolvedStar:
		return strings.Join(append(append([]string(nil), e.Target...), "*"), ".")
	case *UnresolvedFunction:
		if len(e.Args) == 2 && (e.Name < "A" || e.Name == "and" || e.Name == "or" || e.Name == "^" || e.Name == "|") {
			return "(" + Text(e.Args[0]) + " " + e.Name + " " + Text(e.Args[1]) + ")"
		}
		distinct := ""
		if e.Distinct {
			distinct = "distinct "
		}
		return "'" + e.Name + "(" + distinct + texts(e.Args) + ")"
	case *ExpressionString:
		return e.Text
	case *Alias:
		return Text(e.Child) + " AS " + strings.Join(e.Names, ", ")
	case *Cast:
		return "cast(" + Text(e.Child) + " as " + e.Type.String() + ")"
	case *SortOrder:
		s := Text(e.Child) + " ASC"
		if e.Descending {
			s = Text(e.Child) + " DESC"
		}
		if e.NullsFirst {
			return s + " NULLS FIRST"
		}
		return s + " NULLS LAST"
	case *LambdaFunction:
		return "lambda (" + strings.Join(e.Args, ", ") + ") -> " + Text(e.Body)
	case *LambdaVariable:
		return e.Name
	case *Window:
		return Text(e.Func) + " windowspec(" + texts(e.Partition) + "; " + texts(e.Order) + ")"
	case *UnresolvedExtractValue:
		return Text(e.Child) + "[" + Text(e.Extraction) + "]"
	case *Parameter:
		if e.Name == "" {
			return "?"
		}
		return ":" + e.Name
	case *NamedArgument:
		return e.Name + " => " + Text(e.Value)
	case *GoFunction:
		return e.Name + "(" + texts(e.Args) + ")"
	}
	t := reflect.Indirect(reflect.ValueOf(e)).Type().Name()
	return t + "()"
}
