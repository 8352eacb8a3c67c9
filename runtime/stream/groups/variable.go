package groups

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"

	"gospark/runtime/plan"
	"gospark/runtime/state"
)

// variable is a Variable in one task. What it has of a key is one value of state: entries, each an expiry in ms (with a
// time to live), the length of the key and the key (of maps), and the length of the item and the item.
type variable struct {
	Variable
	table   *state.Table
	ttl     *state.Table // keys by the time when an entry may be over
	now     int64
	key     []byte
	updated int64
	removed int64
	err     error
}

var kindNames = [...]string{Value: "value.", List: "list.", Map: "map."}

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

// entries are those of the key that are not over.
func (v *variable) entries() (all []entry) {
	b, _ := v.table.Get(0, v.key)
	return v.parse(slices.Clone(b))
}

func (v *variable) parse(b []byte) (all []entry) {
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
		var e entry
		if v.ttl != nil {
			if len(b) < 8 {
				v.fail(fmt.Errorf("state: the variable %q is damaged", v.Name))
				return all
			}
			e.expires = int64(binary.LittleEndian.Uint64(b))
			b = b[8:]
		}
		if v.Kind == Map {
			e.key = part()
		}
		e.item = part()
		if v.ttl == nil || e.expires > v.now {
			all = append(all, e)
		}
	}
	return all
}

// set replaces the entries of the key.
func (v *variable) set(all []entry) {
	if len(all) == 0 {
		if v.table.Remove(0, v.key) {
			v.removed++
		}
		return
	}
	var b []byte
	for _, e := range all {
		if v.ttl != nil {
			b = binary.LittleEndian.AppendUint64(b, uint64(e.expires))
			v.ttl.Put(slotOf(e.expires), v.key, nil)
		}
		if v.Kind == Map {
			b = append(binary.AppendUvarint(b, uint64(len(e.key))), e.key...)
		}
		b = append(binary.AppendUvarint(b, uint64(len(e.item))), e.item...)
	}
	v.table.Put(0, v.key, b)
	v.updated++
}

// entry makes an entry of values.
func (v *variable) entry(key, item any) (e entry, ok bool) {
	var err error
	if v.Kind == Map {
		if e.key, err = v.Key.Encode(key); err != nil {
			v.fail(err)
			return e, false
		}
	}
	if e.item, err = v.Item.Encode(item); err != nil {
		v.fail(err)
		return e, false
	}
	e.expires = v.now + v.TTL
	return e, true
}

func (v *variable) decode(c Codec, b []byte) any {
	x, err := c.Decode(b)
	if err != nil {
		v.fail(fmt.Errorf("state: the variable %q: %w", v.Name, err))
	}
	return x
}

// forget takes entries away that are over.
func (v *variable) forget() error {
	if v.ttl == nil {
		return nil
	}
	for _, k := range over(v.ttl, v.now) {
		v.key = k.name
		before, there := v.table.Get(0, v.key)
		if !there {
			v.ttl.Remove(k.slot, k.name)
			continue
		}
		size := len(before)
		left := v.entries()
		if n := v.sizeOf(left); n != size {
			v.set(left)
			v.updated--
		}
		if k.slot+grain <= v.now || len(left) == 0 {
			v.ttl.Remove(k.slot, k.name)
		}
	}
	return v.err
}

// sizeOf is how many bytes entries take.
func (v *variable) sizeOf(all []entry) int {
	n := 0
	var b [binary.MaxVarintLen64]byte
	for _, e := range all {
		n += 8 + binary.PutUvarint(b[:], uint64(len(e.item))) + len(e.item)
		if v.Kind == Map {
			n += binary.PutUvarint(b[:], uint64(len(e.key))) + len(e.key)
		}
	}
	return n
}

func sortTimers(all []timer) {
	slices.SortFunc(all, func(a, b timer) int { return cmp.Or(cmp.Compare(a.at, b.at), bytes.Compare(a.key, b.key)) })
}

// Value is the value variable of the key: nil when there is none.
func (h *Handle) Value(name string) any {
	if v := h.variable(name, Value); v != nil {
		for _, e := range v.entries() {
			return v.decode(v.Item, e.item)
		}
	}
	return nil
}

// SetValue sets it, and Clear empties a variable of any kind.
func (h *Handle) SetValue(name string, x any) {
	if v := h.variable(name, Value); v != nil {
		if e, ok := v.entry(nil, x); ok {
			v.set([]entry{e})
		}
	}
}

func (h *Handle) Clear(name string) {
	v := h.variables[name]
	if v == nil {
		h.fail(fmt.Errorf("there is no such state variable %q; declare it", name))
		return
	}
	v.key = h.key
	v.set(nil)
}

// List is the items of a list variable, SetList replaces them, and AppendList adds some.
func (h *Handle) List(name string) (items []any) {
	if v := h.variable(name, List); v != nil {
		for _, e := range v.entries() {
			items = append(items, v.decode(v.Item, e.item))
		}
	}
	return items
}

func (h *Handle) SetList(name string, items []any) {
	if v := h.variable(name, List); v != nil {
		v.set(v.appended(nil, items))
	}
}

func (h *Handle) AppendList(name string, items ...any) {
	if v := h.variable(name, List); v != nil {
		v.set(v.appended(v.entries(), items))
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
	k, err := v.Key.Encode(key)
	if err != nil {
		v.fail(err)
		return nil
	}
	for _, e := range v.entries() {
		if bytes.Equal(e.key, k) {
			return v.decode(v.Item, e.item)
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
	all := v.entries()
	if i := slices.IndexFunc(all, func(x entry) bool { return bytes.Equal(x.key, e.key) }); i >= 0 {
		all[i] = e
	} else {
		all = append(all, e)
	}
	v.set(all)
}

func (h *Handle) Remove(name string, key any) {
	v := h.variable(name, Map)
	if v == nil {
		return
	}
	k, err := v.Key.Encode(key)
	if err != nil {
		v.fail(err)
		return
	}
	v.set(slices.DeleteFunc(v.entries(), func(x entry) bool { return bytes.Equal(x.key, k) }))
}

func (h *Handle) Entries(name string, f func(key, item any) bool) {
	if v := h.variable(name, Map); v != nil {
		for _, e := range v.entries() {
			if !f(v.decode(v.Key, e.key), v.decode(v.Item, e.item)) {
				return
			}
		}
	}
}
