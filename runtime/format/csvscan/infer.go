package csvscan

import (
	"strings"

	"gospark/runtime/types"
)

// Infer is the type of a record: fields _c0, _c1 and so on, null where a field is empty.
func (o *Options) Infer(text string) *types.Type {
	t := types.StructOf()
	for i, f := range o.Split(text, nil) {
		t.Fields = append(t.Fields, types.Field{Name: "_c" + itoa(i), Type: o.InferField(f), Nullable: true})
	}
	return t
}

// InferField is the type of one field, void if it is null.
func (o *Options) InferField(f Field) *types.Type {
	s := f.Text
	if f.Null || s == o.NullValue {
		return types.Void
	}
	if v, ok := whole(s); ok {
		if _, fits := types.Int64ToInt32(v); fits {
			return types.Int
		}
		return types.Long
	}
	if n, ok := types.ParseDecimal(s); ok && !strings.ContainsAny(s, ".eE") {
		if t, ok := n.Type(); ok {
			return t
		}
	}
	if _, ok := o.word(s); ok {
		return types.Double
	}
	if _, ok := types.StringToFloat64(s); ok {
		return types.Double
	}
	zone := o.Zone
	for _, kind := range []struct {
		t      *types.Type
		format string
		parse  func(p *types.Pattern) error
		plain  func() bool
	}{
		{types.Date, o.DateFormat, func(p *types.Pattern) error { _, err := p.ParseDate(s); return err },
			func() bool { _, ok := types.StringToDate(s); return ok && !strings.ContainsAny(s, " T:") }},
		{types.Timestamp, o.TimestampFormat, func(p *types.Pattern) error { _, err := p.Parse(s, zone); return err },
			func() bool { _, ok := types.StringToTimestamp(s, zone, o.Now); return ok }},
	} {
		if kind.format == "" {
			if kind.plain() {
				return kind.t
			}
			continue
		}
		if p, err := types.ParsePattern(kind.format); err == nil && kind.parse(p) == nil {
			return kind.t
		}
	}
	if strings.EqualFold(s, "true") || strings.EqualFold(s, "false") {
		return types.Boolean
	}
	return types.String
}

func itoa(i int) string {
	return string(types.AppendText(nil, int64(i), types.Long, types.CastText, nil))
}
