package state

import (
	"errors"
	"fmt"
	"io/fs"

	"gospark/runtime/condition"
)

// A way back that was longer than this, in versions or in sizes of the state, is cut off by the next commit, which writes
// everything: rounds end with the process, so a query that is started again and again would never finish one. The commit
// costs a part of what the reading did.
const (
	longWay   = 256
	longBytes = 4
)

// load reads a version: the files from its base to its own, in order.
func (p *Provider) load(version int64) (map[storeID]*Store, error) {
	if p.dir == nil {
		return nil, errClosed
	}
	last, err := p.open(version, version)
	if err != nil {
		return nil, err
	}
	f := last.footer
	last.close()
	stores := make([]*Store, len(f.stores))
	numbers := map[storeID]int{}
	for i, info := range f.stores {
		stores[i] = p.newStore(info.id)
		stores[i].base = info.base
		numbers[info.id] = i
	}
	var read, live int64
	for v := f.base; v <= version; v++ {
		r, err := p.open(v, version)
		if err != nil {
			return nil, err
		}
		read += r.size
		err = p.take(r, stores, numbers)
		r.close()
		if err != nil {
			return nil, err
		}
	}
	found := map[storeID]*Store{}
	for i, s := range stores {
		if s.Len() != f.stores[i].keys {
			return nil, fmt.Errorf("state: operator %d, partition %d: version %d has %d keys, but its files lead to %d",
				s.id.operator, s.id.partition, version, f.stores[i].keys, s.Len())
		}
		found[s.id] = s
		live += s.live()
	}
	p.whole = version-f.base > longWay || read > longBytes*live+int64(p.least*len(stores)*longBytes)
	return found, nil
}

// open opens the file of a version that another one needs.
func (p *Provider) open(version, of int64) (*fileReader, error) {
	path := p.dir.Path(fileName(version))
	r, err := openFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		e := condition.New("CANNOT_LOAD_STATE_STORE.CANNOT_READ_DELTA_FILE_NOT_EXISTS", "58030",
			"state version %d cannot be read: %s is missing", of, path)
		e.Cause = err
		return nil, e.WithFix("restore the file from a copy, or start with another checkpointLocation")
	case err != nil:
		return nil, err
	case r.footer.version != version:
		r.close()
		return nil, damaged(path, "it is of version %d", r.footer.version)
	}
	p.bases[version] = r.footer.base
	return r, nil
}

// take takes the steps of a file for the stores that do not begin later.
func (p *Provider) take(r *fileReader, stores []*Store, numbers map[storeID]int) error {
	blocks := make([][]int, len(stores))
	for i, b := range r.footer.blocks {
		if b.store >= len(r.footer.stores) {
			return damaged(r.f.Name(), "it has blocks of a store that it does not have")
		}
		if n, ok := numbers[r.footer.stores[b.store].id]; ok && r.footer.version >= stores[n].base {
			blocks[n] = append(blocks[n], i)
		}
	}
	return inParallel(len(stores), func(n int) error {
		if len(blocks[n]) == 0 {
			return nil
		}
		buf := p.buffers.Get().(*[]byte)
		defer p.buffers.Put(buf)
		section := sectionReader{store: stores[n]}
		for _, i := range blocks[n] {
			steps, grown, err := r.block(i, *buf)
			*buf = grown
			if err != nil {
				return err
			}
			if err := section.take(steps); err != nil {
				return damaged(r.f.Name(), "block at byte %d: %v", r.starts[i], err)
			}
		}
		stores[n].closeHoles()
		return nil
	})
}

// closeHoles ends the reading of a file.
func (s *Store) closeHoles() {
	for _, t := range s.tables {
		for id, x := range t.slots {
			if x.n == 0 {
				t.unlink(id, x)
				continue
			}
			x.compact(s.round, nil)
		}
	}
}
