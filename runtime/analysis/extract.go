package analysis

import (
	"strings"

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

// updateField sets or drops a field of a struct. Updates of updates are one, as Spark shows them.
func (n *names) updateField(l *logical.UpdateFields) expr.Expr {
	var value expr.Expr
	if l.Value != nil {
		value = plain(n.resolve(l.Value))
	}
	return n.update(plain(n.resolve(l.Struct)), splitName(l.Field), value, l.Origin)
}

// updatedName is what a struct with other fields is called.
const updatedName = "update_fields("

// update is a struct with another value for a field, which may be one of a struct in it; nil drops the field.
func (n *names) update(e expr.Expr, path []string, value expr.Expr, o *logical.Origin) expr.Expr {
	change := "dropfield()"
	if len(path) > 1 && e.Type().Kind == types.StructKind {
		value = n.update(n.extract(e, expr.StringLit(path[0]), o), path[1:], value, o)
	}
	if value != nil {
		change = "WithField(" + value.String() + ")"
	}
	text := updatedName + e.String() + ", " + change + ")"
	if s, ok := e.(*expr.Shown); ok && strings.HasPrefix(s.Text, updatedName) {
		text = strings.TrimSuffix(s.Text, ")") + ", " + change + ")"
	}
	if e.Type().Kind != types.StructKind {
		fail(o, "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE", "sqlExpr", `"`+text+`"`, "paramIndex", "first",
			"requiredType", `"STRUCT"`, "inputSql", sqlText(e), "inputType", typeText(e.Type()))
	}
	made := n.rebuilt(e, path[0], value, text, o)
	if e.Nullable() {
		null := n.builtin("isnull", []expr.Expr{e}, expr.Options{}, o)
		made = n.builtin("if", []expr.Expr{null, expr.NullOf(made.Type()), made}, expr.Options{}, o)
	}
	return &expr.Shown{Text: text, Child: made}
}

// rebuilt is a struct of the fields of another, of which one has another value or is left out; a field that is not there
// comes last.
func (n *names) rebuilt(e expr.Expr, name string, value expr.Expr, text string, o *logical.Origin) expr.Expr {
	var args []expr.Expr
	found := false
	for i, f := range e.Type().Fields {
		switch {
		case !n.same(f.Name, name):
			field, err := expr.FieldAt(e, i, expr.Options{Legacy: n.Legacy, Origin: contextOf(o), Context: n.Context})
			if err != nil {
				raise(o, err)
			}
			args = append(args, expr.StringLit(f.Name), field)
		case value != nil:
			found = true
			args = append(args, expr.StringLit(name), value)
		}
	}
	if !found && value != nil {
		args = append(args, expr.StringLit(name), value)
	}
	if len(args) == 0 {
		fail(o, "DATATYPE_MISMATCH.CANNOT_DROP_ALL_FIELDS", "sqlExpr", `"`+text+`"`)
	}
	return n.builtin("named_struct", args, expr.Options{Legacy: n.Legacy}, o)
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
