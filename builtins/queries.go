package builtins

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gospark/repl"
	"gospark/session"
)

// queryCommands are the commands of streaming queries; what they say of streams of a StreamingContext is in streamTexts.
func (c *Commands) queryCommands() []repl.Command {
	one := func(name, args, short, help string, run func(sh *repl.Shell, q *session.StreamingQuery, flags map[string]bool) error, flags ...string) repl.Command {
		return repl.Command{Name: name, Args: args, Short: short, Help: help, Complete: c.completeStreams,
			Run: func(sh *repl.Shell, args string) error {
				set, rest, err := cutFlags(args, flags)
				if err != nil {
					return err
				}
				if ssc := c.context(sh, rest); ssc != nil {
					text, err := streamTexts[name](ssc)
					if err == nil {
						sh.Print(text)
					}
					return err
				}
				q, err := c.query(sh, rest)
				if err != nil {
					return err
				}
				if mistake := session.Try(func() { err = run(sh, q, set) }); mistake != nil {
					return mistake
				}
				return err
			}}
	}
	print := func(text func(*session.StreamingQuery) string) func(*repl.Shell, *session.StreamingQuery, map[string]bool) error {
		return func(sh *repl.Shell, q *session.StreamingQuery, _ map[string]bool) error {
			sh.Print(text(q))
			return nil
		}
	}
	return []repl.Command{
		one("progress", "[--json] [id]", "show what the last batch of a stream or query did",
			"With --json the whole report, as Spark prints it.",
			func(sh *repl.Shell, q *session.StreamingQuery, flags map[string]bool) error {
				p := q.LastProgress()
				switch {
				case p == nil:
					sh.Print("no batch yet: " + q.Status().Message + "\n")
				case flags["--json"]:
					sh.Print(p.PrettyJSON() + "\n")
				default:
					sh.Print(progressText(p))
				}
				return nil
			}, "--json"),
		one("state", "[id]", "show what a query remembers: rows, changes and bytes of each operator",
			"Late rows are those that came after the watermark and were dropped.", print(stateText)),
		one("explain", "[--extended|--formatted] [id]", "show the plan that the last batch of a query ran with",
			"With --extended what it was made from, too; with --formatted each operator by itself.",
			func(_ *repl.Shell, q *session.StreamingQuery, flags map[string]bool) error {
				for _, mode := range []string{"extended", "formatted"} {
					if flags["--"+mode] {
						q.Explain(mode)
						return nil
					}
				}
				q.Explain()
				return nil
			}, "--extended", "--formatted"),
		one("health", "[id]", "say whether a stream or query keeps up, and what takes the time",
			"The verdict rests on the last ten batches and shows their figures.", print(healthText)),
		one("why", "[id]", "explain why a stream or query writes nothing", "By its watermark, its output mode or the offsets of its sources, with the numbers.", print(whyText)),
		one("checkpoint", "[id]", "show where a stream or query goes on from after a restart", "", print(checkpointText)),
		one("footer", "[--off] [query]", "print a line of figures below each batch of a query",
			"Rows read, written and late, rows of state, the watermark and the time taken. With --off no longer.", c.footer, "--off"),
		one("restart", "[--fresh] [query]", "stop a query and start it again as it was defined",
			"It goes on from its checkpoint; with --fresh it forgets everything and begins anew.",
			func(sh *repl.Shell, q *session.StreamingQuery, flags map[string]bool) error {
				r := q.Restart(flags["--fresh"])
				sh.Notice(r.Detail().Label + " was started again, run " + r.RunID())
				return nil
			}, "--fresh"),
	}
}

var errNoQuery = errors.New("there is no streaming query; start one with df.WriteStream().Format(\"console\").Start()")

func labels(qs []*session.StreamingQuery) string {
	var ls []string
	for _, q := range qs {
		ls = append(ls, handle(q))
	}
	return strings.Join(ls, ", ")
}

// handle is what a query is called in commands: its name, or the beginning of its id.
func handle(q *session.StreamingQuery) string {
	if q.Name() != "" {
		return q.Name()
	}
	return q.ID()[:8]
}

func stateOf(q *session.StreamingQuery) string {
	switch {
	case q.IsActive():
		return "active"
	case q.Exception() != nil:
		return "failed"
	}
	return "stopped"
}

