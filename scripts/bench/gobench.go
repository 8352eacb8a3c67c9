package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// goBench runs Go benchmarks three times and compares the medians of a metric of two of them.
func goBench(pkg, pattern, metric, what, ours, theirs, name string) func() ([]row, error) {
	return func() ([]row, error) {
		m, err := metrics(pkg, pattern, metric)
		if err != nil {
			return nil, err
		}
		a, ok := m[ours]
		b, ok2 := m[theirs]
		if !ok || !ok2 {
			return nil, fmt.Errorf("benchmarks %s and %s not found in %v", ours, theirs, m)
		}
		return []row{{what, fmt.Sprintf("%.1f %s", a, metric), fmt.Sprintf("%s: %.1f", name, b), fmt.Sprintf("%.1f×", a/b)}}, nil
	}
}

var procs = regexp.MustCompile(`-\d+$`)

// metrics is the median of a metric for each sub-benchmark.
func metrics(pkg, pattern, metric string) (map[string]float64, error) {
	out, err := exec.Command("go", "test", "-run", "^$", "-bench", pattern, "-count", "3", pkg).CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("%w\n%s", err, out)
	}
	all := map[string][]float64{}
	for s := bufio.NewScanner(bytes.NewReader(out)); s.Scan(); {
		f := strings.Fields(s.Text())
		if len(f) < 4 || !strings.HasPrefix(f[0], "Benchmark") {
			continue
		}
		_, name, _ := strings.Cut(procs.ReplaceAllString(f[0], ""), "/")
		for i := 2; i+1 < len(f); i += 2 {
			if f[i+1] == metric {
				v, err := strconv.ParseFloat(f[i], 64)
				if err != nil {
					return nil, err
				}
				all[name] = append(all[name], v)
			}
		}
	}
	m := map[string]float64{}
	for n, vs := range all {
		slices.Sort(vs)
		m[n] = vs[len(vs)/2]
	}
	return m, nil
}
