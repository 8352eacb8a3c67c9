package query

import (
	"bytes"
	"encoding/json"
	"maps"
	"math"
	"time"

	"gospark/runtime/resolved"
	"gospark/runtime/types"
)

// An observation is what df.Observe computes of the rows that pass: the names and types of its values.
type observation []types.Field

// observations are those of a relation, by name.
func observations(r resolved.Relation) map[string]observation {
	all := map[string]observation{}
	resolved.Walk(r, func(r resolved.Relation) {
		if c, ok := r.(*resolved.CollectMetrics); ok {
			var o observation
			for _, m := range c.Metrics {
				a := resolved.Named(m)
				o = append(o, types.Field{Name: a.Name, Type: a.Typ})
			}
			all[c.Name] = o
		}
	})
	return all
}

// observe takes the values of an observation when its rows have passed.
func (q *Query) observe(name string, values []any) {
	r := &q.reports
	text := rowJSON(values, r.metrics[name], q.cfg.Zone)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.seen == nil {
		r.seen = map[string]json.RawMessage{}
	}
	r.seen[name] = text
}

// observed is what the batch observed.
func (r *reporter) observed() map[string]json.RawMessage {
	r.mu.Lock()
	defer r.mu.Unlock()
	m := maps.Clone(r.seen)
	clear(r.seen)
	return m
}

func rowJSON(values []any, fields []types.Field, zone *time.Location) json.RawMessage {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, f := range fields {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(textJSON(f.Name))
		b.WriteByte(':')
		b.Write(valueJSON(values[i], f.Type, zone))
	}
	b.WriteByte('}')
	return b.Bytes()
}

// valueJSON is a number, truth value or array as such, a struct as an object, and anything else as its text.
func valueJSON(v any, t *types.Type, zone *time.Location) []byte {
	switch x := v.(type) {
	case nil:
		return []byte("null")
	case bool, int8, int16, int32, int64:
		if t.Kind <= types.LongKind {
			b, _ := json.Marshal(x) // cannot fail
			return b
		}
	case float64:
		if !math.IsNaN(x) && !math.IsInf(x, 0) {
			return []byte(types.Text(v, t, types.CastText, zone))
		}
	case float32:
		if y := float64(x); !math.IsNaN(y) && !math.IsInf(y, 0) {
			return []byte(types.Text(v, t, types.CastText, zone))
		}
	case types.Row:
		return rowJSON(x, t.Fields, zone)
	case []any:
		b := []byte{'['}
		for i, e := range x {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(b, valueJSON(e, t.Elem, zone)...)
		}
		return append(b, ']')
	}
	return textJSON(types.Text(v, t, types.CastText, zone))
}

func textJSON(s string) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		return []byte(`""`) // a string always can be written
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
