package incremental

import (
	"context"
	"io"
	"slices"

	"gospark/runtime/batch"
	"gospark/runtime/connector"
	"gospark/runtime/expr"
	"gospark/runtime/resolved"
)

// limits are how many rows at most are wanted of each split of a stream: those that a limit above it lets through. What is
// between the two neither adds rows nor takes any away, but for conditions that the source itself applies.
func limits(r resolved.Relation) map[*resolved.Scan]int64 {
	most := map[*resolved.Scan]int64{}
	resolved.Walk(r, func(r resolved.Relation) {
		l, ok := r.(*resolved.Limit)
		if !ok {
			return
		}
		for in := l.Input; ; {
			switch x := in.(type) {
			case *resolved.Project:
				in = x.Input
			case *resolved.Filter:
				scan, ok := x.Input.(*resolved.Scan)
				if !ok || !applies(scan, x.Condition) {
					return
				}
				in = scan
			case *resolved.Scan:
				if x.Streaming {
					most[x] = l.N
				}
				return
			default:
				return
			}
		}
	})
	return most
}

// applies says whether a scan lets only rows through that meet a condition.
func applies(r *resolved.Scan, condition expr.Expr) bool {
	s, ok := r.Source.(Selective)
	return ok && s.Selective() && !slices.ContainsFunc(resolved.Conjuncts(condition), func(c expr.Expr) bool {
		return !simple(c) || !slices.ContainsFunc(r.Filters, func(f expr.Expr) bool { return expr.Equal(f, c) })
	})
}

// limitedSplit ends after some rows.
type limitedSplit struct {
	connector.Split
	most int64
}

func (s *limitedSplit) Open(ctx context.Context) (connector.Reader, error) {
	r, err := s.Split.Open(ctx)
	if err != nil {
		return nil, err
	}
	return &limitedReader{Reader: r, left: s.most}, nil
}

type limitedReader struct {
	connector.Reader
	left int64
	out  batch.Batch
}

func (r *limitedReader) Next() (*batch.Batch, error) {
	if r.left <= 0 {
		return nil, io.EOF
	}
	b, err := r.Reader.Next()
	if err != nil {
		return nil, err
	}
	n := int64(b.Rows())
	if n <= r.left {
		r.left -= n
		return b, nil
	}
	r.out = b.Between(0, int(r.left), r.out.Sel)
	r.left = 0
	return &r.out, nil
}
