package repl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Command is one row of the table of :commands. The general ones are in generalCommands; whoever builds a shell adds
// its own through Config.Commands. Help, completion and error messages come from the row.
type Command struct {
	Name    string   // without the colon
	Aliases []string // abbreviations that always mean this command
	Args    string   // how its arguments are written: "[n|level|tail]"
	Short   string   // one line for :help
	Help    string   // the rest of :help Name
	// Complete proposes what may stand at the end of args, replacing it from byte from on; nil for nothing.
	Complete func(sh *Shell, args string) (from int, cands []Candidate)
	// Run carries the command out. sh.Context() ends with Ctrl-C. An error is shown in red.
	Run func(sh *Shell, args string) error
}

// runCommand carries out a line without its colon: a name, or a prefix of one, and arguments.
func (sh *Shell) runCommand(line string) error {
	name, args := splitCommand(line)
	c, err := sh.findCommand(name)
	if err != nil {
		return err
	}
	return sh.interruptible(func(context.Context) error { return c.Run(sh, strings.TrimSpace(args)) })
}

// splitCommand cuts a line after the command's name.
func splitCommand(line string) (name, args string) {
	if i := strings.IndexAny(line, " \t\n"); i >= 0 {
		return line[:i], line[i:]
	}
	return line, ""
}

// findCommand resolves a name, an alias or an unambiguous prefix.
func (sh *Shell) findCommand(name string) (*Command, error) {
	var matches []*Command
	for i := range sh.commands {
		c := &sh.commands[i]
		if c.Name == name || slices.Contains(c.Aliases, name) {
			return c, nil
		}
		if name != "" && strings.HasPrefix(c.Name, name) {
			matches = append(matches, c)
		}
	}
	switch len(matches) {
	case 1:
		return matches[0], nil
	case 0:
		return nil, fmt.Errorf("no such command :%s%s", name, sh.didYouMean(name))
	}
	names := make([]string, len(matches))
	for i, c := range matches {
		names[i] = ":" + c.Name
	}
	slices.Sort(names)
	return nil, fmt.Errorf(":%s could be %s", name, strings.Join(names, ", "))
}

func (sh *Shell) didYouMean(name string) string {
	var names []string
	for _, c := range sh.commands {
		names = append(names, c.Name)
	}
	if near := Nearest(name, names); near != "" {
		return "; did you mean :" + near + "?"
	}
	return "; :help lists them"
}

// Nearest returns the candidate that name is most likely a misspelling of, or "".
func Nearest(name string, candidates []string) string {
	best, at := "", min(2, len(name)/2)+1
	for _, c := range candidates {
		if d := distance(name, c, at); d < at {
			best, at = c, d
		}
	}
	return best
}

// distance is how many letters have to be inserted, dropped, replaced or swapped with their neighbour to make a b;
// limit or more when that is too many.
func distance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			same := 1
			if a[i-1] == b[j-1] {
				same = 0
			}
			d := min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+same)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, rows[i-2][j-2]+1)
			}
			rows[i][j] = d
		}
	}
	return rows[len(a)][len(b)]
}

// usage is the error for wrong arguments of a command.
func (sh *Shell) usage(name string) error {
	c, err := sh.findCommand(name)
	if err != nil {
		return err
	}
	return errors.New("usage: " + c.usage())
}

func (c *Command) usage() string { return strings.TrimSpace(":" + c.Name + " " + c.Args) }

// Print writes text to standard output as one block.
func (sh *Shell) Print(text string) { sh.cfg.Printer.Block(text) }

// Notice writes text to standard error as one block.
func (sh *Shell) Notice(text string) { sh.cfg.Printer.Notice(text) }

// PrintError shows what is wrong with one of several things a command does, which goes on.
func (sh *Shell) PrintError(err error) { sh.report(err) }

// ReadText reads lines up to Ctrl-D, for a command that takes several. Ctrl-C is terminal.ErrInterrupt.
func (sh *Shell) ReadText(notice string) (string, error) {
	sh.Notice(notice)
	text, err := sh.in.ReadUntilEOF("")
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return text, err
}

func generalCommands() []Command {
	return slices.Concat(helpCommands(), inputCommands(), sessionCommands(), settingCommands(), logCommands())
}
