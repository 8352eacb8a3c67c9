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
	all, err := measured(pkg, pattern)
	m := map[string]float64{}
	for n, ms := range all {
		if v, ok := ms[metric]; ok {
			m[n] = v
		}
	}
	return m, err
}

// measured is the medians of all metrics of each sub-benchmark.
func measured(pkg, pattern string) (map[string]map[string]float64, error) {
	out, err := exec.Command("go", "test", "-run", "^$", "-bench", pattern, "-count", "3", pkg).CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("%w\n%s", err, out)
	}
	all := map[string]map[string][]float64{}
	for s := bufio.NewScanner(bytes.NewReader(out)); s.Scan(); {
		f := strings.Fields(s.Text())
		if len(f) < 4 || !strings.HasPrefix(f[0], "Benchmark") {
			continue
		}
		_, name, _ := strings.Cut(procs.ReplaceAllString(f[0], ""), "/")
		if all[name] == nil {
			all[name] = map[string][]float64{}
		}
		for i := 2; i+1 < len(f); i += 2 {
			v, err := strconv.ParseFloat(f[i], 64)
			if err != nil {
				return nil, err
			}
			all[name][f[i+1]] = append(all[name][f[i+1]], v)
		}
	}
	m := map[string]map[string]float64{}
	for n, ms := range all {
		m[n] = map[string]float64{}
		for metric, vs := range ms {
			slices.Sort(vs)
			m[n][metric] = vs[len(vs)/2]
		}
	}
	return m, nil
}
