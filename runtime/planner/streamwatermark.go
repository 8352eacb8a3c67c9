package planner

import (
	"gospark/runtime/plan"
	"gospark/runtime/resolved"
)

// inputWatermark is the watermark, in µs, of the rows that come into a relation when that of the query is mark: the
// smallest of its inputs'. Operators pass it on; a join's rows may be as old as what it remembers.
func inputWatermark(r resolved.Relation, mark int64) int64 {
	least, some := int64(plan.NoWatermark), false
	for _, in := range r.Inputs() {
		if m := outputWatermark(in, mark); m != plan.NoWatermark && (!some || m < least) {
			least, some = m, true
		}
	}
	return least
}

// outputWatermark is that of the rows a relation yields.
func outputWatermark(r resolved.Relation, mark int64) int64 {
	switch r := r.(type) {
	case *resolved.WithWatermark:
		return mark
	case *resolved.Join:
		in := inputWatermark(r, mark)
		if in == plan.NoWatermark || !resolved.IsStreaming(r.Left) || !resolved.IsStreaming(r.Right) {
			return in
		}
		for _, s := range StateWatermarks(r, in) {
			if s.Known {
				in = min(in, s.Until)
			}
		}
		return in
	}
	return inputWatermark(r, mark)
}
