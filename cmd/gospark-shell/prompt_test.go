package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"gospark/repl/terminal/vttest"
)

// prompt is gospark-shell at a terminal.
type prompt struct {
	*vttest.Console
	t     *testing.T
	home  string
	marks int
}

const welcome = ":quit to leave."

func atPrompt(t *testing.T, w, h int, args ...string) *prompt {
	return atPromptIn(t, w, h, t.TempDir(), args...)
}

func atPromptIn(t *testing.T, w, h int, home string, args ...string) *prompt {
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
		{":vars", "res0  int\nx     int\nres1  []string"},
		{":silent", "results are not shown"},
		{"x", ""},
		{":silent", "results are shown"},
		{":set", "echo   on        show results (on, off)\ncolor  off       colour what the shell prints (on, off)"},
		{":set echo maybe", `set: echo is one of on, off, not "maybe"`},
		{":nosuch", "no such command :nosuch; :help lists them"},
		{":hsitory", "no such command :hsitory; did you mean :history?"},
		{":s", ":s could be :save, :set, :sh, :silent"},
		{":drop x", ""},
		{"x", "x\n^ undefined: x"},
		{":hist Fields", "    8  strings.Fields(\"a b\")\n   21  :hist Fields"},
		{":sh echo from the shell", "from the shell"},
		{":sh exit 3", "sh: exit status 3"},
		{":log", "nothing logged"},
	} {
		if got := p.do(c.in); got != c.out {
			t.Errorf("%s\nprints %q\nwant   %q", c.in, got, c.out)
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
	p.Expect("to leave, type :quit or press Ctrl-D")
	if err := p.Cmd.Process.Signal(os.Interrupt); err != nil { // from outside
		t.Fatal(err)
	}
	p.empty()
	p.Send(":quit\r")
	p.exits(0)
}
