package builtins

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"gospark/repl"
	"gospark/session"
)

func (c *Commands) streamCommands() []repl.Command {
	one := func(name, args, short, help string, run func(sh *repl.Shell, ssc *session.StreamingContext, flags map[string]bool) error, flags ...string) repl.Command {
		return repl.Command{Name: name, Args: args, Short: short, Help: help, Complete: c.completeStreams,
			Run: func(sh *repl.Shell, args string) error {
				set, rest, err := cutFlags(args, flags)
				if err != nil {
					return err
				}
				ssc, err := c.stream(rest)
				if err != nil {
					return err
				}
				return run(sh, ssc, set)
			}}
	}
	return []repl.Command{
		{Name: "queries", Short: "list the streams: state, batches, rows, delays, inputs",
			Help: "A stream is shown by its id, which :stop, :mute and :unmute take; it stays here when its variable is lost.",
			Run:  func(sh *repl.Shell, _ string) error { sh.Print(c.queries()); return nil }},
		one("stop", "[--graceful] [id]", "stop a stream",
			"With --graceful it first processes what it has received. Without an id, the only stream there is.",
			func(sh *repl.Shell, ssc *session.StreamingContext, flags map[string]bool) error {
				ssc.Stop(false, flags["--graceful"])
				sh.Notice(ssc.Status().ID + " stopped")
				return nil
			}, "--graceful"),
		one("mute", "[id]", "stop printing a stream's batches; they go on and are counted", "",
			func(sh *repl.Shell, ssc *session.StreamingContext, _ map[string]bool) error {
				ssc.Mute()
				sh.Notice(ssc.Status().ID + " is muted; :unmute prints its batches again")
				return nil
			}),
		one("unmute", "[id]", "print a stream's batches again", "",
			func(sh *repl.Shell, ssc *session.StreamingContext, _ map[string]bool) error {
				n := ssc.Status().MutedBlocks
				ssc.Unmute()
				sh.Notice(fmt.Sprintf("%s prints again; %d blocks were not printed", ssc.Status().ID, n))
				return nil
			}),
	}
}

// queries is the text of :queries.
func (c *Commands) queries() string {
	all := c.Session.SparkContext().StreamingContexts()
	if len(all) == 0 {
		return "no streams; define one with NewStreamingContext(sc, Seconds(1))\n"
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
		if st.Err != nil {
			notes = append(notes, fmt.Sprintf("%s: %v\n", st.ID, st.Err))
		}
		for _, in := range st.Inputs {
			if in.Err != "" {
				notes = append(notes, fmt.Sprintf("%s: %s: %s\n", st.ID, in.Name, in.Err))
			}
		}
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

// stream finds a streaming context by id or name, or the only one when none is given.
func (c *Commands) stream(id string) (*session.StreamingContext, error) {
	all := c.Session.SparkContext().StreamingContexts()
	var ids []string
	for _, ssc := range all {
		st := ssc.Status()
		if id != "" && (st.ID == id || st.Name == id) || id == "" && len(all) == 1 {
			return ssc, nil
		}
		ids = append(ids, st.ID)
	}
	switch {
	case len(all) == 0:
		return nil, errors.New("there is no stream")
	case id == "":
		return nil, fmt.Errorf("which stream? there are %s", strings.Join(ids, ", "))
	}
	return nil, fmt.Errorf("no stream %q; there are %s", id, strings.Join(ids, ", "))
}

func (c *Commands) completeStreams(_ *repl.Shell, args string) (int, []repl.Candidate) {
	from := strings.LastIndexByte(args, ' ') + 1
	var cands []repl.Candidate
	for _, ssc := range c.Session.SparkContext().StreamingContexts() {
		if st := ssc.Status(); strings.HasPrefix(st.ID, args[from:]) {
			cands = append(cands, repl.Candidate{Text: st.ID, Detail: strings.ToLower(fmt.Sprint(st.State))})
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
