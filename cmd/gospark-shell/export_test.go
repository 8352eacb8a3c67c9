package main

import (
	"os/exec"
	"path/filepath"
	"testing"
)

// What :export writes is compiled by Go and does what was done at the prompt.
func TestPromptExport(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a program")
	}
	p := atPrompt(t, 120, 40, "--master", "local[2]")
	for _, line := range []string{
		`words := sc.Parallelize([]string{"to be", "or not", "to be"}).FlatMap(strings.Fields)`,
		`words.Count()`,
		`n := 10`,
		`func times(i int) int { return i * n }`,
		`n := "ten"`,
		`type count struct{ word string; n int }`,
		`func (c count) String() string { return fmt.Sprint(c.word, ":", times(c.n)) }`,
		`counts := words.Map(func(w string) (string, int) { return w, 1 }).ReduceByKey(func(a, b int) int { return a + b }).CollectAsMap()`,
		`nosuch`,
		`fmt.Println(res0, n, count{"to", counts["to"].(int)})`,
		`ssc := NewStreamingContext(sc, "50ms")`,
		`ssc.QueueStream([][]int{{1, 2, 3}}).ForeachRDD(func(r *RDD) { if r.Count() > 0 { fmt.Println(r.Map(times).Collect()); ssc.Stop(false) } })`,
		`ssc.Start()`,
	} {
		p.Send(line + "\r")
	}
	p.Expect("[10 20 30]")
	if got, want := p.do(":export main.go"), "12 inputs written to main.go as a program"; got != want {
		t.Fatalf(":export prints %q, want %q", got, want)
	}
	c := exec.Command("go", "run", filepath.Join(p.home, "main.go"))
	out, err := c.CombinedOutput()
	if got, want := string(out), "6 ten to:20\n[10 20 30]\n"; err != nil || got != want {
		t.Errorf("the program prints %q, %v\nwant %q", got, err, want)
	}
	p.Send(":quit\r")
	p.exits(0)
}
