//go:build unix

package broker

import (
	"errors"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// lockDir keeps a second broker out of the directory: kfake itself would let the two mix. The lock lies beside the
// directory, because kfake owns what is in it, and ends with the file or the process.
func lockDir(dir string) (*os.File, error) {
	dir = filepath.Clean(dir)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(dir+".lock", os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		f.Close()
		return nil, errors.New("in use by another broker")
	}
	return f, nil
}
