package builtins

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"gospark/repl"
	"gospark/session"
)

// outputCommands are :pause and :tail: what a stream has printed, or would have.
func (c *Commands) outputCommands() []repl.Command {
	return []repl.Command{
		{
			Name: "pause", Args: "[id]", Short: "hold back what a stream or streaming query prints, until :pause again",
			Help: `The batches go on. What they print is kept and printed, in order, by another :pause, by :unmute, or at the end of the
stream; beyond 1 MiB the oldest is dropped and counted. Without an id, all streams are held back, or printed again.`,
			Complete: c.completeStreams, Run: c.pause,
		},
		{
			Name: "tail", Args: "[id] [n]", Short: "show the last batches a stream or streaming query printed, or would have",
			Help: `Three batches with rows, or n of them; up to 20 are kept. What was muted or is held back is there too, and what a query
printed that has ended.`,
			Complete: c.completeStreams, Run: c.tail,
		},
	}
}

func (c *Commands) pause(sh *repl.Shell, args string) error {
	streams := c.running()
	if id := strings.TrimSpace(args); id != "" {
		s, err := c.stream(sh, id)
		if err != nil {
			return err
		}
		streams = []running{s}
	}
	if len(streams) == 0 {
		return errors.New("there is no stream")
	}
	held := false
	for _, s := range streams {
		held = held || s.paused
	}
	for _, s := range streams {
		switch {
		case !held:
			s.pause()
			sh.Notice(fmt.Sprintf("%s is paused: its batches go on, and are printed after another :pause %[1]s", s.id))
		case s.paused:
			if err := resume(sh, s); err != nil {
				return err
			}
		}
	}
	return nil
}

// resume prints what was held back.
func resume(sh *repl.Shell, s running) error {
	var h session.StreamHold
	if err := session.Try(func() { h = s.resume() }); err != nil {
		return err
	}
	sh.Notice(fmt.Sprintf("%s prints again; %s", s.id, holdText(h)))
	return nil
}

// holdText says how much was held back.
func holdText(h session.StreamHold) string {
	text := fmt.Sprintf("%d lines held back", h.Lines)
	if h.DroppedLines > 0 {
		text += fmt.Sprintf(", %d older ones dropped", h.DroppedLines)
	}
	return text
}

// tailShown is how many batches :tail shows.
const tailShown = 3

func (c *Commands) tail(sh *repl.Shell, args string) error {
	n, words := tailShown, strings.Fields(args)
	if last := len(words) - 1; last >= 0 {
		if k, err := strconv.Atoi(words[last]); err == nil && k > 0 {
			n, words = k, words[:last]
		}
	}
	if len(words) > 1 {
		return usage(":tail ID N, such as :tail clicks 5")
	}
	text, err := c.printed(sh, strings.Join(words, ""), n)
	if err != nil {
		return err
	}
	sh.Print(text)
	return nil
}

// printed is the last n batches of a stream, or of a query, which may have ended.
func (c *Commands) printed(sh *repl.Shell, id string, n int) (string, error) {
	if s, err := c.stream(sh, id); err == nil {
		if blocks := s.tail(n); len(blocks) > 0 {
			return strings.Join(blocks, ""), nil
		}
		if !s.query {
			return "", fmt.Errorf("%s has printed no batch with records", s.id)
		}
		id = s.id
	} else if len(c.Session.Streams().All()) == 0 {
		return "", err
	}
	q, err := c.query(sh, id)
	if err != nil {
		return "", err
	}
	if blocks := q.Tail(n); len(blocks) > 0 {
		return strings.Join(blocks, ""), nil
	}
	if d := q.Detail(); d.Format != "console" {
		return "", fmt.Errorf("%s writes to %s: only what Format(\"console\") prints is kept", handle(q), d.Format)
	}
	return "", fmt.Errorf("%s has printed no batch with rows; :why %[1]s explains it", handle(q))
}
