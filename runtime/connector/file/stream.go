package file

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"gospark/runtime/connector"
)

const (
	defaultInterval = 500 * time.Millisecond
	settleTime      = 100 * time.Millisecond // a file whose time is younger may still be being written
	rememberTime    = time.Minute
)

// StreamOptions of a directory that is watched. All may be zero.
type StreamOptions struct {
	Interval time.Duration    // between two looks at the directory, when somebody waits on C
	Now      func() time.Time // nil: time.Now
	Report   func(string)     // told when the directory is not there; must not block
}

// A Stream is the lines of the files that appear in a directory, or in those that a pattern matches. A file is read once,
// when it is complete: a rename into the directory is the safe way to put it there, and a copy is taken when it has stopped
// growing for a moment. What is appended to a file later is not read. Hidden files, empty ones, copies of HDFS under way
// (._COPYING_) and what lies in directories below are left out.
//
// A file that was there at the start is read if it is written anew. An offset lists the files of its batch, and the names
// read in the last minute, so that a restart neither reads them again nor misses what came meanwhile (but for old files
// that were moved in while nothing ran: their time does not tell).
type Stream struct {
	pattern string
	options StreamOptions
	ticks   <-chan time.Time // in place of a ticker, for tests

	wake    chan struct{}
	watch   sync.Once
	stop    chan struct{}
	watcher sync.WaitGroup

	mu       sync.Mutex
	begun    bool
	start    time.Time
	old      map[string]time.Time // there at the start, with their time then
	read     map[string]time.Time // given to a batch
	vanished map[string]time.Time // read, and since when it is gone
	growing  map[string]sighting
	proposed *position
	absent   bool
}

var (
	_ connector.Source    = (*Stream)(nil)
	_ connector.Waker     = (*Stream)(nil)
	_ connector.Describer = (*Stream)(nil)
)

// A position is an offset: the files of the step that ends there.
type position struct {
	Step   int64    `json:"step"`
	Since  int64    `json:"since"` // ms: files that are not younger were there before, or are listed
	Files  []listed `json:"files"`
	Recent []string `json:"recent,omitempty"` // read in earlier steps and younger than Since
}

type listed struct {
	Path     string `json:"path"`
	Size     int64  `json:"size"`
	Modified int64  `json:"modified"` // ms
}

