package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"gospark/repl/terminal/vttest"
)

// prompt is gospark-shell at a terminal.
type prompt struct {
	*vttest.Console
	t    *testing.T
	home string
}

func atPrompt(t *testing.T, w, h int, args ...string) *prompt {
	return atPromptIn(t, w, h, t.TempDir(), args...)
}

func atPromptIn(t *testing.T, w, h int, home string, args ...string) *prompt {
	t.Helper()
	return promptIn(t, w, h, home, append([]string{"--no-ui"}, args...)...)
}

// atPromptUI is atPrompt with a monitor.
func atPromptUI(t *testing.T, w, h int) *prompt {
	t.Helper()
	return promptIn(t, w, h, t.TempDir(), "--ui-port", "0")
}

func promptIn(t *testing.T, w, h int, home string, args ...string) *prompt {
	t.Helper()
	program, err := exec.LookPath("gospark-shell")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, append([]string{"--color", "never"}, args...)...)
	cmd.Dir = home
	cmd.Env = []string{"HOME=" + home, "TERM=xterm-256color", "PATH=" + os.Getenv("PATH"), "EDITOR=" + filepath.Join(home, "editor")}
	p := &prompt{Console: vttest.Start(t, w, h, cmd), t: t, home: home}
	p.empty()
	return p
}

// empty waits for an empty prompt at the end of the screen.
func (p *prompt) empty() {
	p.t.Helper()
	p.Wait("empty prompt", func() bool { return strings.HasSuffix(p.Marked(), "\ngospark> ▏") })
}

// do types a line and waits until it has been dealt with.
func (p *prompt) do(line string) string {
	p.t.Helper()
	before := len(p.All())
	p.Send(line + "\r")
	p.Wait("prompt after "+line, func() bool {
		return len(p.All()) > before && strings.HasSuffix(p.Marked(), "\ngospark> ▏")
	})
	out := p.All()[before:]
	_, out, _ = strings.Cut(out, "\n")
	return strings.TrimSuffix(strings.TrimSuffix(out, "gospark>"), "\n")
}

// exits waits for the program to end.
func (p *prompt) exits(code int) {
	p.t.Helper()
	_ = p.Cmd.Wait()
	if got := p.Cmd.ProcessState.ExitCode(); got != code {
		p.t.Errorf("exit status %d, want %d\n%s", got, code, p.All())
	}
}

func TestPromptSession(t *testing.T) {
	p := atPrompt(t, 80, 24)
	for _, c := range []struct{ in, out string }{
		{"1 + 2", "res0: int = 3"},
		{"x := res0 * 10", "x: int = 30"},
		{"x = 4", "x: int = 4"},
		{`fmt.Println("hi", x)`, "hi 4"},
		{`fmt.Print("no line end")`, "no line end"},
		{"y", "y\n^ undefined: y"},
		{`日本 := "日本" + z`, "日本 := \"日本\" + z\n                 ^ undefined: z"},
		{`strings.Fields("a b")`, `res1: []string = []string{"a", "b"}`},
		{":type x", "int"},
		{":silent", "results are not shown"},
		{"x", ""},
		{":silent", "results are shown"},
		{":set", "echo   on        show results (on, off)\ncolor  off       colour what the shell prints (on, off)\ntable  spark     how Show and the console draw tables (spark, pretty)"},
		{":set echo maybe", `set: echo is one of on, off, not "maybe"`},
		{":nosuch", "no such command :nosuch; :help lists them"},
		{":hsitory", "no such command :hsitory; did you mean :history?"},
		{":drop x", ""},
		{"x", "x\n^ undefined: x"},
		{":hist Fields", "    8  strings.Fields(\"a b\")\n   19  :hist Fields"},
		{":sh echo from the shell", "from the shell"},
		{":sh exit 3", "sh: exit status 3"},
		{":log", "nothing logged"},
	} {
		if got := p.do(c.in); got != c.out {
			t.Errorf("%s\nprints %q\nwant   %q", c.in, got, c.out)
		}
	}
	for in, want := range map[string]*regexp.Regexp{
		":s":     regexp.MustCompile(`^:s could be (:\w+, )+:\w+$`),
		":vars":  regexp.MustCompile(`(?m)^res1 +\[\]string$`),
		":types": regexp.MustCompile(`^$`),
		":help":  regexp.MustCompile(`(?m)^:log \[n\|level\|tail\] +show the latest log records$`),
		":h :lo": regexp.MustCompile(`(?m)^:lo could be `),
		":? log": regexp.MustCompile(`^:log \[n\|level\|tail\]\nshow the latest`),
	} {
		if got := p.do(in); !want.MatchString(got) {
			t.Errorf("%s prints %q, want %s", in, got, want)
		}
	}
	p.Send("\x04")
	p.exits(0)
}

