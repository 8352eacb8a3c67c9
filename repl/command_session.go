package repl

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

func sessionCommands() []Command {
	table := func(name, short string, of func(Evaluator) []Symbol) Command {
		return Command{Name: name, Short: short, Run: func(sh *Shell, _ string) error {
			sh.symbols(of(sh.cfg.Interp))
			return nil
		}}
	}
	return []Command{
		table("vars", "list variables and constants with their types", Evaluator.Vars),
		table("funcs", "list functions defined here", Evaluator.Funcs),
		table("types", "list types defined here", Evaluator.Types),
		table("imports", "list imported packages", Evaluator.Imports),
		{
			Name: "type", Aliases: []string{"t"}, Args: "expression",
			Short:    "show the type of an expression without evaluating it",
			Complete: completeCode, Run: (*Shell).showType,
		},
		{
			Name: "drop", Args: "name…", Short: "forget names that were defined",
			Complete: completeDefined, Run: (*Shell).drop,
		},
		{
			Name: "reset", Short: "forget everything that was defined",
			Help: "What the session began with stays, and so does everything that runs.",
			Run:  (*Shell).reset,
		},
		{
			Name: "trace", Short: "show where the last error came from",
			Run: (*Shell).trace,
		},
	}
}

func (sh *Shell) symbols(all []Symbol) {
	var b strings.Builder
	width := 0
	for _, s := range all {
		width = max(width, len(s.Name))
	}
	for _, s := range all {
		fmt.Fprintf(&b, "%s%s  %s", sh.style.name(s.Name), strings.Repeat(" ", width-len(s.Name)), sh.style.typ(s.Type))
		if s.Detail != "" {
			b.WriteString("  " + s.Detail)
		}
		b.WriteString("\n")
	}
	sh.Print(b.String())
}

func (sh *Shell) showType(expr string) error {
	if expr == "" {
		return sh.usage("type")
	}
	t, err := sh.cfg.Interp.TypeOf(expr)
	if err != nil {
		return err
	}
	sh.Print(sh.style.typ(t))
	return nil
}

func (sh *Shell) drop(args string) error {
	names := strings.Fields(args)
	if len(names) == 0 {
		return sh.usage("drop")
	}
	var errs []error
	for _, n := range names {
		errs = append(errs, sh.cfg.Interp.Drop(n))
	}
	return errors.Join(errs...)
}

func (sh *Shell) reset(string) error {
	forgotten := sh.cfg.Interp.Reset()
	sh.mu.Lock()
	sh.inputs = nil
	sh.mu.Unlock()
	sh.lastValue = ""
	if len(forgotten) == 0 {
		sh.Print("nothing to forget")
		return nil
	}
	sh.Print("forgot " + forgottenText(forgotten) + "\nthe session and what runs in it are unchanged")
	return nil
}

// forgottenNamed is how many names :reset lists.
const forgottenNamed = 12

func forgottenText(all []Symbol) string {
	var names []string
	results := 0
	for _, s := range all {
		if len(all) > forgottenNamed && resultName.MatchString(s.Name) {
			results++
		} else {
			names = append(names, s.Name)
		}
	}
	if n := len(names) - forgottenNamed; n > 0 {
		names = append(names[:forgottenNamed], fmt.Sprintf("more names: %d", n))
	}
	if results > 0 {
		names = append(names, fmt.Sprintf("results: %d", results))
	}
	return strings.Join(names, ", ")
}

// resultName is what results are called.
var resultName = regexp.MustCompile(`^res\d+$`)

func (sh *Shell) trace(string) error {
	switch {
	case sh.lastError == nil:
		sh.Print("no error so far")
	case sh.lastError.Trace == "":
		sh.Print("nothing is known about the last error but its message")
	default:
		sh.Print(sh.lastError.Trace)
	}
	return nil
}
