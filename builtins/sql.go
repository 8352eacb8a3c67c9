package builtins

import (
	"errors"
	"io"
	"strings"

	"gospark/repl"
	"gospark/repl/terminal"
	"gospark/session"
)

func (c *Commands) sqlCommands() []repl.Command {
	return []repl.Command{
		{
			Name: "sql", Args: "[statement]", Short: "run SQL statements and show what they yield",
			Help: "Statements are separated by semicolons. Without one, statements are read as the spark-sql program reads them: a line after the other up to a semicolon, one statement after the other up to Ctrl-D, quit or exit.",
			Complete: func(_ *repl.Shell, args string) (int, []repl.Candidate) {
				from, cands := c.completeSQL(args)
				return from, cands
			},
			Run: func(sh *repl.Shell, text string) error {
				if strings.TrimSpace(text) == "" {
					return c.readSQL(sh)
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

// readSQL reads statements and runs them until the end of the input. Ctrl-C drops a statement that is being typed, and
// ends it all while one runs. What is wrong with a statement is shown, and the next one is read.
func (c *Commands) readSQL(sh *repl.Shell) error {
	sh.Notice("statements end with a semicolon; Ctrl-D leaves")
	text := ""
	for {
		prompt := "spark-sql> "
		if text != "" {
			prompt = "         > "
		}
		more, err := sh.ReadStatement(prompt, "         > ", func(line string) bool {
			return leaving(text+line) || strings.TrimSpace(text+line) == "" || session.SQLComplete(text+line)
		})
		text += more
		switch {
		case errors.Is(err, terminal.ErrInterrupt):
			text = ""
			continue
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case leaving(text):
			return nil
		case !session.SQLComplete(text): // a line without anything, or two of them inside a statement
			if text = strings.TrimLeft(text, " \t\n"); text != "" {
				text += "\n"
			}
			continue
		}
		if err := c.Session.ShowSQL(sh.Context(), text); err != nil {
			if sh.Context().Err() != nil {
				return err
			}
			sh.PrintError(err)
		}
		text = ""
	}
}

// leaving says that a statement is the word that leaves the reading of statements.
func leaving(text string) bool {
	word := strings.ToLower(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(text), ";")))
	return word == "quit" || word == "exit"
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
