package kafka

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	kafkago "github.com/segmentio/kafka-go"
)

// A Config is how to reach a cluster, what to read, and how. [ParseConfig] and [ParseOptions] make one from Kafka's and
// Spark's names. Zero fields mean the defaults written beside them.
type Config struct {
	Servers  []string // host:port
	ClientID string   // "gospark"
	Security Security

	Subscribe  Subscription
	Start      Start // latest
	End        Start // where a batch query ends: latest
	GroupID    string
	Committed  bool // read_committed; the zero Config reads uncommitted, as Kafka's consumers do
	Headers    bool // add the column headers
	FailOnLoss Loss // FailOnDataLoss

	// CreateTopics lets a broker that is configured so create the subscribed topics that do not exist.
	CreateTopics bool

	MaxBytes     int           // of one fetch of a partition: 1 MiB
	MinRows      int64         // least rows of a partition in a limited batch, if it has them
	MaxRows      int64         // most rows of a partition in a batch: no limit
	MinSplits    int           // split the ranges of large partitions until there are so many splits
	MaxSplitRows int64         // most offsets of one split: no limit
	MaxBatchRows int64         // most offsets of a batch, as the trigger's limit: none
	MinBatchRows int64         // wait until there is so much to read, or until MaxDelay after the last batch
	MaxDelay     time.Duration // 15m
	MetadataAge  time.Duration // how often to look for new topics and partitions between batches: 5s
	PollWait     time.Duration // how long a broker may hold back the answer to a poll for new data: 5s
	ClientRack   string
	RetryFor     time.Duration // how long to try again what may pass: 2m
	Status       func(Status)  // may be called from several goroutines, and must not block
	IgnoredNotes []string      // what was set and does nothing here, and why

	DialTimeout, RequestTimeout, IdleTimeout, RetryBackoffMax time.Duration // 5s, 30s, 30s, 200ms

	dial func(ctx context.Context, network, addr string) (net.Conn, error) // with faults, in tests
}

// Loss is what to do when rows are gone before they were read.
type Loss int

const (
	FailOnDataLoss Loss = iota // end with an error that names them
	SkipLost                   // go on with what is left; report it to Status
)

func (c *Config) setDefaults() {
	setDefault(&c.ClientID, "gospark")
	setDefault(&c.MaxBytes, 1<<20)
	setDefault(&c.MetadataAge, 5*time.Second)
	setDefault(&c.PollWait, 5*time.Second)
	setDefault(&c.RetryFor, 2*time.Minute)
	setDefault(&c.MaxDelay, 15*time.Minute)
	setDefault(&c.DialTimeout, 5*time.Second)
	setDefault(&c.RequestTimeout, 30*time.Second)
	setDefault(&c.IdleTimeout, 30*time.Second)
	setDefault(&c.RetryBackoffMax, 200*time.Millisecond)
}

func setDefault[T comparable](v *T, to T) {
	var zero T
	if *v == zero {
		*v = to
	}
}

// connectError adds to the error of a first request what the user can do about it.
func (c *Config) connectError(err error) error {
	hint := ""
	var code kafkago.Error
	text := err.Error()
	switch protocol := c.Security.protocol(); {
	case errors.As(err, &code) && code == kafkago.SASLAuthenticationFailed:
		hint = "; check user name and password in sasl.jaas.config"
	case errors.As(err, &code) && code == kafkago.UnsupportedSASLMechanism:
		hint = fmt.Sprintf("; the broker does not offer sasl.mechanism=%s", c.Security.Mechanism)
	case strings.Contains(text, "expecting TLS"):
		hint = "; security.protocol should be SSL or SASL_SSL"
	case strings.Contains(text, "does not look like a TLS handshake"):
		hint = fmt.Sprintf("; the listener is not encrypted, but security.protocol is %s", protocol)
	case strings.Contains(text, "unknown authority"):
		hint = "; set ssl.truststore.location to the PEM file of the authority that signed the broker's certificate"
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		hint = fmt.Sprintf("; the broker closed the connection: does the listener want another security.protocol than %s, or is the password wrong?", protocol)
	case strings.Contains(text, "connection refused"):
		hint = "; nothing listens there: is the broker running, and bootstrap.servers right?"
	}
	return fmt.Errorf("kafka: cannot connect to %s: %w%s", strings.Join(c.Servers, ","), err, hint)
}
