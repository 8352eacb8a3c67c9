package kafka

import "math"

// share cuts the ends of a batch so that it takes about limit rows, divided by how much each partition has to read, as
// Spark does: a partition's part is rounded down, but never to nothing. floor, if not zero, is the least that a
// partition gets, and ceiling the most.
func share(from, ends Offsets, limit, floor, ceiling int64) Offsets {
	total := 0.0
	for tp, end := range ends {
		total += float64(max(end-from[tp], 0))
	}
	cut := make(Offsets, len(ends))
	for tp, end := range ends {
		lag := end - from[tp]
		if lag <= 0 {
			cut[tp] = end
			continue
		}
		rows := lag
		if limit > 0 && total > float64(limit) {
			part := float64(limit) * (float64(lag) / total)
			if part < 1 {
				part = math.Ceil(part)
			}
			rows = min(int64(part), lag)
		}
		rows = max(rows, min(floor, lag))
		if ceiling > 0 {
			rows = min(rows, ceiling)
		}
		cut[tp] = from[tp] + rows
	}
	return cut
}
