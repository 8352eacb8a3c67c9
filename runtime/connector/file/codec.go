package file

import (
	"compress/bzip2"
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"io"
	"path/filepath"

	"github.com/klauspost/compress/zstd"
)

// codecs are the compressions known by the extension of a file. None can be read from the middle, so such a file is one
// split. A nil reader is a compression that Hadoop knows and this does not: better refused than read as text.
var codecs = map[string]func(io.Reader) (io.Reader, func(), error){
	".gz": func(r io.Reader) (io.Reader, func(), error) {
		z, err := gzip.NewReader(r)
		return z, func() {}, err
	},
	".deflate": func(r io.Reader) (io.Reader, func(), error) {
		z, err := zlib.NewReader(r)
		return z, func() {}, err
	},
	".bz2": func(r io.Reader) (io.Reader, func(), error) { return bzip2.NewReader(r), func() {}, nil },
	".zst": func(r io.Reader) (io.Reader, func(), error) {
		z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1))
		if err != nil {
			return nil, nil, err
		}
		return z, z.Close, nil
	},
	".snappy": nil,
	".lz4":    nil,
}

// compressed says whether a file has the extension of a compression.
func compressed(path string) bool {
	_, ok := codecs[filepath.Ext(path)]
	return ok
}

// decompress reads the text of a compressed file, or r as it is; free ends it.
func decompress(path string, r io.Reader) (text io.Reader, free func(), err error) {
	ext := filepath.Ext(path)
	open, ok := codecs[ext]
	if !ok {
		return r, func() {}, nil
	}
	if open == nil {
		return nil, nil, fmt.Errorf("%s: %s files cannot be read; those that can are .gz, .bz2, .zst and .deflate", uri(path), ext[1:])
	}
	if text, free, err = open(r); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", uri(path), err)
	}
	return text, free, nil
}
