package kafka

import (
	"bytes"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

// The codecs of a record batch, as its attributes number them.
const (
	codecNone = iota
	codecGzip
	codecSnappy
	codecLZ4
	codecZstd
)

// maxInflated bounds what one record batch may inflate to.
const maxInflated = 1 << 30

// An inflater decompresses record batches, each into a block of its own, because rows keep pointing into it. It keeps
// its decoders, and remembers how well the data compresses to guess the size of the next block.
type inflater struct {
	gzip  *gzip.Reader
	lz4   *lz4.Reader
	zstd  *zstd.Decoder
	ratio int // of the last block, in sixteenths
}

func (d *inflater) inflate(codec uint16, p []byte) (block []byte, err error) {
	switch codec {
	case codecNone:
		return p, nil
	case codecGzip:
		if d.gzip == nil {
			d.gzip = new(gzip.Reader)
		}
		if err = d.gzip.Reset(bytes.NewReader(p)); err == nil {
			block, err = d.readAll(d.gzip, len(p))
		}
	case codecSnappy:
		block, err = inflateSnappy(p)
	case codecLZ4:
		if d.lz4 == nil {
			d.lz4 = lz4.NewReader(nil)
		}
		d.lz4.Reset(bytes.NewReader(p))
		block, err = d.readAll(d.lz4, len(p))
	case codecZstd:
		if d.zstd == nil {
			d.zstd, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxInflated))
			if err != nil {
				return nil, err
			}
		}
		block, err = d.zstd.DecodeAll(p, make([]byte, 0, d.guess(len(p))))
	default:
		return nil, fmt.Errorf("unknown codec %d", codec)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", codecNames[codec], err)
	}
	if len(p) > 0 {
		d.ratio = len(block)*16/len(p) + 1
	}
	return block, nil
}

var codecNames = [...]string{"none", "gzip", "snappy", "lz4", "zstd"}

// guess is a little more than what n bytes will inflate to, if they compress like the last ones.
func (d *inflater) guess(n int) int {
	if d.ratio == 0 {
		d.ratio = 4 * 16
	}
	return min(max(n*d.ratio/16*9/8, 4096), maxInflated)
}

func (d *inflater) readAll(r io.Reader, size int) ([]byte, error) {
	b := make([]byte, 0, d.guess(size))
	for {
		if len(b) == cap(b) {
			if len(b) >= maxInflated {
				return nil, fmt.Errorf("inflates to more than %d bytes", maxInflated)
			}
			b = append(b, 0)[:len(b)]
		}
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		switch err {
		case nil:
		case io.EOF:
			return b, nil
		default:
			return nil, err
		}
	}
}

// xerial is how the Java client frames snappy: this, two version numbers, then blocks with a length of four bytes.
var xerial = []byte{130, 'S', 'N', 'A', 'P', 'P', 'Y', 0}

const xerialHeader = 16

func inflateSnappy(p []byte) ([]byte, error) {
	if !bytes.HasPrefix(p, xerial) || len(p) < xerialHeader {
		return decodeSnappy(nil, p)
	}
	var (
		blocks [][]byte
		total  int
	)
	for p = p[xerialHeader:]; len(p) > 0; {
		if len(p) < 4 {
			return nil, errShort
		}
		n := int(order.Uint32(p))
		if p = p[4:]; n > len(p) {
			return nil, errShort
		}
		size, err := s2.DecodedLen(p[:n])
		if err != nil {
			return nil, err
		}
		blocks = append(blocks, p[:n])
		if total += size; total > maxInflated {
			return nil, fmt.Errorf("inflates to more than %d bytes", maxInflated)
		}
		p = p[n:]
	}
	out := make([]byte, 0, total)
	for _, block := range blocks {
		var err error
		if out, err = decodeSnappy(out, block); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// decodeSnappy appends one snappy block.
func decodeSnappy(out, block []byte) ([]byte, error) {
	n, err := s2.DecodedLen(block)
	if err != nil {
		return nil, err
	}
	if n > maxInflated {
		return nil, fmt.Errorf("inflates to more than %d bytes", maxInflated)
	}
	at := len(out)
	if cap(out)-at < n {
		grown := make([]byte, at, at+n)
		copy(grown, out)
		out = grown
	}
	out = out[:at+n]
	_, err = s2.Decode(out[at:], block)
	return out, err
}
