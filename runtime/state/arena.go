package state

import (
	"encoding/binary"
	"math/bits"
)

// An arena holds the entries of a slot in chunks of bytes without pointers, so that the collector has nothing to follow.
// Entries are appended; one that is dead leaves a hole until its chunk is emptied.
//
// An entry lies at a multiple of 8 bytes: 4 bytes with its size in units of 8 and two flags, 4 bytes with the length of
// the key and the bytes unused at the end, the key, the value.
type arena struct {
	chunks []chunk
	free   []int // chunks without bytes
	cur    int   // the chunk that is appended to, -1 if none
	bytes  int   // allocated
}

type chunk struct {
	buf  []byte
	dead int // bytes of dead entries
	// round is the last round of the store that has written the chunk, or that it was made in: see rolling.
	round uint32
}

// A ref is where an entry lies: the chunk, and the unit in it.
type ref uint32

const (
	unit       = 8
	unitBits   = 17
	chunkBytes = unit << unitBits // of most chunks; an entry that is larger has one to itself
	maxChunks  = 1 << (32 - unitBits)
	firstChunk = 256
	headBytes  = 8

	maxKey   = 1<<24 - 1
	maxSlack = 1<<8 - 1
	maxValue = 1 << 30
)

func (r ref) chunk() int { return int(r >> unitBits) }
func (r ref) at() int    { return int(r&(1<<unitBits-1)) * unit }

// An entry is the bytes of one in its chunk.
type entry []byte

const (
	dead     = 1 << iota // no key of the slot
	dirty                // changed since the last commit, so what it was is in the log of changes
	flagBits = iota
)

func (e entry) head() uint32     { return binary.LittleEndian.Uint32(e) }
func (e entry) lens() uint32     { return binary.LittleEndian.Uint32(e[4:]) }
func (e entry) setHead(h uint32) { binary.LittleEndian.PutUint32(e, h) }
func (e entry) setLens(l uint32) { binary.LittleEndian.PutUint32(e[4:], l) }
func (e entry) is(f uint32) bool { return e.head()&f != 0 }
func (e entry) set(f uint32)     { e.setHead(e.head() | f) }
func (e entry) clear(f uint32)   { e.setHead(e.head() &^ f) }
func (e entry) keyLen() int      { return int(e.lens() >> 8) }
func (e entry) slack() int       { return int(e.lens() & maxSlack) }
func (e entry) key() []byte      { return e[headBytes : headBytes+e.keyLen()] }
func (e entry) value() []byte    { return e[headBytes+e.keyLen() : len(e)-e.slack()] }
func (e entry) room() int        { return len(e) - headBytes - e.keyLen() }

// fits says whether a value of n bytes can take the place of the entry's.
func (e entry) fits(n int) bool { return n <= e.room() && e.room()-n <= maxSlack }

// put sets the value, which fits.
func (e entry) put(value []byte) {
	copy(e[headBytes+e.keyLen():], value)
	e.setLens(uint32(e.keyLen())<<8 | uint32(e.room()-len(value)))
}

func sizeOf(head uint32) int { return int(head>>flagBits) * unit }

func (a *arena) entry(r ref) entry {
	b := a.chunks[r.chunk()].buf[r.at():]
	return entry(b[:sizeOf(binary.LittleEndian.Uint32(b))])
}

// add appends an entry with flags; it is false when the arena is full. The caller has checked the lengths.
func (a *arena) add(key, value []byte, f uint32, round uint32) (ref, bool) {
	return a.addGrowing(key, value, nil, 0, f, round)
}

// addGrowing is add for a value in two parts, with room for so many more bytes.
func (a *arena) addGrowing(key, value, more []byte, room int, f uint32, round uint32) (ref, bool) {
	need := headBytes + len(key) + len(value) + len(more)
	size := (need + min(room, maxSlack-unit) + unit - 1) &^ (unit - 1)
	if a.cur < 0 || len(a.chunks[a.cur].buf)+size > cap(a.chunks[a.cur].buf) {
		if !a.grow(size, round) {
			return 0, false
		}
	}
	c := &a.chunks[a.cur]
	at := len(c.buf)
	c.buf = c.buf[:at+size]
	e := entry(c.buf[at:])
	e.setHead(uint32(size/unit)<<flagBits | f)
	e.setLens(uint32(len(key))<<8 | uint32(size-need))
	copy(e[headBytes:], key)
	copy(e[headBytes+len(key):], value)
	copy(e[headBytes+len(key)+len(value):], more)
	return ref(a.cur<<unitBits | at/unit), true
}

// grow makes room for an entry: the current chunk is moved to twice the bytes up to the full size, then there is a new
// one. A new chunk is smaller than the full size while the arena is small.
func (a *arena) grow(size int, round uint32) bool {
	if a.cur >= 0 {
		c := &a.chunks[a.cur]
		if want := max(2*cap(c.buf), len(c.buf)+size); len(c.buf)+size <= chunkBytes {
			want = min(want, chunkBytes)
			buf := make([]byte, len(c.buf), want)
			copy(buf, c.buf)
			a.bytes += want - cap(c.buf)
			c.buf = buf
			return true
		}
	}
	want := max(firstChunk, size)
	if size <= chunkBytes {
		want = max(want, min(chunkBytes, 1<<bits.Len(uint(a.bytes/8))))
	}
	switch n := len(a.free); {
	case n > 0:
		a.cur, a.free = a.free[n-1], a.free[:n-1]
	case len(a.chunks) == maxChunks:
		return false
	default:
		a.cur = len(a.chunks)
		a.chunks = append(a.chunks, chunk{})
	}
	a.chunks[a.cur] = chunk{buf: make([]byte, 0, want), round: round}
	a.bytes += want
	return true
}

// live is the bytes of the entries that are alive.
func (a *arena) live() (n int) {
	for i := range a.chunks {
		n += len(a.chunks[i].buf) - a.chunks[i].dead
	}
	return n
}

func (a *arena) kill(r ref) {
	e := a.entry(r)
	e.set(dead)
	a.chunks[r.chunk()].dead += len(e)
}

func (a *arena) revive(r ref) {
	e := a.entry(r)
	e.clear(dead)
	a.chunks[r.chunk()].dead -= len(e)
}

// release gives the bytes of a chunk back; nothing in it is alive.
func (a *arena) release(i int) {
	a.bytes -= cap(a.chunks[i].buf)
	a.chunks[i] = chunk{}
	a.free = append(a.free, i)
	if a.cur == i {
		a.cur = -1
	}
}

// each calls f with the living entries of a chunk between two positions, until it says false. f may kill entries and
// append others.
func (a *arena) each(i, at, end int, f func(r ref, e entry) bool) bool {
	for at < end {
		r := ref(i<<unitBits | at/unit)
		e := a.entry(r)
		at += len(e)
		if !e.is(dead) && !f(r, e) {
			return false
		}
	}
	return true
}