func TestPromptSeveralLines(t *testing.T) {
	p := atPrompt(t, 80, 24)
	p.Send("func sq(n int) int {\r")
	p.Expect("    ...>")
	p.Send("\treturn n * n\r}\r")
	p.Expect("sq")
	p.empty()
	if got := p.do("sq(12)"); got != "res0: int = 144" {
		t.Errorf("got %q", got)
	}
	p.Send("\x1b[200~func twice(n int) int {\n\treturn 2 * n\n}\n\x1b[201~")
	p.Expect("return 2 * n")
	p.do("")
	if got := p.do("twice(4)"); got != "res1: int = 8" {
		t.Errorf("got %q", got)
	}
	p.Send("\x1b[A\x1b[A") // the function comes back as one input
	p.Wait("recalled function", func() bool {
		return strings.HasSuffix(p.Marked(), "gospark> func twice(n int) int {\n    ...>     return 2 * n\n    ...> }▏")
	})
	p.Send("\x03")
	p.empty()
	if got := p.do(".Seconds"); !strings.Contains(got, "res1.Seconds") {
		t.Errorf("a dot does not apply to the last result: %q", got)
	}
}

func TestPromptInterrupts(t *testing.T) {
	p := atPrompt(t, 80, 24)
	p.Send("half a line")
	p.Expect("half a line")
	p.Send("\x03")
	p.Expect("half a line^C")
	p.empty()
	for _, code := range []string{"for {}", "time.Sleep(time.Hour)", "select {}", "<-make(chan int)"} {
		p.Send(code + "\r")
		p.Wait("evaluation", func() bool { return strings.HasSuffix(p.Marked(), code+"\n▏") })
		before := len(p.All())
		p.Send("\x03")
		p.Wait("interrupt", func() bool {
			return strings.Contains(p.All()[min(before, len(p.All())):], "interrupted\ngospark>")
		})
		p.empty()
	}
	if got := p.do("1"); got != "res0: int = 1" {
		t.Errorf("after interrupts: %q", got)
	}
	p.Send("\x03")
	p.Expect("gospark> ^C")
	p.Send("\x03")
	p.Wait("notice and prompt", func() bool {
		return strings.HasSuffix(p.Marked(), "to leave, type :quit or press Ctrl-D\ngospark> ▏")
	})
	if err := p.Cmd.Process.Signal(os.Interrupt); err != nil { // from outside
		t.Fatal(err)
	}
	p.Wait("fourth ^C", func() bool { return strings.Count(p.All(), "^C") == 4 })
	p.empty()
	p.Send(":quit\r")
	p.exits(0)
}

func TestPromptOutputWhileTyping(t *testing.T) {
	p := atPrompt(t, 80, 24)
	p.do("tick := make(chan int)")
	p.do(`go func() { for n := range tick { fmt.Printf("Batch: %d\nrow\n", n) } }()`)
	p.do("go func() { for n := range 3 { time.Sleep(50 * time.Millisecond); tick <- n } }()")
	p.Send("lines.FlatMap(spl it)\x1b[D\x1b[D\x1b[D\x1b[D\x7f")
	p.Wait("undamaged line under the last batch", func() bool {
		return strings.HasSuffix(p.Marked(), "Batch: 2\nrow\ngospark> lines.FlatMap(sp▏ it)")
	})
	if n := strings.Count(p.All(), "Batch: "); n != 4 { // one is in the program
		t.Errorf("%d batches on the screen, want 3:\n%s", n-1, p.All())
	}
	p.Send("\x03")
	p.empty()
}

