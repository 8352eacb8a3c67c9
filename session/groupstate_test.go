package session

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"gospark/runtime/stream"
)

// A hit is a row of the streams of these tests: its time is in seconds after groupStart.
type hit struct {
	User string
	At   time.Time
	N    int
}

// groupStart is when the rows and the clock begin.
const groupStart = 1_700_000_000

type summed struct {
	User string
	N    int
}

type running struct {
	N    int
	Last time.Time
	Seen []int
}

// A groupStep is rows such as "12 ann 3" (seconds, user, n), added when the clock is at a second; what comes of it, as far
// as timeouts that are due; and whether the query is started again from its checkpoint before.
type groupStep struct {
	now  int
	rows string
	want string
}

var groupQueries = []struct {
	name  string
	mode  string
	query func(*DataFrame) *DataFrame
	steps []groupStep
}{
	{"one row a key", "update", func(df *DataFrame) *DataFrame {
		return df.GroupByKey(func(h hit) string { return h.User }).
			MapGroupsWithState(func(user string, hits []hit, s *running, g *GroupState) summed {
				s.N += len(hits)
				if s.N == 4 {
					g.Remove()
				}
				return summed{fmt.Sprint(user, g.Exists()), s.N}
			})
	}, []groupStep{
		{0, "1 ann 1, 2 ann 1, 3 bob 1", "[annfalse,2] [bobfalse,1]"},
		{1, "4 ann 1, 5 ann 1", "[anntrue,4]"},
		{2, "6 ann 1, 7 bob 1", "[annfalse,1] [bobtrue,2]"},
	}},
	{"processing time", "update", func(df *DataFrame) *DataFrame {
		return df.GroupByKey(func(h hit) string { return h.User }).
			MapGroupsWithState(ProcessingTimeTimeout, func(user string, hits iter.Seq[hit], s *running, g *GroupState) summed {
				if g.HasTimedOut() {
					g.Remove()
					return summed{user + " ends", s.N}
				}
				for h := range hits {
					s.N += h.N
				}
				g.SetTimeoutDuration("10 seconds")
				return summed{user, s.N}
			})
	}, []groupStep{
		{0, "1 ann 1, 2 bob 2", "[ann,1] [bob,2]"},
		{5, "1 ann 3", "[ann,4]"},
		{10, "", ""},
		{11, "", "[bob ends,2]"},
		{12, "1 bob 7", "[bob,7]"},
		{60, "", "[ann ends,4] [bob ends,7]"},
		{600, "", ""},
	}},
	{"event time", "append", func(df *DataFrame) *DataFrame {
		return df.WithWatermark("At", "5 seconds").GroupByKey(func(h hit) string { return h.User }).
			FlatMapGroupsWithState("append", EventTimeTimeout, func(user string, hits []hit, s *running, g *GroupState) []summed {
				if g.HasTimedOut() {
					g.Remove()
					return []summed{{user, s.N}, {"at", int(s.Last.Unix()) - groupStart}, {"mark", int(g.GetCurrentWatermarkMs()/1000) - groupStart}}
				}
				for _, h := range hits {
					s.N += h.N
					if h.At.After(s.Last) {
						s.Last = h.At
					}
				}
				g.SetTimeoutTimestamp(s.Last, "10 seconds")
				return nil
			})
	}, []groupStep{
		{0, "1 ann 1, 2 bob 2", ""},
		{0, "16 bob 1", ""}, // the watermark is 11 now, which ann's timeout is not before
		{0, "17 bob 1", "[ann,1] [at,1] [mark,12]"},
		{0, "3 ann 5, 40 cid 1", "[at,17] [bob,4] [mark,35]"}, // ann's row is late
	}},
	{"keys that are structs", "update", func(df *DataFrame) *DataFrame {
		type key struct {
			User string
			Odd  bool
		}
		return df.GroupByKey(func(h hit) key { return key{h.User, h.N%2 == 1} }).
			MapGroupsWithState(NoTimeout, func(k key, hits []hit, s *map[string]int, g *GroupState) (string, bool, string) {
				if *s == nil {
					*s = map[string]int{}
				}
				for _, h := range hits {
					(*s)[fmt.Sprint(h.N)]++
				}
				return k.User, k.Odd, fmt.Sprint(*s)
			})
	}, []groupStep{
		{0, "1 ann 1, 2 ann 2, 3 ann 1", "[ann,false,map[2:1]] [ann,true,map[1:2]]"},
		{0, "1 ann 3", "[ann,true,map[1:2 3:1]]"},
	}},
	{"values of the groups", "update", func(df *DataFrame) *DataFrame {
		return df.GroupByKey(func(h hit) string { return h.User }).MapValues(func(h hit) int { return h.N }).
			MapGroupsWithState(NoTimeout, func(user string, ns []int, sum *int, g *GroupState) summed {
				for _, n := range ns {
					*sum += n
				}
				return summed{user, *sum}
			})
	}, []groupStep{{0, "1 ann 1, 2 ann 2", "[ann,3]"}, {0, "1 ann 3", "[ann,6]"}}},
	{"filtered afterwards", "append", func(df *DataFrame) *DataFrame {
		return df.GroupByKey(func(h hit) string { return h.User }).
			FlatMapGroupsWithState("append", NoTimeout, func(user string, hits []hit, last *int, g *GroupState) iter.Seq[summed] {
				return func(yield func(summed) bool) {
					for _, h := range hits {
						if h.N > *last {
							*last = h.N
							if !yield(summed{user, h.N}) {
								return
							}
						}
					}
				}
			}).Filter("N > 1")
	}, []groupStep{{0, "1 ann 1, 2 ann 5, 3 ann 4", "[ann,5]"}, {0, "1 ann 5, 2 ann 6", "[ann,6]"}}},
	{"variables", "update", func(df *DataFrame) *DataFrame {
		return df.GroupByKey(func(h hit) string { return h.User }).
			TransformWithState(func(h *StatefulProcessorHandle) {
				sum, last, byN := h.GetValueState("sum", 0), h.GetListState("last", hit{}), h.GetMapState("byN", "", running{})
				h.HandleInputRows(func(user string, hits []hit) []string {
					for _, x := range hits {
						sum.Update(sum.Get().(int) + x.N)
						if last.AppendValue(x); len(last.Get()) > 2 {
							last.Put([]hit{last.Get()[2].(hit)})
						}
						r := byN.GetValue(fmt.Sprint(x.N)).(running)
						r.N++
						byN.UpdateValue(fmt.Sprint(x.N), r)
					}
					if sum.Get() == 9 {
						sum.Clear()
						last.Clear()
						byN.RemoveKey("1")
					}
					var ns []int
					for _, x := range last.Get() {
						ns = append(ns, x.(hit).N)
					}
					var counts []string
					for n, c := range byN.Iterator() {
						counts = append(counts, fmt.Sprint(n, "*", c.(running).N))
					}
					return []string{fmt.Sprint(user, sum.Exists(), sum.Get(), ns, counts, byN.ContainsKey("1"))}
				})
			})
	}, []groupStep{
		{0, "1 ann 1, 2 ann 2, 3 bob 5", "[anntrue 3 [1 2] [1*1 2*1] true] [bobtrue 5 [5] [5*1] false]"},
		{0, "4 ann 6, 5 bob 5", "[annfalse 0 [] [2*1 6*1] false] [bobtrue 10 [5 5] [5*2] false]"},
		{0, "6 bob 1", "[bobtrue 11 [1] [5*2 1*1] true]"},
	}},
	{"timers and times to live", "append", func(df *DataFrame) *DataFrame {
		return df.GroupByKey(func(h hit) string { return h.User }).
			TransformWithState(func(h *StatefulProcessorHandle) {
				short, long := h.GetValueState("short", 0, "10 seconds"), h.GetValueState("long", 0, time.Hour)
				list := h.GetListState("list", 0, 20*time.Second)
				h.HandleInputRows(func(user string, hits []hit) []string {
					for _, x := range hits {
						short.Update(x.N)
						long.Update(x.N)
						list.AppendValue(x.N)
						h.RegisterTimer(h.GetCurrentProcessingTimeMs() + int64(x.N)*1000)
					}
					if len(hits) > 2 {
						h.DeleteTimer(h.ListTimers()[0])
					}
					return nil
				})
				h.HandleExpiredTimer(func(user string, at time.Time) []string {
					return []string{fmt.Sprint(user, at.Unix()-groupStart, short.Get(), long.Get(), list.Get(), len(h.ListTimers()))}
				})
			}, TimeModeProcessingTime)
	}, []groupStep{
		{0, "1 ann 9, 1 ann 5, 1 ann 30, 1 bob 12", ""},
		{5, "", "[ann5 30 30 [9 5 30] 2]"},
		{12, "", "[bob12 0 12 [12] 1]"},
		{19, "1 ann 40", ""},
		{30, "", "[ann30 0 40 [40] 2]"},
		{4000, "", "[ann59 0 0 [] 1]"},
		{9000, "", ""},
	}},
	{"timers by the watermark", "append", func(df *DataFrame) *DataFrame {
		return df.WithWatermark("At", "5 seconds").GroupByKey(func(h hit) string { return h.User }).
			TransformWithState(func(h *StatefulProcessorHandle) {
				h.HandleInputRows(func(user string, hits []hit) []summed {
					for _, x := range hits {
						h.RegisterTimer(x.At.Add(10 * time.Second))
					}
					return nil
				})
				h.HandleExpiredTimer(func(user string, ms int64) []summed {
					return []summed{{user, int(ms/1000) - groupStart}, {"mark", int(h.GetCurrentWatermarkMs()/1000) - groupStart}}
				})
			}, TimeModeEventTime)
	}, []groupStep{
		{0, "1 ann 1, 30 bob 1", "[ann,11] [mark,25]"},
		{0, "20 ann 1, 36 bob 1", ""}, // ann's row is late
		{0, "60 cid 1", "[bob,40] [bob,46] [mark,55] [mark,55]"},
	}},
	{"counted afterwards", "complete", func(df *DataFrame) *DataFrame {
		return df.GroupByKey(func(h hit) string { return h.User }).
			FlatMapGroupsWithState("append", NoTimeout, func(user string, hits []hit, n *int, g *GroupState) []string {
				*n += len(hits)
				return slices.Repeat([]string{user}, *n)
			}).GroupBy("value").Count()
	}, []groupStep{{0, "1 ann 1, 2 ann 5, 3 bob 2", "[ann,2] [bob,1]"}, {0, "4 ann 9", "[ann,5] [bob,1]"}}},
}

