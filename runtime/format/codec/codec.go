// Package codec is the compressions of text files: by the extension of a file when it is read, by the name of an option
// when it is written. Blocks of snappy and lz4 are framed as Hadoop frames them.
package codec

import (
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"

	"gospark/runtime/condition"
)

// A codec is one compression. What it cannot do is nil.
type codec struct {
	extension string
	read      func(io.Reader) (io.Reader, error)
	write     func(io.Writer) (io.WriteCloser, error)
}

// codecs are the compressions by their short names.
var codecs = map[string]codec{
	"none":         {},
	"uncompressed": {},
	"gzip": {".gz", func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
		func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriter(w), nil }},
	"deflate": {".deflate", func(r io.Reader) (io.Reader, error) { return zlib.NewReader(r) },
		func(w io.Writer) (io.WriteCloser, error) { return zlib.NewWriter(w), nil }},
	"bzip2": {".bz2", func(r io.Reader) (io.Reader, error) { return bzip2.NewReader(r), nil }, nil},
	"zstd": {".zst", func(r io.Reader) (io.Reader, error) {
		return zstd.NewReader(r, zstd.WithDecoderConcurrency(1))
	}, func(w io.Writer) (io.WriteCloser, error) { return zstd.NewWriter(w, zstd.WithEncoderConcurrency(1)) }},
	"snappy": {".snappy", blockReader(snappy.Decode), blockWriter(func(b []byte) ([]byte, error) { return snappy.Encode(nil, b), nil })},
	"lz4": {".lz4", blockReader(func(dst, src []byte) ([]byte, error) {
		n, err := lz4.UncompressBlock(src, dst[:cap(dst)])
		return dst[:max(n, 0)], err
	}), blockWriter(func(b []byte) ([]byte, error) {
		out := make([]byte, lz4.CompressBlockBound(len(b)))
		n, err := lz4.CompressBlock(b, out, nil)
		return out[:n], err
	})},
}

// Compressed says whether the name of a file is that of a compressed one.
func Compressed(path string) bool { return byExtension(path).extension != "" }

func byExtension(path string) codec {
	ext := filepath.Ext(path)
	for _, c := range codecs {
		if ext != "" && c.extension == ext {
			return c
		}
	}
	return codec{}
}

// Reader is the content of a file, of which r reads the bytes.
func Reader(path string, r io.Reader) (io.Reader, error) {
	c := byExtension(path)
	if c.read == nil {
		return r, nil
	}
	return c.read(r)
}

// A Codec writes compressed files.
type Codec struct{ codec }

// Named is the codec of an option; "" is none.
func Named(name string) (Codec, error) {
	if name == "" {
		return Codec{}, nil
	}
	c, ok := codecs[strings.ToLower(name)]
	if !ok {
		known := strings.Join(slices.Sorted(maps.Keys(codecs)), ", ")
		return Codec{}, condition.New("CODEC_NOT_AVAILABLE.WITH_AVAILABLE_CODECS_SUGGESTION", "56038", "The codec %s is not available. Available codecs are %s.", name, known).
			WithParam("codecName", name).WithParam("availableCodecs", known)
	}
	if c.extension != "" && c.write == nil {
		return Codec{}, condition.New("CODEC_NOT_AVAILABLE", "56038", "The codec %s is not available.", name).WithParam("codecName", name).
			WithFix("%s files can be read, not written; use gzip or zstd", name)
	}
	return Codec{c}, nil
}

// Extension is the end of the names of files, such as .gz.
func (c Codec) Extension() string { return c.extension }

// Writer compresses what is written; Close ends it and leaves w open.
func (c Codec) Writer(w io.Writer) (io.WriteCloser, error) {
	if c.write == nil {
		return plain{w}, nil
	}
	return c.write(w)
}

type plain struct{ io.Writer }

func (plain) Close() error { return nil }

// maxBlock bounds a block of a file that is read; Hadoop writes a quarter of a mebibyte.
const (
	blockSize = 256 << 10
	maxBlock  = 256 << 20
)

// blocks reads blocks: the length of the content, then chunks with their compressed length until they have it all.
type blocks struct {
	in     io.Reader
	decode func(dst, src []byte) ([]byte, error)
	left   int // of the block's content
	out    []byte
	packed []byte
}

func blockReader(decode func(dst, src []byte) ([]byte, error)) func(io.Reader) (io.Reader, error) {
	return func(r io.Reader) (io.Reader, error) { return &blocks{in: r, decode: decode}, nil }
}

func (b *blocks) length() (int, error) {
	var n [4]byte
	if _, err := io.ReadFull(b.in, n[:]); err != nil {
		return 0, err
	}
	size := binary.BigEndian.Uint32(n[:])
	if size > maxBlock {
		return 0, fmt.Errorf("codec: a block of %d bytes", size)
	}
	return int(size), nil
}

func (b *blocks) Read(p []byte) (int, error) {
	for len(b.out) == 0 {
		for b.left == 0 {
			n, err := b.length()
			if err != nil {
				return 0, err
			}
			b.left = n
		}
		n, err := b.length()
		if err == nil {
			b.packed = slices.Grow(b.packed[:0], n)[:n]
			_, err = io.ReadFull(b.in, b.packed)
		}
		if err == nil {
			b.out, err = b.decode(make([]byte, 0, b.left), b.packed)
		}
		if err == nil && (len(b.out) > b.left || len(b.out) == 0) {
			err = fmt.Errorf("codec: a chunk of %d bytes where %d are left", len(b.out), b.left)
		}
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			b.out = nil
			return 0, err
		}
		b.left -= len(b.out)
	}
	n := copy(p, b.out)
	b.out = b.out[n:]
	return n, nil
}

// blockWrites writes blocks of one chunk.
type blockWrites struct {
	out    io.Writer
	encode func([]byte) ([]byte, error)
	buf    bytes.Buffer
}

func blockWriter(encode func([]byte) ([]byte, error)) func(io.Writer) (io.WriteCloser, error) {
	return func(w io.Writer) (io.WriteCloser, error) { return &blockWrites{out: w, encode: encode}, nil }
}

func (b *blockWrites) Write(p []byte) (int, error) {
	b.buf.Write(p)
	for b.buf.Len() >= blockSize {
		if err := b.block(b.buf.Next(blockSize)); err != nil {
			return 0, err
		}
	}
	return len(p), nil
}

func (b *blockWrites) block(content []byte) error {
	packed, err := b.encode(content)
	if err != nil {
		return err
	}
	head := binary.BigEndian.AppendUint32(nil, uint32(len(content)))
	head = binary.BigEndian.AppendUint32(head, uint32(len(packed)))
	if _, err := b.out.Write(head); err != nil {
		return err
	}
	_, err = b.out.Write(packed)
	return err
}

func (b *blockWrites) Close() error {
	if b.buf.Len() == 0 {
		return nil
	}
	return b.block(b.buf.Bytes())
}
