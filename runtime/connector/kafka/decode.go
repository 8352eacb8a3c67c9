package kafka

import (
	"io"
	"math"
	"unsafe"
)

// A decoder turns the record batches of one partition's answers into rows. It stops wherever the rows are full and goes
// on from there: one batch of records may fill several batches of rows, and the other way round.
type decoder struct {
	committed bool
	until     int64 // rows end before this offset
	offset    int64 // the next offset wanted: everything before it has been decoded or is no row

	rest    []byte // record batches not looked at yet
	aborted []abortedTxn
	aborts  map[int64]bool // producers inside an aborted transaction, at this point of the log

	head     recordBatch // of the batch being decoded
	records  []byte      // what is left of its records, decompressed
	left     int32       // how many records that is
	delta    int64       // offset delta of the last one
	inside   bool        // a batch is being decoded
	inflater inflater

	pinned bool // rows point into the answer: its buffer must not be used again
}

// feed hands over an answer. The one before must have been decoded to its end.
func (d *decoder) feed(p *fetched) {
	d.rest, d.aborted, d.pinned = p.records, p.aborted, false
	clear(d.aborts)
}

// fill decodes into r until r is full (nil), the answer is used up (io.EOF) or offset has reached until (io.EOF).
// need is the size of a batch that was cut off in front, if that is all that the answer held.
func (d *decoder) fill(r *rows) (need int, err error) {
	for d.offset < d.until {
		if r.full() {
			return 0, nil
		}
		if !d.inside {
			if need, err = d.open(r); err != nil {
				return need, err
			}
			continue
		}
		if err := d.decode(r); err != nil {
			return 0, err
		}
	}
	return 0, io.EOF
}

// open moves on to the next batch that holds rows, and past those that do not.
func (d *decoder) open(r *rows) (need int, err error) {
	d.rest, need, err = nextBatch(d.rest, &d.head)
	if err != nil {
		return need, err
	}
	b := &d.head
	if b.next() <= d.offset {
		return 0, nil
	}
	if d.committed {
		for len(d.aborted) > 0 && d.aborted[0].first < b.next() {
			if d.aborts == nil {
				d.aborts = map[int64]bool{}
			}
			d.aborts[d.aborted[0].producer] = true
			d.aborted = d.aborted[1:]
		}
	}
	switch {
	case b.attributes&control != 0:
		abort, err := b.isAbort()
		if err != nil {
			return 0, err
		}
		if abort {
			delete(d.aborts, b.producer)
		}
		d.offset = b.next()
		return 0, nil
	case b.count == 0, b.attributes&transactional != 0 && d.aborts[b.producer]:
		d.offset = b.next()
		return 0, nil
	}
	if d.records, err = d.inflater.inflate(b.attributes&codecMask, b.records); err != nil {
		return 0, badBatch(b.baseOffset, "%v", err)
	}
	if b.attributes&codecMask == 0 && r.views() {
		d.pinned = true
	}
	d.left, d.delta, d.inside = b.count, -1, true
	return 0, nil
}