// hits reads rows such as "12 ann 3".
func hits(t *testing.T, text string) (rows []any) {
	for _, f := range strings.Split(text, ",") {
		var at int64
		var h hit
		if _, err := fmt.Sscan(f, &at, &h.User, &h.N); err != nil {
			t.Fatal(f, err)
		}
		h.At = time.Unix(groupStart+at, 0)
		rows = append(rows, h)
	}
	return rows
}

// TestGroupsWithState runs functions over groups with state, in one run, and in a run for each step.
func TestGroupsWithState(t *testing.T) {
	for _, c := range groupQueries {
		for _, restarts := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, restarts: %v", c.name, restarts), func(t *testing.T) {
				s, _ := streamSession(t)
				clock := stream.NewManualClock(time.Unix(groupStart, 0))
				s.sc.streaming.clock = clock
				in := NewMemoryStream(s, hit{})
				df, dir := c.query(in.ToDF()), t.TempDir()
				var out []string
				start := func() *StreamingQuery {
					return df.WriteStream().OutputMode(c.mode).Option("checkpointLocation", dir).ForeachBatch(func(df *DataFrame, _ int64) {
						for _, r := range df.Collect() {
							out = append(out, r.ShellString())
						}
					}).Start()
				}
				q := start()
				now := 0
				for i, step := range c.steps {
					if restarts && i > 0 {
						q.Stop()
						q = start()
					}
					clock.Advance(time.Duration(step.now-now) * time.Second)
					now = step.now
					q.ProcessAllAvailable() // a trigger from before the clock moved is over
					if step.rows != "" {
						in.AddData(hits(t, step.rows)...)
					}
					q.ProcessAllAvailable()
					slices.Sort(out)
					if have := strings.Join(out, " "); have != step.want {
						t.Errorf("step %d: %s, want %s", i, have, step.want)
					}
					out = nil
				}
				q.Stop()
			})
		}
	}
}

