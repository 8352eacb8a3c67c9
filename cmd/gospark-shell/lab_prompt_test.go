package main

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// proposed is a prompt with a line that was not typed, at the end of the screen.
var proposed = regexp.MustCompile(`\ngospark> [^ ▏][^▏]*▏$`)

// Every lesson is gone through by pressing Enter: what it proposes works, and does what the step asks for.
func TestPromptLessons(t *testing.T) {
	for n := 1; n <= 5; n++ {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			p := atPrompt(t, 160, 120, "--master", "local[2]")
			p.Send(fmt.Sprintf(":lab %d\r", n))
			p.Expect(fmt.Sprintf("Lesson %d: ", n))
			p.Expect("1/")
			_, after, _ := strings.Cut(p.All(), "\n1/")
			var steps int
			if _, err := fmt.Sscan(after, &steps); err != nil || steps < 5 {
				t.Fatalf("%d steps, %v in\n%s", steps, err, p.All())
			}
			for i := 1; i <= steps; i++ {
				step := fmt.Sprintf("\n%d/%d ", i, steps)
				p.Wait("the line of step"+step, func() bool {
					screen := p.Marked()
					at := strings.LastIndex(screen, step)
					return at >= 0 && proposed.MatchString(screen[at:])
				})
				p.Send("\r")
			}
			p.Expect(fmt.Sprintf("lesson %d is done", n))
			for _, bad := range []string{"that did not work", "shows the step again"} {
				if strings.Contains(p.All(), bad) {
					t.Errorf("%s in\n%s", bad, p.All())
				}
			}
			p.Send(":quit\r")
			p.exits(0)
		})
	}
}

// A step is done when what it asks for is there, and not before; a lesson can be skipped through and left.
func TestPromptLab(t *testing.T) {
	p := atPrompt(t, 120, 60, "--master", "local[2]")
	p.says(":lab", `^N  STEPS  LESSON\n1  6      Counting words in an RDD\n`)
	p.says(":lab 99", "^there is no lesson 99; :lab lists those there are$")
	p.says(":lab next", "^no lesson is going on; ")
	send := func(line string, want string) {
		t.Helper()
		n := strings.Count(p.All(), want)
		p.Send("\x15\x0b" + line + "\r") // in the place of what is proposed
		p.Wait(want, func() bool { return strings.Count(p.All(), want) > n })
	}
	send(":lab 1", "1/6 An RDD from Go values")
	send(`lines := sc.Parallelize([]string{"one"})`, "lines: RDD[string]")
	send("undefined + 1", "undefined: undefined")
	if strings.Contains(p.All(), "2/6") {
		t.Error("the step is taken for done")
	}
	send(`lines = sc.Parallelize([]string{"to be or not to be", "that is " + "the question"}, 3)`, "2/6 One record becomes several")
	send(":lab run", "3/6 Pairs, and their sums")
	send(":lab next", "4/6 An action")
	send(":lab", "4/6 An action")
	send(":lab stop", "the lesson is over; what was defined stays")
	send("words.Count()", "res0: int64 = 10")
	p.Send(":quit\r")
	p.exits(0)
}
