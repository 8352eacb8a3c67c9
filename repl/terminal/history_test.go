package terminal

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestHistoryFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sub", "history")
	inputs := []string{"one", "two\n\tlines", `back\slash and \n`, "日本"}
	h, err := OpenHistory(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range append(inputs, "日本", "  ") { // a repetition and a blank are left out
		if err := h.Add(s); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(text), "\n"); n != len(inputs) {
		t.Errorf("%d lines in the file, want one an input:\n%s", n, text)
	}
	again, err := OpenHistory(path)
	if err != nil {
		t.Fatal(err)
	}
	if got, old := again.Entries(); !slices.Equal(got, inputs) || old != len(inputs) {
		t.Errorf("read back %q, %d old, want %q", got, old, inputs)
	}
}

func TestHistoryIsCut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history")
	var b strings.Builder
	for i := range 2*historyLimit + 1 {
		b.WriteString(strings.Repeat("x", i%7+1) + "\n")
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenHistory(path); err != nil {
		t.Fatal(err)
	}
	text, _ := os.ReadFile(path)
	if n := strings.Count(string(text), "\n"); n != historyLimit {
		t.Errorf("%d lines left, want %d", n, historyLimit)
	}
}

func TestHistoryWithoutFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	h, err := OpenHistory(filepath.Join(file, "history")) // its directory cannot be made
	if err == nil {
		t.Error("no error")
	}
	if err := h.Add("kept"); err != nil {
		t.Error(err)
	}
	if got, _ := h.Entries(); !slices.Equal(got, []string{"kept"}) {
		t.Errorf("got %q", got)
	}
}
