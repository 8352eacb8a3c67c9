package checkpoint

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"gospark/runtime/durable"
)

// Options are for tests of crashes.
type Options struct {
	// Crash, if set, is called at each step of a write that a crash could fall between: "offsets." or "commits." and one
	// of durable.LastPoints.
	Crash func(point string)
}

// A Checkpoint is an open directory. Each log is written by one goroutine at a time, and Purge is called by one.
type Checkpoint struct {
	Offsets *Log[OffsetSeq]
	Commits *Log[Commit]

	dir     string
	id      string
	lock    *lock
	skipped []string
}

// Open makes the directory or opens an existing one, and locks it. When another process that is alive has it, the error
// says which.
func Open(dir string, o Options) (_ *Checkpoint, err error) {
	c := &Checkpoint{dir: dir}
	defer func() {
		if err != nil {
			c.Close()
		}
	}()
	if err := durable.MakeAll(dir); err != nil {
		return nil, fmt.Errorf("checkpoint: %w", err)
	}
	if c.lock, err = takeLock(filepath.Join(dir, "lock")); err != nil {
		return nil, err
	}
	root, err := durable.Open(dir, "metadata", o.Crash)
	if err != nil {
		return nil, fmt.Errorf("checkpoint: %w", err)
	}
	defer root.Close()
	if c.Offsets, err = openLog(dir, "offsets", o, offsetsText, parseOffsets); err != nil {
		return nil, err
	}
	if c.Commits, err = openLog(dir, "commits", o, commitText, parseCommit); err != nil {
		return nil, err
	}
	if err := c.readID(root); err != nil {
		return nil, err
	}
	return c, c.recover()
}

// ID is the query's id.
func (c *Checkpoint) ID() string { return c.id }

// Dir is the directory.
func (c *Checkpoint) Dir() string { return c.dir }

// SourceDir is where source i may keep files of its own; it may not exist yet.
func (c *Checkpoint) SourceDir(i int) string {
	return filepath.Join(c.dir, "sources", strconv.Itoa(i))
}

// StateDir is where the state is kept; it may not exist yet.
func (c *Checkpoint) StateDir() string { return filepath.Join(c.dir, "state") }

// Skipped lists the files that were passed over when the directory was opened, because they were damaged and the last
// of their log.
func (c *Checkpoint) Skipped() []string { return c.skipped }

// Purge removes what is older than keep batches before the newest one that is planned, some batches at a time.
func (c *Checkpoint) Purge(keep int) error {
	last, ok := c.Offsets.Last()
	if !ok {
		return nil
	}
	return errors.Join(c.Offsets.purge(last-int64(keep), keep/10), c.Commits.purge(last-int64(keep), keep/10))
}

// Close gives the directory free.
func (c *Checkpoint) Close() error {
	var errs []error
	if c.Offsets != nil {
		errs = append(errs, c.Offsets.close())
	}
	if c.Commits != nil {
		errs = append(errs, c.Commits.close())
	}
	if c.lock != nil {
		errs = append(errs, c.lock.release())
	}
	return errors.Join(errs...)
}

type metadata struct {
	ID string `json:"id"`
}

// readID reads the query's id, or makes one for a directory without batches. One that has batches but no id is refused:
// sinks know what they have committed by the id.
func (c *Checkpoint) readID(root *durable.Dir) error {
	name := root.Path("metadata")
	data, err := os.ReadFile(name)
	var m metadata
	switch {
	case err == nil:
		if err := json.Unmarshal(data, &m); err != nil || m.ID == "" {
			return fmt.Errorf("checkpoint: %s is damaged: it should hold {\"id\":\"…\"}; restore it, or start with another checkpointLocation", name)
		}
		c.id = m.ID
		return nil
	case !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("checkpoint: %w", err)
	case len(c.Offsets.ids) > 0 || len(c.Commits.ids) > 0:
		return fmt.Errorf("checkpoint: %s is missing, though there are batches; restore it, or start with another checkpointLocation", name)
	}
	m.ID = newID()
	if data, err = json.Marshal(m); err != nil {
		return err
	}
	c.id = m.ID
	if err := root.WriteFile("metadata", data); err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	return nil
}

// newID is a random UUID.
func newID() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// recover passes over damaged files at the end of a log: a commit that is not there runs its batch again, unless the next
// one is planned, and a batch whose offsets are not there was never run. With a commit of the same batch, though, the offsets were once whole.
func (c *Checkpoint) recover() error {
	for { // of commits that were not synced there may be several
		damaged, err := c.Commits.dropDamaged()
		if err != nil {
			return err
		}
		if len(damaged) == 0 {
			break
		}
		c.skipped = append(c.skipped, damaged...)
	}
	committed, any := c.Commits.Last()
	if last, ok := c.Offsets.Last(); ok && !(any && last <= committed) {
		damaged, err := c.Offsets.dropDamaged()
		if err != nil {
			return err
		}
		c.skipped = append(c.skipped, damaged...)
	}
	if last, ok := c.Offsets.Last(); any && (!ok || last < committed) {
		return fmt.Errorf("checkpoint: %s is there, but not %s", c.Commits.path(committed), c.Offsets.path(committed))
	}
	return nil
}
