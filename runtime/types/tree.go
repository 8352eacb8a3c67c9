package types

import (
	"fmt"
	"strconv"
	"strings"
)

var treeNames = map[Kind]string{ByteKind: "byte", ShortKind: "short", IntKind: "integer", LongKind: "long"}

// treeName is a type's name in PrintSchema and in JSON.
func (t *Type) treeName() string {
	if n, ok := treeNames[t.Kind]; ok {
		return n
	}
	if t.Nested() {
		return simpleNames[t.Kind]
	}
	return t.String()
}

// Tree is the text of PrintSchema for a schema.
func (t *Type) Tree() string {
	var b strings.Builder
	b.WriteString("root\n")
	writeFields(&b, t.Fields, " |")
	return b.String()
}

func writeFields(b *strings.Builder, fields []Field, indent string) {
	for _, f := range fields {
		fmt.Fprintf(b, "%s-- %s: %s (nullable = %v)\n", indent, escapeName(f.Name), f.Type.treeName(), f.Nullable)
		writeParts(b, f.Type, indent+"    |")
	}
}

func writeParts(b *strings.Builder, t *Type, indent string) {
	switch t.Kind {
	case ArrayKind:
		fmt.Fprintf(b, "%s-- element: %s (containsNull = %v)\n", indent, t.Elem.treeName(), t.Nullable)
		writeParts(b, t.Elem, indent+"    |")
	case MapKind:
		fmt.Fprintf(b, "%s-- key: %s\n", indent, t.Key.treeName())
		writeParts(b, t.Key, indent+"    |")
		fmt.Fprintf(b, "%s-- value: %s (valueContainsNull = %v)\n", indent, t.Elem.treeName(), t.Nullable)
		writeParts(b, t.Elem, indent+"    |")
	case StructKind:
		writeFields(b, t.Fields, indent)
	}
}

// escapeName keeps a name on one line.
func escapeName(s string) string {
	q := strconv.Quote(s)
	if q[1:len(q)-1] == s || !strings.ContainsAny(s, "\n\r\t\f\b\v\a") {
		return s
	}
	return strings.NewReplacer("\n", `\n`, "\r", `\r`, "\t", `\t`, "\f", `\f`, "\b", `\b`, "\v", `\u000B`, "\a", `\u0007`).Replace(s)
}
