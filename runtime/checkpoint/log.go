package checkpoint

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"

	"gospark/runtime/durable"
)

// A Log is a directory of one small text for each batch. One goroutine writes it; others may read and purge meanwhile.
type Log[T any] struct {
	dir    *durable.Dir
	name   string
	encode func(T) ([]byte, error)
	decode func([]byte) (T, error)

	mu  sync.Mutex
	ids []int64 // of the files there are, ascending
}

func openLog[T any](root, name string, o Options, encode func(T) ([]byte, error), decode func([]byte) (T, error)) (*Log[T], error) {
	dir, err := durable.Open(filepath.Join(root, name), name, o.Crash)
	if err != nil {
		return nil, fmt.Errorf("checkpoint: %w", err)
	}
	l := &Log[T]{dir: dir, name: name, encode: encode, decode: decode}
	entries, err := os.ReadDir(dir.Path(""))
	if err != nil {
		dir.Close()
		return nil, fmt.Errorf("checkpoint: %w", err)
	}
	for _, e := range entries {
		if id, err := strconv.ParseInt(e.Name(), 10, 64); err == nil && id >= 0 && e.Name() == strconv.FormatInt(id, 10) {
			l.ids = append(l.ids, id)
		}
	}
	slices.Sort(l.ids)
	return l, nil
}

func (l *Log[T]) path(id int64) string { return l.dir.Path(strconv.FormatInt(id, 10)) }

// Last is the newest batch of the log.
func (l *Log[T]) Last() (id int64, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.ids) == 0 {
		return 0, false
	}
	return l.ids[len(l.ids)-1], true
}

// IDs lists the batches of the log, ascending.
func (l *Log[T]) IDs() []int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.ids)
}

// Get reads the text of a batch. The error of a missing one is fs.ErrNotExist.
func (l *Log[T]) Get(id int64) (T, error) {
	var none T
	data, err := os.ReadFile(l.path(id))
	if err != nil {
		return none, fmt.Errorf("checkpoint: %w", err)
	}
	v, err := l.decode(data)
	if err != nil {
		return none, fmt.Errorf("checkpoint: %s is damaged: %w", l.path(id), err)
	}
	return v, nil
}

// Write adds a batch, which must be newer than those that are there. When it returns, the text survives a crash. A crash
// of the machine before may leave a damaged file, which is passed over when the directory is opened.
func (l *Log[T]) Write(id int64, v T) error { return l.write(id, v, l.dir.WriteLast) }

// WriteUnsynced is Write for a text that can be done without: a crash of the machine may leave nothing of it, or a damaged
// file. One of the process does not.
func (l *Log[T]) WriteUnsynced(id int64, v T) error {
	return l.write(id, v, func(name string, data []byte) error {
		temp := l.dir.Path("." + name + ".tmp")
		if err := os.WriteFile(temp, data, 0o644); err != nil {
			return err
		}
		return os.Rename(temp, l.dir.Path(name))
	})
}

func (l *Log[T]) write(id int64, v T, write func(name string, data []byte) error) error {
	if last, ok := l.Last(); ok && id <= last {
		return fmt.Errorf("checkpoint: %s/%d is written after %s/%d", l.name, id, l.name, last)
	}
	data, err := l.encode(v)
	if err != nil {
		return fmt.Errorf("checkpoint: %s/%d: %w", l.name, id, err)
	}
	if err := l.dropSum(id); err != nil {
		return err
	}
	if err := write(strconv.FormatInt(id, 10), data); err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ids = append(l.ids, id)
	return nil
}

// dropSum removes the checksum that Spark may have left of a file of this name: it would call ours damaged.
func (l *Log[T]) dropSum(id int64) error {
	err := os.Remove(l.dir.Path("." + strconv.FormatInt(id, 10) + ".crc"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("checkpoint: %w", err)
	}
	return nil
}

// dropDamaged takes the newest file off the log when it is damaged, and returns its path. It stays in the directory
// until the batch is written again.
func (l *Log[T]) dropDamaged() (skipped []string, err error) {
	last, ok := l.Last()
	if !ok {
		return nil, nil
	}
	data, err := os.ReadFile(l.path(last))
	if err != nil {
		return nil, fmt.Errorf("checkpoint: %w", err)
	}
	if _, err := l.decode(data); err == nil {
		return nil, nil
	}
	l.ids = l.ids[:len(l.ids)-1]
	return []string{l.path(last)}, nil
}

// purge removes the files before a batch, when there are more than slack of them. One after the other costs more.
func (l *Log[T]) purge(before int64, slack int) error {
	l.mu.Lock()
	n, _ := slices.BinarySearch(l.ids, before)
	old := l.ids[:n]
	if n <= slack {
		old = nil
	}
	l.ids = l.ids[len(old):]
	l.mu.Unlock()
	for _, id := range old {
		if err := os.Remove(l.path(id)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("checkpoint: %w", err)
		}
		if err := l.dropSum(id); err != nil {
			return err
		}
	}
	return nil
}

func (l *Log[T]) close() error { return l.dir.Close() }
