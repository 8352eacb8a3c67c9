//go:build unix

// Package killtest kills processes that run streaming queries, at every step of the commit of a batch and at moments drawn
// at random, starts them again until they are done, and compares what the sinks hold with a run that nobody disturbed.
package killtest

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"gospark/runtime/connector/kafka/broker"
	"gospark/session"
)

// What a child process is told by its environment.
const (
	envScenario = "GOSPARK_KILL_SCENARIO" // the name of one of scenarios
	envDir      = "GOSPARK_KILL_DIR"      // where its input, checkpoint and output are
	envAt       = "GOSPARK_KILL_AT"       // step:n, the n-th time at which it kills itself; "" is never
	envLimit    = "GOSPARK_KILL_LIMIT"    // the most bytes a file may have, as on a disk that is full; "" is no limit
	envBroker   = "GOSPARK_KILL_BROKER"   // the address of the Kafka broker, which nobody kills
)

func TestMain(m *testing.M) {
	if name := os.Getenv(envScenario); name != "" {
		child(scenarios[name], os.Getenv(envDir), os.Getenv(envAt))
		return
	}
	os.Exit(m.Run())
}

// kafkaBroker is the broker of this process, which starts when it is first asked for.
func kafkaBroker(t *testing.T) *broker.Broker {
	t.Helper()
	if running == nil {
		b, err := broker.Start(broker.Config{Ports: []int{0}})
		if err != nil {
			t.Fatal(err)
		}
		running = b
		os.Setenv(envBroker, b.Addr())
	}
	return running
}

var running *broker.Broker

// A scenario is a query over the files of a directory, and what is in its sink.
type scenario struct {
	// prepare makes what run reads, from the files; nil where it reads them.
	prepare func(t *testing.T, dir string)
	// run starts the query; it is waited for.
	run func(spark *session.SparkSession, dir string) *session.StreamingQuery
	// result is the rows of the sink, sorted.
	result func(t *testing.T, dir string) []string
}

// child runs a scenario to its end, or to the step at which it is to die.
func child(s scenario, dir, at string) {
	if n, err := strconv.ParseUint(os.Getenv(envLimit), 10, 64); err == nil {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: n, Max: n}); err != nil {
			panic(err)
		}
	}
	step, n, _ := strings.Cut(at, ":")
	left, _ := strconv.Atoi(n)
	err := func() error {
		spark, err := session.New(session.Config{Master: "local[2]", Out: io.Discard, Notice: func(string) {},
			Conf: map[string]string{"spark.sql.shuffle.partitions": "2"},
			Crash: func(done string) {
				if done != step {
					return
				}
				if left--; left == 0 {
					_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
					select {} // until it has taken effect
				}
			}})
		if err != nil {
			return err
		}
		defer spark.Stop()
		var failed error
		if err := session.Try(func() {
			fmt.Println("ready")
			q := s.run(spark, dir)
			q.AwaitTermination()
		}); err != nil {
			failed = err
		}
		return failed
	}()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// start starts a child, and returns when it is about to start its query.
func start(t *testing.T, name, dir, at string, more ...string) (c *exec.Cmd, stderr *bytes.Buffer) {
	t.Helper()
	c = exec.Command(os.Args[0], "-test.run=^$")
	c.Env = append(append(os.Environ(), envScenario+"="+name, envDir+"="+dir, envAt+"="+at), more...)
	stderr = &bytes.Buffer{}
	c.Stderr = stderr
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "ready\n" {
		_ = c.Wait()
		t.Fatalf("%q, %v\n%s", line, err, stderr)
	}
	return c, stderr
}

// ended waits for a child, and says whether it was killed; a child that failed fails the test.
func ended(t *testing.T, c *exec.Cmd, stderr *bytes.Buffer) (killed bool) {
	t.Helper()
	err := c.Wait()
	if err == nil {
		return false
	}
	if w, ok := c.ProcessState.Sys().(syscall.WaitStatus); ok && w.Signaled() && w.Signal() == syscall.SIGKILL {
		return true
	}
	t.Fatalf("%v\n%s", err, stderr)
	return false
}

// finish runs a scenario until it ends by itself.
func finish(t *testing.T, name, dir string) {
	t.Helper()
	c, stderr := start(t, name, dir, "")
	if ended(t, c, stderr) {
		t.Fatal("killed by somebody else")
	}
}

