package kafka

import "gospark/runtime/connector"

var (
	_ connector.Prompt  = (*Sink)(nil)
	_ connector.Flusher = (*sinkWriter)(nil)
)

// Prompt says that records can be written one by one; at least once, because in a transaction nobody would see them before
// its end.
func (*Sink) Prompt() {}

// Flush sends what is buffered. Only what was sent before has arrived when it returns.
func (w *sinkWriter) Flush() error {
	if w.err == nil {
		w.err = w.shipAll()
	}
	return w.err
}
