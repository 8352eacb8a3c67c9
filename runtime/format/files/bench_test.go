package files

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"gospark/runtime/types"
)

// events writes a file of about 80 bytes a row and returns its size and number of rows.
func events(b *testing.B, name, line string) (path string, size, rows int) {
	rows = 200_000
	var text bytes.Buffer
	for i := range rows {
		fmt.Fprintf(&text, line, i%1000, i%5000, i%24, i%60, i%60, float64(i%1000)/10, i)
	}
	path = filepath.Join(b.TempDir(), name)
	if err := os.WriteFile(path, text.Bytes(), 0o644); err != nil {
		b.Fatal(err)
	}
	return path, text.Len(), rows
}

// BenchmarkScan reads all columns, or two of them, on one core.
func BenchmarkScan(b *testing.B) {
	schema, err := types.ParseDDL("page STRING, user STRING, ts TIMESTAMP, dur DOUBLE, n BIGINT")
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range []struct{ format, line string }{
		{"json", `{"page":"page%d","user":"user%d","ts":"2024-03-05T%02d:%02d:%02dZ","dur":%.1f,"n":%d}` + "\n"},
		{"csv", "page%d,user%d,2024-03-05T%02d:%02d:%02dZ,%.1f,%d\n"},
	} {
		path, size, rows := events(b, "events."+c.format, c.line)
		for name, columns := range map[string][]int{"all": {0, 1, 2, 3, 4}, "two": {2, 3}} {
			b.Run(c.format+"/"+name, func(b *testing.B) {
				r, err := Open(context.Background(), Spec{Format: c.format, Schema: schema, Paths: []string{path}, Env: env()})
				if err != nil {
					b.Fatal(err)
				}
				b.SetBytes(int64(size))
				for b.Loop() {
					splits, err := r.Splits(columns, nil)
					if err != nil {
						b.Fatal(err)
					}
					n := 0
					for _, s := range splits {
						in, err := s.Open(context.Background())
						for err == nil {
							x, e := in.Next()
							if err = e; err == nil {
								n += x.Rows()
							}
						}
						if err != io.EOF {
							b.Fatal(err)
						}
						in.Close()
					}
					if n != rows {
						b.Fatalf("%d rows of %d", n, rows)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*rows), "ns/row")
			})
		}
	}
}