// fresh makes a directory with the input of the scenarios.
func fresh(t *testing.T, s scenario) string {
	t.Helper()
	dir := t.TempDir()
	in := filepath.Join(dir, "in")
	if err := os.Mkdir(in, 0o755); err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(7, 7))
	begin := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	for f := range inputFiles {
		var b bytes.Buffer
		for range 40 {
			ts := begin.Add(time.Duration(f*5000+rng.IntN(9000)-rng.IntN(2)*20000) * time.Millisecond) // some of it late
			fmt.Fprintf(&b, `{"ts":%q,"user":"u%d","v":%d}`+"\n", ts.Format(time.RFC3339Nano), rng.IntN(7), rng.IntN(100))
		}
		name := filepath.Join(in, fmt.Sprintf("part-%03d.json", f))
		if err := os.WriteFile(name, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		when := begin.Add(time.Duration(f) * time.Second)
		if err := os.Chtimes(name, when, when); err != nil {
			t.Fatal(err)
		}
	}
	if s.prepare != nil {
		s.prepare(t, dir)
	}
	return dir
}

// inputFiles is how many batches there are, each of one file.
const inputFiles = 12

var steps = []string{"plan", "offsets", "tasks", "sink", "state", "commits", "source"}

// moments is how many kills at random each scenario gets.
func moments() int {
	if n, err := strconv.Atoi(os.Getenv("GOSPARK_KILLS")); err == nil {
		return n
	}
	return 10
}

func TestKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("starts many processes")
	}
	t.Cleanup(func() {
		if running != nil {
			running.Close()
		}
	})
	for name, s := range scenarios {
		t.Run(name, func(t *testing.T) {
			dir := fresh(t, s)
			begin := time.Now()
			finish(t, name, dir)
			took := time.Since(begin)
			want := s.result(t, dir)
			if len(want) < 8 {
				t.Fatalf("an undisturbed run has %d rows", len(want))
			}
			t.Run("steps", func(t *testing.T) {
				dir, kills := fresh(t, s), 0
				for _, n := range []int{1, 3} {
					for _, step := range steps {
						c, stderr := start(t, name, dir, fmt.Sprintf("%s:%d", step, n))
						if !ended(t, c, stderr) {
							dir = fresh(t, s) // it was over before: another begins
							continue
						}
						kills++
					}
				}
				if kills < len(steps) {
					t.Fatalf("only %d kills", kills)
				}
				finish(t, name, dir)
				compare(t, want, s.result(t, dir))
			})
			t.Run("moments", func(t *testing.T) {
				rng := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 1))
				for kills := 0; kills < moments(); {
					dir := fresh(t, s)
					for range 1 + rng.IntN(6) {
						c, stderr := start(t, name, dir, "")
						ctx, cancel := context.WithTimeout(t.Context(), time.Duration(rng.Int64N(int64(took))))
						<-ctx.Done()
						cancel()
						_ = c.Process.Kill() // or it has ended
						if ended(t, c, stderr) {
							kills++
						}
					}
					finish(t, name, dir)
					compare(t, want, s.result(t, dir))
				}
			})
		})
	}
}

func compare(t *testing.T, want, got []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Fatalf("%d rows, want %d:\n%s", len(got), len(want), difference(want, got))
	}
}

// difference is the rows that only one has.
func difference(want, got []string) string {
	count := map[string]int{}
	for _, r := range got {
		count[r]++
	}
	for _, r := range want {
		count[r]--
	}
	var b strings.Builder
	for r, n := range count {
		if n != 0 {
			fmt.Fprintf(&b, "%+d %s\n", n, r)
		}
	}
	return b.String()
}

// A query that cannot write ends with an error that says why, and goes on when it can.
func TestDiskFull(t *testing.T) {
	if testing.Short() {
		t.Skip("starts many processes")
	}
	for _, name := range []string{"rows into files", "windows into files"} {
		s := scenarios[name]
		t.Run(name, func(t *testing.T) {
			dir := fresh(t, s)
			finish(t, name, dir)
			want := s.result(t, dir)
			dir = fresh(t, s)
			for _, limit := range []int{40, 300, 1000} {
				c, stderr := start(t, name, dir, "", envLimit+"="+strconv.Itoa(limit))
				if err := c.Wait(); err == nil || !strings.Contains(stderr.String(), "file too large") {
					t.Fatalf("with files of %d bytes at most: %v\n%s", limit, err, stderr)
				}
			}
			finish(t, name, dir)
			compare(t, want, s.result(t, dir))
		})
	}
}
