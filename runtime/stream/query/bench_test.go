package query_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"gospark/runtime/plan"
)

// BenchmarkBatch is what a micro-batch of one row costs, with its checkpoint on disk; beside it, what the four syncs of
// its two log entries cost alone.
func BenchmarkBatch(b *testing.B) {
	for name, sql := range map[string]string{"stateless": "SELECT v FROM s WHERE v >= 0", "stateful": "SELECT k, sum(v) AS v FROM (SELECT v % 3 AS k, v FROM s) GROUP BY k"} {
		b.Run(name, func(b *testing.B) {
			w := newWorld(b)
			s := w.stream("s", "v BIGINT")
			mode := plan.AppendMode
			if name == "stateful" {
				mode = plan.UpdateMode
			}
			q := w.start(w.config(sql, mode, &durableSink{batches: map[int64][]int64{}}))
			row := w.rows("VALUES (1L)")
			w.all(q)
			for b.Loop() {
				s.Add(row)
				w.all(q)
			}
		})
	}
	b.Run("syncs", func(b *testing.B) {
		dir := b.TempDir()
		d, err := os.Open(dir)
		if err != nil {
			b.Fatal(err)
		}
		defer d.Close()
		n := 0
		for b.Loop() {
			for range 2 {
				n++
				f, err := os.Create(filepath.Join(dir, fmt.Sprint(n)))
				if err != nil {
					b.Fatal(err)
				}
				if _, err := f.Write(make([]byte, 1000)); err != nil {
					b.Fatal(err)
				}
				if err := f.Sync(); err != nil {
					b.Fatal(err)
				}
				f.Close()
				if err := d.Sync(); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}
