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
	for _, text := range []string{"one", "two and more", ""} {
		points = nil
		if err := d.WriteFile("f", []byte(text)); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(d.Path("f")); err != nil || string(got) != text {
			t.Errorf("read %q, %v; want %q", got, err, text)
		}
		if want := []string{"log.begin", "log.written", "log.synced", "log.renamed", "log.durable"}; !slices.Equal(points, want) {
			t.Errorf("points %q, want %q", points, want)
		}
	}
}

// A crash leaves the old contents before the rename and the new ones after it; the next Open clears what is left.
func TestCrash(t *testing.T) {
	for i, p := range Points {
		dir := t.TempDir()
		crash := errors.New("crash")
		armed := false
		d, err := Open(dir, "x", func(at string) {
			if armed && at == "x."+p {
				panic(crash)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := d.WriteFile("f", []byte("old")); err != nil {
			t.Fatal(err)
		}
		armed = true
		func() {
			defer func() {
				if recover() != crash {
					t.Errorf("%s: no crash", p)
				}
			}()
			d.WriteFile("f", []byte("new"))
		}()
		d.Close()
		d, err = Open(dir, "x", nil)
		if err != nil {
			t.Fatal(err)
		}
		want := "old"
		if i >= slices.Index(Points, "renamed") {
			want = "new"
		}
		if got, _ := os.ReadFile(d.Path("f")); string(got) != want {
			t.Errorf("%s: read %q, want %q", p, got, want)
		}
		if es, _ := os.ReadDir(dir); len(es) != 1 {
			t.Errorf("%s: %d files are left", p, len(es))
		}
		d.Close()
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
	if err := d.WriteFile("f", []byte("new")); err == nil {
		t.Error("a file replaced a directory")
	}
	if es, _ := os.ReadDir(dir); len(es) != 1 {
		t.Errorf("%d files are left", len(es))
	}
	file := filepath.Join(dir, "plain")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(filepath.Join(file, "sub"), "x", nil); err == nil {
		t.Error("a directory was made below a file")
	}
}
