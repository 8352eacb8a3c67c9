// Package seqlog keeps numbered entries in a directory, one file each, as Spark keeps what its sources and sinks remember
// below a checkpoint: a line with the version of the layout, then the entry.
//
// A file appears whole or not at all, and is on disk when Put returns. A Log is used by one goroutine.
package seqlog

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// A Log is a directory of entries; the directory is made with the first of them.
type Log struct {
	Dir     string
	Version int
	made    bool
}

// ErrExists says that there is another entry of the number.
var ErrExists = errors.New("seqlog: the entry is there already")

// CompactSuffix ends the name of an entry that holds all before it, too.
const CompactSuffix = ".compact"

// Put writes an entry. Its name is the number, with an optional suffix.
func (l *Log) Put(id int64, suffix, text string) error {
	if !l.made {
		if err := os.MkdirAll(l.Dir, 0o755); err != nil {
			return err
		}
		l.made = true
	}
	name := filepath.Join(l.Dir, strconv.FormatInt(id, 10)+suffix)
	if _, err := os.Stat(name); err == nil {
		return fmt.Errorf("%w: %s", ErrExists, name)
	}
	return WriteFile(name, []byte("v"+strconv.Itoa(max(l.Version, 1))+"\n"+text))
}

// Get is the text of an entry; false if there is none.
func (l *Log) Get(id int64, suffix string) (string, bool, error) {
	name := filepath.Join(l.Dir, strconv.FormatInt(id, 10)+suffix)
	b, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return "", false, nil
	}
	if err != nil {
		return "", false, err
	}
	head, text, _ := strings.Cut(string(b), "\n")
	v, err := strconv.Atoi(strings.TrimPrefix(head, "v"))
	if err != nil || !strings.HasPrefix(head, "v") || v < 1 {
		return "", false, fmt.Errorf("%s: the first line is %q, which is no version such as v1", name, head)
	}
	if v > max(l.Version, 1) {
		return "", false, fmt.Errorf("%s: written in the layout v%d, which is newer than v%d", name, v, max(l.Version, 1))
	}
	return text, true, nil
}

// An Entry is the name of an entry.
type Entry struct {
	ID      int64
	Compact bool
}

// Suffix is what the entry's name ends with.
func (e Entry) Suffix() string {
	if e.Compact {
		return CompactSuffix
	}
	return ""
}

// Entries lists the entries, in order.
func (l *Log) Entries() ([]Entry, error) {
	files, err := os.ReadDir(l.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var all []Entry
	for _, f := range files {
		name, compact := strings.CutSuffix(f.Name(), CompactSuffix)
		if id, err := strconv.ParseInt(name, 10, 64); err == nil && id >= 0 {
			all = append(all, Entry{id, compact})
		}
	}
	slices.SortFunc(all, func(a, b Entry) int { return int(a.ID - b.ID) })
	return all, nil
}

// WriteFile writes a file so that it is there whole, and on disk, or not at all.
func WriteFile(name string, text []byte) (err error) {
	tmp, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*.tmp")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(tmp.Name()))
		}
	}()
	_, err = tmp.Write(text)
	if err == nil {
		err = tmp.Sync()
	}
	if e := tmp.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	if err = os.Chmod(tmp.Name(), 0o644); err != nil {
		return err
	}
	if err = os.Rename(tmp.Name(), name); err != nil {
		return err
	}
	return SyncDir(filepath.Dir(name))
}

// SyncDir puts the names in a directory on disk.
func SyncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	return errors.Join(err, d.Close())
}
