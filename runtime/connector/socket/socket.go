// Package socket reads lines of text from a TCP server, such as nc -lk: the source of the first streaming program
// everybody writes.
//
// Lines are UTF-8 and end with \n, \r or \r\n; a last line that the peer did not finish counts. A socket cannot be read
// twice, so what arrives goes through connector/receiver, which also connects again when the connection is lost. When
// its buffer is full, nothing is read, and TCP makes the sender wait.
package socket

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"reflect"
	"slices"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"

	"gospark/runtime/batch"
	"gospark/runtime/connector"
	"gospark/runtime/connector/lines"
	"gospark/runtime/connector/receiver"
)

const (
	connectTimeout = 10 * time.Second
	keepAlive      = 15 * time.Second
)

// ErrClosed is why a receiver whose peer closed the connection is run again.
var ErrClosed = errors.New("the server closed the connection")

// A Receiver reads lines from a host and port. It keeps no state from one connection to the next but its counter.
type Receiver struct {
	Host string
	Port int
	// Timestamps adds a column with the time at which a line was read.
	Timestamps bool
	Now        func() time.Time // nil: time.Now

	malformed atomic.Int64
}

var _ receiver.Receiver = (*Receiver)(nil)

func (r *Receiver) address() string { return net.JoinHostPort(r.Host, strconv.Itoa(r.Port)) }

func (r *Receiver) String() string { return "socket " + r.address() }

// Columns are those of the batches it stores.
func (r *Receiver) Columns() []connector.Column {
	cols := []connector.Column{{Name: "value", Elem: reflect.TypeFor[string]()}}
	if r.Timestamps {
		cols = append(cols, connector.Column{Name: "timestamp", Elem: reflect.TypeFor[time.Time]()})
	}
	return cols
}

// Malformed is how many U+FFFD stand for bytes that were not UTF-8.
func (r *Receiver) Malformed() int64 { return r.malformed.Load() }

// Run connects and reads until the connection ends or ctx is done, which closes it.
func (r *Receiver) Run(ctx context.Context, sink receiver.Sink) error {
	dialer := net.Dialer{Timeout: connectTimeout, KeepAlive: keepAlive}
	conn, err := dialer.DialContext(ctx, "tcp", r.address())
	if err != nil {
		return r.explain(err)
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	sink.Connected()
	err = r.read(ctx, conn, sink)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err == io.EOF:
		return fmt.Errorf("%s: %w", r, ErrClosed)
	}
	return fmt.Errorf("%s: %w", r, err)
}

// explain makes of the commonest mistake, that nobody listens, one that tells what to do.
func (r *Receiver) explain(err error) error {
	if !errors.Is(err, syscall.ECONNREFUSED) {
		return fmt.Errorf("%s: %w", r, err)
	}
	return &RefusedError{Host: r.Host, Port: r.Port, Cause: err}
}

func (r *Receiver) read(ctx context.Context, conn net.Conn, sink receiver.Sink) error {
	reader := lines.NewReader(conn)
	var counted int64
	now := time.Now
	if r.Now != nil {
		now = r.Now
	}
	scratch := make([]string, 0, batch.Size)
	for {
		var err error
		scratch, err = reader.Next(scratch[:0], batch.Size)
		if n := reader.Unfinished(); n > 0 && err != nil {
			return fmt.Errorf("%w; %d bytes of an unfinished line are lost", err, n)
		}
		if err != nil {
			return err
		}
		r.malformed.Add(reader.Malformed() - counted)
		counted = reader.Malformed()
		b := batch.Of(batch.VecOf(slices.Clone(scratch)))
		clear(scratch) // a string left in it would hold its chunk
		if r.Timestamps {
			b.Cols = append(b.Cols, batch.VecOf(slices.Repeat([]time.Time{now()}, b.N)))
		}
		if err := sink.Store(ctx, b); err != nil {
			return err
		}
	}
}

// A RefusedError says that nobody listens where the lines should come from.
type RefusedError struct {
	Host  string
	Port  int
	Cause error
}

func (e *RefusedError) Error() string {
	text := fmt.Sprintf("socket %s: connection refused: no server listens there", net.JoinHostPort(e.Host, strconv.Itoa(e.Port)))
	if ip := net.ParseIP(e.Host); e.Host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return text + fmt.Sprintf("; start one on %s with nc -lk %d", e.Host, e.Port)
	}
	return text + fmt.Sprintf("; start one with nc -lk %d in another terminal, or :nc %d here", e.Port, e.Port)
}

func (e *RefusedError) Unwrap() error { return e.Cause }
