package repl

import (
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
)

// Setting is one row of what :set shows and changes. Those of the session come in through Config.Settings.
type Setting struct {
	Name   string
	Values []string // what it may be; nil for anything Set accepts
	Help   string
	Get    func() string
	Set    func(value string) error
}

func settingCommands() []Command {
	return []Command{
		{
			Name: "set", Args: "[name [value]]", Short: "show or change a setting",
			Complete: completeSetting, Run: (*Shell).set,
		},
		{
			Name: "silent", Short: "stop showing results, or show them again",
			Run: func(sh *Shell, _ string) error {
				sh.mu.Lock()
				defer sh.mu.Unlock()
				sh.silent = !sh.silent
				sh.Notice("results are " + map[bool]string{true: "not shown", false: "shown"}[sh.silent])
				return nil
			},
		},
	}
}

var onOff = []string{"on", "off"}

func generalSettings(sh *Shell) []Setting {
	return []Setting{
		{
			Name: "echo", Values: onOff, Help: "show results",
			Get: func() string {
				sh.mu.Lock()
				defer sh.mu.Unlock()
				return map[bool]string{true: "off", false: "on"}[sh.silent]
			},
			Set: func(v string) error {
				sh.mu.Lock()
				defer sh.mu.Unlock()
				sh.silent = v == "off"
				return nil
			},
		},
		{
			Name: "color", Values: onOff, Help: "colour what the shell prints",
			Get: func() string { return map[bool]string{true: "on", false: "off"}[sh.cfg.Color] },
			Set: func(v string) error {
				sh.cfg.Color = v == "on"
				sh.style = newStyle(sh.cfg.Color)
				return nil
			},
		},
	}
}

func (sh *Shell) set(args string) error {
	name, value := splitCommand(args)
	value = strings.TrimSpace(value)
	if name == "" {
		var b strings.Builder
		width := 0
		for _, s := range sh.settings {
			width = max(width, len(s.Name))
		}
		for _, s := range sh.settings {
			fmt.Fprintf(&b, "%-*s  %-8s  %s\n", width, s.Name, s.Get(), s.explain())
		}
		sh.Print(b.String())
		return nil
	}
	i := slices.IndexFunc(sh.settings, func(s Setting) bool { return s.Name == name })
	if i < 0 {
		var names []string
		for _, s := range sh.settings {
			names = append(names, s.Name)
		}
		if near := Nearest(name, names); near != "" {
			return fmt.Errorf("set: no setting %q; did you mean %s?", name, near)
		}
		return fmt.Errorf("set: no setting %q; there are %s", name, strings.Join(names, ", "))
	}
	s := sh.settings[i]
	if value == "" {
		sh.Print(s.Name + " = " + s.Get())
		return nil
	}
	if s.Values != nil && !slices.Contains(s.Values, value) {
		return fmt.Errorf("set: %s is one of %s, not %q", s.Name, strings.Join(s.Values, ", "), value)
	}
	return s.Set(value)
}

func (s Setting) explain() string {
	if s.Values == nil {
		return s.Help
	}
	return s.Help + " (" + strings.Join(s.Values, ", ") + ")"
}

func logCommands() []Command {
	return []Command{{
		Name: "log", Args: "[n|level|tail]", Short: "show the latest log records",
		Help: `:log 50 shows the last 50, :log warn those of a level and above (debug, info, warn, error).
:log debug also keeps records of that level from now on. :log tail shows records as they come, until :log tail again.`,
		Complete: completeWords("tail", "debug", "info", "warn", "error"),
		Run:      (*Shell).log,
	}}
}

const logShown = 20

func (sh *Shell) log(args string) error {
	logs := sh.cfg.Logs
	n, level := logShown, slog.LevelDebug
	switch {
	case args == "":
	case args == "tail":
		if logs.tailing() {
			logs.Tail(nil)
			return nil
		}
		logs.Tail(sh.cfg.Printer.Block)
		return nil
	default:
		var err error
		if n, err = strconv.Atoi(args); err == nil && n > 0 {
			break
		}
		if err := level.UnmarshalText([]byte(args)); err != nil {
			return sh.usage("log")
		}
		n = logShown
		if level < logs.Level() {
			logs.SetLevel(level)
		}
	}
	text := strings.Join(logs.Last(n, level), "")
	if text == "" {
		text = "nothing logged"
	}
	sh.Print(text)
	return nil
}
