//go:build integration

package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// The tests of this file need programs that are not Go's: nc, tmux, and the Apache Kafka of scripts/services/kafka.sh.

func command(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not installed", name)
	}
	return path
}

// netcat is nc -lk, and what is typed into it.
func netcat(t *testing.T) (port string, typed io.Writer) {
	t.Helper()
	port = freePort(t)
	c := exec.Command(command(t, "nc"), "-lk", "127.0.0.1", port)
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Process.Kill()
		_ = c.Wait()
	})
	return port, in
}

func TestIntegrationNetcatTyped(t *testing.T) {
	port, nc := netcat(t)
	p := atPrompt(t, 120, 40)
	for line := range strings.Lines(wordCount("Seconds(1)", port)) {
		p.Send(strings.TrimSuffix(line, "\n") + "\r")
	}
	p.Expect("stream-1: empty batch at ")
	p.Send("half a li")
	fmt.Fprintln(nc, "to be or not to be")
	p.shows(block("(to,2)", "(be,2)", "(or,1)", "(not,1)"))
	p.Wait("the line being typed, undamaged", func() bool { return strings.HasSuffix(p.Marked(), "\ngospark> half a li▏") })
	p.Send("\x15:quit\r")
	p.exits(0)
}

// The same in a terminal multiplexer, pasted.
func TestIntegrationTmux(t *testing.T) {
	tmux := command(t, "tmux")
	port, nc := netcat(t)
	program, err := exec.LookPath("gospark-shell")
	if err != nil {
		t.Fatal(err)
	}
	socket := fmt.Sprintf("gospark-%d", os.Getpid())
	run := func(stdin string, args ...string) string {
		t.Helper()
		c := exec.Command(tmux, append([]string{"-L", socket, "-f", "/dev/null"}, args...)...)
		c.Stdin = strings.NewReader(stdin)
		out, err := c.CombinedOutput()
		if err != nil {
			t.Fatalf("tmux %v: %v\n%s", args, err, out)
		}
		return string(out)
	}
	run("", "new-session", "-d", "-x", "120", "-y", "50", "env", "HOME="+t.TempDir(), program, "--no-ui")
	t.Cleanup(func() { _ = exec.Command(tmux, "-L", socket, "kill-server").Run() })
	sees := func(what *regexp.Regexp) {
		t.Helper()
		for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
			screen := run("", "capture-pane", "-p")
			if what.MatchString(screen + "\n") {
				return
			}
			if time.Now().After(deadline) {
				t.Fatalf("no %s on the screen:\n%s", what, screen)
			}
		}
	}
	sees(regexp.MustCompile(`(?m)^gospark>\s*$`))
	run(wordCount("Seconds(1)", port), "load-buffer", "-")
	run("", "paste-buffer", "-p")
	run("", "send-keys", "Enter")
	sees(regexp.MustCompile(`counts: DStream\[\(string, int\)\]\n(.*\n)*stream-1: empty batch at`))
	run("", "send-keys", "-l", "being typed")
	fmt.Fprintln(nc, "again and again")
	sees(block("(again,2)", "(and,1)"))
	sees(regexp.MustCompile(`(?m)^gospark> being typed\s*$`))
	run("", "send-keys", "C-u")
	run("", "send-keys", "-l", ":quit")
	run("", "send-keys", "Enter")
	for deadline := time.Now().Add(20 * time.Second); exec.Command(tmux, "-L", socket, "has-session").Run() == nil; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the shell does not end")
		}
	}
}

// A word count over Apache Kafka whose broker is killed and started again in the middle.
func TestIntegrationKafkaKilled(t *testing.T) {
	servers, ctl := os.Getenv("GOSPARK_KAFKA"), os.Getenv("GOSPARK_KAFKA_CTL")
	if servers == "" || ctl == "" {
		t.Skip("needs Apache Kafka: GOSPARK_KAFKA and GOSPARK_KAFKA_CTL are not set (scripts/integration sets them)")
	}
	control := func(verb string) {
		t.Helper()
		if out, err := exec.Command(ctl, verb).CombinedOutput(); err != nil {
			t.Fatalf("%s %s: %v\n%s", ctl, verb, err, out)
		}
	}
	t.Cleanup(func() { _ = exec.Command(ctl, "start").Run() })
	topic := fmt.Sprintf("words-%d", time.Now().UnixNano())
	createTopic(t, servers, topic, 3)
	p := atPrompt(t, 200, 50)
	for _, line := range []string{
		`ssc := NewStreamingContext(sc, "500ms")`,
		`ssc.Checkpoint("` + t.TempDir() + `")`,
		`records := ssc.KafkaDirectStream(KafkaParams{"bootstrap.servers": "` + servers + `", "auto.offset.reset": "earliest"}, "` + topic + `")`,
		`sum := func(vs []int, s *int) *int { n := 0; if s != nil { n = *s }; for _, v := range vs { n += v }; return &n }`,
		`words := records.FlatMap(func(r KafkaRecord) []string { return strings.Fields(string(r.Value)) }).Map(func(w string) (string, int) { return w, 1 })`,
		`words.UpdateStateByKey(sum).Filter(func(w string, n int) bool { return w == "/7" }).Print()`,
		`ssc.Start()`,
	} {
		p.Send(line + "\r")
	}
	produce(t, servers, topic, 3, 0, 1000)
	p.shows(block("(/7,100)"))
	control("kill9")
	p.Expect("trying again")
	control("start")
	produce(t, servers, topic, 3, 1000, 2500)
	p.Wait("the total", func() bool { return block("(/7,250)").MatchString(p.All() + "\n") })
	p.Send(":quit\r")
	p.exits(0)
	if m := regexp.MustCompile(`\(/7,(\d+)\)\n\s*(gospark> :quit\s*)?$`).FindStringSubmatch(p.All()); m != nil && m[1] != "250" {
		t.Errorf("the last total is %s", m[1])
	}
}

// createTopic makes a topic and waits until the broker knows it.
func createTopic(t *testing.T, servers, name string, partitions int32) {
	t.Helper()
	cl, err := kgo.NewClient(kgo.SeedBrokers(strings.Split(servers, ",")...))
	if err != nil {
		t.Fatal(err)
	}
	defer cl.Close()
	req := kmsg.NewPtrCreateTopicsRequest()
	req.TimeoutMillis = 20_000
	topic := kmsg.NewCreateTopicsRequestTopic()
	topic.Topic, topic.NumPartitions, topic.ReplicationFactor = name, partitions, 1
	req.Topics = append(req.Topics, topic)
	for {
		resp, err := req.RequestWith(t.Context(), cl)
		if err == nil {
			err = kerr.ErrorForCode(resp.Topics[0].ErrorCode)
		}
		if err == nil || errors.Is(err, kerr.TopicAlreadyExists) {
			return
		}
		if !kerr.IsRetriable(err) {
			t.Fatal(err)
		}
	}
}
