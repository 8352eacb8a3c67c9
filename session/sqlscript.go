package session

import (
	"bufio"
	"context"
	"fmt"
	"io"

	"gospark/runtime/engine"
	"gospark/runtime/logical"
	"gospark/runtime/sql"
	"gospark/runtime/types"
)

// RunSQL runs the statements of a text, separated by semicolons, and writes their rows as the spark-sql command does: one
// line a row, values separated by tabs. It stops at the first statement that is wrong.
func (s *SparkSession) RunSQL(ctx context.Context, text string, out io.Writer) error {
	w := bufio.NewWriter(out)
	for _, st := range sql.ParseMultiple(text) {
		if err := s.runStatement(ctx, st.Text, w); err != nil {
			return err
		}
		if err := w.Flush(); err != nil {
			return err
		}
	}
	return nil
}

// SQLComplete says that a text is whole statements: it ends with a semicolon that is in no string, name or comment.
func SQLComplete(text string) bool { return sql.Complete(text) }

func (s *SparkSession) runStatement(ctx context.Context, text string, out io.Writer) error {
	statement, err := s.engine.Parse(text)
	if err != nil {
		return err
	}
	job := engine.Job{Name: "sql", Description: text}
	rel, err := s.engine.Statement(ctx, job, statement, engine.Params{})
	if err != nil {
		return err
	}
	res, err := s.engine.Analyze(rel, engine.Params{})
	if err != nil {
		return err
	}
	r, err := s.engine.Execute(ctx, job, res)
	if err != nil || len(r.Schema.Fields) == 0 && rel != statement {
		return err
	}
	for _, line := range engine.Lines(statement, r.Schema, r.Rows(), s.engine.Zone()) {
		if _, err := fmt.Fprintln(out, line); err != nil {
			return err
		}
	}
	return nil
}

// ShowSQL runs the statements of a text, separated by semicolons, and prints what each shows as Show does. It stops at the
// first statement that is wrong.
func (s *SparkSession) ShowSQL(ctx context.Context, text string) error {
	for _, st := range sql.ParseMultiple(text) {
		statement, err := s.engine.Parse(st.Text)
		if err != nil {
			return err
		}
		job := engine.Job{Name: "sql", Description: st.Text}
		rel, err := s.engine.Statement(ctx, job, statement, engine.Params{})
		if err != nil {
			return err
		}
		limited := &logical.Limit{Input: rel, Count: &logical.Literal{Value: int32(shownRows + 1), Type: types.Int}}
		res, err := s.engine.Analyze(limited, engine.Params{})
		if err != nil {
			return err
		}
		r, err := s.engine.Execute(ctx, job, res)
		if err != nil {
			return err
		}
		if len(r.Schema.Fields) > 0 || rel == statement {
			s.print(engine.ShowString(r.Schema, r.Rows(), engine.ShowOptions{Rows: shownRows, Truncate: 20}, s.engine.Zone()))
		}
	}
	return nil
}

// shownRows is how many rows are printed unless more are asked for.
const shownRows = 20
