package session

import (
	"fmt"
	"strings"
	"testing"
)

// Blocks are printed at once, not at all, or later and in order; what was too much is counted.
func TestStreamConsole(t *testing.T) {
	var out strings.Builder
	c := &streamConsole{}
	said := 0
	batch := func(text string) {
		t.Helper()
		if err := c.print(&out, []byte(text), !strings.HasPrefix(text, "-")); err != nil {
			t.Fatal(err)
		}
	}
	shows := func(want string) {
		t.Helper()
		if got := out.String(); got != want {
			t.Errorf("printed %q, want %q", got, want)
		}
		out.Reset()
	}
	batch("1\n")
	shows("1\n")
	c.mute()
	batch("2\n")
	c.empty(func() { said++ })
	shows("")
	if n := c.unmute(); n != 2 {
		t.Errorf("%d batches hidden, want 2", n)
	}
	c.pause()
	batch("3\n")
	batch("-\n")
	batch("4\n4\n")
	c.empty(func() { said++ })
	shows("")
	if h, err := c.resume(&out); err != nil || h != (StreamHold{Lines: 4}) {
		t.Errorf("held %v, %v", h, err)
	}
	batch("5\n")
	shows("3\n-\n4\n4\n5\n")
	if said != 0 {
		t.Error("a batch without rows is told of while nothing is printed")
	}
	c.empty(func() { said++ })
	if said != 1 {
		t.Error("a batch without rows is not told of")
	}
	if got := strings.Join(c.tail(3), "|"); got != "3\n|4\n4\n|5\n" {
		t.Errorf("tail %q", got)
	}
	if got := len(c.tail(-1)); got != 5 {
		t.Errorf("%d blocks kept, want 5", got)
	}
	if h, _ := c.resume(&out); h != (StreamHold{}) {
		t.Errorf("held twice: %v", h)
	}
	shows("")

	c.pause()
	row := strings.Repeat("x", heldBytes/4)
	for i := range 10 {
		batch(fmt.Sprintln(i, row))
	}
	_, _, _, held := c.status()
	h, _ := c.resume(&out)
	if h != held || h.Lines+h.DroppedLines != 10 || h.Lines != 3 {
		t.Errorf("held %v, then %v", held, h)
	}
	if !strings.HasPrefix(out.String(), "7 ") || !strings.HasSuffix(out.String(), row+"\n") {
		t.Errorf("the newest are not kept: %.10q", out.String())
	}
	for i := range 30 {
		batch(fmt.Sprintln(i))
	}
	if all := c.tail(-1); len(all) != recentBlocks || all[0] != "10\n" {
		t.Errorf("%d blocks from %q", len(all), all[0])
	}
}
