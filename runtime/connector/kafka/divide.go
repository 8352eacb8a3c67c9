package kafka

// divide cuts large ranges so that none has more than atMost offsets (0: any number) and there are about atLeast of them,
// by the same rule in every run: each range gets its part of atLeast, by its length, and is cut into equal pieces.
func divide(ranges []OffsetRange, atLeast int, atMost int64) []OffsetRange {
	if atMost > 0 {
		ranges = cut(ranges, func(size int64) int64 { return (size + atMost - 1) / atMost })
	}
	if len(ranges) == 0 || len(ranges) >= atLeast {
		return ranges
	}
	total := int64(0)
	for _, r := range ranges {
		total += r.Until - r.From
	}
	return cut(ranges, func(size int64) int64 {
		return min(max(int64(float64(size)/float64(total)*float64(atLeast)+0.5), 1), size)
	})
}

// cut makes so many pieces of each range.
func cut(ranges []OffsetRange, pieces func(size int64) int64) []OffsetRange {
	var out []OffsetRange
	for _, r := range ranges {
		from := r.From
		for left := pieces(r.Until - r.From); left > 0; left-- {
			until := from + (r.Until-from)/left
			out = append(out, OffsetRange{r.TopicPartition, from, until})
			from = until
		}
	}
	return out
}
