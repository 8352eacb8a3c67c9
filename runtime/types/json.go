package types

import (
	"bytes"
	"encoding/json"
	"strings"

	"gospark/runtime/condition"
)

// JSON is Spark's JSON of a type: a quoted name, or an object for array, map and struct.
func (t *Type) JSON() string {
	var b bytes.Buffer
	t.writeJSON(&b)
	return b.String()
}

// PrettyJSON is JSON over several lines.
func (t *Type) PrettyJSON() string {
	var b bytes.Buffer
	if err := json.Indent(&b, []byte(t.JSON()), "", "  "); err != nil {
		return t.JSON()
	}
	return b.String()
}

// MarshalJSON is JSON.
func (t *Type) MarshalJSON() ([]byte, error) { return []byte(t.JSON()), nil }

// UnmarshalJSON is ParseJSON.
func (t *Type) UnmarshalJSON(b []byte) error {
	u, err := ParseJSON(string(b))
	if err == nil {
		*t = *u
	}
	return err
}

func (t *Type) writeJSON(b *bytes.Buffer) {
	switch t.Kind {
	case ArrayKind:
		b.WriteString(`{"type":"array","elementType":`)
		t.Elem.writeJSON(b)
		b.WriteString(`,"containsNull":` + boolText(t.Nullable) + "}")
	case MapKind:
		b.WriteString(`{"type":"map","keyType":`)
		t.Key.writeJSON(b)
		b.WriteString(`,"valueType":`)
		t.Elem.writeJSON(b)
		b.WriteString(`,"valueContainsNull":` + boolText(t.Nullable) + "}")
	case StructKind:
		b.WriteString(`{"type":"struct","fields":[`)
		for i, f := range t.Fields {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(`{"name":`)
			writeJSONValue(b, f.Name)
			b.WriteString(`,"type":`)
			f.Type.writeJSON(b)
			b.WriteString(`,"nullable":` + boolText(f.Nullable) + `,"metadata":`)
			writeJSONValue(b, f.metadata())
			b.WriteByte('}')
		}
		b.WriteString("]}")
	default:
		writeJSONValue(b, t.treeName())
	}
}

func boolText(v bool) string {
	if v {
		return "true"
	}
	return "false"
}

// metadata is the metadata with the comment in it, where Spark keeps it.
func (f *Field) metadata() map[string]any {
	m := map[string]any{}
	for k, v := range f.Metadata {
		m[k] = v
	}
	if f.Comment != "" {
		m["comment"] = f.Comment
	}
	return m
}

func writeJSONValue(b *bytes.Buffer, v any) {
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		b.WriteString("null")
		return
	}
	b.Truncate(b.Len() - 1) // the encoder's line end
}

// jsonNames are the names in JSON that are not those of DDL.
var jsonNames = map[string]string{"null": "void", "calendarinterval": "interval"}

type jsonType struct {
	Type                            json.RawMessage
	ElementType, KeyType, ValueType json.RawMessage
	ContainsNull, ValueContainsNull bool
	Fields                          []struct {
		Name     string
		Type     json.RawMessage
		Nullable *bool
		Metadata map[string]any
	}
}

// ParseJSON reads Spark's JSON of a type.
func ParseJSON(s string) (*Type, error) { return parseJSON([]byte(s), 0) }

// maxDepth bounds nesting, so that a hostile text cannot exhaust the stack.
const maxDepth = 200

func parseJSON(s []byte, depth int) (*Type, error) {
	bad := func() (*Type, error) {
		return nil, condition.New("INVALID_JSON_DATA_TYPE", "2203G",
			"Failed to convert the JSON string '%s' to a data type. Please enter a valid data type.", s).
			WithParam("invalidType", string(s))
	}
	s = bytes.TrimSpace(s)
	if len(s) == 0 || depth > maxDepth {
		return bad()
	}
	if s[0] == '"' {
		var name string
		if json.Unmarshal(s, &name) != nil {
			return bad()
		}
		if n, ok := jsonNames[strings.ToLower(name)]; ok {
			name = n
		}
		t, err := ParseType(name)
		if err != nil || t.Nested() {
			return bad()
		}
		return t, nil
	}
	var j jsonType
	var kind string
	if json.Unmarshal(s, &j) != nil || json.Unmarshal(j.Type, &kind) != nil {
		return bad()
	}
	switch kind {
	case "array":
		elem, err := parseJSON(j.ElementType, depth+1)
		if err != nil {
			return nil, err
		}
		return ArrayOf(elem, j.ContainsNull), nil
	case "map":
		key, err := parseJSON(j.KeyType, depth+1)
		if err != nil {
			return nil, err
		}
		value, err := parseJSON(j.ValueType, depth+1)
		if err != nil {
			return nil, err
		}
		return MapOf(key, value, j.ValueContainsNull), nil
	case "struct":
		t := StructOf()
		for _, f := range j.Fields {
			ft, err := parseJSON(f.Type, depth+1)
			if err != nil {
				return nil, err
			}
			g := Field{Name: f.Name, Type: ft, Nullable: f.Nullable == nil || *f.Nullable}
			if c, ok := f.Metadata["comment"].(string); ok {
				g.Comment = c
				delete(f.Metadata, "comment")
			}
			if len(f.Metadata) > 0 {
				g.Metadata = f.Metadata
			}
			t.Fields = append(t.Fields, g)
		}
		return t, nil
	}
	return bad()
}
