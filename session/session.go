// Package session is the API that users type, in Spark's words: SparkSession, DataFrame, Column, SparkContext, RDD,
// StreamingContext, DStream.
//
// Each method checks its arguments, adds a node to a plan and returns at once; actions and started streams run the plan
// on the local engine. A mistake in a definition (a function of the wrong shape, a missing path) stops the snippet with
// one typed error, [*Error]; [Try] gives it back as a value.
package session

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os/user"
	"strconv"
	"strings"
	"sync"
	"time"

	"gospark/runtime/engine"
	"gospark/runtime/exec"
	"gospark/runtime/plan"
	"gospark/runtime/progress"
)

// Version is the version of Spark whose behaviour the API follows.
const Version = "4.2.0"

// Config is what a session is made with. The zero value makes a working session that prints to nowhere.
type Config struct {
	Master string            // local[N], local[*], local[N,maxFailures]; "" is local[*]
	Name   string            // application name
	Conf   map[string]string // spark.* settings
	// Out takes what Print and Show print: one Write is one whole block.
	Out io.Writer
	// Notice takes one-line messages for the user that are not results (a source reconnects, a batch failed).
	Notice func(line string)
	// Empty, unless nil, takes one line in place of the blocks of a batch that printed no record. A line may take the place
	// of the one before with the same key; an empty one ends that, because something with records follows.
	Empty func(key, line string)
	Log   *slog.Logger
	// LogLevel is what SetLogLevel sets; nil makes a filter of the session's own before Log.
	LogLevel *slog.LevelVar
	// Site is the user's place that the running snippet has reached ("snippet:3"); nil takes it from the Go stack.
	Site func() string
	// Context is the context of the evaluation on the calling goroutine, which Ctrl-C cancels; nil means Background.
	Context func() context.Context
	// Interrupt is called with the goroutines of tasks of cancelled jobs, whose interpreted code cannot see a context; what
	// it returns takes it back when the task has ended.
	Interrupt func(goroutine uint64) (release func())
	// Crash, unless nil, is called between the steps of the commit of each batch of a streaming query, with the name of the
	// step that is done: tests of recovery kill the process there.
	Crash func(step string)
}

// A SparkSession is the entry point: it owns the SparkContext, and the tables, functions and settings of SQL.
type SparkSession struct {
	sc     *SparkContext
	conf   *RuntimeConf
	engine *engine.Engine
	// observers are the observations that wait for their rows, by name.
	observers sync.Map

	streams *StreamingQueryManager
}

// New starts a session with a SparkContext of its own.
func New(cfg Config) (*SparkSession, error) {
	cores, failures, err := parseMaster(cfg.Master)
	if err != nil {
		return nil, err
	}
	if cfg.Master == "" {
		cfg.Master = "local[*]"
	}
	if cfg.Name == "" {
		cfg.Name = "Spark shell"
	}
	if cfg.Out == nil {
		cfg.Out = io.Discard
	}
	if cfg.Notice == nil {
		cfg.Notice = func(string) {}
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.LogLevel == nil {
		cfg.LogLevel = &slog.LevelVar{}
		cfg.LogLevel.Set(slog.LevelDebug)
		cfg.Log = slog.New(filtered{cfg.Log.Handler(), cfg.LogLevel})
	}
	conf := newConf(cfg.Conf)
	bus := &progress.Bus{}
	sc := &SparkContext{
		cfg: cfg, conf: conf, bus: bus, started: time.Now(),
		sched: exec.New(exec.Config{Slots: cores, MaxFailures: failures, Bus: bus, Interrupt: cfg.Interrupt}),
	}
	sc.id = fmt.Sprintf("local-%d", sc.started.UnixMilli())
	name := "unknown"
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	sc.user = name
	e := engine.New(sc.sched, conf, func() func(op string) *plan.Origin {
		site := sc.site()
		return func(op string) *plan.Origin {
			return &plan.Origin{Op: op, Site: site, Kind: "MapPartitionsRDD", ID: int(sc.rdds.Add(1) - 1)}
		}
	})
	e.User, e.Version, e.Levels = name, Version, levelNamed
	s := &SparkSession{sc: sc, conf: conf, engine: e}
	e.Observed = s.observed
	sc.spark = s
	s.streams = newStreams(s)
	s.openSources()
	return s, nil
}

// SparkContext is the session's context.
func (s *SparkSession) SparkContext() *SparkContext { return s.sc }

// Conf is the session's settings.
func (s *SparkSession) Conf() *RuntimeConf { return s.conf }

// Version is the version of Spark whose behaviour is followed.
func (s *SparkSession) Version() string { return Version }

// Stop stops the SparkContext: running jobs are cancelled, streams are stopped.
func (s *SparkSession) Stop() { s.sc.Stop() }

// parseMaster reads local, local[N], local[*], local[N,maxFailures].
func parseMaster(m string) (cores, failures int, err error) {
	switch m {
	case "", "local[*]":
		return defaultCores(), 1, nil
	case "local":
		return 1, 1, nil
	}
	bad := func() (int, int, error) {
		return 0, 0, fmt.Errorf("master %q: want local, local[N], local[*] or local[N,maxFailures]; for a cluster use --remote sc://host:port", m)
	}
	in, ok := strings.CutPrefix(m, "local[")
	in, ok2 := strings.CutSuffix(in, "]")
	if !ok || !ok2 {
		return bad()
	}
	n, f, two := strings.Cut(in, ",")
	failures = 1
	if two {
		if failures, err = strconv.Atoi(strings.TrimSpace(f)); err != nil || failures < 1 {
			return bad()
		}
	}
	if n = strings.TrimSpace(n); n == "*" {
		return defaultCores(), failures, nil
	}
	if cores, err = strconv.Atoi(n); err != nil || cores < 1 {
		return bad()
	}
	return cores, failures, nil
}

// RuntimeConf holds spark.* settings. It is safe for concurrent use.
type RuntimeConf struct {
	mu sync.RWMutex
	m  map[string]string
}

func newConf(m map[string]string) *RuntimeConf {
	c := &RuntimeConf{m: map[string]string{}}
	for k, v := range m {
		c.m[k] = v
	}
	return c
}

// Set sets a key; value may be a string, number or bool.
func (c *RuntimeConf) Set(key string, value any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.m[key] = fmt.Sprint(value)
}

// Get is the value of a key, or the default given, or "".
func (c *RuntimeConf) Get(key string, or ...string) string {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if v, ok := c.m[key]; ok {
		return v
	}
	if len(or) > 0 {
		return or[0]
	}
	return ""
}

// Unset removes a key.
func (c *RuntimeConf) Unset(key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.m, key)
}

// GetAll is a copy of all settings.
func (c *RuntimeConf) GetAll() map[string]string {
	c.mu.RLock()
	defer c.mu.RUnlock()
	m := make(map[string]string, len(c.m))
	for k, v := range c.m {
		m[k] = v
	}
	return m
}
