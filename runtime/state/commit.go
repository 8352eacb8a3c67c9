package state

import (
	"context"
	"fmt"
)

// Metrics are what a commit wrote and what there is after it.
type Metrics struct {
	Keys    int64 // in all tables of all stores
	Memory  int64 // bytes held
	Written int64 // bytes of the version's file
	Stores  []StoreMetrics
}

// StoreMetrics are those of one operator in one partition.
type StoreMetrics struct {
	Operator, Partition int
	Keys, Memory        int64
}

// Commit makes the changes of all stores a version, which must be the one after that they were opened at. When it
// returns, the version survives a crash, and the stores go on from it. After an error the version is not there and the
// changes are lost: the stores must be opened again.
func (p *Provider) Commit(ctx context.Context, version int64) (Metrics, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.version == none || version != p.version+1 {
		return Metrics{}, fmt.Errorf("state: version %d cannot be committed after version %d", version, p.version)
	}
	return p.commit(ctx, version, p.whole)
}

// commit writes a version; a whole one does not need those before it.
func (p *Provider) commit(ctx context.Context, version int64, whole bool) (m Metrics, err error) {
	stores := p.sorted()
	for _, s := range stores {
		if s.err != nil {
			return m, s.err
		}
	}
	if err := ctx.Err(); err != nil {
		return m, err
	}
	if m.Written, err = p.write(version, whole, stores); err != nil {
		p.version, p.stores = none, nil // part of the changes is taken for committed
		return m, fmt.Errorf("state: %w", err)
	}
	p.version, p.whole = version, false
	for _, s := range stores {
		x := StoreMetrics{s.id.operator, s.id.partition, s.Len(), s.Memory()}
		m.Stores = append(m.Stores, x)
		m.Keys += x.Keys
		m.Memory += x.Memory
	}
	return m, nil
}

func (p *Provider) write(version int64, whole bool, stores []*Store) (int64, error) {
	if p.path == "" {
		for _, s := range stores {
			s.commit(version, whole, nil)
		}
		return 0, nil
	}
	if p.dir == nil {
		return 0, errClosed
	}
	w, err := newFileWriter(p.dir, version)
	if err != nil {
		return 0, err
	}
	err = inParallel(len(stores), func(i int) error {
		buf := p.buffers.Get().(*[]byte)
		section := &sectionWriter{buf: (*buf)[:0], emit: func(steps []byte) error { return w.block(i, steps) }}
		stores[i].commit(version, whole, section)
		*buf = section.buf
		p.buffers.Put(buf)
		return section.err
	})
	if err != nil {
		w.f.Abort()
		return 0, err
	}
	w.footer.base = version
	for _, s := range stores {
		w.footer.stores = append(w.footer.stores, storeInfo{s.id, s.base, s.Len()})
		w.footer.base = min(w.footer.base, s.base)
	}
	n, err := w.commit()
	if err != nil {
		return 0, err
	}
	return n, p.wrote(version, w.footer.base)
}
