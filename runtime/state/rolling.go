package state

// Rolling is what keeps the way back short. A version can be read without those before it only if all that is in it was
// written since; writing everything at once would make one batch in many slow. So each version's file has, beside the
// batch's changes, a part of what did not change: a round writes chunk after chunk of the slots that were there when it
// began. When it is through, all that is in the state was written at or after the version in which the round began: either
// the entry was changed, or its chunk's turn came. (Entries that move are changed ones, or come from a chunk that was
// written: see slot.compact.) That version is the base of the store from then on, and reading starts there.
type rolling struct {
	base  int64  // the version to start reading from
	round uint32 // chunks made in a round carry its number, as those it has written
	from  int64  // the version in which the round began
	todo  []rollSlot
	left  int // bytes to do, about
	least int // the bytes that any version may cost
}

type rollSlot struct {
	t      *Table
	id     int64
	s      *slot
	chunks int // how many there were when the round began
	next   int
	at     int // how far the next one is written
}

const (
	// minRoll is the least of a version: small states are whole in each of them.
	minRoll = 16 << 10
	// rollShare is the part of a version's changes that is written besides, so that the way back is at most some times
	// as long as the state.
	rollShare = 0.5
	// maxWay is about how many versions may have to be read.
	maxWay = 2048
	// hurry is in how many versions a round ends at least when the way is longer.
	hurry = 16
)

// begin starts a round when none is under way.
func (r *rolling) begin(version int64, whole bool, tables []*Table) {
	if len(r.todo) > 0 && !whole {
		return
	}
	r.round++
	r.from, r.todo, r.left = version, r.todo[:0], 0
	for _, t := range tables {
		for _, id := range t.order {
			s := t.slots[id]
			if s.fresh || s.n == 0 { // all in the changes
				continue
			}
			r.todo = append(r.todo, rollSlot{t: t, id: id, s: s, chunks: len(s.chunks)})
			r.left += s.live()
		}
	}
}

// roll writes the version's part of the round.
func (r *rolling) roll(version int64, whole bool, w *sectionWriter) {
	budget := max(r.least, int(rollShare*float64(w.size())), r.left/max(hurry, maxWay-int(version-r.base)))
	for len(r.todo) > 0 && (budget > 0 || whole) {
		d := &r.todo[0]
		if d.s.gone || d.next == d.chunks {
			*d, r.todo = rollSlot{}, r.todo[1:]
			continue
		}
		n, done := d.roll(r.round, budget, whole, w)
		budget -= n
		r.left -= n
		if done {
			d.next, d.at = d.next+1, 0
		}
	}
	if len(r.todo) == 0 {
		r.base = r.from
	}
}

// roll writes entries of the next chunk, at least one and about budget bytes, and says how many bytes they were and
// whether the chunk is done. What is appended to it from now on is a change.
func (d *rollSlot) roll(round uint32, budget int, whole bool, w *sectionWriter) (n int, done bool) {
	c := &d.s.chunks[d.next]
	if c.round == round { // written when it was emptied, and perhaps in use again
		return 0, true
	}
	end := len(c.buf)
	d.s.each(d.next, d.at, end, func(r ref, e entry) bool {
		w.put(d.t, d.id, e)
		n += len(e)
		d.at = r.at() + len(e)
		return whole || n < budget
	})
	if n > 0 && (!whole && n >= budget) && d.at < end {
		return n, false
	}
	c.round = round
	return n, true
}
