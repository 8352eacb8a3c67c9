package types

import "strings"

// ToDDL is a schema as ParseDDL reads it: a INT,b ARRAY<STRING> NOT NULL COMMENT 'x'. For another type it is SQL.
func (t *Type) ToDDL() string {
	if t.Kind != StructKind {
		return t.SQL()
	}
	var b strings.Builder
	for i, f := range t.Fields {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(quoteIfNeeded(f.Name))
		b.WriteByte(' ')
		f.Type.write(&b, true)
		f.writeAttributes(&b)
	}
	return b.String()
}

func quoteIfNeeded(name string) string {
	if NeedsQuotes(name) {
		return Quote(name)
	}
	return name
}

func (f *Field) writeAttributes(b *strings.Builder) {
	if !f.Nullable {
		b.WriteString(" NOT NULL")
	}
	if f.Comment != "" {
		b.WriteString(" COMMENT " + QuoteString(f.Comment))
	}
}

var stringEscapes = strings.NewReplacer(`\`, `\\`, `'`, `\'`)

// QuoteString is a string as a SQL literal.
func QuoteString(s string) string { return "'" + stringEscapes.Replace(s) + "'" }
