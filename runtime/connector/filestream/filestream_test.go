package filestream

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gospark/runtime/batch"
	"gospark/runtime/connector"
	"gospark/runtime/format"
	"gospark/runtime/types"
)

// stopped is a clock that stands still: nobody is woken.
type stopped struct{}

func (stopped) Now() time.Time               { return time.UnixMilli(0) }
func (stopped) At(time.Time) <-chan struct{} { return nil }
func opening(dir string, notes *[]string) connector.Opening {
	return connector.Opening{CheckpointDir: dir, Parallelism: 1, Clock: stopped{}, Zone: time.UTC, Notice: func(s string) { *notes = append(*notes, s) }}
}

type dir struct {
	t     *testing.T
	path  string
	at    int64
	notes []string
}

// put writes a file whose time of change is n minutes after the one before.
func (d *dir) put(name, text string, minutes int64) {
	d.t.Helper()
	d.at += minutes * 60
	path := filepath.Join(d.path, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		d.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		d.t.Fatal(err)
	}
	at := time.Unix(1_700_000_000+d.at, 0)
	if err := os.Chtimes(path, at, at); err != nil {
		d.t.Fatal(err)
	}
}

func (d *dir) open(checkpoint string, options map[string]string, at connector.Offset) connector.Source {
	d.t.Helper()
	o := format.OptionsOf(options)
	r, err := NewRelation(context.Background(), Spec{Format: "text", Paths: []string{d.path}, Env: format.Env{Options: o, Zone: time.UTC, Parallelism: 1}, Options: connector.OptionsOf(options)})
	if err != nil {
		d.t.Fatal(err)
	}
	op := opening(checkpoint, &d.notes)
	op.Resumed = at
	s, err := r.Open(context.Background(), op)
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() {
		if err := s.Close(); err != nil {
			d.t.Error(err)
		}
	})
	s.(connector.Pruner).Prune([]int{0})
	return s
}

func (d *dir) latest(s connector.Source, from connector.Offset, l connector.Limit) connector.Offset {
	d.t.Helper()
	to, err := s.Latest(context.Background(), from, l)
	if err != nil {
		d.t.Fatal(err)
	}
	return to
}

