package state

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// A model is what the state should be: by store and table, slot and key.
type model map[modelKey]string

type modelKey struct {
	operator, partition int
	table               string
	slot                int64
	key                 string
}

func (m model) of(f func(modelKey) bool) []modelKey {
	var ks []modelKey
	for k := range m {
		if f(k) {
			ks = append(ks, k)
		}
	}
	return ks
}

var (
	modelStores = []storeID{{0, 0}, {0, 1}, {1, 0}}
	modelTables = []string{"", "left"}
)

// machine runs a provider beside a model.
type machine struct {
	t        *rapid.T
	dir      string
	p        *Provider
	stores   map[storeID]*Store
	version  int64
	now      model
	versions map[int64]model
	retain   int64
	least    int   // of the provider
	newest   int64 // of the versions there ever were
}

func (m *machine) open(version int64) {
	m.stores = map[storeID]*Store{}
	for _, id := range modelStores {
		s, err := m.p.Store(id.operator, id.partition, version)
		if err != nil {
			m.t.Fatalf("version %d: %v", version, err)
		}
		m.stores[id] = s
	}
	m.version, m.now = version, maps.Clone(m.versions[version])
}

func (m *machine) table() (*Table, modelKey) {
	id := rapid.SampledFrom(modelStores).Draw(m.t, "store")
	name := rapid.SampledFrom(modelTables).Draw(m.t, "table")
	slot := rapid.Int64Range(-1, 2).Draw(m.t, "slot")
	return m.stores[id].Table(name), modelKey{id.operator, id.partition, name, slot, ""}
}

func (m *machine) key() []byte {
	n := rapid.IntRange(0, 200).Draw(m.t, "key")
	return []byte(strings.Repeat("k", n%7) + fmt.Sprint(n))
}

func (m *machine) value() []byte {
	c := rapid.Byte().Draw(m.t, "value")
	n := rapid.OneOf(rapid.IntRange(0, 40), rapid.SampledFrom([]int{300, 5000})).Draw(m.t, "length")
	return []byte(strings.Repeat(string(rune('a'+c%26)), n))
}

func (m *machine) put(t *Table, k modelKey) {
	key, value := m.key(), m.value()
	t.Put(k.slot, key, value)
	k.key = string(key)
	m.now[k] = string(value)
}

func (m *machine) append(t *Table, k modelKey) {
	key, more := m.key(), m.value()
	t.Append(k.slot, key, more)
	k.key = string(key)
	m.now[k] += string(more)
}

func (m *machine) remove(t *Table, k modelKey) {
	key := m.key()
	k.key = string(key)
	_, want := m.now[k]
	if got := t.Remove(k.slot, key); got != want {
		m.t.Fatalf("remove of %v says %v", k, got)
	}
	delete(m.now, k)
}

func (m *machine) drop(t *Table, k modelKey) {
	ks := m.now.of(func(x modelKey) bool { x.key = ""; return x == k })
	if got := t.DropSlot(k.slot); got != len(ks) {
		m.t.Fatalf("drop of slot %v: %d keys, want %d", k, got, len(ks))
	}
	for _, x := range ks {
		delete(m.now, x)
	}
}

// sweep removes and changes keys while it goes through them.
func (m *machine) sweep(t *Table, k modelKey) {
	for key, value := range t.All(k.slot) {
		x := k
		x.key = string(key)
		if m.now[x] != string(value) {
			m.t.Fatalf("%v is %q, want %q", x, value, m.now[x])
		}
		switch len(key) % 3 {
		case 0:
			t.Remove(k.slot, key)
			delete(m.now, x)
		case 1:
			v := string(value) + "+"
			t.Put(k.slot, key, []byte(v))
			m.now[x] = v
		}
	}
}

