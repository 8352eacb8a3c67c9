package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"gospark/runtime/connector/kafka"
	"gospark/runtime/connector/kafka/broker"
)

// shell is gospark-shell without a terminal.
func shell(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	program, err := exec.LookPath("gospark-shell")
	if err != nil {
		t.Fatal(err)
	}
	return quiet(t, program, args...)
}

func quiet(t *testing.T, program string, args ...string) *exec.Cmd {
	c := exec.Command(program, args...)
	c.Env = []string{"HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH")}
	c.Stderr = &strings.Builder{}
	return c
}

// until reads what the program prints until it matches, and interrupts it.
func until(t *testing.T, c *exec.Cmd, want *regexp.Regexp) {
	t.Helper()
	r, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	all, in := "", bufio.NewReader(r)
	for !want.MatchString(all) {
		line, err := in.ReadString('\n')
		all += line
		if err != nil {
			t.Errorf("%v: %v\nprinted %s\n%s\nwant %s", c.Args, err, all, c.Stderr, want)
			break
		}
	}
	_ = c.Process.Signal(syscall.SIGINT)
	_ = c.Wait()
}

// demo is a program of scripts/demo, as a script of the shell and compiled.
func demo(t *testing.T, name string, try func(t *testing.T, run func(args ...string) *exec.Cmd)) {
	dir := filepath.Join("..", "..", "scripts", "demo", name)
	t.Run("script", func(t *testing.T) {
		try(t, func(args ...string) *exec.Cmd {
			return shell(t, append([]string{"--no-ui", filepath.Join(dir, "main.go")}, args...)...)
		})
	})
	t.Run("compiled", func(t *testing.T) {
		program := filepath.Join(t.TempDir(), name)
		if out, err := exec.Command("go", "build", "-o", program, "./"+filepath.ToSlash(dir)).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		try(t, func(args ...string) *exec.Cmd { return quiet(t, program, args...) })
	})
}

func TestDemoSocket(t *testing.T) {
	demo(t, "wordcount", func(t *testing.T, run func(...string) *exec.Cmd) {
		s := serve(t)
		go func() {
			if c, ok := <-s.conns; ok {
				say(t, c, "to be or not to be\n")
				t.Cleanup(func() { c.Close() })
			}
		}()
		until(t, run("localhost", s.port()), block("(to,2)", "(be,2)", "(or,1)", "(not,1)"))
	})
}

func TestDemoBatch(t *testing.T) {
	demo(t, "batch", func(t *testing.T, run func(...string) *exec.Cmd) {
		file := filepath.Join(t.TempDir(), "text")
		if err := os.WriteFile(file, []byte("to be\nor not\nto be be\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		c := run(file)
		out, err := c.Output()
		if err != nil || string(out) != "be\t3\nto\t2\nnot\t1\nor\t1\n" {
			t.Errorf("%v\n%s%s", err, out, c.Stderr)
		}
		if _, err := run("/no/such/file").Output(); err == nil {
			t.Error("a file that is not there is no error")
		}
	})
}

func TestDemoKafka(t *testing.T) {
	b, err := broker.Start(broker.Config{Ports: []int{0}})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if err := b.CreateTopic("clicks", 3, nil); err != nil {
		t.Fatal(err)
	}
	produce(t, b.Addr(), "clicks", 3, 0, 300)
	demo(t, "kafka", func(t *testing.T, run func(...string) *exec.Cmd) {
		until(t, run(b.Addr(), "clicks"), regexp.MustCompile(`(?s)^clicks-0 0 to 100\nclicks-1 0 to 100\nclicks-2 0 to 100\n-+\nTime: \d+ ms\n-+\n(\(/\d,30\)\n){10}\n`))
	})
}

func TestDemoClicks(t *testing.T) {
	b, err := broker.Start(broker.Config{Ports: []int{0}})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	for _, topic := range []string{"clicks", "counts"} {
		if err := b.CreateTopic(topic, 1, nil); err != nil {
			t.Fatal(err)
		}
	}
	click := func(i int) string {
		return fmt.Sprintf(`{"page":%q,"user":"u","ts":"2024-01-01T10:%02d:00Z","status":%d}`, []string{"/home", "/shop"}[i%2], i/20, 200+i%5/4*300)
	}
	send(t, b.Addr(), "clicks", 1, 0, 40, click)
	demo(t, "clicks", func(t *testing.T, run func(...string) *exec.Cmd) {
		until(t, run(b.Addr(), "clicks", "counts", t.TempDir()), regexp.MustCompile(`(?s)Batch: 0.*\|2024-01-01 10:00:00\|/home\|entrance\|8 `))
	})
}

// produce sends the records first to until to a topic, in turn to its partitions. There are ten different values.
func produce(t *testing.T, servers, topic string, partitions int32, first, until int) {
	t.Helper()
	send(t, servers, topic, partitions, first, until, func(i int) string { return "/" + strconv.Itoa(i%10) })
}

// send sends the records first to until, made by a function, to a topic, in turn to its partitions.
func send(t *testing.T, servers, topic string, partitions int32, first, until int, value func(i int) string) {
	t.Helper()
	cfg, err := kafka.ParseConfig(map[string]any{"bootstrap.servers": servers})
	if err != nil {
		t.Fatal(err)
	}
	client, err := kafka.Dial(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	p, err := client.Producer(t.Context(), kafka.ProducerConfig{})
	if err != nil {
		t.Fatal(err)
	}
	for i := first; i < until; i++ {
		r := kafka.Record{TopicPartition: kafka.TopicPartition{Topic: topic, Partition: int32(i) % partitions}, Value: []byte(value(i))}
		if err := p.Send(t.Context(), &r); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
}
