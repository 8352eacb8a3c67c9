package repl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"gospark/repl/terminal"
)

func inputCommands() []Command {
	return []Command{
		{
			Name: "load", Args: "file", Short: "evaluate a file and show its results",
			Help:     "The file may hold statements or a package main, whose main is run at the end.",
			Complete: completeFiles, Run: (*Shell).load,
		},
		{
			Name: "paste", Args: "[file]", Short: "take several lines, up to Ctrl-D, as one input",
			Help:     "Terminals that mark pastes do not need it: what is pasted is one input anyway.",
			Complete: completeFiles, Run: (*Shell).paste,
		},
		{
			Name: "edit", Args: "[n]", Short: "edit the last input, or number n of :history, in $EDITOR and evaluate it",
			Run: (*Shell).edit,
		},
		{
			Name: "history", Args: "[text]", Short: "list earlier inputs, or those that contain a text",
			Run: (*Shell).listHistory,
		},
		{
			Name: "save", Args: "file", Short: "write the inputs of this session to a file that :load takes",
			Help:     "Inputs that failed are left out, and so are programs that were loaded.",
			Complete: completeFiles, Run: (*Shell).save,
		},
		{
			Name: "export", Args: "file", Short: "write the inputs of this session as a program that compiles",
			Help:     "Inputs that failed are left out. What Go does not compile, such as unused variables of a function, is refused.",
			Complete: completeFiles, Run: (*Shell).export,
		},
		{
			Name: "time", Args: "code", Short: "evaluate code and tell how long it took",
			Complete: completeCode, Run: (*Shell).time,
		},
		{
			Name: "sh", Args: "command", Short: "run a shell command",
			Complete: completeFiles, Run: (*Shell).sh,
		},
	}
}

func (sh *Shell) load(file string) error {
	if file == "" {
		return sh.usage("load")
	}
	text, err := os.ReadFile(expandHome(file))
	if err != nil {
		return err
	}
	src := withoutShebang(string(text))
	return sh.Evaluate(Source{Text: src, File: file, Line: 1, Script: isProgram(src)})
}

// isProgram says that a file is a package of its own, not bare statements.
func isProgram(text string) bool {
	for l := range strings.Lines(text) {
		l = strings.TrimSpace(l)
		if l == "" || strings.HasPrefix(l, "//") {
			continue
		}
		return strings.HasPrefix(l, "package ")
	}
	return false
}

func (sh *Shell) paste(file string) error {
	if file != "" {
		return sh.load(file)
	}
	sh.Notice("paste or type; Ctrl-D on an empty line ends, Ctrl-C drops it")
	text, err := sh.in.ReadUntilEOF("")
	switch {
	case errors.Is(err, terminal.ErrInterrupt):
		return nil
	case err != nil && !errors.Is(err, io.EOF):
		return err
	case strings.TrimSpace(text) == "":
		return nil
	}
	if err := sh.history.Add(text); err != nil {
		sh.Notice("history is no longer kept: " + reason(err))
	}
	return sh.Evaluate(Source{Text: text, Line: 1})
}

func (sh *Shell) edit(args string) error {
	entries, _ := sh.history.Entries()
	n := 0
	for i := len(entries) - 1; i >= 0; i-- { // the last that is not a command, such as this one
		if !strings.HasPrefix(strings.TrimSpace(entries[i]), ":") {
			n = i + 1
			break
		}
	}
	if args != "" {
		var err error
		if n, err = strconv.Atoi(args); err != nil || n < 1 || n > len(entries) {
			return fmt.Errorf("edit: no input number %s", args)
		}
	}
	text := ""
	if n > 0 {
		text = entries[n-1]
	}
	f, err := os.CreateTemp("", "input-*.go")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(text + "\n")
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	editor := os.Getenv("VISUAL")
	if editor == "" {
		editor = os.Getenv("EDITOR")
	}
	if editor == "" {
		editor = "vi"
	}
	if err := sh.foreground(editor + " " + f.Name()); err != nil {
		return err
	}
	edited, err := os.ReadFile(f.Name())
	if err != nil {
		return err
	}
	changed := strings.TrimRight(string(edited), "\n")
	if strings.TrimSpace(changed) == "" {
		return nil
	}
	sh.Print(changed)
	if err := sh.history.Add(changed); err != nil {
		sh.Notice("history is no longer kept: " + reason(err))
	}
	return sh.Input(changed)
}

