package state

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"os"
	"strconv"
	"strings"
	"sync"

	"gospark/runtime/durable"
)

// The file of a version, all numbers in little endian:
//
//	magic     8 bytes
//	blocks    each: number of the store (4), length (4), checksum (4) of the store, the length and what follows; steps
//	footer    the version, its base, the stores and the blocks, as varints
//	end       length of the footer (4), checksum (4) of the footer and its length, magic (8)
//
// Checksums are CRC-32C. No byte is outside of one.
const (
	magic      = "gostate1"
	blockHead  = 12
	fileEnd    = 16
	fileSuffix = ".state"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func fileName(version int64) string { return strconv.FormatInt(version, 10) + fileSuffix }

// fileVersion is the version whose file has a name.
func fileVersion(name string) (int64, bool) {
	digits, ok := strings.CutSuffix(name, fileSuffix)
	v, err := strconv.ParseInt(digits, 10, 64)
	return v, ok && err == nil && v >= 0 && fileName(v) == name
}

// A footer says what a file has.
type footer struct {
	version int64
	base    int64 // the oldest version that is needed to read this one
	stores  []storeInfo
	blocks  []blockInfo
}

type storeInfo struct {
	id   storeID
	base int64
	keys int64
}

type blockInfo struct{ store, size int }

func (f *footer) append(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(f.version))
	b = binary.AppendUvarint(b, uint64(f.base))
	b = binary.AppendUvarint(b, uint64(len(f.stores)))
	for _, s := range f.stores {
		for _, x := range []int64{int64(s.id.operator), int64(s.id.partition), s.base, s.keys} {
			b = binary.AppendUvarint(b, uint64(x))
		}
	}
	b = binary.AppendUvarint(b, uint64(len(f.blocks)))
	for _, x := range f.blocks {
		b = binary.AppendUvarint(b, uint64(x.store))
		b = binary.AppendUvarint(b, uint64(x.size))
	}
	return b
}

func parseFooter(b []byte) (*footer, bool) {
	ok := true
	next := func() int64 {
		x, n := binary.Uvarint(b)
		if n <= 0 || x >= 1<<63 {
			ok, b = false, nil
			return 0
		}
		b = b[n:]
		return int64(x)
	}
	f := &footer{version: next(), base: next()}
	for n := next(); n > 0 && ok; n-- {
		f.stores = append(f.stores, storeInfo{storeID{int(next()), int(next())}, next(), next()})
	}
	for n := next(); n > 0 && ok; n-- {
		f.blocks = append(f.blocks, blockInfo{int(next()), int(next())})
	}
	return f, ok && len(b) == 0
}

// A fileWriter writes the file of a version. Blocks may come from many goroutines.
type fileWriter struct {
	f      *durable.File
	footer footer

	mu  sync.Mutex
	out *bufio.Writer
}

func newFileWriter(d *durable.Dir, version int64) (*fileWriter, error) {
	f, err := d.Create(fileName(version))
	if err != nil {
		return nil, err
	}
	w := &fileWriter{f: f, footer: footer{version: version}, out: bufio.NewWriterSize(f, 64<<10)}
	w.out.WriteString(magic) // its error stays until the flush
	return w, nil
}

func (w *fileWriter) block(store int, steps []byte) error {
	var head [blockHead]byte
	binary.LittleEndian.PutUint32(head[:], uint32(store))
	binary.LittleEndian.PutUint32(head[4:], uint32(len(steps)))
	binary.LittleEndian.PutUint32(head[8:], crc32.Update(crc32.Checksum(head[:8], castagnoli), castagnoli, steps))
	w.mu.Lock()
	defer w.mu.Unlock()
	w.footer.blocks = append(w.footer.blocks, blockInfo{store, len(steps)})
	if _, err := w.out.Write(head[:]); err != nil {
		return err
	}
	_, err := w.out.Write(steps)
	return err
}

// commit ends the file and puts it in its place; it returns how large it is.
func (w *fileWriter) commit() (int64, error) {
	b := w.footer.append(nil)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(b)))
	b = binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
	if _, err := w.out.Write(append(b, magic...)); err != nil {
		w.f.Abort()
		return 0, err
	}
	if err := w.out.Flush(); err != nil {
		w.f.Abort()
		return 0, err
	}
	return w.f.Size(), w.f.Commit()
}

// A fileReader reads the file of a version.
type fileReader struct {
	f      *os.File
	size   int64
	footer *footer
	starts []int64 // of the blocks
}

// openFile opens a file and reads its footer.
func openFile(path string) (*fileReader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	r := &fileReader{f: f}
	if err := r.readFooter(); err != nil {
		f.Close()
		return nil, err
	}
	return r, nil
}

func (r *fileReader) readFooter() error {
	st, err := r.f.Stat()
	if err != nil {
		return err
	}
	size := st.Size()
	r.size = size
	if size < int64(len(magic)+fileEnd) {
		return damaged(r.f.Name(), "it has only %d bytes", size)
	}
	var head [len(magic)]byte
	var end [fileEnd]byte
	if _, err := r.f.ReadAt(head[:], 0); err != nil {
		return err
	}
	if _, err := r.f.ReadAt(end[:], size-fileEnd); err != nil {
		return err
	}
	if string(head[:]) != magic || string(end[8:]) != magic {
		return damaged(r.f.Name(), "it does not begin and end as such a file")
	}
	n := int64(binary.LittleEndian.Uint32(end[:]))
	at := size - fileEnd - n
	if at < int64(len(magic)) {
		return damaged(r.f.Name(), "its footer is larger than the file")
	}
	b := make([]byte, n+4)
	if _, err := r.f.ReadAt(b, at); err != nil {
		return err
	}
	ok := crc32.Checksum(b, castagnoli) == binary.LittleEndian.Uint32(end[4:])
	if ok {
		r.footer, ok = parseFooter(b[:n])
	}
	if !ok {
		return damaged(r.f.Name(), "the checksum of its footer is wrong")
	}
	pos := int64(len(magic))
	for _, x := range r.footer.blocks {
		r.starts = append(r.starts, pos)
		pos += blockHead + int64(x.size)
	}
	if pos != at {
		return damaged(r.f.Name(), "its blocks end at byte %d, not %d", pos, at)
	}
	return nil
}

// block reads block i into buf, which it returns, perhaps grown.
func (r *fileReader) block(i int, buf []byte) (steps, grown []byte, err error) {
	n := blockHead + r.footer.blocks[i].size
	if cap(buf) < n {
		buf = make([]byte, n)
	}
	buf = buf[:n]
	if _, err := r.f.ReadAt(buf, r.starts[i]); err != nil {
		return nil, buf, fmt.Errorf("%s: %w", r.f.Name(), err)
	}
	sum := crc32.Update(crc32.Checksum(buf[:8], castagnoli), castagnoli, buf[blockHead:])
	if sum != binary.LittleEndian.Uint32(buf[8:]) || int(binary.LittleEndian.Uint32(buf)) != r.footer.blocks[i].store {
		return nil, buf, damaged(r.f.Name(), "the checksum of the block at byte %d is wrong", r.starts[i])
	}
	return buf[blockHead:], buf, nil
}

func (r *fileReader) close() { r.f.Close() }