func (d *dir) lines(s connector.Source, from, to connector.Offset) string {
	d.t.Helper()
	splits, err := s.Splits(from, to)
	if err != nil {
		d.t.Fatal(err)
	}
	var all []string
	for _, sp := range splits {
		r, err := sp.Open(context.Background())
		if err != nil {
			d.t.Fatal(err)
		}
		for {
			b, err := r.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				d.t.Fatal(err)
			}
			for i := range b.Rows() {
				all = append(all, batch.Col[string](b, 0)[b.Row(i)])
			}
		}
		if err := r.Close(); err != nil {
			d.t.Fatal(err)
		}
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

func TestNewFilesAreRead(t *testing.T) {
	d := &dir{t: t, path: t.TempDir()}
	log := t.TempDir()
	d.put("b.txt", "b\n", 1)
	d.put("a.txt", "a\n", 1)
	d.put("_hidden", "x\n", 1)
	d.put(".hidden", "x\n", 1)
	s := d.open(log, nil, nil)
	one := d.latest(s, nil, connector.Limit{Files: 1})
	if got := d.lines(s, nil, one); got != "b" || string(one) != `{"logOffset":0}` {
		t.Errorf("the first file is %s at %s", got, one)
	}
	two := d.latest(s, one, connector.Limit{})
	if got := d.lines(s, one, two); got != "a" {
		t.Errorf("then %s", got)
	}
	if again := d.latest(s, two, connector.Limit{}); string(again) != string(two) {
		t.Errorf("nothing new is at %s", again)
	}
	d.put("sub/c.txt", "c\n", 1)
	three := d.latest(s, two, connector.Limit{})
	// A later run knows what the steps were, also the one that no batch has read.
	s = d.open(log, nil, two)
	if at := d.latest(s, two, connector.Limit{}); string(at) != string(three) {
		t.Errorf("after a restart %s, before %s", at, three)
	}
	if got := d.lines(s, nil, two); got != "a b" {
		t.Errorf("the first two steps are %s", got)
	}
	b, err := os.ReadFile(filepath.Join(log, "0"))
	want := fmt.Sprintf("v1\n{\"path\":\"file://%s/b.txt\",\"timestamp\":1700000060000,\"batchId\":0}", d.path)
	if err != nil || string(b) != want {
		t.Errorf("the log has %s %v\nwant %s", b, err, want)
	}
}

func TestOrderAgeAndBytes(t *testing.T) {
	for _, c := range []struct {
		name    string
		options map[string]string
		limit   connector.Limit
		want    string // the steps
	}{
		{"oldest first", nil, connector.Limit{Files: 1}, "1 2 3 4"},
		{"latest first", map[string]string{"latestFirst": "true", "maxFilesPerTrigger": "1"}, connector.Limit{Files: 1}, "4 3 2 1"},
		{"too old", map[string]string{"maxFileAge": "2m"}, connector.Limit{Files: 1}, "2 3 4"},
		{"by bytes", nil, connector.Limit{Bytes: 5}, "1,2 3,4"},
		{"at least one", nil, connector.Limit{Bytes: 1}, "1 2 3 4"},
	} {
		d := &dir{t: t, path: t.TempDir()}
		for i := range 4 {
			d.put(fmt.Sprint(i), fmt.Sprintln(i+1), 1)
		}
		s := d.open(t.TempDir(), c.options, nil)
		var steps []string
		for at := connector.Offset(nil); ; {
			to := d.latest(s, at, c.limit)
			if string(to) == string(at) {
				break
			}
			steps = append(steps, strings.ReplaceAll(d.lines(s, at, to), " ", ","))
			at = to
		}
		if got := strings.Join(steps, " "); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestAvailableNowReadsWhatWasThere(t *testing.T) {
	d := &dir{t: t, path: t.TempDir()}
	d.put("1", "1\n", 1)
	s := d.open(t.TempDir(), nil, nil)
	if err := s.(connector.Bounded).Bound(context.Background()); err != nil {
		t.Fatal(err)
	}
	d.put("2", "2\n", 1)
	to := d.latest(s, nil, connector.Limit{})
	if got := d.lines(s, nil, to); got != "1" || string(d.latest(s, to, connector.Limit{})) != string(to) {
		t.Errorf("read %s", got)
	}
}

func TestCleanSource(t *testing.T) {
	for _, mode := range []string{"delete", "archive"} {
		d, archive := &dir{t: t, path: t.TempDir()}, t.TempDir()
		d.put("1", "1\n", 1)
		d.put("2", "2\n", 1)
		s := d.open(t.TempDir(), map[string]string{"cleanSource": mode, "sourceArchiveDir": archive}, nil)
		one := d.latest(s, nil, connector.Limit{Files: 1})
		if err := s.Commit(one); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(filepath.Join(d.path, "1")); err == nil {
			t.Errorf("%s: the file that was read is there", mode)
		}
		if _, err := os.Stat(filepath.Join(d.path, "2")); err != nil {
			t.Errorf("%s: the file that was not read: %v", mode, err)
		}
		if _, err := os.Stat(filepath.Join(archive, d.path, "1")); (err == nil) != (mode == "archive") {
			t.Errorf("%s: the archive: %v", mode, err)
		}
	}
}

func TestTheLogIsSummedUp(t *testing.T) {
	d, log := &dir{t: t, path: t.TempDir()}, t.TempDir()
	s := d.open(log, nil, nil)
	at := connector.Offset(nil)
	for i := range 25 {
		d.put(fmt.Sprint(i), fmt.Sprintln(i), 1)
		at = d.latest(s, at, connector.Limit{})
	}
	names, err := filepath.Glob(filepath.Join(log, "*"))
	if err != nil || len(names) != 16 { // 9.compact to 18, 19.compact, 20 to 24
		t.Errorf("%v %v", names, err)
	}
	s = d.open(log, nil, at)
	if got := d.lines(s, connector.Offset(`{"logOffset":2}`), connector.Offset(`{"logOffset":4}`)); got != "3 4" {
		t.Errorf("steps 3 and 4 are %s", got)
	}
	if to := d.latest(s, at, connector.Limit{}); string(to) != string(at) {
		t.Errorf("files are read twice, at %s", to)
	}
}

func TestOptionsAreChecked(t *testing.T) {
	for _, c := range []struct {
		options map[string]string
		want    string
	}{
		{map[string]string{"maxFilesPerTrigger": "0"}, "maxFilesPerTrigger"},
		{map[string]string{"maxFilesPerTrigger": "1", "maxBytesPerTrigger": "1"}, "can't be both"},
		{map[string]string{"cleanSource": "burn"}, "archive, delete or off"},
		{map[string]string{"cleanSource": "archive"}, "sourceArchiveDir"},
		{map[string]string{"maxFileAge": "soon"}, "a time such as"},
	} {
		_, err := NewRelation(context.Background(), Spec{Format: "text", Paths: []string{t.TempDir()}, Env: format.Env{Zone: time.UTC}, Options: connector.OptionsOf(c.options)})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v", c.options, err)
		}
	}
	if _, err := NewRelation(context.Background(), Spec{Format: "json", Paths: []string{t.TempDir()}, Env: format.Env{Zone: time.UTC}}); err == nil || !strings.Contains(err.Error(), "Schema must be specified") {
		t.Errorf("no schema: %v", err)
	}
}

func write(t *testing.T, k connector.Sink, id int64, lines ...string) {
	t.Helper()
	ctx := context.Background()
	if done, err := k.Begin(ctx, id); err != nil || done {
		t.Fatalf("begin %d: %v %v", id, done, err)
	}
	w, err := k.Writer(ctx, id, 0)
	if err != nil {
		t.Fatal(err)
	}
	keys := make([]string, len(lines))
	for i, l := range lines {
		keys[i] = l[:1]
	}
	if err := w.Write(batch.Of(batch.VecOf(keys), batch.VecOf(lines))); err != nil {
		t.Fatal(err)
	}
	r, err := w.Commit()
	if err != nil {
		t.Fatal(err)
	}
	if err := k.Commit(ctx, id, []any{r}); err != nil {
		t.Fatal(err)
	}
}

func TestSinkListsWhatCounts(t *testing.T) {
	out := t.TempDir()
	target := Target{Format: "text", Path: out, PartitionBy: []string{"k"}, Env: format.Env{Zone: time.UTC},
		Schema: types.StructOf(types.Field{Name: "k", Type: types.String}, types.Field{Name: "v", Type: types.String})}
	k, err := NewSink(target)
	if err != nil {
		t.Fatal(err)
	}
	write(t, k, 0, "a1", "b1", "a2")
	write(t, k, 1, "a3")
	// A batch that was cut off leaves a file that does not count.
	w, err := k.Writer(context.Background(), 2, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(batch.Of(batch.VecOf([]string{"a"}), batch.VecOf([]string{"lost"}))); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Commit(); err != nil {
		t.Fatal(err)
	}
	k, err = NewSink(target)
	if err != nil {
		t.Fatal(err)
	}
	if done, _ := k.Begin(context.Background(), 1); !done {
		t.Error("a batch that is committed begins again")
	}
	b, err := os.ReadFile(filepath.Join(out, manifest, "0"))
	lines := strings.Split(string(b), "\n")
	if err != nil || len(lines) != 3 || lines[0] != "v1" {
		t.Fatalf("%s %v", b, err)
	}
	var e written
	if err := json.Unmarshal([]byte(lines[1]), &e); err != nil || e.Action != "add" || e.Size != 6 || e.BlockSize != blockSize ||
		!strings.HasPrefix(e.Path, "file://"+out+"/k=a/part-00000-") || !strings.HasSuffix(e.Path, "-c000.txt") {
		t.Errorf("%+v %v", e, err)
	}
	d := &dir{t: t, path: out}
	s := d.open(t.TempDir(), nil, nil)
	if got := d.lines(s, nil, d.latest(s, nil, connector.Limit{})); got != "1 2 3" && got != "a1 a2 a3 b1" {
		t.Errorf("who reads the directory as a stream gets %s", got)
	}
	target.New = true
	if _, err := NewSink(target); err == nil || !strings.Contains(err.Error(), "another query") {
		t.Errorf("a second query writes into the directory: %v", err)
	}
	k.Close()
}
