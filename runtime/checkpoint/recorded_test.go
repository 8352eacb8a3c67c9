package checkpoint

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// What Spark wrote is read, and written again byte for byte.
func TestRecorded(t *testing.T) {
	data, err := os.ReadFile("testdata/spark.json")
	if err != nil {
		t.Fatal(err)
	}
	var queries map[string][]struct{ Path, Content string }
	if err := json.Unmarshal(data, &queries); err != nil {
		t.Fatal(err)
	}
	if len(queries) < 5 {
		t.Fatalf("%d queries", len(queries))
	}
	for name, files := range queries {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for _, f := range files {
				p := filepath.Join(dir, f.Path)
				if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(p, []byte(f.Content), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			from := open(t, dir)
			to := open(t, filepath.Join(t.TempDir(), "new"))
			if len(from.Skipped()) > 0 || from.ID() == "" || from.ID() == to.ID() {
				t.Errorf("skipped %q, ids %q and %q", from.Skipped(), from.ID(), to.ID())
			}
			copyLog(t, from.Offsets, to.Offsets)
			copyLog(t, from.Commits, to.Commits)
			for _, f := range files {
				if f.Path == "metadata" {
					if want := `{"id":"` + from.ID() + `"}`; f.Content != want {
						t.Errorf("metadata %q, want %q", f.Content, want)
					}
					continue
				}
				got, err := os.ReadFile(filepath.Join(to.Dir(), f.Path))
				if err != nil || string(got) != f.Content {
					t.Errorf("%s: %v\ngot  %s\nwant %s", f.Path, err, got, f.Content)
				}
			}
		})
	}
}

func copyLog[T any](t *testing.T, from, to *Log[T]) {
	t.Helper()
	for _, id := range from.IDs() {
		v, err := from.Get(id)
		if err != nil {
			t.Fatal(err)
		}
		if err := to.Write(id, v); err != nil {
			t.Fatal(err)
		}
		if last, ok := to.Last(); !ok || last != id {
			t.Errorf("last is %d", last)
		}
	}
}

func open(t *testing.T, dir string) *Checkpoint {
	t.Helper()
	c, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func offset(n int) json.RawMessage { return json.RawMessage(strconv.Itoa(n)) }
