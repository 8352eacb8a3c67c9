// Package durable writes files that are whole and on disk, or not there: the contents go to a temporary file, which is
// synced and renamed, and the directory is synced as well. A crash at any moment leaves the file that was there before,
// or the new one, and perhaps a temporary file that nobody reads. [Dir.WriteLast] promises less, and is faster.
package durable

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// A Dir is a directory that files are written to. It may be used by many goroutines when they write different files.
type Dir struct {
	path  string
	kind  string // what the crash points are called after
	f     *os.File
	crash func(point string)
}

// temp is how the names of temporary files end. They start with a dot, as those of files that are not to be listed.
const temp = ".tmp"

// Open makes a directory, with those above it, and removes temporary files that a crash left. The crash hook may be nil;
// it is called at each of the [Points] of a write, as "kind.point".
func Open(path, kind string, crash func(point string)) (*Dir, error) {
	if err := MakeAll(path); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if IsTemp(e.Name()) {
			if err := os.Remove(filepath.Join(path, e.Name())); err != nil {
				return nil, err
			}
		}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	return &Dir{path: path, kind: kind, f: f, crash: crash}, nil
}

// MakeAll is os.MkdirAll that survives a crash: the directory each new one was made in is synced.
func MakeAll(path string) error {
	var missing []string
	for p := filepath.Clean(path); ; p = filepath.Dir(p) {
		_, err := os.Stat(p)
		if err == nil {
			break
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		missing = append(missing, p)
	}
	if len(missing) == 0 {
		return nil
	}
	if err := os.MkdirAll(path, 0o755); err != nil {
		return err
	}
	for _, p := range missing {
		if err := syncDir(filepath.Dir(p)); err != nil {
			return err
		}
	}
	return nil
}

func syncDir(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}

// IsTemp says whether a name is that of a file still being written.
func IsTemp(name string) bool { return strings.HasPrefix(name, ".") && strings.HasSuffix(name, temp) }

// Path is where a file of the directory lies.
func (d *Dir) Path(name string) string { return filepath.Join(d.path, name) }

// Close lets go of the directory.
func (d *Dir) Close() error { return d.f.Close() }

// Points are the moments of a write that a crash could fall between: nothing is there yet; the contents are written;
// they are on disk; the file has its name; the name is on disk.
var Points = []string{"begin", "written", "synced", "renamed", "durable"}

func (d *Dir) at(point string) {
	if d.crash != nil {
		d.crash(d.kind + "." + point)
	}
}

// LastPoints are the moments of [Dir.WriteLast]: as [Points], but what is written gets its name before it is on disk.
var LastPoints = []string{"begin", "written", "renamed", "durable"}

// WriteLast writes a file as WriteFile does, in about two thirds of the time: its contents and its name go to disk at
// once, not one after the other. When the machine, not only the process, crashes before WriteLast returns, there may be
// a file of the name whose contents are damaged. So it is for the newest file of a log, which is passed over then.
func (d *Dir) WriteLast(name string, data []byte) error {
	f, err := d.filled(name, data)
	if err != nil {
		return err
	}
	d.at(LastPoints[1])
	if err := os.Rename(f.f.Name(), d.Path(name)); err != nil {
		f.Abort()
		return err
	}
	d.at(LastPoints[2])
	named := make(chan error, 1)
	go func() { named <- d.f.Sync() }()
	err = f.f.Sync()
	if err := errors.Join(err, <-named, f.f.Close()); err != nil {
		return fmt.Errorf("%s: %w", d.Path(name), err)
	}
	d.at(LastPoints[3])
	return nil
}

// WriteFile writes a whole file.
func (d *Dir) WriteFile(name string, data []byte) error {
	f, err := d.filled(name, data)
	if err != nil {
		return err
	}
	return f.Commit()
}

// filled is a file with its contents, which are not on disk yet.
func (d *Dir) filled(name string, data []byte) (*File, error) {
	f, err := d.Create(name)
	if err != nil {
		return nil, err
	}
	if _, err := f.Write(data); err != nil {
		f.Abort()
		return nil, err
	}
	return f, nil
}

// A File is being written. Either Commit or Abort ends it.
type File struct {
	dir  *Dir
	name string
	f    *os.File
	size int64
}

var _ io.Writer = (*File)(nil)

// Create starts a file that will replace the one of the name.
func (d *Dir) Create(name string) (*File, error) {
	d.at(Points[0])
	f, err := os.OpenFile(d.Path("."+name+temp), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	return &File{dir: d, name: name, f: f}, nil
}

func (f *File) Write(p []byte) (int, error) {
	n, err := f.f.Write(p)
	f.size += int64(n)
	return n, err
}

// Size is how much was written.
func (f *File) Size() int64 { return f.size }

// Commit puts the file in its place. After an error the file that was there before is still there, or the new one is:
// only the sync of the directory can fail after the change.
func (f *File) Commit() error {
	d := f.dir
	d.at(Points[1])
	if err := f.f.Sync(); err != nil {
		f.Abort()
		return fmt.Errorf("%s: %w", d.Path(f.name), err)
	}
	d.at(Points[2])
	if err := f.f.Close(); err != nil {
		os.Remove(f.f.Name())
		return err
	}
	if err := os.Rename(f.f.Name(), d.Path(f.name)); err != nil {
		os.Remove(f.f.Name())
		return err
	}
	d.at(Points[3])
	if err := d.f.Sync(); err != nil {
		return fmt.Errorf("%s: %w", d.path, err)
	}
	d.at(Points[4])
	return nil
}

// Abort removes what was written.
func (f *File) Abort() {
	f.f.Close()
	os.Remove(f.f.Name())
}
