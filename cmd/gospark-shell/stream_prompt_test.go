package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// server is what a user has in another terminal: it listens, and sends what the test says to whoever connects.
type server struct {
	net.Listener
	t     *testing.T
	conns chan net.Conn
}

func serve(t *testing.T) *server {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{l, t, make(chan net.Conn, 8)}
	t.Cleanup(func() { l.Close() })
	go func() {
		defer close(s.conns)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			s.conns <- c
		}
	}()
	return s
}

func (s *server) port() string { return strconv.Itoa(s.Addr().(*net.TCPAddr).Port) }

// client waits for the next connection.
func (s *server) client() net.Conn {
	s.t.Helper()
	c, ok := <-s.conns
	if !ok {
		s.t.Fatal("nobody connected")
	}
	s.t.Cleanup(func() { c.Close() })
	return c
}

func say(t *testing.T, c net.Conn, text string) {
	t.Helper()
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
}

// freePort is a port on which nobody listens.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}

// wordCount is the program of the README.
func wordCount(interval, port string) string {
	return `ssc := NewStreamingContext(sc, ` + interval + `)
lines := ssc.SocketTextStream("localhost", ` + port + `)
counts := lines.FlatMap(func(s string) []string { return strings.Fields(s) }).
    Map(func(w string) (string, int) { return w, 1 }).
    ReduceByKey(func(a, b int) int { return a + b })
counts.Print()
ssc.Start()`
}

var wordCountEchoes = []string{"ssc: StreamingContext\n", "lines: DStream[string]\n", "counts: DStream[(string, int)]\n"}

// block is how Print shows a batch with the records, which may come in any order.
func block(records ...string) *regexp.Regexp {
	one := make([]string, len(records))
	for i, r := range records {
		one[i] = regexp.QuoteMeta(r)
	}
	row := "(?:" + strings.Join(one, "|") + ")\n"
	return regexp.MustCompile(`-{43}\nTime: \d+ ms\n-{43}\n` + strings.Repeat(row, len(records)) + `\n`)
}

// shows waits until everything printed so far matches.
func (p *prompt) shows(what *regexp.Regexp) {
	p.t.Helper()
	p.Wait(what.String(), func() bool { return what.MatchString(p.All() + "\n") })
}

func TestPromptStreamTyped(t *testing.T) {
	s := serve(t)
	p := atPrompt(t, 100, 40)
	for line := range strings.Lines(wordCount("Seconds(1)", s.port())) {
		p.Send(strings.TrimSuffix(line, "\n") + "\r")
	}
	c := s.client()
	for _, e := range wordCountEchoes {
		p.Expect(e)
	}
	// a line is being typed while batches are printed
	p.Send("lines.FlatMap(spl it)\x1b[D\x1b[D\x1b[D\x1b[D\x7f")
	say(t, c, "to be or not to be\n")
	p.shows(block("(to,2)", "(be,2)", "(or,1)", "(not,1)"))
	p.Wait("the line being typed, undamaged", func() bool { return strings.HasSuffix(p.Marked(), "\ngospark> lines.FlatMap(sp▏ it)") })
	say(t, c, "again\n")
	p.shows(block("(again,1)"))
	p.Wait("the line being typed, undamaged", func() bool { return strings.HasSuffix(p.Marked(), "\ngospark> lines.FlatMap(sp▏ it)") })
	p.Send("\x15")
	// a last line without an end counts, and a server that goes away is waited for
	say(t, c, "cut o")
	c.Close()
	p.Expect("the server closed the connection; trying again")
	p.shows(block("(cut,1)", "(o,1)"))
	say(t, s.client(), "back\n")
	p.shows(block("(back,1)"))
	p.Send("\x15:quit\r")
	p.exits(0)
}

