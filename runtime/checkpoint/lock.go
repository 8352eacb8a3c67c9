package checkpoint

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// A lock keeps a second query out of a checkpoint. The file tells who has it; the lock itself ends with the process, so
// that one of a process that was killed is simply taken over. The file stays: removing it would let two processes lock
// two files of one name.
type lock struct{ f *os.File }

func takeLock(path string) (*lock, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("checkpoint: %w", err)
	}
	if !tryLock(f) {
		defer f.Close()
		return nil, inUse(f)
	}
	l := &lock{f}
	if err := l.note(strconv.Itoa(os.Getpid()) + "\n"); err != nil {
		f.Close()
		return nil, fmt.Errorf("checkpoint: %w", err)
	}
	return l, nil
}

// note replaces what the file says.
func (l *lock) note(text string) error {
	if err := l.f.Truncate(0); err != nil {
		return err
	}
	_, err := l.f.WriteAt([]byte(text), 0)
	return err
}

func (l *lock) release() error {
	err := l.note("")
	if cerr := l.f.Close(); err == nil {
		err = cerr
	}
	return err
}

// holder is the process that a lock file names, 0 if it names none.
func holder(f *os.File) int {
	buf := make([]byte, 32)
	n, _ := f.ReadAt(buf, 0)
	pid, _ := strconv.Atoi(strings.TrimSpace(string(buf[:n])))
	return pid
}

func inUse(f *os.File) error {
	switch pid := holder(f); pid {
	case os.Getpid():
		return fmt.Errorf("checkpoint: %s: another query of this process is using this checkpoint; stop it first, or use another checkpointLocation", f.Name())
	case 0:
		return fmt.Errorf("checkpoint: %s: another process is using this checkpoint", f.Name())
	default:
		return fmt.Errorf("checkpoint: %s: process %d is using this checkpoint; stop it first, or use another checkpointLocation", f.Name(), pid)
	}
}
