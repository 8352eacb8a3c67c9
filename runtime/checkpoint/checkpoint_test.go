package checkpoint

import (
	"bufio"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gospark/runtime/durable"
)

// run plans and finishes batches from..to-1.
func run(t *testing.T, c *Checkpoint, from, to int) {
	t.Helper()
	for i := from; i < to; i++ {
		plan(t, c, i)
		if err := c.Commits.Write(int64(i), Commit{NextBatchWatermarkMs: int64(i)}); err != nil {
			t.Fatal(err)
		}
	}
}

func plan(t *testing.T, c *Checkpoint, i int) {
	t.Helper()
	seq := OffsetSeq{BatchTimestampMs: int64(1000 + i), Conf: map[string]string{"spark.sql.shuffle.partitions": "2", "b": "<é>", "a": "1"},
		Offsets: []json.RawMessage{json.RawMessage(`{"t": {"0": ` + strconv.Itoa(i) + `}}`), nil}}
	if err := c.Offsets.Write(int64(i), seq); err != nil {
		t.Fatal(err)
	}
}

func TestText(t *testing.T) {
	c := open(t, t.TempDir())
	plan(t, c, 7)
	got, err := os.ReadFile(filepath.Join(c.Dir(), "offsets", "7"))
	want := "v1\n" + `{"batchWatermarkMs":0,"batchTimestampMs":1007,"conf":{"spark.sql.shuffle.partitions":"2","a":"1","b":"<é>"}}` +
		"\n" + `{"t":{"0":7}}` + "\n-"
	if err != nil || string(got) != want {
		t.Errorf("%v\ngot  %s\nwant %s", err, got, want)
	}
	seq, err := c.Offsets.Get(7)
	if err != nil || string(seq.Offsets[0]) != `{"t":{"0":7}}` || len(seq.Offsets) != 2 || seq.Offsets[1] != nil || seq.Conf["b"] != "<é>" {
		t.Errorf("%+v, %v", seq, err)
	}
	if _, err := c.Offsets.Get(8); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing batch: %v", err)
	}
	if err := c.Offsets.Write(7, seq); err == nil {
		t.Error("a batch was planned twice")
	}
	if err := c.Offsets.Write(8, OffsetSeq{}); err == nil {
		t.Error("a batch without offsets was planned")
	}
	if err := c.Offsets.Write(8, OffsetSeq{Offsets: []json.RawMessage{json.RawMessage(`{`)}}); err == nil {
		t.Error("an offset that is not JSON was written")
	}
}

