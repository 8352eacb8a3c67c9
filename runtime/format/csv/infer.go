package csv

import (
	"context"
	"math/rand/v2"
	"strconv"
	"strings"

	"gospark/runtime/condition"
	"gospark/runtime/format"
	"gospark/runtime/format/csvscan"
	"gospark/runtime/types"
)

// Infer takes the names of columns from the first record of the first file, and their types from all records.
func (Format) Infer(ctx context.Context, files []format.File, e *format.Env) (*types.Type, error) {
	s, err := read(e)
	if err != nil {
		return nil, err
	}
	first, ok, err := s.first(ctx, files)
	if err != nil || len(files) == 0 {
		return nil, err
	}
	if !ok {
		return types.StructOf(), nil
	}
	names := s.names(first, e.Exact)
	found := make([]*types.Type, len(names))
	if s.infer {
		if found, err = s.types(ctx, files, e, len(names), first); err != nil {
			return nil, err
		}
	}
	t := types.StructOf()
	for i, n := range names {
		f := types.Field{Name: n, Type: types.String, Nullable: true}
		if found[i] != nil && found[i].Kind != types.VoidKind {
			f.Type = found[i]
		}
		t.Fields = append(t.Fields, f)
	}
	return t, nil
}

// first is the fields of the first record there is, of the header if there is one.
func (s *settings) first(ctx context.Context, files []format.File) ([]csvscan.Field, bool, error) {
	for _, f := range files {
		in, err := s.open(ctx, format.Whole(f))
		if err != nil {
			return nil, false, err
		}
		in.header = false
		texts, err := in.next(nil)
		in.in.Close()
		if len(texts) > 0 {
			return s.scan.Split(texts[0], nil), true, nil
		}
		if err != nil && err.Error() != "EOF" {
			return nil, false, err
		}
	}
	return nil, false, nil
}

// names are the names of the columns: those of the header, made different, or _c0 and so on.
func (s *settings) names(first []csvscan.Field, exact bool) []string {
	fold := func(n string) string {
		if exact {
			return n
		}
		return strings.ToLower(n)
	}
	count := map[string]int{}
	for _, f := range first {
		count[fold(f.Text)]++
	}
	names := make([]string, len(first))
	for i, f := range first {
		switch {
		case !s.header, f.Null, f.Text == "", f.Text == s.scan.NullValue:
			names[i] = "_c" + strconv.Itoa(i)
		case count[fold(f.Text)] > 1:
			names[i] = f.Text + strconv.Itoa(i)
		default:
			names[i] = f.Text
		}
	}
	return names
}

// types are the types of columns in all records.
func (s *settings) types(ctx context.Context, files []format.File, e *format.Env, n int, header []csvscan.Field) ([]*types.Type, error) {
	found, err := format.InRanges(ctx, files, e, s.records.Splittable, func(ctx context.Context, r format.Range) ([]*types.Type, error) {
		in, err := s.open(ctx, r)
		if err != nil {
			return nil, err
		}
		defer in.in.Close()
		pick := rand.New(rand.NewPCG(1, uint64(r.Start)))
		sum := make([]*types.Type, n)
		var fields []csvscan.Field
		return sum, in.all(func(record string) error {
			if s.ratio < 1 && pick.Float64() >= s.ratio {
				return nil
			}
			fields = s.scan.Split(record, fields[:0])
			for i := range min(n, len(fields)) {
				if sum[i] == nil || sum[i].Kind != types.StringKind {
					sum[i] = merge(sum[i], s.scan.InferField(fields[i]))
				}
			}
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	sum := make([]*types.Type, n)
	for _, part := range found {
		for i, t := range part {
			sum[i] = merge(sum[i], t)
		}
	}
	return sum, nil
}

// merge is the type of fields of both types.
func merge(a, b *types.Type) *types.Type {
	switch {
	case a == nil || a.Kind == types.VoidKind:
		return b
	case b == nil || b.Kind == types.VoidKind:
		return a
	}
	if t := types.TightestCommon(a, b); t != nil {
		return t
	}
	if a.Numeric() && b.Numeric() {
		x, y := types.DecimalFor(a), types.DecimalFor(b)
		if x != nil && y != nil && !a.Fractional() && !b.Fractional() {
			scale := max(x.Scale, y.Scale)
			if whole := max(x.Precision-x.Scale, y.Precision-y.Scale); whole+scale <= types.MaxPrecision {
				return types.DecimalOf(whole+scale, scale)
			}
		}
		return types.Double
	}
	return types.String
}

// checkHeader compares the names of a file's header with the schema's: with enforceSchema nobody asks.
func (r *reader) checkHeader() error {
	if r.in.enforce {
		return nil
	}
	fields := r.in.scan.Split(r.in.names, nil)
	for i, f := range r.schema.Fields {
		if i < len(fields) && (fields[i].Text == f.Name || !r.exact && strings.EqualFold(fields[i].Text, f.Name)) {
			continue
		}
		have := "nothing"
		if i < len(fields) {
			have = fields[i].Text
		}
		return condition.New("", "", "CSV header does not conform to the schema.\n Expected: %s but found: %s\nCSV file: %s", f.Name, have, r.uri)
	}
	if len(fields) != len(r.schema.Fields) {
		return condition.New("", "", "Number of column in CSV header is not equal to number of fields in the schema:\n Header length: %d, schema size: %d\nCSV file: %s", len(fields), len(r.schema.Fields), r.uri)
	}
	return nil
}
