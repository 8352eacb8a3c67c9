package terminal

import (
	"context"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"gospark/repl/terminal/vttest"
)

// counting is a view that shows how often it was drawn, and the keys it got.
type counting struct {
	drawn int
	keys  string
}

func (c *counting) Draw(width, height int) []string {
	c.drawn++
	return []string{fmt.Sprintf("%dx%d", width, height), "keys " + c.keys, strings.Repeat("x", width+1)}
}

func (c *counting) Key(k Key) bool {
	if k == KeyDown {
		c.keys += "↓"
	} else {
		c.keys += string(rune(k))
	}
	return k == 'q'
}

// A view has the screen to itself; what is printed meanwhile comes when it is left, and the prompt is as it was.
func TestView(t *testing.T) {
	d := newDesk(t, 20, 6)
	refresh := make(chan time.Time)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	show := func(ctx context.Context) func() {
		return func() {
			if err := d.editor.Show(ctx, &counting{}, refresh); err != nil {
				t.Error(err)
			}
		}
	}
	d.run["show"], d.run["until"] = show(t.Context()), show(ctx)
	d.printer.Block("before")
	d.ready()
	d.Send("show\r")
	d.ExpectScreen("20x6\nkeys\n" + strings.Repeat("x", 19) + "…\n▏")
	d.printer.Block("a block")
	d.printer.Progress("job", "working")
	d.printer.Replaceable("empty", "1 empty batch")
	d.Send("\x1b[B")
	d.ExpectScreen("20x6\nkeys ↓\n" + strings.Repeat("x", 19) + "…\n▏")
	d.Resize(30, 8)
	d.editor.signals <- syscall.SIGWINCH // the test is not in the foreground of this terminal
	d.Expect("30x8")
	d.Send("z\x1bbq\r") // Alt-B means nothing; Enter is the next input
	d.input(t, "show")
	d.input(t, "")
	d.Wait("usual screen", func() bool {
		return strings.Contains(d.All(), "mark 1\ngo> show\na block\n1 empty batch\n") && strings.HasSuffix(d.Marked(), "working\ngo> ▏")
	})
	d.printer.Progress("job", "")
	d.ready()
	d.Send("until\r")
	d.Expect("30x8")
	select {
	case refresh <- time.Time{}:
	case <-time.After(vttest.Deadline):
		t.Fatal("the view is not drawn anew")
	}
	cancel()
	d.input(t, "until")
	d.ready()
	if d.Mode("?1049") || !d.Mode("?25") {
		t.Error("the other screen is left on, or the cursor hidden")
	}
}

func TestLentIsBounded(t *testing.T) {
	l := &lent{}
	for i := range 4000 {
		l.keep(fmt.Sprintf("%039d\n", i))
	}
	if n := strings.Count(l.text, "\n"); len(l.text) > lentBytes || n+l.dropped != 4000 || !strings.HasPrefix(l.text, fmt.Sprintf("%039d\n", l.dropped)) {
		t.Errorf("%d lines kept, %d dropped, %d bytes", n, l.dropped, len(l.text))
	}
}

func TestPager(t *testing.T) {
	var text strings.Builder
	for i := range 20 {
		fmt.Fprintf(&text, "%d 日本\t%s|\n", i, strings.Repeat("-", 30))
	}
	p := NewPager(text.String())
	for _, c := range []struct {
		key  Key
		want string // first line and place
	}{
		{0, "0 日本  ------------------------------| lines 1-4 of 20"},
		{KeyUp, "0 日本  ------------------------------| lines 1-4 of 20"},
		{KeyDown, "1 日本  ------------------------------| lines 2-5 of 20"},
		{' ', "5 日本  ------------------------------| lines 6-9 of 20"},
		{'G', "16 日本 ------------------------------| lines 17-20 of 20"},
		{KeyPageDown, "16 日本 ------------------------------| lines 17-20 of 20"},
		{'b', "12 日本 ------------------------------| lines 13-16 of 20"},
		{KeyRight, "----------------------------| lines 13-16 of 20"},
		{KeyRight, "-------------------| lines 13-16 of 20"},
		{KeyLeft, "-----------------------------| lines 13-16 of 20"},
		{KeyHome, "-----------------------------| lines 1-4 of 20"},
	} {
		if p.Key(c.key) {
			t.Fatalf("%q leaves", c.key)
		}
		lines := p.Draw(20, 5)
		place, _, _ := strings.Cut(lines[4], " ·")
		if got := lines[0] + " " + place; got != c.want {
			t.Errorf("%q: %q, want %q", c.key, got, c.want)
		}
	}
	if lines := NewPager("one\n").Draw(80, 4); strings.Join(lines[:3], "") != "one~~" {
		t.Errorf("a short text: %q", lines)
	}
	for _, k := range []Key{'q', KeyInterrupt} {
		if !p.Key(k) {
			t.Errorf("%q does not leave", k)
		}
	}
}
