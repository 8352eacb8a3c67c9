package builtins

import (
	"fmt"
	"strings"
	"time"

	"gospark/repl"
	"gospark/session"
)

func (c *Commands) streamCommands() []repl.Command {
	one := func(name, args, short, help string, run func(sh *repl.Shell, s running, flags map[string]bool) error, flags ...string) repl.Command {
		return repl.Command{Name: name, Args: args, Short: short, Help: help, Complete: c.completeStreams,
			Run: func(sh *repl.Shell, args string) error {
				set, rest, err := cutFlags(args, flags)
				if err != nil {
					return err
				}
				s, err := c.stream(sh, rest)
				if err != nil {
					return err
				}
				return run(sh, s, set)
			}}
	}
	return append([]repl.Command{
		{Name: "queries", Short: "list the streams: state, batches, rows, delays, inputs",
			Help: "A stream is shown by its id, which :stop, :mute and :unmute take; it stays here when its variable is lost.",
			Run:  func(sh *repl.Shell, _ string) error { sh.Print(c.queries()); return nil }},
		one("stop", "[--graceful] [id]", "stop a stream or streaming query",
			"With --graceful a stream first processes what it has received. Without an id, the only one there is.",
			func(sh *repl.Shell, s running, flags map[string]bool) error {
				if err := s.stop(flags["--graceful"]); err != nil {
					return err
				}
				sh.Notice(s.id + " stopped")
				return nil
			}, "--graceful"),
		one("mute", "[id]", "stop printing the batches of a stream or streaming query; they go on and are counted", "",
			func(sh *repl.Shell, s running, _ map[string]bool) error {
				s.mute()
				sh.Notice(s.id + " is muted; :unmute prints its batches again")
				return nil
			}),
		one("unmute", "[id]", "print the batches of a stream or streaming query again", "Also what :pause holds back.",
			func(sh *repl.Shell, s running, _ map[string]bool) error {
				if s.paused {
					return resume(sh, s)
				}
				n := s.unmute()
				sh.Notice(fmt.Sprintf("%s prints again; %d blocks were not printed, :tail %[1]s shows the last", s.id, n))
				return nil
			}),
	}, c.outputCommands()...)
}

// running is a stream, or a streaming query, as commands see it.
type running struct {
	id     string
	names  []string // also answered to
	state  string
	query  bool // a streaming query
	stop   func(graceful bool) error
	mute   func()
	unmute func() int64
	paused bool
	pause  func()
	resume func() session.StreamHold
	tail   func(n int) []string
}

// running lists the streams, and the streaming queries that run.
func (c *Commands) running() []running {
	var all []running
	for _, ssc := range c.Session.SparkContext().StreamingContexts() {
		st := ssc.Status()
		all = append(all, running{id: st.ID, names: []string{st.Name}, state: strings.ToLower(fmt.Sprint(st.State)),
			mute: ssc.Mute, unmute: ssc.Unmute, paused: st.Paused, pause: ssc.Pause, resume: ssc.Resume, tail: ssc.Tail,
			stop: func(graceful bool) error {
				ssc.Stop(false, graceful)
				return nil
			}})
	}
	for _, q := range c.Session.Streams().Active() {
		all = append(all, running{id: handle(q), names: []string{q.ID(), q.RunID()}, state: stateOf(q), query: true,
			mute: q.Mute, unmute: q.Unmute, paused: q.Detail().Paused, pause: q.Pause, resume: q.Resume, tail: q.Tail,
			stop: func(bool) error { return session.Try(q.Stop) }})
	}
	return all
}

// queries is the text of :queries.
func (c *Commands) queries() string {
	all, queries := c.Session.SparkContext().StreamingContexts(), c.latestRuns()
	if len(all)+len(queries) == 0 {
		return "no streams; start one with df.WriteStream().Start(), or define one with NewStreamingContext(sc, Seconds(1))\n"
	}
	rows := [][]string{{"ID", "STATE", "INTERVAL", "BATCHES", "ROWS", "PROCESSING", "DELAY", "INPUT"}}
	var notes []string
	for _, ssc := range all {
		st := ssc.Status()
		r := []string{st.ID, strings.ToLower(fmt.Sprint(st.State)), st.Interval.String(), fmt.Sprint(st.Batches), fmt.Sprint(st.Rows), "-", "-", inputs(st)}
		if st.Last != nil {
			r[5], r[6] = short(st.Last.ProcessingTime), short(st.Last.SchedulingDelay)
		}
		rows = append(rows, r)
		if st.Failed > 0 {
			notes = append(notes, fmt.Sprintf("%s: %d batches with %d rows failed\n", st.ID, st.Failed, st.FailedRows))
		}
		if st.Queued > 1 {
			notes = append(notes, fmt.Sprintf("%s: %d batches wait: it takes longer than its interval\n", st.ID, st.Queued))
		}
		if st.Muted {
			notes = append(notes, fmt.Sprintf("%s: muted, %d blocks not printed\n", st.ID, st.MutedBlocks))
		}
		if st.Paused {
			notes = append(notes, fmt.Sprintf("%s: paused, %s\n", st.ID, holdText(st.Held)))
		}
		if st.Err != nil {
			notes = append(notes, fmt.Sprintf("%s: %v\n", st.ID, st.Err))
		}
		for _, in := range st.Inputs {
			if in.Err != "" {
				notes = append(notes, fmt.Sprintf("%s: %s: %s\n", st.ID, in.Name, in.Err))
			}
		}
	}
	for _, q := range queries {
		row, more := queryRow(q)
		rows, notes = append(rows, row), append(notes, more...)
	}
	return table(rows) + strings.Join(notes, "")
}

// Running says which streams go on, if any.
func (c *Commands) Running() string {
	var names []string
	for _, ssc := range c.Session.SparkContext().StreamingContexts() {
		if st := ssc.Status(); st.State == session.StreamingActive {
			names = append(names, st.Name)
		}
	}
	for _, q := range c.Session.Streams().Active() {
		names = append(names, q.Detail().Label)
	}
	switch len(names) {
	case 0:
		return ""
	case 1:
		return names[0] + " goes on"
	}
	return strings.Join(names, ", ") + " go on"
}

func inputs(st session.StreamingStatus) string {
	var ss []string
	for _, in := range st.Inputs {
		s := in.Name
		if in.State != "" {
			s += " (" + in.State + ")"
		}
		ss = append(ss, s)
	}
	return strings.Join(ss, ", ")
}

func short(d time.Duration) string {
	if d < 10*time.Millisecond {
		return d.Round(10 * time.Microsecond).String()
	}
	return d.Round(time.Millisecond).String()
}

func (c *Commands) completeStreams(_ *repl.Shell, args string) (int, []repl.Candidate) {
	from := strings.LastIndexByte(args, ' ') + 1
	var cands []repl.Candidate
	for _, s := range c.running() {
		if strings.HasPrefix(s.id, args[from:]) {
			cands = append(cands, repl.Candidate{Text: s.id, Detail: s.state})
		}
	}
	return from, cands
}

// cutFlags takes the flags a command knows from its arguments.
func cutFlags(args string, known []string) (set map[string]bool, rest string, err error) {
	set = map[string]bool{}
	var words []string
	for _, w := range strings.Fields(args) {
		if !strings.HasPrefix(w, "--") {
			words = append(words, w)
			continue
		}
		found := false
		for _, k := range known {
			found = found || k == w
		}
		if !found {
			return nil, "", fmt.Errorf("unknown flag %s%s", w, repl.Nearest(w, known))
		}
		set[w] = true
	}
	return set, strings.Join(words, " "), nil
}
