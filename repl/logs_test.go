package repl

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestLogsKeepTheLatest(t *testing.T) {
	var file strings.Builder
	logs := NewLogs(&file)
	log := slog.New(logs)
	log.Debug("not kept")
	for i := range logCapacity + 5 {
		log.Info("record", "i", i)
	}
	log.With("query", "q").WithGroup("batch").Warn("slow", "ms", 3)
	got := logs.Last(2, slog.LevelDebug)
	if len(got) != 2 || !strings.Contains(got[0], fmt.Sprintf("i=%d", logCapacity+4)) || !strings.Contains(got[1], "level=WARN msg=slow query=q batch.ms=3") {
		t.Errorf("last two are %q", got)
	}
	if n := len(logs.Last(2*logCapacity, slog.LevelDebug)); n != logCapacity {
		t.Errorf("%d kept, want %d", n, logCapacity)
	}
	if got := logs.Last(10, slog.LevelWarn); len(got) != 1 {
		t.Errorf("warnings are %q", got)
	}
	if n := strings.Count(file.String(), "\n"); n != logCapacity+6 {
		t.Errorf("%d lines in the file, want all %d", n, logCapacity+6)
	}
	logs.SetLevel(slog.LevelDebug)
	var tail []string
	logs.Tail(func(l string) { tail = append(tail, l) })
	log.Debug("kept now")
	logs.Tail(nil)
	log.Debug("not tailed")
	if len(tail) != 1 || !strings.Contains(tail[0], "kept now") {
		t.Errorf("tail is %q", tail)
	}
}
