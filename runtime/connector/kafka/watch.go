package kafka

import (
	"context"
	"sync"
	"time"
)

// A watcher waits on the brokers for new records, so that nobody polls by the clock: one long poll per leader, for all
// its partitions at once. It signals once after each arm, when there is something beyond the armed offsets or the set
// of partitions has changed, and is quiet until the next.
type watcher struct {
	source *Source
	signal chan struct{}
	cancel context.CancelFunc
	wg     sync.WaitGroup

	mu      sync.Mutex
	at      Offsets         // nil: not armed, because nothing was asked yet or the signal is out
	alarm   <-chan struct{} // signal then, whatever the brokers say; may be nil
	changed chan struct{}   // closed when at is set anew
}

// C is signalled after new data. Watching begins with the first call.
func (s *Source) C() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.watch == nil {
		ctx, cancel := context.WithCancel(context.Background())
		s.watch = &watcher{source: s, signal: make(chan struct{}, 1), changed: make(chan struct{}), cancel: cancel}
		s.watch.wg.Go(func() { s.watch.run(ctx) })
		s.watch.fire() // what Latest said before this call was not watched
	}
	return s.watch.signal
}

func (w *watcher) close() {
	w.cancel()
	w.wg.Wait()
}

// arm starts to watch for what comes after to. ends are the ends of the logs as Latest saw them.
func (w *watcher) arm(to, ends Offsets) {
	for tp, end := range ends {
		if end > to[tp] {
			w.fire()
			return
		}
	}
	w.armUntil(to, nil)
}

// armUntil starts to watch for what comes after the offsets, and for an alarm.
func (w *watcher) armUntil(at Offsets, alarm <-chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at, w.alarm = at, alarm
	close(w.changed)
	w.changed = make(chan struct{})
}

func (w *watcher) disarm() {
	w.mu.Lock()
	w.alarm = nil
	w.mu.Unlock()
}

func (w *watcher) fire() {
	w.mu.Lock()
	w.at = nil
	w.mu.Unlock()
	select {
	case w.signal <- struct{}{}:
	default:
	}
}

func (w *watcher) armed() (Offsets, <-chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.at, w.changed
}

// run keeps one poller per leader, and looks for new partitions now and then.
func (w *watcher) run(ctx context.Context) {
	client := w.source.client
	tick := time.NewTicker(client.cfg.MetadataAge)
	defer tick.Stop()
	var watched []TopicPartition // by the poller running
	stop := func() {}
	defer func() { stop() }()
	for {
		at, changed := w.armed()
		w.mu.Lock()
		alarm := w.alarm
		w.mu.Unlock()
		if at != nil && (len(watched) != len(at) || len(pick(at, watched)) != len(at)) {
			stop()
			watched = at.partitions()
			stop = w.poll(ctx, watched)
		}
		select {
		case <-ctx.Done():
			return
		case <-changed:
		case <-alarm:
			w.disarm()
			w.fire()
		case <-tick.C:
			if at != nil && w.partitionsChanged(ctx, at) {
				w.fire()
			}
		}
	}
}

// pick is the part of o for the given partitions.
func pick(o Offsets, parts []TopicPartition) Offsets {
	p := Offsets{}
	for _, tp := range parts {
		if at, ok := o[tp]; ok {
			p[tp] = at
		}
	}
	return p
}

func (w *watcher) partitionsChanged(ctx context.Context, at Offsets) bool {
	f, err := w.source.discoverOnce(ctx)
	if err != nil {
		return false // the pollers report what is wrong
	}
	for _, again := range w.source.recreated(f.ids) {
		if again {
			return true
		}
	}
	return len(f.partitions) != len(at) || len(pick(at, f.partitions)) != len(at)
}

// slowPoll is the pace of a watcher that cannot watch, because of an error that does not pass: it then wakes the query
// by the clock, and what the query reads or asks for fails with the cause, or goes well.
const slowPoll = time.Second

// poll watches the partitions on a goroutine of its own, until stop.
func (w *watcher) poll(ctx context.Context, parts []TopicPartition) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() {
		client := w.source.client
		retry := client.retry(func() string { return "wait for new records" })
		for fresh := false; ctx.Err() == nil; fresh = true {
			by, lost, err := client.byLeader(ctx, parts, fresh)
			for _, e := range lost {
				err = e
			}
			if err == nil {
				err = w.pollLeaders(ctx, by, retry)
			}
			if retry.again(ctx, err) != nil {
				w.fire()
				select {
				case <-time.After(slowPoll):
				case <-ctx.Done():
				}
			}
		}
	})
	return func() {
		cancel()
		wg.Wait()
	}
}

// pollLeaders polls until one of the leaders fails.
func (w *watcher) pollLeaders(ctx context.Context, by map[int32][]TopicPartition, retry *retry) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var (
		wg sync.WaitGroup
		mu sync.Mutex
	)
	for node, parts := range by {
		wg.Go(func() {
			for {
				err := w.pollOnce(ctx, node, parts)
				if err != nil {
					cancel(err)
					return
				}
				mu.Lock()
				retry.works()
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}

// pollOnce waits for an arm, then for one answer of a leader.
func (w *watcher) pollOnce(ctx context.Context, node int32, parts []TopicPartition) error {
	at, changed := w.armed()
	cfg := &w.source.client.cfg
	positions := make([]fetchPosition, 0, len(parts))
	for _, tp := range parts {
		if offset, ok := at[tp]; ok {
			positions = append(positions, fetchPosition{tp, offset, 1})
		}
	}
	if len(positions) == 0 {
		select {
		case <-changed:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	answers, err := w.source.client.fetch(ctx, node, positions, fetchOptions{committed: cfg.Committed, wait: cfg.PollWait, minBytes: 1})
	if err != nil {
		return err
	}
	now, _ := w.armed()
	for _, p := range answers {
		offset, ok := now[p.tp]
		switch {
		case !ok:
		case p.err != 0:
			return brokerError(p.err)
		case p.end > offset:
			w.fire()
			return nil
		}
	}
	return nil
}
