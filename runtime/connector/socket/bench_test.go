package socket

import (
	"bufio"
	"net"
	"strings"
	"testing"

	"gospark/runtime/connector"
	"gospark/runtime/connector/receiver"
)

// BenchmarkSocket measures lines of 50 bytes over loopback, with the sender on the same machine: into a source whose
// batches are committed as they come, and with a Scanner that keeps its lines as strings.
func BenchmarkSocket(b *testing.B) {
	const perWrite = 20_000
	block := []byte(strings.Repeat(strings.Repeat("x", 49)+"\n", perWrite))
	sender := func(b *testing.B) *Receiver {
		return serve(b, func(c net.Conn) {
			for range b.N {
				if _, err := c.Write(block); err != nil {
					return
				}
			}
		}, silent)
	}
	rate := func(b *testing.B) {
		b.SetBytes(int64(len(block)))
		b.ReportMetric(float64(b.N)*perWrite/b.Elapsed().Seconds()/1e6, "Mlines/s")
	}
	b.Run("source", func(b *testing.B) {
		r := sender(b)
		src := receiver.Start(r, receiver.Options{Columns: r.Columns(), Parallelism: 2, Clock: impatient{}})
		defer src.Close()
		var from connector.Offset
		for lines := int64(0); lines < int64(b.N)*perWrite; {
			<-src.C()
			to, err := src.Latest(b.Context(), from, connector.Limit{})
			if err != nil {
				b.Fatal(err)
			}
			lines += src.Count(from, to)
			if err := src.Commit(to); err != nil {
				b.Fatal(err)
			}
			from = to
		}
		rate(b)
	})
	b.Run("scanner", func(b *testing.B) {
		r := sender(b)
		conn, err := net.Dial("tcp", r.address())
		if err != nil {
			b.Fatal(err)
		}
		defer conn.Close()
		s, kept := bufio.NewScanner(conn), make([]string, 0, 8192)
		for range b.N * perWrite {
			if !s.Scan() {
				b.Fatal(s.Err())
			}
			if kept = append(kept, s.Text()); len(kept) == cap(kept) {
				kept = make([]string, 0, 8192)
			}
		}
		rate(b)
	})
}
