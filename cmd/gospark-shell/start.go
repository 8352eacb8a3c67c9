package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"syscall"

	"gospark/repl"
	"gospark/repl/interp"
	"gospark/repl/terminal"
)

// environment is what an application is started with, beside its options.
type environment struct {
	printer *terminal.Printer
	stdin   io.Reader // of snippets; nil for none
	args    []string  // os.Args of snippets
}

// app is everything that was started for one run of the program.
type app struct {
	interp         *interp.Interp
	banner         string
	commands       []repl.Command
	settings       []repl.Setting
	doc            func(path, name string) (string, bool)
	completeString func(text string, cursor int) (from int, cands []repl.Candidate)
	// sql runs SQL statements and writes their rows; nil when there is nothing to run them on.
	sql   func(ctx context.Context, text string, out io.Writer) error
	close func(ctx context.Context) error
}

// start builds the application. This is the seam where session, monitor and builtins come in: they set the
// symbols and variables of the interpreter, the commands, the documentation and what close stops.
func start(o *options, env environment) (*app, error) {
	in, err := interp.New(interp.Config{
		Stdin:  env.stdin,
		Stdout: env.printer.Stdout(),
		Stderr: env.printer.Stderr(),
		Args:   env.args,
		Env:    os.Environ(),
		OnPanic: func(err *interp.Error) {
			env.printer.Notice("a goroutine panicked: " + err.Error())
		},
	})
	if err != nil {
		return nil, err
	}
	return &app{
		interp: in,
		banner: "gospark-shell " + version() + " (" + runtime.Version() + ")\n" +
			"Type Go to have it evaluated, :help for help, :quit to leave.",
	}, nil
}

// into makes the application part of a shell.
func (a *app) into(cfg *repl.Config) {
	cfg.Interp, cfg.Banner = a.interp, a.banner
	cfg.Commands, cfg.Settings = a.commands, a.settings
	cfg.Doc, cfg.CompleteString = a.doc, a.completeString
	cfg.Close = a.close
}

// runSQL runs the statements of --sql and returns the exit status.
func (a *app) runSQL(o *options, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	text, err := sqlText(o.sql, stdin)
	if err == nil && a.sql == nil {
		err = errors.New("--sql: this build has no SQL engine")
	}
	if err == nil {
		err = a.sql(ctx, text, stdout)
	}
	switch {
	case ctx.Err() != nil:
		return exitInterrupted
	case err != nil:
		fmt.Fprintln(stderr, err)
		return exitFailed
	}
	return 0
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
