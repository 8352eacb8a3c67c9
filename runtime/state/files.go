package state

import (
	"errors"
	"io/fs"
	"os"
	"slices"

	"gospark/runtime/condition"
)

var errClosed = errors.New("the provider is closed")

// damaged is the error of a file that is not as it was written.
func damaged(path, format string, args ...any) error {
	e := condition.New("CANNOT_LOAD_STATE_STORE.UNCATEGORIZED", "58030", format, args...)
	e.Message = path + " is damaged: " + e.Message
	return e.WithFix("restore the file from a copy, or start with another checkpointLocation")
}

// listFiles finds the versions that have files.
func (p *Provider) listFiles() error {
	entries, err := os.ReadDir(p.path)
	if err != nil {
		return err
	}
	p.files = nil
	for _, e := range entries {
		if v, ok := fileVersion(e.Name()); ok {
			p.files = append(p.files, v)
		}
	}
	slices.Sort(p.files)
	return nil
}

// wrote notes the file of a version, and removes those that are of no use any more: newer ones, from before the query
// was taken back to this version, and old ones.
func (p *Provider) wrote(version, base int64) error {
	p.bases[version] = base
	i, _ := slices.BinarySearch(p.files, version)
	for _, v := range p.files[i:] {
		if v > version {
			if err := p.removeFile(v); err != nil {
				return err
			}
		}
	}
	p.files = append(p.files[:i], version)
	return p.purge(version)
}

// purge removes the files that no version to be retained needs. Batch n reads version n, so after version n+1 there are
// retain versions before it.
func (p *Provider) purge(version int64) error {
	oldest := version - 1 - p.retain
	if _, ok := slices.BinarySearch(p.files, oldest); !ok {
		return nil
	}
	base, ok := p.bases[oldest]
	if !ok {
		r, err := openFile(p.dir.Path(fileName(oldest)))
		if err != nil {
			return nil // nothing can be said about what it needs
		}
		base = r.footer.base
		r.close()
	}
	i := 0
	for ; p.files[i] < base; i++ {
		if err := p.removeFile(p.files[i]); err != nil {
			return err
		}
	}
	p.files = p.files[i:]
	return nil
}

func (p *Provider) removeFile(version int64) error {
	delete(p.bases, version)
	if err := os.Remove(p.dir.Path(fileName(version))); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
