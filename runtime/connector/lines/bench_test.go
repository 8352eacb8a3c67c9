package lines

import (
	"bufio"
	"bytes"
	"strings"
	"testing"
)

// BenchmarkReader compares with a Scanner whose lines are kept as strings, over the same bytes in memory.
func BenchmarkReader(b *testing.B) {
	for _, c := range []struct{ name, line string }{
		{"50B", strings.Repeat("x", 49) + "\n"},
		{"50B-crlf", strings.Repeat("x", 48) + "\r\n"},
		{"50B-utf8", strings.Repeat("é", 24) + "x\n"},
	} {
		data := []byte(strings.Repeat(c.line, 1<<18))
		perLine := func(b *testing.B, n int) {
			b.ReportMetric(float64(n)/b.Elapsed().Seconds()/1e6, "Mlines/s")
			b.SetBytes(int64(len(data)))
		}
		b.Run(c.name+"/reader", func(b *testing.B) {
			n, dst := 0, make([]string, 0, 8192)
			for b.Loop() {
				r := NewReader(bytes.NewReader(data))
				for {
					got, err := r.Next(dst[:0], 8192)
					if err != nil {
						break
					}
					n += len(got)
				}
			}
			perLine(b, n)
		})
		b.Run(c.name+"/scanner", func(b *testing.B) {
			n, dst := 0, make([]string, 0, 8192)
			for b.Loop() {
				s := bufio.NewScanner(bytes.NewReader(data))
				for s.Scan() {
					if dst = append(dst, s.Text()); len(dst) == 8192 {
						dst = dst[:0]
					}
					n++
				}
			}
			perLine(b, n)
		})
	}
}
