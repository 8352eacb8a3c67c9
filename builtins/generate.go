package builtins

import (
	"fmt"
	"hash/fnv"
	"strings"
	"time"
)

// generators make the i-th line of sample data: the same line for the same number, so that a lesson can be repeated.
// Clicks alone carry the time they are made at.
var generators = map[string]func(i int) string{
	"words": func(i int) string {
		ws := make([]string, 3+pick(i, "n", 4))
		for k := range ws {
			// The square of an even draw favours the front of the list, as words in a text are skewed.
			d := pick(i, fmt.Sprint("w", k), len(sampleWords)*len(sampleWords))
			ws[k] = sampleWords[min(d*d/(len(sampleWords)*len(sampleWords)*len(sampleWords)), len(sampleWords)-1)]
		}
		return strings.Join(ws, " ")
	},
	"numbers": func(i int) string { return fmt.Sprint(pick(i, "x", 1000)) },
	"clicks": func(i int) string {
		return fmt.Sprintf(`{"ts":%q,"user":"u%d","page":"/%s","status":%d}`, time.Now().UTC().Format("2006-01-02T15:04:05.000Z"),
			pick(i, "u", 50), samplePages[pick(i, "p", len(samplePages))], sampleStatus[pick(i, "s", len(sampleStatus))])
	},
}

var (
	sampleWords  = strings.Fields("the spark stream of words and lines to a batch in every window with state from kafka socket file table join count key value partition offset watermark trigger sink source plan task stage")
	samplePages  = strings.Fields("home search cart checkout help login product about")
	sampleStatus = []int{200, 200, 200, 200, 404, 500}
)

// pick is an even draw below n that depends on i and a name only.
func pick(i int, name string, n int) int {
	h := fnv.New64a()
	fmt.Fprintf(h, "%d/%s", i, name)
	x := h.Sum64()
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	return int(x % uint64(n))
}
