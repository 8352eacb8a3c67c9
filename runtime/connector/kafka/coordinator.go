package kafka

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	kafkago "github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"
)

// The kinds of coordinators, as FindCoordinator numbers them.
const (
	groupCoordinator       = 0
	transactionCoordinator = 1
)

// A coordinator is the broker that keeps the state of a group or of a transactional id; it moves like a leader does.
type coordinator struct {
	client *Client
	kind   int8
	name   string
	node   atomic.Int32 // the broker plus one; 0: not known
}

func newCoordinator(c *Client, kind int8, name string) *coordinator {
	return &coordinator{client: c, kind: kind, name: name}
}

// ask sends a call to the coordinator, again and again while the failure is one that passes. make is called for each
// attempt; answer is what the broker said when the call itself went well.
func (k *coordinator) ask(ctx context.Context, what string, make func() (call *call, answer func() error)) error {
	retry := k.client.retry(func() string { return what })
	for {
		err := k.askOnce(ctx, make)
		if err == nil {
			retry.works()
			return nil
		}
		if err := retry.again(ctx, err); err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
	}
}

func (k *coordinator) askOnce(ctx context.Context, make func() (*call, func() error)) error {
	node := k.node.Load() - 1
	if node < 0 {
		var err error
		if node, err = k.find(ctx); err != nil {
			return err
		}
		k.node.Store(node + 1)
	}
	call, answer := make()
	call.node = node
	err := k.client.do(ctx, call, 0)
	if err != nil {
		k.node.Store(0)
		return err
	}
	err = answer()
	if errors.Is(err, kafkago.NotCoordinatorForGroup) || errors.Is(err, kafkago.GroupCoordinatorNotAvailable) {
		k.node.Store(0)
	}
	return err
}

func (k *coordinator) find(ctx context.Context) (node int32, err error) {
	var code int16
	err = k.client.do(ctx, &call{
		node: anyBroker, key: protocol.FindCoordinator, min: 1, max: 2,
		request: func(_ int16, b []byte) []byte { return append(putString(b, k.name), byte(k.kind)) },
		response: func(_ int16, r *wireReader) error {
			r.int32() // throttle time
			code = r.int16()
			_ = r.string() // message
			node = r.int32()
			return nil
		},
	}, 0)
	if err == nil {
		err = brokerError(code)
	}
	return node, err
}

// code makes a call whose answer is a throttle time and an error code, and perhaps more.
func codeCall(key protocol.ApiKey, highest int16, request func(version int16, b []byte) []byte, more func(r *wireReader)) (*call, func() error) {
	var code int16
	return &call{key: key, min: 0, max: highest, request: request, response: func(_ int16, r *wireReader) error {
		r.int32() // throttle time
		code = r.int16()
		if more != nil {
			more(r)
		}
		return nil
	}}, func() error { return brokerError(code) }
}
