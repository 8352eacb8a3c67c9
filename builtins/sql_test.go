package builtins

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"gospark/repl"
	"gospark/repl/terminal"
	"gospark/session"
)

// mute is an evaluator that nothing is evaluated by.
type mute struct{ repl.Evaluator }

func (mute) Eval(context.Context, repl.Source, func(repl.Echo)) error {
	return errors.New("code was typed")
}
func (mute) Results() int                  { return 0 }
func (mute) TypeOf(string) (string, error) { return "", errors.New("undefined") }

// What :sql reads without a statement, until quit: statements of several lines, with a mistake among them.
func TestSQLReadsStatements(t *testing.T) {
	var shown, out, problems bytes.Buffer
	spark, err := session.New(session.Config{Master: "local[1]", Out: &shown})
	if err != nil {
		t.Fatal(err)
	}
	defer spark.Stop()
	c := &Commands{Session: spark}
	typed := strings.Join([]string{":sql", "SELECT 1 AS one,", "", "  2 AS two;", "SELECT nope;", "", "SELECT ';' AS", "-- not yet;", "  semicolon;", "quit;"}, "\n") + "\n"
	sh := repl.New(repl.Config{Interp: mute{}, Printer: terminal.NewPrinter(&out, &problems), Stdin: strings.NewReader(typed),
		Commands: c.sqlCommands(), Signals: make(chan os.Signal)})
	if code := sh.Run(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	const tables = "+---+---+\n|one|two|\n+---+---+\n|  1|  2|\n+---+---+\n\n+---------+\n|semicolon|\n+---------+\n|        ;|\n+---------+\n\n"
	if shown.String() != tables {
		t.Errorf("shown\n%s\nwant\n%s", shown.String(), tables)
	}
	if s := problems.String(); !strings.Contains(s, "UNRESOLVED_COLUMN") || strings.Contains(s, "code was typed") {
		t.Errorf("said %q", s)
	}
}
