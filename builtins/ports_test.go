package builtins

import (
	"fmt"
	"net"
	"strings"
	"testing"

	"gospark/repl"
)

// A port that another program has is said to be taken, with one to use instead.
func TestPortsTaken(t *testing.T) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	port := l.Addr().(*net.TCPAddr).Port
	c, sh := &Commands{}, &repl.Shell{}
	for name, err := range map[string]error{"broker": c.startBroker(sh, port), "nc": c.netcat(sh, fmt.Sprint(port))} {
		if err == nil || !strings.HasPrefix(err.Error(), fmt.Sprintf("%s: port %d is taken by another program", name, port)) || !strings.Contains(err.Error(), fmt.Sprintf(":%s %d", name, port+1)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
