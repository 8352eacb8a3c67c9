package kafka

import (
	"strings"

	"gospark/runtime/batch"
	"gospark/runtime/condition"
	"gospark/runtime/types"
)

// sinkColumns are the positions of the columns that make a record; -1: not there.
type sinkColumns struct {
	key, value, topic, partition, headers int
}

// sinkColumnTypes are the types that each may have, as Spark lists them.
var sinkColumnTypes = []struct {
	name  string
	types []*types.Type
	at    func(*sinkColumns) *int
}{
	{"topic", []*types.Type{types.String}, func(c *sinkColumns) *int { return &c.topic }},
	{"key", []*types.Type{types.String, types.Binary}, func(c *sinkColumns) *int { return &c.key }},
	{"value", []*types.Type{types.String, types.Binary}, func(c *sinkColumns) *int { return &c.value }},
	{"headers", []*types.Type{headersType}, func(c *sinkColumns) *int { return &c.headers }},
	{"partition", []*types.Type{types.Int}, func(c *sinkColumns) *int { return &c.partition }},
}

// rejected is what Spark says of rows that make no records.
func rejected(format string, args ...any) *condition.Error {
	return condition.New("_LEGACY_ERROR_TEMP_3080", "", format, args...)
}

// columnsOf finds the columns of a record in a schema. Columns of other names are not written, as in Spark.
func columnsOf(schema *types.Type, topic string) (sinkColumns, error) {
	var c sinkColumns
	for _, want := range sinkColumnTypes {
		at := want.at(&c)
		*at = -1
		if want.name == "topic" && topic != "" {
			continue
		}
		for i, f := range schema.Fields {
			if f.Name == want.name {
				*at = i
				break
			}
		}
		switch {
		case *at < 0 && want.name == "topic":
			return c, rejected("topic option required when no 'topic' attribute is present. Use the topic option for setting a topic.").
				WithFix(`type .Option("topic", "…")`)
		case *at < 0 && want.name == "value":
			return c, rejected("Required attribute 'value' not found").
				WithFix(`name a column value, such as .SelectExpr("to_json(struct(*)) AS value")`)
		case *at >= 0 && !anyType(schema.Fields[*at].Type, want.types):
			names := make([]string, len(want.types))
			for i, t := range want.types {
				names[i] = t.String()
			}
			return c, rejected("%s attribute unsupported type %s. %s must be a(n) %s", want.name, schema.Fields[*at].Type, want.name, strings.Join(names, " or "))
		}
	}
	return c, nil
}

func anyType(t *types.Type, wanted []*types.Type) bool {
	for _, w := range wanted {
		if sameType(t, w) {
			return true
		}
	}
	return false
}

// sameType is equality whatever may be null.
func sameType(a, b *types.Type) bool {
	if a.Kind != b.Kind || len(a.Fields) != len(b.Fields) || (a.Elem == nil) != (b.Elem == nil) {
		return false
	}
	if a.Elem != nil && !sameType(a.Elem, b.Elem) {
		return false
	}
	for i := range a.Fields {
		if a.Fields[i].Name != b.Fields[i].Name || !sameType(a.Fields[i].Type, b.Fields[i].Type) {
			return false
		}
	}
	return true
}

// A headerReader takes the headers of a row out of a column, whatever form it has.
type headerReader struct {
	keys, values batch.Vector
	list         *batch.List
	out          []Header
}

func (h *headerReader) of(v batch.Vector) {
	h.list = v.(*batch.List)
	s := h.list.Items.(*batch.Struct)
	h.keys, h.values = s.Fields[0], s.Fields[1]
}

// row is valid until the next.
func (h *headerReader) row(i int) ([]Header, error) {
	h.out = h.out[:0]
	if h.list.Null(i) {
		return nil, nil
	}
	lo, hi := h.list.Span(i)
	for k := lo; k < hi; k++ {
		if h.list.Items.Null(k) || h.keys.Null(k) {
			return nil, condition.New("", "", "kafka: a header without a key cannot be written")
		}
		header := Header{Key: h.keys.(*batch.Vec[string]).V[k]}
		if !h.values.Null(k) {
			header.Value = bytesOf(h.values.(*batch.Vec[string]).V[k])
		}
		h.out = append(h.out, header)
	}
	return h.out, nil
}
