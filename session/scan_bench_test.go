package session

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"testing"
	"time"
)

// An event is a row of the files that BenchmarkEvents reads.
type event struct {
	Page, User string
	Ts         time.Time
	Dur        float64
	N          int64
}

const eventsDDL = "page STRING, user STRING, ts TIMESTAMP, dur DOUBLE, n BIGINT"

// eventFile writes 400,000 rows of about 86 or 49 bytes, an hour of them, and is the file's path and size.
func eventFile(b *testing.B, name, line string) (path string, rows, size int) {
	rows = 400_000
	var text bytes.Buffer
	for i := range rows {
		fmt.Fprintf(&text, line, i%100, i%5000, i/6000%60, i/100%60, float64(i%1000)/10, i)
	}
	path = filepath.Join(b.TempDir(), name)
	if err := os.WriteFile(path, text.Bytes(), 0o600); err != nil {
		b.Fatal(err)
	}
	return path, rows, text.Len()
}

// BenchmarkEvents reads a file of events on one slot, leaves out short ones, and counts and sums up the rest by minute and
// page: as SQL, and as a plain loop with the standard library. Both must find as many groups.
func BenchmarkEvents(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // as the shell has it
	for _, c := range []struct {
		format, line string
		loop         func(in io.Reader, each func(event)) error
	}{
		{"json", `{"page":"page%d","user":"user%d","ts":"2024-03-05T10:%02d:%02dZ","dur":%.1f,"n":%d}` + "\n", jsonLoop},
		{"csv", "page%d,user%d,2024-03-05T10:%02d:%02dZ,%.1f,%d\n", csvLoop},
	} {
		path, rows, size := eventFile(b, "events."+c.format, c.line)
		perRow := func(b *testing.B, used time.Duration) {
			b.SetBytes(int64(size))
			b.ReportMetric(float64(used.Nanoseconds())/float64(b.N*rows), "cpu-ns/row")
		}
		groups := 0
		b.Run(c.format+"/loop", func(b *testing.B) {
			start := cpuTime()
			for b.Loop() {
				f, err := os.Open(path)
				if err != nil {
					b.Fatal(err)
				}
				type key struct {
					minute int64
					page   string
				}
				type total struct {
					count int
					sum   float64
				}
				totals := map[key]total{}
				err = c.loop(f, func(e event) {
					if e.Dur > 10 {
						k := key{e.Ts.Unix() / 60, e.Page}
						t := totals[k]
						totals[k] = total{t.count + 1, t.sum + e.Dur}
					}
				})
				if f.Close(); err != nil {
					b.Fatal(err)
				}
				groups = len(totals)
			}
			perRow(b, cpuTime()-start)
		})
		b.Run(c.format+"/engine", func(b *testing.B) {
			spark, err := New(Config{Master: "local[1]"})
			if err != nil {
				b.Fatal(err)
			}
			defer spark.Stop()
			spark.Read().Format(c.format).Schema(eventsDDL).Load(path).CreateOrReplaceTempView("events")
			start := cpuTime()
			for b.Loop() {
				got := spark.SQL("SELECT window(ts, '1 minute') w, page, count(*), sum(dur) FROM events WHERE dur > 10 GROUP BY w, page").Collect()
				if groups != 0 && len(got) != groups {
					b.Fatalf("%d groups, the loop has %d", len(got), groups)
				}
			}
			perRow(b, cpuTime()-start)
		})
	}
}

func jsonLoop(in io.Reader, each func(event)) error {
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			return err
		}
		each(e)
	}
	return lines.Err()
}

func csvLoop(in io.Reader, each func(event)) error {
	r := csv.NewReader(in)
	r.ReuseRecord = true
	for {
		f, err := r.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		e := event{Page: f[0], User: f[1]}
		var errs [3]error
		e.Ts, errs[0] = time.Parse(time.RFC3339, f[2])
		e.Dur, errs[1] = strconv.ParseFloat(f[3], 64)
		e.N, errs[2] = strconv.ParseInt(f[4], 10, 64)
		if err := errors.Join(errs[:]...); err != nil {
			return err
		}
		each(e)
	}
}
