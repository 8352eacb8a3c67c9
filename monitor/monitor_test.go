package monitor

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"gospark/monitor/historytest"
	"gospark/runtime/progress"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start runs a monitor that has seen the made-up events, until the test ends.
func start(t *testing.T, c Config) *Server {
	t.Helper()
	bus := new(progress.Bus)
	c.Bus, c.App = bus, historytest.App
	if c.Now == nil {
		c.Now = func() time.Time { return historytest.Now }
	}
	s, err := Start(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range historytest.Events() {
		bus.Emit(e)
	}
	t.Cleanup(func() {
		if err := s.Close(context.Background()); err != nil {
			t.Errorf("close: %v", err)
		}
		bus.Close()
	})
	s.await(t, func() bool { return s.store.Seen() >= int64(len(historytest.Events())) })
	return s
}

// await waits until the store has taken in enough for a condition.
func (s *Server) await(t *testing.T, condition func() bool) {
	t.Helper()
	deadline := time.After(10 * time.Second)
	for {
		changed := s.store.Watch()
		if condition() {
			return
		}
		select {
		case <-changed:
		case <-deadline:
			t.Fatal("the events did not arrive")
		}
	}
}

// do sends a request on a connection of its own.
func do(t *testing.T, method, url string, header ...string) *http.Response {
	t.Helper()
	r, err := http.NewRequest(method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	r.Host = r.Header.Get("Host")
	r.Close = true
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	return resp
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestServes(t *testing.T) {
	s := start(t, Config{})
	if !strings.HasPrefix(s.URL(), "http://127.0.0.1:") || s.Notice() != "" {
		t.Errorf("at %s, notice %q", s.URL(), s.Notice())
	}
	for _, c := range []struct{ path, want string }{
		{"/api/v1/version", `"spark" : "4.2.0"`},
		{"/api/v1/applications/local-1767261600000/jobs/102", `"status" : "RUNNING"`},
		{"/api/v1/applications/local-1767261600000/streaming/statistics", `"numProcessedRecords" : 60`},
		{"/api/v1/applications/local-1767261600000/executors", `"hostPort" : "` + strings.TrimPrefix(s.URL(), "http://") + `"`},
		{"/debug/pprof/", "goroutine"},
		{"/debug/pprof/goroutine?debug=1", "goroutine profile"},
		{"/debug/statsviz/", "<html"},
		{"/metrics", "gospark_streaming_batches_total"},
		{"/metrics/prometheus/", `gospark_events_dropped_total{listener="monitor"} 0`},
		{"/metrics/executors/prometheus", "metrics_executor_totalCores"},
		{"/metrics/json/", `"gauges"`},
		{"/streaming/", "word"},
		{"/static/monitor.js", "EventSource"},
	} {
		r := do(t, "GET", s.URL()+c.path)
		if b := body(t, r); r.StatusCode != 200 || !strings.Contains(b, c.want) {
			t.Errorf("GET %s: %d %.300s, want %s in it", c.path, r.StatusCode, b, c.want)
		}
	}
	r := do(t, "HEAD", s.URL()+"/api/v1/version")
	if b := body(t, r); r.StatusCode != 200 || b != "" {
		t.Errorf("HEAD: %d %q", r.StatusCode, b)
	}
}

func TestClosesTwiceAndWithoutBus(t *testing.T) {
	s, err := Start(Config{})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.Close(context.Background()); err != nil {
			t.Error(err)
		}
	}
	if _, err := net.DialTimeout("tcp", strings.TrimPrefix(s.URL(), "http://"), time.Second); err == nil {
		t.Error("it still listens")
	}
}

// takePorts listens on a port and the n after it.
func takePorts(t *testing.T, n int) (first int) {
	t.Helper()
	for try := range 50 {
		var taken []net.Listener
		first = 20000 + try*500
		for p := first; p <= first+n; p++ {
			l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", p))
			if err != nil {
				break
			}
			taken = append(taken, l)
		}
		if len(taken) == n+1 {
			t.Cleanup(func() {
				for _, l := range taken {
					l.Close()
				}
			})
			return first
		}
		for _, l := range taken {
			l.Close()
		}
	}
	t.Skip("no row of free ports on this machine")
	return 0
}

func TestTakenPorts(t *testing.T) {
	for _, n := range []int{0, 2, 15} {
		first := takePorts(t, n)
		s := start(t, Config{Port: first})
		want := fmt.Sprintf("http://127.0.0.1:%d", first+n+1)
		if s.URL() != want {
			t.Errorf("%d ports taken from %d: at %s", n+1, first, s.URL())
		}
		note := fmt.Sprintf("port %d is in use; the web page is at %s", first, want)
		if n > 0 {
			note = fmt.Sprintf("ports %d to %d are in use; the web page is at %s", first, first+n, want)
		}
		if s.Notice() != note {
			t.Errorf("notice %q, want %q", s.Notice(), note)
		}
	}
	// All 17 are taken: any other port does.
	first := takePorts(t, retries)
	s := start(t, Config{Port: first})
	if !strings.HasPrefix(s.Notice(), fmt.Sprintf("ports %d to %d are in use; ", first, first+retries)) {
		t.Errorf("notice %q", s.Notice())
	}
	if r := do(t, "GET", s.URL()+"/api/v1/version"); r.StatusCode != 200 {
		t.Errorf("status %d", r.StatusCode)
	}
}

func TestAddressesOfOthersNeedAToken(t *testing.T) {
	for _, host := range []string{"0.0.0.0", "::", "192.0.2.1", "example.com"} {
		if s, err := Start(Config{Host: host}); err == nil || !strings.Contains(err.Error(), "token") {
			if s != nil {
				s.Close(context.Background())
			}
			t.Errorf("host %q without a token: %v", host, err)
		}
	}
	if _, err := Start(Config{Port: 70000}); err == nil {
		t.Error("port 70000 was taken")
	}
	s := start(t, Config{Host: "localhost"})
	if r := do(t, "GET", s.URL()+"/api/v1/version"); r.StatusCode != 200 {
		t.Errorf("localhost: status %d", r.StatusCode)
	}
}

func TestHostHeader(t *testing.T) {
	s := start(t, Config{})
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(s.URL(), "http://"))
	for host, code := range map[string]int{
		"localhost:" + port: 200, "LOCALHOST": 200, "127.0.0.1": 200, "127.0.0.1:1": 200, "[::1]:4040": 200, "[::1]": 200,
		"evil.example": 403, "evil.example:" + port: 403, "localhost.evil.example": 403, "127.0.0.1.evil.example": 403,
		"127.0.0.2": 403, "localhost:x": 403, "localhost:": 403, "[::1": 403, "::1": 403, "user@localhost": 403,
	} {
		got := rawStatus(t, s, "GET /jobs/ HTTP/1.1\r\nHost: "+host+"\r\nConnection: close\r\n\r\n")
		if got != code && (code != 403 || got != 400) { // 400 is net/http's own answer to a malformed Host
			t.Errorf("Host %q: %d, want %d", host, got, code)
		}
	}
}

func TestOtherLoopbackAddress(t *testing.T) {
	s := start(t, Config{Host: "127.0.0.2"})
	if r := do(t, "GET", s.URL()+"/api/v1/version"); r.StatusCode != 200 {
		t.Errorf("%s: %d", s.URL(), r.StatusCode)
	}
	if r := do(t, "GET", s.URL()+"/api/v1/version", "Host", "127.0.0.3"); r.StatusCode != 403 {
		t.Errorf("another address: %d", r.StatusCode)
	}
}

// rawStatus sends bytes, so that a header can be wrong, and reads the status.
func rawStatus(t *testing.T, s *Server, request string) (code int) {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(s.URL(), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(10 * time.Second))
	io.WriteString(c, request)
	if _, err := fmt.Fscanf(c, "HTTP/1.1 %d", &code); err != nil {
		t.Fatal(err)
	}
	return code
}

func TestMethods(t *testing.T) {
	s := start(t, Config{})
	for _, c := range []struct {
		method string
		header []string
		want   int
	}{
		{"POST", nil, 405}, {"PUT", nil, 405}, {"DELETE", nil, 405}, {"OPTIONS", nil, 405},
		{"POST", []string{"Origin", s.URL()}, 405},
		{"POST", []string{"Origin", "http://evil.example"}, 403},
		{"POST", []string{"Origin", "null"}, 403},
		{"OPTIONS", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"GET", []string{"Origin", "http://evil.example"}, 200}, // a browser does not let the other site read it
	} {
		r := do(t, c.method, s.URL()+"/api/v1/version", c.header...)
		if r.StatusCode != c.want || r.Header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s %v: %d, want %d", c.method, c.header, r.StatusCode, c.want)
		}
	}
}