func TestPromptStreamPasted(t *testing.T) {
	port := freePort(t)
	p := atPrompt(t, 200, 40)
	p.Send("\x1b[200~" + wordCount(`"200ms"`, port) + "\n\x1b[201~")
	p.Expect("ssc.Start()")
	p.Send("\r")
	for _, e := range wordCountEchoes {
		p.Expect(e)
	}
	p.Expect("connection refused: no server listens there; start one with nc -lk " + port + " in another terminal, or :nc " + port + " here; trying again")
	p.Expect("empty batches, the last at ")
	p.Send(":nc " + port + "\r")
	p.Expect("listening on 127.0.0.1:" + port)
	p.Send(":nc " + port + " to be or not to be\r")
	p.shows(block("(to,2)", "(be,2)", "(or,1)", "(not,1)"))
	p.Send(":nc " + port + "\r")
	p.Expect("port " + port + " is being served already")
	p.Send(":quit\r")
	p.exits(0)
}

// Several streams run at once, are listed, silenced and stopped, and a stopped one is defined again.
func TestPromptStreamCommands(t *testing.T) {
	p := atPrompt(t, 200, 40)
	define := func(ssc, queue, factor string) {
		for _, line := range []string{
			ssc + ` := NewStreamingContext(sc, "100ms")`,
			queue + ` := make(chan []int, 9)`,
			ssc + `.QueueStream(` + queue + `).Map(func(i int) int { return i * ` + factor + ` }).Print()`,
			ssc + `.Start()`,
		} {
			p.Send(line + "\r")
		}
	}
	define("a", "qa", "10")
	p.Expect("stream-1: ")
	define("b", "qb", "100")
	p.Expect("stream-2: ")
	p.Send("qa <- []int{1, 2}; qb <- []int{3}\r")
	p.shows(block("10", "20"))
	p.shows(block("300"))
	p.Send(":queries\r")
	p.shows(regexp.MustCompile(`ID +STATE +INTERVAL +BATCHES +ROWS +PROCESSING +DELAY +INPUT\nstream-1 +active +100ms .*\nstream-2 +active +100ms `))
	p.Send(":stop\r")
	p.Expect("which stream? there are stream-1, stream-2")
	p.Send(":mute stream-2\r")
	p.Expect("stream-2 is muted; :unmute prints its batches again")
	p.Send("qb <- []int{4}; qa <- []int{4}\r")
	p.shows(block("40"))
	p.Send(":stop --graceful stream-1\r")
	p.Expect("stream-1 stopped")
	p.Send(":unmute\r")
	p.Expect("stream-2 prints again; ")
	p.Send("qb <- []int{5}\r")
	p.shows(block("500"))
	if strings.Contains(p.All(), "\n400\n") {
		t.Error("a muted stream printed")
	}
	p.Send("a.Start()\r")
	p.Expect("^ StreamingContext has already been stopped; define a new one: ssc = NewStreamingContext(sc, Milliseconds(100))")
	p.Send(`a = NewStreamingContext(sc, "100ms"); a.QueueStream(qa).Print(); a.Start()` + "\r")
	p.Expect("stream-3: ")
	p.Send("qa <- []int{77}\r")
	p.shows(block("77"))
	p.Send(":stop stream-9\r")
	p.Expect(`no stream "stream-9"; there are stream-2, stream-3`)
	p.Send(":quit\r")
	p.exits(0)
}

