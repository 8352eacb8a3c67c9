package session

import (
	"bytes"
	"encoding/gob"
	"errors"
	"fmt"
	"reflect"
	"time"

	"gospark/runtime/batch"
	"gospark/runtime/gofunc"
	"gospark/runtime/plan"
)

// savedStream is what a checkpoint has of a stream: RDDs that later ones are made of, or the state of MapWithState.
type savedStream struct {
	RDDs   []savedRDD
	Tables [][]savedEntry
}

type savedRDD struct {
	Time       int64
	Hash, Keys int // how it is partitioned; 0 if not known
	Parts      []savedRows
}

// savedRows is a partition: for each column the encoded slice of values, and which of them are there.
type savedRows struct {
	N    int
	Cols [][]byte
}

type savedColumn struct {
	Valid []bool
}

type savedEntry struct {
	Key, Value boxed
	At         int64
}

// boxed carries a value of any type, or nil, which gob has no element for.
type boxed struct{ V any }

func init() {
	for _, v := range []any{Pair{}, Tuple{}, time.Time{}, []any{}, map[string]int{}, map[string]any{}, KafkaRecord{}} {
		gob.Register(v)
	}
}

// save is what a checkpoint has to know of the stream, nil if nothing.
func (d *DStream) save() (*savedStream, error) {
	if !d.useful {
		return nil, nil
	}
	if d.snapshots != nil && d.steady {
		return d.snapshots.save(), nil
	}
	if !d.kept {
		return nil, nil
	}
	if d.proto == nil {
		return nil, errors.New("the type of the records is known only when a batch runs, because of a Transform before")
	}
	s := &savedStream{}
	d.mu.Lock()
	defer d.mu.Unlock()
	for t, m := range d.made {
		if m.rdd == nil {
			continue
		}
		if !m.rdd.shape.Same(d.proto.shape) {
			return nil, fmt.Errorf("the records are %s, and were defined as %s", m.rdd.shape, d.proto.shape)
		}
		r := savedRDD{Time: t}
		if h, ok := m.rdd.by.(*plan.Hash); ok {
			r.Hash, r.Keys = h.N, h.Keys
		}
		for _, p := range memory(m.rdd) {
			rows, err := saveRows(p, d.proto.shape)
			if err != nil {
				return nil, err
			}
			r.Parts = append(r.Parts, rows)
		}
		s.RDDs = append(s.RDDs, r)
	}
	return s, nil
}

// load puts back what save gave.
func (d *DStream) load(s savedStream) error {
	if d.snapshots != nil && d.steady {
		return d.snapshots.load(d, s)
	}
	if d.proto == nil {
		return errors.New("the type of the records is not known")
	}
	shape := d.proto.shape
	latest := int64(0)
	for _, r := range s.RDDs {
		like := d.ssc.empty(shape)
		if r.Hash > 0 {
			like.by = &plan.Hash{N: r.Hash, Keys: r.Keys}
		}
		parts := make([]rows, len(r.Parts))
		for i, p := range r.Parts {
			b, err := loadRows(p, shape)
			if err != nil {
				return err
			}
			if b.N > 0 {
				parts[i] = rows{b}
			}
		}
		rdd := d.ssc.sc.held(d.op, like, parts)
		d.made[r.Time] = made{rdd: rdd}
		if d.recalled != nil && r.Time > latest {
			latest = r.Time
			d.recalled(rdd)
		}
	}
	return nil
}

func saveRows(p rows, s gofunc.Shape) (savedRows, error) {
	all := s.NewBatch(0)
	for _, b := range p {
		all.Append(b)
	}
	r := savedRows{N: all.N}
	for _, c := range all.Cols {
		var buf bytes.Buffer
		e := gob.NewEncoder(&buf)
		v := savedColumn{}
		if c.HasNulls() {
			v.Valid = make([]bool, all.N)
			for i := range v.Valid {
				v.Valid[i] = !c.Null(i)
			}
		}
		if err := e.Encode(v); err != nil {
			return r, err
		}
		if err := e.EncodeValue(gobSlice(c)); err != nil {
			return r, fmt.Errorf("values of type %s cannot be written: %w", gofunc.TypeName(c.Elem()), err)
		}
		r.Cols = append(r.Cols, buf.Bytes())
	}
	return r, nil
}

// gobSlice is a column's values as gob writes them.
func gobSlice(c batch.Vector) reflect.Value {
	if c.Elem() != anyLeaf.Elem {
		return c.Values()
	}
	all := make([]boxed, c.Len())
	for i := range all {
		all[i].V = c.Any(i)
	}
	return reflect.ValueOf(all)
}

func loadRows(r savedRows, s gofunc.Shape) (*batch.Batch, error) {
	b := &batch.Batch{N: r.N}
	if len(r.Cols) != s.Width() {
		return nil, fmt.Errorf("the checkpoint has %d columns, want %d: %s", len(r.Cols), s.Width(), s)
	}
	for i, t := range s.Elems() {
		d := gob.NewDecoder(bytes.NewReader(r.Cols[i]))
		var v savedColumn
		if err := d.Decode(&v); err != nil {
			return nil, err
		}
		c := batch.NewVector(t, r.N)
		at := reflect.SliceOf(t)
		if t == anyLeaf.Elem {
			at = reflect.TypeFor[[]boxed]()
		}
		values := reflect.New(at)
		if err := d.DecodeValue(values); err != nil {
			return nil, fmt.Errorf("the checkpoint does not have values of type %s: %w", gofunc.TypeName(t), err)
		}
		for k := range values.Elem().Len() {
			x := values.Elem().Index(k).Interface()
			if v.Valid != nil && !v.Valid[k] {
				c.AppendNull()
				continue
			}
			if box, ok := x.(boxed); ok && t == anyLeaf.Elem {
				x = box.V
			}
			c.AppendAny(x)
		}
		b.Cols = append(b.Cols, c)
	}
	return b, nil
}

func (m *mapWithState) save() *savedStream {
	s := &savedStream{}
	for _, t := range m.tables {
		var es []savedEntry
		for _, e := range t.entries {
			if !e.dead {
				es = append(es, savedEntry{Key: boxed{e.key}, Value: boxed{e.value}, At: e.at})
			}
		}
		s.Tables = append(s.Tables, es)
	}
	return s
}

func (m *mapWithState) load(d *DStream, s savedStream) error {
	if len(s.Tables) == 0 {
		return nil
	}
	p := d.parents[0].proto
	if p == nil {
		return errors.New("the type of the records is not known")
	}
	if len(s.Tables) != m.parts {
		return fmt.Errorf("the checkpoint has %d partitions, and the state %d; set NumPartitions(%d)", len(s.Tables), m.parts, len(s.Tables))
	}
	m.key = p.keyed("MapWithState").shape.Key()
	m.tables = make([]*stateTable, m.parts)
	for i, es := range s.Tables {
		t := &stateTable{index: map[any]int{}}
		for _, e := range es {
			t.put(e.Key.V, e.Value.V, e.At)
		}
		m.tables[i] = t
	}
	return nil
}
