package format

import (
	"context"
	"sync"

	"gospark/runtime/condition"
	"gospark/runtime/types"
)

// inferRange is how much of a file one look at its types takes.
const inferRange = 16 << 20

// InRanges calls f for ranges that make up files, as many at once as tasks run, and returns what it says in order. The
// first error ends it.
func InRanges[T any](ctx context.Context, files []File, e *Env, splittable func(File) bool, f func(context.Context, Range) (T, error)) ([]T, error) {
	var ranges []Range
	for _, file := range files {
		if !splittable(file) {
			ranges = append(ranges, Whole(file))
			continue
		}
		for at := int64(0); at < file.Size; at += inferRange {
			ranges = append(ranges, Range{File: file, Start: at, End: min(at+inferRange, file.Size)})
		}
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	out := make([]T, len(ranges))
	var mu sync.Mutex
	next := 0
	take := func() int {
		mu.Lock()
		defer mu.Unlock()
		next++
		return next - 1
	}
	var wg sync.WaitGroup
	for range min(max(e.Parallelism, 1), len(ranges)) {
		wg.Go(func() {
			for i := take(); i < len(ranges) && ctx.Err() == nil; i = take() {
				v, err := f(ctx, ranges[i])
				if err != nil {
					cancel(err)
					return
				}
				out[i] = v
			}
		})
	}
	wg.Wait()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return out, nil
}

// CheckTypes refuses columns of types that a format does not have.
func CheckTypes(format string, schema *types.Type, has func(*types.Type) bool) error {
	for _, f := range schema.Fields {
		if !has(f.Type) {
			return condition.New("UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE", "0A000", "The %s datasource doesn't support the column %s of the type %s.", format, types.Quote(f.Name), `"`+f.Type.SQL()+`"`).
				WithParam("format", format).WithParam("columnName", types.Quote(f.Name)).WithParam("columnType", `"`+f.Type.SQL()+`"`)
		}
	}
	return nil
}
