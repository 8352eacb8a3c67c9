package builtins

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"gospark/repl"
)

// A lab is the lesson that is being gone through. It belongs to the goroutine of the prompt.
type lab struct {
	lesson lesson
	number int
	at     int // step
}

func (l *lab) step() *step { return &l.lesson.steps[l.at] }

const labHelp = `:lab          list the lessons, or show the step again
:lab 2        begin lesson 2
:lab run      do what the step says, as Enter on the line proposed does
:lab next     go on without doing it
:lab stop     leave the lesson; what was defined stays
At a terminal the line to type is proposed: Enter runs it, and it may be changed. Anything else may be typed in between.
A step is done when what it asks for is there, however it came about.`

func (c *Commands) labCommands() []repl.Command {
	return []repl.Command{{
		Name: "lab", Args: "[n|run|next|stop]", Short: "learn by doing: lessons, step by step", Help: labHelp,
		Complete: func(_ *repl.Shell, args string) (int, []repl.Candidate) {
			var cands []repl.Candidate
			for _, w := range []string{"run", "next", "stop"} {
				if strings.HasPrefix(w, args) {
					cands = append(cands, repl.Candidate{Text: w})
				}
			}
			all, _ := lessons()
			for i, l := range all {
				if n := strconv.Itoa(i + 1); strings.HasPrefix(n, args) {
					cands = append(cands, repl.Candidate{Text: n, Detail: l.title})
				}
			}
			return 0, cands
		},
		Run: c.runLab,
	}}
}

var errNoLesson = errors.New("no lesson is going on; :lab lists them, :lab 1 begins the first")

func (c *Commands) runLab(sh *repl.Shell, args string) error {
	if n, err := strconv.Atoi(args); err == nil {
		return c.beginLesson(sh, n)
	}
	if c.lab == nil && args != "" {
		return errNoLesson
	}
	switch args {
	case "":
		if c.lab == nil {
			return listLessons(sh)
		}
		c.showStep(sh)
		return nil
	case "run":
		sh.Print(c.lab.step().code)
		code := c.lab.step().code
		err := sh.Input(code)
		if err != nil {
			return err
		}
		return c.advance(sh, code)
	case "next":
		return c.nextStep(sh)
	case "stop":
		c.lab = nil
		sh.Notice("the lesson is over; what was defined stays")
		return nil
	}
	return usage(":lab, :lab N, :lab run, :lab next or :lab stop")
}

func listLessons(sh *repl.Shell) error {
	all, err := lessons()
	if err != nil {
		return err
	}
	rows := [][]string{{"N", "STEPS", "LESSON"}}
	for i, l := range all {
		rows = append(rows, []string{strconv.Itoa(i + 1), strconv.Itoa(len(l.steps)), l.title})
	}
	sh.Print(table(rows) + ":lab N begins lesson N\n")
	return nil
}

func (c *Commands) beginLesson(sh *repl.Shell, n int) error {
	all, err := lessons()
	if err != nil {
		return err
	}
	if n < 1 || n > len(all) {
		return fmt.Errorf("there is no lesson %d; :lab lists those there are", n)
	}
	l, err := all[n-1].withPort()
	if err != nil {
		return err
	}
	c.lab = &lab{lesson: l, number: n}
	sh.Print(fmt.Sprintf("Lesson %d: %s\n%s\n", n, l.title, l.text))
	c.showStep(sh)
	return nil
}

// showStep shows what is to be done and proposes the line.
func (c *Commands) showStep(sh *repl.Shell) {
	s := c.lab.step()
	text := fmt.Sprintf("\n%d/%d %s\n", c.lab.at+1, len(c.lab.lesson.steps), s.title)
	if s.text != "" {
		text += s.text + "\n"
	}
	if sh.Terminal() {
		sh.Propose(s.code)
	} else {
		text += "type this, or :lab run\n    " + strings.ReplaceAll(s.code, "\n", "\n    ") + "\n"
	}
	sh.Print(text)
}

func (c *Commands) nextStep(sh *repl.Shell) error {
	if c.lab.at++; c.lab.at < len(c.lab.lesson.steps) {
		c.showStep(sh)
		return nil
	}
	done := c.lab.number
	c.lab = nil
	text := fmt.Sprintf("\nlesson %d is done", done)
	if all, err := lessons(); err == nil && done < len(all) {
		text += fmt.Sprintf("; :lab %d goes on with %q", done+1, all[done].title)
	}
	sh.Print(text + "\n")
	return nil
}

// stepWithin is how long a step that was done as it says may need until its condition holds: a batch or two.
const stepWithin = 15 * time.Second

// After looks, when an input has been dealt with, whether it did what the lesson's step asks for.
func (c *Commands) After(sh *repl.Shell, input string, err error) error {
	if c.lab == nil || isLab(input) {
		return nil
	}
	if err != nil {
		if sameCode(input, c.lab.step().code) {
			sh.Notice("that did not work; :lab shows the step again, :lab next goes on without it")
		}
		return nil
	}
	return c.advance(sh, input)
}

// isLab says that an input is the command :lab, which knows itself what comes next.
func isLab(input string) bool {
	words := strings.Fields(input)
	return len(words) > 0 && words[0] == ":lab"
}

func sameCode(a, b string) bool { return slices.Equal(strings.Fields(a), strings.Fields(b)) }

// advance goes to the next step if this one is done.
func (c *Commands) advance(sh *repl.Shell, input string) error {
	s := c.lab.step()
	asSaid := sameCode(input, s.code)
	if s.condition == "" {
		if !asSaid {
			return nil
		}
		return c.nextStep(sh)
	}
	done, err := awaitHolds(sh, s.condition, asSaid)
	switch {
	case err != nil:
		return err
	case done:
		return c.nextStep(sh)
	case asSaid:
		sh.Notice(s.should + "; :lab shows the step again, :lab next goes on without it")
	}
	return nil
}

// awaitHolds evaluates a condition, again and again for a while if it is worth waiting for. Ctrl-C ends the wait.
func awaitHolds(sh *repl.Shell, condition string, wait bool) (bool, error) {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	late := time.After(stepWithin)
	for {
		ok, err := sh.Holds(condition)
		if ok || err != nil || !wait {
			return ok, err
		}
		select {
		case <-tick.C:
		case <-late:
			return false, nil
		case <-sh.Context().Done():
			return false, context.Canceled
		}
	}
}
