package terminal

import (
	"time"

	"golang.org/x/sys/unix"
)

// stopping is what Ctrl-Z leaves to be done when the process is continued.
type stopping struct {
	stopped bool // the terminal was given back
	early   bool // and taken again, before a signal said that the process was continued
	closed  bool
}

// stopWithin is how long it may take until a process that stops itself has stopped. One that still runs then was
// not stopped: there is no shell that could continue it.
const stopWithin = 300 * time.Millisecond

// suspend stops the process group, as Ctrl-Z does; watch takes up again when it is continued.
func (e *Editor) suspend(b *buffer) {
	e.cfg.Printer.edit(&line{prompt: e.prompt, cont: e.cont, text: b.text, pos: b.pos}) // keys before may not be drawn yet
	e.cfg.Printer.leave()
	if e.cfg.Terminal.set(modeFound) != nil {
		return
	}
	e.stop.stopped = true
	time.AfterFunc(stopWithin, func() { e.resume(false) })
	_ = unix.Kill(0, unix.SIGTSTP)
}

// resume takes the terminal again, with its modes, and draws the line. Whoever had it meanwhile left the cursor below
// what we had drawn, so an area that was not left before is drawn a second time.
func (e *Editor) resume(continued bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.stop.closed || !continued && !e.stop.stopped {
		return
	}
	if !e.stop.stopped && !e.stop.early {
		e.cfg.Printer.forget()
	}
	e.stop.early = !continued
	e.stop.stopped = false
	m := modeQuiet
	if e.reading || e.viewing {
		m = modeEditing
	}
	switch {
	case !e.cfg.Terminal.resume(m) || e.viewing:
	case e.reading:
		e.cfg.Printer.edit(e.line)
	default:
		e.cfg.Printer.redraw()
	}
}
