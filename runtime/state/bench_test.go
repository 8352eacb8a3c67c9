package state

import (
	"context"
	"encoding/binary"
	"fmt"
	"runtime"
	"testing"
	"time"
)

// keyOf is a key of 16 bytes, such as a short text and a number; a value has 16 as well.
func keyOf(b []byte, i int) []byte {
	b = append(b[:0], "page-id:"...)
	return binary.BigEndian.AppendUint64(b, uint64(i)*0x9e3779b97f4a7c15)
}

func valueOf(b []byte, i, n int) []byte {
	b = binary.LittleEndian.AppendUint64(b[:0], uint64(i))
	return binary.LittleEndian.AppendUint64(b, uint64(n))
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// BenchmarkUpdates is a state of keys in one partition, of which every batch changes a part, in no order, with a durable
// commit each.
func BenchmarkUpdates(b *testing.B) {
	for _, c := range []struct{ keys, batch int }{{1e6, 1e6}, {5e6, 5e6}, {5e6, 1e6}, {5e6, 1e5}, {5e6, 1e3}} {
		b.Run(fmt.Sprintf("keys=%d/batch=%d", c.keys, c.batch), func(b *testing.B) {
			before := heap()
			p, err := Open(b.TempDir(), Options{})
			if err != nil {
				b.Fatal(err)
			}
			defer p.Close()
			s, err := p.Store(0, 0, 0)
			if err != nil {
				b.Fatal(err)
			}
			t := s.Table("")
			var key, value []byte
			for i := range c.keys {
				key, value = keyOf(key, i), valueOf(value, i, 0)
				t.Put(0, key, value)
			}
			if _, err := p.Commit(context.Background(), 1); err != nil {
				b.Fatal(err)
			}
			version, at, written := int64(1), 0, int64(0)
			var commits time.Duration
			for b.Loop() {
				for range c.batch {
					at = (at + 7_654_321) % c.keys
					key = keyOf(key, at)
					if old, ok := t.Get(0, key); ok {
						value = append(value[:0], old...)
						value[15]++
						value[8]++
						t.Put(0, key, value)
					}
				}
				version++
				start := time.Now()
				m, err := p.Commit(context.Background(), version)
				if err != nil {
					b.Fatal(err)
				}
				commits += time.Since(start)
				written += m.Written
			}
			n := float64(b.N)
			b.ReportMetric(n*float64(c.batch)/b.Elapsed().Seconds()/1e6, "Mupdates/s")
			b.ReportMetric(commits.Seconds()*1e3/n, "commit-ms")
			b.ReportMetric(float64(written)/n/float64(c.batch), "written-B/update")
			b.ReportMetric(float64(heap()-before)/float64(c.keys), "B/key")
		})
	}
}

// BenchmarkCommit is the cost of a batch that changes a few keys in two partitions.
func BenchmarkCommit(b *testing.B) {
	for _, keys := range []int{0, 10, 1000} {
		b.Run(fmt.Sprintf("changes=%d", keys), func(b *testing.B) {
			p, err := Open(b.TempDir(), Options{})
			if err != nil {
				b.Fatal(err)
			}
			defer p.Close()
			var key, value []byte
			version := int64(0)
			for b.Loop() {
				for n := range 2 {
					s, err := p.Store(0, n, version)
					if err != nil {
						b.Fatal(err)
					}
					t := s.Table("")
					for i := range keys {
						key, value = keyOf(key, i), valueOf(value, i, int(version))
						t.Put(version/10*10, key, value)
					}
					if ids := t.Slots(); len(ids) > 5 {
						t.DropSlot(ids[0])
					}
				}
				version++
				if _, err := p.Commit(context.Background(), version); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkOpen is the way back to a state after a restart.
func BenchmarkOpen(b *testing.B) {
	for _, c := range []struct{ keys, batch, versions int }{{1e6, 1e5, 40}, {1e4, 1e2, 400}} {
		b.Run(fmt.Sprintf("keys=%d/versions=%d", c.keys, c.versions), func(b *testing.B) {
			dir := b.TempDir()
			p, err := Open(dir, Options{})
			if err != nil {
				b.Fatal(err)
			}
			var key, value []byte
			at := 0
			for v := range c.versions {
				n := c.batch
				if v == 0 {
					n = c.keys
				}
				for part := range 2 {
					s, err := p.Store(0, part, int64(v))
					if err != nil {
						b.Fatal(err)
					}
					for range n / 2 {
						at = (at + 1) % c.keys
						key, value = keyOf(key, at), valueOf(value, at, v)
						s.Table("").Put(0, key, value)
					}
				}
				if _, err := p.Commit(context.Background(), int64(v)+1); err != nil {
					b.Fatal(err)
				}
			}
			p.Close()
			for b.Loop() {
				if p, err = Open(dir, Options{}); err != nil {
					b.Fatal(err)
				}
				if _, err := p.Store(0, 0, int64(c.versions)); err != nil {
					b.Fatal(err)
				}
				p.Close()
			}
			b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)/float64(c.keys)*1e9, "ns/key")
		})
	}
}
