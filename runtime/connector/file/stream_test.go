package file

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gospark/runtime/connector"
)

// A watched directory with a clock that the test moves.
type watched struct {
	*Stream
	t   *testing.T
	dir string
	now time.Time
	at  connector.Offset
}

var noon = time.UnixMilli(1_700_000_000_000)

func watch(t *testing.T, dir string, existing map[string]string) *watched {
	t.Helper()
	w := &watched{t: t, dir: dir, now: noon.Add(-time.Hour)}
	for name, content := range existing {
		w.put(name, content)
	}
	w.now = noon
	w.begin()
	return w
}

// begin starts the stream, also a second time.
func (w *watched) begin() {
	w.t.Helper()
	s, err := TextFileStream(w.dir, StreamOptions{Now: func() time.Time { return w.now }})
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { s.Close() })
	w.Stream = s
}

// put writes a file with the time of now.
func (w *watched) put(name, content string) {
	w.t.Helper()
	write(w.t, w.dir, map[string]string{name: content})
	w.touch(name, w.now)
}

func (w *watched) touch(name string, at time.Time) {
	w.t.Helper()
	if err := os.Chtimes(filepath.Join(w.dir, name), at, at); err != nil {
		w.t.Fatal(err)
	}
}

// batch moves the clock by a second and reads a batch.
func (w *watched) batch(limit connector.Limit) string {
	w.t.Helper()
	w.now = w.now.Add(time.Second)
	to, err := w.Latest(w.t.Context(), w.at, limit)
	if err != nil {
		w.t.Fatal(err)
	}
	got := w.lines(w.at, to)
	if again := w.lines(w.at, to); again != got {
		w.t.Fatalf("read again: %s, was %s", again, got)
	}
	w.at = to
	return got
}

func (w *watched) lines(from, to connector.Offset) string {
	w.t.Helper()
	splits, err := w.Splits(from, to)
	if err != nil {
		w.t.Fatal(err)
	}
	parts, err := column(splits, 0)
	if err != nil {
		w.t.Fatal(err)
	}
	return strings.Join(slices.Concat(parts...), " ")
}

func (w *watched) expect(want ...string) {
	w.t.Helper()
	for i, want := range want {
		if got := w.batch(connector.Limit{}); got != want {
			w.t.Fatalf("batch %d: %q, want %q", i, got, want)
		}
	}
}

func TestNewFilesAreReadOnce(t *testing.T) {
	w := watch(t, t.TempDir(), map[string]string{"old": "old"})
	w.expect("")
	w.put("a", "1\n2\n")
	w.put("b", "3")
	w.expect("1 2 3", "", "")
	w.put("c", "4")
	w.expect("4")
	w.put("c", "4\n5") // what is appended later is not seen
	w.now = w.now.Add(2 * rememberTime)
	w.expect("")
}

func TestWhatIsNotRead(t *testing.T) {
	w := watch(t, t.TempDir(), nil)
	w.put("_hidden", "x")
	w.put(".hidden", "x")
	w.put("f._COPYING_", "x")
	w.put("sub/f", "x")
	w.expect("")
}

func TestAnOldFileThatIsMovedIn(t *testing.T) {
	dir := t.TempDir()
	w := watch(t, filepath.Join(dir, "in"), nil)
	write(t, dir, map[string]string{"f": "1", "in/": ""})
	w.dir = dir
	w.touch("f", noon.Add(-24*time.Hour))
	if err := os.Rename(filepath.Join(dir, "f"), filepath.Join(dir, "in", "f")); err != nil {
		t.Fatal(err)
	}
	w.expect("1", "")
}

func TestAFileThatIsWrittenAnew(t *testing.T) {
	w := watch(t, t.TempDir(), map[string]string{"old": "old"})
	w.put("old", "new")
	w.expect("new", "")
}

func TestAFileIsReadWhenItIsComplete(t *testing.T) {
	w := watch(t, t.TempDir(), nil)
	w.now = w.now.Add(time.Second)
	w.put("empty", "")
	w.expect("")
	w.now = w.now.Add(2 * time.Second)
	w.put("empty", "half\n")
	w.touch("empty", w.now.Add(time.Second)) // the clock is then there
	w.expect("")
	w.put("empty", "half\nwhole")
	w.touch("empty", w.now)
	w.expect("half whole", "")
}

func TestAFileFromTheFuture(t *testing.T) {
	w := watch(t, t.TempDir(), nil)
	w.put("f", "1")
	w.touch("f", w.now.Add(1000*time.Hour))
	w.expect("", "1", "")
}

func TestLimits(t *testing.T) {
	for _, c := range []struct {
		limit connector.Limit
		want  []string
	}{
		{connector.Limit{Files: 2}, []string{"1 2", "3 4", ""}},
		{connector.Limit{Bytes: 4}, []string{"1 2", "3 4", ""}},
		{connector.Limit{Bytes: 1}, []string{"1", "2", "3", "4", ""}},
	} {
		w := watch(t, t.TempDir(), nil)
		for i, name := range []string{"d", "c", "b", "a"} { // the oldest first
			w.put(name, fmt.Sprintf("%d\n", i+1))
			w.now = w.now.Add(time.Second)
		}
		for i, want := range c.want {
			if got := w.batch(c.limit); got != want {
				t.Errorf("%+v, batch %d: %q, want %q", c.limit, i, got, want)
			}
		}
	}
}

