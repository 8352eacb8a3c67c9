package main

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// Files: a batch over one, a stream of new ones, and what a stream writes.
func TestPromptFilesOfText(t *testing.T) {
	p := atPrompt(t, 200, 50)
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(p.home, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("text", "to be\nor not\nto be be\n")
	if got := p.do(`sc.TextFile("text").FlatMap(strings.Fields).Map(func(w string) (string, int) { return w, 1 }).ReduceByKey(func(a, b int) int { return a + b }).SortByKey().Collect()`); got != `res0: []any = []any{(be,3), (not,1), (or,1), (to,2)}` {
		t.Errorf("got %s", got)
	}
	if err := os.Mkdir(filepath.Join(p.home, "in"), 0o700); err != nil {
		t.Fatal(err)
	}
	write("in/old", "not me\n")
	for _, line := range []string{
		`ssc := NewStreamingContext(sc, "200ms")`,
		`lines := ssc.TextFileStream("in")`,
		`lines.Print()`,
		`lines.SaveAsTextFiles("out", "txt")`,
		`ssc.Start()`,
	} {
		p.Send(line + "\r")
	}
	p.shows(regexp.MustCompile(`stream-1: files that are in file:\S*/in already \(1\) are not read, only new ones\n`))
	p.Expect("stream-1: empty batch")
	write("new", "first\nsecond\n")
	if err := os.Rename(filepath.Join(p.home, "new"), filepath.Join(p.home, "in", "new")); err != nil {
		t.Fatal(err)
	}
	p.shows(block("first", "second"))
	p.Send(":quit\r")
	p.exits(0)
	parts, err := filepath.Glob(filepath.Join(p.home, "out-*.txt", "part-*"))
	if err != nil {
		t.Fatal(err)
	}
	all := ""
	for _, name := range parts {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all += string(b)
	}
	if all != "first\nsecond\n" {
		t.Errorf("%d files hold %q", len(parts), all)
	}
}
