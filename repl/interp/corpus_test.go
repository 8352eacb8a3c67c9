package interp

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"gospark/repl/interp/testdata/gs"
)

// The corpus: snippets with what Go does with them. Its format is described in the head of
// testdata/snippets.txt. GOSPARK_SNIPPETS names one more file of cases.

// refusals are the cases that are refused, with the part of the message that says why. Anything
// else has to do what Go does.
var refusals = map[string]string{}

type corpusCase struct {
	id, title string
	steps     []corpusStep
}

type corpusStep struct {
	text string
	want []string
}

func readCorpus(t *testing.T, file string) []corpusCase {
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var cases []corpusCase
	var c *corpusCase
	inText := false
	for _, line := range strings.Split(string(b), "\n") {
		switch {
		case strings.HasPrefix(line, "##"):
		case strings.HasPrefix(line, "=== "):
			id, title, _ := strings.Cut(line[4:], " ")
			cases = append(cases, corpusCase{id: id, title: title})
			c, inText = &cases[len(cases)-1], false
		case line == ">>>":
			c.steps = append(c.steps, corpusStep{})
			inText = true
		case line == "<<<":
			inText = false
		case c == nil || len(c.steps) == 0:
		case inText:
			c.steps[len(c.steps)-1].text += line + "\n"
		case strings.TrimSpace(line) != "":
			s := &c.steps[len(c.steps)-1]
			s.want = append(s.want, line)
		}
	}
	return cases
}

type lockedOutput struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedOutput) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedOutput) take() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	defer l.b.Reset()
	return l.b.String()
}

const corpusPrelude = `import ("fmt"; "strings"; "strconv"; "sort"; "time"; "errors"; "sync"; "math"; "os"; "encoding/json"; "regexp"; "unicode"; "context"; "bytes"; "slices"; "maps"; "io"; "gs")`

// A console is an interpreter with what it prints.
type console struct {
	*Interp
	out lockedOutput
}

func newConsole(t testing.TB) *console {
	c := &console{}
	in, err := New(Config{
		Symbols: gs.Symbols, Vars: map[string]any{"sc": gs.NewSession()},
		Stdin: strings.NewReader("typed line 1\ntyped line 2\n"), Stdout: &c.out, Stderr: &lockedOutput{},
		Env: []string{"HOME=/home/someone"},
		Trace: func(s string) {
			if os.Getenv("GOSPARK_TRACE") != "" {
				t.Log(s)
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	c.Interp = in
	return c
}

// eval returns what the last statement showed, as %v.
func (c *console) eval(text string, timeout time.Duration) (val, out string, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	val = "<none>"
	err = c.Eval(ctx, Source{Text: text}, func(e Echo) {
		if e.Kind == Declare {
			return
		}
		val = fmt.Sprint(c.printableEcho(e))
	})
	return val, c.out.take(), err
}

func (in *Interp) printableEcho(e Echo) any {
	if o, ok := in.scope()[e.Name]; ok && e.Value != nil {
		return in.sprint(reflect.ValueOf(e.Value), o.Type())
	}
	if parts, ok := e.Value.([]any); ok && e.Name == "" {
		return strings.TrimSuffix(fmt.Sprintln(in.printables(parts)...), "\n")
	}
	if e.Value == nil {
		return "<nil>"
	}
	return in.printable(e.Value)
}

func TestCorpus(t *testing.T) {
	files, err := filepath.Glob("testdata/snippets*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no corpus")
	}
	if f := os.Getenv("GOSPARK_SNIPPETS"); f != "" {
		files = append(files, f)
	}
	for _, f := range files {
		for _, c := range readCorpus(t, f) {
			t.Run(c.id, func(t *testing.T) { runCase(t, c) })
		}
	}
}

func runCase(t *testing.T, c corpusCase) {
	con := newConsole(t)
	if _, _, err := con.eval(corpusPrelude, time.Minute); err != nil {
		t.Fatal(err)
	}
	for _, s := range c.steps {
		val, out, err := con.eval(s.text, 1500*time.Millisecond)
		if why, ok := refusals[c.id]; ok {
			if e, isError := err.(*Error); isError && e.Kind == Refused && strings.Contains(e.Msg, why) {
				return
			}
		}
		if wrong := mismatch(s.want, val, out, err); wrong != "" {
			t.Errorf("%s\n%s\nin: %s", c.title, wrong, s.text)
			return
		}
	}
	if _, ok := refusals[c.id]; ok {
		t.Errorf("case %s is in the table of refusals but works", c.id)
	}
}

// mismatch tells how a result differs from the expectation, empty if it does not.
func mismatch(want []string, val, out string, err error) string {
	var wantOut []string
	expectError := false
	for _, w := range want {
		key, arg, _ := strings.Cut(w, ":")
		arg = strings.TrimPrefix(arg, " ")
		switch key {
		case "out":
			wantOut = append(wantOut, arg)
		case "val":
			if err != nil || val != arg {
				return fmt.Sprintf("got %s, %v, want %s", val, err, arg)
			}
		case "ok":
			if err != nil {
				return "got " + err.Error()
			}
		case "err":
			expectError = true
			if err == nil || !strings.Contains(err.Error(), arg) {
				return fmt.Sprintf("got %v, want an error with %q", err, arg)
			}
		case "any":
			expectError = true
		default:
			return "what is " + w + "?"
		}
	}
	if len(wantOut) > 0 {
		if err != nil && !expectError {
			return "got " + err.Error()
		}
		if got := strings.TrimRight(out, "\n"); got != strings.TrimRight(strings.Join(wantOut, "\n"), "\n") {
			return fmt.Sprintf("printed %q, want %q", got, strings.Join(wantOut, "\n"))
		}
	}
	return ""
}