func TestLatestDoesNotConsume(t *testing.T) {
	w := watch(t, t.TempDir(), nil)
	w.put("a", "1")
	w.now = w.now.Add(time.Second)
	for range 2 {
		to, err := w.Latest(t.Context(), nil, connector.Limit{})
		if err != nil {
			t.Fatal(err)
		}
		if got := w.lines(nil, to); got != "1" {
			t.Fatal(got)
		}
	}
	w.put("b", "2")
	w.expect("1 2", "")
}

func TestPatternsAndDirectoriesThatComeLater(t *testing.T) {
	dir := t.TempDir()
	w := &watched{t: t, dir: filepath.Join(dir, "in-{1,2}"), now: noon}
	var said []string
	s, err := TextFileStream(w.dir, StreamOptions{
		Now: func() time.Time { return w.now }, Report: func(text string) { said = append(said, text) },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	w.Stream, w.dir = s, dir
	w.expect("", "")
	if len(said) != 1 || !strings.Contains(said[0], "does not exist yet") {
		t.Fatal(said)
	}
	w.put("in-2/f", "1")
	w.expect("1")
	w.put("in-1/f", "2")
	w.put("in-3/f", "3")
	w.expect("2", "")
}

func TestARestartNeitherRepeatsNorMisses(t *testing.T) {
	w := watch(t, t.TempDir(), map[string]string{"old": "old"})
	w.put("a", "1")
	w.expect("1")
	w.put("b", "2")
	w.expect("2")
	from := w.at
	w.put("c", "3")
	w.expect("3")
	last := w.at
	w.put("d", "4") // nobody has seen it when the process ends
	w.now = w.now.Add(30 * time.Second)
	w.put("e", "5")
	w.now = w.now.Add(10 * time.Second)
	w.begin()
	if got := w.lines(from, last); got != "3" { // the batch that was under way is run again
		t.Fatal(got)
	}
	w.expect("4 5", "")

	w.now = w.now.Add(10 * rememberTime)
	w.expect("")
	w.put("f", "6")
	w.expect("6")
	var p position
	if err := json.Unmarshal(w.at, &p); err != nil || len(p.Recent) != 0 {
		t.Fatal("names are kept for ever:", p.Recent, err)
	}
	w.begin()
	w.expect("")
}

func TestAFileThatIsGoneOrChangedIsAnError(t *testing.T) {
	w := watch(t, t.TempDir(), nil)
	w.put("a", "one\n")
	w.expect("one")
	splits, err := w.Splits(nil, w.at)
	if err != nil {
		t.Fatal(err)
	}
	w.put("a", "")
	if _, err := column(splits, 0); err == nil || !strings.Contains(err.Error(), "shorter") {
		t.Error(err)
	}
	os.Remove(filepath.Join(w.dir, "a"))
	if _, err := column(splits, 0); !os.IsNotExist(err) {
		t.Error(err)
	}
}

func TestAForgottenNameIsNewAgain(t *testing.T) {
	w := watch(t, t.TempDir(), nil)
	w.put("a", "1")
	w.expect("1")
	os.Remove(filepath.Join(w.dir, "a"))
	w.expect("")
	w.put("a", "2") // perhaps only moved away and back
	w.expect("")
	os.Remove(filepath.Join(w.dir, "a"))
	w.expect("")
	w.now = w.now.Add(2 * rememberTime)
	w.expect("")
	w.put("a", "3")
	w.expect("3")
}

func TestOffsetsThatDoNotFit(t *testing.T) {
	w := watch(t, t.TempDir(), nil)
	w.put("a", "1")
	w.expect("1")
	step1 := w.at
	w.put("b", "2")
	w.expect("2")
	w.put("c", "3")
	w.expect("3")
	if _, err := w.Splits(step1, w.at); err == nil {
		t.Error("a step is missing")
	}
	if d := w.Describe(step1, step1); fmt.Sprint(d) != "map[files:[]]" {
		t.Error(d)
	}
	for _, bad := range []string{`7`, `{}`, `"x"`} {
		if _, err := w.Latest(t.Context(), json.RawMessage(bad), connector.Limit{}); err == nil {
			t.Error("taken for an offset:", bad)
		}
	}
}

func TestTheWatcherWakes(t *testing.T) {
	ticks := make(chan time.Time)
	dir := t.TempDir()
	s, err := TextFileStream(dir, StreamOptions{Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	s.ticks = ticks
	wake := s.C()
	look := func() { // the second tick is taken when the first has been dealt with
		ticks <- noon
		ticks <- noon
	}
	look()
	if len(wake) != 0 {
		t.Fatal("woke up for nothing")
	}
	write(t, dir, map[string]string{"a": "1"})
	if err := os.Chtimes(filepath.Join(dir, "a"), noon.Add(-time.Hour), noon.Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	look()
	if len(wake) != 1 {
		t.Fatal("did not wake up")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}