// check compares everything.
func (m *machine) check() {
	n := 0
	for id, s := range m.stores {
		for _, name := range modelTables {
			t := s.Table(name)
			tn := 0
			for _, slot := range t.Slots() {
				if t.SlotLen(slot) == 0 {
					m.t.Fatalf("slot %d has no keys", slot)
				}
				sn := 0
				for key, value := range t.All(slot) {
					k := modelKey{id.operator, id.partition, name, slot, string(key)}
					if want, ok := m.now[k]; !ok || want != string(value) {
						m.t.Fatalf("%v is %q, want %q, %v", k, value, want, ok)
					}
					if got, ok := t.Get(slot, key); !ok || string(got) != string(value) {
						m.t.Fatalf("%v is %q by itself, %v", k, got, ok)
					}
					sn++
				}
				if sn != t.SlotLen(slot) {
					m.t.Fatalf("slot %d has %d keys and says %d", slot, sn, t.SlotLen(slot))
				}
				tn += sn
			}
			if tn != t.Len() || !slices.IsSorted(t.Slots()) {
				m.t.Fatalf("table %q has %d keys and says %d; slots %v", name, tn, t.Len(), t.Slots())
			}
			n += tn
		}
	}
	if n != len(m.now) {
		m.t.Fatalf("%d keys, want %d", n, len(m.now))
	}
}

func (m *machine) commit() {
	got, err := m.p.Commit(m.t.Context(), m.version+1)
	if err != nil {
		m.t.Fatal(err)
	}
	if got.Keys != int64(len(m.now)) || got.Memory <= 0 && got.Keys > 0 || got.Written <= 0 {
		m.t.Fatalf("%d keys, metrics %+v", len(m.now), got)
	}
	m.version++
	m.newest = max(m.newest, m.version)
	maps.DeleteFunc(m.versions, func(v int64, _ model) bool { return v > m.version })
	m.versions[m.version] = maps.Clone(m.now)
}

func (m *machine) reopen() {
	m.p.Close()
	p, err := Open(m.dir, Options{Retain: int(m.retain)})
	if err != nil {
		m.t.Fatal(err)
	}
	p.least = m.least
	m.p = p
}

func newMachine(t *rapid.T, dir string) *machine {
	m := &machine{t: t, dir: dir, versions: map[int64]model{0: {}}, retain: rapid.Int64Range(1, 8).Draw(t, "retain")}
	p, err := Open(dir, Options{Retain: int(m.retain)})
	if err != nil {
		t.Fatal(err)
	}
	m.least = rapid.SampledFrom([]int{0, 500, minRoll}).Draw(t, "least")
	p.least = m.least
	m.p = p
	m.open(0)
	return m
}

// The state is what a map would be, through any changes, commits, aborts, restarts and ways back.
func TestModel(t *testing.T) {
	outer := t
	rapid.Check(t, func(t *rapid.T) {
		m := newMachine(t, outer.TempDir())
		defer func() { m.p.Close() }()
		on := func(f func(*Table, modelKey)) func(*rapid.T) {
			return func(t *rapid.T) { f(m.table()) }
		}
		many := on(func(t *Table, k modelKey) {
			for range rapid.IntRange(1, 60).Draw(m.t, "n") {
				m.put(t, k)
			}
		})
		t.Repeat(map[string]func(*rapid.T){
			"":        func(t *rapid.T) { m.check() },
			"put":     on(m.put),
			"append":  on(m.append),
			"many":    many,
			"many2":   many,
			"remove":  on(m.remove),
			"drop":    on(m.drop),
			"sweep":   on(m.sweep),
			"commit":  func(*rapid.T) { m.commit() },
			"commit2": func(*rapid.T) { m.commit() },
			"abort": func(t *rapid.T) {
				m.p.Abort()
				m.now = maps.Clone(m.versions[m.version])
			},
			"retry": func(t *rapid.T) { // of one task
				id := rapid.SampledFrom(modelStores).Draw(t, "store")
				s, err := m.p.Store(id.operator, id.partition, m.version)
				if err != nil {
					t.Fatal(err)
				}
				m.stores[id] = s
				in := func(k modelKey) bool { return k.operator == id.operator && k.partition == id.partition }
				for _, k := range m.now.of(in) {
					delete(m.now, k)
				}
				for _, k := range m.versions[m.version].of(in) {
					m.now[k] = m.versions[m.version][k]
				}
			},
			"restart": func(t *rapid.T) {
				m.reopen()
				m.open(m.version)
			},
			"back": func(t *rapid.T) {
				v := rapid.Int64Range(max(0, min(m.version, m.newest-1-m.retain)), m.version).Draw(t, "version")
				if rapid.Bool().Draw(t, "reopen") {
					m.reopen()
				}
				m.open(v)
			},
		})
	})
}
