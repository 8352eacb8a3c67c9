package op

import "gospark/runtime/batch"

// clusters collects rows by the first bits of their keys' hashes and hands them out in batches of one cluster each.
//
// A key table that is larger than the caches costs a miss for each array that a row touches: the table's words, its keys,
// the state of every aggregate. As a key's place in the table is that of its hash among all, and keys are numbered as
// they come, the rows of a cluster touch a small part of each array, and touch it again and again. Rows of the same key
// stay in their order.
type clusters struct {
	parts  []cluster
	room   int    // rows of a cluster
	short  []bool // whether a key column is kept as short keys
	same   []int  // the first input column that is the same vector
	out    clustered
	rows   []int32 // scratch
	hashes []uint64
}

// A cluster is rows that wait.
type cluster struct {
	batch.Batch // without the columns in words, and those that are the same as others
	hashes      []uint64
	words       [][]shortKey // of the key columns that are short keys
	long        [][]string   // the strings of those that are long
}

// clustered is a batch of a cluster, the hashes of its keys, and the short keys of columns of strings. It is valid until
// the function that takes it returns.
type clustered struct {
	batch.Batch
	hashes []uint64
	words  [][]shortKey
}

const (
	clusterBits  = 7
	clusterBytes = 64 << 20 // that rows may take while they wait
	clusterRows  = 1 << 10  // the fewest that are worth it
)

// newClusters makes room for rows like those of b; nil if they are too wide. The second result is what it takes.
func newClusters(b *batch.Batch, keys int) (*clusters, int64) {
	const n = 1 << clusterBits
	width := b.Bytes()/int64(max(b.N, 1)) + 16
	room := min(batch.Size, clusterBytes/n/width)
	if room < clusterRows {
		return nil, 0
	}
	c := &clusters{parts: make([]cluster, n), room: int(room), short: make([]bool, keys)}
	for i := range c.short {
		_, text := b.Cols[i].(*batch.Vec[string])
		c.short[i] = text && !b.Cols[i].HasNulls()
	}
	for i, v := range b.Cols {
		c.same = append(c.same, i)
		for j := keys; j < i; j++ {
			if b.Cols[j] == v {
				c.same[i] = j
				break
			}
		}
	}
	for p := range c.parts {
		q := &c.parts[p]
		q.hashes, q.words, q.long = make([]uint64, 0, room), make([][]shortKey, keys), make([][]string, keys)
		for i, v := range b.Cols {
			switch {
			case i < keys && c.short[i]:
				q.words[i] = make([]shortKey, 0, room)
				q.Cols = append(q.Cols, v.Like(0))
			case c.same[i] != i:
				q.Cols = append(q.Cols, v.Like(0))
			default:
				q.Cols = append(q.Cols, v.Like(c.room))
			}
		}
	}
	c.out.Cols = make([]batch.Vector, len(b.Cols))
	for i := range c.short {
		c.out.Cols[i] = b.Cols[i].Like(0)
	}
	return c, width * room * n
}

// add takes the selected rows of b, whose keys have the hashes h. Clusters that have no room for them are passed to full
// before, and are empty after that.
func (c *clusters) add(b *batch.Batch, h []uint64, full func(*clustered) error) error {
	for i, v := range b.Cols {
		short := i < len(c.short) && c.short[i] && v.HasNulls() // short keys have none
		if short || v != b.Cols[c.same[i]] {
			if err := c.rest(full); err != nil {
				return err
			}
			if c.same[i] = i; short {
				c.short[i] = false
			}
		}
	}
	start := c.sort(b, h)
	for p := range c.parts {
		q := &c.parts[p]
		for lo, hi := int(start[p]), int(start[p+1]); lo < hi; {
			n := min(hi-lo, c.room-q.N)
			if n == 0 {
				if err := c.pass(q, full); err != nil {
					return err
				}
				continue
			}
			c.put(q, b, lo, lo+n)
			lo += n
		}
	}
	return nil
}

// sort lists the rows and their hashes by cluster, and says where each cluster starts.
func (c *clusters) sort(b *batch.Batch, h []uint64) (start [1<<clusterBits + 1]int32) {
	if cap(c.rows) < len(h) {
		c.rows, c.hashes = make([]int32, len(h)), make([]uint64, len(h))
	}
	rows, hashes := c.rows[:len(h)], c.hashes[:len(h)]
	var next [1 << clusterBits]int32
	for _, x := range h {
		next[x>>(64-clusterBits)]++
	}
	sum := int32(0)
	for p, n := range next {
		start[p], next[p] = sum, sum
		sum += n
	}
	start[len(next)] = sum
	for i, x := range h {
		p := x >> (64 - clusterBits)
		k := next[p]
		next[p]++
		rows[k], hashes[k] = int32(at(b.Sel, i)), x
	}
	return start
}

// put adds the sorted rows from lo to hi to their cluster.
func (c *clusters) put(q *cluster, b *batch.Batch, lo, hi int) {
	rows := c.rows[lo:hi]
	q.hashes = append(q.hashes, c.hashes[lo:hi]...)
	for i, v := range q.Cols {
		if i >= len(c.short) || !c.short[i] {
			if c.same[i] == i {
				v.Append(b.Cols[i], rows)
			}
			continue
		}
		src, words := b.Cols[i].(*batch.Vec[string]).V, q.words[i]
		for _, r := range rows {
			w := shortKeyOf(src[r])
			words = append(words, w)
			if w.long() {
				q.long[i] = append(q.long[i], src[r])
			}
		}
		q.words[i] = words
	}
	q.N += len(rows)
}

// rest passes on what waits.
func (c *clusters) rest(full func(*clustered) error) error {
	for p := range c.parts {
		if q := &c.parts[p]; q.N > 0 {
			if err := c.pass(q, full); err != nil {
				return err
			}
		}
	}
	return nil
}

// pass hands a cluster out and empties it.
func (c *clusters) pass(q *cluster, full func(*clustered) error) error {
	c.out.N, c.out.hashes, c.out.words = q.N, q.hashes, q.words
	for i := range q.Cols {
		if i >= len(c.short) || !c.short[i] {
			c.out.Cols[i] = q.Cols[c.same[i]]
			continue
		}
		text := c.out.Cols[i].(*batch.Vec[string])
		text.V = text.V[:0]
		long := q.long[i]
		for j := range q.words[i] {
			if w := &q.words[i][j]; w.long() {
				text.V, long = append(text.V, long[0]), long[1:]
			} else {
				text.V = append(text.V, w.text())
			}
		}
	}
	err := full(&c.out)
	q.Reset()
	q.hashes = q.hashes[:0]
	for i := range q.words {
		clear(q.long[i])
		q.words[i], q.long[i] = q.words[i][:0], q.long[i][:0]
	}
	return err
}