func TestToken(t *testing.T) {
	const token = "a b;ä"
	s := start(t, Config{Token: token, Host: "0.0.0.0"})
	if strings.Contains(s.URL(), "token") || !strings.HasPrefix(s.URL(), "http://127.0.0.1:") {
		t.Errorf("URL %s", s.URL())
	}
	html := []string{"Accept", "text/html,*/*"}
	r := do(t, "GET", s.URL()+"/jobs/?token=a+b%3B%C3%A4&status=running", html...)
	if r.StatusCode != 303 || r.Header.Get("Location") != "/jobs/?status=running" || len(r.Cookies()) != 1 || !r.Cookies()[0].HttpOnly {
		t.Fatalf("with the token from a browser: %d %s %v", r.StatusCode, r.Header.Get("Location"), r.Cookies())
	}
	cookie := r.Cookies()[0].Name + "=" + r.Cookies()[0].Value
	if r := do(t, "GET", s.URL()+"//evil.example/?token=a+b%3B%C3%A4", html...); strings.HasPrefix(r.Header.Get("Location"), "//") {
		t.Errorf("redirects to %s", r.Header.Get("Location"))
	}
	for _, c := range []struct {
		query  string
		header []string
		want   int
	}{
		{"", nil, 401},
		{"?token=a", nil, 401},
		{"?token=", nil, 401},
		{"?token=a+b%3B%C3%A4", nil, 200},
		{"", []string{"Authorization", "Bearer " + token}, 200},
		{"", []string{"Authorization", "Bearer x"}, 401},
		{"", []string{"Cookie", cookie}, 200},
		{"", []string{"Cookie", cookie + "x"}, 401},
		{"?token=wrong", []string{"Cookie", cookie}, 401},
		{"", []string{"Host", "machine.example", "Authorization", "Bearer " + token}, 200},
		{"", []string{"Host", "machine.example"}, 401},
	} {
		for _, path := range []string{"/api/v1/version", "/debug/statsviz/", "/debug/pprof/cmdline"} {
			if r := do(t, "GET", s.URL()+path+c.query, c.header...); r.StatusCode != c.want {
				t.Errorf("GET %s%s %v: %d, want %d", path, c.query, c.header, r.StatusCode, c.want)
			}
		}
	}
}

