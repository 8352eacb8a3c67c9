package vttest

import (
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
)

// Deadline is how long Wait waits before the test fails.
const Deadline = 10 * time.Second

// Console is a pseudo-terminal with a screen behind it.
type Console struct {
	*Screen
	t    *testing.T
	ptmx *os.File
	TTY  *os.File // the side a program reads and writes; nil after Start
	Cmd  *exec.Cmd
	done chan struct{}
}

// NewConsole opens a pseudo-terminal of the given size. It is closed when the test ends.
func NewConsole(t *testing.T, w, h int) *Console {
	t.Helper()
	ptmx, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	c := &Console{Screen: NewScreen(w, h), t: t, ptmx: ptmx, TTY: tty, done: make(chan struct{})}
	c.setSize(w, h)
	go func() {
		defer close(c.done)
		buf := make([]byte, 4096)
		for {
			n, err := ptmx.Read(buf)
			_, _ = c.Screen.Write(buf[:n])
			if err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() {
		if c.TTY != nil {
			c.TTY.Close()
		}
		ptmx.Close()
		<-c.done
	})
	return c
}

// Start runs a program at a new console, as the leader of a session of its own.
func Start(t *testing.T, w, h int, cmd *exec.Cmd) *Console {
	t.Helper()
	c := NewConsole(t, w, h)
	cmd.Stdin, cmd.Stdout = c.TTY, c.TTY
	if cmd.Stderr == nil {
		cmd.Stderr = c.TTY
	}
	cmd.SysProcAttr = session
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	c.TTY.Close()
	c.TTY, c.Cmd = nil, cmd
	t.Cleanup(func() { _ = cmd.Process.Kill(); _, _ = cmd.Process.Wait() })
	return c
}

func (c *Console) setSize(w, h int) {
	if err := pty.Setsize(c.ptmx, &pty.Winsize{Cols: uint16(w), Rows: uint16(h)}); err != nil {
		c.t.Fatal(err)
	}
}

// Resize changes the size of the terminal; the program at it gets its signal.
func (c *Console) Resize(w, h int) {
	c.Screen.Resize(w, h)
	c.setSize(w, h)
}

// Send types keys.
func (c *Console) Send(keys string) {
	c.t.Helper()
	if _, err := c.ptmx.WriteString(keys); err != nil {
		c.t.Fatal(err)
	}
}

// Wait waits until ok, and fails the test when that takes too long.
func (c *Console) Wait(what string, ok func() bool) {
	c.t.Helper()
	late := time.After(Deadline)
	for {
		changed := c.Changed()
		if ok() {
			return
		}
		select {
		case <-changed:
		case <-late:
			c.t.Fatalf("no %s within %v; the screen shows\n%s", what, Deadline, c.All())
		}
	}
}

// Expect waits until the screen, or what scrolled off it, contains text.
func (c *Console) Expect(text string) {
	c.t.Helper()
	c.Wait(text, func() bool { return strings.Contains(c.All(), text) })
}

// ExpectScreen waits until the screen shows exactly text, with the cursor where text has the character ▏.
func (c *Console) ExpectScreen(text string) {
	c.t.Helper()
	text = strings.TrimPrefix(text, "\n")
	c.Wait("screen\n"+text+"\n", func() bool { return c.Marked() == strings.TrimRight(text, "\n") })
}

// Marked is what the screen shows, with ▏ where the cursor is.
func (c *Console) Marked() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	lines := strings.Split(c.text(c.top()), "\n")
	row := c.row - c.top()
	for len(lines) <= row {
		lines = append(lines, "")
	}
	var b strings.Builder
	at, cells := 0, []rune(nil)
	if c.row < len(c.lines) {
		cells = c.lines[c.row].cells
	}
	for ; at < len(cells) && at < c.col; at++ {
		if cells[at] != 0 {
			b.WriteRune(cells[at])
		}
	}
	for ; at < c.col; at++ {
		b.WriteByte(' ')
	}
	rest := strings.TrimPrefix(lines[row], b.String())
	if len(rest) == len(lines[row]) && b.Len() > 0 { // the cursor is right of the text
		rest = ""
	}
	lines[row] = b.String() + "▏" + rest
	return strings.Join(lines, "\n")
}
