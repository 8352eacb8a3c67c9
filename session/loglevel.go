package session

import (
	"context"
	"log/slog"
	"strings"
)

// logLevels are Spark's names of log levels.
var logLevels = map[string]slog.Level{
	"ALL": slog.LevelDebug - 4, "TRACE": slog.LevelDebug - 4, "DEBUG": slog.LevelDebug, "INFO": slog.LevelInfo,
	"WARN": slog.LevelWarn, "ERROR": slog.LevelError, "FATAL": slog.LevelError + 4, "OFF": slog.LevelError + 8,
}

// SetLogLevel sets what is logged: ALL, TRACE, DEBUG, INFO, WARN, ERROR, FATAL or OFF.
func (sc *SparkContext) SetLogLevel(level string) {
	l, ok := logLevels[strings.ToUpper(level)]
	if !ok {
		mistake("SetLogLevel", "Supplied level %s did not match one of: ALL,DEBUG,ERROR,FATAL,INFO,OFF,TRACE,WARN", level)
	}
	sc.cfg.LogLevel.Set(l)
}

// filtered lets records of a level pass to a handler that has a limit of its own.
type filtered struct {
	slog.Handler
	level *slog.LevelVar
}

func (f filtered) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= f.level.Level() && f.Handler.Enabled(ctx, l)
}

func (f filtered) WithAttrs(as []slog.Attr) slog.Handler {
	return filtered{f.Handler.WithAttrs(as), f.level}
}

func (f filtered) WithGroup(name string) slog.Handler {
	return filtered{f.Handler.WithGroup(name), f.level}
}
