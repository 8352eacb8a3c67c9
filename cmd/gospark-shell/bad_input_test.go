package main

import (
	"fmt"
	"net"
	"strings"
	"testing"
)

// What a server may send, and what becomes of it: nothing is lost, and the next line is read as ever.
func TestPromptBadSocketInput(t *testing.T) {
	s := serve(t)
	p := atPrompt(t, 200, 50)
	for _, line := range []string{
		`ssc := NewStreamingContext(sc, "100ms")`,
		`ssc.SocketTextStream("127.0.0.1", ` + s.port() + `).Map(func(s string) string { return fmt.Sprintf("%d bytes %d runes %.20q", len(s), len([]rune(s)), s) }).Print(99)`,
		`ssc.Start()`,
	} {
		p.Send(line + "\r")
	}
	c := s.client()
	var binary strings.Builder
	for b := range 256 {
		binary.WriteByte(byte(b))
	}
	for _, in := range []struct {
		name, text string
		want       []string // records
	}{
		{"not UTF-8", "a\xffb\xc3\n", []string{`8 bytes 4 runes "a�b�"`}},
		{"ends of lines", "one\r\ntwo\rthree\n\n", []string{`3 bytes 3 runes "one"`, `3 bytes 3 runes "two"`, `5 bytes 5 runes "three"`, `0 bytes 0 runes ""`}},
		{"NUL and escapes", "\x00\x1b[2J\n", []string{`5 bytes 5 runes "\x00\x1b[2J"`}},
		{"binary", binary.String() + "\n", []string{`10 bytes 10 runes "\x00\x01\x02\x03\x04\x05\x06\a\b\t"`, `2 bytes 2 runes "\v\f"`}},
		{"a line of 10 MB", strings.Repeat("0123456789", 1<<20) + "\n", []string{`10485760 bytes 10485760 runes "01234567890123456789"`}},
	} {
		say(t, c, in.text)
		for _, w := range in.want {
			p.Wait(in.name+": "+w, func() bool { return strings.Contains(p.All(), "\n"+w+"\n") })
		}
	}
	// a connection that is reset in the middle of a line: what was cut off is named
	say(t, c, "half a li")
	if err := c.(*net.TCPConn).SetLinger(0); err != nil {
		t.Fatal(err)
	}
	p.do(`"another line is being read"`)
	c.Close()
	p.Expect("trying again")
	c = s.client()
	say(t, c, "whole\n")
	p.Wait("the next line", func() bool { return strings.Contains(p.All(), "\n5 bytes 5 runes \"whole\"\n") })
	p.Send(":quit\r")
	p.exits(0)
}

func TestPromptBadTypedInput(t *testing.T) {
	p := atPrompt(t, 100, 30)
	for _, c := range []struct{ in, out string }{
		{"nosuch(1)", "nosuch(1)\n^ undefined: nosuch"},
		{"sc.Parallelize([]int{1}).Map(3)", "sc.Parallelize([]int{1}).Map(3)\n^ Map: want func(int) T or func(int) (K, V), have int"},
		{`var n int = "x"`, "var n int = \"x\"\n            ^ cannot use \"x\" (untyped string constant) as int value in variable declaration"},
		{"1 +* 2", "1 +* 2\n     ^ invalid operation: cannot indirect 2 (untyped int constant)"},
	} {
		if got := p.do(c.in); got != c.out {
			t.Errorf("%s\nprints %q\nwant   %q", c.in, got, c.out)
		}
	}
	p.Send("x := \"a\xffb\"\r")
	p.Wait("an answer", func() bool {
		return strings.HasSuffix(p.Marked(), "\ngospark> ▏") && strings.Count(p.All(), "x := ") > 0
	})
	p.Send("func unfinished() {\rx := 1\r\x03")
	p.Expect("    ...> ^C")
	p.empty()
	if got := p.do("1 + 1"); !strings.HasSuffix(got, ": int = 2") {
		t.Errorf("after it all, 1 + 1 prints %q", got)
	}
	p.Send(":quit\r")
	p.exits(0)
}

// All the ports the monitor would like are taken.
func TestMonitorPortsTaken(t *testing.T) {
	for port := 4040; port <= 4056; port++ {
		if l, err := net.Listen("tcp4", fmt.Sprintf("127.0.0.1:%d", port)); err == nil { // or somebody else has it
			defer l.Close()
		}
	}
	c := shell(t, "-e", `fmt.Println(sc.UIWebURL())`)
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(out), "http://127.0.0.1:") {
		t.Errorf("the monitor is at %q", out)
	}
	if got, want := c.Stderr.(*strings.Builder).String(), "ports 4040 to 4056 are in use; the web page is at "+string(out); got != want {
		t.Errorf("said %q, want %q", got, want)
	}
}
