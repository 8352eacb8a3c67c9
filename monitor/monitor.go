// Package monitor shows what runs: a web page, Spark's REST API, Prometheus metrics and Go's own profiles, on one port of
// this machine.
//
//	/                          pages: streaming, jobs, stages, storage, environment, executors; live by server-sent events
//	/api/v1/                   Spark's monitoring REST API (package rest)
//	/metrics/prometheus        metrics for Prometheus; /metrics is the same (package metrics)
//	/metrics/executors/prometheus, /metrics/json   the same figures under Spark's names
//	/debug/pprof/              profiles of the Go runtime
//	/debug/statsviz/           charts of the Go runtime
//
// It listens to the bus of runtime/progress and never asks the engine anything, so it cannot slow a batch. What it keeps is
// bounded (package history). When nobody looks, it does nothing but take in events.
//
// # Who may look
//
// It listens on 127.0.0.1. Any other address needs a token, which every request has to carry, as "Authorization: Bearer
// TOKEN", as ?token=TOKEN, or in the cookie that the latter sets. Without a token a request must name this machine in
// its Host header (localhost, 127.0.0.1 or [::1]), so that no web page can read it through a name of its own that
// resolves to 127.0.0.1. Only GET and HEAD are answered: nothing can be changed from here.
package monitor

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"gospark/monitor/history"
	"gospark/runtime/progress"
)

// DefaultPort is Spark's.
const DefaultPort = 4040

// Config says what to show and where.
type Config struct {
	Host   string // "" is 127.0.0.1; other than a loopback address needs a Token
	Port   int    // the first port to try; 0 is any
	Token  string // "" asks for none
	Bus    *progress.Bus
	App    progress.ApplicationStart // until an event of that kind comes
	Limits history.Limits            // zero is Spark's defaults
	Log    *slog.Logger              // what the HTTP server complains about; nil discards it
	Now    func() time.Time          // nil is time.Now
}

// A Server is a running monitor.
type Server struct {
	store  *history.Store
	remove func() // from the bus
	http   *http.Server
	url    string
	notice string
	done   chan struct{} // closed when it ends: live connections go
	end    func()        // closes done, once
	charts charts
	served sync.WaitGroup
}

// Start listens and serves until Close. A taken port is not an error: another one is used and Notice says so.
func Start(c Config) (*Server, error) {
	if c.Host == "" {
		c.Host = "127.0.0.1"
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if !isLoopback(c.Host) && c.Token == "" {
		return nil, fmt.Errorf("monitor: %q can be reached from other machines: give a token (--ui-token) or use 127.0.0.1", c.Host)
	}
	if c.Port < 0 || c.Port > maxPort {
		return nil, fmt.Errorf("monitor: no such port: %d", c.Port)
	}
	l, notice, err := listen(c.Host, c.Port)
	if err != nil {
		return nil, fmt.Errorf("monitor: %w", err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	s := &Server{
		store:  history.New(c.App, c.Limits),
		url:    "http://" + net.JoinHostPort(reachable(c.Host), strconv.Itoa(port)),
		done:   make(chan struct{}),
		remove: func() {},
	}
	s.end = sync.OnceFunc(func() { close(s.done) })
	if notice != "" {
		s.notice = notice + "; the web page is at " + s.url
	}
	s.http = &http.Server{
		Handler:           guard(c, port, s.routes(c, l.Addr().String())),
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       time.Minute,
		ErrorLog:          slog.NewLogLogger(c.Log.Handler(), slog.LevelWarn),
	}
	if c.Bus != nil {
		s.remove = c.Bus.Listen("monitor", s.store.Apply)
	}
	s.served.Go(func() {
		if err := s.http.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			c.Log.Error("monitor: no longer served", "err", err)
		}
	})
	return s, nil
}

// URL is where the page is, such as http://127.0.0.1:4040. It holds no token.
func (s *Server) URL() string { return s.url }

// Notice is one line to show if the port wished for was taken, and empty otherwise.
func (s *Server) Notice() string { return s.notice }

// Close takes in the events that are queued, ends all connections, those in the middle of an answer when ctx ends, and
// waits for its goroutines. It may be called twice.
func (s *Server) Close(ctx context.Context) error {
	s.remove()
	s.end()
	s.charts.close()
	err := s.http.Shutdown(ctx)
	if err != nil {
		s.http.Close()
	}
	s.served.Wait()
	return err
}
