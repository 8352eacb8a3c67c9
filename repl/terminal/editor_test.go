package terminal

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"gospark/repl/terminal/vttest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// desk is an editor at a console, with its inputs coming out of a channel.
type desk struct {
	*vttest.Console
	printer *Printer
	editor  *Editor
	history *History
	inputs  chan string
	marks   int
	run     map[string]func() // inputs that do something
}

type deskOption func(*Config)

func newDesk(t *testing.T, w, h int, opts ...deskOption) *desk {
	t.Helper()
	t.Setenv("TERM", "xterm-256color")
	c := vttest.NewConsole(t, w, h)
	term, err := Open(c.TTY, c.TTY)
	if err != nil {
		t.Fatal(err)
	}
	hist, err := OpenHistory("")
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{Console: c, printer: NewTerminalPrinter(term, c.TTY, true), history: hist, inputs: make(chan string, 100), run: map[string]func(){}}
	cfg := Config{Terminal: term, Printer: d.printer, History: hist, Mark: "^C",
		Incomplete: func(s string) bool { return strings.Count(s, "{") > strings.Count(s, "}") }}
	for _, o := range opts {
		o(&cfg)
	}
	if d.editor, err = NewEditor(cfg); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			s, err := d.editor.ReadInput("go> ", "..> ")
			switch {
			case errors.Is(err, ErrInterrupt):
				d.inputs <- "interrupt " + s
			case err == io.EOF:
				d.inputs <- "eof"
				return
			case err != nil:
				d.inputs <- "error " + err.Error()
				return
			default:
				_ = hist.Add(s)
				if f := d.run[s]; f != nil {
					f()
				}
				d.inputs <- s
			}
		}
	}()
	t.Cleanup(func() {
		d.editor.End()
		<-ended
		if err := d.editor.Close(); err != nil {
			t.Error(err)
		}
		if c.Mode("?2004") {
			c.Wait("paste mode off", func() bool { return !c.Mode("?2004") })
		}
		if odd := c.Unknown(); len(odd) > 0 {
			t.Errorf("sequences terminals may not know: %q", odd)
		}
	})
	d.Expect("go>")
	return d
}

func (d *desk) input(t *testing.T, want string) {
	t.Helper()
	if got := <-d.inputs; got != want {
		t.Errorf("input %q, want %q", got, want)
	}
}

// ready waits for an empty prompt. What is typed before it is kept, but Ctrl-C is not a key then.
func (d *desk) ready() {
	d.marks++
	mark := fmt.Sprintf("mark %d", d.marks)
	d.printer.Block(mark) // what the screen shows after it is not from before
	d.Wait("prompt", func() bool { return strings.HasSuffix(d.Marked(), mark+"\ngo> ▏") })
}

const (
	up, down, right, left = "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D"
	home, end             = "\x1b[1~", "\x1b[4~"
	wordLeft, wordRight   = "\x1b[1;5D", "\x1b[1;5C"
	del                   = "\x1b[3~"
)

