package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"gospark/session"
)

// runSQL runs the statements of --sql as the spark-sql command does, up to the first that is wrong, and returns the exit
// status.
func (a *app) runSQL(o *options, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	defer func() {
		if err := a.close(context.Background()); err != nil {
			fmt.Fprintln(stderr, err)
		}
	}()
	text, err := sqlText(o.sql, stdin)
	if err == nil {
		err = a.spark.RunSQL(ctx, text, stdout)
	}
	switch {
	case ctx.Err() != nil:
		return exitInterrupted
	case err != nil:
		fmt.Fprintln(stderr, detail(err))
		return exitFailed
	}
	return 0
}

// detail is an error with the place in its statement, where it has one.
func detail(err error) string {
	var mistake *session.Error
	if errors.As(err, &mistake) {
		return strings.TrimRight(mistake.Detail(), "\n")
	}
	return err.Error()
}

// sqlText is what --sql names: standard input, a file, or else the statements themselves.
func sqlText(arg string, stdin io.Reader) (string, error) {
	if arg == "-" {
		text, err := io.ReadAll(stdin)
		return string(text), err
	}
	if text, err := os.ReadFile(arg); err == nil {
		return string(text), nil
	}
	return arg, nil
}