// TestGroupsWithStateOfATable calls each key once, with all its rows, and no timeout comes.
func TestGroupsWithStateOfATable(t *testing.T) {
	s, _ := streamSession(t)
	df := s.CreateDataFrame([]hit{{"ann", time.Unix(1, 0), 1}, {"bob", time.Unix(2, 0), 2}, {"ann", time.Unix(3, 0), 3}})
	g := df.WithWatermark("At", "1 second").GroupByKey(func(h hit) string { return h.User })
	count := func(user string, hits []hit, n *int, g *GroupState) summed {
		*n += len(hits)
		return summed{fmt.Sprint(user, g.Exists(), g.HasTimedOut()), *n}
	}
	for _, c := range []struct {
		name string
		df   *DataFrame
		want string
	}{
		{"map", g.MapGroupsWithState(count), "[annfalse false,2]\n[bobfalse false,1]\n"},
		{"a timeout", g.MapGroupsWithState(ProcessingTimeTimeout, func(user string, hits []hit, n *int, g *GroupState) summed {
			g.SetTimeoutDuration(1)
			return count(user, hits, n, g)
		}), "[annfalse false,2]\n[bobfalse false,1]\n"},
		{"flat", g.FlatMapGroupsWithState("update", EventTimeTimeout, func(user string, hits []hit, n *int, g *GroupState) []int {
			g.SetTimeoutTimestamp(time.Unix(1, 0))
			return make([]int, len(hits))
		}), "[0]\n[0]\n[0]\n"},
		{"transform", g.TransformWithState(func(h *StatefulProcessorHandle) {
			n := h.GetValueState("n", 0)
			h.HandleInputRows(func(user string, hits []hit) []summed {
				n.Update(n.Get().(int) + len(hits))
				return []summed{{user, n.Get().(int)}}
			})
		}), "[ann,2]\n[bob,1]\n"},
	} {
		for range 2 {
			lines := strings.SplitAfter(rowLines(c.df), "\n")
			slices.Sort(lines)
			if have := strings.Join(lines, ""); have != c.want {
				t.Errorf("%s: %q, want %q", c.name, have, c.want)
			}
		}
	}
}