func TestKeys(t *testing.T) {
	for _, c := range []struct{ name, keys, shows string }{
		{"typing", "abc", "go> abc▏"},
		{"home and end", "abc" + home + "x" + end + "y", "go> xabcy▏"},
		{"home, other forms", "abc\x1b[H1\x1bOH2\x1b[7~3\x01" + "4", "go> 4▏321abc"},
		{"end, other forms", "ab" + home + "\x1b[F1" + home + "\x1bOF2" + home + "\x1b[8~3" + home + "\x05" + "4", "go> ab1234▏"},
		{"words", "one two three" + wordLeft + wordLeft + "|", "go> one |▏two three"},
		{"words forward", "one two three" + home + wordRight + "|", "go> one |▏two three"},
		{"alt words", "one two\x1bb|\x1bf|", "go> one |two|▏"},
		{"delete", "abcd" + home + del + right + del, "go> b▏d"},
		{"backspace", "abc\x7f\x7fd\x08e", "go> ae▏"},
		{"kill and yank", "abc def" + wordLeft + "\x0b\x19\x19", "go> abc defdef▏"},
		{"kill to the start", "abc def" + wordLeft + "\x15", "go> ▏def"},
		{"erase word", "abc def\x17", "go> abc ▏"},
		{"wide characters", "日本語" + left + left + "x", "go> 日x▏本語"},
		{"emoji", "a😀b" + left + left + "x", "go> ax▏😀b"},
		{"deleting wide characters", "日本語\x7f" + home + del, "go> ▏本"},
		{"control D deletes", "abc" + home + "\x04", "go> ▏bc"},
		{"unknown keys do nothing", "a\x1b[15~\x1b[5~\x1bz\x0f\x1b[1;5Ab", "go> ab▏"},
		{"several lines", "f {\rx\r", "go> f {\n..> x\n..> ▏"},
		{"up within the lines", "f {\rxyz" + up + "|", "go> f {|▏\n..> xyz"},
		{"down within the lines", "f {\rxyz" + up + home + right + down + "|", "go> f {\n..> x|▏yz"},
		{"home within the lines", "f {\rxyz" + home + "|", "go> f {\n..> |▏xyz"},
		{"alt enter", "a\x1b\rb", "go> a\n..> b▏"},
		{"tab indents", "f {\r\tx", "go> f {\n..>     x▏"},
		{"paste", "\x1b[200~f {\r\n\tx\r\n}\r\n\x1b[201~", "go> f {\n..>     x\n..> }▏"},
		{"paste drops control characters", "\x1b[200~a\x03\x1b[Ab\x1b[201~c", "go> a[Abc▏"},
		{"paste in mid-line", "ad" + left + "\x1b[200~bc\x1b[201~", "go> abc▏d"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t, 80, 24)
			d.Send(c.keys)
			d.ExpectScreen(c.shows)
			d.Send("\x03")
			<-d.inputs
		})
	}
}

func TestInputsComeWhole(t *testing.T) {
	d := newDesk(t, 80, 24)
	d.Send("one\rtwo\n")
	d.input(t, "one")
	d.input(t, "two")
	d.Send("f {\rx\r}\r")
	d.input(t, "f {\nx\n}")
	d.Send("\x1b[200~a\n\tb\x1b[201~\r")
	d.input(t, "a\n\tb")
	d.Send("g {\r\r\r")
	d.input(t, "g {\n\n")
	d.ready()
	d.Send("half\x03")
	d.input(t, "interrupt half")
	d.Expect("go> half^C")
	d.ready()
	d.Send("\x04")
	d.input(t, "eof")
}

func TestHalfALineIsNoInput(t *testing.T) {
	d := newDesk(t, 80, 24)
	d.Send("drop everything")
	d.Expect("drop everything")
	d.editor.End()
	d.input(t, "eof")
}

func TestOutputAboveTheLine(t *testing.T) {
	d := newDesk(t, 80, 24)
	d.Send("half typed" + left + left)
	d.ExpectScreen("go> half typ▏ed")
	d.printer.Block("Batch: 1\nrow")
	d.ExpectScreen("Batch: 1\nrow\ngo> half typ▏ed")
	fmt.Fprint(d.printer.Stdout(), "part")
	d.printer.Block("Batch: 2")
	d.ExpectScreen("Batch: 1\nrow\nBatch: 2\ngo> half typ▏ed")
	fmt.Fprint(d.printer.Stdout(), " of a line\nrest")
	d.ExpectScreen("Batch: 1\nrow\nBatch: 2\npart of a line\ngo> half typ▏ed")
	d.Send("|\r")
	d.input(t, "half typ|ed")
	d.ExpectScreen("Batch: 1\nrow\nBatch: 2\npart of a line\ngo> half typ|ed\nrest\ngo> ▏")
}

