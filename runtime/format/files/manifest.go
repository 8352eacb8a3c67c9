package files

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"gospark/runtime/connector/file"
	"gospark/runtime/format"
)

// manifestDir is where a stream that writes into a directory keeps the list of the files that count.
const manifestDir = "_spark_metadata"

// Logged says whether a directory is read by the list of files that a stream keeps in it.
func Logged(dir string) (bool, error) {
	_, ok, err := manifest([]string{dir})
	return ok, err
}

// manifest is the files that a stream's log says are written; ok is false if there is no log.
func manifest(roots []string) (written map[string]bool, ok bool, err error) {
	if len(roots) != 1 {
		return nil, false, nil
	}
	entries, err := os.ReadDir(filepath.Join(roots[0], manifestDir))
	if errors.Is(err, fs.ErrNotExist) || err != nil && strings.Contains(err.Error(), "not a directory") {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	compact, last := -1, -1
	for _, e := range entries {
		text, isCompact := strings.CutSuffix(e.Name(), ".compact")
		n, err := strconv.Atoi(text)
		if err != nil {
			continue
		}
		last = max(last, n)
		if isCompact {
			compact = max(compact, n)
		}
	}
	written = map[string]bool{}
	for n := max(compact, 0); n <= last; n++ {
		name := strconv.Itoa(n)
		if n == compact {
			name += ".compact"
		}
		if err := readManifest(filepath.Join(roots[0], manifestDir, name), written); err != nil {
			return nil, false, err
		}
	}
	return written, true, nil
}

// readManifest reads one batch of the log: a line with its version, and a line of JSON for each file.
func readManifest(path string, written map[string]bool) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	if !lines.Scan() || lines.Text() != "v1" {
		return fmt.Errorf("%s: not a log of version v1", uri(path))
	}
	for lines.Scan() {
		var e struct{ Path, Action string }
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			return fmt.Errorf("%s: %w", uri(path), err)
		}
		local, err := file.Local(e.Path)
		if err != nil {
			return err
		}
		written[local] = e.Action != "delete"
	}
	return lines.Err()
}

// only is the listing without files that were not written.
func (l *listing) only(written map[string]bool) *listing {
	m := &listing{roots: l.roots, files: map[string][]format.File{}, named: l.named}
	for _, d := range l.dirs {
		for _, f := range l.files[d] {
			if written[f.Path] {
				if m.files[d] == nil {
					m.dirs = append(m.dirs, d)
				}
				m.files[d] = append(m.files[d], f)
			}
		}
	}
	return m
}
