package groups

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"gospark/runtime/plan"
	"gospark/runtime/state"
)

// variable is a Variable in one task. What it has of a key is one value of state: entries, each an expiry in ms (with a
// time to live), the length of the key and the key (of maps), and the length of the item and the item. They are read when
// a call for the key first asks for them, and written after it.
type variable struct {
	Variable
	table *state.Table
	ttl   *state.Table // keys by the time when the first entry is over
	now   int64
	err   error

	key              []byte // what is loaded, nil: nothing is
	all              []entry
	index            map[string]int // of map keys, when there are many
	filed            int64          // where the key stands in ttl, never: nowhere
	changed          bool
	updated, removed int64
}

var kindNames = [...]string{Value: "value.", List: "list.", Map: "map."}

// never is the expiry of what has none.
const never = math.MaxInt64

func newVariable(v Variable, t plan.GroupTask) *variable {
	x := &variable{Variable: v, now: t.Now, table: t.Store.Table(kindNames[v.Kind] + v.Name)}
	if v.TTL > 0 {
		x.ttl = t.Store.Table("ttl." + v.Name)
	}
	return x
}

type entry struct {
	expires   int64
	key, item []byte
}

func (v *variable) fail(err error) {
	if v.err == nil {
		v.err = err
	}
}

// load reads the entries of a key that are not over.
func (v *variable) load(key []byte) {
	if v.key != nil {
		return
	}
	b, _ := v.table.Get(0, key)
	v.key, v.all, v.index, v.filed, v.changed = key, v.all[:0], nil, never, false
	v.parse(slices.Clone(b))
}

func (v *variable) parse(b []byte) {
	part := func() []byte {
		n, k := binary.Uvarint(b)
		if k <= 0 || uint64(len(b)-k) < n {
			v.fail(fmt.Errorf("state: the variable %q is damaged", v.Name))
			b = nil
			return nil
		}
		p := b[k : k+int(n)]
		b = b[k+int(n):]
		return p
	}
	for len(b) > 0 {
		e := entry{expires: never}
		if v.ttl != nil {
			if len(b) < 8 {
				v.fail(fmt.Errorf("state: the variable %q is damaged", v.Name))
				return
			}
			e.expires = int64(binary.LittleEndian.Uint64(b))
			b = b[8:]
			v.filed = min(v.filed, e.expires)
		}
		if v.Kind == Map {
			e.key = part()
		}
		e.item = part()
		if e.expires > v.now {
			v.all = append(v.all, e)
		}
	}
}

// finish writes what has changed, and forgets the key.
func (v *variable) finish() (err error) {
	if v.key != nil && v.changed && v.err == nil {
		v.write()
	}
	err, v.err, v.key = v.err, nil, nil
	return err
}

func (v *variable) write() {
	first := int64(never)
	var b []byte
	for _, e := range v.all {
		if v.ttl != nil {
			b = binary.LittleEndian.AppendUint64(b, uint64(e.expires))
			first = min(first, e.expires)
		}
		if v.Kind == Map {
			b = append(binary.AppendUvarint(b, uint64(len(e.key))), e.key...)
		}
		b = append(binary.AppendUvarint(b, uint64(len(e.item))), e.item...)
	}
	if v.ttl != nil && v.filed != first {
		if v.filed != never {
			v.ttl.Remove(slotOf(v.filed), v.key)
		}
		if first != never {
			v.ttl.Put(slotOf(first), v.key, timeValue(first))
		}
	}
	if len(v.all) == 0 {
		if v.table.Remove(0, v.key) {
			v.removed++
		}
		return
	}
	v.table.Put(0, v.key, b)
	v.updated++
}

// forget takes entries away that are over.
func (v *variable) forget() error {
	if v.ttl == nil {
		return nil
	}
	for _, k := range over(v.ttl, v.now, valueTime) {
		before := v.updated
		v.load(k)
		v.changed = true
		if err := v.finish(); err != nil {
			return err
		}
		v.updated = before
	}
	return nil
}

// replace makes others the entries of the key.
func (v *variable) replace(all []entry) { v.all, v.index, v.changed = all, nil, true }

// entry makes an entry of values.
func (v *variable) entry(key, item any) (e entry, ok bool) {
	if v.Kind == Map {
		if e.key, ok = v.encode(v.Key, key); !ok {
			return e, false
		}
	}
	e.item, ok = v.encode(v.Item, item)
	e.expires = never
	if v.ttl != nil {
		e.expires = v.now + v.TTL
	}
	return e, ok
}

