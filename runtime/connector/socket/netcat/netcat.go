// Package netcat is a small line server on the loopback interface, so that a lesson on socket streams needs no second
// terminal: what is sent goes to every client that is connected.
//
// Lines sent while there is no client are kept, up to a bound, for the first one that comes; after that a Send is
// refused. A client that reads slowly makes Send wait rather than lose lines.
package netcat

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"sync"
	"time"
)

const (
	maxWaiting   = 1 << 20 // bytes kept while there is no client
	maxUnsent    = 1 << 20 // bytes on the way to a client before Send waits
	serveChunk   = 64 << 10
	writeTimeout = time.Second // for what is left when the server is closed
)

// ErrNobody is returned when there is no client and no more room for lines that wait for one.
var ErrNobody = errors.New("no client is connected, and the lines kept for the first one have reached their bound")

// ErrClosed is returned by a closed server.
var ErrClosed = errors.New("netcat: the server is closed")

// A Server sends lines to its clients. Its methods may be called at the same time.
type Server struct {
	listener net.Listener
	notify   func(string)
	all      sync.WaitGroup

	mu      sync.Mutex
	changed *sync.Cond
	clients map[*client]struct{}
	waiting []byte
	kept    int // lines in waiting
	closed  bool
}

// Listen starts a server on 127.0.0.1; port 0 takes a free one. Notify, which may be nil and must not block, is told
// about clients that come and go and lines that wait.
func Listen(port int, notify func(string)) (*Server, error) {
	l, err := net.Listen("tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return nil, fmt.Errorf("netcat: %w", err)
	}
	if notify == nil {
		notify = func(string) {}
	}
	s := &Server{listener: l, notify: notify, clients: map[*client]struct{}{}}
	s.changed = sync.NewCond(&s.mu)
	s.all.Go(s.accept)
	return s, nil
}

// Port is the port it listens on.
func (s *Server) Port() int { return s.listener.Addr().(*net.TCPAddr).Port }

// Clients is the number of clients.
func (s *Server) Clients() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.clients)
}

// Waiting is the number of lines kept for the first client.
func (s *Server) Waiting() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.kept
}

// Send sends a line, without its end, to every client, or keeps it when there is none.
func (s *Server) Send(ctx context.Context, line string) error {
	return s.send(ctx, append([]byte(line), '\n'))
}

// Serve sends the lines of r until its end; an unfinished last line is finished.
func (s *Server) Serve(ctx context.Context, r io.Reader) error {
	var rest []byte
	for {
		chunk := make([]byte, len(rest), len(rest)+serveChunk)
		copy(chunk, rest)
		n, err := r.Read(chunk[len(rest):cap(chunk)])
		chunk = chunk[:len(rest)+n]
		end := bytes.LastIndexByte(chunk, '\n') + 1
		rest = chunk[end:]
		if err != nil && len(rest) > 0 {
			chunk = append(chunk, '\n')
			end = len(chunk)
		}
		if end > 0 {
			if err := s.send(ctx, chunk[:end:end]); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// Generate sends line(0), line(1), ... at the given rate until ctx is done.
func (s *Server) Generate(ctx context.Context, perSecond float64, line func(i int) string) error {
	if perSecond <= 0 {
		return fmt.Errorf("netcat: %v lines a second", perSecond)
	}
	ticker := time.NewTicker(max(time.Duration(float64(time.Second)/perSecond), 10*time.Millisecond))
	defer ticker.Stop()
	return s.generate(ctx, perSecond, line, time.Now(), ticker.C)
}

// generate sends at each tick what has become due since begin, at least the first line.
func (s *Server) generate(ctx context.Context, perSecond float64, line func(i int) string, begin time.Time, ticks <-chan time.Time) error {
	sent := 0
	for now := begin; ; {
		var out []byte
		for due := int(now.Sub(begin).Seconds()*perSecond+1e-9) + 1; sent < due; sent++ {
			out = append(append(out, line(sent)...), '\n')
		}
		if len(out) > 0 {
			if err := s.send(ctx, out); err != nil {
				return err
			}
		}
		select {
		case now = <-ticks:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// send takes over whole lines.
func (s *Server) send(ctx context.Context, data []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.awaitRoom(ctx)
	switch {
	case s.closed:
		return ErrClosed
	case ctx.Err() != nil:
		return ctx.Err()
	case len(s.clients) == 0:
		return s.keep(data)
	}
	for c := range s.clients {
		c.unsent = append(c.unsent, data...)
	}
	s.changed.Broadcast()
	return nil
}

// awaitRoom waits while a client is behind, until ctx is done or the server is closed.
func (s *Server) awaitRoom(ctx context.Context) {
	if !s.full() {
		return
	}
	defer context.AfterFunc(ctx, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.changed.Broadcast()
	})()
	for s.full() && !s.closed && ctx.Err() == nil {
		s.changed.Wait()
	}
}

func (s *Server) full() bool {
	for c := range s.clients {
		if len(c.unsent) >= maxUnsent {
			return true
		}
	}
	return false
}

func (s *Server) keep(data []byte) error {
	if len(s.waiting) > 0 && len(s.waiting)+len(data) > maxWaiting {
		return fmt.Errorf("netcat: %w (%d lines)", ErrNobody, s.kept)
	}
	if s.kept == 0 {
		s.notify(fmt.Sprintf("no client on port %d yet: lines are kept for the first one", s.Port()))
	}
	s.waiting = append(s.waiting, data...)
	s.kept += bytes.Count(data, []byte("\n"))
	return nil
}

// Close sends what is on its way to clients that still read, and ends all connections. Lines that no client came for
// are dropped, and said so.
func (s *Server) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	if s.kept > 0 {
		s.notify(fmt.Sprintf("no client came for the lines that waited, %d: dropped", s.kept))
	}
	for c := range s.clients {
		c.conn.SetWriteDeadline(time.Now().Add(writeTimeout))
	}
	s.changed.Broadcast()
	s.mu.Unlock()
	err := s.listener.Close()
	s.all.Wait()
	return err
}
