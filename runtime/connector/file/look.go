package file

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// A found file is one that lies in a watched directory.
type found struct {
	path     string
	size     int64
	modified time.Time
}

// A sighting is when a file was first seen as it is.
type sighting struct {
	found
	since time.Time
}

// look lists the files that could be read; of those that were, only the names.
func (s *Stream) look() ([]found, error) {
	dirs, err := s.directories()
	if err != nil {
		return nil, err
	}
	var all []found
	for _, dir := range dirs {
		entries, err := os.ReadDir(dir)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		for _, e := range entries {
			path := filepath.Join(dir, e.Name())
			if hidden(path) || strings.HasSuffix(path, "._COPYING_") {
				continue
			}
			if _, ok := s.read[path]; ok {
				all = append(all, found{path: path}) // whatever became of it
				continue
			}
			info, err := os.Stat(path)
			if errors.Is(err, fs.ErrNotExist) {
				continue // gone since it was listed
			}
			if err != nil {
				return nil, err
			}
			if info.Mode().IsRegular() {
				all = append(all, found{path, info.Size(), info.ModTime()})
			}
		}
	}
	return all, nil
}

// fresh is the files that are new and complete.
func (s *Stream) fresh() ([]found, error) {
	present, err := s.look()
	if err != nil {
		return nil, err
	}
	now := s.options.Now()
	s.forget(present, now)
	var fresh []found
	growing := map[string]sighting{}
	for _, f := range present {
		if !s.isNew(f) || f.size == 0 {
			continue
		}
		seen, ok := s.growing[f.path]
		if !ok || seen.size != f.size || !seen.modified.Equal(f.modified) {
			seen = sighting{f, now}
		}
		growing[f.path] = seen
		// Either the file's time is a while ago, or, where its clock is not ours, we have watched it for a while.
		if now.Sub(f.modified) >= settleTime || now.Sub(seen.since) >= settleTime {
			fresh = append(fresh, f)
		}
	}
	s.growing = growing
	return fresh, nil
}

func (s *Stream) isNew(f found) bool {
	if _, ok := s.read[f.path]; ok {
		return false
	}
	before, ok := s.old[f.path]
	return !ok || f.modified.After(before)
}

// forget lets go of names that are no longer there; of those that were read, after a while, since a file may be moved
// away and back.
func (s *Stream) forget(present []found, now time.Time) {
	names := make(map[string]struct{}, len(present))
	for _, f := range present {
		names[f.path] = struct{}{}
		delete(s.vanished, f.path)
	}
	for path := range s.old {
		if _, ok := names[path]; !ok {
			delete(s.old, path)
		}
	}
	for path := range s.read {
		if _, ok := names[path]; ok {
			continue
		}
		gone, ok := s.vanished[path]
		if !ok {
			s.vanished[path] = now
		} else if now.Sub(gone) >= rememberTime {
			delete(s.read, path)
			delete(s.vanished, path)
		}
	}
}
