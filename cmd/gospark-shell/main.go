// Command gospark-shell is an interactive shell for Spark programs written in Go; see --help.
//
// It wires: flags become options (options.go), options become an application (start.go), and package repl runs it
// at the prompt or as a script. What there is to decide here is only where input comes from.
package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"

	"golang.org/x/term"

	"gospark/repl"
	"gospark/repl/terminal"
)

const (
	exitFailed      = 1
	exitUsage       = 2
	exitInterrupted = 130
)

// gcPercent lets the heap grow to five times what is live before it is collected: sources run half as fast again as with
// Go's default of twice, and what a shell keeps is small. GOGC and GOMEMLIMIT say otherwise.
const gcPercent = 400

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run is the whole program; it returns the exit status.
func run(args []string, stdin, stdout, stderr *os.File) int {
	o, err := parseOptions(args)
	switch {
	case err != nil:
		fmt.Fprintf(stderr, "gospark-shell: %v\n", err)
		return exitUsage
	case o.help:
		fmt.Fprint(stdout, usage())
		return 0
	case o.version:
		fmt.Fprintf(stdout, "gospark-shell %s (%s %s/%s)\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
		return 0
	}
	sources, err := scripts(o, stdin)
	if err != nil {
		fmt.Fprintf(stderr, "gospark-shell: %v\n", err)
		return exitFailed
	}
	errTTY := term.IsTerminal(int(stderr.Fd()))
	var tty *terminal.Terminal
	printer := terminal.NewPrinter(stdout, stderr)
	if sources == nil && !o.hasSQL {
		if tty, err = terminal.Open(stdin, stdout); err == nil {
			printer = terminal.NewTerminalPrinter(tty, stderr, errTTY)
		} else if !errors.Is(err, terminal.ErrNoTerminal) {
			fmt.Fprintf(stderr, "gospark-shell: %v\n", err)
			return exitFailed
		}
	}
	for _, n := range o.notes {
		printer.Notice(n)
	}
	var logFile io.Writer
	if o.verbose {
		logFile = printer.Stderr()
	}
	logs := repl.NewLogs(logFile)
	slog.SetDefault(slog.New(logs))

	cfg := repl.Config{
		Printer: printer, Terminal: tty, Stdin: stdin, Logs: logs, Load: o.initFile,
		Color: o.colored(tty != nil || sources != nil && errTTY),
	}
	if sources == nil {
		cfg.History, cfg.InitFile = userFiles(o)
	}
	a, err := start(o, environment{printer: printer, stdin: scriptStdin(o, sources, stdin), args: scriptArgs(o), log: slog.New(logs), color: cfg.Color})
	if err != nil {
		printer.Notice("gospark-shell: " + err.Error())
		return exitFailed
	}
	a.into(&cfg)
	switch {
	case o.hasSQL:
		return a.runSQL(o, stdin, stdout, stderr)
	case sources != nil:
		sh := repl.New(cfg)
		a.fail = sh.Fail
		return sh.RunScript(sources...)
	}
	return repl.New(cfg).Run()
}

// scripts returns what is to be run instead of a prompt: a file, -e, or standard input if that is no terminal.
// It returns nil when there is to be a prompt.
func scripts(o *options, stdin *os.File) ([]repl.Source, error) {
	var sources []repl.Source
	switch file := func(name string) error {
		text, err := os.ReadFile(name)
		if err != nil {
			var pe *fs.PathError
			if errors.As(err, &pe) {
				return fmt.Errorf("%s: %w", pe.Path, pe.Err)
			}
			return err
		}
		sources = append(sources, repl.Source{Text: string(text), File: name, Line: 1})
		return nil
	}; {
	case o.hasSQL:
		return nil, nil
	case o.script != "" && o.script != "-":
		return sources, file(o.script)
	case o.hasCode:
		return []repl.Source{{Text: o.code, File: "-e", Line: 1}}, nil
	case term.IsTerminal(int(stdin.Fd())) && o.script == "":
		return nil, nil
	case o.initFile != "":
		if err := file(o.initFile); err != nil {
			return nil, err
		}
	}
	text, err := io.ReadAll(stdin)
	if err != nil {
		return nil, err
	}
	return append(sources, repl.Source{Text: string(text), File: "stdin", Line: 1}), nil
}

// scriptStdin is what snippets read: standard input, unless it is the prompt's or was the script.
func scriptStdin(o *options, sources []repl.Source, stdin io.Reader) io.Reader {
	if o.hasCode || len(sources) == 1 && sources[0].File == o.script {
		return stdin
	}
	return nil
}

// scriptArgs is os.Args of snippets.
func scriptArgs(o *options) []string {
	name := "gospark-shell"
	if o.script != "" {
		name = o.script
	}
	return append([]string{name}, o.args...)
}

// userFiles returns where the history is kept and what is evaluated first; "" for neither.
func userFiles(o *options) (history, initFile string) {
	if home, err := os.UserHomeDir(); err == nil {
		history = filepath.Join(home, ".gospark", "history")
		initFile = filepath.Join(home, ".gospark", "init.go")
	}
	if o.hasHistory {
		history = o.history
	}
	return history, initFile
}

// colored decides about colours; auto means at a terminal, unless NO_COLOR is set.
func (o *options) colored(terminal bool) bool {
	switch o.color {
	case "always":
		return true
	case "never":
		return false
	}
	return terminal && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
