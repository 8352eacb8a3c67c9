package builtins

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"gospark/repl"
	"gospark/repl/terminal"
)

// watchCommands are :top and :plot, which show how streams are doing.
func (c *Commands) watchCommands() []repl.Command {
	return []repl.Command{
		{
			Name: "top", Args: "[seconds]", Short: "watch the streams and streaming queries on the whole screen",
			Help: `Rows a second, the time and the delay of the last batch, rows of state, and the input rate of the last batches as a line,
drawn anew every second, or every so many seconds. q or Ctrl-C leaves; what is printed meanwhile appears then.`,
			Run: c.top,
		},
		{
			Name: "plot", Args: "[id]", Short: "plot input rate, batch time and state of the last batches",
			Help:     "Each character is a batch, up to 60 of them; the scale begins at zero. :top shows the same as it changes.",
			Complete: c.completeStreams, Run: c.plot,
		},
	}
}

func (c *Commands) top(sh *repl.Shell, args string) error {
	every := time.Second
	if args != "" {
		n := 0.0
		if _, err := fmt.Sscanf(args, "%g", &n); err != nil || n < 0.1 || n > 3600 {
			return usage(":top, or :top SECONDS, such as :top 5")
		}
		every = time.Duration(n * float64(time.Second))
	}
	err := sh.Show(&topView{c: c, now: time.Now}, every)
	if errors.Is(err, repl.ErrNoTerminal) {
		return fmt.Errorf("top: %w; :queries lists the same figures, :plot draws them", err)
	}
	return err
}

// topView is the screen of :top.
type topView struct {
	c   *Commands
	now func() time.Time
}

var _ repl.View = (*topView)(nil)

func (v *topView) Draw(width, height int) []string {
	return append([]string{v.now().Format("15:04:05") + "  q leaves"}, strings.Split(topText(v.c.figures(), v.now(), width), "\n")...)
}

func (v *topView) Key(k repl.Key) bool { return k == 'q' || k == terminal.KeyInterrupt }

// topText is the table of :top for a screen of a width.
func topText(all []figures, now time.Time, width int) string {
	if len(all) == 0 {
		return "no streams"
	}
	rows := [][]string{{"ID", "STATE", "BATCHES", "LAST", "ROWS/S", "BATCH", "DELAY", "STATE ROWS", "INPUT RATE"}}
	for _, f := range all {
		ago := "-"
		if !f.last.IsZero() {
			ago = now.Sub(f.last).Truncate(time.Second).String() + " ago"
		}
		rows = append(rows, []string{f.id, f.state, fmt.Sprint(f.batches), ago, lastOf(f.rate, ""), lastOf(f.took, "ms"), lastOf(f.delay, "ms"), lastOf(f.rows, ""), ""})
	}
	lines := strings.Split(strings.TrimSuffix(table(rows), "\n"), "\n")
	at := strings.Index(lines[0], "INPUT RATE")
	for i, f := range all {
		if n := width - at; n > 0 && len(f.rate) > 0 {
			pad := at - len([]rune(lines[i+1]))
			lines[i+1] += strings.Repeat(" ", max(pad, 0)) + sparkline(f.rate, n)
		}
	}
	return strings.Join(lines, "\n")
}

// plotted is how many batches :plot draws.
const plotted = 60

func (c *Commands) plot(sh *repl.Shell, args string) error {
	all := c.figures()
	id := strings.TrimSpace(args)
	var ids []string
	for _, f := range all {
		if f.id == id || id == "" && len(all) == 1 {
			sh.Print(plotText(f))
			return nil
		}
		ids = append(ids, f.id)
	}
	if ssc := c.context(sh, id); ssc != nil && id != "" {
		sh.Print(plotText(streamFigures(ssc)))
		return nil
	}
	if q, err := c.query(sh, id); err == nil && id != "" {
		sh.Print(plotText(queryFigures(q)))
		return nil
	}
	switch {
	case len(all) == 0:
		return errors.New("there is no stream")
	case id == "":
		return fmt.Errorf("which stream? there are %s", strings.Join(ids, ", "))
	}
	return fmt.Errorf("no stream %q; there are %s", id, strings.Join(ids, ", "))
}

// plotText draws the last batches.
func plotText(f figures) string {
	n := min(len(f.took), plotted)
	if n == 0 {
		return f.id + ": no batch yet\n"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: the last %d of %d batches\n", f.id, n, f.batches)
	for _, line := range []struct {
		name   string
		values []float64
	}{{"rows/s", f.rate}, {"batch ms", f.took}, {"delay ms", f.delay}, {"state rows", f.rows}} {
		if len(line.values) == 0 {
			continue
		}
		values := line.values[max(len(line.values)-n, 0):]
		least, most := values[0], values[0]
		for _, v := range values {
			least, most = min(least, v), max(most, v)
		}
		fmt.Fprintf(&b, "%-10s  %s  from %s to %s, last %s\n", line.name, sparkline(values, n), number(least), number(most), lastOf(values, ""))
	}
	return b.String()
}
