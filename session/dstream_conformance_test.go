package session

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"sort"
	"strings"
	"testing"
	"time"

	"gospark/runtime/stream"
)

// A recorded case: what Spark made of the batches of a queue.
type dstreamCase struct {
	Name            string            `json:"name"`
	BatchIntervalMs int64             `json:"batchIntervalMs"`
	ElementType     string            `json:"elementType"`
	ElementType2    string            `json:"elementType2"`
	Inputs          []json.RawMessage `json:"inputs"`
	Inputs2         []json.RawMessage `json:"inputs2"`
	SlideBatches    int64             `json:"slideBatches"`
	Expected        []struct {
		Batch    int64             `json:"batch"`
		Elements []json.RawMessage `json:"elements"`
	} `json:"expected"`
	PrintText      *printText `json:"printText"`
	PrintTextEmpty *printText `json:"printTextEmpty"`
	PprintTexts    []string   `json:"pprintTexts"`
}

type printText struct {
	Batch int64  `json:"batch"`
	Text  string `json:"text"`
}

// recordedCases reads the recorded cases of a suite's files.
func recordedCases(t *testing.T, pattern string) map[string][]dstreamCase {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("no recorded cases in %s (%v)", pattern, err)
	}
	all := map[string][]dstreamCase{}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var cases []dstreamCase
		if err := json.Unmarshal(text, &cases); err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		all[filepath.Base(f)] = cases
	}
	return all
}

// streamBench is a streaming context on a manual clock.
type streamBench struct {
	t     testing.TB
	sc    *SparkContext
	ssc   *StreamingContext
	clock *stream.ManualClock
	out   *bytes.Buffer
	ms    int64
}

func newStreamBench(t testing.TB, interval time.Duration, conf map[string]string) *streamBench {
	t.Helper()
	b := &streamBench{t: t, clock: stream.NewManualClock(time.UnixMilli(1_000_000_000)), out: &bytes.Buffer{}, ms: interval.Milliseconds()}
	s, err := New(Config{Master: "local[2]", Out: b.out, Conf: conf, Notice: func(l string) { t.Log(l) }})
	if err != nil {
		t.Fatal(err)
	}
	b.sc = s.SparkContext()
	b.sc.streaming.clock = b.clock
	t.Cleanup(b.sc.Stop)
	b.ssc = NewStreamingContext(b.sc, interval)
	return b
}

// run runs the next n batches.
func (b *streamBench) run(n int) {
	b.t.Helper()
	for range n {
		b.clock.Advance(time.Duration(b.ms) * time.Millisecond)
		if err := b.ssc.loop.Settle(b.t.Context()); err != nil {
			b.t.Fatal(err)
		}
	}
}

// batch is the number, from 1, of the batch of a time.
func (b *streamBench) batch(t time.Time) int64 { return (t.UnixMilli() - b.ssc.turn.zero) / b.ms }

// keyed is a recorded pair.
type recordedPair struct {
	K string
	V int
}

func (p *recordedPair) UnmarshalJSON(text []byte) error {
	return json.Unmarshal(text, &[]any{&p.K, &p.V})
}

// queueOf makes RDDs of recorded inputs.
func queueOf(t *testing.T, sc *SparkContext, elem string, inputs []json.RawMessage) []*RDD {
	t.Helper()
	var q []*RDD
	for _, in := range inputs {
		decode := func(v any) {
			if err := json.Unmarshal(in, v); err != nil {
				t.Fatalf("%s: %v", in, err)
			}
		}
		switch elem {
		case "String":
			var v []string
			decode(&v)
			q = append(q, sc.Parallelize(v, 2))
		case "Int":
			var v []int
			decode(&v)
			q = append(q, sc.Parallelize(v, 2))
		case "(String, Int)":
			var v []recordedPair
			decode(&v)
			q = append(q, sc.Parallelize(v, 2).Map(func(p recordedPair) (string, int) { return p.K, p.V }))
		default: // PySpark's streams have no type
			var v []any
			decode(&v)
			for i, x := range v {
				v[i] = pythonValue(x)
			}
			q = append(q, sc.Parallelize(v, 2).cast("test", anyLeaf))
		}
	}
	return q
}

func pythonValue(x any) any {
	switch x := x.(type) {
	case float64:
		if x == float64(int(x)) {
			return int(x)
		}
	case []any:
		return Tuple(x)
	}
	return x
}

