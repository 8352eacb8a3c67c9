package file

import (
	"bufio"
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"gospark/runtime/batch"
)

// BenchmarkTextFile reads 100 MB of lines of 50 bytes from the page cache: as splits, by one task and by two, and with a
// Scanner whose lines are kept as strings.
func BenchmarkTextFile(b *testing.B) {
	path := filepath.Join(b.TempDir(), "t")
	line := strings.Repeat("x", 49) + "\n"
	if err := os.WriteFile(path, []byte(strings.Repeat(line, 2<<20)), 0o644); err != nil {
		b.Fatal(err)
	}
	const rows = 2 << 20
	check := func(b *testing.B, n int) {
		if n != rows {
			b.Fatal(n, "lines")
		}
		b.SetBytes(rows * 50)
	}
	for name, tasks := range map[string]int{"splits": 1, "splits-2-tasks": 2} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				splits, err := TextSplits(path, 2)
				if err != nil {
					b.Fatal(err)
				}
				counts := make([]int, tasks)
				var all sync.WaitGroup
				for task := range tasks {
					all.Go(func() {
						for i := task; i < len(splits); i += tasks {
							r, err := splits[i].Open(context.Background())
							if err != nil {
								b.Error(err)
								return
							}
							for {
								x, err := r.Next()
								if err != nil {
									break
								}
								counts[task] += x.Rows()
							}
							r.Close()
						}
					})
				}
				all.Wait()
				n := 0
				for _, c := range counts {
					n += c
				}
				check(b, n)
			}
		})
	}
	b.Run("scanner", func(b *testing.B) {
		for b.Loop() {
			f, err := os.Open(path)
			if err != nil {
				b.Fatal(err)
			}
			n, kept := 0, make([]string, 0, batch.Size)
			for s := bufio.NewScanner(f); s.Scan(); n++ {
				if len(kept) == cap(kept) {
					kept = kept[:0]
				}
				kept = append(kept, s.Text())
			}
			f.Close()
			check(b, n)
		}
	})
}
