package builtins

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sort"
	"strconv"
	"strings"
	"syscall"

	"gospark/repl"
	"gospark/runtime/connector/socket/netcat"
)

// A lineServer is a :nc server, and what it is generating or copying in the background.
type lineServer struct {
	*netcat.Server
	cancel context.CancelFunc // of the background work, nil if none
	done   chan struct{}
}

func (s *lineServer) close() error {
	if s.cancel != nil {
		s.cancel()
		<-s.done
	}
	return s.Server.Close()
}

const netcatHelp = `:nc 9999                 listen on 127.0.0.1:9999, as nc -lk 9999 does
:nc 9999 some words      send a line to all clients; listens first if need be
:nc 9999 < file          send the lines of a file
:nc 9999 words 5         send 5 lines of random words a second; :gen has more kinds
:nc 9999 stop            close the connections and the port
:nc                      list the servers
Lines sent before a client comes are kept for the first one.`

func (c *Commands) netcatCommands() []repl.Command {
	return []repl.Command{{Name: "nc", Args: "[port [line | < file | words n | stop]]", Short: "serve lines to a socket stream: a built-in netcat", Help: netcatHelp, Run: c.netcat}}
}

func (c *Commands) netcat(sh *repl.Shell, args string) error {
	word, rest, _ := strings.Cut(args, " ")
	rest = strings.TrimSpace(rest)
	if word == "" {
		sh.Print(c.servedPorts())
		return nil
	}
	port, err := strconv.Atoi(word)
	if err != nil || port < 1 || port > 65535 {
		return usage(":nc PORT, such as :nc 9999; :help nc shows more")
	}
	if rest == "stop" {
		if err := c.stopServer(port); err != nil {
			return err
		}
		sh.Notice(fmt.Sprintf("port %d is closed", port))
		return nil
	}
	s, fresh, err := c.server(sh, port)
	if err != nil {
		return err
	}
	words := strings.Fields(rest)
	switch {
	case rest == "":
		if !fresh {
			return fmt.Errorf("port %d is being served already; :nc %d some words sends a line", port, port)
		}
		sh.Notice(fmt.Sprintf("listening on 127.0.0.1:%d; send a line with :nc %d some words", port, port))
		return nil
	case strings.HasPrefix(rest, "<"):
		return s.file(sh, strings.TrimSpace(rest[1:]))
	case len(words) == 2 && samples[words[0]].line != nil:
		if rate, err := strconv.ParseFloat(words[1], 64); err == nil && rate > 0 {
			s.background(func(ctx context.Context) error {
				return s.Generate(ctx, rate, func(i int) string { return samples[words[0]].line(now, i) })
			}, sh)
			sh.Notice(fmt.Sprintf("sending %s lines a second to port %d; :nc %d stop ends it", words[1], port, port))
			return nil
		}
	}
	return s.Send(sh.Context(), rest)
}

// server is the one of a port, started when there is none.
func (c *Commands) server(sh *repl.Shell, port int) (s *lineServer, fresh bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s = c.servers[port]; s != nil {
		return s, false, nil
	}
	n, err := netcat.Listen(port, sh.Notice)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, false, fmt.Errorf("nc: port %d is taken by another program, perhaps by nc -lk; choose another, such as :nc %d", port, port+1)
	}
	if err != nil {
		return nil, false, err
	}
	s = &lineServer{Server: n}
	if c.servers == nil {
		c.servers = map[int]*lineServer{}
	}
	c.servers[port] = s
	return s, true, nil
}

func (c *Commands) stopServer(port int) error {
	c.mu.Lock()
	s := c.servers[port]
	delete(c.servers, port)
	c.mu.Unlock()
	if s == nil {
		return fmt.Errorf("port %d is not served by :nc", port)
	}
	return s.close()
}

func (c *Commands) servedPorts() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.servers) == 0 {
		return "no line servers; :nc 9999 starts one\n"
	}
	rows := [][]string{{"PORT", "CLIENTS", "LINES WAITING"}}
	for p, s := range c.servers {
		rows = append(rows, []string{strconv.Itoa(p), strconv.Itoa(s.Clients()), strconv.Itoa(s.Waiting())})
	}
	sort.Slice(rows[1:], func(i, j int) bool { return rows[1+i][0] < rows[1+j][0] })
	return table(rows)
}

// file sends a file's lines while the command runs.
func (s *lineServer) file(sh *repl.Shell, name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	return s.Serve(sh.Context(), io.Reader(f))
}

// background replaces what the server does in the background.
func (s *lineServer) background(f func(context.Context) error, sh *repl.Shell) {
	if s.cancel != nil {
		s.cancel()
		<-s.done
	}
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel, s.done = cancel, make(chan struct{})
	go func() {
		defer close(s.done)
		if err := f(ctx); err != nil && !errors.Is(err, context.Canceled) && !errors.Is(err, netcat.ErrClosed) {
			sh.Notice("nc: " + err.Error())
		}
	}()
}
