package main

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"gospark/session"
)

// words writes a text of about mb megabytes: lines of nine words, Zipf over 30,000.
func words(name string, mb int) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	rnd := rand.New(rand.NewPCG(42, 1))
	zipf := rand.NewZipf(rnd, 1.05, 1, 29_999)
	for n := 0; n < mb<<20; {
		for i := range 9 {
			if i > 0 {
				w.WriteByte(' ')
			}
			k, _ := fmt.Fprintf(w, "w%05x", zipf.Uint64()*2654435761%1048573)
			n += k + 1
		}
		w.WriteByte('\n')
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}

func add(a, b int) int           { return a + b }
func one(w string) (string, int) { return w, 1 }
func split(line string) []string { return strings.Fields(line) }
func rate(n int, d time.Duration) string {
	return fmt.Sprintf("%.1f M words/s", float64(n)/1e6/d.Seconds())
}

// best is the shortest of three runs.
func best(f func() error) (time.Duration, error) {
	var min time.Duration
	for range 3 {
		t := time.Now()
		if err := f(); err != nil {
			return 0, err
		}
		if d := time.Since(t); min == 0 || d < min {
			min = d
		}
	}
	return min, nil
}

// wordCountRows compares the session's word count over a file, with compiled functions, with a loop written by hand.
func wordCountRows() ([]row, error) {
	dir, err := os.MkdirTemp("", "words")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	name := filepath.Join(dir, "words.txt")
	if err := words(name, 200); err != nil {
		return nil, err
	}
	var total, distinct int
	loop, err := best(func() error {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		counts := map[string]int{}
		total = 0
		s := bufio.NewScanner(f)
		for s.Scan() {
			for _, w := range strings.Fields(s.Text()) {
				counts[w]++
				total++
			}
		}
		distinct = len(counts)
		return s.Err()
	})
	if err != nil {
		return nil, err
	}
	run := func(master string) (time.Duration, error) {
		spark, err := session.New(session.Config{Master: master})
		if err != nil {
			return 0, err
		}
		defer spark.Stop()
		return best(func() error {
			return session.Try(func() {
				got := spark.SparkContext().TextFile(name, 8).FlatMap(split).Map(one).ReduceByKey(add).Count()
				if int(got) != distinct {
					panic(fmt.Sprintf("%d distinct words, want %d", got, distinct))
				}
			})
		})
	}
	one, err := run("local[1]")
	if err != nil {
		return nil, err
	}
	two, err := run("local[2]")
	if err != nil {
		return nil, err
	}
	return []row{
		{"word count of a file, compiled functions, local[1]", rate(total, one), "loop with strings.Fields and a map: " + rate(total, loop), fmt.Sprintf("%.2f× its time", float64(one)/float64(loop))},
		{"the same, local[2]", rate(total, two), "local[1]", fmt.Sprintf("%.2f× as fast", float64(one)/float64(two))},
	}, nil
}

const typedScript = `
words := sc.TextFile(%q, 2).FlatMap(func(s string) []string { return strings.Fields(s) })
begin := time.Now()
n := words.Map(func(w string) (string, int) { return w, 1 }).ReduceByKey(func(a, b int) int { return a + b }).
	Map(func(w string, n int) int { return n }).Reduce(func(a, b int) int { return a + b })
fmt.Println(n, time.Since(begin).Nanoseconds())
`

// typedRows is the word count with functions typed at the prompt, which the interpreter runs.
func typedRows(dir string) func() ([]row, error) {
	return func() ([]row, error) {
		name := filepath.Join(dir, "few.txt")
		if err := words(name, 8); err != nil {
			return nil, err
		}
		out, err := exec.Command(binary, "--no-ui", "-e", fmt.Sprintf(typedScript, name)).Output()
		if err != nil {
			return nil, err
		}
		var n int
		var ns int64
		if _, err := fmt.Sscan(string(out), &n, &ns); err != nil {
			return nil, fmt.Errorf("%w: %s", err, out)
		}
		return []row{{"the same with functions typed at the prompt, local[*]", rate(n, time.Duration(ns)), "", ""}}, nil
	}
}
