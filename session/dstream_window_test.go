package session

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestWindowsAgainstTheirDefinition compares every form of window with one computed from all input, for random input,
// lengths and slides.
func TestWindowsAgainstTheirDefinition(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		length := rapid.Int64Range(1, 4).Draw(rt, "length")
		slide := rapid.Int64Range(1, 3).Draw(rt, "slide")
		batches := rapid.SliceOfN(rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) Pair {
			return Pair{Key: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(rt, "key"), Value: rapid.IntRange(-2, 2).Draw(rt, "value")}
		}), 0, 3), 1, 7).Draw(rt, "batches")

		b := newStreamBench(t, Seconds(1), nil)
		b.ssc.Checkpoint(t.TempDir())
		l, s := Seconds(int(length)), Seconds(int(slide))
		in := b.ssc.QueueStream(batches).Map(func(k, v any) (string, int) { return k.(string), v.(int) })
		nonZero := func(_ string, n int) bool { return n != 0 }
		forms := map[string]*collected{
			"window":   (&collected{}).add(in.Window(l, s)),
			"reduce":   (&collected{}).add(in.ReduceByKeyAndWindow(sumOf, l, s)),
			"inverse":  (&collected{}).add(in.ReduceByKeyAndWindow(sumOf, differ, l, s).Filter(nonZero)),
			"filtered": (&collected{}).add(in.ReduceByKeyAndWindow(sumOf, differ, l, s, 2, nonZero)),
			"group":    (&collected{}).add(in.GroupByKeyAndWindow(l, s).MapValues(sumAll)),
			"count":    (&collected{}).add(in.ReduceByWindow(func(a, b Pair) Pair { return Pair{Key: "n", Value: a.Value.(int) + b.Value.(int)} }, l, s)),
			"values":   (&collected{}).add(in.CountByValueAndWindow(l, s)),
		}
		b.ssc.Start()
		total := int64(len(batches)) + length + slide
		b.run(int(total))
		b.sc.Stop()

		want := map[string][]string{}
		for at := slide; at <= total; at += slide {
			var all []string
			sums, counts, n, any := map[string]int{}, map[string]int{}, 0, false
			for u := max(at-length, 0); u < at && u < int64(len(batches)); u++ {
				for _, p := range batches[u] {
					all = append(all, recordText(p))
					counts[recordText(p)]++
					sums[p.Key.(string)] += p.Value.(int)
					n, any = n+p.Value.(int), true
				}
			}
			text := func(m map[string]int, form string, zero bool) string {
				var s []string
				for _, k := range slices.Sorted(maps.Keys(m)) {
					if m[k] != 0 || zero {
						s = append(s, fmt.Sprintf(form, k, m[k]))
					}
				}
				return strings.Join(sorted(s), " ")
			}
			add := func(form, text string) { want[form] = append(want[form], text) }
			add("window", strings.Join(sorted(all), " "))
			add("reduce", text(sums, `["%s",%d]`, true))
			add("group", text(sums, `["%s",%d]`, true))
			add("inverse", text(sums, `["%s",%d]`, false))
			add("filtered", text(sums, `["%s",%d]`, false))
			add("values", text(counts, `[%s,%d]`, false))
			// One record is not reduced: its key shows.
			if !any {
				add("count", "")
			} else if len(all) == 1 {
				add("count", all[0])
			} else {
				add("count", fmt.Sprintf(`["n",%d]`, n))
			}
		}
		for form, c := range forms {
			if !slices.Equal(c.batches, want[form]) {
				rt.Errorf("%s, length %d, slide %d:\ngot  %q\nwant %q", form, length, slide, c.batches, want[form])
			}
		}
		if f := b.ssc.Status().Failed; f > 0 {
			rt.Errorf("%d batches failed", f)
		}
	})
}

// A filter may drop a key whose sum is 0 while the window still has values of it that do not cancel out later.
func TestFilteredKeyComesBackWhenAPartOfItLeaves(t *testing.T) {
	b := newStreamBench(t, Seconds(1), nil)
	b.ssc.Checkpoint(t.TempDir())
	in := b.ssc.QueueStream([][]Pair{{{Key: "a", Value: 1}}, {{Key: "a", Value: -1}}}).MapValues(func(v any) int { return v.(int) })
	c := (&collected{}).add(in.ReduceByKeyAndWindow(sumOf, differ, Seconds(2), Seconds(1), 2, func(_ any, n int) bool { return n != 0 }))
	b.ssc.Start()
	b.run(4)
	c.expect(t, `["a",1]`, "", `["a",-1]`, "")
}

func TestWindowOfAWindow(t *testing.T) {
	b := newStreamBench(t, Seconds(1), nil)
	in := b.ssc.QueueStream([][]int{{1}, {2}, {3}, {4}, {5}, {6}, {7}, {8}})
	c := (&collected{}).add(in.Window(Seconds(2), Seconds(2)).Window(Seconds(4), Seconds(4)))
	b.ssc.Start()
	b.run(8)
	c.expect(t, "1 2 3 4", "5 6 7 8")
}

func TestFailedBatchIsLeftOutOfTheInverseWindowOnBothEnds(t *testing.T) {
	b := newStreamBench(t, Seconds(1), nil)
	b.ssc.Checkpoint(t.TempDir())
	in := b.ssc.QueueStream([][]int{{1}, {0}, {2}, {5}}).Map(func(x int) (string, int) { return "n", 10 / x })
	c := (&collected{}).add(in.ReduceByKeyAndWindow(sumOf, differ, Seconds(2), Seconds(1)))
	b.ssc.Start()
	b.run(6)
	// Batch 2 failed; the windows that would have it do without it.
	c.expect(t, `["n",10]`, `["n",5]`, `["n",7]`, `["n",2]`, `["n",0]`)
}