func TestReplaceableAndProgress(t *testing.T) {
	d := newDesk(t, 80, 24)
	d.Send("x")
	d.printer.Replaceable("q", "batch 1: 0 rows")
	d.printer.Replaceable("q", "batches 1 to 2: 0 rows")
	d.ExpectScreen("batches 1 to 2: 0 rows\ngo> x▏")
	d.printer.Progress("job", "[=>  ]")
	d.ExpectScreen("batches 1 to 2: 0 rows\n[=>  ]\ngo> x▏")
	d.printer.Block("other")
	d.ExpectScreen("other\nbatches 1 to 2: 0 rows\n[=>  ]\ngo> x▏")
	d.printer.Replaceable("q", "batches 1 to 3: 0 rows")
	d.ExpectScreen("other\nbatches 1 to 3: 0 rows\n[=>  ]\ngo> x▏")
	d.printer.Replaceable("q", "batches 1 to 2: 0 rows")
	d.printer.Replaceable("q", "")
	d.printer.Replaceable("q", "")
	d.printer.Block("Batch: 3")
	d.ExpectScreen("other\nbatches 1 to 2: 0 rows\nBatch: 3\n[=>  ]\ngo> x▏")
	d.printer.Replaceable("q", "batch 4: 0 rows")
	d.ExpectScreen("other\nbatches 1 to 2: 0 rows\nBatch: 3\nbatch 4: 0 rows\n[=>  ]\ngo> x▏")
	d.printer.Progress("job", "")
	d.ExpectScreen("other\nbatches 1 to 2: 0 rows\nBatch: 3\nbatch 4: 0 rows\ngo> x▏")
	d.Send("\r")
	d.input(t, "x")
	d.ExpectScreen("other\nbatches 1 to 2: 0 rows\nBatch: 3\nbatch 4: 0 rows\ngo> x\ngo> ▏")
	d.printer.Replaceable("p", "p: 1")
	d.printer.Replaceable("q", "q: 1")
	d.printer.Replaceable("p", "p: 2")
	d.ExpectScreen("other\nbatches 1 to 2: 0 rows\nBatch: 3\nbatch 4: 0 rows\ngo> x\np: 2\nq: 1\ngo> ▏")
}

func TestNarrowTerminal(t *testing.T) {
	d := newDesk(t, 20, 5)
	d.Send("0123456789abcdef")
	d.ExpectScreen("go> 0123456789abcdef\n▏")
	d.Send("gh" + left + left + left)
	d.ExpectScreen("go> 0123456789abcde▏f\ngh")
	d.printer.Block("out")
	d.ExpectScreen("out\ngo> 0123456789abcde▏f\ngh")
	d.Send("\x05\x15日本語日本語日本語日本")
	d.ExpectScreen("out\ngo> 日本語日本語日本\n語日本▏")
	d.Send(left + left + left + left)
	d.ExpectScreen("out\ngo> 日本語日本語日▏本\n語日本")
}

func TestTallerThanTheScreen(t *testing.T) {
	d := newDesk(t, 20, 5)
	d.Send("\x1b[200~f {\n1\n2\n3\n4\n5\n6\n}\x1b[201~")
	d.ExpectScreen("..> 3\n..> 4\n..> 5\n..> 6\n..> }▏")
	d.printer.Block("out")
	d.ExpectScreen("..> 3\n..> 4\n..> 5\n..> 6\n..> }▏")
	d.Send(strings.Repeat(up, 7))
	d.ExpectScreen("go> f▏ {\n..> 1\n..> 2\n..> 3\n..> 4")
	d.Send("\r")
	d.Expect("..> }")
	d.Send("\x03")
	<-d.inputs
	if !strings.Contains(d.All(), "out\ngo> f") {
		t.Errorf("block or input lost:\n%s", d.All())
	}
}

func TestResize(t *testing.T) {
	d := newDesk(t, 40, 10)
	d.printer.Block("before")
	d.Send("0123456789012345678901234567890")
	d.ExpectScreen("before\ngo> 0123456789012345678901234567890▏")
	// a block after each resizing shows that what was drawn for it has arrived
	d.Resize(20, 10)
	d.printer.resized()
	d.printer.Block("narrow")
	d.ExpectScreen("before\nnarrow\ngo> 0123456789012345\n678901234567890▏")
	d.Resize(60, 10)
	d.printer.resized()
	d.printer.Block("wide")
	d.ExpectScreen("before\nnarrow\nwide\ngo> 0123456789012345678901234567890▏")
}

