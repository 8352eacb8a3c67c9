package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"gospark/builtins"
	"gospark/monitor"
	"gospark/monitor/history"
	"gospark/repl"
	"gospark/repl/interp"
	"gospark/repl/terminal"
	"gospark/session"
)

// environment is what an application is started with, beside its options.
type environment struct {
	printer *terminal.Printer
	stdin   io.Reader // of snippets; nil for none
	args    []string  // os.Args of snippets
	log     *slog.Logger
	color   bool
}

// app is everything that was started for one run of the program.
type app struct {
	interp   *interp.Interp
	spark    *session.SparkSession
	monitor  *monitor.Server // nil with --no-ui
	commands *builtins.Commands
	banner   string
	settings []repl.Setting
	fail     func(error) // ends a script when one of its goroutines panics; nil at the prompt
}

// start builds the application: session and monitor, and the interpreter whose snippets see them.
func start(o *options, env environment) (*app, error) {
	a := &app{}
	var in *interp.Interp // the session asks it where the prompt is; set before the first snippet runs
	var empty func(key, line string)
	out := env.printer.Stdout()
	if env.printer.Terminal() {
		empty = env.printer.Replaceable
		tables := &builtins.Tables{Out: out, Color: env.color}
		out, a.settings = tables, []repl.Setting{tables.Setting()}
	}
	spark, err := session.New(session.Config{
		Master: o.master, Name: o.name, Conf: o.conf,
		Out:     out,
		Notice:  env.printer.Notice,
		Empty:   empty,
		Log:     env.log,
		Site:    func() string { return site(in.Position()) },
		Context: func() context.Context { return in.Context() },
		Interrupt: func(g uint64) func() {
			in.InterruptGoroutine(g)
			return func() { in.ReleaseGoroutine(g) }
		},
	})
	if err != nil {
		return nil, err
	}
	a.spark = spark
	sc := spark.SparkContext()
	if err := a.startMonitor(o, env); err != nil {
		sc.Close(context.Background())
		return nil, err
	}
	in, err = interp.New(interp.Config{
		Symbols:    builtins.Symbols,
		DotImports: builtins.DotImports,
		ParamNames: builtins.ParamNames,
		Vars:       map[string]any{"spark": spark, "sc": sc, "sqlContext": spark},
		Stdin:      env.stdin,
		Stdout:     env.printer.Stdout(),
		Stderr:     env.printer.Stderr(),
		Args:       env.args,
		Env:        os.Environ(),
		Frame:      frame(o),
		OnPanic: func(err *interp.Error) {
			if a.fail != nil {
				a.fail(err)
				return
			}
			env.printer.Notice("a goroutine panicked: " + err.Error())
		},
	})
	if err != nil {
		return nil, errors.Join(err, a.close(context.Background()))
	}
	a.interp = in
	a.commands = &builtins.Commands{Session: spark, Web: sc.UIWebURL()}
	a.banner = banner(sc)
	return a, nil
}

// site names a place in a script by its line. What was typed has no lines to go by: it is quoted.
func site(file string, line int, text string) string {
	switch text = strings.TrimSpace(text); {
	case line == 0:
		return ""
	case file != "":
		return fmt.Sprintf("%s:%d", file, line)
	}
	const shown = 40
	if r := []rune(text); len(r) > shown {
		text = string(r[:shown]) + "…"
	}
	return text
}

func (a *app) startMonitor(o *options, env environment) error {
	if o.noUI {
		return nil
	}
	sc := a.spark.SparkContext()
	m, err := monitor.Start(monitor.Config{
		Host: o.uiHost, Port: o.uiPort, Token: o.uiToken, Bus: sc.Bus(), App: sc.ApplicationStart(),
		Limits: retained(a.spark.Conf()),
		Log:    env.log,
	})
	if err != nil {
		return err
	}
	if n := m.Notice(); n != "" {
		env.printer.Notice(n)
	}
	a.monitor = m
	sc.SetUIWebURL(m.URL())
	return nil
}

// retained is how much the monitor keeps, under Spark's keys; what is not set there is Spark's default.
func retained(conf *session.RuntimeConf) (l history.Limits) {
	for key, limit := range map[string]*int{
		"spark.ui.retainedJobs":              &l.Jobs,
		"spark.ui.retainedStages":            &l.Stages,
		"spark.ui.retainedTasks":             &l.Tasks,
		"spark.streaming.ui.retainedBatches": &l.Batches,
	} {
		if n, err := strconv.Atoi(conf.Get(key)); err == nil && n > 0 {
			*limit = n
		}
	}
	return l
}

// banner is what stands above the first prompt.
func banner(sc *session.SparkContext) string {
	ui := ""
	if u := sc.UIWebURL(); u != "" {
		ui = "Monitor at " + u + "\n"
	}
	return fmt.Sprintf("gospark-shell %s, Spark %s's API in %s\n%s"+
		"`spark` and `sc` are ready (master = %s, app id = %s)\n"+
		"Type Go to have it evaluated, :help for help, :quit to leave.",
		version(), session.Version, runtime.Version(), ui, sc.Master(), sc.ApplicationID())
}

// close stops everything in the reverse order of its start, and says what did not stop.
func (a *app) close(ctx context.Context) error {
	var errs []error
	errs = append(errs, a.spark.SparkContext().Close(ctx)...)
	if a.commands != nil {
		errs = append(errs, a.commands.Close(ctx))
	}
	if a.monitor != nil {
		ctx, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		errs = append(errs, a.monitor.Close(ctx))
	}
	return errors.Join(errs...)
}

// into makes the application part of a shell.
func (a *app) into(cfg *repl.Config) {
	cfg.Settings = a.settings
	cfg.Interp, cfg.Banner = a.interp, a.banner
	cfg.Commands = a.commands.Table()
	cfg.Doc = builtins.Help
	cfg.CompleteString = a.commands.CompleteString
	cfg.After = a.commands.After
	cfg.Unaffected = a.commands.Running
	cfg.Close = a.close
}
