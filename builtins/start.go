package builtins

import (
	"errors"
	"fmt"
	"strings"

	"gospark/repl"
	"gospark/session"
)

// startCommands are :start, which is the opposite of :stop, and :dag.
func (c *Commands) startCommands() []repl.Command {
	return []repl.Command{
		{
			Name: "start", Args: "[--fresh] [id]", Short: "start a stream that is defined, or a streaming query again that has ended",
			Help: `A query goes on from its checkpoint; with --fresh it forgets everything and begins anew. A streaming context is started
for the first time: one that was stopped has to be defined again, as in Spark.`,
			Complete: c.completeIdle, Run: c.start,
		},
		{
			Name: "dag", Args: "[id]", Short: "draw what a stream or streaming query does, from its output down to its inputs",
			Help:     "For a query the operators of its plan, for a stream its DStreams and their types. :explain shows what runs.",
			Complete: c.completeStreams, Run: c.dag,
		},
	}
}

// idle are the streams that could be started: contexts by their id, and the last run of queries that have ended.
func (c *Commands) idle() (contexts map[string]*session.StreamingContext, queries map[string]*session.StreamingQuery, ids []string) {
	contexts, queries = map[string]*session.StreamingContext{}, map[string]*session.StreamingQuery{}
	for _, ssc := range c.Session.SparkContext().StreamingContexts() {
		if ssc.GetState() == session.StreamingInitialized {
			contexts[ssc.ID()], ids = ssc, append(ids, ssc.ID())
		}
	}
	for _, q := range c.latestRuns() {
		if !q.IsActive() {
			queries[handle(q)], ids = q, append(ids, handle(q))
		}
	}
	return contexts, queries, ids
}

func (c *Commands) start(sh *repl.Shell, args string) error {
	set, id, err := cutFlags(args, []string{"--fresh"})
	if err != nil {
		return err
	}
	contexts, queries, ids := c.idle()
	switch {
	case id == "" && len(ids) == 0 && len(c.running()) > 0:
		var run []string
		for _, s := range c.running() {
			run = append(run, s.id)
		}
		return fmt.Errorf("%s runs already; :restart starts a query again", strings.Join(run, ", "))
	case id == "" && len(ids) == 0:
		return errors.New("nothing to start: no stream is defined that does not run; :queries lists those there are")
	case id == "" && len(ids) > 1:
		return fmt.Errorf("which one? there are %s", strings.Join(ids, ", "))
	case id == "":
		id = ids[0]
	}
	if s, err := c.stream(sh, id); err == nil && contexts[s.id] == nil {
		return fmt.Errorf("%s runs already; :restart starts a query again", s.id)
	}
	if ssc, ok := variable(sh, id).(*session.StreamingContext); ok && queries[id] == nil {
		id = ssc.ID()
	}
	if ssc := contexts[id]; ssc != nil {
		if err := session.Try(ssc.Start); err != nil {
			return err
		}
		sh.Notice(id + " was started")
		return nil
	}
	q := queries[id]
	if q == nil {
		if q, err = c.query(sh, id); err != nil {
			return err
		}
	}
	var r *session.StreamingQuery
	if err := session.Try(func() { r = q.Restart(set["--fresh"]) }); err != nil {
		return err
	}
	sh.Notice(r.Detail().Label + " was started, run " + r.RunID())
	return nil
}

func (c *Commands) completeIdle(_ *repl.Shell, args string) (int, []repl.Candidate) {
	from := strings.LastIndexByte(args, ' ') + 1
	var cands []repl.Candidate
	_, _, ids := c.idle()
	for _, id := range append(ids, "--fresh") {
		if strings.HasPrefix(id, args[from:]) {
			cands = append(cands, repl.Candidate{Text: id})
		}
	}
	return from, cands
}

func (c *Commands) dag(sh *repl.Shell, args string) error {
	id := strings.TrimSpace(args)
	if ssc := c.context(sh, id); ssc != nil {
		sh.Print(ssc.DAG())
		return nil
	}
	q, err := c.query(sh, id)
	if err != nil {
		return err
	}
	sh.Print(q.DAG())
	return nil
}