// recordText writes a record as the recorded ones are.
func recordText(v any) string {
	switch x := v.(type) {
	case Pair:
		return "[" + recordText(x.Key) + "," + recordText(x.Value) + "]"
	case Tuple:
		var s []string
		for _, e := range x {
			s = append(s, recordText(e))
		}
		return "[" + strings.Join(s, ",") + "]"
	}
	if r := reflect.ValueOf(v); r.Kind() == reflect.Slice {
		s := make([]string, r.Len())
		for i := range s {
			s[i] = recordText(r.Index(i).Interface())
		}
		return "[" + strings.Join(s, ",") + "]"
	}
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprintf("%T: %v", v, err)
	}
	return string(text)
}

func sorted(s []string) []string {
	sort.Strings(s)
	return s
}

func TestRecordedDStreams(t *testing.T) {
	for file, cases := range recordedCases(t, "testdata/dstream/*.json") {
		for _, c := range cases {
			t.Run(strings.TrimSuffix(file, ".json")+"/"+c.Name, func(t *testing.T) {
				make, ok := pipelines[c.Name]
				if !ok {
					t.Fatalf("the recorded case has no counterpart in Go: add %q to pipelines", c.Name)
				}
				runRecorded(t, c, make)
			})
		}
	}
}

func runRecorded(t *testing.T, c dstreamCase, pipeline func(*recordedInput) *DStream) {
	b := newStreamBench(t, time.Duration(c.BatchIntervalMs)*time.Millisecond, nil)
	b.ssc.Checkpoint(t.TempDir())
	in := &recordedInput{ssc: b.ssc, batch: b.ssc.Interval()}
	in.in = b.ssc.QueueStream(queueOf(t, b.sc, c.ElementType, c.Inputs))
	if c.Inputs2 != nil {
		in.in2 = b.ssc.QueueStream(queueOf(t, b.sc, c.ElementType2, c.Inputs2))
	}
	d := pipeline(in)
	got := map[int64][]string{}
	d.ForeachRDD(func(r *RDD, at time.Time) {
		elements := []string{}
		for _, v := range r.Collect() {
			elements = append(elements, recordText(v))
		}
		got[b.batch(at)] = sorted(elements)
	})
	if c.PprintTexts != nil {
		d.PPrint()
	} else {
		d.Print()
	}
	b.ssc.Start()
	last := int64(0)
	for _, e := range c.Expected {
		last = max(last, e.Batch)
	}
	texts := map[int64]string{}
	for i := int64(1); i <= last; i++ {
		b.out.Reset()
		b.run(1)
		texts[i] = b.out.String()
	}
	want := map[int64]bool{}
	for _, e := range c.Expected {
		want[e.Batch] = true
		elements := []string{}
		for _, x := range e.Elements {
			var compact bytes.Buffer
			if err := json.Compact(&compact, x); err != nil {
				t.Fatal(err)
			}
			elements = append(elements, compact.String())
		}
		if w := sorted(elements); !reflect.DeepEqual(got[e.Batch], w) {
			t.Errorf("batch %d: got %v, Spark has %v", e.Batch, got[e.Batch], w)
		}
	}
	for n := range got {
		if !want[n] {
			t.Errorf("batch %d: got %v, Spark has no RDD", n, got[n])
		}
	}
	for _, p := range []*printText{c.PrintText, c.PrintTextEmpty} {
		if p != nil {
			compareBlock(t, p.Batch, texts[p.Batch], p.Text, regexp.MustCompile(`(?m)^Time: \d+ ms$`), "Time: <ms> ms")
		}
	}
	for i, w := range c.PprintTexts {
		compareBlock(t, int64(i+1), texts[int64(i+1)], w, regexp.MustCompile(`(?m)^Time: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{6})?$`),
			"Time: <yyyy-MM-dd HH:mm:ss[.ffffff]>")
	}
}

