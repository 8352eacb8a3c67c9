package progress

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"
	"time"
)

// The recorded reports come out as they were: the same fields in the same order, the same numbers, the same layout.
func TestQueryProgressIsWrittenAsRecorded(t *testing.T) {
	var recorded map[string]struct {
		Text   string            `json:"lastProgressText"`
		Pretty string            `json:"prettyJson"`
		Recent []json.RawMessage `json:"recentProgress"`
	}
	read(t, "testdata/progress.json", &recorded)
	n := 0
	for name, r := range recorded {
		for _, m := range r.Recent {
			var p QueryProgress
			if err := json.Unmarshal(m, &p); err != nil {
				t.Fatal(err)
			}
			n++
			if got := p.JSON(); got != squeezed(t, m) {
				t.Errorf("%s\n%s\nwant\n%s", name, got, m)
			}
		}
		if r.Text == "" {
			continue // failed before its first batch
		}
		var p QueryProgress
		if err := json.Unmarshal([]byte(r.Text), &p); err != nil {
			t.Fatal(err)
		}
		if got := p.JSON(); got != r.Text {
			t.Errorf("%s\n%s\nwant\n%s", name, got, r.Text)
		}
		if got := p.PrettyJSON(); got != r.Pretty {
			t.Errorf("%s\n%s\nwant\n%s", name, got, r.Pretty)
		}
	}
	if n < 10 {
		t.Fatalf("read %d reports", n)
	}
}

func TestQueryEventsAreWrittenAsRecorded(t *testing.T) {
	var recorded []json.RawMessage
	read(t, "testdata/listener-events.json", &recorded)
	seen := map[string]int{}
	for _, m := range recorded {
		var head struct {
			Event    string
			Progress json.RawMessage
		}
		if err := json.Unmarshal(m, &head); err != nil {
			t.Fatal(err)
		}
		kinds := map[string]any{"onQueryStarted": &QueryStarted{}, "onQueryProgress": &QueryProgress{}, "onQueryTerminated": &QueryTerminated{}}
		e, ok := kinds[head.Event]
		if !ok {
			t.Fatalf("event %s", head.Event)
		}
		seen[head.Event]++
		want := bytes.Replace([]byte(squeezed(t, m)), []byte(`"event":"`+head.Event+`",`), nil, 1)
		if head.Progress != nil {
			want = head.Progress
		}
		if err := json.Unmarshal(want, e); err != nil {
			t.Fatal(err)
		}
		if got := compact(e); got != squeezed(t, want) {
			t.Errorf("%s\nwant\n%s", got, want)
		}
	}
	if len(seen) != 3 {
		t.Fatalf("saw %v", seen)
	}
}

func TestRates(t *testing.T) {
	for _, c := range []struct {
		n    int64
		d    time.Duration
		want string
	}{
		{5, 1422 * time.Millisecond, "3.5"}, {0, time.Second, "0.0"}, {1, 4 * time.Second, "0.3"},
		{12345678, time.Second, "1.2345678E7"}, {20000000, time.Second, "2.0E7"}, {1, 0, "null"},
	} {
		b, err := RateOf(c.n, c.d).MarshalJSON()
		if err != nil || string(b) != c.want {
			t.Errorf("%d in %v: %s %v, want %s", c.n, c.d, b, err, c.want)
		}
	}
}

func read(t *testing.T, path string, v any) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, v); err != nil {
		t.Fatal(err)
	}
}

func squeezed(t *testing.T, m []byte) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Compact(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
