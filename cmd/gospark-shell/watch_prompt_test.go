package main

import (
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"gospark/repl/terminal/vttest"
)

// says types a line and checks what it prints.
func (p *prompt) says(line, want string) {
	p.t.Helper()
	if got := p.do(line); !regexp.MustCompile(want).MatchString(got) {
		p.t.Errorf("%s prints\n%s\nwant %s", line, got, want)
	}
}

// What a query prints is held back, printed later, looked at again, drawn and watched; the prompt is as it was.
func TestPromptWatchingQueries(t *testing.T) {
	p := atPrompt(t, 120, 30, "--master", "local[2]")
	p.says(":top 0", "^type :top, or :top SECONDS")
	p.says(":pause", "^there is no stream$")
	p.says(":plot", "^there is no stream$")
	p.says(":start", "^nothing to start: ")
	p.says(":view", "^there is no result yet$")
	p.says(`in := NewMemoryStream(spark, "word STRING")`, "in: MemoryStream")
	p.says(`q := in.ToDF().GroupBy("word").Count().WriteStream().OutputMode("update").Format("console").QueryName("words").Start()`, "q: StreamingQuery = words, running")
	p.says(":plot words", "^words: (no batch yet|the last 1 of 1 batches)")
	p.says(":pa", ":pa could be :paste, :pause")
	p.says(":pause", "^words is paused: its batches go on")
	p.says(`in.AddData("to", "be"); q.ProcessAllAvailable(); 0`, "^res0: int = 0$")
	p.says(":queries", `words: paused, \d+ lines held back`)
	p.says(":tail", `(?s)^-+\nBatch: \d+\n-+\n.*\|  be\|    1\|`)
	p.says(":pause", `(?s)^-+\nBatch: \d+\n.*\|  be\|    1\|.*words prints again; \d+ lines held back`)
	p.says(":mute", "^words is muted")
	p.says(`in.AddData("or"); q.ProcessAllAvailable(); 1`, "^res1: int = 1$")
	p.says(":unmute", "^words prints again; 1 blocks were not printed, :tail words shows the last$")
	p.says(":tail words 1", `(?s)^-+\nBatch: \d+\n-+\n.*\|  or\|    1\|\n`)
	p.says(":plot", `(?s)^words: the last \d of \d batches\nrows/s .*\nbatch ms +[▁▂▃▄▅▆▇█]+  from .*\nstate rows +[▁▂▃▄▅▆▇█]+  from \d to 3, last 3`)
	p.says(":dag", `(?s)^words: console, output mode update, trigger at once\nProject .*\n\+- Aggregate \[word\].*\n +\+- Relation \[word\] MemoryStream`)
	p.says(":conf spark.sql.shuffle.partitions 3", "^$")
	p.says(":conf shuffle", `^KEY +VALUE\nspark.sql.shuffle.partitions +3$`)

	p.Send(":top\r")
	p.Wait("the screen of :top", func() bool {
		return regexp.MustCompile(`^\d\d:\d\d:\d\d  q leaves\nID +STATE .*\nwords +active +\d `).MatchString(p.Marked())
	})
	p.Send("half")
	p.Send("q")
	p.Send("a line\x15")
	p.empty()
	p.Send(":top\r")
	p.Expect("q leaves")
	p.Send("\x03")
	p.empty()
	p.says("1 + 1", "^res2: int = 2$")

	p.says(`df := in.ToDF(); table := spark.Range(200)`, "table: DataFrame")
	p.Send(":view table\r")
	p.Wait("the first page", func() bool { return strings.HasPrefix(p.Marked(), "+---+\n|id |\n+---+\n|0  |\n") })
	p.Send("G")
	p.Wait("the last page", func() bool { return strings.Contains(p.Marked(), "|199|\n+---+\n") })
	p.Send("q")
	p.empty()
	p.Send(":view words\r")
	p.Wait("what the query printed", func() bool {
		return strings.Contains(p.Marked(), "|  or|    1|") && strings.Contains(p.Marked(), "q leaves")
	})
	p.Send("q")
	p.empty()
	p.says(":view nothing", `no variable "nothing"`)
	p.says(":start words", "^words runs already; :restart starts a query again$")
	p.says(":stop", "words stopped")
	p.says(":tail words 1", `\|  or\|    1\|`)
	p.says(":start words", "words has no checkpoint to go on from")
	p.says(":start --fresh", "^words was started, run ")
	p.Send(":quit\r")
	p.exits(0)
}

// A stream is started, held back and drawn.
func TestPromptWatchingStreams(t *testing.T) {
	p := atPrompt(t, 120, 30)
	for _, line := range []string{
		`ssc := NewStreamingContext(sc, "100ms"); in := make(chan []string, 9)`,
		`words := ssc.QueueStream(in).FlatMap(func(s string) []string { return strings.Fields(s) })`,
		`words.Map(func(w string) (string, int) { return w, 1 }).ReduceByKeyAndWindow(func(a, b int) int { return a + b }, "1s", "200ms").Print()`,
		`words.Print()`,
	} {
		p.do(line)
	}
	// batches print lines of their own from here on
	for _, c := range []struct{ line, want string }{
		{":start stream-1", "stream-1 was started\n"},
		{":start", "stream-1 runs already; "},
		{":dag", `stream-1: every 100ms\nprint at .*\n\+- \[\d\] .*: DStream\[\(string, int\)\], .*every 200ms\n(.*\n)+ +\+- \[1\] .*DStream\[string\]\n +\+- \[0\] queueStream: DStream\[string\]\nprint at .*\n\+- \[1\] flatMap, as above\n`},
		{":pause stream-1", "stream-1 is paused"},
		{`in <- []string{"held back"}`, ""},
	} {
		p.Send(c.line + "\r")
		p.shows(regexp.MustCompile(c.want))
	}
	p.Wait("a held block", func() bool {
		p.Send(":tail\r")
		return strings.Contains(p.All(), "held\nback\n")
	})
	p.Send(":unmute stream-1\r")
	p.shows(regexp.MustCompile(`\nheld\nback\n(.*\n)*stream-1 prints again; \d+ lines held back`))
	p.Send(":plot\r")
	p.shows(regexp.MustCompile(`stream-1: the last \d+ of \d+ batches\nrows/s`))
	p.Send(":quit\r")
	p.exits(0)
}

// With standard output in a file nothing can fill the screen: the commands say what to type instead.
func TestPromptWatchingWithoutAScreen(t *testing.T) {
	program, err := exec.LookPath("gospark-shell")
	if err != nil {
		t.Fatal(err)
	}
	c := vttest.NewConsole(t, 80, 24)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "--no-ui")
	cmd.Env = []string{"HOME=" + t.TempDir(), "TERM=xterm-256color"}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = c.TTY, w, w
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w.Close()
	c.Send("x := []int{1}\n:top\n:view x\n:gen clicks seed=1\n:lab 1\n:lab run\n:lab stop\n:quit\n")
	out, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	for _, want := range []string{
		"top: there is no terminal to draw on; :queries lists the same figures, :plot draws them\n",
		"view: there is no terminal to draw on; df.Show(1000, false) prints rows, :tail what a query printed, fmt.Println a value\n",
		"schema for FromJSON: ts TIMESTAMP, user STRING, page STRING, status INT\n",
		"type this, or :lab run\n    lines := sc.Parallelize(",
		"lines: RDD[string]\n",
		"\n2/6 One record becomes several\n",
	} {
		if !strings.Contains(string(out), want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if strings.Contains(string(out), "\x1b") {
		t.Errorf("escape sequences in %q", out)
	}
}
