package terminal

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/sys/unix"
)

// Bytes readline understands.
const (
	keyInterrupt = 3
	keyEOF       = 4
	keyBell      = 7
	keyBackspace = 127
	keyCtrlH     = 8
	keyEnter     = '\r'
)

// keys turns what a terminal sends into what readline is given: text and the control characters it knows pass,
// every other key becomes one rune of the action range (actions.go), a paste becomes one such rune however long it
// is. One key is handed over per Read, so that nothing typed ahead is lost in a buffer below.
type keys struct {
	fd       int
	wakeR    int
	wakeW    int
	mu       sync.Mutex
	cond     *sync.Cond
	raw      []byte   // read, not decoded
	injected []byte   // goes before anything typed
	pasted   []string // contents of the pastes handed over as actPaste
	inPaste  []byte   // collecting; nil outside a paste
	awaiting bool     // Enter and Ctrl-D wait for the editor to say what they mean
	taken    bool     // somebody else reads: readline has to wait
	filling  bool     // readline waits for input
	ended    bool     // no more input: hang-up, or closed
	lastWas  byte
}

func newKeys(fd int) (*keys, error) {
	var p [2]int
	if err := unix.Pipe(p[:]); err != nil {
		return nil, err
	}
	for _, f := range p {
		unix.CloseOnExec(f)
		_ = unix.SetNonblock(f, true)
	}
	k := &keys{fd: fd, wakeR: p[0], wakeW: p[1]}
	k.cond = sync.NewCond(&k.mu)
	return k, nil
}

// Read hands over one key. After the end of input it first interrupts the line being edited, so that a half-typed
// line is never taken for a finished one.
func (k *keys) Read(b []byte) (int, error) {
	for {
		k.mu.Lock()
		for k.awaiting || k.taken && !k.ended {
			k.cond.Wait()
		}
		if n := copy(b, k.injected); n > 0 {
			k.injected = k.injected[n:]
			k.mu.Unlock()
			return n, nil
		}
		if k.ended {
			k.mu.Unlock()
			return 0, io.EOF
		}
		key, ok := k.next()
		k.filling = !ok
		k.mu.Unlock()
		if ok {
			return copy(b, key), nil
		}
		if err := k.fill(); err != nil {
			k.end()
		}
		k.mu.Lock()
		k.filling = false
		k.mu.Unlock()
		k.cond.Broadcast()
	}
}

// take keeps readline from reading, which it may do ahead of the next input, until give.
func (k *keys) take() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.taken = true
	for k.filling {
		k.wake()
		k.cond.Wait()
	}
}

func (k *keys) give() {
	k.mu.Lock()
	k.taken = false
	k.mu.Unlock()
	k.cond.Broadcast()
}

// key waits for a key, for who has taken the keys; false when done was closed, and wake called, or the input has ended.
func (k *keys) key(done <-chan struct{}) (rune, bool) {
	for {
		select {
		case <-done:
			return 0, false
		default:
		}
		k.mu.Lock()
		if k.ended {
			k.mu.Unlock()
			return 0, false
		}
		b, ok := k.next()
		k.awaiting = false // what Enter means is clear here
		k.mu.Unlock()
		switch r, _ := utf8.DecodeRune(b); {
		case !ok:
			if err := k.fill(); err != nil {
				k.end()
			}
		case r == rune(actPaste):
			k.paste()
		case r != 0x1b:
			return r, true
		}
	}
}

// Close ends the input; what is being read is interrupted.
func (k *keys) Close() error {
	k.end()
	return nil
}

func (k *keys) end() {
	k.mu.Lock()
	if !k.ended {
		k.ended = true
		k.injected = []byte{keyInterrupt}
	}
	k.awaiting = false
	k.mu.Unlock()
	k.cond.Broadcast()
	k.wake()
}

// release frees the descriptors; nothing may be reading any more.
func (k *keys) release() {
	unix.Close(k.wakeR)
	unix.Close(k.wakeW)
}

func (k *keys) isEnded() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.ended
}

// inject puts a key before everything typed.
func (k *keys) inject(key byte) {
	k.mu.Lock()
	k.injected = append(k.injected, key)
	k.mu.Unlock()
	k.wake()
}

// resolve answers a key that awaits its meaning: readline gets key next, or with 0 nothing.
func (k *keys) resolve(key byte) {
	k.mu.Lock()
	if key != 0 && !k.ended {
		k.injected = append(k.injected, key)
	}
	k.awaiting = false
	k.mu.Unlock()
	k.cond.Broadcast()
}

// pending reports that more has been typed already, so that drawing can wait for it.
func (k *keys) pending() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return len(k.raw) > 0 || len(k.injected) > 0
}

// paste returns the oldest paste not fetched yet.
func (k *keys) paste() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.pasted) == 0 {
		return ""
	}
	p := k.pasted[0]
	k.pasted = k.pasted[1:]
	return p
}

