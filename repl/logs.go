package repl

import (
	"context"
	"io"
	"log/slog"
	"sync"
)

// logCapacity is how many records are kept.
const logCapacity = 2000

// Logs keeps the latest log records, so that nothing is logged across the prompt; :log shows them. It is a
// slog.Handler that may be used from any goroutine.
type Logs struct {
	slog.Handler
	ring *logRing
}

var _ slog.Handler = (*Logs)(nil)

type logRing struct {
	level slog.LevelVar
	mu    sync.Mutex
	next  slog.Level // of the record being written
	lines []logLine
	head  int // where the oldest is, once full
	file  io.Writer
	tail  func(line string)
}

type logLine struct {
	level slog.Level
	text  string
}

// NewLogs keeps records from level INFO on, and writes them to file too unless it is nil.
func NewLogs(file io.Writer) *Logs {
	ring := &logRing{file: file}
	return &Logs{slog.NewTextHandler(ring, &slog.HandlerOptions{Level: &ring.level, ReplaceAttr: shortTime}), ring}
}

func shortTime(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 && a.Key == slog.TimeKey {
		return slog.String(a.Key, a.Value.Time().Format("15:04:05.000"))
	}
	return a
}

// Handle keeps one record.
func (l *Logs) Handle(ctx context.Context, r slog.Record) error {
	l.ring.mu.Lock()
	defer l.ring.mu.Unlock()
	l.ring.next = r.Level
	return l.Handler.Handle(ctx, r)
}

// WithAttrs returns a handler into the same ring.
func (l *Logs) WithAttrs(a []slog.Attr) slog.Handler { return &Logs{l.Handler.WithAttrs(a), l.ring} }

// WithGroup returns a handler into the same ring.
func (l *Logs) WithGroup(name string) slog.Handler { return &Logs{l.Handler.WithGroup(name), l.ring} }

// SetLevel says which records are kept from now on.
func (l *Logs) SetLevel(level slog.Level) { l.ring.level.Set(level) }

// Level is the least level kept.
func (l *Logs) Level() slog.Level { return l.ring.level.Level() }

// Last returns the latest n records of at least the given level, oldest first, as text.
func (l *Logs) Last(n int, level slog.Level) []string {
	l.ring.mu.Lock()
	defer l.ring.mu.Unlock()
	var out []string
	for i := range l.ring.lines {
		x := l.ring.lines[(l.ring.head+i)%len(l.ring.lines)]
		if x.level >= level {
			out = append(out, x.text)
		}
	}
	return out[max(len(out)-n, 0):]
}

// Tail calls f with every record kept from now on; nil ends it. f must not log.
func (l *Logs) Tail(f func(line string)) {
	l.ring.mu.Lock()
	l.ring.tail = f
	l.ring.mu.Unlock()
}

func (l *Logs) tailing() bool {
	l.ring.mu.Lock()
	defer l.ring.mu.Unlock()
	return l.ring.tail != nil
}

// Write takes one record as text; Handle holds the lock.
func (r *logRing) Write(b []byte) (int, error) {
	x := logLine{r.next, string(b)}
	if len(r.lines) < logCapacity {
		r.lines = append(r.lines, x)
	} else {
		r.lines[r.head] = x
		r.head = (r.head + 1) % logCapacity
	}
	if r.file != nil {
		_, _ = r.file.Write(b)
	}
	if r.tail != nil {
		r.tail(x.text)
	}
	return len(b), nil
}
