package terminal

import (
	"errors"
	"os"
	"sync"

	"golang.org/x/sys/unix"
	"golang.org/x/term"
)

// Terminal is a terminal opened for editing: a device read from and one written to (usually the same one).
// Its methods may be called from any goroutine.
type Terminal struct {
	in, out *os.File
	mu      sync.Mutex
	saved   *unix.Termios // as found
	mode    mode
	lent    bool
}

type mode int

const (
	modeFound   mode = iota // as the terminal was before
	modeQuiet               // no echo, input at once, signals on: while something runs
	modeEditing             // every key is a byte, Ctrl-C too
)

const (
	pasteOn  = "\x1b[?2004h"
	pasteOff = "\x1b[?2004l"
)

// ErrNoTerminal says that input or output is not a terminal, so that no line can be edited.
var ErrNoTerminal = errors.New("terminal: input or output is not a terminal")

// Open prepares in and out for editing. It returns ErrNoTerminal unless both are terminals that understand
// escape sequences (TERM=dumb does not).
func Open(in, out *os.File) (*Terminal, error) {
	if !term.IsTerminal(int(in.Fd())) || !term.IsTerminal(int(out.Fd())) || os.Getenv("TERM") == "dumb" {
		return nil, ErrNoTerminal
	}
	saved, err := unix.IoctlGetTermios(int(in.Fd()), getTermios)
	if err != nil {
		return nil, err
	}
	return &Terminal{in: in, out: out, saved: saved}, nil
}

// Size returns columns and rows; 80x24 when the terminal does not know.
func (t *Terminal) Size() (width, height int) {
	w, h, err := term.GetSize(int(t.out.Fd()))
	if err != nil || w <= 0 || h <= 0 {
		return 80, 24
	}
	return w, h
}

// set puts the device into mode m. Output processing stays on in every mode, so that "\n" starts a line whoever
// writes it.
func (t *Terminal) set(m mode) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.mode == m {
		return nil
	}
	s := *t.saved
	switch m {
	case modeQuiet:
		s.Iflag &^= unix.INLCR | unix.IGNCR | unix.ICRNL // Enter is the same byte whenever it is typed
		s.Lflag &^= unix.ICANON | unix.ECHO | unix.ECHONL
		s.Cc[unix.VMIN], s.Cc[unix.VTIME] = 1, 0
	case modeEditing:
		s.Iflag &^= unix.IGNBRK | unix.BRKINT | unix.PARMRK | unix.ISTRIP | unix.INLCR | unix.IGNCR | unix.ICRNL | unix.IXON
		s.Lflag &^= unix.ECHO | unix.ECHONL | unix.ICANON | unix.ISIG | unix.IEXTEN
		s.Cflag &^= unix.CSIZE | unix.PARENB
		s.Cflag |= unix.CS8
		s.Cc[unix.VMIN], s.Cc[unix.VTIME] = 1, 0
	}
	if err := unix.IoctlSetTermios(int(t.in.Fd()), setTermios, &s); err != nil {
		return err
	}
	if (t.mode == modeFound) != (m == modeFound) {
		seq := pasteOn
		if m == modeFound {
			seq = pasteOff
		}
		_, _ = t.out.WriteString(seq)
	}
	t.mode = m
	return nil
}

// Lend gives the device back as it was found while f runs: an editor or a shell command that reads keys itself.
func (t *Terminal) Lend(f func() error) error {
	t.mu.Lock()
	m := t.mode
	t.lent = true
	t.mu.Unlock()
	err := t.set(modeFound)
	if err == nil {
		err = f()
	}
	t.mu.Lock()
	t.lent = false
	t.mu.Unlock()
	return errors.Join(err, t.set(m))
}

// resume sets the modes again after the process was stopped and continued: the shell that had the device meanwhile
// has its own. It reports whether the device is ours to set.
func (t *Terminal) resume(m mode) bool {
	t.mu.Lock()
	if t.lent {
		t.mu.Unlock()
		return false
	}
	t.mode = modeFound
	t.mu.Unlock()
	return t.set(m) == nil
}

// Close leaves the device as it was found.
func (t *Terminal) Close() error { return t.set(modeFound) }

// Files returns the device for a process that is lent it: its standard input, output and error.
func (t *Terminal) Files() (in, out, err *os.File) { return t.in, t.out, t.out }
