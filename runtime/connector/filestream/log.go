package filestream

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"gospark/runtime/connector/file"
	"gospark/runtime/connector/seqlog"
)

// compaction is how many steps a file of the log sums up: number 9 holds all before it, too, as does 19, and so on.
const compaction = 10

// A lineLog is a log whose steps are lines of JSON. All of it is in memory. It is used by one goroutine.
type lineLog[T any] struct {
	files seqlog.Log
	steps map[int64][]T
	end   int64 // the last step, -1: there is none
	sums  []int64
}

func readLog[T any](dir string) (*lineLog[T], error) {
	l := &lineLog[T]{files: seqlog.Log{Dir: dir}, steps: map[int64][]T{}, end: -1}
	entries, err := l.files.Entries()
	if err != nil {
		return nil, err
	}
	first := 0
	for i, e := range entries {
		if e.Compact {
			first = i
			l.sums = append(l.sums, e.ID)
		}
	}
	for _, e := range entries[min(first, len(entries)):] {
		text, _, err := l.files.Get(e.ID, e.Suffix())
		if err != nil {
			return nil, err
		}
		var step []T
		for n, line := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
			if line == "" {
				continue
			}
			var x T
			if err := json.Unmarshal([]byte(line), &x); err != nil {
				return nil, fmt.Errorf("%s: line %d: %w", filepath.Join(dir, strconv.FormatInt(e.ID, 10)+e.Suffix()), n+2, err)
			}
			step = append(step, x)
		}
		l.steps[e.ID], l.end = step, e.ID
	}
	return l, nil
}

// add writes a step, with all before it when its number is due.
func (l *lineLog[T]) add(id int64, step []T) error {
	suffix, lines := "", step
	sum := (id+1)%compaction == 0
	if sum {
		suffix, lines = seqlog.CompactSuffix, append(l.all(), step...)
	}
	var text strings.Builder
	for i, x := range lines {
		if i > 0 {
			text.WriteByte('\n')
		}
		b, err := json.Marshal(x)
		if err != nil {
			return err
		}
		text.Write(b)
	}
	if err := l.files.Put(id, suffix, text.String()); err != nil {
		return err
	}
	l.steps[id], l.end = step, id
	if sum {
		l.sums = append(l.sums, id)
		return l.purge()
	}
	return nil
}

// purge removes what the file before the newest sum holds.
func (l *lineLog[T]) purge() error {
	if len(l.sums) < 2 {
		return nil
	}
	before := l.sums[len(l.sums)-2]
	entries, err := l.files.Entries()
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.ID < before {
			if err := os.Remove(filepath.Join(l.files.Dir, strconv.FormatInt(e.ID, 10)+e.Suffix())); err != nil {
				return err
			}
		}
	}
	return nil
}

// all is everything in the log, in order.
func (l *lineLog[T]) all() []T {
	var all []T
	for i := int64(0); i <= l.end; i++ {
		all = append(all, l.steps[i]...)
	}
	return all
}

// A stepLog is the log of a source, and which files are in it.
type stepLog struct {
	*lineLog[entry]
	nameOnly bool
	seen     map[string]int64 // the time of the last change by path or name
	newest   int64
}

func openLog(dir string, nameOnly bool) (*stepLog, error) {
	lines, err := readLog[entry](dir)
	if err != nil {
		return nil, err
	}
	l := &stepLog{lineLog: lines, nameOnly: nameOnly, seen: map[string]int64{}}
	// What was summed up tells of each file which step it belongs to.
	steps := map[int64][]entry{}
	for i := int64(0); i <= lines.end; i++ {
		if lines.steps[i] != nil {
			steps[i] = nil
		}
		for _, e := range lines.steps[i] {
			l.note(e)
			steps[e.Batch] = append(steps[e.Batch], e)
		}
	}
	lines.steps = steps
	return l, nil
}

func (l *stepLog) key(path string) string {
	if l.nameOnly {
		return filepath.Base(path)
	}
	return path
}

func (l *stepLog) note(e entry) {
	p, err := file.Local(e.Path)
	if err != nil {
		p = e.Path
	}
	l.seen[l.key(p)] = e.Timestamp
	l.newest = max(l.newest, e.Timestamp)
}

func (l *stepLog) last() int64 { return l.end }

func (l *stepLog) add(id int64, step []entry) error {
	if err := l.lineLog.add(id, step); err != nil {
		return err
	}
	for _, e := range step {
		l.note(e)
	}
	return nil
}

// unseen are the files that are in no step and not older than the newest by more than age; 0 is no bound.
func (l *stepLog) unseen(found []lying, age time.Duration) []lying {
	newest := l.newest
	var out []lying
	for _, f := range found {
		if _, ok := l.seen[l.key(f.path)]; !ok {
			out = append(out, f)
			newest = max(newest, f.modified.UnixMilli())
		}
	}
	if age <= 0 {
		return out
	}
	young := out[:0]
	for _, f := range out {
		if f.modified.UnixMilli() >= newest-age.Milliseconds() {
			young = append(young, f)
		}
	}
	return young
}

// between is the files of the steps from first to last.
func (l *stepLog) between(first, last int64) ([]entry, error) {
	var all []entry
	for i := first; i <= last; i++ {
		step, ok := l.steps[i]
		if !ok {
			return nil, fmt.Errorf("file stream: step %d is not in %s, whose last one is %d", i, l.files.Dir, l.end)
		}
		all = append(all, step...)
	}
	return all, nil
}
