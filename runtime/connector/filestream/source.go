package filestream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"gospark/runtime/connector"
	"gospark/runtime/connector/file"
	"gospark/runtime/format/files"
	"gospark/runtime/types"
)

// looking is how often the directory is looked at for new files.
const looking = 100 * time.Millisecond

// An entry is a file of a step, as the log has it.
type entry struct {
	Path      string `json:"path"`
	Timestamp int64  `json:"timestamp"` // of its last change, in ms
	Batch     int64  `json:"batchId"`
}

// An offset is the number of the last step.
type offset struct {
	Log int64 `json:"logOffset"`
}

func (o offset) json() connector.Offset {
	if o.Log < 0 {
		return nil
	}
	return connector.Offset(fmt.Sprintf(`{"logOffset":%d}`, o.Log))
}

func parseOffset(o connector.Offset) (offset, error) {
	p := offset{-1}
	if o == nil {
		return p, nil
	}
	if err := json.Unmarshal(o, &p); err != nil {
		return p, fmt.Errorf("file stream: offset %s: %w", o, err)
	}
	return p, nil
}

// A source has taken files into steps. A step is in the log, on disk, before anybody hears of it, so that after a crash
// the same files make the same step.
type source struct {
	*Relation
	log     *stepLog
	columns []int // that batches have
	wake    chan struct{}
	cancel  context.CancelFunc
	over    sync.WaitGroup
	bounded map[string]bool // the files that an available-now run reads; nil: all
	cleaned int64           // the first step whose files are still to be cleaned up
	notice  func(string)
}

var (
	_ connector.Source  = (*source)(nil)
	_ connector.Waker   = (*source)(nil)
	_ connector.Pruner  = (*source)(nil)
	_ connector.Bounded = (*source)(nil)
)

// Open reads which files were taken before, and looks for new ones from time to time until Close.
func (r *Relation) Open(_ context.Context, o connector.Opening) (connector.Source, error) {
	log, err := openLog(o.CheckpointDir, r.nameOnly)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &source{Relation: r, log: log, wake: make(chan struct{}, 1), cancel: cancel, notice: o.Notice}
	at, err := parseOffset(o.Resumed)
	if err != nil {
		cancel()
		return nil, err
	}
	s.cleaned = max(0, at.Log)
	for i := range r.schema.Fields {
		s.columns = append(s.columns, i)
	}
	s.over.Go(func() { s.look(ctx, o.Clock) })
	return s, nil
}

// look wakes the query now and then: the directory itself is listed by Latest.
func (s *source) look(ctx context.Context, clock connector.Clock) {
	for {
		select {
		case <-clock.At(clock.Now().Add(looking)):
		case <-ctx.Done():
			return
		}
		select {
		case s.wake <- struct{}{}:
		default:
		}
	}
}

func (s *source) C() <-chan struct{} { return s.wake }

func (s *source) Columns() []connector.Column {
	var cs []connector.Column
	for _, c := range s.columns {
		f := s.schema.Fields[c]
		cs = append(cs, connector.Column{Name: f.Name, Elem: f.Type.GoType(), Type: f.Type.String()})
	}
	return cs
}

func (s *source) Prune(columns []int) { s.columns = columns }

// Latest takes new files into a step, unless there is one that no batch has read yet.
func (s *source) Latest(_ context.Context, from connector.Offset, limit connector.Limit) (connector.Offset, error) {
	at, err := parseOffset(from)
	if err != nil {
		return nil, err
	}
	if at.Log < s.log.last() {
		return offset{s.log.last()}.json(), nil
	}
	found, err := s.list()
	if err != nil {
		return nil, err
	}
	found = s.log.unseen(found, s.maxAge)
	if s.bounded != nil {
		found = slices.DeleteFunc(found, func(f lying) bool { return !s.bounded[f.path] })
	}
	slices.SortStableFunc(found, func(a, b lying) int {
		if s.latestFirst {
			a, b = b, a
		}
		if c := a.modified.Compare(b.modified); c != 0 {
			return c
		}
		return strings.Compare(a.path, b.path)
	})
	n := 0
	for bytes := int64(0); n < len(found); n++ {
		bytes += found[n].size
		if limit.Files > 0 && int64(n) >= limit.Files || limit.Bytes > 0 && bytes > limit.Bytes && n > 0 {
			break
		}
	}
	if n == 0 {
		return from, nil
	}
	next := s.log.last() + 1
	var entries []entry
	for _, f := range found[:n] {
		entries = append(entries, entry{Path: "file://" + f.path, Timestamp: f.modified.UnixMilli(), Batch: next})
	}
	if err := s.log.add(next, entries); err != nil {
		return nil, err
	}
	return offset{next}.json(), nil
}