// compareBlock compares a printed block with the recorded one. The order of records in it is the order of Spark's
// partitions, which is not part of the contract.
func compareBlock(t *testing.T, batch int64, got, want string, time *regexp.Regexp, as string) {
	t.Helper()
	got = time.ReplaceAllString(got, as)
	split := func(s string) (head string, lines []string) {
		all := strings.Split(s, "\n")
		if len(all) < 5 {
			return s, nil
		}
		return strings.Join(all[:3], "\n"), append(sorted(append([]string{}, all[3:len(all)-2]...)), all[len(all)-2:]...)
	}
	gotHead, gotLines := split(got)
	wantHead, wantLines := split(want)
	if gotHead != wantHead || !reflect.DeepEqual(gotLines, wantLines) {
		t.Errorf("batch %d prints\n%s\nSpark prints\n%s", batch, got, want)
	}
}

// recordedInput is what a recorded pipeline starts from.
type recordedInput struct {
	ssc     *StreamingContext
	in, in2 *DStream
	batch   time.Duration
}

func sumOf(a, b int) int  { return a + b }
func differ(a, b int) int { return a - b }
func sumAll(v []int) (n int) {
	for _, x := range v {
		n += x
	}
	return n
}

func sortedInts(v []int) []int {
	v = append([]int{}, v...)
	sort.Ints(v)
	return v
}

func runningSum(values []int, state *int) *int {
	n := sumAll(values)
	if state != nil {
		n += *state
	}
	return &n
}

// total is the recorded function of mapWithState: a running sum.
func total(k string, v int, st *State) (string, int) {
	n := v + st.GetOr(0).(int)
	st.Update(n)
	return k, n
}

var words = func(s string) []string { return strings.Split(s, " ") }

