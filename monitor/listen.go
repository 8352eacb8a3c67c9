package monitor

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"
)

const maxPort = 65535

// retries is how many ports after the first are tried, as Spark does.
const retries = 16

// listen takes the port, one of those after it or, when all are taken, any. The notice says why it is not the first.
func listen(host string, port int) (l net.Listener, notice string, err error) {
	for p := port; port != 0 && p <= min(port+retries, maxPort); p++ {
		l, err = net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(p)))
		if err == nil {
			return l, notice, nil
		}
		if !errors.Is(err, syscall.EADDRINUSE) {
			notice = fmt.Sprintf("port %d cannot be used (%v)", p, reason(err))
			break
		}
		if p == port {
			notice = fmt.Sprintf("port %d is in use", port)
		} else {
			notice = fmt.Sprintf("ports %d to %d are in use", port, p)
		}
	}
	l, err = net.Listen("tcp", net.JoinHostPort(host, "0"))
	return l, notice, err
}

// reason is the innermost error: the rest repeats the address.
func reason(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// reachable turns an address that means all interfaces into one that a browser here can open.
func reachable(host string) string {
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		return "127.0.0.1"
	}
	return host
}
