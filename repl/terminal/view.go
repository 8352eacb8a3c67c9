package terminal

import (
	"context"
	"io"
	"strconv"
	"strings"
	"time"
)

// A View is what has the whole screen. Its methods are called by one goroutine.
type View interface {
	// Draw returns the lines to show, the first height of which are shown, cut to width columns.
	Draw(width, height int) []string
	// Key takes a key. It reports that the view is left.
	Key(k Key) (leave bool)
}

// A Key is a character, or one of the keys below.
type Key rune

// Keys without a character of their own.
const (
	KeyInterrupt = Key(keyInterrupt)
	KeyEnter     = Key(actEnter)
	KeyUp        = Key(actUp)
	KeyDown      = Key(actDown)
	KeyLeft      = Key(2)
	KeyRight     = Key(6)
	KeyPageUp    = Key(actPageUp)
	KeyPageDown  = Key(actPageDown)
	KeyHome      = Key(actHome)
	KeyEnd       = Key(actEnd)
)

// The screen beside the usual one: what stands there comes back as it was.
const (
	otherScreen = "\x1b[?1049h\x1b[?25l"
	usualScreen = "\x1b[?25h\x1b[?1049l"
)

// Show gives the screen to v until one of its keys leaves it, ctx is done, or the input ends. Refresh, which may be nil,
// draws it anew, and so does a change of the screen's size.
func (e *Editor) Show(ctx context.Context, v View, refresh <-chan time.Time) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err := e.cfg.Terminal.set(modeEditing); err != nil {
		return err
	}
	e.keys.take()
	defer e.keys.give()
	e.view(true)
	e.cfg.Printer.lend()
	// one key at a time: what is typed behind the one that leaves is the prompt's
	ask, keys, done := make(chan struct{}, 1), make(chan rune, 1), make(chan struct{})
	go func() {
		defer close(keys)
		for range ask {
			k, ok := e.keys.key(done)
			if !ok {
				return
			}
			keys <- k
		}
	}()
	ask <- struct{}{}
	for left := false; !left; {
		e.cfg.Printer.frame(v.Draw)
		select {
		case k, ok := <-keys:
			if left = !ok || v.Key(Key(k)); !left {
				ask <- struct{}{}
			}
		case <-refresh:
		case <-e.resizes:
		case <-ctx.Done():
			left = true
		}
	}
	close(ask)
	close(done)
	e.keys.wake()
	for range keys { // until the goroutine has ended
	}
	e.view(false)
	// in this order: when the screen shows the prompt's text again, Ctrl-C is a signal
	err := e.cfg.Terminal.set(modeQuiet)
	e.cfg.Printer.reclaim()
	return err
}

func (e *Editor) view(on bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.viewing = on
}

// lent is what was to be printed while a view had the screen.
type lent struct {
	text    string
	dropped int // lines
}

// lentBytes bounds what is kept for the end of a view.
const lentBytes = 64 << 10

func (l *lent) keep(text string) {
	l.text += text
	if len(l.text) <= lentBytes {
		return
	}
	cut := len(l.text) - lentBytes/2
	if i := strings.IndexByte(l.text[cut:], '\n'); i >= 0 {
		cut += i + 1
	}
	l.dropped += strings.Count(l.text[:cut], "\n")
	l.text = l.text[cut:]
}

// lend takes the area off the screen and changes to the other one. What is printed from now on is kept for reclaim.
func (p *Printer) lend() {
	p.mu.Lock()
	defer p.mu.Unlock()
	progress := p.progress
	p.progress = nil
	p.above(p.settle())
	p.progress = progress
	p.lent = &lent{}
	_, _ = io.WriteString(p.out, otherScreen)
}

// frame draws a view.
func (p *Printer) frame(draw func(width, height int) []string) {
	w, h := p.size()
	lines := draw(w, h)
	var b strings.Builder
	b.WriteString("\x1b[H")
	for i, l := range lines[:min(len(lines), h)] {
		if i > 0 {
			b.WriteString("\r\n")
		}
		r := clip(l, w)
		b.WriteString(r.text)
		if r.width < w {
			b.WriteString("\x1b[K")
		}
	}
	if len(lines) < h {
		b.WriteString("\r\n" + eraseBelow)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	_, _ = io.WriteString(p.out, b.String())
}

// reclaim changes back and prints what was kept.
func (p *Printer) reclaim() {
	p.mu.Lock()
	defer p.mu.Unlock()
	kept := p.lent
	p.lent = nil
	_, _ = io.WriteString(p.out, usualScreen)
	p.drawn = drawn{}
	if kept.dropped > 0 {
		kept.text = countText(kept.dropped) + kept.text
	}
	p.above(kept.text)
}

func countText(lines int) string {
	return "… " + strconv.Itoa(lines) + " lines that were printed meanwhile are not shown\n"
}
