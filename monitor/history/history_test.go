package history_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"gospark/monitor/history"
	"gospark/monitor/historytest"
	"gospark/runtime/progress"
)

var t0 = historytest.Start

func store(l history.Limits, events ...progress.Event) *history.Store {
	s := history.New(progress.ApplicationStart{}, l)
	for _, e := range events {
		s.Apply(e)
	}
	return s
}

// jobs makes n jobs of one stage with two tasks each, that end or do not.
func jobs(from, n int, end bool) (list []progress.Event) {
	for i := from; i < from+n; i++ {
		info := progress.StageInfo{ID: i, Tasks: 2}
		list = append(list, progress.JobStart{ID: i, Time: t0, Stages: []progress.StageInfo{info}}, progress.StageSubmitted{Stage: info, JobID: i, Time: t0})
		for k := range 2 {
			list = append(list, progress.TaskStart{StageID: i, ID: int64(2*i + k), Index: k, Time: t0})
		}
		if !end {
			continue
		}
		for k := range 2 {
			list = append(list, progress.TaskEnd{StageID: i, ID: int64(2*i + k), Index: k, Launch: t0, Time: t0, Metrics: progress.TaskMetrics{InputRows: 1}})
		}
		list = append(list, progress.StageCompleted{Stage: info, JobID: i, Time: t0}, progress.JobEnd{ID: i, Time: t0})
	}
	return list
}

func jobIDs(h *history.History) (ids []int) {
	for j := range h.Jobs.All() {
		ids = append(ids, j.ID)
	}
	return ids
}

func TestForgetsTheOldestFinishedFirst(t *testing.T) {
	limits := history.Limits{Jobs: 3, Stages: 3, Tasks: 100}
	events := append(jobs(0, 1, false), jobs(1, 5, true)...)
	store(limits, events...).Read(func(h *history.History) {
		if ids := jobIDs(h); !slices.Equal(ids, []int{0, 4, 5}) {
			t.Errorf("jobs %v, want the running one and the two last", ids)
		}
		if h.Stages.Len() != 3 || h.Totals.Jobs != 6 || h.Totals.StagesCompleted != 5 || h.Totals.Metrics.InputRows != 10 || h.Totals.ActiveTasks() != 2 {
			t.Errorf("%d stages, totals %+v", h.Stages.Len(), h.Totals)
		}
	})
	// When no end comes any more (the listener lost them), it is bounded all the same.
	store(limits, jobs(0, 50, false)...).Read(func(h *history.History) {
		if h.Jobs.Len() > 6 || h.Stages.Len() > 6 {
			t.Errorf("%d jobs, %d stages", h.Jobs.Len(), h.Stages.Len())
		}
		if ids := jobIDs(h); ids[len(ids)-1] != 49 {
			t.Errorf("the newest is gone: %v", ids)
		}
	})
}

func TestForgetsTasks(t *testing.T) {
	count := func(s *history.Store) (kept, forgotten int) {
		s.Read(func(h *history.History) {
			for st := range h.Stages.All() {
				kept, forgotten = kept+len(st.Tasks), forgotten+st.Forgotten
			}
		})
		return kept, forgotten
	}
	kept, forgotten := count(store(history.Limits{Tasks: 10}, jobs(0, 20, true)...))
	if kept > 10 || kept < 8 || kept+forgotten != 40 {
		t.Errorf("%d kept, %d forgotten", kept, forgotten)
	}
	// One stage with more tasks than the limit, all running.
	events := []progress.Event{progress.StageSubmitted{Stage: progress.StageInfo{ID: 1, Tasks: 1000}}}
	for i := range 1000 {
		events = append(events, progress.TaskStart{StageID: 1, ID: int64(i), Index: i, Time: t0})
	}
	for i := range 1000 {
		events = append(events, progress.TaskEnd{StageID: 1, ID: int64(i), Index: i, Launch: t0, Time: t0.Add(time.Second)})
	}
	s := store(history.Limits{Tasks: 10}, events...)
	if kept, forgotten = count(s); kept > 10 || kept+forgotten != 1000 {
		t.Errorf("%d kept, %d forgotten", kept, forgotten)
	}
	s.Read(func(h *history.History) {
		st, _ := h.Stages.Get(history.StageKey{ID: 1})
		if st.CompletedTasks != 1000 || st.CompletedIndices != 1000 || st.ActiveTasks != 0 || st.TaskTime != 1000*time.Second {
			t.Errorf("counted %+v", st)
		}
	})
	// Stages that are forgotten give their tasks' room back.
	kept, _ = count(store(history.Limits{Tasks: 10, Stages: 2}, jobs(0, 20, true)...))
	if kept != 4 {
		t.Errorf("%d tasks kept of two stages", kept)
	}
}

func TestForgetsBatchesAndContexts(t *testing.T) {
	var events []progress.Event
	for n := range 50 {
		at := t0.Add(time.Duration(n) * time.Second)
		events = append(events, progress.BatchSubmitted{Context: "a", BatchTime: at.UnixMilli(), Submitted: at, Inputs: []progress.InputInfo{{Rows: 2}}},
			progress.BatchStarted{Context: "a", BatchTime: at.UnixMilli(), Submitted: at, Started: at},
			progress.BatchCompleted{Context: "a", BatchTime: at.UnixMilli(), Submitted: at, Started: at, Completed: at.Add(30 * time.Millisecond)})
	}
	store(history.Limits{Batches: 10}, events...).Read(func(h *history.History) {
		c := h.Streaming("a")
		if c.Batches.Len() != 10 || c.CompletedBatches != 50 || c.ReceivedRows != 100 || c.ProcessedRows != 100 {
			t.Errorf("%d batches, %+v", c.Batches.Len(), c)
		}
		if c.Processing.Count != 50 || c.Processing.Buckets[3] != 50 || c.Processing.Sum != 1500*time.Millisecond {
			t.Errorf("histogram %+v", c.Processing)
		}
	})
	events = nil
	for n := range 100 {
		id := fmt.Sprint(n)
		events = append(events, progress.StreamingStart{Context: id, Time: t0}, progress.StreamingStop{Context: id, Time: t0})
	}
	store(history.Limits{}, events...).Read(func(h *history.History) {
		if h.Contexts.Len() > 20 || h.Streaming("99") == nil || h.Streaming("") != nil {
			t.Errorf("%d contexts", h.Contexts.Len())
		}
	})
}

