package builtins

import (
	"errors"
	"strings"

	"gospark/repl"
	"gospark/repl/terminal"
)

func (c *Commands) sqlCommands() []repl.Command {
	return []repl.Command{
		{
			Name: "sql", Args: "[statement]", Short: "run SQL statements and show what they yield",
			Help: "Statements are separated by semicolons. Without one, lines are taken up to Ctrl-D.",
			Complete: func(_ *repl.Shell, args string) (int, []repl.Candidate) {
				from, cands := c.completeSQL(args)
				return from, cands
			},
			Run: func(sh *repl.Shell, text string) error {
				if strings.TrimSpace(text) == "" {
					var err error
					text, err = sh.ReadText("type SQL, statements end with a semicolon; Ctrl-D on an empty line runs them, Ctrl-C drops them")
					if errors.Is(err, terminal.ErrInterrupt) {
						return nil
					}
					if err != nil {
						return err
					}
				}
				return c.Session.ShowSQL(sh.Context(), text)
			},
		},
		{
			Name: "tables", Short: "list the tables and views with their columns",
			Run: func(sh *repl.Shell, _ string) error {
				rows := [][]string{{"NAME", "KIND", "COLUMNS"}}
				for _, t := range c.tables() {
					rows = append(rows, []string{t, c.Session.Catalog().GetTable(t).TableType, c.Session.Table(t).String()})
				}
				if len(rows) == 1 {
					sh.Print("there are no tables; df.CreateOrReplaceTempView(\"name\") makes one\n")
					return nil
				}
				sh.Print(table(rows))
				return nil
			},
		},
	}
}

// tables are the names that a query can use: the temporary views and the tables of the current database.
func (c *Commands) tables() []string {
	cat := c.Session.Engine().Catalog
	names := cat.Views()
	tables, err := cat.Tables(cat.Current())
	if err != nil {
		return names
	}
	return append(names, tables...)
}