func (v *variable) encode(c Codec, x any) ([]byte, bool) {
	b, err := c.Encode(x)
	if err != nil {
		v.fail(fmt.Errorf("state: the variable %q: %w", v.Name, err))
	}
	return b, err == nil
}

func (v *variable) decode(c Codec, b []byte) any {
	x, err := c.Decode(b)
	if err != nil {
		v.fail(fmt.Errorf("state: the variable %q: %w", v.Name, err))
	}
	return x
}

// few is how many entries of a map are searched one by one.
const few = 8

// find is where a key of a map stands, -1 if it is not there.
func (v *variable) find(key []byte) int {
	if len(v.all) <= few {
		return slices.IndexFunc(v.all, func(e entry) bool { return string(e.key) == string(key) })
	}
	if v.index == nil {
		v.index = make(map[string]int, len(v.all))
		for i, e := range v.all {
			v.index[string(e.key)] = i
		}
	}
	if i, ok := v.index[string(key)]; ok {
		return i
	}
	return -1
}

// Value is the value variable of the key: nil when there is none.
func (h *Handle) Value(name string) any {
	if v := h.variable(name, Value); v != nil && len(v.all) > 0 {
		return v.decode(v.Item, v.all[0].item)
	}
	return nil
}

// SetValue sets it, and Clear empties a variable of any kind.
func (h *Handle) SetValue(name string, x any) {
	if v := h.variable(name, Value); v != nil {
		if e, ok := v.entry(nil, x); ok {
			v.replace([]entry{e})
		}
	}
}

func (h *Handle) Clear(name string) {
	if v := h.variables[name]; v == nil {
		h.missing(name)
	} else if v = h.variable(name, v.Kind); len(v.all) > 0 {
		v.replace(nil)
	}
}

// Exists says whether a variable has something.
func (h *Handle) Exists(name string) bool {
	v := h.variables[name]
	if v == nil {
		h.missing(name)
		return false
	}
	return len(h.variable(name, v.Kind).all) > 0
}

// List is the items of a list variable, SetList replaces them, and AppendList adds some.
func (h *Handle) List(name string) (items []any) {
	if v := h.variable(name, List); v != nil {
		for _, e := range v.all {
			items = append(items, v.decode(v.Item, e.item))
		}
	}
	return items
}

func (h *Handle) SetList(name string, items []any) {
	if v := h.variable(name, List); v != nil {
		v.replace(v.appended(nil, items))
	}
}

func (h *Handle) AppendList(name string, items ...any) {
	if v := h.variable(name, List); v != nil {
		v.replace(v.appended(v.all, items))
	}
}

func (v *variable) appended(all []entry, items []any) []entry {
	for _, x := range items {
		if e, ok := v.entry(nil, x); ok {
			all = append(all, e)
		}
	}
	return all
}

// Get is the item of a key of a map variable, nil when there is none; Put sets it and Remove takes it away. Entries calls
// f for all of them, in the order in which they were put first, until it says no.
func (h *Handle) Get(name string, key any) any {
	v := h.variable(name, Map)
	if v == nil {
		return nil
	}
	if k, ok := v.encode(v.Key, key); ok {
		if i := v.find(k); i >= 0 {
			return v.decode(v.Item, v.all[i].item)
		}
	}
	return nil
}

func (h *Handle) Put(name string, key, item any) {
	v := h.variable(name, Map)
	if v == nil {
		return
	}
	e, ok := v.entry(key, item)
	if !ok {
		return
	}
	v.changed = true
	if i := v.find(e.key); i >= 0 {
		v.all[i] = e
		return
	}
	if v.index != nil {
		v.index[string(e.key)] = len(v.all)
	}
	v.all = append(v.all, e)
}

func (h *Handle) Remove(name string, key any) {
	v := h.variable(name, Map)
	if v == nil {
		return
	}
	if k, ok := v.encode(v.Key, key); ok {
		if i := v.find(k); i >= 0 {
			v.replace(slices.Delete(v.all, i, i+1))
		}
	}
}

func (h *Handle) Entries(name string, f func(key, item any) bool) {
	if v := h.variable(name, Map); v != nil {
		for _, e := range slices.Clone(v.all) { // f may change them
			if !f(v.decode(v.Key, e.key), v.decode(v.Item, e.item)) {
				return
			}
		}
	}
}
