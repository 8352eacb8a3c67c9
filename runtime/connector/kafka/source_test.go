package kafka

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"gospark/runtime/connector/kafka/broker"
)

// Everything that other clients write comes out as they see it, whatever the codec, the nulls and the headers, and
// however the log is cut into batches.
func TestReadsWhatWasWritten(t *testing.T) {
	checkReadsWhatWasWritten(t, startBroker(t, broker.Config{Ports: []int{0, 0, 0}}))
}

func checkReadsWhatWasWritten(t *testing.T, b cluster) {
	createTopic(t, b, "clicks", 5, "retention.ms", "-1")
	codecs := []kgo.CompressionCodec{kgo.NoCompression(), kgo.GzipCompression(), kgo.SnappyCompression(), kgo.Lz4Compression(), kgo.ZstdCompression()}
	for i, codec := range codecs {
		cl := franz(t, b.Addr(), kgo.ProducerBatchCompression(codec), kgo.ProducerBatchMaxBytes(8000))
		for round := range 4 {
			var records []*kgo.Record
			for k := range 700 {
				r := record("clicks", int32(i), fmt.Sprintf(`{"user":%d,"page":"/p/%d"}`, k*round, k))
				r.Timestamp = time.UnixMilli(1_700_000_000_000 + int64(k*round))
				switch k % 5 {
				case 0:
					r.Key = []byte(fmt.Sprint("key", k))
				case 1:
					r.Key = []byte{}
				case 2:
					r.Value = nil
				case 3:
					r.Value, r.Headers = []byte{}, []kgo.RecordHeader{{Key: "a", Value: []byte("x")}, {Key: "a", Value: nil}, {Key: "", Value: []byte{}}}
				}
				records = append(records, r)
			}
			produce(t, cl, records...)
		}
	}
	want := judge(t, b.Addr(), Offsets{{"clicks", 0}: 2800, {"clicks", 1}: 2800, {"clicks", 2}: 2800, {"clicks", 3}: 2800, {"clicks", 4}: 2800}, true)
	if len(want) != 14000 {
		t.Fatalf("the judge sees %d records", len(want))
	}
	for _, limit := range []int64{0, 997, 6000} {
		for _, maxBytes := range []int{0, 3000} {
			cfg := testConfig(b.Addr(), "clicks")
			cfg.MaxBytes = maxBytes
			got, end := readAll(t, openSource(t, cfg), limit)
			if !slices.Equal(got, want) {
				t.Errorf("limit %d, fetches of %d: %s", limit, maxBytes, diff(got, want))
			}
			if text := `{"clicks":{"0":2800,"1":2800,"2":2800,"3":2800,"4":2800}}`; string(end) != text {
				t.Errorf("limit %d: ends at %s, want %s", limit, end, text)
			}
		}
	}
}
