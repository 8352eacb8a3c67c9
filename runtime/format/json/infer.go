package json

import (
	"context"
	"io"
	"math/rand/v2"

	"gospark/runtime/condition"
	"gospark/runtime/format"
	"gospark/runtime/format/jsonscan"
	"gospark/runtime/types"
)

// inference is how types are found.
type inference struct {
	scan       jsonscan.Options
	decimals   bool // numbers with a fraction are decimals
	timestamps bool // texts that look like timestamps are
	dropNull   bool // fields that are always null or empty are left out
	ratio      float64
}

// Infer reads all records, or a sample of them, and merges their types.
func (Format) Infer(ctx context.Context, files []format.File, e *format.Env) (*types.Type, error) {
	s, err := read(e)
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, nil
	}
	found, err := format.InRanges(ctx, files, e, s.records.Splittable, func(ctx context.Context, r format.Range) (*types.Type, error) {
		return s.rangeType(ctx, r)
	})
	if err != nil {
		return nil, err
	}
	t := types.StructOf()
	for _, f := range found {
		if f != nil {
			t = jsonscan.Merge(t, f)
		}
	}
	return s.canonical(t), nil
}

// rangeType is the type of the records of a range, nil if there are none.
func (s *settings) rangeType(ctx context.Context, r format.Range) (*types.Type, error) {
	in, err := s.records.Open(ctx, r)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	pick := rand.New(rand.NewPCG(1, uint64(r.Start)))
	sum := jsonscan.NewInference(jsonscan.InferOptions{Options: s.scan, Decimals: s.infer.decimals, Timestamps: s.infer.timestamps})
	var texts []string
	for {
		texts, err = in.Next(texts[:0], 1024)
		if err == io.EOF {
			return sum.Type(), nil
		}
		if err != nil {
			return nil, err
		}
		for _, t := range texts {
			if s.infer.ratio < 1 && pick.Float64() >= s.infer.ratio || jsonscan.Blank(t) {
				continue
			}
			if ok := sum.Add(t); ok {
				continue
			}
			switch s.scan.Mode {
			case jsonscan.Permissive:
				sum.AddField(s.scan.CorruptRecord, types.String)
			case jsonscan.FailFast:
				return nil, condition.New("_LEGACY_ERROR_TEMP_2166", "", "Malformed records are detected in schema inference. Parse Mode: FAILFAST. Reasons: Failed to infer a common schema. Struct types are expected, but %q was found.", t)
			}
		}
	}
}

// canonical is the type without what was always null.
func (s *settings) canonical(t *types.Type) *types.Type {
	if s.infer.dropNull {
		t = withoutNulls(t)
	}
	if c := jsonscan.Canonical(t); c != nil {
		return c
	}
	return types.StructOf()
}

func withoutNulls(t *types.Type) *types.Type {
	switch t.Kind {
	case types.StructKind:
		out := types.StructOf()
		for _, f := range t.Fields {
			if f.Type = withoutNulls(f.Type); f.Type.Kind != types.VoidKind {
				out.Fields = append(out.Fields, f)
			}
		}
		if len(out.Fields) == 0 {
			return types.Void
		}
		return out
	case types.ArrayKind:
		if e := withoutNulls(t.Elem); e.Kind != types.VoidKind {
			return types.ArrayOf(e, true)
		}
		return types.Void
	}
	return t
}