// TestChangedGroupStateIsRefused starts queries on the checkpoint of another.
func TestChangedGroupStateIsRefused(t *testing.T) {
	type info struct{ A, B int }
	type swapped struct{ B, A int }
	type key = string
	s, _ := streamSession(t)
	in := NewMemoryStream(s, hit{})
	g := in.ToDF().WithWatermark("At", "1 second").GroupByKey(func(h hit) key { return h.User })
	keeping := func(timeout GroupStateTimeout) *DataFrame {
		return g.FlatMapGroupsWithState("append", timeout, func(_ key, _ []hit, s *info, _ *GroupState) []int { s.A++; return nil })
	}
	variables := func(mode TimeMode, declare func(h *StatefulProcessorHandle)) *DataFrame {
		return g.TransformWithState(func(h *StatefulProcessorHandle) {
			declare(h)
			h.HandleInputRows(func(key, []hit) []int { return nil })
			if mode != TimeModeNone {
				h.HandleExpiredTimer(func(key, time.Time) []int { return nil })
			}
		}, mode)
	}
	one := variables(TimeModeNone, func(h *StatefulProcessorHandle) { h.GetValueState("v", 0) })
	for _, c := range []struct {
		name     string
		was, now *DataFrame
		want     []string // nothing: it goes on
	}{
		{"the same", keeping(NoTimeout), keeping(NoTimeout), nil},
		{"fields in another order", keeping(NoTimeout), g.FlatMapGroupsWithState("append", NoTimeout, func(_ key, _ []hit, s *swapped, _ *GroupState) []int { return nil }),
			[]string{"STATE_STORE_VALUE_SCHEMA_NOT_COMPATIBLE", "- timeout BIGINT, STRUCT<A: BIGINT", "+ timeout BIGINT, STRUCT<B: BIGINT", "checkpointLocation"}},
		{"another timeout", keeping(NoTimeout), keeping(ProcessingTimeTimeout), []string{"- timeouts in no time", "+ timeouts in processing time"}},
		{"another key", keeping(NoTimeout), in.ToDF().GroupByKey(func(h hit) int { return h.N }).
			FlatMapGroupsWithState("append", NoTimeout, func(_ int, _ []hit, s *info, _ *GroupState) []int { return nil }), []string{"STATE_STORE_KEY_SCHEMA_NOT_COMPATIBLE", "STRING", "BIGINT"}},
		{"another operator", keeping(NoTimeout), one, []string{"STREAMING_STATEFUL_OPERATOR_NOT_MATCH_IN_STATE_METADATA", "- operator 0: flatMapGroupsWithState", "+ operator 0: transformWithStateExec"}},
		{"the type of a variable", one, variables(TimeModeNone, func(h *StatefulProcessorHandle) { h.GetValueState("v", "") }), []string{"value.v", "- BIGINT", "+ STRING"}},
		{"a time to live", one, variables(TimeModeNone, func(h *StatefulProcessorHandle) { h.GetValueState("v", 0, "1 hour") }), []string{"+ expires BIGINT, BIGINT"}},
		{"a variable more", one, variables(TimeModeNone, func(h *StatefulProcessorHandle) { h.GetListState("w", 0); h.GetValueState("v", 0) }), nil},
		{"another time mode", one, variables(TimeModeEventTime, func(h *StatefulProcessorHandle) { h.GetValueState("v", 0) }), []string{"- timers in no time", "+ timers in event time"}},
	} {
		dir := t.TempDir()
		start := func(df *DataFrame) *StreamingQuery {
			return df.WriteStream().Format("noop").OutputMode("append").Option("checkpointLocation", dir).Start()
		}
		q := start(c.was)
		in.AddData(hits(t, "1 ann 1")...)
		q.ProcessAllAvailable()
		q.Stop()
		err := Try(func() { start(c.now).Stop() })
		if (err == nil) != (c.want == nil) {
			t.Errorf("%s: %v", c.name, err)
		}
		for _, w := range c.want {
			if err != nil && !strings.Contains(err.Error(), w) {
				t.Errorf("%s: %v, want %s", c.name, err, w)
			}
		}
	}
}

