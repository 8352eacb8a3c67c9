package state

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gospark/runtime/condition"
	"gospark/runtime/durable"
)

// grow commits versions from..to of two stores: version v has key v, and all keys have the value v.
func grow(t *testing.T, p *Provider, from, to int64) {
	t.Helper()
	for v := from; v <= to; v++ {
		for part := range 2 {
			s := openStore(t, p, 0, part, v-1)
			for i := range v {
				s.Table("").Put(i/5, fmt.Appendf(nil, "key %d", i+1), fmt.Appendf(nil, "version %d", v))
			}
		}
		if _, err := p.Commit(t.Context(), v); err != nil {
			t.Fatal(err)
		}
	}
}

func openStore(t *testing.T, p *Provider, operator, partition int, version int64) *Store {
	t.Helper()
	s, err := p.Store(operator, partition, version)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func open(t *testing.T, dir string, o Options) *Provider {
	t.Helper()
	p, err := Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

// content is all there is in a store.
func content(s *Store) map[string]string {
	m := map[string]string{}
	for _, t := range s.byName() {
		for _, slot := range t.Slots() {
			for k, v := range t.All(slot) {
				m[fmt.Sprintf("%s/%d/%s", t.name, slot, k)] = string(v)
			}
		}
	}
	return m
}

func wantVersion(t *testing.T, s *Store, v int64) {
	t.Helper()
	want := map[string]string{}
	for i := range v {
		want[fmt.Sprintf("/%d/key %d", i/5, i+1)] = fmt.Sprintf("version %d", v)
	}
	if got := content(s); !maps.Equal(got, want) {
		t.Errorf("version %d: %v\nwant %v", v, got, want)
	}
}

// Every byte of a file counts: one that is changed, cut off or added is found, and the error names the file.
func TestDamage(t *testing.T) {
	dir := t.TempDir()
	p := open(t, dir, Options{})
	p.least = 0
	grow(t, p, 1, 12)
	p.Close()
	path := filepath.Join(dir, "12.state")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	read := func() error {
		p := open(t, dir, Options{})
		defer p.Close()
		_, err := p.Store(0, 1, 12)
		return err
	}
	if err := read(); err != nil {
		t.Fatal(err)
	}
	check := func(what string, b []byte) {
		t.Helper()
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
		err := read()
		if err == nil || !strings.Contains(err.Error(), path+" is damaged") {
			t.Errorf("%s: %v", what, err)
		}
		if e, ok := condition.As(err); !ok || e.Condition() != "CANNOT_LOAD_STATE_STORE.UNCATEGORIZED" {
			t.Errorf("%s: condition of %v", what, err)
		}
	}
	for i := range whole {
		b := slices.Clone(whole)
		b[i] ^= 1 << (i % 8)
		check(fmt.Sprintf("byte %d of %d", i, len(whole)), b)
	}
	for n := 0; n < len(whole); n += 1 + len(whole)/60 {
		check(fmt.Sprintf("cut to %d of %d", n, len(whole)), whole[:n])
	}
	check("longer", append(slices.Clone(whole), 0))
	check("doubled", append(slices.Clone(whole), whole...))
	other, err := os.ReadFile(filepath.Join(dir, "11.state"))
	if err != nil {
		t.Fatal(err)
	}
	check("another version", other)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := read(); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), path+" is missing") {
		t.Errorf("missing: %v", err)
	}
}

// A crash at any step of a commit leaves the version before, or the new one after it has its name.
func TestCrash(t *testing.T) {
	for i, point := range durable.Points {
		dir := t.TempDir()
		p := open(t, dir, Options{})
		grow(t, p, 1, 3)
		p.Close()
		p = open(t, dir, Options{Crash: func(at string) {
			if at == "state."+point {
				panic(at)
			}
		}})
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no crash", point)
				}
			}()
			grow(t, p, 4, 4)
		}()
		p = open(t, dir, Options{})
		wantVersion(t, openStore(t, p, 0, 1, 3), 3)
		if i >= slices.Index(durable.Points, "renamed") {
			wantVersion(t, openStore(t, p, 0, 1, 4), 4)
		} else if _, err := p.Store(0, 1, 4); err == nil {
			t.Errorf("%s: version 4 is there", point)
		}
		grow(t, p, 4, 6) // again, and on
		wantVersion(t, openStore(t, open(t, dir, Options{}), 0, 0, 6), 6)
	}
}

