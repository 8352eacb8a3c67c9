package kafka

import (
	"fmt"
	"hash/crc32"
	"io"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// The header of a record batch of version 2 (https://kafka.apache.org/documentation/#recordbatch), in bytes from its
// start: base offset 0, length of what follows 8, leader epoch 12, magic 16, CRC 17, attributes 21, last offset delta
// 23, base timestamp 27, max timestamp 35, producer id 43, producer epoch 51, base sequence 53, record count 57,
// records 61. The CRC covers everything from the attributes on.
const (
	batchLengthEnd  = 12
	batchMagic      = 16
	batchCRC        = 17
	batchAttributes = 21
	batchHeader     = 61
)

// Bits of a record batch's attributes; the lowest three are the codec.
const (
	codecMask     = 7
	appendTime    = 1 << 3 // the broker set the time: it is the batch's maximum, for every record
	transactional = 1 << 4
	control       = 1 << 5 // a transaction marker, not data
)

// A formatError is bytes that are not what the format says. Asking again does not help.
type formatError struct {
	offset int64
	what   string
}

func (e *formatError) Error() string {
	return fmt.Sprintf("record batch at offset %d: %s", e.offset, e.what)
}

func badBatch(offset int64, format string, args ...any) error {
	return &formatError{offset, fmt.Sprintf(format, args...)}
}

// A recordBatch is the header of a batch and its records, perhaps compressed.
type recordBatch struct {
	baseOffset, baseTime, maxTime, producer int64
	lastDelta, count                        int32
	attributes                              uint16
	records                                 []byte
}

// next is the offset after the batch, also when the records at its end, or all of them, are gone.
func (b *recordBatch) next() int64 { return b.baseOffset + int64(b.lastDelta) + 1 }

// nextBatch takes one batch off the front of p. io.EOF says that there is no more, or only the beginning of a batch:
// brokers cut the last one at the size limit. need is then how many bytes that batch has, or 0.
func nextBatch(p []byte, b *recordBatch) (rest []byte, need int, err error) {
	if len(p) < batchMagic+1 {
		if len(p) > 0 {
			need = batchHeader // at least
		}
		return nil, need, io.EOF
	}
	base := int64(order.Uint64(p))
	size := int(int32(order.Uint32(p[8:])))
	if magic := p[batchMagic]; magic != 2 {
		return nil, 0, badBatch(base, "message format %d is not supported, only 2 (Kafka 0.11 and later)", magic)
	}
	if size < batchHeader-batchLengthEnd || size > maxAnswer {
		return nil, 0, badBatch(base, "impossible length %d", size)
	}
	size += batchLengthEnd
	if len(p) < size {
		return nil, size, io.EOF
	}
	if sum := crc32.Checksum(p[batchAttributes:size], castagnoli); sum != order.Uint32(p[batchCRC:]) {
		return nil, 0, badBatch(base, "checksum %08x, the header says %08x", sum, order.Uint32(p[batchCRC:]))
	}
	*b = recordBatch{
		baseOffset: base,
		attributes: order.Uint16(p[batchAttributes:]),
		lastDelta:  int32(order.Uint32(p[23:])),
		baseTime:   int64(order.Uint64(p[27:])),
		maxTime:    int64(order.Uint64(p[35:])),
		producer:   int64(order.Uint64(p[43:])),
		count:      int32(order.Uint32(p[57:])),
		records:    p[batchHeader:size],
	}
	if base < 0 || b.lastDelta < 0 || b.count < 0 {
		return nil, 0, badBatch(base, "last offset delta %d, %d records", b.lastDelta, b.count)
	}
	return p[size:], 0, nil
}

// offsetAfter is the offset after the last whole batch of an answer, -1 without any.
func offsetAfter(records []byte) int64 {
	offset := int64(-1)
	for rest := records; len(rest) >= batchHeader; {
		size := int(int32(order.Uint32(rest[8:]))) + batchLengthEnd
		if size < batchHeader || size > len(rest) {
			break
		}
		offset = int64(order.Uint64(rest)) + int64(int32(order.Uint32(rest[23:]))) + 1
		rest = rest[size:]
	}
	return offset
}

// isAbort says whether a control batch ends a transaction by aborting it. Its record's key is a version and a type, two
// bytes each: type 0 aborts, 1 commits.
func (b *recordBatch) isAbort() (bool, error) {
	if b.count == 0 {
		return false, nil // compaction has removed the marker; the aborted data before it is gone as well
	}
	r := recordReader{p: b.records}
	r.varint() // length
	r.byte()   // attributes
	r.varint() // time
	r.varint() // offset
	key, ok := r.bytes()
	if r.bad || !ok || len(key) < 4 {
		return false, badBatch(b.baseOffset, "control record without a type")
	}
	return order.Uint16(key[2:]) == 0, nil
}

// recordReader reads the parts of a record one by one, for the places where speed does not count.
type recordReader struct {
	p   []byte
	bad bool
}

func (r *recordReader) varint() int64 {
	v, i := varint(r.p, 0)
	if i > len(r.p) {
		r.bad, r.p = true, nil
		return 0
	}
	r.p = r.p[i:]
	return v
}

func (r *recordReader) byte() byte {
	if len(r.p) == 0 {
		r.bad = true
		return 0
	}
	v := r.p[0]
	r.p = r.p[1:]
	return v
}

// bytes reads a nullable byte string; ok is false for null.
func (r *recordReader) bytes() (v []byte, ok bool) {
	n := r.varint()
	if n < 0 || r.bad {
		return nil, false
	}
	if n > int64(len(r.p)) {
		r.bad, r.p = true, nil
		return nil, false
	}
	v, r.p = r.p[:n:n], r.p[n:]
	return v, true
}

// varint reads a zigzag number at p[i:] and returns the position after it, which is beyond the end of p when p ends in
// the middle or the number has more than 64 bits. i may already be beyond: so errors add up and are checked once.
func varint(p []byte, i int) (int64, int) {
	if uint(i) < uint(len(p)) && p[i] < 0x80 {
		return int64(p[i]>>1) ^ -int64(p[i]&1), i + 1
	}
	return longVarint(p, i)
}

// short is varint for numbers of one or two bytes, small enough to be inlined; the position is negative when it is a longer
// number, or p ends. The length and offsets of ordinary records are such numbers.
func short(p []byte, i int) (int64, int) {
	if i < len(p)-1 {
		u := uint64(p[i])
		if u < 0x80 {
			return int64(u>>1) ^ -int64(u&1), i + 1
		}
		if c := uint64(p[i+1]); c < 0x80 {
			u = u&0x7f | c<<7
			return int64(u>>1) ^ -int64(u&1), i + 2
		}
	}
	return 0, -1
}

const beyond = 1 << 62

func longVarint(p []byte, i int) (int64, int) {
	var u uint64
	for shift := 0; i < len(p) && shift < 64; shift += 7 {
		b := p[i]
		i++
		u |= uint64(b&0x7f) << shift
		if b < 0x80 {
			if shift == 63 && b > 1 {
				break
			}
			return int64(u>>1) ^ -int64(u&1), i
		}
	}
	return 0, beyond
}
