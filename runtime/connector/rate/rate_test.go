package rate

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"gospark/runtime/batch"
	"gospark/runtime/connector"
	"gospark/runtime/stream"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func read(t *testing.T, s connector.Source, from, to string) string {
	t.Helper()
	splits, err := s.Splits(offsetOf(from), offsetOf(to))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	n := int64(0)
	for _, sp := range splits {
		r, err := sp.Open(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		rows := int64(0)
		for {
			b, err := r.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			for i := range b.Rows() {
				all = append(all, fmt.Sprintf("%d@%d", batch.Col[int64](b, 1)[i], batch.Col[int64](b, 0)[i]/1000))
			}
			rows += int64(b.Rows())
		}
		if rows != sp.(connector.Sized).Rows() {
			t.Errorf("%v has %d rows", sp, rows)
		}
		n += rows
	}
	if c := s.(connector.Counter).Count(offsetOf(from), offsetOf(to)); c != n {
		t.Errorf("from %s to %s: counted %d of %d", from, to, c, n)
	}
	return strings.Join(all, " ")
}

func offsetOf(s string) connector.Offset {
	if s == "" {
		return nil
	}
	return connector.Offset(s)
}

func TestRowsOfSeconds(t *testing.T) {
	for _, c := range []struct {
		options  map[string]string
		from, to string
		want     string
	}{
		{map[string]string{"rowsPerSecond": "2", "numPartitions": "1"}, "0", "2", "0@10000 1@10500 2@11000 3@11500"},
		{map[string]string{"rowsPerSecond": "3", "numPartitions": "2"}, "1", "2", "3@11000 5@11667 4@11333"},
		{map[string]string{"rowsPerSecond": "4", "numPartitions": "1", "rampUpTime": "3s"}, "0", "3", "0@10000 1@10500 2@11000 3@11500 4@12000 5@12500"},
		{map[string]string{"rowsPerSecond": "4", "numPartitions": "1", "rampUpTime": "3s"}, "3", "4", "6@13000 7@13250 8@13500 9@13750"},
		{map[string]string{"rowsPerSecond": "2"}, "3", "3", ""},
	} {
		r, err := NewRelation(connector.OptionsOf(c.options))
		if err != nil {
			t.Fatal(err)
		}
		s, err := r.Open(context.Background(), connector.Opening{Clock: stream.NewManualClock(time.UnixMilli(10_000)), Parallelism: 2})
		if err != nil {
			t.Fatal(err)
		}
		if got := read(t, s, c.from, c.to); got != c.want {
			t.Errorf("%v from %s to %s: %s, want %s", c.options, c.from, c.to, got, c.want)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestSecondsAreCountedFromTheFirstStart(t *testing.T) {
	clock, dir := stream.NewManualClock(time.UnixMilli(5_300)), t.TempDir()
	open := func() connector.Source {
		s, err := (&Relation{RowsPerSecond: 1}).Open(context.Background(), connector.Opening{CheckpointDir: dir, Clock: clock, Parallelism: 1})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
		return s
	}
	s := open()
	at := func(s connector.Source, from string) string {
		to, err := s.Latest(context.Background(), offsetOf(from), connector.Limit{})
		if err != nil {
			t.Fatal(err)
		}
		return string(to)
	}
	if got := at(s, ""); got != "0" {
		t.Errorf("begins at %s", got)
	}
	clock.Advance(999 * time.Millisecond)
	if got := at(s, "0"); got != "0" {
		t.Errorf("before a second has passed: %s", got)
	}
	clock.Advance(time.Millisecond)
	<-s.(connector.Waker).C()
	if got := at(s, "0"); got != "1" {
		t.Errorf("after a second: %s", got)
	}
	clock.Advance(2500 * time.Millisecond)
	later := open()
	if got := at(later, "1"); got != "3" {
		t.Errorf("in a later run: %s", got)
	}
	if err := later.(connector.Bounded).Bound(context.Background()); err != nil {
		t.Fatal(err)
	}
	clock.Advance(time.Hour)
	if got := at(later, "1"); got != "3" {
		t.Errorf("bounded: %s", got)
	}
	if _, err := s.Splits(offsetOf("5"), offsetOf("3")); err == nil {
		t.Error("time goes back")
	}
}

func TestRowsOfMicroBatches(t *testing.T) {
	r, err := NewMicroBatches(connector.OptionsOf(map[string]string{"rowsPerBatch": "3", "numPartitions": "2", "startTimestamp": "7000"}), 4)
	if err != nil {
		t.Fatal(err)
	}
	s, err := r.Open(context.Background(), connector.Opening{})
	if err != nil {
		t.Fatal(err)
	}
	one, err := s.Latest(context.Background(), nil, connector.Limit{})
	if err != nil || string(one) != `{"offset":3,"timestamp":8000}` {
		t.Fatalf("%s %v", one, err)
	}
	two, _ := s.Latest(context.Background(), one, connector.Limit{})
	if got := read(t, s, "", string(one)) + " / " + read(t, s, string(one), string(two)); got != "0@7000 2@7000 1@7000 / 3@8000 5@8000 4@8000" {
		t.Error(got)
	}
	if want := "RatePerMicroBatchStream[rowsPerBatch=3, numPartitions=2, startTimestamp=7000, advanceMsPerBatch=1000]"; r.String() != want {
		t.Error(r)
	}
	if err := s.(connector.Bounded).Bound(context.Background()); err != nil {
		t.Fatal(err)
	}
	a, _ := s.Latest(context.Background(), two, connector.Limit{})
	if b, _ := s.Latest(context.Background(), a, connector.Limit{}); string(a) != string(b) {
		t.Errorf("bounded, and goes on to %s", b)
	}
}