// Any suffix of the events must be taken in: a slow listener loses the first ones.
func TestMissingEvents(t *testing.T) {
	all := historytest.Events()
	for from := range all {
		store(history.Limits{}, all[from:]...).Read(func(h *history.History) {
			for s := range h.Stages.All() {
				if s.ActiveTasks < 0 {
					t.Errorf("from event %d: stage %d has %d active tasks", from, s.ID, s.ActiveTasks)
				}
			}
			for j := range h.Jobs.All() {
				if j.ActiveStages < 0 || j.ActiveTasks < 0 {
					t.Errorf("from event %d: job %d: %+v", from, j.ID, j)
				}
			}
			if h.Totals.ActiveTasks() < 0 {
				t.Errorf("from event %d: %+v", from, h.Totals)
			}
		})
	}
}

// Repeated events change nothing.
func TestEveryEventTwice(t *testing.T) {
	var twice []progress.Event
	for _, e := range historytest.Events() {
		switch e.(type) {
		case progress.TaskStart, progress.TaskEnd, progress.JobStart: // these are counted as they come
			twice = append(twice, e)
		default:
			twice = append(twice, e, e)
		}
	}
	figures := func(events []progress.Event) (out string) {
		store(history.Limits{}, events...).Read(func(h *history.History) {
			c := h.Streaming("")
			totals := h.Totals
			totals.Events = 0
			out = fmt.Sprint(totals, c.CompletedBatches, c.ReceivedRows, c.ProcessedRows, c.FailedOps, c.Processing)
		})
		return out
	}
	if once, again := figures(historytest.Events()), figures(twice); once != again {
		t.Errorf("once  %s\ntwice %s", once, again)
	}
}

func TestKilledTasksAreCountedByReason(t *testing.T) {
	kill := func(id int64, reason string) progress.Event {
		return progress.TaskEnd{StageID: 1, ID: id, Launch: t0, Time: t0, Killed: true, Err: reason}
	}
	store(history.Limits{}, progress.JobStart{ID: 1, Stages: []progress.StageInfo{{ID: 1, Tasks: 3}}},
		kill(1, "cancelled"), kill(2, "cancelled"), kill(3, "")).Read(func(h *history.History) {
		s, _ := h.Stages.Get(history.StageKey{ID: 1})
		j, _ := h.Jobs.Get(1)
		want := "map[cancelled:2 killed:1]"
		if fmt.Sprint(s.Killed) != want || fmt.Sprint(j.Killed) != want || s.FailedTasks != 0 || h.Totals.TasksKilled != 3 {
			t.Errorf("stage %v, job %v", s.Killed, j.Killed)
		}
	})
}

// Queries without an interval get their rate from the distance to the batch before.
func TestRateWithoutInterval(t *testing.T) {
	s := store(history.Limits{}, progress.BatchSubmitted{Context: "q", BatchTime: 1000}, progress.BatchSubmitted{Context: "q", BatchTime: 1500})
	s.Read(func(h *history.History) {
		c := h.Streaming("q")
		first, second := c.Batch(1000, false), c.Batch(1500, false)
		if first.Rate(10) != 0 || second.Rate(10) != 20 {
			t.Errorf("rates %v and %v", first.Rate(10), second.Rate(10))
		}
	})
}

func TestSecretsAreNotKept(t *testing.T) {
	given := [][2]string{{"spark.master", "local"}, {"my.Password", "a"}, {"fs.s3a.access.key", "b"}, {"url", "jdbc:x?password=c"}, {"apiToken", "d"}}
	store(history.Limits{}, progress.EnvironmentUpdate{SparkProperties: given, SystemProperties: given}).Read(func(h *history.History) {
		for _, list := range [][][2]string{h.Environment.SparkProperties, h.Environment.SystemProperties} {
			if len(list) != 5 || list[0][1] != "local" {
				t.Errorf("kept %v", list)
			}
			for _, p := range list[1:] {
				if p[1] != "*********(redacted)" {
					t.Errorf("kept %v", p)
				}
			}
		}
	})
	if given[1][1] != "a" {
		t.Error("the event was changed")
	}
}

func TestWatchIsToldOfChanges(t *testing.T) {
	s := store(history.Limits{})
	changed := s.Watch()
	select {
	case <-changed:
		t.Fatal("told before a change")
	default:
	}
	s.Apply(progress.ApplicationEnd{})
	<-changed
	if s.Watch() == changed {
		t.Error("the channel of a change that has been")
	}
}

func TestReadersWhileEventsCome(t *testing.T) {
	s := store(history.Limits{Jobs: 10, Stages: 10, Tasks: 10, Batches: 2})
	var wg sync.WaitGroup
	stop := make(chan struct{})
	for range 2 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				s.Read(func(h *history.History) {
					if c := h.Streaming(""); c != nil {
						c.Streams()
						for b := range c.Batches.All() {
							b.AllOps()
						}
					}
				})
			}
		})
	}
	for range 20 {
		for _, e := range historytest.Events() {
			s.Apply(e)
		}
	}
	close(stop)
	wg.Wait()
}
