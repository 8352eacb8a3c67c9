package session

import (
	"bufio"
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// benchText is about 128 MB of lines of words, whose frequencies fall as those of a language do.
func benchText() []byte {
	rng := rand.New(rand.NewPCG(1, 2))
	zipf := rand.NewZipf(rng, 1.1, 4, 50_000)
	var b bytes.Buffer
	for b.Len() < 128<<20 {
		for range 12 {
			fmt.Fprintf(&b, "word%d ", zipf.Uint64())
		}
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// cpuTime is the processor time the process has used, which other work on the machine disturbs least.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// timed runs f until the benchmark is done and reports the processor time of a run beside the time that passed.
func timed(b *testing.B, f func()) {
	start := cpuTime()
	for b.Loop() {
		f()
	}
	b.ReportMetric(float64((cpuTime()-start).Milliseconds())/float64(b.N), "cpu-ms/op")
}

// BenchmarkWordCount counts the words of a file: with a plain loop over its lines, and with an RDD on one and on two slots.
// The ratios to the loop are what matters: processor time on one slot, and how little it grows on two.
func BenchmarkWordCount(b *testing.B) {
	path := filepath.Join(b.TempDir(), "words.txt")
	text := benchText()
	if err := os.WriteFile(path, text, 0o600); err != nil {
		b.Fatal(err)
	}
	size := int64(len(text))
	text = nil
	var words int
	b.Run("loop", func(b *testing.B) {
		b.SetBytes(size)
		timed(b, func() {
			f, err := os.Open(path)
			if err != nil {
				b.Fatal(err)
			}
			counts := map[string]int{}
			lines := bufio.NewScanner(f)
			for lines.Scan() {
				for _, w := range strings.Fields(lines.Text()) {
					counts[w]++
				}
			}
			f.Close()
			words = len(counts)
		})
	})
	for _, slots := range []int{1, 2} {
		b.Run(fmt.Sprintf("rdd/slots=%d", slots), func(b *testing.B) {
			s, err := New(Config{Master: fmt.Sprintf("local[%d]", slots)})
			if err != nil {
				b.Fatal(err)
			}
			defer s.Stop()
			b.SetBytes(size)
			timed(b, func() {
				counts := s.SparkContext().TextFile(path, 8).FlatMap(strings.Fields).
					Map(func(w string) (string, int) { return w, 1 }).
					ReduceByKey(func(a, b int) int { return a + b }).Collect()
				if words != 0 && len(counts) != words {
					b.Fatalf("%d words, want %d", len(counts), words)
				}
			})
		})
	}
}
