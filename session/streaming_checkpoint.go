package session

import (
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"gospark/runtime/condition"
	"gospark/runtime/connector"
	"gospark/runtime/stream"
)

// A checkpoint is what a stream knows after a batch: how far its inputs were read, and its windows and state. It is
// written when batches are over, every ten seconds and at the end, as a file checkpoint-TIME.
//
// Functions are not written: the program that goes on must define the same operations again.
type checkpoint struct {
	Version  int
	Graph    []string // the operations, in order of definition
	Interval int64    // ms
	Zero     int64    // ms, one interval before the very first batch
	Time     int64    // ms, of the last batch that was completed
	Inputs   []savedInput
	Streams  map[int]savedStream
}

type savedInput struct {
	Name   string
	Offset []byte
	Memory []byte // what the source remembers besides
}

// A rememberer is a source that knows more than its offset tells.
type rememberer interface {
	Remember() (json.RawMessage, error)
	Recall(json.RawMessage) error
}

const (
	checkpointVersion = 1
	checkpointPrefix  = "checkpoint-"
	checkpointsKept   = 2
	checkpointEvery   = 10 * time.Second
)

// StreamingContextGetOrCreate goes on where a stream stopped, also if it was killed. create defines the context; when dir
// has a checkpoint of the same operations, their windows and state, and the offsets of Kafka and file inputs, are those of
// the checkpoint. What was processed after it is processed again.
//
//	ssc := StreamingContextGetOrCreate("/tmp/checkpoint", func() *StreamingContext {
//		ssc := NewStreamingContext(sc, Seconds(1))
//		…
//		return ssc
//	})
//	ssc.Start()
func StreamingContextGetOrCreate(dir string, create func() *StreamingContext) *StreamingContext {
	const method = "StreamingContextGetOrCreate"
	ssc := create()
	if ssc == nil {
		mistake(method, "the function returned nil; return the StreamingContext it makes")
	}
	ssc.Checkpoint(dir)
	c, err := lastCheckpoint(ssc.checkpoint)
	if err != nil {
		raise(method, err)
	}
	if c == nil {
		return ssc
	}
	fix := fmt.Sprintf("use another directory, or delete %s to start anew", ssc.checkpoint)
	if c.Interval != ssc.interval || !slices.Equal(c.Graph, ssc.graph()) {
		condition.New("", "", "%s: the checkpoint in %s was made by other operations or with another interval: %s every %d ms", method, dir, strings.Join(c.Graph, ", "), c.Interval).
			WithFix("%s", fix).Raise()
	}
	for _, in := range ssc.inputs {
		if in.open == nil {
			condition.New("", "", "%s: queueStream doesn't support checkpointing", method).WithFix("%s", fix).Raise()
		}
	}
	ssc.saved = c
	return ssc
}

// graph lists the operations.
func (ssc *StreamingContext) graph() []string {
	all := make([]string, len(ssc.streams))
	for i, d := range ssc.streams {
		all[i] = d.op
	}
	return all
}

// restore puts back what the checkpoint has.
func (ssc *StreamingContext) restore() error {
	c := ssc.saved
	for i, s := range c.Streams {
		if err := ssc.streams[i].load(s); err != nil {
			return fmt.Errorf("%s at %s: %w", ssc.streams[i].op, ssc.streams[i].site, err)
		}
	}
	for i, in := range ssc.inputs {
		if in.receiver {
			continue // what a receiver had is gone
		}
		s := c.Inputs[i]
		if r, ok := in.input.Source.(rememberer); ok && s.Memory != nil {
			if err := r.Recall(s.Memory); err != nil {
				return err
			}
		}
		in.input.From = connector.Offset(s.Offset)
	}
	return nil
}

// checkpointDue says whether the batch of time t is one after which a checkpoint is written.
func (ssc *StreamingContext) checkpointDue(t int64) bool {
	if ssc.checkpoint == "" {
		return false
	}
	every := (checkpointEvery.Milliseconds() + ssc.interval - 1) / ssc.interval * ssc.interval
	for _, d := range ssc.streams {
		if d.asked && d.every < every {
			every = d.every
		}
	}
	return (t-ssc.turn.zero)%every == 0
}

// writeCheckpoint writes the checkpoint after a batch. A stream goes on without; the user is told once.
func (ssc *StreamingContext) writeCheckpoint(b *stream.Batch) {
	if ssc.turn.written == b.Time {
		return
	}
	if err := ssc.tryCheckpoint(b); err != nil {
		if !ssc.turn.unwritten {
			ssc.turn.unwritten = true
			ssc.sc.cfg.Notice(fmt.Sprintf("%s: no checkpoint is written: %v", ssc.Name(), err))
		}
		return
	}
	ssc.turn.written = b.Time
}

func (ssc *StreamingContext) tryCheckpoint(b *stream.Batch) error {
	c := &checkpoint{Version: checkpointVersion, Graph: ssc.graph(), Interval: ssc.interval, Zero: ssc.turn.zero, Time: b.Time,
		Inputs: make([]savedInput, len(ssc.inputs)), Streams: map[int]savedStream{}}
	for i, in := range ssc.inputs {
		c.Inputs[i].Name = in.name
		if in.input == nil {
			continue
		}
		c.Inputs[i].Offset = b.Ranges[in.place()].To
		if r, ok := in.input.Source.(rememberer); ok {
			text, err := r.Remember()
			if err != nil {
				return err
			}
			c.Inputs[i].Memory = text
		}
	}
	for i, d := range ssc.streams {
		s, err := d.save()
		if err != nil {
			return fmt.Errorf("%s at %s: %w", d.op, d.site, err)
		}
		if s != nil {
			c.Streams[i] = *s
		}
	}
	return c.write(ssc.checkpoint)
}

// write puts the file in place when it is complete and on the disk, and removes old ones.
func (c *checkpoint) write(dir string) (err error) {
	f, err := os.CreateTemp(dir, ".checkpoint-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	err = gob.NewEncoder(f).Encode(c)
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	if err := os.Rename(f.Name(), filepath.Join(dir, checkpointPrefix+strconv.FormatInt(c.Time, 10))); err != nil {
		return err
	}
	times, err := checkpointTimes(dir)
	if err != nil {
		return err
	}
	for _, t := range times[:max(len(times)-checkpointsKept, 0)] {
		if e := os.Remove(filepath.Join(dir, checkpointPrefix+strconv.FormatInt(t, 10))); e != nil && !errors.Is(e, fs.ErrNotExist) {
			return e
		}
	}
	return nil
}

// checkpointTimes lists the checkpoints of a directory, the oldest first.
func checkpointTimes(dir string) ([]int64, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var times []int64
	for _, e := range entries {
		if text, ok := strings.CutPrefix(e.Name(), checkpointPrefix); ok {
			if t, err := strconv.ParseInt(text, 10, 64); err == nil {
				times = append(times, t)
			}
		}
	}
	slices.Sort(times)
	return times, err
}

// lastCheckpoint reads the newest checkpoint, nil if there is none.
func lastCheckpoint(dir string) (*checkpoint, error) {
	times, err := checkpointTimes(dir)
	if err != nil || len(times) == 0 {
		return nil, err
	}
	path := filepath.Join(dir, checkpointPrefix+strconv.FormatInt(times[len(times)-1], 10))
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	c := &checkpoint{}
	if err := gob.NewDecoder(f).Decode(c); err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", path, err)
	}
	if c.Version != checkpointVersion {
		return nil, fmt.Errorf("%s has version %d, want %d", path, c.Version, checkpointVersion)
	}
	return c, nil
}