func TestPromptCompletion(t *testing.T) {
	p := atPrompt(t, 80, 24)
	if err := os.WriteFile(filepath.Join(p.home, "lesson.go"), []byte("fromFile := 42\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p.Send("strings.ToUp\t")
	p.Wait("completion", func() bool { return strings.Contains(p.Marked(), "gospark> strings.ToUpper") })
	p.Send("\x15:hi\t")
	p.Wait("command completion", func() bool { return strings.Contains(p.Marked(), "gospark> :history▏") })
	p.Send("\x15:load les\t")
	p.Wait("file completion", func() bool { return strings.Contains(p.Marked(), "gospark> :load lesson.go▏") })
	p.Send("\r")
	p.Expect("fromFile: int = 42")
	p.empty()
	p.Send("strings.Trim\t")
	p.Expect("TrimSuffix")
	p.Expect("func(") // with its signature
	p.Send("\x03")
	p.empty()
}

func TestPromptFiles(t *testing.T) {
	p := atPrompt(t, 80, 24)
	write := func(name, text string, mode os.FileMode) {
		if err := os.WriteFile(filepath.Join(p.home, name), []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
	write("editor", "#!/bin/sh\necho 'edited := 7' > \"$1\"\n", 0o755)
	write("program.go", "package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(\"ran\") }\n", 0o644)
	write("bad.go", "a := 1\nb := nosuch\n", 0o644)
	for _, c := range []struct{ in, out string }{
		{":load program.go", "ran"},
		{":load bad.go", "bad.go:2:6: undefined: nosuch\nb := nosuch\n     ^"},
		{":load nosuch.go", "open nosuch.go: no such file or directory"},
		{":edit", "edited := 7\nedited: int = 7"},
		{"edited", "res0: int = 7"},
		{":save session.go", "2 inputs written to session.go"},
		{":reset", "forgot main, edited, res0\nthe session and what runs in it are unchanged"},
		{":load session.go", "edited: int = 7\nres0: int = 7"},
		{":drop", "usage: :drop name…"},
	} {
		if got := p.do(c.in); got != c.out {
			t.Errorf("%s\nprints %q\nwant   %q", c.in, got, c.out)
		}
	}
	p.Send(":paste\r")
	p.Expect("Ctrl-D on an empty line ends")
	p.Send("p1 := 1\r\rp2 := p1 + 1\r\x04")
	p.Expect("p2: int = 2")
	p.empty()
	if got := p.do(":time p1"); !strings.HasPrefix(got, "res") || !strings.Contains(got, "took ") {
		t.Errorf(":time prints %q", got)
	}
}

func TestPromptHistoryAndInitFile(t *testing.T) {
	home := t.TempDir()
	if err := os.Mkdir(filepath.Join(home, ".gospark"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(home, ".gospark", "init.go"), []byte("func mine() int { return 5 }\nnosuch()\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := atPromptIn(t, 80, 24, home)
	p.Expect("~/.gospark/init.go:2:1: undefined: nosuch") // shown, not fatal
	p.do("first := 1")
	p.Send("\x1b[200~func f() {\n}\x1b[201~\r")
	p.empty()
	p.Send(":quit\r")
	p.exits(0)

	p = atPromptIn(t, 80, 24, home)
	p.Send("\x1b[A\x1b[A")
	p.Wait("the function of the session before", func() bool { return strings.HasSuffix(p.Marked(), "gospark> func f() {\n    ...> }▏") })
	p.Send("\x03")
	p.empty()
	p.Send("\x12first")
	p.Expect("(search)'first': ")
	p.Send("\r")
	p.Expect("first: int = 1")
	p.empty()
	p.Send("\x04")
	p.exits(0)
}

func TestPromptReadOnlyHome(t *testing.T) {
	home := t.TempDir()
	if err := os.WriteFile(filepath.Join(home, ".gospark"), nil, 0o600); err != nil { // cannot be a directory
		t.Fatal(err)
	}
	p := atPromptIn(t, 80, 24, home)
	if n := strings.Count(p.All(), "history is not kept"); n != 1 {
		t.Errorf("%d notices, want 1:\n%s", n, p.All())
	}
	p.do("1")
	p.Send("\x1b[A")
	p.Wait("recalled input", func() bool { return strings.HasSuffix(p.Marked(), "gospark> 1▏") })
}

func TestPromptLeavesTheTerminalAsItWas(t *testing.T) {
	for name, leave := range map[string]func(*prompt){
		"SIGTERM": func(p *prompt) { _ = p.Cmd.Process.Signal(syscall.SIGTERM) },
		"SIGHUP":  func(p *prompt) { _ = p.Cmd.Process.Signal(syscall.SIGHUP) },
		"end":     func(p *prompt) { p.Send("\x15\x04") },
		"exit()":  func(p *prompt) { p.Send("\x15exit()\r") },
	} {
		t.Run(name, func(t *testing.T) {
			p := atPrompt(t, 80, 24)
			p.Send(`fmt.Println("half")`)
			p.Expect("half")
			leave(p)
			p.exits(0)
			p.Wait("paste mode off", func() bool { return !p.Mode("?2004") })
			if strings.Contains(p.All(), "\nhalf") {
				t.Error("the half-typed line was run")
			}
		})
	}
}

func TestPromptExitCode(t *testing.T) {
	p := atPrompt(t, 80, 24)
	p.Send("os.Exit(3)\r")
	p.exits(3)
}

func TestPromptNarrow(t *testing.T) {
	p := atPrompt(t, 20, 5)
	p.Send("日本 := `日本語日本語`")
	p.Wait("wrapped line", func() bool { return strings.HasSuffix(p.Marked(), "gospark> 日本 := `日\n本語日本語`▏") })
	p.Resize(40, 10)
	p.Wait("line on one row", func() bool { return strings.HasSuffix(p.Marked(), "gospark> 日本 := `日本語日本語`▏") })
	p.Send("\r")
	p.Expect("日本: string =")
	p.empty()
}

// Ctrl-Z stops the shell where somebody can continue it, and does no harm elsewhere.
func TestPromptStopped(t *testing.T) {
	p := atPrompt(t, 80, 24)
	p.Send("abc\x1a")
	p.Wait("the line again", func() bool { return strings.HasSuffix(p.Marked(), "gospark> abc\ngospark> abc▏") })
	p.Send("\x03")
	p.empty()

	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no shell with job control")
	}
	program, err := exec.LookPath("gospark-shell")
	if err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	cmd := exec.Command(bash, "--norc", "--noediting", "-i")
	cmd.Env = []string{"HOME=" + home, "TERM=xterm-256color", "PS1=sh$ ", "NO_COLOR=1"}
	p = &prompt{Console: vttest.Start(t, 80, 24, cmd), t: t, home: home}
	p.Send(program + " --no-ui\r")
	p.empty()
	p.Send("abc")
	p.Expect("gospark> abc")
	p.Send("\x1a")
	p.Wait("shell", func() bool { return strings.HasSuffix(p.Marked(), "sh$ ▏") })
	p.Send("fg\r")
	p.Wait("the line again", func() bool { return strings.HasSuffix(p.Marked(), "\ngospark> abc▏") })
	p.Send("\x7f\x7f\x7f1 + 1\r")
	p.Expect("res0: int = 2")
	p.empty()
	p.Send("\x04")
	p.Wait("shell", func() bool { return strings.HasSuffix(p.Marked(), "sh$ ▏") })
}

// With standard output in a file there is nobody to draw for, whatever standard input is.
func TestPromptWithoutEscapes(t *testing.T) {
	program, err := exec.LookPath("gospark-shell")
	if err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	c := vttest.NewConsole(t, 80, 24)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "--no-ui")
	cmd.Env = []string{"HOME=" + home, "TERM=xterm-256color"}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = c.TTY, w, w
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w.Close()
	c.Send("x := 1\nfunc f() int {\nreturn 2\n}\nf() + x\n:quit\n")
	out, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	if s := string(out); strings.Contains(s, "\x1b") || !strings.Contains(s, "x: int = 1\n") || !strings.Contains(s, "res0: int = 3\n") {
		t.Errorf("got %q", s)
	}
}
