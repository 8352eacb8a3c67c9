package session

import (
	"gospark/runtime/logical"
	"gospark/runtime/types"
)

// A WindowSpec says over which rows a window function is computed.
type WindowSpec struct {
	partition []logical.Expression
	order     []*logical.SortOrder
	frame     *logical.Frame
}

// Ends of a window's frame.
const (
	UnboundedPreceding int64 = -1 << 63
	UnboundedFollowing int64 = 1<<63 - 1
	CurrentRow         int64 = 0
)

// PartitionBy starts a window specification: rows with equal values belong together.
func PartitionBy(cols ...any) *WindowSpec { return (&WindowSpec{}).PartitionBy(cols...) }

// OrderBy starts a window specification over all rows, in an order.
func OrderBy(cols ...any) *WindowSpec { return (&WindowSpec{}).OrderBy(cols...) }

// PartitionBy replaces the columns by which rows belong together.
func (w *WindowSpec) PartitionBy(cols ...any) *WindowSpec {
	return &WindowSpec{partition: names(cols), order: w.order, frame: w.frame}
}

// OrderBy replaces the order.
func (w *WindowSpec) OrderBy(cols ...any) *WindowSpec {
	return &WindowSpec{partition: w.partition, order: sortOrders(cols), frame: w.frame}
}

// RowsBetween bounds the frame by numbers of rows before (negative) and after the current one.
func (w *WindowSpec) RowsBetween(start, end int64) *WindowSpec { return w.between(true, start, end) }

// RangeBetween bounds the frame by distances of the order's value.
func (w *WindowSpec) RangeBetween(start, end int64) *WindowSpec { return w.between(false, start, end) }

func (w *WindowSpec) between(rows bool, start, end int64) *WindowSpec {
	bound := func(n int64) logical.Bound {
		switch n {
		case UnboundedPreceding, UnboundedFollowing:
			return logical.Bound{Unbounded: true}
		case CurrentRow:
			return logical.Bound{CurrentRow: true}
		}
		var v any = n
		t := types.Long
		if int64(int32(n)) == n {
			v, t = int32(n), types.Int
		}
		return logical.Bound{Value: &logical.Literal{Value: v, Type: t}}
	}
	return &WindowSpec{partition: w.partition, order: w.order, frame: &logical.Frame{Rows: rows, Lower: bound(start), Upper: bound(end)}}
}
