package builtins

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"sync"
	"text/tabwriter"

	"gospark/repl"
	"gospark/session"
)

// Commands are the :commands that know Spark, over one session. They own the line servers and brokers they start.
type Commands struct {
	Session *session.SparkSession
	// Web is the address of the monitor, "" when there is none.
	Web string

	mu      sync.Mutex
	servers map[int]*lineServer
	brokers map[int]*lessonBroker
	footers map[string]*session.StreamingQueryListener // by the query's id

	generations map[int]*generation // by the number :gen shows
	lastGen     int
	started     int // brokers, so far

	lab *lab // nil without a lesson
}

// Table is the rows for repl.Config.Commands.
func (c *Commands) Table() []repl.Command {
	var all []repl.Command
	for _, group := range [][]repl.Command{c.streamCommands(), c.startCommands(), c.watchCommands(), c.viewCommands(), c.queryCommands(), c.confCommands(), c.netcatCommands(), c.genCommands(), c.kafkaCommands(), c.labCommands(), c.monitorCommands()} {
		all = append(all, group...)
	}
	return append(all, c.sqlCommands()...)
}

// Close ends the servers that commands started.
func (c *Commands) Close(ctx context.Context) error {
	c.mu.Lock()
	servers, brokers, generations := c.servers, c.brokers, maps.Clone(c.generations)
	c.servers, c.brokers = nil, nil
	c.mu.Unlock()
	for _, g := range generations {
		g.close()
	}
	var errs []error
	for _, s := range servers {
		errs = append(errs, s.close())
	}
	for _, b := range brokers {
		b.close()
	}
	return errors.Join(errs...)
}

// table lays out rows in columns, the first one being the head.
func table(rows [][]string) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, r := range rows {
		fmt.Fprintln(w, strings.Join(r, "\t"))
	}
	w.Flush()
	lines := strings.Split(strings.TrimRight(b.String(), "\n"), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " ")
	}
	return strings.Join(lines, "\n") + "\n"
}

// usage is the error of a command whose arguments make no sense, with what to type.
func usage(format string, args ...any) error {
	return fmt.Errorf("type "+format, args...)
}

func (c *Commands) monitorCommands() []repl.Command {
	return []repl.Command{{
		Name: "ui", Short: "show the address of the monitor",
		Run: func(sh *repl.Shell, _ string) error {
			if c.Web == "" {
				return errors.New("there is no monitor in this shell: it was started with --no-ui")
			}
			sh.Print(c.Web + "\n")
			return nil
		},
	}}
}