// A commit that fails, as on a full disk, leaves the version before; the same provider goes on from it.
func TestFailedCommit(t *testing.T) {
	dir := t.TempDir()
	p := open(t, dir, Options{})
	grow(t, p, 1, 3)
	block := filepath.Join(dir, "4.state", "in the way")
	if err := os.MkdirAll(block, 0o755); err != nil {
		t.Fatal(err)
	}
	openStore(t, p, 0, 0, 3).Table("").Put(0, []byte("lost"), nil)
	if _, err := p.Commit(t.Context(), 4); err == nil {
		t.Fatal("version 4 is committed")
	}
	if _, err := p.Commit(t.Context(), 4); err == nil {
		t.Fatal("version 4 is committed after a failure")
	}
	if err := os.RemoveAll(filepath.Dir(block)); err != nil {
		t.Fatal(err)
	}
	wantVersion(t, openStore(t, p, 0, 0, 3), 3)
	grow(t, p, 4, 5)
	wantVersion(t, openStore(t, p, 0, 0, 5), 5)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := openStore(t, p, 0, 0, 5)
	if _, err := p.Commit(ctx, 6); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	s.Table("").Put(0, make([]byte, maxKey+1), nil)
	if _, err := p.Commit(t.Context(), 6); err == nil || !strings.Contains(err.Error(), "too large") {
		t.Errorf("a key that is too large: %v", err)
	}
	grow(t, p, 6, 6)
	if _, err := p.Commit(t.Context(), 9); err == nil {
		t.Error("versions may be left out")
	}
}

// Old files go when no version that is kept needs them.
func TestPurge(t *testing.T) {
	dir := t.TempDir()
	p := open(t, dir, Options{Retain: 3})
	most := 0
	for v := range int64(60) {
		grow(t, p, v+1, v+1)
		most = max(most, len(p.files))
		if v == 30 {
			p.Close()
			p = open(t, dir, Options{Retain: 3})
		}
	}
	if most > 7 {
		t.Errorf("up to %d files", most)
	}
	on, err := filepath.Glob(filepath.Join(dir, "*.state"))
	if err != nil || len(on) != len(p.files) {
		t.Errorf("%d files, %d known, %v", len(on), len(p.files), err)
	}
	for v := int64(56); v <= 60; v++ {
		wantVersion(t, openStore(t, open(t, dir, Options{}), 0, 0, v), v)
	}
}

// After a way back, what was committed afterwards is gone with the next commit.
func TestWayBack(t *testing.T) {
	dir := t.TempDir()
	p := open(t, dir, Options{})
	grow(t, p, 1, 9)
	openStore(t, p, 0, 0, 4).Table("").Put(7, []byte("other"), []byte("line"))
	if _, err := p.Commit(t.Context(), 5); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(p.files, []int64{1, 2, 3, 4, 5}) {
		t.Errorf("files %v", p.files)
	}
	p = open(t, dir, Options{})
	if got := content(openStore(t, p, 0, 0, 5)); len(got) != 5 || got["/7/other"] != "line" {
		t.Errorf("version 5: %v", got)
	}
	if _, err := p.Store(0, 0, 6); err == nil {
		t.Error("version 6 is still there")
	}
}

// The way back stays short, in versions and in bytes, whatever the batches are: rounds end.
func TestRounds(t *testing.T) {
	for _, batch := range []int{10, 1000} {
		dir := t.TempDir()
		p := open(t, dir, Options{Retain: 2})
		value := make([]byte, 40)
		at, most, written := 0, int64(0), 0
		for v := range int64(300) {
			s := openStore(t, p, 0, 0, v)
			n := batch
			if v == 0 {
				n = 20_000
			}
			for range n {
				at++
				s.Table("").Put(0, keyOf(nil, at%20_000), fmt.Appendf(value[:0], "%40d", at))
			}
			m, err := p.Commit(t.Context(), v+1)
			if err != nil {
				t.Fatal(err)
			}
			if v > 0 {
				most = max(most, v+1-s.base)
				written = max(written, int(m.Written))
			}
		}
		// The state is 1.4 MB, in the arena and in files; a batch writes 16 KB at least, or half of its changes.
		if limit := int64(2 * 1_400_000 / minRoll); most > limit || most < 10 {
			t.Errorf("batches of %d: up to %d versions back, limit %d", batch, most, limit)
		}
		if limit := batch*65*3/2 + minRoll*3/2; written > limit {
			t.Errorf("batches of %d: %d bytes written, limit %d", batch, written, limit)
		}
	}
}

// A query that is started again for every batch, as a job that runs once an hour, does not read ever more either.
func TestRestarts(t *testing.T) {
	dir := t.TempDir()
	most, whole := 0, 0
	for v := range int64(60) {
		p := open(t, dir, Options{Retain: 1})
		s := openStore(t, p, 0, 0, v)
		n := 200
		if v == 0 {
			n = 5000
		}
		for i := range n {
			s.Table("").Put(0, keyOf(nil, (i+200*int(v))%5000), valueOf(nil, i, int(v)))
		}
		if p.whole {
			whole++
		}
		if _, err := p.Commit(t.Context(), v+1); err != nil {
			t.Fatal(err)
		}
		most = max(most, len(p.files))
		p.Close()
	}
	if most > 50 || whole < 1 || whole > 6 {
		t.Errorf("up to %d files, %d whole versions", most, whole)
	}
	p := open(t, dir, Options{})
	if s := openStore(t, p, 0, 0, 60); s.Len() != 5000 {
		t.Errorf("%d keys", s.Len())
	}
}
