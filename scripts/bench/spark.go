package main

import (
	"bufio"
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"text/template"
	"time"
)

//go:embed spark.scala
var sparkProgram string

// A measure is the best of the runs of a query: the time on the clock, and the processor time, JIT and GC included.
type measure struct {
	wall, cpu time.Duration
	answer    string
}

func (m *measure) add(wall, cpu time.Duration, answer string) {
	if m.answer == "" || wall < m.wall {
		m.wall = wall
	}
	if m.answer == "" || cpu < m.cpu {
		m.cpu = cpu
	}
	m.answer = answer
}

// sparkRows runs the contest here and in a spark-shell, of SPARK_HOME or on the path, with the same two cores.
func sparkRows() ([]row, error) {
	shell := filepath.Join(os.Getenv("SPARK_HOME"), "bin", "spark-shell")
	if os.Getenv("SPARK_HOME") == "" {
		found, err := exec.LookPath("spark-shell")
		if err != nil {
			return []row{{"beside Spark", "not measured", "set SPARK_HOME, or put spark-shell on the PATH; it needs Java", ""}}, nil
		}
		shell = found
	}
	dir, err := os.MkdirTemp("", "contest")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	c, total, err := newContest(dir)
	if err != nil {
		return nil, err
	}
	ours, err := c.ours()
	if err != nil {
		return nil, err
	}
	theirs, err := c.theirs(dir, shell)
	if err != nil {
		return nil, err
	}
	var rows []row
	for _, q := range append(c.Queries,
		contestQuery{Name: "words of an RDD", what: "the same as RDD, with compiled functions", rows: total},
		contestQuery{Name: "stream of files", what: "JSON files as a stream, available now, count by minute and page", rows: contestEvents}) {
		a, b := ours[q.Name], theirs[q.Name]
		if b == nil {
			return nil, fmt.Errorf("spark-shell did not run %q", q.Name)
		}
		if a.answer != b.answer {
			return nil, fmt.Errorf("%s: the answer here is %s, Spark's is %s", q.Name, a.answer, b.answer)
		}
		rows = append(rows, row{q.what, a.figure(q.rows), "Spark: " + b.figure(q.rows),
			fmt.Sprintf("%.1f× as fast, %.1f× less of the processors", b.wall.Seconds()/a.wall.Seconds(), b.cpu.Seconds()/a.cpu.Seconds())})
	}
	return rows, nil
}

func (m *measure) figure(rows int) string {
	if rows == 0 {
		return fmt.Sprintf("%.2f ms", m.wall.Seconds()*1e3)
	}
	return fmt.Sprintf("%.1f M rows/s, %.1f M for a second of CPU", float64(rows)/1e6/m.wall.Seconds(), float64(rows)/1e6/m.cpu.Seconds())
}

func (c *contest) ours() (map[string]*measure, error) {
	m := map[string]*measure{}
	err := c.perform(func(name string, run func() string) {
		m[name] = &measure{}
		for range c.Runs {
			runtime.GC()
			begin, used := time.Now(), processTime()
			answer := run()
			m[name].add(time.Since(begin), processTime()-used, answer)
		}
	})
	return m, err
}

func (c *contest) theirs(dir, shell string) (map[string]*measure, error) {
	var program bytes.Buffer
	if err := template.Must(template.New("").Parse(sparkProgram)).Execute(&program, c); err != nil {
		return nil, err
	}
	script := filepath.Join(dir, "bench.scala")
	if err := os.WriteFile(script, program.Bytes(), 0o666); err != nil {
		return nil, err
	}
	cmd := exec.Command(shell, "--master", "local[2]", "--driver-memory", "6g",
		"--conf", "spark.ui.showConsoleProgress=false", "--conf", "spark.log.level=ERROR", "--conf", "spark.sql.warehouse.dir="+dir)
	cmd.Dir = dir
	cmd.Stdin = strings.NewReader(":load " + script + "\n:quit\n")
	out, err := cmd.CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", shell, err, out)
	}
	m := map[string]*measure{}
	for s := bufio.NewScanner(bytes.NewReader(out)); s.Scan(); {
		f := strings.Split(s.Text(), "\t")
		if f[0] != "RESULT" || len(f) != 5 {
			continue
		}
		wall, err1 := strconv.ParseInt(f[2], 10, 64)
		cpu, err2 := strconv.ParseInt(f[3], 10, 64)
		if err := errors.Join(err1, err2); err != nil {
			return nil, err
		}
		if m[f[1]] == nil {
			m[f[1]] = &measure{}
		}
		m[f[1]].add(time.Duration(wall), time.Duration(cpu), f[4])
	}
	if len(m) != len(c.Queries)+2 {
		return nil, fmt.Errorf("%s answered %d of %d queries\n%s", shell, len(m), len(c.Queries)+2, out)
	}
	return m, nil
}

// processTime is the processor time this process has used.
func processTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		fail(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
