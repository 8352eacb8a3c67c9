package csvscan

import (
	"fmt"
	"testing"

	"gospark/runtime/types"
)

// BenchmarkAppend reads lines in memory, of which it wants all fields or two of five.
func BenchmarkAppend(b *testing.B) {
	lines := make([]string, 8192)
	for i := range lines {
		lines[i] = fmt.Sprintf("page%d,user%d,2024-03-05T%02d:%02d:%02dZ,%.1f,%d", i%1000, i%5000, i%24, i%60, i%60, float64(i%1000)/10, i)
	}
	for _, c := range []struct {
		name, schema string
		at           []int
	}{
		{"all", "page STRING, user STRING, ts TIMESTAMP, dur DOUBLE, n BIGINT", []int{0, 1, 2, 3, 4}},
		{"two", "ts TIMESTAMP, dur DOUBLE", []int{2, 3}},
	} {
		b.Run(c.name, func(b *testing.B) {
			t, err := types.ParseDDL(c.schema)
			if err != nil {
				b.Fatal(err)
			}
			s, err := NewAt(t, c.at, Options{Lines: true})
			if err != nil {
				b.Fatal(err)
			}
			size := 0
			for _, l := range lines {
				size += len(l) + 1
			}
			b.SetBytes(int64(size))
			for b.Loop() {
				s.Reset()
				for _, l := range lines {
					if _, err := s.Append(l); err != nil {
						b.Fatal(err)
					}
				}
				if s.Len() != len(lines) {
					b.Fatal(s.Len())
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(lines)), "ns/row")
		})
	}
}