// Bound notes the files that are there.
func (s *source) Bound(context.Context) error {
	found, err := s.list()
	s.bounded = map[string]bool{}
	for _, f := range found {
		s.bounded[f.path] = true
	}
	return err
}

// A lying file is one that was found in the directory.
type lying struct {
	path     string
	size     int64
	modified time.Time
}

// list finds the files below the path.
func (s *source) list() ([]lying, error) {
	roots, err := file.Match(s.path, func(string) bool { return false })
	if err != nil {
		return nil, err
	}
	written, logged, err := sinkFiles(roots)
	if err != nil {
		return nil, err
	}
	var all []lying
	for _, root := range roots {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) {
				return nil // gone since it was listed
			}
			if err != nil {
				return err
			}
			if path != root && hidden(d.Name()) {
				if d.IsDir() {
					return filepath.SkipDir
				}
				return nil
			}
			if d.IsDir() || logged && !written[path] {
				return nil
			}
			info, err := os.Stat(path)
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			if err != nil {
				return err
			}
			if info.Mode().IsRegular() {
				all = append(all, lying{path, info.Size(), info.ModTime()})
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// hidden says whether a name is no data: what other programs keep beside it, and what is being copied.
func hidden(name string) bool {
	return strings.HasPrefix(name, "_") && !strings.Contains(name, "=") || strings.HasPrefix(name, ".") || strings.HasSuffix(name, "._COPYING_")
}

// Splits reads the files of the steps behind from, up to to.
func (s *source) Splits(from, to connector.Offset) ([]connector.Split, error) {
	entries, err := s.between(from, to)
	if err != nil || len(entries) == 0 {
		return nil, err
	}
	var paths []string
	for _, e := range entries {
		p, err := file.Local(e.Path)
		if err != nil {
			return nil, err
		}
		paths = append(paths, literal(p))
	}
	base := ""
	if !pattern(s.path) {
		if info, err := os.Stat(s.path); err == nil && info.IsDir() {
			base = s.path
		}
	}
	rel, err := files.Open(context.Background(), files.Spec{Format: s.spec.Format, Schema: s.schema, Paths: paths, Env: s.env(base), Streaming: true})
	if err != nil {
		return nil, err
	}
	if !slices.Equal(names(rel.Schema().Fields), names(s.schema.Fields)) {
		return nil, fmt.Errorf("%s: new files make the columns %s, and the query was started with %s; start it anew, with a schema that has all partitions", s, rel.Schema(), s.schema)
	}
	return rel.Splits(s.columns, nil)
}

func (s *source) between(from, to connector.Offset) ([]entry, error) {
	a, err := parseOffset(from)
	if err != nil {
		return nil, err
	}
	b, err := parseOffset(to)
	if err != nil {
		return nil, err
	}
	return s.log.between(a.Log+1, b.Log)
}

// Commit cleans up after files that were read. A file that cannot be cleaned up is told and left.
func (s *source) Commit(to connector.Offset) error {
	at, err := parseOffset(to)
	if err != nil || s.clean == keepFiles {
		return err
	}
	entries, err := s.log.between(s.cleaned, at.Log)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := s.cleanUp(e); err != nil && !errors.Is(err, fs.ErrNotExist) {
			s.notice(fmt.Sprintf("%s: %v", s, err))
		}
	}
	s.cleaned = at.Log + 1
	return nil
}

func (s *source) cleanUp(e entry) error {
	path, err := file.Local(e.Path)
	if err != nil {
		return err
	}
	if s.clean == deleteFiles {
		return os.Remove(path)
	}
	target := filepath.Join(s.archive, path)
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return err
	}
	return os.Rename(path, target)
}

func (s *source) Close() error {
	s.cancel()
	s.over.Wait()
	return nil
}

// literal is a pattern that only a path matches.
func literal(path string) string {
	return strings.NewReplacer(`*`, `[*]`, `?`, `[?]`, `[`, `[[]`, `\`, `\\`).Replace(path)
}

func names(fields []types.Field) []string {
	var ns []string
	for _, f := range fields {
		ns = append(ns, f.Name)
	}
	return ns
}