func (sh *Shell) listHistory(text string) error {
	entries, _ := sh.history.Entries()
	var b strings.Builder
	for i, e := range entries {
		if strings.Contains(e, text) {
			fmt.Fprintf(&b, "%5d  %s\n", i+1, strings.ReplaceAll(e, "\n", "\n       "))
		}
	}
	sh.Print(b.String())
	return nil
}

func (sh *Shell) save(file string) error {
	if file == "" {
		return sh.usage("save")
	}
	sh.mu.Lock()
	var text strings.Builder
	for _, i := range sh.inputs {
		text.WriteString(i.Text + "\n")
	}
	n := len(sh.inputs)
	sh.mu.Unlock()
	if err := os.WriteFile(expandHome(file), []byte(text.String()), 0o644); err != nil {
		return err
	}
	sh.Notice(fmt.Sprintf("%d inputs written to %s", n, file))
	return nil
}

func (sh *Shell) export(file string) error {
	if file == "" {
		return sh.usage("export")
	}
	sh.mu.Lock()
	inputs := slices.Clone(sh.inputs)
	sh.mu.Unlock()
	text, err := sh.cfg.Interp.Program(inputs)
	if err != nil {
		return err
	}
	if err := os.WriteFile(expandHome(file), []byte(text), 0o644); err != nil {
		return err
	}
	sh.Notice(fmt.Sprintf("%d inputs written to %s as a program", len(inputs), file))
	return nil
}

func (sh *Shell) time(code string) error {
	if code == "" {
		return sh.usage("time")
	}
	start := sh.cfg.Now()
	err := sh.Evaluate(Source{Text: code, Line: 1})
	sh.Notice("took " + roundDuration(sh.cfg.Now().Sub(start)).String())
	return err
}

// roundDuration keeps three digits.
func roundDuration(d time.Duration) time.Duration {
	for unit := time.Nanosecond; ; unit *= 10 {
		if d < 1000*unit {
			return d.Round(unit)
		}
	}
}

func (sh *Shell) sh(command string) error {
	if command == "" {
		return sh.usage("sh")
	}
	return sh.foreground(command)
}

// foreground runs a shell command that has the terminal, if there is one, to itself.
func (sh *Shell) foreground(command string) error {
	return sh.interruptible(func(ctx context.Context) error {
		return sh.in.Lend(func() error {
			c := exec.CommandContext(ctx, "/bin/sh", "-c", command)
			c.Cancel = func() error { return c.Process.Signal(syscall.SIGINT) }
			c.WaitDelay = interruptWithin / 2
			c.Stdin, c.Stdout, c.Stderr = nil, sh.cfg.Printer.Stdout(), sh.cfg.Printer.Stderr()
			if sh.cfg.Terminal != nil {
				c.Stdin, c.Stdout, c.Stderr = sh.cfg.Terminal.Files()
			}
			err := c.Run()
			var exit *exec.ExitError
			if errors.As(err, &exit) && exit.ExitCode() > 0 {
				return fmt.Errorf("sh: exit status %d", exit.ExitCode())
			}
			return err
		})
	})
}

// expandHome replaces a leading ~/ as the user's shell would have.
func expandHome(path string) string {
	if rest, ok := strings.CutPrefix(path, "~/"); ok {
		if home, err := os.UserHomeDir(); err == nil {
			return home + "/" + rest
		}
	}
	return path
}

// withTilde writes a path below the user's home the short way.
func withTilde(path string) string {
	if home, err := os.UserHomeDir(); err == nil {
		if rest, ok := strings.CutPrefix(path, home+"/"); ok {
			return "~/" + rest
		}
	}
	return path
}
