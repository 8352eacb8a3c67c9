package monitor

import (
	"bufio"
	"net"
	"net/http"
	"sync"

	"github.com/arl/statsviz"
)

const chartsRoot = "/debug/statsviz"

// charts serves the page of the Go runtime's figures. The library behind it measures every second from its first moment, so it
// lives only while somebody watches. It does not close the connections of those who left either: that is done here, at the
// first write that does not arrive.
type charts struct {
	mu       sync.Mutex
	server   *statsviz.Server
	watchers map[*watcher]bool
	closed   bool
}

// page serves the files of the page, for which nothing has to be measured.
func (c *charts) page() http.Handler {
	return http.StripPrefix(chartsRoot, new(statsviz.Server).Index())
}

// feed serves the websocket with the figures.
func (c *charts) feed(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		http.Error(w, "the monitor is closed", http.StatusServiceUnavailable)
		return
	}
	if c.server == nil {
		s, err := statsviz.NewServer(statsviz.Root(chartsRoot))
		if err != nil {
			c.mu.Unlock()
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		c.server, c.watchers = s, map[*watcher]bool{}
	}
	s := c.server
	me := &watcher{charts: c}
	c.watchers[me] = true
	c.mu.Unlock()

	s.Ws()(hijacker{w, me}, r)
	c.mu.Lock()
	taken := me.Conn != nil
	c.mu.Unlock()
	if !taken { // it was no websocket
		me.leave()
	}
}

func (c *charts) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	for w := range c.watchers {
		if w.Conn != nil {
			w.Conn.Close()
		}
	}
	if c.server != nil {
		c.server.Close()
	}
	c.server, c.watchers = nil, nil
}

// A watcher is the connection of a websocket.
type watcher struct {
	net.Conn // nil until it is taken over
	charts   *charts
}

func (w *watcher) Write(p []byte) (int, error) {
	n, err := w.Conn.Write(p)
	if err != nil {
		w.Close()
	}
	return n, err
}

func (w *watcher) Close() error {
	w.leave()
	return w.Conn.Close()
}

// leave forgets the watcher, and with the last one the measuring ends.
func (w *watcher) leave() {
	c := w.charts
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.watchers, w)
	if len(c.watchers) == 0 && c.server != nil {
		c.server.Close()
		c.server = nil
	}
}

// A hijacker hands out the watcher in place of the connection.
type hijacker struct {
	http.ResponseWriter
	watcher *watcher
}

func (h hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(h.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	c := h.watcher.charts
	c.mu.Lock()
	h.watcher.Conn = conn
	closed := c.closed
	c.mu.Unlock()
	if closed {
		conn.Close()
		return nil, nil, http.ErrServerClosed
	}
	return h.watcher, rw, nil
}
