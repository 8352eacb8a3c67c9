package netcat

import (
	"bytes"
	"fmt"
	"io"
	"net"
)

// A client has a goroutine that writes to it and one that notices when it goes.
type client struct {
	conn   net.Conn
	unsent []byte
	gone   bool
}

func (s *Server) accept() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		if s.closed {
			s.mu.Unlock()
			conn.Close()
			return
		}
		c := &client{conn: conn, unsent: s.waiting}
		s.clients[c] = struct{}{}
		text := fmt.Sprintf("a client connected to port %d", s.Port())
		if s.kept > 0 {
			text += fmt.Sprintf("; the lines kept for it (%d) are sent", s.kept)
		}
		s.notify(text)
		s.waiting, s.kept = nil, 0
		s.all.Go(func() { s.write(c) })
		s.all.Go(func() {
			io.Copy(io.Discard, conn) // what a client says is not heard
			s.drop(c)
		})
		s.mu.Unlock()
	}
}

// write sends what is unsent until the client is gone, or the server is closed and nothing is left.
func (s *Server) write(c *client) {
	defer s.drop(c)
	defer c.conn.Close()
	for {
		s.mu.Lock()
		for len(c.unsent) == 0 && !c.gone && !s.closed {
			s.changed.Wait()
		}
		data := c.unsent
		c.unsent = nil
		stop := c.gone || len(data) == 0
		s.changed.Broadcast()
		s.mu.Unlock()
		if stop {
			return
		}
		if n, err := c.conn.Write(data); err != nil {
			s.mu.Lock()
			c.unsent = append(data[n:], c.unsent...)
			s.mu.Unlock()
			return
		}
	}
}

func (s *Server) drop(c *client) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.gone {
		return
	}
	c.gone = true
	delete(s.clients, c)
	text := fmt.Sprintf("a client of port %d is gone", s.Port())
	if n := bytes.Count(c.unsent, []byte("\n")); n > 0 {
		text += fmt.Sprintf("; %d lines were not sent to it", n)
	}
	if !s.closed || len(c.unsent) > 0 {
		s.notify(text)
	}
	s.changed.Broadcast()
}
