package kafka

// divide cuts large ranges so that there are about atLeast of them, by the same rule in every run: each range gets its
// part of atLeast, by its length, and is cut into equal pieces.
func divide(ranges []OffsetRange, atLeast int) []OffsetRange {
	if len(ranges) == 0 || len(ranges) >= atLeast {
		return ranges
	}
	total := int64(0)
	for _, r := range ranges {
		total += r.Until - r.From
	}
	var out []OffsetRange
	for _, r := range ranges {
		size := r.Until - r.From
		pieces := min(max(int64(float64(size)/float64(total)*float64(atLeast)+0.5), 1), size)
		from := r.From
		for left := pieces; left > 0; left-- {
			until := from + (r.Until-from)/left
			out = append(out, OffsetRange{r.TopicPartition, from, until})
			from = until
		}
	}
	return out
}
