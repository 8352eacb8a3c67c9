package kafka

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	kafkago "github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"
)

// A Client is the connections to one cluster, shared by sources, producers and look-ups. It is safe for concurrent use.
// Close ends all its connections and goroutines, whatever they are doing.
type Client struct {
	cfg       Config
	addr      net.Addr
	transport *kafkago.Transport
	admin     *kafkago.Client
	metaAsk   atomic.Int32 // the broker's highest Metadata version plus one; 0: not asked yet

	offsetFetchAsk atomic.Int32 // the same of OffsetFetch

	life  context.Context // ends with Close
	end   context.CancelFunc
	calls sync.WaitGroup // under way

	mu      sync.Mutex
	conns   map[net.Conn]struct{}
	closed  bool
	topics  map[string]topicMeta // as last seen: routes requests, and is never an answer to a user
	resetAt time.Time
}

// Dial connects to a cluster and asks for its metadata, which is the request that names the cause when something is
// wrong with address, encryption or password.
func Dial(ctx context.Context, cfg Config) (*Client, error) {
	c, err := newClient(cfg)
	if err != nil {
		return nil, err
	}
	if _, err := c.metadata(ctx, []string{}, false); err != nil {
		c.Close()
		return nil, cfg.connectError(err)
	}
	return c, nil
}

func newClient(cfg Config) (*Client, error) {
	cfg.setDefaults()
	if len(cfg.Servers) == 0 {
		return nil, errors.New("kafka: bootstrap.servers is missing")
	}
	tls, mechanism, err := cfg.Security.build()
	if err != nil {
		return nil, err
	}
	c := &Client{
		cfg:    cfg,
		addr:   kafkago.TCP(cfg.Servers...),
		conns:  map[net.Conn]struct{}{},
		topics: map[string]topicMeta{},
	}
	c.life, c.end = context.WithCancel(context.Background())
	c.transport = &kafkago.Transport{
		Dial:        c.dial,
		DialTimeout: cfg.DialTimeout,
		IdleTimeout: cfg.IdleTimeout,
		ClientID:    cfg.ClientID,
		TLS:         tls,
		SASL:        mechanism,
		MetadataTTL: 5 * time.Second,
		// The Transport needs to know the brokers; topics are our own business. Nil would be all topics, every time.
		MetadataTopics: []string{},
	}
	c.admin = &kafkago.Client{Addr: c.addr, Transport: c.transport, Timeout: cfg.RequestTimeout}
	return c, nil
}

// dial keeps track of connections, because the Transport cannot end those that wait for an answer.
func (c *Client) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	dial := (&net.Dialer{Timeout: c.cfg.DialTimeout}).DialContext
	if c.cfg.dial != nil {
		dial = c.cfg.dial
	}
	conn, err := dial(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		conn.Close()
		return nil, net.ErrClosed
	}
	t := &trackedConn{Conn: conn, client: c}
	c.conns[t] = struct{}{}
	return t, nil
}

type trackedConn struct {
	net.Conn
	client *Client
}

func (t *trackedConn) Close() error {
	t.client.mu.Lock()
	delete(t.client.conns, t)
	t.client.mu.Unlock()
	return t.Conn.Close()
}

// Close ends the connections. Requests that wait for an answer fail.
func (c *Client) Close() error {
	c.mu.Lock()
	c.closed = true
	open := make([]net.Conn, 0, len(c.conns))
	for conn := range c.conns {
		open = append(open, conn)
	}
	c.mu.Unlock()
	c.end()
	for _, conn := range open {
		conn.Close()
	}
	c.calls.Wait() // one that starts late would make the Transport begin anew
	c.transport.CloseIdleConnections()
	return nil
}

func (c *Client) isClosed() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.closed
}

// Servers names the cluster as the user did.
func (c *Client) Servers() string { return strings.Join(c.cfg.Servers, ",") }

// do sends a call. extra is how long the broker may hold the answer back on purpose.
func (c *Client) do(ctx context.Context, call *call, extra time.Duration) error {
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return net.ErrClosed
	}
	c.calls.Add(1)
	c.mu.Unlock()
	defer c.calls.Done()
	ctx, cancel := context.WithTimeout(ctx, c.cfg.RequestTimeout+extra)
	defer cancel()
	defer context.AfterFunc(c.life, cancel)()
	call.ctx, call.clientID = ctx, c.cfg.ClientID
	_, err := c.transport.RoundTrip(ctx, c.addr, call)
	call.leave()
	if errors.Is(err, kafkago.BrokerNotAvailable) {
		c.reset()
	}
	if err != nil && call.key == protocol.Metadata {
		c.metaAsk.Store(0) // perhaps another broker, of another version, has taken the address
		c.offsetFetchAsk.Store(0)
	}
	return err
}

// reset makes the Transport learn the brokers anew. It does so by itself within its MetadataTTL; requests in flight are
// not disturbed.
func (c *Client) reset() {
	c.mu.Lock()
	recent := time.Since(c.resetAt) < 50*time.Millisecond
	if !recent {
		c.resetAt = time.Now()
	}
	c.mu.Unlock()
	if !recent {
		c.transport.CloseIdleConnections()
	}
}

// A brokerError is an error code of Kafka, with what it is about.
func brokerError(code int16) error {
	if code == 0 {
		return nil
	}
	return kafkago.Error(code)
}

// errorText is what a broker's error says, without the long description that kafka-go adds.
func errorText(err error) string {
	var code kafkago.Error
	if errors.As(err, &code) && err == error(code) {
		return fmt.Sprintf("%s (%d)", code.Title(), int(code))
	}
	return err.Error()
}
