package kafka

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math/bits"
	"slices"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

// An encoder builds one record batch. It keeps its memory from batch to batch.
type encoder struct {
	buf       []byte // header space, then the records
	count     int32
	base, max int64 // times
}

func (e *encoder) reset() { e.buf, e.count = e.buf[:0], 0 }

// size is that of the batch so far, uncompressed.
func (e *encoder) size() int { return len(e.buf) }

// append adds a record; a nil key or value is a null.
func (e *encoder) append(millis int64, key, value []byte, headers []Header) {
	if e.count == 0 {
		e.buf = append(e.buf[:0], make([]byte, batchHeader)...)
		e.base, e.max = millis, millis
	}
	e.max = max(e.max, millis)
	n := 1 + sizeVarint(millis-e.base) + sizeVarint(int64(e.count)) + sizeBytes(key) + sizeBytes(value) + sizeVarint(int64(len(headers)))
	for _, h := range headers {
		n += sizeVarint(int64(len(h.Key))) + len(h.Key) + sizeBytes(h.Value)
	}
	b := binary.AppendVarint(e.buf, int64(n))
	b = append(b, 0)
	b = binary.AppendVarint(b, millis-e.base)
	b = binary.AppendVarint(b, int64(e.count))
	b = putBytes(b, key)
	b = putBytes(b, value)
	b = binary.AppendVarint(b, int64(len(headers)))
	for _, h := range headers {
		b = binary.AppendVarint(b, int64(len(h.Key)))
		b = append(b, h.Key...)
		b = putBytes(b, h.Value)
	}
	e.buf = b
	e.count++
}

func sizeVarint(v int64) int {
	u := uint64(v<<1) ^ uint64(v>>63)
	return (bits.Len64(u|1) + 6) / 7
}

func sizeBytes(p []byte) int {
	if p == nil {
		return 1
	}
	return sizeVarint(int64(len(p))) + len(p)
}

func putBytes(b, p []byte) []byte {
	if p == nil {
		return append(b, 1) // -1
	}
	b = binary.AppendVarint(b, int64(len(p)))
	return append(b, p...)
}

// A producerID is how a broker knows the sender of a batch; the zero value of a plain producer is noProducer.
type producerID struct {
	id    int64
	epoch int16
}

var noProducer = producerID{-1, -1}

// finish completes the batch. The result is a view of the encoder's memory, or of d's if the batch is compressed.
// sequence numbers the first record within what its producer sends to the partition, or is -1.
func (e *encoder) finish(d *deflater, attributes uint16, producer producerID, sequence int32) ([]byte, error) {
	b, err := d.deflate(attributes&codecMask, e.buf)
	if err != nil {
		return nil, err
	}
	order.PutUint64(b, 0) // the broker sets the offset
	order.PutUint32(b[8:], uint32(len(b)-batchLengthEnd))
	order.PutUint32(b[12:], 0xffffffff) // and the leader epoch
	b[batchMagic] = 2
	order.PutUint16(b[batchAttributes:], attributes)
	order.PutUint32(b[23:], uint32(e.count-1))
	order.PutUint64(b[27:], uint64(e.base))
	order.PutUint64(b[35:], uint64(e.max))
	order.PutUint64(b[43:], uint64(producer.id))
	order.PutUint16(b[51:], uint16(producer.epoch))
	order.PutUint32(b[53:], uint32(sequence))
	order.PutUint32(b[57:], uint32(e.count))
	order.PutUint32(b[batchCRC:], crc32.Checksum(b[batchAttributes:], castagnoli))
	return b, nil
}

// A deflater compresses record batches.
type deflater struct {
	out  bytes.Buffer
	gzip *gzip.Writer
	lz4  *lz4.Writer
	zstd *zstd.Encoder
}

// deflate returns a batch whose records are compressed; its header is still to be written.
func (d *deflater) deflate(codec uint16, batch []byte) ([]byte, error) {
	if codec == codecNone {
		return batch, nil
	}
	records := batch[batchHeader:]
	d.out.Reset()
	d.out.Write(batch[:batchHeader])
	var err error
	switch codec {
	case codecGzip:
		if d.gzip == nil {
			d.gzip = gzip.NewWriter(nil)
		}
		d.gzip.Reset(&d.out)
		if _, err = d.gzip.Write(records); err == nil {
			err = d.gzip.Close()
		}
	case codecSnappy:
		block := s2.EncodeSnappy(d.out.AvailableBuffer(), records)
		d.out.Write(block)
	case codecLZ4:
		if d.lz4 == nil {
			d.lz4 = lz4.NewWriter(nil)
		}
		d.lz4.Reset(&d.out)
		if _, err = d.lz4.Write(records); err == nil {
			err = d.lz4.Close()
		}
	case codecZstd:
		if d.zstd == nil {
			d.zstd, err = zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest))
			if err != nil {
				return nil, err
			}
		}
		d.out.Write(d.zstd.EncodeAll(records, d.out.AvailableBuffer()))
	default:
		return nil, fmt.Errorf("unknown codec %d", codec)
	}
	return d.out.Bytes(), err
}

// codecOf is the codec of a compression.type.
func codecOf(name string) (uint16, error) {
	if name == "" || name == "uncompressed" {
		return codecNone, nil
	}
	i := slices.Index(codecNames[:], name)
	if i < 0 {
		return 0, fmt.Errorf("kafka: compression.type %q is none of none, gzip, snappy, lz4, zstd", name)
	}
	return uint16(i), nil
}
