package kafka

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"time"

	kafkago "github.com/segmentio/kafka-go"
)

// A Status reports trouble that is being dealt with: a request that is tried again, or rows that are gone.
type Status struct {
	What     string    // such as "fetch clicks-0 at 23"
	Err      error     // nil: it works again
	Since    time.Time // of the first failure in a row
	Attempts int
	Lost     int64 // rows that were skipped because they are gone, with FailOnDataLoss off
}

func (s Status) String() string {
	switch {
	case s.Lost > 0:
		return fmt.Sprintf("kafka: %s: %d offsets are gone and were skipped: %v", s.What, s.Lost, s.Err)
	case s.Err == nil:
		return fmt.Sprintf("kafka: %s: works again after %d failures", s.What, s.Attempts)
	}
	return fmt.Sprintf("kafka: %s: trying again: %s", s.What, errorText(s.Err))
}

// passing lists the answers of a healthy cluster that mean "again, a little later".
var passing = map[kafkago.Error]bool{
	2:   true, // corrupt message: damaged on its way to the broker
	3:   true, // unknown topic or partition: just created, or the metadata is behind
	5:   true, // leader not available
	6:   true, // not the leader
	7:   true, // request timed out
	8:   true, // broker not available; also kafka-go's own "no such broker"
	9:   true, // replica not available
	13:  true, // network exception
	14:  true, // coordinator loading
	15:  true, // coordinator not available
	16:  true, // not the coordinator
	19:  true, // not enough replicas; also a coordinator that cannot verify a transaction yet
	20:  true, // not enough replicas after append
	41:  true, // not the controller
	51:  true, // concurrent transactions: the markers of the last one are still being written
	56:  true, // storage error: the broker is about to give the partition away
	72:  true, // listener not found: the broker has just come up
	74:  true, // fenced leader epoch
	75:  true, // unknown leader epoch
	78:  true, // offset not available: a new leader is catching up
	88:  true, // unstable offset commit: the transaction that made it is still being ended
	89:  true, // throttling quota exceeded
	100: true, // unknown topic id
	103: true, // inconsistent topic id
}

// passes says whether a failure may be over when the request is made again.
func passes(err error) bool {
	var (
		code      kafkago.Error
		authority x509.UnknownAuthorityError
		host      x509.HostnameError
		invalid   x509.CertificateInvalidError
		record    tls.RecordHeaderError
		loss      *DataLossError
		format    *formatError
		version   *versionError
	)
	switch {
	case errors.As(err, &code):
		return passing[code]
	case errors.As(err, &authority), errors.As(err, &host), errors.As(err, &invalid), errors.As(err, &record),
		errors.As(err, &loss), errors.As(err, &format), errors.As(err, &version):
		return false
	case errors.Is(err, context.Canceled):
		return false
	}
	return true // the connection: refused, dropped, timed out
}

// A retry counts the failures of one piece of work until it succeeds.
type retry struct {
	client *Client
	what   func() string
	limit  time.Duration
	since  time.Time
	n      int
	told   bool
}

func (c *Client) retry(what func() string) *retry {
	return &retry{client: c, what: what, limit: c.cfg.RetryFor}
}

// again waits before the next attempt and returns nil, or returns the error that ends the work: err does not pass, has
// lasted too long, or ctx is done.
func (r *retry) again(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if !passes(err) || r.client.isClosed() {
		return err
	}
	now := time.Now()
	if r.n == 0 {
		r.since = now
	}
	if now.Sub(r.since) >= r.limit {
		return fmt.Errorf("given up after %v and %d attempts: %w", now.Sub(r.since).Round(time.Millisecond), r.n+1, err)
	}
	r.n++
	// The first failure is most often a moved leader, which new metadata settles at once: nothing to report yet. A
	// transaction follows another before the broker has written the markers of the first: that is the rule.
	if r.n > 1 && !errors.Is(err, kafkago.ConcurrentTransactions) {
		r.told = true
		r.client.report(Status{What: r.what(), Err: err, Since: r.since, Attempts: r.n})
	}
	t := time.NewTimer(min(time.Millisecond<<min(r.n-1, 10), r.client.cfg.RetryBackoffMax))
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// works notes a success.
func (r *retry) works() {
	if r.told {
		r.client.report(Status{What: r.what(), Since: r.since, Attempts: r.n})
	}
	r.n, r.told = 0, false
}

func (c *Client) report(s Status) {
	if c.cfg.Status != nil {
		c.cfg.Status(s)
	}
}
