package state

import (
	"context"
	"testing"
)

type note int64

func (n note) Memory() int64 { return int64(n) }

// An attachment lives as long as the tables that it was made of: a commit keeps it, and whatever takes the tables back
// loses it.
func TestAttachment(t *testing.T) {
	dir := t.TempDir()
	p, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	store := func(version int64) *Store {
		t.Helper()
		s, err := p.Store(0, 0, version)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	commit := func(version int64) {
		t.Helper()
		if _, err := p.Commit(context.Background(), version); err != nil {
			t.Fatal(err)
		}
	}
	has := func(s *Store, want Attachment, when string) {
		t.Helper()
		if got := s.Detach(); got != want {
			t.Errorf("%s: %v is attached, want %v", when, got, want)
		}
	}
	s := store(0)
	s.Table("").Put(0, []byte("k"), nil)
	s.Attach(note(7))
	has(s, nil, "before the commit")
	before := s.Memory()
	commit(1)
	if s = store(1); s.Memory() < before+7 {
		t.Errorf("its memory does not count: %d after %d", s.Memory(), before)
	}
	has(s, note(7), "after the commit")
	has(s, nil, "taken already")
	s.Attach(note(8))
	has(store(1), nil, "after the changes were forgotten")
	s.Attach(note(9))
	commit(2)
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if p, err = Open(dir, Options{}); err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	has(store(2), nil, "read from the directory")
}