// TextFileStream begins to watch a directory: files that appear from now on are new.
func TextFileStream(dir string, o StreamOptions) (*Stream, error) {
	pattern, err := Local(dir)
	if err != nil {
		return nil, err
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Interval <= 0 {
		o.Interval = defaultInterval
	}
	if o.Report == nil {
		o.Report = func(string) {}
	}
	s := &Stream{
		pattern: pattern, options: o, start: o.Now(),
		wake: make(chan struct{}, 1), stop: make(chan struct{}),
		old: map[string]time.Time{}, read: map[string]time.Time{},
		vanished: map[string]time.Time{}, growing: map[string]sighting{},
	}
	present, err := s.look()
	for _, f := range present {
		s.old[f.path] = f.modified
	}
	if n := len(s.old); n > 0 {
		o.Report(fmt.Sprintf("files that are in %s already (%d) are not read, only new ones", uri(pattern), n))
	}
	return s, err
}

func (s *Stream) Columns() []connector.Column { return TextColumns() }
func (s *Stream) String() string              { return "FileStream[" + uri(s.pattern) + "]" }

// Latest ends a batch with the new files that are complete, the oldest first.
func (s *Stream) Latest(ctx context.Context, from connector.Offset, limit connector.Limit) (connector.Offset, error) {
	p, err := parse(from)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.goOn(p)
	fresh, err := s.fresh()
	if err != nil || len(fresh) == 0 {
		return from, err
	}
	slices.SortFunc(fresh, func(a, b found) int {
		return cmp.Or(a.modified.Compare(b.modified), cmp.Compare(a.path, b.path))
	})
	s.proposed = s.propose(p.Step+1, take(fresh, limit))
	return json.Marshal(s.proposed)
}

// goOn makes p the position from which files are new.
func (s *Stream) goOn(p position) {
	switch {
	case s.proposed != nil && s.proposed.Step == p.Step:
		s.remember(*s.proposed)
		s.proposed = nil
	case !s.begun && p.Step > 0:
		for path, modified := range s.old {
			if modified.UnixMilli() > p.Since {
				delete(s.old, path) // it came while nothing ran, unless p knows it
			}
		}
		s.remember(p)
	}
	s.begun = true
}

func (s *Stream) remember(p position) {
	for _, f := range p.Files {
		s.read[f.Path] = time.UnixMilli(f.Modified)
	}
	for _, path := range p.Recent {
		if _, ok := s.read[path]; !ok {
			s.read[path] = time.UnixMilli(p.Since + 1)
		}
	}
}

func take(files []found, limit connector.Limit) []found {
	if limit.Files > 0 && int64(len(files)) > limit.Files {
		files = files[:limit.Files]
	}
	var bytes int64
	for i, f := range files {
		if bytes += f.size; limit.Bytes > 0 && bytes > limit.Bytes {
			return files[:max(i, 1)]
		}
	}
	return files
}

func (s *Stream) propose(step int64, files []found) *position {
	since := s.options.Now().Add(-rememberTime)
	if since.Before(s.start) {
		since = s.start
	}
	p := &position{Step: step, Since: since.UnixMilli()}
	for _, f := range files {
		p.Files = append(p.Files, listed{f.path, f.size, f.modified.UnixMilli()})
	}
	for path, modified := range s.read {
		if modified.UnixMilli() > p.Since {
			p.Recent = append(p.Recent, path)
		}
	}
	slices.Sort(p.Recent)
	return p
}

// Splits are the files of the step that ends at to, large ones in ranges.
func (s *Stream) Splits(from, to connector.Offset) ([]connector.Split, error) {
	files, err := between(from, to)
	if err != nil {
		return nil, err
	}
	inputs := make([]input, len(files))
	for i, f := range files {
		inputs[i] = input{f.Path, f.Size}
	}
	return cut(inputs, 1), nil
}

// Describe lists the files of a batch.
func (s *Stream) Describe(from, to connector.Offset) map[string]any {
	files, err := between(from, to)
	if err != nil {
		return nil
	}
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = uri(f.Path)
	}
	return map[string]any{"files": names}
}

// Commit has nothing to do: files are not taken away.
func (s *Stream) Commit(connector.Offset) error { return nil }

func parse(o connector.Offset) (p position, err error) {
	if o == nil {
		return p, nil
	}
	if err := json.Unmarshal(o, &p); err != nil || p.Step <= 0 {
		return p, fmt.Errorf("file: offset %s is not that of a directory", o)
	}
	return p, nil
}

func between(from, to connector.Offset) ([]listed, error) {
	a, err := parse(from)
	if err != nil {
		return nil, err
	}
	b, err := parse(to)
	if err != nil || a.Step == b.Step {
		return nil, err
	}
	if b.Step != a.Step+1 {
		return nil, fmt.Errorf("file: offsets of steps %d and %d, which do not follow each other", a.Step, b.Step)
	}
	return b.Files, nil
}

// C is signalled when there may be new files. The directory is watched from the first call on.
func (s *Stream) C() <-chan struct{} {
	s.watch.Do(func() { s.watcher.Go(s.watchDirectory) })
	return s.wake
}

func (s *Stream) watchDirectory() {
	ticks := s.ticks
	if ticks == nil {
		t := time.NewTicker(s.options.Interval)
		defer t.Stop()
		ticks = t.C
	}
	for {
		select {
		case <-s.stop:
			return
		case <-ticks:
		}
		s.mu.Lock()
		fresh, err := s.fresh()
		s.mu.Unlock()
		if len(fresh) == 0 && err == nil {
			continue
		}
		select {
		case s.wake <- struct{}{}:
		default:
		}
	}
}

func (s *Stream) Close() error {
	s.watch.Do(func() {}) // nobody begins to watch any more
	close(s.stop)
	s.watcher.Wait()
	return nil
}

// directories are those the pattern matches now.
func (s *Stream) directories() ([]string, error) {
	dirs, err := Match(s.pattern, func(string) bool { return false })
	if err != nil {
		return nil, err
	}
	if len(dirs) == 0 && !s.absent {
		s.options.Report(fmt.Sprintf("%s does not exist yet; files in it are read when it does", uri(s.pattern)))
	}
	s.absent = len(dirs) == 0
	return dirs, nil
}