// What becomes of a directory when one of its files is damaged.
func TestDamage(t *testing.T) {
	cut := func(b []byte) []byte { return b[:len(b)/2] }
	empty := func([]byte) []byte { return nil }
	v9 := func(b []byte) []byte { return append([]byte("v9"), b[2:]...) }
	noise := func(b []byte) []byte { return []byte(strings.Repeat("\x00", len(b))) }
	for _, c := range []struct {
		name, file    string
		planned       int // batches with offsets; three have commits
		damage        func([]byte) []byte
		offsets, done int64 // the last of each log
		skipped       bool
		err           string // of Open or of reading all offsets
	}{
		{"nothing", "offsets/0", 4, nil, 3, 2, false, ""},
		{"planned, cut off", "offsets/3", 4, cut, 2, 2, true, ""},
		{"planned, empty", "offsets/3", 4, empty, 2, 2, true, ""},
		{"planned, zeros", "offsets/3", 4, noise, 2, 2, true, ""},
		{"planned, other version", "offsets/3", 4, v9, 2, 2, true, ""},
		{"commit, cut off", "commits/2", 3, cut, 2, 1, true, ""},
		{"commit, empty", "commits/2", 4, empty, 3, 1, true, ""},
		{"finished, cut off", "offsets/2", 3, cut, 2, 2, false, "offsets/2 is damaged"},
		{"middle, cut off", "offsets/1", 4, cut, 3, 2, false, "offsets/1 is damaged"},
		{"middle, commit", "commits/1", 4, cut, 3, 2, false, "commits/1 is damaged"},
		{"metadata, empty", "metadata", 4, empty, 0, 0, false, "metadata is damaged"},
		{"metadata, cut off", "metadata", 4, cut, 0, 0, false, "metadata is damaged"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			cp := open(t, dir)
			run(t, cp, 0, 3)
			for i := 3; i < c.planned; i++ {
				plan(t, cp, i)
			}
			id := cp.ID()
			cp.Close()
			if c.damage != nil {
				p := filepath.Join(dir, c.file)
				b, err := os.ReadFile(p)
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(p, c.damage(b), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			cp, err := Open(dir, Options{})
			if err == nil {
				defer cp.Close()
				for _, id := range cp.Offsets.IDs() {
					_, e := cp.Offsets.Get(id)
					err = errors.Join(err, e)
				}
				for _, id := range cp.Commits.IDs() {
					_, e := cp.Commits.Get(id)
					err = errors.Join(err, e)
				}
			}
			if c.err != "" {
				if err == nil || !strings.Contains(err.Error(), filepath.Join(dir, c.err)) {
					t.Errorf("error %v, want one of %s", err, c.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			offsets, _ := cp.Offsets.Last()
			done, _ := cp.Commits.Last()
			if offsets != c.offsets || done != c.done || cp.ID() != id || (len(cp.Skipped()) == 1) != c.skipped {
				t.Errorf("offsets %d, commits %d, skipped %q", offsets, done, cp.Skipped())
			}
			if offsets == done { // it goes on
				run(t, cp, int(done)+1, int(done)+2)
			} else if err := cp.Commits.Write(done+1, Commit{}); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestMissing(t *testing.T) {
	for _, c := range []struct{ remove, want string }{
		{"offsets/2", "commits/2 is there, but not "},
		{"metadata", "metadata is missing"},
	} {
		dir := t.TempDir()
		cp := open(t, dir)
		run(t, cp, 0, 3)
		cp.Close()
		if err := os.Remove(filepath.Join(dir, c.remove)); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(dir, Options{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("without %s: %v", c.remove, err)
		}
	}
}

func TestPurge(t *testing.T) {
	c := open(t, t.TempDir())
	for i := range 10 {
		run(t, c, i, i+1)
		sum := filepath.Join(c.Dir(), "offsets", "."+strconv.Itoa(i)+".crc")
		if err := os.WriteFile(sum, []byte("old"), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := c.Purge(4); err != nil {
			t.Fatal(err)
		}
	}
	for _, log := range []string{"offsets", "commits"} {
		var names []string
		entries, err := os.ReadDir(filepath.Join(c.Dir(), log))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if !strings.HasPrefix(e.Name(), ".") {
				names = append(names, e.Name())
			}
		}
		if got := strings.Join(names, " "); got != "5 6 7 8 9" {
			t.Errorf("%s has %s", log, got)
		}
	}
	if sums, _ := filepath.Glob(filepath.Join(c.Dir(), "offsets", ".*.crc")); len(sums) != 5 {
		t.Errorf("checksums %q", sums)
	}
}

// A crash at any step of a write leaves a directory that opens, with the batch or without it.
func TestCrash(t *testing.T) {
	for _, log := range []string{"offsets", "commits"} {
		for i, p := range durable.LastPoints {
			dir := t.TempDir()
			cp := open(t, dir)
			run(t, cp, 0, 2)
			if log == "commits" {
				plan(t, cp, 2)
			}
			cp.Close()
			cp, err := Open(dir, Options{Crash: func(at string) {
				if at == log+"."+p {
					panic(at)
				}
			}})
			if err != nil {
				t.Fatal(err)
			}
			func() {
				defer func() {
					if recover() == nil {
						t.Errorf("%s.%s: no crash", log, p)
					}
				}()
				if log == "offsets" {
					plan(t, cp, 2)
				}
				cp.Commits.Write(2, Commit{})
			}()
			cp.Close()
			cp = open(t, dir)
			last, _ := cp.Offsets.Last()
			if log == "commits" {
				last, _ = cp.Commits.Last()
			}
			want := int64(1)
			if i >= slices.Index(durable.LastPoints, "renamed") {
				want = 2
			}
			if last != want || len(cp.Skipped()) > 0 {
				t.Errorf("%s.%s: last is %d, want %d; skipped %q", log, p, last, want, cp.Skipped())
			}
		}
	}
}

func TestLock(t *testing.T) {
	dir := t.TempDir()
	c := open(t, dir)
	if _, err := Open(dir, Options{}); err == nil || !strings.Contains(err.Error(), "another query of this process") {
		t.Errorf("opened twice: %v", err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	// A process that is alive is named; when it was killed, the lock is free.
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), holdDir+"="+dir)
	in, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	if line, _ := bufio.NewReader(out).ReadString('\n'); line != "held\n" {
		t.Fatalf("the child says %q", line)
	}
	want := "process " + strconv.Itoa(child.Process.Pid) + " is using"
	if _, err := Open(dir, Options{}); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("held by a child: %v", err)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	child.Wait()
	if c, err = Open(dir, Options{}); err != nil {
		t.Fatalf("after the holder was killed: %v", err)
	}
	c.Close()
}

func BenchmarkBatch(b *testing.B) {
	c, err := Open(b.TempDir(), Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	conf := map[string]string{}
	for _, k := range confOrder {
		conf[k] = "some value"
	}
	for i := int64(0); b.Loop(); i++ {
		if err := c.Offsets.Write(i, OffsetSeq{Conf: conf, Offsets: []json.RawMessage{offset(int(i))}}); err != nil {
			b.Fatal(err)
		}
		if err := c.Commits.Write(i, Commit{}); err != nil {
			b.Fatal(err)
		}
		if err := c.Purge(100); err != nil {
			b.Fatal(err)
		}
	}
}