// queryRow is a query's line in :queries.
func queryRow(q *session.StreamingQuery) (row, notes []string) {
	d := q.Detail()
	row = []string{handle(q), stateOf(q), d.Trigger, "0", "0", "-", "-", strings.Join(d.Sources, ", ")}
	recent := q.RecentProgress()
	if p := q.LastProgress(); p != nil {
		var rows int64
		for _, r := range recent {
			rows += r.NumInputRows
		}
		row[3], row[4], row[5] = fmt.Sprint(p.BatchID+1), fmt.Sprint(rows), short(time.Duration(p.BatchDuration)*time.Millisecond)
		if n := len(recent); recent[0].BatchID > 0 && n > 1 {
			row[4] += fmt.Sprintf(" in %d", n)
		}
	}
	if d.Muted {
		notes = append(notes, fmt.Sprintf("%s: muted, %d batches not printed\n", handle(q), d.Hidden))
	}
	if d.Paused {
		notes = append(notes, fmt.Sprintf("%s: paused, %s\n", handle(q), holdText(d.Held)))
	}
	if f := q.Exception(); f != nil {
		notes = append(notes, fmt.Sprintf("%s: batch %d failed: %v\n", handle(q), f.Batch, f.Cause))
	}
	return row, notes
}

func progressText(p *session.StreamingQueryProgress) string {
	var b strings.Builder
	fmt.Fprintf(&b, "batch %d at %s took %d ms", p.BatchID, p.Timestamp, p.BatchDuration)
	if x, ok := p.ProcessedRowsPerSecond.Rows(); ok {
		fmt.Fprintf(&b, ": %d rows in, %.1f/s", p.NumInputRows, x)
	}
	if p.Sink.NumOutputRows >= 0 {
		fmt.Fprintf(&b, ", %d rows out", p.Sink.NumOutputRows)
	}
	b.WriteByte('\n')
	rows := [][]string{{"SOURCE", "FROM", "TO", "LATEST", "ROWS"}}
	for _, s := range p.Sources {
		rows = append(rows, []string{s.Description, offsetText(s.StartOffset), offsetText(s.EndOffset), offsetText(s.LatestOffset), fmt.Sprint(s.NumInputRows)})
	}
	b.WriteString(table(rows))
	var parts []string
	for _, k := range []string{"latestOffset", "walCommit", "getBatch", "queryPlanning", "addBatch", "commitOffsets"} {
		if ms, ok := p.DurationMs[k]; ok {
			parts = append(parts, fmt.Sprintf("%s %d ms", k, ms))
		}
	}
	b.WriteString(strings.Join(parts, ", ") + "\n")
	if w, ok := p.EventTime["watermark"]; ok {
		fmt.Fprintf(&b, "watermark %s", w)
		if m, ok := p.EventTime["max"]; ok {
			fmt.Fprintf(&b, ", event times %s to %s", p.EventTime["min"], m)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func offsetText(o []byte) string {
	if o == nil {
		return "-"
	}
	return string(o)
}

func stateText(q *session.StreamingQuery) string {
	p := q.LastProgress()
	if p == nil {
		return "no batch yet: " + q.Status().Message + "\n"
	}
	if len(p.StateOperators) == 0 {
		return "the query remembers nothing from batch to batch\n"
	}
	rows := [][]string{{"OPERATOR", "ROWS", "UPDATED", "REMOVED", "LATE", "BYTES", "PARTITIONS"}}
	for _, o := range p.StateOperators {
		rows = append(rows, []string{o.OperatorName, fmt.Sprint(o.NumRowsTotal), fmt.Sprint(o.NumRowsUpdated), fmt.Sprint(o.NumRowsRemoved),
			fmt.Sprint(o.NumRowsDroppedByWatermark), fmt.Sprint(o.MemoryUsedBytes), fmt.Sprint(o.NumShufflePartitions)})
	}
	return table(rows) + fmt.Sprintf("after batch %d\n", p.BatchID)
}

func checkpointText(q *session.StreamingQuery) string {
	d := q.Detail()
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", d.Checkpoint)
	if d.Temporary {
		b.WriteString("temporary: it is removed when the query ends; give .Option(\"checkpointLocation\", dir) to go on after a restart\n")
	}
	rows := [][]string{{"LOG", "FILES", "LAST"}}
	for _, log := range []string{"offsets", "commits"} {
		entries, err := os.ReadDir(filepath.Join(d.Checkpoint, log))
		if err != nil {
			continue // not written yet
		}
		n, last := 0, int64(-1)
		for _, e := range entries {
			var id int64
			if _, err := fmt.Sscanf(e.Name(), "%d", &id); err == nil {
				n++
				last = max(last, id)
			}
		}
		text := "-"
		if last >= 0 {
			text = fmt.Sprint("batch ", last)
		}
		rows = append(rows, []string{log, fmt.Sprint(n), text})
	}
	var bytes int64
	err := filepath.WalkDir(d.Checkpoint, func(_ string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			if info, err := e.Info(); err == nil {
				bytes += info.Size()
			}
		}
		return nil // what is being replaced meanwhile does not count
	})
	if err == nil {
		fmt.Fprintf(&b, "%d bytes, id %s\n", bytes, q.ID())
	}
	return b.String() + table(rows)
}