// TestGroupStateMistakes says what to type, where the query is made, where it starts, and where it runs.
func TestGroupStateMistakes(t *testing.T) {
	s, err := New(Config{Master: "local[2]", Out: io.Discard, Notice: func(string) {}, Conf: map[string]string{"spark.sql.shuffle.partitions": "2"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	in := NewMemoryStream(s, hit{})
	df := in.ToDF()
	g := df.GroupByKey(func(h hit) string { return h.User })
	flat := func(mode string, timeout GroupStateTimeout, do func(s *int, g *GroupState)) *DataFrame {
		return g.FlatMapGroupsWithState(mode, timeout, func(_ string, _ []hit, s *int, g *GroupState) []int {
			do(s, g)
			return nil
		})
	}
	mapped := g.MapGroupsWithState(func(user string, _ []hit, _ *int, _ *GroupState) string { return user })
	nothing := func(*int, *GroupState) {}
	processor := func(do func(h *StatefulProcessorHandle, v *ValueState)) *DataFrame {
		return g.TransformWithState(func(h *StatefulProcessorHandle) {
			v := h.GetValueState("v", 0)
			h.HandleInputRows(func(string, []hit) []int { do(h, v); return nil })
		})
	}
	run := func(df *DataFrame, mode string) func() {
		return func() {
			q := df.WriteStream().Format("noop").OutputMode(mode).Start()
			defer q.Stop()
			in.AddData(hits(t, "1 ann 1")...)
			q.ProcessAllAvailable()
		}
	}
	for _, c := range []struct {
		name, want string
		f          func()
	}{
		{"no function", "want a timeout and a function", func() { g.MapGroupsWithState() }},
		{"another shape", "want func(key K, rows []V, s *S, g *GroupState) U", func() { g.MapGroupsWithState(func(string, []hit) int { return 0 }) }},
		{"no pointer", "s *S", func() { g.MapGroupsWithState(func(string, []hit, int, *GroupState) int { return 0 }) }},
		{"one row for many", "[]U", func() {
			g.FlatMapGroupsWithState("append", NoTimeout, func(string, []hit, *int, *GroupState) int { return 0 })
		}},
		{"another key", "the key is a string, and the function takes a int", func() { g.MapGroupsWithState(func(int, []hit, *int, *GroupState) int { return 0 }) }},
		{"another timeout", "there is no timeout", func() {
			g.FlatMapGroupsWithState("append", "Never", func(string, []hit, *int, *GroupState) []int { return nil })
		}},
		{"complete mode", `"append" or "update"`, func() {
			g.FlatMapGroupsWithState("complete", NoTimeout, func(string, []hit, *int, *GroupState) []int { return nil })
		}},
		{"a field that is not kept", "write it with a capital letter", func() {
			g.MapGroupsWithState(func(string, []hit, *struct{ N, m int }, *GroupState) int { return 0 })
		}},
		{"a type that is not kept", "there is no column type", func() { g.MapGroupsWithState(func(string, []hit, *chan int, *GroupState) int { return 0 }) }},
		{"a column that is not there", "there is no column Sum", func() {
			g.MapGroupsWithState(func(string, []struct{ Sum int }, *int, *GroupState) int { return 0 })
		}},
		{"append for one row", `OutputMode("update")`, run(mapped, "append")},
		{"update for new rows", `OutputMode("append")`, run(flat("append", NoTimeout, nothing), "update")},
		{"append for changes", `OutputMode("update")`, run(flat("update", NoTimeout, nothing), "append")},
		{"complete", "STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION", run(flat("update", NoTimeout, nothing), "complete")},
		{"two of them", "Multiple mapGroupsWithStates", run(mapped.GroupByKey(func(s string) string { return s }).
			MapGroupsWithState(func(s string, _ []string, _ *int, _ *GroupState) string { return s }), "update")},
		{"no watermark", `type WithWatermark("time", "10 minutes")`, run(flat("append", EventTimeTimeout, nothing), "append")},
		{"duration without a timeout", "use ProcessingTimeTimeout", run(flat("append", NoTimeout, func(_ *int, g *GroupState) { g.SetTimeoutDuration("1 second") }), "append")},
		{"duration", "SetTimeoutDuration: duration: have soon", run(flat("append", ProcessingTimeTimeout, func(_ *int, g *GroupState) { g.SetTimeoutDuration("soon") }), "append")},
		{"no duration", "want a positive duration", run(flat("append", ProcessingTimeTimeout, func(_ *int, g *GroupState) { g.SetTimeoutDuration(0) }), "append")},
		{"time", "want a time.Time or ms since 1970", run(flat("append", ProcessingTimeTimeout, func(_ *int, g *GroupState) { g.SetTimeoutTimestamp("noon") }), "append")},
		{"time by duration", "use EventTimeTimeout", run(flat("append", ProcessingTimeTimeout, func(_ *int, g *GroupState) { g.SetTimeoutTimestamp(1) }), "append")},
		{"watermark", "call WithWatermark", run(flat("append", NoTimeout, func(_ *int, g *GroupState) { g.GetCurrentWatermarkMs() }), "append")},
		{"a panic", "index out of range", run(flat("append", NoTimeout, func(s *int, _ *GroupState) { _ = []int{}[*s] }), "append")},
		{"the user's error", "no good", run(g.FlatMapGroupsWithState("append", NoTimeout, func(string, []hit, *int, *GroupState) ([]int, error) {
			return nil, errors.New("no good")
		}), "append")},
		{"no functions", "type h.HandleInputRows(func(key K, rows []V) []U", func() {
			g.TransformWithState(func(*StatefulProcessorHandle) {})
		}},
		{"output mode as time mode", "OutputMode", func() {
			g.TransformWithState(func(h *StatefulProcessorHandle) {
				h.HandleInputRows(func(string, []hit) []int { return nil })
			}, TimeModeNone, "update")
		}},
		{"no timer function", "there is no h.HandleExpiredTimer", func() {
			g.TransformWithState(func(h *StatefulProcessorHandle) {
				h.HandleInputRows(func(string, []hit) []int { return nil })
			}, TimeModeEventTime)
		}},
		{"a timer function of another shape", "want func(key string, at time.Time) []int", func() {
			g.TransformWithState(func(h *StatefulProcessorHandle) {
				h.HandleInputRows(func(string, []hit) []int { return nil })
				h.HandleExpiredTimer(func(string) []int { return nil })
			}, TimeModeEventTime)
		}},
		{"two variables of a name", "there is a variable", func() {
			processor(nil)
			g.TransformWithState(func(h *StatefulProcessorHandle) {
				h.GetValueState("v", 0)
				h.GetMapState("v", "", 0)
			})
		}},
		{"no sample", "such as 0 or Info{}", func() {
			g.TransformWithState(func(h *StatefulProcessorHandle) {
				h.GetValueState("v", nil)
			})
		}},
		{"used too early", "call it in HandleInputRows", func() {
			g.TransformWithState(func(h *StatefulProcessorHandle) {
				h.GetValueState("v", 0).Get()
			})
		}},
		{"made too late", "before its functions are called", run(processor(func(h *StatefulProcessorHandle, _ *ValueState) { h.GetListState("l", 0) }), "append")},
		{"a value of another type", "the state is a int, and a string is given", run(processor(func(_ *StatefulProcessorHandle, v *ValueState) { v.Update("x") }), "append")},
		{"null", "'null' is not a valid state value", run(processor(func(_ *StatefulProcessorHandle, v *ValueState) { v.Update(nil) }), "append")},
		{"a timer without a time mode", "use TimeModeProcessingTime", run(processor(func(h *StatefulProcessorHandle, _ *ValueState) { h.RegisterTimer(1) }), "append")},
		{"variables that come and go", "was not there when the query was defined", run(g.TransformWithState(func() func(h *StatefulProcessorHandle) {
			var made atomic.Int32
			return func(h *StatefulProcessorHandle) {
				h.GetValueState(fmt.Sprint("v", made.Add(1)), 0)
				h.HandleInputRows(func(string, []hit) []int { return nil })
			}
		}()), "append")},
	} {
		if err := Try(c.f); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}