// pipelines are the recorded pipelines in Go.
var pipelines = map[string]func(*recordedInput) *DStream{
	"reduceByKey": func(i *recordedInput) *DStream { return i.in.ReduceByKey(sumOf) },
	"groupByKey":  func(i *recordedInput) *DStream { return i.in.GroupByKey().MapValues(sortedInts) },
	"mapValues":   func(i *recordedInput) *DStream { return i.in.MapValues(func(v int) int { return v + 100 }) },
	"flatMapValues": func(i *recordedInput) *DStream {
		return i.in.FlatMapValues(func(v int) []int {
			var r []int
			for x := range v {
				r = append(r, x+1)
			}
			return r
		})
	},
	"combineByKey": func(i *recordedInput) *DStream {
		return i.in.CombineByKey(
			func(v int) Pair { return Pair{Key: v, Value: 1} },
			func(c Pair, v int) Pair { return Pair{Key: c.Key.(int) + v, Value: c.Value.(int) + 1} },
			func(x, y Pair) Pair {
				return Pair{Key: x.Key.(int) + y.Key.(int), Value: x.Value.(int) + y.Value.(int)}
			}, 2)
	},
	"join":           func(i *recordedInput) *DStream { return i.in.Join(i.in2) },
	"leftOuterJoin":  func(i *recordedInput) *DStream { return i.in.LeftOuterJoin(i.in2) },
	"rightOuterJoin": func(i *recordedInput) *DStream { return i.in.RightOuterJoin(i.in2) },
	"fullOuterJoin":  func(i *recordedInput) *DStream { return i.in.FullOuterJoin(i.in2) },
	"cogroup": func(i *recordedInput) *DStream {
		return i.in.Cogroup(i.in2).MapValues(func(a, b []int) Pair { return Pair{Key: sortedInts(a), Value: sortedInts(b)} })
	},

	"updateStateByKey-sum": func(i *recordedInput) *DStream { return i.in.UpdateStateByKey(runningSum) },
	"updateStateByKey-remove": func(i *recordedInput) *DStream {
		return i.in.UpdateStateByKey(func(values []int, state *int) *int {
			if len(values) == 0 {
				return nil
			}
			return runningSum(values, state)
		})
	},
	"updateStateByKey-calls": func(i *recordedInput) *DStream {
		return i.in.UpdateStateByKey(func(values []int, state *Pair) *Pair {
			calls := 1
			if state != nil {
				calls += state.Value.(int)
			}
			return &Pair{Key: len(values), Value: calls}
		})
	},
	"mapWithState-sum":       func(i *recordedInput) *DStream { return i.in.MapWithState(StateSpecFunction(total)) },
	"mapWithState-snapshots": func(i *recordedInput) *DStream { return i.in.MapWithState(total).StateSnapshots() },
	"mapWithState-remove": func(i *recordedInput) *DStream {
		return i.in.MapWithState(func(k string, v *int, st *State) (string, string, int) {
			if v != nil && *v < 0 {
				old := st.GetOr(0).(int)
				if st.Exists() {
					st.Remove()
				}
				return k, "removed", old
			}
			n := *v + st.GetOr(0).(int)
			st.Update(n)
			return k, "sum", n
		})
	},

	"flatmap":      func(i *recordedInput) *DStream { return i.in.FlatMap(words) },
	"count":        func(i *recordedInput) *DStream { return i.in.Count() },
	"reduce":       func(i *recordedInput) *DStream { return i.in.Reduce(sumOf) },
	"countByValue": func(i *recordedInput) *DStream { return i.in.CountByValue() },
	"glom":         func(i *recordedInput) *DStream { return i.in.Glom() },
	"repartition-count-partitions": func(i *recordedInput) *DStream {
		return i.in.Repartition(3).Transform(func(r *RDD) *RDD { return r.Context().Parallelize([]int{r.GetNumPartitions()}, 1) })
	},
	"map-filter-chain": func(i *recordedInput) *DStream {
		return i.in.FlatMap(words).Filter(func(w string) bool { return w != "b" }).Map(strings.ToUpper)
	},
	"cache-two-outputs": func(i *recordedInput) *DStream {
		c := i.in.Map(func(x int) int { return x + 1 }).Cache()
		return c.Union(c.Map(func(x int) int { return -x }))
	},
	"long-batch-print": func(i *recordedInput) *DStream { return i.in.Map(func(x int) int { return x }) },
	"ssc-union": func(i *recordedInput) *DStream {
		return i.ssc.Union(i.in, i.in2, i.in.Map(func(x int) int { return x * 100 }))
	},

	"window-2":              func(i *recordedInput) *DStream { return i.in.Window(2 * i.batch) },
	"countByWindow-slide-2": func(i *recordedInput) *DStream { return i.in.CountByWindow(2*i.batch, 2*i.batch) },
	"reduceByWindow-inverse": func(i *recordedInput) *DStream {
		return i.in.ReduceByWindow(sumOf, differ, 3*i.batch, i.batch)
	},
	"reduceByKeyAndWindow-slide-2": func(i *recordedInput) *DStream {
		return i.in.ReduceByKeyAndWindow(sumOf, 3*i.batch, 2*i.batch)
	},
	"reduceByKeyAndWindow-inverse-filter": func(i *recordedInput) *DStream {
		return i.in.ReduceByKeyAndWindow(sumOf, differ, 3*i.batch, i.batch, 2, func(_ string, n int) bool { return n != 0 })
	},
	"groupByKeyAndWindow": func(i *recordedInput) *DStream {
		return i.in.GroupByKeyAndWindow(2*i.batch, i.batch).MapValues(sortedInts)
	},
	"countByValueAndWindow": func(i *recordedInput) *DStream { return i.in.CountByValueAndWindow(2*i.batch, i.batch) },
	"window-then-reduceByKey": func(i *recordedInput) *DStream {
		return i.in.Window(2*i.batch, 2*i.batch).ReduceByKey(sumOf)
	},
	"top-words-transform": func(i *recordedInput) *DStream {
		counts := i.in.FlatMap(words).Map(func(w string) (string, int) { return w, 1 }).ReduceByKeyAndWindow(sumOf, 2*i.batch, i.batch)
		return counts.Transform(func(r *RDD) *RDD {
			top := r.Collect()
			sort.Slice(top, func(a, b int) bool {
				x, y := top[a].(Pair), top[b].(Pair)
				if x.Value != y.Value {
					return x.Value.(int) > y.Value.(int)
				}
				return x.Key.(string) < y.Key.(string)
			})
			return r.Context().Parallelize(top[:min(2, len(top))], 1)
		})
	},

	"pprint-flatmap": func(i *recordedInput) *DStream { return i.in.FlatMap(words) },
	"pprint-wordcount": func(i *recordedInput) *DStream {
		return i.in.FlatMap(words).Map(func(w string) (string, int) { return w, 1 }).ReduceByKey(sumOf)
	},
	"pprint-none-and-types":        func(i *recordedInput) *DStream { return i.in.Map(func(x any) any { return x }) },
	"pprint-count":                 func(i *recordedInput) *DStream { return i.in.Count() },
	"pprint-countByValueAndWindow": func(i *recordedInput) *DStream { return i.in.CountByValueAndWindow(2*i.batch, i.batch) },
}