// decode appends the records of the open batch that are rows, until r is full or the batch ends.
//
// A record is: length, attributes (one byte, unused), time delta, offset delta, key and value each with its length
// (-1: null), header count, headers; all numbers zigzag varints.
func (d *decoder) decode(r *rows) error {
	var (
		b        = &d.head
		p        = d.records
		i        = 0
		n        = r.n
		left     = d.left
		last     = d.delta
		keys     = r.key
		values   = r.value
		stamp    = b.attributes&appendTime != 0
		timeType = int32(0)
	)
	if stamp {
		timeType = 1
	}
	for ; left > 0 && n < r.size; left-- {
		size, at := short(p, i)
		if at < 0 {
			size, at = varint(p, i)
		}
		if size < 0 || at > len(p) || size > int64(len(p)-at) {
			return badBatch(b.baseOffset, "record after offset delta %d ends beyond the batch", last)
		}
		end := at + int(size)
		q := p[:end]
		from := at + 1
		timeDelta, at := short(q, from)
		if at < 0 {
			timeDelta, at = varint(q, from)
		}
		from = at
		delta, at := short(q, from)
		if at < 0 {
			delta, at = varint(q, from)
		}
		from = at
		keyLen, at := short(q, from)
		if at < 0 {
			keyLen, at = varint(q, from)
		}
		key := at
		if keyLen > 0 {
			if keyLen > int64(end-at) { // also when at is beyond
				return badBatch(b.baseOffset, "record at offset delta %d is cut in its key", delta)
			}
			at += int(keyLen)
		}
		from = at
		valueLen, at := short(q, from)
		if at < 0 {
			valueLen, at = varint(q, from)
		}
		value := at
		if valueLen > 0 {
			if valueLen > int64(end-at) {
				return badBatch(b.baseOffset, "record at offset delta %d is cut in its value", delta)
			}
			at += int(valueLen)
		}
		headers := int64(0)
		if at == end-1 && q[at] == 0 {
			at++ // the rule: no headers
		} else if headers, at = varint(q, at); at > end || headers < 0 || headers == 0 && at != end {
			return badBatch(b.baseOffset, "record at offset delta %d does not end where it says", delta)
		}
		if delta <= last || delta > int64(b.lastDelta) {
			return badBatch(b.baseOffset, "offset delta %d after %d, the last is %d", delta, last, b.lastDelta)
		}
		last = delta
		i = end
		offset := b.baseOffset + delta
		if offset < d.offset {
			continue
		}
		if offset >= d.until {
			left, i = 0, len(p)
			break
		}
		if keys != nil {
			if r.hasKey[n] = keyLen >= 0; keyLen < 0 {
				r.nullKeys++
			}
			keys[n] = view(q, key, int(keyLen))
		}
		if values != nil {
			if r.hasValue[n] = valueLen >= 0; valueLen < 0 {
				r.nullValues++
			}
			values[n] = view(q, value, int(valueLen))
		}
		if r.offset != nil {
			r.offset[n] = offset
		}
		if r.time != nil {
			millis := b.baseTime + timeDelta
			if stamp {
				millis = b.maxTime
			}
			r.time[n] = micros(millis)
		}
		if r.timeType != nil {
			r.timeType[n] = timeType
		}
		if r.headers != nil {
			if err := d.headers(r, n, int(headers), q[at:]); err != nil {
				return err
			}
		}
		n++
	}
	r.n, d.left, d.delta = n, left, last
	d.records = p[i:]
	if left > 0 {
		d.offset = b.baseOffset + last + 1
		return nil
	}
	if i != len(p) {
		return badBatch(b.baseOffset, "%d bytes after its %d records", len(p)-i, b.count)
	}
	d.inside = false
	d.offset = b.next()
	return nil
}

func (d *decoder) headers(r *rows, row, n int, p []byte) error {
	if n == 0 {
		r.headers[row], r.hasHeaders[row] = nil, false
		r.noHeaders++
		return nil
	}
	if n > len(p) {
		return badBatch(d.head.baseOffset, "record at offset delta %d has %d headers in %d bytes", d.delta, n, len(p))
	}
	list := r.header(n)
	h := recordReader{p: p}
	for k := range list {
		key, _ := h.bytes()
		value, _ := h.bytes()
		list[k] = Header{Key: view(key, 0, len(key)), Value: value}
	}
	if h.bad || len(h.p) > 0 {
		return badBatch(d.head.baseOffset, "record at offset delta %d does not end with its headers", d.delta)
	}
	r.headers[row], r.hasHeaders[row] = list, true
	return nil
}

// view is n bytes of an immutable block as a string, without copying; less than none (a null) is none.
func view(p []byte, at, n int) string {
	if n <= 0 {
		return ""
	}
	return unsafe.String(&p[at], n)
}

// micros converts a time of a record, which a producer may have set to anything.
func micros(millis int64) int64 {
	switch {
	case millis > math.MaxInt64/1000:
		return math.MaxInt64
	case millis < math.MinInt64/1000:
		return math.MinInt64
	}
	return millis * 1000
}
