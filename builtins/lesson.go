package builtins

import (
	"embed"
	"fmt"
	"io/fs"
	"net"
	"strconv"
	"strings"
)

//go:embed lessons
var lessonFiles embed.FS

// A lesson is what :lab goes through step by step. Lessons are files, in the order of their names: a title, a text, and
// steps, which begin with "== " and a title. In a step, lines that begin with "> " are what to type, "? " is a condition
// that holds when the step is done, and "! " says what should be, when it does not hold. {port} is a free port.
type lesson struct {
	title, text string
	steps       []step
}

type step struct {
	title, text string
	code        string // what to type
	condition   string // in Go; "" when typing the code is enough
	should      string
}

// lessons reads the lessons.
func lessons() ([]lesson, error) {
	names, err := fs.Glob(lessonFiles, "lessons/*.txt")
	if err != nil {
		return nil, err
	}
	var all []lesson
	for _, name := range names {
		text, err := lessonFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		l, err := parseLesson(string(text))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		all = append(all, l)
	}
	return all, nil
}

// parseLesson reads the text of a lesson.
func parseLesson(text string) (l lesson, err error) {
	var s *step
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		mark, rest, _ := strings.Cut(line, " ")
		switch {
		case mark == "#" && s == nil:
			l.title = rest
		case mark == "==":
			l.steps = append(l.steps, step{title: rest})
			s = &l.steps[len(l.steps)-1]
		case s == nil:
			l.text += line + "\n"
		case mark == ">":
			s.code = strings.TrimPrefix(s.code+"\n"+rest, "\n")
		case mark == "?":
			s.condition = rest
		case mark == "!":
			s.should = rest
		default:
			s.text += line + "\n"
		}
	}
	l.text = strings.TrimSpace(l.text)
	for i := range l.steps {
		s := &l.steps[i]
		s.text = strings.TrimSpace(s.text)
		if s.title == "" || s.code == "" || (s.condition == "") != (s.should == "") {
			return l, fmt.Errorf("step %d wants a title, what to type, and a condition with what should be, or neither", i+1)
		}
	}
	if l.title == "" || l.text == "" || len(l.steps) == 0 {
		return l, fmt.Errorf("a lesson wants a title, a text and steps")
	}
	return l, nil
}

// usualPort is the one lessons use, unless it is taken.
const usualPort = 9999

// withPort is the lesson with a free port in it.
func (l lesson) withPort() (lesson, error) {
	n, err := net.Listen("tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(usualPort)))
	if err != nil {
		if n, err = net.Listen("tcp4", "127.0.0.1:0"); err != nil {
			return l, err
		}
	}
	_, port, err := net.SplitHostPort(n.Addr().String())
	if e := n.Close(); err == nil {
		err = e
	}
	steps := l.steps
	l.steps = nil
	for _, s := range steps {
		s.text, s.code = strings.ReplaceAll(s.text, "{port}", port), strings.ReplaceAll(s.code, "{port}", port)
		l.steps = append(l.steps, s)
	}
	return l, err
}
