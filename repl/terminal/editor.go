package terminal

import (
	"errors"
	"io"
	"os"
	"os/signal"
	"slices"
	"sync"
	"syscall"

	"github.com/chzyer/readline"
)

// ErrInterrupt is what ReadInput returns for Ctrl-C.
var ErrInterrupt = errors.New("interrupt")

// Config says how an Editor behaves. Terminal, Printer and History are required; functions may be nil.
type Config struct {
	Terminal *Terminal
	Printer  *Printer
	History  *History
	// Incomplete says that Enter starts another line of the input instead of ending it.
	Incomplete func(text string) bool
	// Complete proposes what may stand at byte cursor of text, replacing it from byte from on. It runs while
	// the user waits: a few milliseconds at most.
	Complete func(text string, cursor int) (from int, candidates []Candidate)
	// Mark is written behind an interrupted line.
	Mark string
}

// Candidate is one thing completion proposes.
type Candidate struct {
	Text   string // what is inserted
	Detail string // shown beside it: a signature, a type
}

// Editor reads inputs at a terminal. ReadInput, Lend, Show and Close belong to one goroutine; Interrupt, Propose, Reads and End
// may be called from any. While no ReadInput is in progress the terminal is quiet: keys are kept for the next one and not shown.
type Editor struct {
	cfg     Config
	keys    *keys
	rl      *readline.Instance
	signals chan os.Signal
	resizes chan struct{} // for the view
	done    chan struct{}
	wg      sync.WaitGroup

	mu      sync.Mutex
	reading bool
	reads   int
	mode    inputMode
	prompt  string
	cont    string
	propose string // what the next input begins with
	line    *line  // as last drawn
	browse  browsing
	stop    stopping
	viewing bool        // a view has the screen
	find    *searching  // nil unless Ctrl-R is on
	list    *candidates // nil unless completion shows its list
}

// inputMode says what ends an input.
type inputMode int

const (
	byCompleteness inputMode = iota
	byEOF                    // Ctrl-D on a line of its own
)

// NewEditor takes the terminal over. Close gives it back.
func NewEditor(cfg Config) (*Editor, error) {
	k, err := newKeys(int(cfg.Terminal.in.Fd()))
	if err != nil {
		return nil, err
	}
	e := &Editor{cfg: cfg, keys: k, signals: make(chan os.Signal, 2), resizes: make(chan struct{}, 1), done: make(chan struct{})}
	t := cfg.Terminal
	// readline believes that nobody watches, so it edits without drawing.
	rl, err := readline.NewEx(&readline.Config{
		Stdin:                  k,
		Stdout:                 io.Discard,
		Stderr:                 io.Discard,
		HistoryLimit:           1,
		DisableAutoSaveHistory: true,
		Listener:               listener{e},
		Painter:                blank{},
		FuncIsTerminal:         func() bool { return false },
		FuncGetWidth:           func() int { return 80 },
		FuncOnWidthChanged:     func(func()) {},
		FuncMakeRaw:            func() error { return nil }, // read does, before the prompt and after the line is drawn
		FuncExitRaw:            func() error { return nil },
	})
	if err != nil {
		k.release()
		return nil, err
	}
	e.rl = rl
	signal.Notify(e.signals, syscall.SIGWINCH, syscall.SIGCONT)
	e.wg.Add(1)
	go e.watch()
	return e, t.set(modeQuiet)
}

// ReadInput reads one input, which may have several lines. It returns ErrInterrupt after Ctrl-C, with what had been
// typed, and io.EOF after Ctrl-D on an empty line, a hang-up or Close.
func (e *Editor) ReadInput(prompt, cont string) (string, error) {
	return e.read(prompt, cont, byCompleteness)
}

// ReadUntilEOF reads lines until Ctrl-D on a line of its own; Enter never ends the input.
func (e *Editor) ReadUntilEOF(prompt string) (string, error) {
	return e.read(prompt, prompt, byEOF)
}

func (e *Editor) read(prompt, cont string, m inputMode) (string, error) {
	if e.keys.isEnded() {
		return "", io.EOF
	}
	e.mu.Lock()
	e.prompt, e.cont, e.mode = prompt, cont, m
	e.browse, e.find, e.list = browsing{at: e.cfg.History.len()}, nil, nil
	proposed := []rune(e.propose)
	e.propose = ""
	e.line = &line{prompt: prompt, cont: cont, text: proposed, pos: len(proposed)}
	e.reading = true
	e.mu.Unlock()
	if err := e.cfg.Terminal.set(modeEditing); err != nil {
		return "", err
	}
	e.cfg.Printer.edit(e.line)
	if len(proposed) > 0 {
		e.rl.Operation.SetBuffer(string(proposed))
	}

	text, err := e.rl.Readline()

	e.mu.Lock()
	e.reading = false
	e.reads++
	l := &line{prompt: prompt, cont: cont, text: []rune(text)}
	e.mu.Unlock()
	ended := e.keys.isEnded()
	mark := ""
	if errors.Is(err, readline.ErrInterrupt) && !ended {
		mark = e.cfg.Mark
	}
	// in this order: when the screen says that the input was taken, Ctrl-C is a signal
	terr := e.cfg.Terminal.set(modeQuiet)
	e.cfg.Printer.accept(l, mark)
	switch {
	case ended:
		return "", io.EOF
	case errors.Is(err, readline.ErrInterrupt):
		return text, ErrInterrupt
	case err == nil:
		err = terr
	}
	return text, err
}

