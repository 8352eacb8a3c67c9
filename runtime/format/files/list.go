package files

import (
	"os"
	"path/filepath"
	"sort"
	"strings"

	"gospark/runtime/condition"
	"gospark/runtime/connector/file"
	"gospark/runtime/format"
)

// hidden says whether a file or directory is not part of the data: what begins with _ or a dot, unless it is a partition
// such as _day=1, and what is still being copied.
func hidden(name string) bool {
	return strings.HasPrefix(name, "_") && !strings.Contains(name, "=") || strings.HasPrefix(name, ".") || strings.HasSuffix(name, "._COPYING_")
}

// roots are the files and directories that paths and patterns stand for.
func roots(paths []string) ([]string, error) {
	var all []string
	for _, p := range paths {
		local, err := file.Local(p)
		if err != nil {
			return nil, err
		}
		found, err := file.Match(local, func(p string) bool { return false })
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			return nil, notFound(local)
		}
		all = append(all, found...)
	}
	return all, nil
}

func notFound(path string) error {
	return condition.New("PATH_NOT_FOUND", "42K03", "Path does not exist: %s.", uri(path)).WithParam("path", uri(path))
}

// uri is a path in an error message.
func uri(path string) string { return "file:" + path }

// A listing is the files below some roots, by directory, in the order of their names.
type listing struct {
	roots []string
	files map[string][]format.File // by directory
	dirs  []string                 // that have files, in order
	named map[string]bool          // roots that are files
}

// list finds all files below the roots.
func list(roots []string, keep func(path string, info os.FileInfo) bool) (*listing, error) {
	l := &listing{roots: roots, files: map[string][]format.File{}, named: map[string]bool{}}
	for _, r := range roots {
		info, err := os.Stat(r)
		if err != nil {
			if os.IsNotExist(err) {
				err = notFound(r)
			}
			return nil, err
		}
		if !info.IsDir() {
			l.named[r] = true
			if keep(r, info) {
				l.add(r, info)
			}
			continue
		}
		if err := l.walk(r, keep); err != nil {
			return nil, err
		}
	}
	return l, nil
}

func (l *listing) add(path string, info os.FileInfo) {
	dir := filepath.Dir(path)
	if l.files[dir] == nil {
		l.dirs = append(l.dirs, dir)
	}
	l.files[dir] = append(l.files[dir], format.File{Path: path, Size: info.Size(), Modified: info.ModTime()})
}

func (l *listing) walk(dir string, keep func(path string, info os.FileInfo) bool) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	var below []string
	for _, e := range entries {
		if hidden(e.Name()) {
			continue
		}
		path := filepath.Join(dir, e.Name())
		info, err := os.Stat(path)
		if os.IsNotExist(err) {
			continue // gone since it was listed
		}
		if err != nil {
			return err
		}
		if info.IsDir() {
			below = append(below, path)
		} else if keep(path, info) {
			l.add(path, info)
		}
	}
	sort.Strings(below)
	for _, d := range below {
		if err := l.walk(d, keep); err != nil {
			return err
		}
	}
	return nil
}

// direct are the files that are roots or lie in one, not in a directory below it.
func (l *listing) direct() []format.File {
	var all []format.File
	for _, r := range l.roots {
		if !l.named[r] {
			all = append(all, l.files[r]...)
			continue
		}
		for _, f := range l.files[filepath.Dir(r)] {
			if f.Path == r {
				all = append(all, f)
				break
			}
		}
	}
	return all
}
