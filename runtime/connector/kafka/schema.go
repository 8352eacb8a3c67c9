package kafka

import (
	"gospark/runtime/batch"
	"gospark/runtime/types"
)

// headersType is that of the column headers: Kafka's headers may repeat a key, so that they are a list and no map.
var headersType = types.ArrayOf(types.StructOf(
	types.Field{Name: "key", Type: types.String, Nullable: true},
	types.Field{Name: "value", Type: types.Binary, Nullable: true},
), true)

// Schema is the columns that a DataFrame over topics has.
func Schema(headers bool) *types.Type {
	fields := []types.Field{
		{Name: "key", Type: types.Binary, Nullable: true},
		{Name: "value", Type: types.Binary, Nullable: true},
		{Name: "topic", Type: types.String, Nullable: true},
		{Name: "partition", Type: types.Int, Nullable: true},
		{Name: "offset", Type: types.Long, Nullable: true},
		{Name: "timestamp", Type: types.Timestamp, Nullable: true},
		{Name: "timestampType", Type: types.Int, Nullable: true},
	}
	if headers {
		fields = append(fields, types.Field{Name: "headers", Type: headersType, Nullable: true})
	}
	return types.StructOf(fields...)
}

// headerColumn is headers as a DataFrame holds them: a list of structs, whose parts are columns.
type headerColumn struct {
	keys, values batch.Vec[string]
	structs      batch.Struct
	list         batch.List
}

// fill takes the lists of the rows.
func (c *headerColumn) fill(rows [][]Header, valid []bool, nulls int) batch.Vector {
	c.keys.V, c.values.V, c.values.Valid = c.keys.V[:0], c.values.V[:0], nil
	c.list.Offsets = append(c.list.Offsets[:0], 0)
	for _, headers := range rows {
		for _, h := range headers {
			c.keys.V = append(c.keys.V, h.Key)
			if h.Value == nil {
				c.values.AppendNull()
				continue
			}
			c.values.V = append(c.values.V, view(h.Value, 0, len(h.Value)))
			if c.values.Valid != nil {
				c.values.Valid = append(c.values.Valid, true)
			}
		}
		c.list.Offsets = append(c.list.Offsets, int32(len(c.keys.V)))
	}
	c.structs.Fields, c.structs.N = []batch.Vector{&c.keys, &c.values}, len(c.keys.V)
	c.list.Items, c.list.Valid = &c.structs, nil
	if nulls > 0 {
		c.list.Valid = valid
	}
	return &c.list
}
