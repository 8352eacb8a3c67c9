package builtins

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"gospark/repl"
	"gospark/session"
)

// viewedRows are the rows of a DataFrame or RDD that :view reads.
const viewedRows = 1000

func (c *Commands) viewCommands() []repl.Command {
	return []repl.Command{{
		Name: "view", Args: "[name|query]", Short: "page through a result: rows, what a query printed, any value",
		Help: `Without a name, the last result. Of a DataFrame or RDD the first 1000 rows, with long cells whole; of a query the batches
that are kept, as for :tail; of a slice or map an element a line. Arrows, Space, b, g and G move, q leaves.`,
		Complete: c.completeViewed, Run: c.view,
	}}
}

func (c *Commands) completeViewed(sh *repl.Shell, args string) (int, []repl.Candidate) {
	from, cands := c.completeStreams(sh, args)
	for _, s := range sh.Variables() {
		if strings.HasPrefix(s.Name, args[from:]) {
			cands = append(cands, repl.Candidate{Text: s.Name, Detail: s.Type})
		}
	}
	return from, cands
}

func (c *Commands) view(sh *repl.Shell, args string) error {
	if !sh.Terminal() {
		return fmt.Errorf("view: %w; df.Show(1000, false) prints rows, :tail what a query printed, fmt.Println a value", repl.ErrNoTerminal)
	}
	name := strings.TrimSpace(args)
	value, text, err := sh.Value(name)
	if err != nil {
		if name == "" {
			return err
		}
		var other error
		if text, other = c.printed(sh, name, -1); other != nil {
			return errors.Join(err, other)
		}
		return sh.Page(text)
	}
	if mistake := session.Try(func() { text, err = c.viewed(sh, value, text) }); mistake != nil {
		return mistake
	}
	if err != nil {
		return err
	}
	return sh.Page(text)
}

// viewed is all of a value's text; text is that on one line.
func (c *Commands) viewed(sh *repl.Shell, value any, text string) (string, error) {
	switch v := value.(type) {
	case *session.DataFrame:
		return v.ShowString(viewedRows, 0), nil
	case *session.RDD:
		return lines(reflect.ValueOf(v.Take(viewedRows))), nil
	case *session.StreamingQuery:
		return c.printed(sh, v.RunID(), -1)
	case *session.StreamingContext:
		return c.printed(sh, v.ID(), -1)
	}
	if v := reflect.ValueOf(value); v.IsValid() && (v.Kind() == reflect.Slice || v.Kind() == reflect.Map) && v.Type().Elem().Kind() != reflect.Uint8 {
		return lines(v), nil
	}
	return text, nil
}

// lines writes an element a line.
func lines(v reflect.Value) string {
	var b strings.Builder
	if v.Kind() == reflect.Map {
		for it := v.MapRange(); it.Next(); {
			fmt.Fprintf(&b, "%v: %v\n", it.Key(), it.Value())
		}
		return b.String()
	}
	for i := range v.Len() {
		fmt.Fprintln(&b, v.Index(i))
	}
	return b.String()
}
