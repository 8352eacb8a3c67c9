package analysis

import (
	"gospark/runtime/expr"
	"gospark/runtime/logical"
	"gospark/runtime/types"
)

// extract takes a part of a value: a field of a struct, or of each struct of an array, an element of an array, the value
// of a map.
func (n *names) extract(e, key expr.Expr, o *logical.Origin) expr.Expr {
	x, err := expr.Extract(e, key, expr.Options{Legacy: n.Legacy, Origin: contextOf(o), Context: n.Context})
	if err != nil {
		raise(o, err)
	}
	return x
}

// updateField sets or drops a field of a struct.
func (n *names) updateField(l *logical.UpdateFields) expr.Expr {
	e := plain(n.resolve(l.Struct))
	if e.Type().Kind != types.StructKind {
		fail(l.Origin, "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE", "sqlExpr", sqlText(e), "paramIndex", "first",
			"requiredType", `"STRUCT"`, "inputSql", sqlText(e), "inputType", typeText(e.Type()))
	}
	var value expr.Expr
	if l.Value != nil {
		value = plain(n.resolve(l.Value))
	}
	return n.update(e, splitName(l.Field), value, l.Origin)
}

// update rebuilds a struct with another value for a field, which may be one of a struct in it; nil drops the field.
func (n *names) update(e expr.Expr, path []string, value expr.Expr, o *logical.Origin) expr.Expr {
	var args []expr.Expr
	found := false
	for _, f := range e.Type().Fields {
		field := n.extract(e, expr.StringLit(f.Name), o)
		if n.same(f.Name, path[0]) {
			found = true
			switch {
			case len(path) > 1:
				field = n.update(field, path[1:], value, o)
			case value == nil:
				continue
			default:
				field = value
			}
		}
		args = append(args, expr.StringLit(f.Name), field)
	}
	if !found {
		if len(path) > 1 || value == nil && len(path) > 1 {
			fail(o, "FIELD_NOT_FOUND", "fieldName", types.Quote(path[0]), "fields",
				joined(e.Type().Fields, func(f types.Field) string { return types.Quote(f.Name) }))
		}
		if value != nil {
			args = append(args, expr.StringLit(path[0]), value)
		}
	}
	made := n.builtin("named_struct", args, expr.Options{Legacy: n.Legacy}, o)
	if !e.Nullable() {
		return made
	}
	null := n.builtin("isnull", []expr.Expr{e}, expr.Options{}, o)
	return n.builtin("if", []expr.Expr{null, expr.NullOf(made.Type()), made}, expr.Options{}, o)
}

// splitName cuts a name at the points outside of backquotes.
func splitName(name string) []string {
	var parts []string
	var part []rune
	quoted := false
	for _, c := range name {
		switch {
		case c == '`':
			quoted = !quoted
		case c == '.' && !quoted:
			parts = append(parts, string(part))
			part = nil
		default:
			part = append(part, c)
		}
	}
	return append(parts, string(part))
}
