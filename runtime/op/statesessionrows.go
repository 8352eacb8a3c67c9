package op

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"iter"
	"slices"

	"gospark/runtime/batch"
)

// sessionRows yields sessions, keys and then states: all, or those that are over, which are forgotten.
type sessionRows struct {
	s     *stateSessions
	all   bool
	slots []int64
	names [][]byte // of the first slot
	pull  func() ([]byte, []byte, bool)
	close func()
}

func (r *sessionRows) next() (*batch.Batch, error) {
	if r.s.t.Ctx.Err() != nil {
		return nil, context.Cause(r.s.t.Ctx)
	}
	b := emptyBatch(r.s.types, 0)
	var err error
	if r.all {
		err = r.nextAll(b)
	} else {
		err = r.nextOver(b)
	}
	if err != nil {
		return nil, err
	}
	if b.N == 0 {
		return nil, io.EOF
	}
	return b, nil
}

func (r *sessionRows) nextAll(b *batch.Batch) error {
	if r.pull == nil {
		r.pull, r.close = iter.Pull2(r.s.rows.All(0))
	}
	for b.N < batch.Size {
		name, value, ok := r.pull()
		if !ok {
			return nil
		}
		if err := r.put(b, name, value); err != nil {
			return err
		}
	}
	return nil
}

func (r *sessionRows) nextOver(b *batch.Batch) error {
	s := r.s
	for len(r.slots) > 0 && b.N < batch.Size {
		if r.names == nil {
			r.names = [][]byte{}
			for name := range s.ends.All(r.slots[0]) {
				r.names = append(r.names, slices.Clone(name))
			}
		}
		if len(r.names) == 0 {
			r.names, r.slots = nil, r.slots[1:]
			continue
		}
		name := r.names[0]
		r.names = r.names[1:]
		value, ok := s.rows.Get(0, name)
		if !ok {
			return fmt.Errorf("state: a session is missing")
		}
		if int64(binary.LittleEndian.Uint64(value)) > s.n.State.Evict {
			continue
		}
		if err := r.put(b, name, value); err != nil {
			return err
		}
		s.ends.Remove(r.slots[0], name)
		s.rows.Remove(0, name)
		s.dropStart(name[:len(name)-8], int64(binary.BigEndian.Uint64(name[len(name)-8:])))
		s.m.Removed++
	}
	return nil
}

// dropStart takes a start off the list of a key.
func (s *stateSessions) dropStart(key []byte, start int64) {
	list, _ := s.starts.Get(0, key)
	var left []byte
	for ; len(list) >= 8; list = list[8:] {
		if int64(binary.LittleEndian.Uint64(list)) != start {
			left = append(left, list[:8]...)
		}
	}
	if len(left) == 0 {
		s.starts.Remove(0, key)
		return
	}
	s.starts.Put(0, key, left)
}

// put appends a session.
func (r *sessionRows) put(b *batch.Batch, name, value []byte) error {
	s := r.s
	key := name[:len(name)-8]
	if err := s.keys.Decode(key, pickAt(b.Cols, s.others)); err != nil {
		return err
	}
	v := b.Cols[s.n.Session].(*batch.Struct)
	starts, ends := s.interval(v)
	starts.V = append(starts.V, int64(binary.BigEndian.Uint64(name[len(key):])))
	ends.V = append(ends.V, int64(binary.LittleEndian.Uint64(value)))
	v.Close()
	if err := s.values.Decode(value[8:], b.Cols[s.aggs:]); err != nil {
		return err
	}
	b.N++
	return nil
}

func (r *sessionRows) stop() {
	if r.close != nil {
		r.close()
	}
}