// What Ctrl-C ends, and that it ends nothing else.
func TestPromptStreamInterrupts(t *testing.T) {
	s := serve(t) // takes a Kafka client's connection and never answers
	p := atPrompt(t, 200, 40, "--master", "local[2]")
	for _, line := range []string{
		`ssc := NewStreamingContext(sc, "100ms")`,
		`q := make(chan []int, 99)`,
		`ssc.QueueStream(q).Map(func(i int) int { return i * 10 }).Print()`,
		`ssc.Start()`,
	} {
		p.Send(line + "\r")
	}
	p.Expect("stream-1: ")
	for i, code := range []string{
		`for {}`,
		`time.Sleep(time.Hour)`,
		`ssc.AwaitTermination()`,
		`sc.Parallelize([]int{1, 2, 3, 4}).Map(func(i int) int { for { i++ } }).Collect()`,
		`sc.Parallelize([]int{1, 2, 3, 4}).Map(func(i int) int { time.Sleep(time.Hour); return i }).Collect()`,
		`sc.Parallelize([]int{1, 2, 3, 4}).Map(func(i int) int { return <-make(chan int) }).Collect()`,
		`s2 := NewStreamingContext(sc, "1s"); s2.KafkaDirectStream(KafkaParams{"bootstrap.servers": "localhost:` + s.port() + `"}, "clicks").Print(); s2.Start()`,
		`:topics servers=localhost:` + s.port(),
		`<-make(chan int)`,
	} {
		p.Send(code + "\r")
		if strings.Contains(code, s.port()) {
			s.client()
		}
		// the line as taken, not the one before it that is still running
		p.Wait("evaluation", func() bool {
			return strings.Contains(p.Marked(), "gospark> "+code+"\n") && (strings.HasSuffix(p.Marked(), "\n▏") || strings.Contains(p.Marked(), "\n▏\n"))
		})
		p.Send("\x03")
		p.Wait(code+" interrupted", func() bool { return strings.Count(p.All(), "interrupted; stream-1 goes on\n") == i+1 })
		p.Send(fmt.Sprintf("q <- []int{%d}\r", 1000+i))
		p.shows(block(strconv.Itoa(10000 + 10*i)))
	}
	p.Send("if half := true; half {\r")
	p.Expect("    ...>")
	p.Send("\x03")
	p.Send("q <- []int{5}\r")
	p.shows(block("50"))
	p.Send(":quit\r")
	_ = p.Cmd.Wait() // it says which tasks wait for ever, if they had begun when they were interrupted
}

// A failing batch is one notice with the operation and the user's words; the stream goes on.
func TestPromptStreamFailure(t *testing.T) {
	p := atPrompt(t, 300, 40)
	for _, line := range []string{
		`ssc := NewStreamingContext(sc, "100ms")`,
		`q := make(chan []int, 9)`,
		`ssc.QueueStream(q).Map(func(i int) int { return 100 / i }).Print()`,
		`ssc.Start()`,
		`q <- []int{1, 0}`,
	} {
		p.Send(line + "\r")
	}
	p.shows(regexp.MustCompile(`stream-1: batch \d\d:\d\d:\d\d\.\d00 failed: .*map at ssc\.QueueStream\(q\)\.Map\(func\(i int\) int \{…: panic: runtime error: integer divide by zero\n`))
	p.Send("q <- []int{4}\r")
	p.shows(block("25"))
	if n := strings.Count(p.All(), "divide by zero"); n != 1 {
		t.Errorf("the failure is told %d times", n)
	}
	p.Send("\x04")
	p.exits(0)
}

// Leaving stops streams gracefully: what was received is processed and printed.
func TestPromptQuitFinishesStreams(t *testing.T) {
	for name, leave := range map[string]string{":quit": ":quit\r", "Ctrl-D": "\x04"} {
		t.Run(name, func(t *testing.T) {
			s := serve(t)
			p := atPrompt(t, 100, 40)
			p.Send("\x1b[200~" + wordCount("Seconds(1)", s.port()) + "\x1b[201~\r")
			c := s.client()
			p.Expect("counts: DStream[(string, int)]\n")
			say(t, c, "last words\nof all\n")
			p.Expect("stream-1: ") // an empty batch: the lines are read by now or come with the next
			p.Send(leave)
			p.exits(0)
			for _, w := range []string{"last", "words", "of", "all"} {
				if n := strings.Count(p.All(), "\n("+w+",1)\n"); n != 1 {
					t.Errorf("%s was counted %d times\n%s", w, n, p.All())
				}
			}
		})
	}
}

// The server reads what the shell sends it, which is nothing.
func TestPromptStreamSendsNothing(t *testing.T) {
	s := serve(t)
	p := atPrompt(t, 100, 40)
	p.Send("\x1b[200~" + wordCount(`"100ms"`, s.port()) + "\x1b[201~\r")
	c := s.client()
	p.Expect("counts: DStream[(string, int)]\n")
	p.Send(":stop\r")
	p.Expect("stream-1 stopped")
	if text, err := bufio.NewReader(c).ReadString('\n'); text != "" || err == nil {
		t.Errorf("the server got %q, %v", text, err)
	}
	p.Send(":quit\r")
	p.exits(0)
}