// The charts of the Go runtime measure only while somebody watches, and end with the monitor.
func TestChartsFeed(t *testing.T) {
	s := start(t, Config{})
	c, err := net.Dial("tcp", strings.TrimPrefix(s.URL(), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(10 * time.Second))
	io.WriteString(c, "GET /debug/statsviz/ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
	buf := make([]byte, 4096)
	n, err := c.Read(buf)
	if err != nil || !strings.HasPrefix(string(buf[:n]), "HTTP/1.1 101") {
		t.Fatalf("%v %s", err, buf[:n])
	}
	watching := func() int {
		s.charts.mu.Lock()
		defer s.charts.mu.Unlock()
		return len(s.charts.watchers)
	}
	if watching() != 1 {
		t.Errorf("%d watch", watching())
	}
	if r := do(t, "GET", s.URL()+"/debug/statsviz/ws"); r.StatusCode != 400 {
		t.Errorf("no websocket: %d", r.StatusCode)
	}
	if watching() != 1 {
		t.Errorf("%d watch after a request that was no websocket", watching())
	}
	if err := s.Close(context.Background()); err != nil {
		t.Error(err)
	}
	for err == nil {
		_, err = c.Read(buf)
	}
	if ne, ok := err.(net.Error); ok && ne.Timeout() {
		t.Error("the connection was not closed")
	}
}

// A panic while answering is a line in the log, never on the terminal, and ends nothing else.
func TestLogsWhatTheServerComplainsAbout(t *testing.T) {
	lines := make(chan string, 10)
	s := start(t, Config{Log: slog.New(slog.NewTextHandler(lineWriter(lines), nil)), Now: func() time.Time { panic("a bug") }})
	c, err := net.Dial("tcp", strings.TrimPrefix(s.URL(), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	io.WriteString(c, "GET /jobs/ HTTP/1.1\r\nHost: localhost\r\n\r\n")
	if line := <-lines; !strings.Contains(line, "a bug") {
		t.Errorf("logged %s", line)
	}
	if r := do(t, "GET", s.URL()+"/api/v1/version"); r.StatusCode != 200 {
		t.Errorf("after it: %d", r.StatusCode)
	}
}

type lineWriter chan string

func (w lineWriter) Write(p []byte) (int, error) {
	w <- string(p)
	return len(p), nil
}