func (k *keys) wake() { _, _ = unix.Write(k.wakeW, []byte{0}) }

// fill waits for input, or for wake.
func (k *keys) fill() error {
	fds := []unix.PollFd{{Fd: int32(k.fd), Events: unix.POLLIN}, {Fd: int32(k.wakeR), Events: unix.POLLIN}}
	if _, err := unix.Poll(fds, -1); err != nil {
		if errors.Is(err, unix.EINTR) {
			return nil
		}
		return err
	}
	var buf [4096]byte
	if fds[1].Revents != 0 {
		_, _ = unix.Read(k.wakeR, buf[:])
		return nil
	}
	n, err := unix.Read(k.fd, buf[:])
	switch {
	case errors.Is(err, unix.EINTR) || errors.Is(err, unix.EAGAIN):
		return nil
	case err != nil:
		return err
	case n == 0:
		return io.EOF
	}
	k.mu.Lock()
	k.raw = append(k.raw, buf[:n]...)
	k.mu.Unlock()
	return nil
}

const (
	pasteBegin = "\x1b[200~"
	pasteEnd   = "\x1b[201~"
)

// next decodes one key from raw, or reports that more input is needed. Keys without a meaning are skipped.
func (k *keys) next() ([]byte, bool) {
	for len(k.raw) > 0 {
		if k.inPaste != nil {
			if !k.collectPaste() {
				return nil, false
			}
			return actPaste.bytes(), true
		}
		c := k.raw[0]
		switch {
		case c == 0x1b:
			key, n := decodeEscape(k.raw)
			if n == 0 {
				return nil, false
			}
			k.lastWas = c
			begins := bytes.HasPrefix(k.raw, []byte(pasteBegin))
			k.raw = k.raw[n:]
			if begins {
				k.inPaste = []byte{}
			} else if key != "" {
				return []byte(key), true
			}
		case c < 0x20 || c == keyBackspace:
			k.raw = k.raw[1:]
			after := k.lastWas
			k.lastWas = c
			if c == '\n' && after == '\r' {
				continue // one line end
			}
			if a, ok := controlActions[c]; ok {
				k.awaiting = a == actEnter || a == actEOF
				return a.bytes(), true
			}
			if strings.IndexByte(passedControls, c) >= 0 {
				return []byte{c}, true
			}
		default:
			if !utf8.FullRune(k.raw) {
				return nil, false
			}
			k.lastWas = c
			r, n := utf8.DecodeRune(k.raw)
			key := k.raw[:n:n]
			k.raw = k.raw[n:]
			if r != utf8.RuneError && !isAction(r) && !isC1(r) {
				return key, true
			}
		}
	}
	return nil, false
}

// collectPaste moves input into the paste until its end marker; false when that is still to come.
func (k *keys) collectPaste() bool {
	k.inPaste = append(k.inPaste, k.raw...)
	k.raw = nil
	i := bytes.Index(k.inPaste, []byte(pasteEnd))
	if i < 0 {
		return false
	}
	k.raw = append([]byte(nil), k.inPaste[i+len(pasteEnd):]...)
	k.pasted = append(k.pasted, cleanPaste(string(k.inPaste[:i])))
	k.inPaste = nil
	return true
}

// cleanPaste keeps text, tabs and line ends. A final line end is dropped: Enter runs a paste, not the paste itself.
func cleanPaste(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
	s = strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || (r >= 0x20 && r != 0x7f && r != utf8.RuneError && !isAction(r) && !isC1(r)) {
			return r
		}
		return -1
	}, s)
	return strings.TrimSuffix(s, "\n")
}

func isC1(r rune) bool { return r >= 0x80 && r < 0xa0 }

// decodeEscape reads the key that starts with the escape character raw begins with: what to hand to readline
// ("" for nothing) and how many bytes it took, 0 when its end is still to come.
func decodeEscape(raw []byte) (key string, n int) {
	if len(raw) < 2 {
		return "", 0
	}
	switch c := raw[1]; {
	case c == 0x1b:
		return "", 1
	case c == '[':
		for i := 2; i < len(raw); i++ {
			if raw[i] >= 0x40 && raw[i] <= 0x7e {
				return escapeKeys[string(raw[1:i+1])], i + 1
			}
			if raw[i] < 0x20 { // broken off
				return "", i
			}
		}
		return "", 0
	case c == 'O':
		if len(raw) < 3 {
			return "", 0
		}
		return escapeKeys[string(raw[1:3])], 3
	case c >= 0x80:
		if !utf8.FullRune(raw[1:]) {
			return "", 0
		}
		_, size := utf8.DecodeRune(raw[1:])
		return "", 1 + size
	default:
		return escapeKeys[string(raw[1:2])], 2
	}
}