func TestHistoryKeys(t *testing.T) {
	d := newDesk(t, 80, 24)
	for _, s := range []string{"alpha", "beta {\rx\r}", "gamma"} {
		d.Send(s + "\r")
		<-d.inputs
	}
	d.Send("\x0cdraft" + up)
	d.ExpectScreen("go> gamma▏")
	d.Send(up)
	d.ExpectScreen("go> beta {\n..> x\n..> }▏")
	d.Send(up + up + up)
	d.ExpectScreen("go> alpha▏")
	d.Send(up + down)
	d.ExpectScreen("go> beta {\n..> x\n..> }▏")
	d.Send(down)
	d.ExpectScreen("go> gamma▏")
	d.Send(down)
	d.ExpectScreen("go> draft▏")
	d.Send("\x15\x12am")
	d.ExpectScreen("(search)'am': g▏amma")
	d.Send("\x7f\x12")
	d.Expect("(search)'a': bet")
	d.Send("zz")
	d.Expect("(failed search)'azz'")
	d.Send("\x07")
	d.ExpectScreen("go> ▏")
	d.Send("\x12alp")
	d.Expect("(search)'alp': ")
	d.Send("\r")
	d.input(t, "alpha")
	d.Send("\x12alpx") // the x is not in the entry found
	d.Expect("(failed search)'alpx': ")
	d.Send("\r")
	d.input(t, "alpha")
}

// The line being edited is drawn whenever something is printed above it.
func TestPrintingWhileEditing(t *testing.T) {
	d := newDesk(t, 80, 24)
	edited, over := make(chan bool), make(chan bool)
	go func() {
		defer close(over)
		for {
			select {
			case <-edited:
				return
			default:
				d.printer.Replaceable("tick", "tick")
			}
		}
	}()
	for range 10 {
		d.Send("abc def" + wordLeft)
		d.ExpectScreen("tick\ngo> abc ▏def")
		d.Send("\x15")
		d.ExpectScreen("tick\ngo> ▏def")
		d.Send(end + "\x15")
		d.ExpectScreen("tick\ngo> ▏")
	}
	close(edited)
	<-over
}

func TestCompletion(t *testing.T) {
	d := newDesk(t, 60, 8, func(c *Config) {
		c.Complete = func(text string, cursor int) (int, []Candidate) {
			from := strings.LastIndexAny(text[:cursor], ". ") + 1
			var out []Candidate
			for _, k := range []Candidate{{"FlatMap(", "func(any) *DStream"}, {"Filter(", "func(any) *DStream"}, {"Count()", "*DStream"}} {
				if strings.HasPrefix(k.Text, text[from:cursor]) {
					out = append(out, k)
				}
			}
			return from, out
		}
	})
	d.Send("日.C\t")
	d.ExpectScreen("go> 日.Count()▏")
	d.Send("\x15x.\t")
	d.ExpectScreen("go> x.▏\nFlatMap(  func(any) *DStream\nFilter(   func(any) *DStream\nCount()   *DStream")
	d.printer.Block("out")
	d.ExpectScreen("out\ngo> x.▏\nFlatMap(  func(any) *DStream\nFilter(   func(any) *DStream\nCount()   *DStream")
	d.Send("F")
	d.ExpectScreen("out\ngo> x.F▏")
	d.Send("i\t")
	d.ExpectScreen("out\ngo> x.Filter(▏")
}

func TestCompletionPages(t *testing.T) {
	d := newDesk(t, 20, 5, func(c *Config) {
		c.Complete = func(string, int) (int, []Candidate) {
			var out []Candidate
			for i := range 6 {
				out = append(out, Candidate{fmt.Sprintf("name%d", i), "a long signature, cut"})
			}
			return 0, out
		}
	})
	d.Send("n\t")
	d.ExpectScreen("go> name▏\nname0  a long signa…\nname1  a long signa…\nname2  a long signa…\n1-3 of 6, Tab for m…")
	d.Send("\t")
	d.ExpectScreen("go> name▏\nname3  a long signa…\nname4  a long signa…\nname5  a long signa…\n4-6 of 6, Tab for m…")
	d.Send("\t")
	d.Expect("1-3 of 6")
}

func TestReadUntilEOF(t *testing.T) {
	d := newDesk(t, 80, 24)
	d.Send("\x04")
	d.input(t, "eof")
	go func() {
		s, err := d.editor.ReadUntilEOF("")
		d.inputs <- fmt.Sprint(s, err)
	}()
	d.Send("a {\r\rb\r\x04")
	d.input(t, "a {\n\nb\n<nil>")
}
