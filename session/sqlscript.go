package session

import (
	"bufio"
	"context"
	"fmt"
	"io"

	"gospark/runtime/engine"
	"gospark/runtime/sql"
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
