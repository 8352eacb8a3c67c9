package file

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"gospark/runtime/condition"
)

// tree is the files below dir with their contents.
func tree(t testing.TB, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		if e.IsDir() {
			files[name+"/"] = ""
			return nil
		}
		data, err := os.ReadFile(path)
		files[name] = string(data)
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return files
}

func same(t *testing.T, got, want map[string]string) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Fatalf("%q\nwant %q", got, want)
	}
}

func output(t *testing.T, dir string, gzipped bool) *TextOutput {
	t.Helper()
	o, err := NewTextOutput(dir, gzipped)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func part(t *testing.T, o *TextOutput, partition int, lines ...string) *PartWriter {
	t.Helper()
	w, err := o.Part(partition)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(lines...); err != nil {
		t.Fatal(err)
	}
	return w
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestLayout(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "out")
	o := output(t, dir, false)
	var all sync.WaitGroup
	for i, lines := range [][]string{{"a"}, {"b", "c"}, nil} {
		all.Go(func() {
			w := part(t, o, i, lines...)
			if err := w.Commit(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for name := range tree(t, dir) {
		if !strings.HasPrefix(name, temporary) {
			t.Error("there before it is complete:", name)
		}
	}
	must(t, o.Commit())
	same(t, tree(t, dir), map[string]string{"_SUCCESS": "", "part-00000": "a\n", "part-00001": "b\nc\n", "part-00002": ""})
	if got := fmt.Sprint(text(t, dir, 1)); got != "[[a] [b c]]" {
		t.Fatal("read again:", got)
	}
}

func TestGzippedParts(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	o := output(t, dir, true)
	must(t, part(t, o, 0, "a", "b").Commit())
	must(t, o.Commit())
	f, err := os.Open(filepath.Join(dir, "part-00000.gz"))
	must(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	must(t, err)
	if data, err := io.ReadAll(z); string(data) != "a\nb\n" || err != nil {
		t.Fatalf("%q, %v", data, err)
	}
}

func TestAnExistingDirectoryIsRefused(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"file": "x"})
	for _, path := range []string{dir, filepath.Join(dir, "file")} {
		_, err := NewTextOutput(path, false)
		var e *condition.Error
		if !errors.As(err, &e) || e.Message != "Output directory file:"+path+" already exists" {
			t.Error(err)
		}
	}
	same(t, tree(t, dir), map[string]string{"file": "x"})
}

func TestATaskThatIsTriedAgainCountsOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	o := output(t, dir, false)
	failed := part(t, o, 0, "half")
	slow := part(t, o, 0, "again")
	must(t, failed.Abort())
	must(t, part(t, o, 0, "again").Commit())
	must(t, slow.Commit())
	part(t, o, 1, "never finished")
	must(t, o.Commit())
	same(t, tree(t, dir), map[string]string{"_SUCCESS": "", "part-00000": "again\n"})
}

func TestAbortLeavesNothing(t *testing.T) {
	root := t.TempDir()
	o := output(t, filepath.Join(root, "a", "b", "out"), false)
	must(t, part(t, o, 0, "x").Commit())
	part(t, o, 1, "y")
	must(t, o.Abort())
	same(t, tree(t, root), map[string]string{})

	o = output(t, filepath.Join(root, "a", "out"), false)
	write(t, root, map[string]string{"a/other": "1"})
	must(t, o.Abort())
	same(t, tree(t, root), map[string]string{"a/": "", "a/other": "1"})
}

// A disk that fails must not leave a part that looks whole.
func TestAFailedWriteIsNoPart(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	o := output(t, dir, false)
	w := part(t, o, 0, "a")
	w.file.Close()
	if err := w.Commit(); err == nil {
		t.Fatal("committed")
	}
	must(t, o.Commit())
	same(t, tree(t, dir), map[string]string{"_SUCCESS": ""})
}

func TestAnUnwritablePlaceIsAnError(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"file": "x"})
	if _, err := NewTextOutput(filepath.Join(dir, "file", "out"), false); err == nil {
		t.Fatal("made a directory in a file")
	}
	same(t, tree(t, dir), map[string]string{"file": "x"})
}
