package durable

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestWriteReplaces(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	var points []string
	d, err := Open(dir, "log", func(p string) { points = append(points, p) })
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	for _, w := range ways(d) {
		for _, text := range []string{"one", "two and more", ""} {
			points = nil
			if err := w.write("f", []byte(text)); err != nil {
				t.Fatal(err)
			}
			if got, err := os.ReadFile(d.Path("f")); err != nil || string(got) != text {
				t.Errorf("%s: read %q, %v; want %q", w.name, got, err, text)
			}
			var want []string
			for _, p := range w.points {
				want = append(want, "log."+p)
			}
			if !slices.Equal(points, want) {
				t.Errorf("%s: points %q, want %q", w.name, points, want)
			}
		}
	}
}

// A way is one of the ways to write a file.
type way struct {
	name   string
	write  func(name string, data []byte) error
	points []string
}

func ways(d *Dir) []way {
	return []way{{"WriteFile", d.WriteFile, Points}, {"WriteLast", d.WriteLast, LastPoints}}
}

// A crash leaves the old contents before the rename and the new ones after it; the next Open clears what is left.
func TestCrash(t *testing.T) {
	for i := range ways(&Dir{}) {
		for k := range ways(&Dir{})[i].points {
			crashAt(t, i, k)
		}
	}
}

// crashAt crashes at the k-th point of the i-th way.
func crashAt(t *testing.T, i, k int) {
	dir := t.TempDir()
	crash := errors.New("crash")
	point := ""
	d, err := Open(dir, "x", func(at string) {
		if at == point {
			panic(crash)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.WriteFile("f", []byte("old")); err != nil {
		t.Fatal(err)
	}
	w := ways(d)[i]
	point = "x." + w.points[k]
	at := w.name + ": " + point
	func() {
		defer func() {
			if recover() != crash {
				t.Errorf("%s: no crash", at)
			}
		}()
		w.write("f", []byte("new"))
	}()
	d.Close()
	d, err = Open(dir, "x", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	want := "old"
	if k >= slices.Index(w.points, "renamed") {
		want = "new"
	}
	if got, _ := os.ReadFile(d.Path("f")); string(got) != want {
		t.Errorf("%s: read %q, want %q", at, got, want)
	}
	if es, _ := os.ReadDir(dir); len(es) != 1 {
		t.Errorf("%s: %d files are left", at, len(es))
	}
}

func TestErrors(t *testing.T) {
	dir := t.TempDir()
	d, err := Open(dir, "x", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := os.Mkdir(d.Path("f"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, w := range ways(d) {
		if err := w.write("f", []byte("new")); err == nil {
			t.Errorf("%s: a file replaced a directory", w.name)
		}
		if es, _ := os.ReadDir(dir); len(es) != 1 {
			t.Errorf("%s: %d files are left", w.name, len(es))
		}
	}
	file := filepath.Join(dir, "plain")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(filepath.Join(file, "sub"), "x", nil); err == nil {
		t.Error("a directory was made below a file")
	}
}
