package builtins

import (
	"fmt"
	"hash/fnv"
	"strings"
	"time"
)

// A sample is a kind of sample data. Line makes the i-th record of a series, the same for the same number and seed, so
// that a lesson can be repeated.
type sample struct {
	schema string // of JSON, as FromJSON takes it; "" for plain lines
	line   func(s series, i int) string
}

// A series is what makes one run of sample data differ from another.
type series struct {
	seed uint64
	at   func(i int) time.Time // when the i-th record happens
}

// now is a series of which each record happens when it is made.
var now = series{at: func(int) time.Time { return time.Now() }}

// samples are the kinds of sample data. Records with times come a little late now and then, as in life.
var samples = map[string]sample{
	"words":   {"", series.words},
	"numbers": {"", func(s series, i int) string { return fmt.Sprint(s.pick(i, "x", 1000)) }},
	"clicks": {"ts TIMESTAMP, user STRING, page STRING, status INT", func(s series, i int) string {
		return fmt.Sprintf(`{"ts":%q,"user":"u%d","page":"/%s","status":%d}`, s.time(i), s.pick(i, "u", 50),
			samplePages[s.pick(i, "p", len(samplePages))], sampleStatus[s.pick(i, "s", len(sampleStatus))])
	}},
	"tweets": {"ts TIMESTAMP, user STRING, lang STRING, text STRING", func(s series, i int) string {
		return fmt.Sprintf(`{"ts":%q,"user":"@u%d","lang":%q,"text":"%s #%s"}`, s.time(i), s.pick(i, "u", 200),
			sampleLangs[s.pick(i, "l", len(sampleLangs))], s.words(i), sampleTags[s.pick(i, "t", len(sampleTags))])
	}},
	"sensors": {"ts TIMESTAMP, sensor STRING, temperature DOUBLE, humidity INT", func(s series, i int) string {
		id := s.pick(i, "id", 8)
		return fmt.Sprintf(`{"ts":%q,"sensor":"s%d","temperature":%.1f,"humidity":%d}`, s.time(i), id,
			15+float64(id)+float64(s.pick(i, "t", 50))/10, 30+s.pick(i, "h", 40))
	}},
}

// words are some words in a line.
func (s series) words(i int) string {
	ws := make([]string, 3+s.pick(i, "n", 4))
	for k := range ws {
		// The square of an even draw favours the front of the list, as words in a text are skewed.
		d := s.pick(i, fmt.Sprint("w", k), len(sampleWords)*len(sampleWords))
		ws[k] = sampleWords[min(d*d/(len(sampleWords)*len(sampleWords)*len(sampleWords)), len(sampleWords)-1)]
	}
	return strings.Join(ws, " ")
}

var (
	sampleWords  = strings.Fields("the spark stream of words and lines to a batch in every window with state from kafka socket file table join count key value partition offset watermark trigger sink source plan task stage")
	samplePages  = strings.Fields("home search cart checkout help login product about")
	sampleTags   = strings.Fields("streams go data kafka sql windows state lessons")
	sampleLangs  = strings.Fields("en en en de fr es ja")
	sampleStatus = []int{200, 200, 200, 200, 404, 500}
)

// lateOne says that one of so many records is late, by up to lateBy.
const (
	lateOne = 20
	lateBy  = 30 * time.Second
)

// time is when a record says that it happened.
func (s series) time(i int) string {
	t := s.at(i)
	if s.pick(i, "late", lateOne) == 0 {
		t = t.Add(-time.Duration(s.pick(i, "by", int(lateBy.Milliseconds()))) * time.Millisecond)
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}

// pick is an even draw below n that depends on the seed, i and a name only.
func (s series) pick(i int, name string, n int) int {
	h := fnv.New64a()
	fmt.Fprintf(h, "%d/%s", i, name)
	x := h.Sum64() + s.seed*0x9e3779b97f4a7c15
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	return int(x % uint64(n))
}
