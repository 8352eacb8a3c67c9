package kafka

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/segmentio/kafka-go/protocol"
)

// maxAnswer bounds what one answer may claim to be long: a length of garbage must not allocate the machine away.
const maxAnswer = 1 << 30

// anyBroker routes a call over the connection to the bootstrap servers.
const anyBroker = -1

// A call is one request and its answer, written by us on a connection of kafka-go's Transport. The Transport takes any
// message that implements protocol.RawExchanger past its own encoders; everything it does for its own messages
// (dialing, TLS, SASL, pooling) it does for these.
//
// A call is used once: when its context ends early, the connection's goroutine may still be inside RawExchange. It then
// calls neither request nor response any more: what they refer to is the caller's again.
type call struct {
	ctx      context.Context
	clientID string
	node     int32 // a broker id, or anyBroker
	key      protocol.ApiKey
	min, max int16 // the versions request and response can write and read
	flexible int16 // the first version with tagged fields in its headers; 0: none within max

	// ask learns the version from the broker itself, for requests that kafka-go knows only in older versions.
	ask *atomic.Int32

	request  func(version int16, b []byte) []byte
	response func(version int16, r *wireReader) error
	buffer   func(n int) []byte // nil: a new one. What response keeps views of must not come from a pool.

	version int16

	mu   sync.Mutex
	left bool // the caller has gone
}

var (
	_ protocol.RawExchanger  = (*call)(nil)
	_ protocol.BrokerMessage = (*call)(nil)
)

func (c *call) ApiKey() protocol.ApiKey { return c.key }

func (c *call) Broker(protocol.Cluster) (protocol.Broker, error) {
	return protocol.Broker{ID: c.node}, nil
}

// Required is told the versions negotiated for the connection and claims the exchange.
func (c *call) Required(versions map[protocol.ApiKey]int16) bool {
	c.version = -1
	if v, ok := versions[c.key]; ok {
		c.version = min(c.max, v)
	}
	return true
}

var correlation atomic.Int32

func (c *call) RawExchange(rw io.ReadWriter) (protocol.Message, error) {
	if d, ok := rw.(interface{ SetDeadline(time.Time) error }); ok {
		// The Transport leaves a connection blocked until the deadline when its caller has gone. This frees it.
		stop := context.AfterFunc(c.ctx, func() { _ = d.SetDeadline(time.Unix(1, 0)) })
		m, err := c.exchange(rw)
		if !stop() {
			return nil, context.Cause(c.ctx) // an error closes the connection, whose deadline may be gone
		}
		return m, err
	}
	return c.exchange(rw)
}

var errLeft = errors.New("nobody waits for the answer")

// leave ends the part of the caller.
func (c *call) leave() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.left = true
}

// write is request, while the caller is there.
func (c *call) write(version int16, b []byte) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.left {
		return b, errLeft
	}
	return c.request(version, b), nil
}

// read is response, while the caller is there.
func (c *call) read(version int16, r *wireReader) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.left {
		return errLeft
	}
	return c.response(version, r)
}

func (c *call) exchange(rw io.ReadWriter) (protocol.Message, error) {
	if c.ask != nil {
		if err := c.askVersion(rw); err != nil {
			return nil, err
		}
	}
	if c.version < c.min {
		return nil, &versionError{c.key, c.version, c.min}
	}
	flexible := c.flexible > 0 && c.version >= c.flexible
	answer, err := roundTrip(rw, c.key, c.version, c.clientID, flexible, c.write, c.buffer)
	if err != nil {
		return nil, err
	}
	r := &wireReader{b: answer}
	if err := c.read(c.version, r); err != nil {
		return nil, fmt.Errorf("answer to %v: %w", c.key, err)
	}
	if r.err != nil {
		return nil, fmt.Errorf("answer to %v: %w", c.key, r.err)
	}
	return c, nil
}

// A versionError says that a broker is too old for a request.
type versionError struct {
	key       protocol.ApiKey
	have, min int16
}

func (e *versionError) Error() string {
	if e.have < 0 {
		return fmt.Sprintf("the broker does not know %v", e.key)
	}
	return fmt.Sprintf("the broker speaks %v version %d at most, at least %d is needed", e.key, e.have, e.min)
}

// askVersion sends ApiVersions, once per client: c.ask keeps the broker's highest version plus one.
func (c *call) askVersion(rw io.ReadWriter) error {
	if c.ask.Load() == 0 {
		b, err := roundTrip(rw, protocol.ApiVersions, 0, c.clientID, false, func(_ int16, b []byte) ([]byte, error) { return b, nil }, nil)
		if err != nil {
			return err
		}
		r := &wireReader{b: b}
		r.int16()
		for n := r.count(6); n > 0; n-- {
			key, _, highest := r.int16(), r.int16(), r.int16()
			if protocol.ApiKey(key) == c.key {
				c.ask.Store(int32(highest) + 1)
			}
		}
		if r.err != nil {
			return fmt.Errorf("answer to %v: %w", protocol.ApiVersions, r.err)
		}
	}
	c.version = min(c.max, int16(c.ask.Load()-1))
	return nil
}

// requests are buffers of requests: those that carry records are large.
var requests = sync.Pool{New: func() any { return new([]byte) }}

// roundTrip writes one framed request and returns the answer behind its header.
func roundTrip(rw io.ReadWriter, key protocol.ApiKey, version int16, clientID string, flexible bool,
	request func(int16, []byte) ([]byte, error), buffer func(int) []byte) ([]byte, error) {
	id := correlation.Add(1)
	pooled := requests.Get().(*[]byte)
	b := append((*pooled)[:0], 0, 0, 0, 0)
	b = order.AppendUint16(b, uint16(key))
	b = order.AppendUint16(b, uint16(version))
	b = order.AppendUint32(b, uint32(id))
	b = putString(b, clientID)
	if flexible {
		b = append(b, 0)
	}
	b, err := request(version, b)
	if err == nil {
		order.PutUint32(b, uint32(len(b)-4))
		_, err = rw.Write(b)
	}
	*pooled = b
	requests.Put(pooled)
	if err != nil {
		return nil, err
	}
	var head [8]byte
	if _, err := io.ReadFull(rw, head[:]); err != nil {
		return nil, err
	}
	n := int(order.Uint32(head[:])) - 4
	if n < 0 || n > maxAnswer {
		return nil, fmt.Errorf("answer to %v: impossible length %d", key, n)
	}
	if got := int32(order.Uint32(head[4:])); got != id {
		return nil, fmt.Errorf("answer to %v: correlation id %d instead of %d", key, got, id)
	}
	if buffer == nil {
		buffer = func(n int) []byte { return make([]byte, n) }
	}
	answer := buffer(n)
	if _, err := io.ReadFull(rw, answer); err != nil {
		return nil, err
	}
	if flexible {
		r := &wireReader{b: answer}
		r.skipTags()
		return r.b, r.err
	}
	return answer, nil
}