// Propose puts text into the next input, as if it had been typed.
func (e *Editor) Propose(text string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.propose = text
}

// Interrupt acts as Ctrl-C on the line being edited. Without one it does nothing and says so.
func (e *Editor) Interrupt() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.reading {
		e.keys.inject(keyInterrupt)
	}
	return e.reading
}

// Reads is how many inputs have been read: it changes when an input has been taken, before the screen shows that.
func (e *Editor) Reads() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.reads
}

// End makes the ReadInput in progress and all later ones return io.EOF. It may be called from any goroutine.
func (e *Editor) End() { e.keys.end() }

// Lend gives the terminal as it was found to f, which may read and write it: an editor, a shell command.
func (e *Editor) Lend(f func() error) error {
	e.keys.take()
	defer e.keys.give()
	return e.cfg.Terminal.Lend(f)
}

// Close ends reading and gives the terminal back.
func (e *Editor) Close() error {
	signal.Stop(e.signals)
	e.mu.Lock()
	e.stop.closed = true
	e.mu.Unlock()
	close(e.done)
	e.keys.end()
	_ = e.rl.Close()
	// readline's loop hands over what it still holds before it ends; twice is the most it can have
	for range 2 {
		if _, err := e.rl.Readline(); errors.Is(err, io.EOF) {
			break
		}
	}
	e.wg.Wait()
	e.keys.release()
	return e.cfg.Terminal.Close()
}

// watch redraws when the size changed, and when the process is continued after it was stopped.
func (e *Editor) watch() {
	defer e.wg.Done()
	for {
		select {
		case sig := <-e.signals:
			if sig == syscall.SIGCONT {
				e.resume(true)
			} else {
				e.cfg.Printer.resized()
			}
			select {
			case e.resizes <- struct{}{}:
			default:
			}
		case <-e.done:
			return
		}
	}
}

// listener is called by readline after every key it took.
type listener struct{ e *Editor }

func (l listener) OnChange(text []rune, pos int, key rune) ([]rune, int, bool) {
	return l.e.change(text, pos, key)
}

// blank is readline's painter; it is never asked to paint.
type blank struct{}

func (blank) Paint(line []rune, _ int) []rune { return line }

// change carries out key on a copy of the buffer readline holds, draws the result, and returns the buffer as it is now.
func (e *Editor) change(text []rune, pos int, key rune) ([]rune, int, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.reading || key == 0 || key == keyInterrupt || key == keyEnter {
		return nil, 0, false
	}
	b := &buffer{text: text, pos: pos}
	if isAction(key) && pos > 0 && text[pos-1] == key {
		b.remove(pos-1, pos)
	}
	if e.find != nil {
		e.searchKey(b, key)
	} else {
		if key != rune(actTab) {
			e.list = nil
		}
		if f := e.actions()[action(key)]; f != nil {
			f(b)
		}
	}
	e.line = &line{prompt: e.prompt, cont: e.cont, text: b.text, pos: b.pos}
	if e.find != nil {
		e.line.prompt = e.find.prompt()
	}
	if e.list != nil {
		e.line.below = e.list.draw()
	}
	if !e.keys.pending() && !e.stop.stopped {
		e.cfg.Printer.edit(e.line)
	}
	return slices.Clone(b.text), b.pos, true // readline edits in place, and the line is drawn at any time
}

func (e *Editor) actions() map[action]func(*buffer) {
	return map[action]func(*buffer){
		actEnter:     e.enter,
		actEOF:       e.eof,
		actNewline:   func(b *buffer) { b.insert("\n") },
		actPaste:     func(b *buffer) { b.insert(e.keys.paste()) },
		actTab:       e.tab,
		actUp:        e.up,
		actDown:      e.down,
		actHome:      func(b *buffer) { b.pos = b.lineStart() },
		actEnd:       func(b *buffer) { b.pos = b.lineEnd() },
		actTextStart: func(b *buffer) { b.pos = 0 },
		actTextEnd:   func(b *buffer) { b.pos = len(b.text) },
		actDelete:    func(b *buffer) { b.remove(b.pos, min(b.pos+1, len(b.text))) },
		actSearch:    e.startSearch,
		actClear:     func(*buffer) { e.cfg.Printer.clear() },
		actSuspend:   e.suspend,
	}
}

// enter ends the input, or goes on to its next line.
func (e *Editor) enter(b *buffer) {
	if e.mode == byEOF || e.cfg.Incomplete != nil && !b.givenUp() && e.cfg.Incomplete(string(b.text)) {
		b.insert("\n")
		e.keys.resolve(0)
		return
	}
	e.keys.resolve(keyEnter)
}

// eof is Ctrl-D: the end of everything on an empty line, of the input where only it ends one, else Delete.
func (e *Editor) eof(b *buffer) {
	switch {
	case len(b.text) == 0:
		e.keys.resolve(keyEOF)
	case e.mode == byEOF && b.pos == len(b.text):
		e.keys.resolve(keyEnter)
	default:
		e.keys.resolve(0)
		e.actions()[actDelete](b)
	}
}
