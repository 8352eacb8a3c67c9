package repl

import (
	"slices"
	"strings"
	"unicode/utf8"
)

func helpCommands() []Command {
	return []Command{
		{
			Name: "help", Aliases: []string{"h", "?"}, Args: "[command|name]",
			Short: "list the commands, or explain one",
			Help: `A command may be shortened as long as it stays unambiguous: :hist for :history.
:help of a name that is not a command is :doc of it.

Keys: Tab completes; Up and Down recall inputs; Ctrl-R searches them; Ctrl-A, Ctrl-E, Home, End go to the ends
of the line; Alt-B, Alt-F and Ctrl-arrows move by words; Ctrl-W, Ctrl-U, Ctrl-K cut and Ctrl-Y puts back;
Alt-Enter starts another line; Ctrl-L clears the screen; Ctrl-C drops the input or interrupts what runs;
Ctrl-D leaves.
An input that is not complete goes on in the next line; two empty lines or Ctrl-C get out of it.
An input that begins with a dot applies to the last result: .Show()`,
			Complete: completeCommandNames,
			Run:      (*Shell).help,
		},
		{
			Name: "quit", Aliases: []string{"q", "exit"},
			Short: "stop what runs and leave",
			Help:  "Ctrl-D on an empty line does the same.",
			Run:   func(sh *Shell, _ string) error { sh.Quit(0); return nil },
		},
		{
			Name: "doc", Args: "name", Short: "show the documentation of a name",
			Help:     "The name may be of a package or of something it has: :doc strings.Fields, :doc df.Select, :doc Col",
			Complete: completeCode,
			Run:      (*Shell).doc,
		},
	}
}

func (sh *Shell) help(args string) error {
	if args == "" {
		sh.Print(sh.helpText())
		return nil
	}
	name := strings.TrimPrefix(args, ":")
	c, err := sh.findCommand(name)
	if err != nil {
		if !strings.HasPrefix(args, ":") && sh.doc(args) == nil {
			return nil
		}
		return err
	}
	text := sh.style.bold(c.usage()) + "\n" + c.Short
	if c.Help != "" {
		text += "\n\n" + c.Help
	}
	sh.Print(text)
	return nil
}

func (sh *Shell) helpText() string {
	width := 0
	cmds := slices.Clone(sh.commands)
	for _, c := range cmds {
		width = max(width, utf8.RuneCountInString(c.usage()))
	}
	width = min(width, 30)
	screen, _ := sh.cfg.Printer.Size()
	var b strings.Builder
	b.WriteString("Commands may be shortened as long as they stay unambiguous. :help X explains X.\n\n")
	indent := strings.Repeat(" ", width+2)
	for _, c := range cmds {
		usage := c.usage()
		lead := sh.style.name(usage) + strings.Repeat(" ", max(width+2-utf8.RuneCountInString(usage), 0))
		if utf8.RuneCountInString(usage) > width {
			lead = sh.style.name(usage) + "\n" + indent
		}
		b.WriteString(lead + strings.Join(folded(c.Short, max(screen-width-2, 20)), "\n"+indent) + "\n")
	}
	return b.String()
}

// folded breaks text between words into lines of a width.
func folded(text string, width int) (lines []string) {
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width {
			lines, line = append(lines, line), ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}

func (sh *Shell) doc(args string) error {
	if args == "" {
		return sh.usage("doc")
	}
	d, err := sh.cfg.Interp.Describe(args)
	if err != nil {
		return err
	}
	text := sh.style.bold(d.Signature)
	if d.Path != "" {
		text += "\n" + sh.style.quiet(d.Path)
	}
	if sh.cfg.Doc != nil {
		if s, ok := sh.cfg.Doc(d.Path, d.Name); ok {
			text += "\n\n" + strings.TrimSpace(s)
		}
	}
	sh.Print(text)
	return nil
}
