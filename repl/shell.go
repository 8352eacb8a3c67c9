package repl

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"gospark/repl/interp"
	"gospark/repl/terminal"
)

// Printer is where everything a user sees goes through; see package terminal.
type Printer = terminal.Printer

// Config is what a shell is made of. Interp and Printer are required, everything else may be left out.
type Config struct {
	Interp   Evaluator
	Printer  *Printer
	Terminal *terminal.Terminal // nil: inputs are read from Stdin line by line
	Stdin    io.Reader
	Color    bool // at a terminal, and wanted

	Prompt   string // "gospark> " unless given
	Banner   string // printed before the first prompt
	History  string // file; "" keeps the history in memory
	InitFile string // evaluated before the first prompt, if it exists, without showing results
	Load     string // file evaluated after it as :load does

	Commands []Command // beside the general ones; see command.go
	Settings []Setting // of :set, beside the general ones
	// Doc returns the documentation of a name of an imported package ("session", "DStream.Map"), for :doc.
	Doc func(path, name string) (string, bool)
	// CompleteString proposes what may stand at cursor inside a string literal of text: a topic, a column.
	CompleteString func(text string, cursor int) (from int, cands []Candidate)
	Logs           *Logs
	// After is called at the prompt when an input has been dealt with. May be nil.
	After func(sh *Shell, input string, err error) error
	// Unaffected says what an interruption left alone: "stream-1 goes on", or nothing. May be nil.
	Unaffected func() string

	// Close stops what the session started, within the deadline of ctx. Its error says what did not stop.
	Close        func(ctx context.Context) error
	CloseTimeout time.Duration // 10 s unless given

	Signals <-chan os.Signal // SIGINT, SIGTERM, SIGHUP; nil: those of the process
	Now     func() time.Time
}

// Shell is a session at the prompt, or a script run. Its methods are for the functions of commands, unless said
// otherwise, and may be called while the command runs.
type Shell struct {
	cfg      Config
	style    style
	in       inputs
	history  *terminal.History
	commands []Command
	settings []Setting
	signals  *signals

	ends atomic.Pointer[func(text string) bool] // says that an input is whole, while one that is not Go is read

	mu      sync.Mutex
	running *running // the evaluation or command in progress
	stray   *running // one that was given up and has not ended
	failure error    // of a script, from outside its evaluation
	early   int      // Ctrl-C came after this many inputs were read and before the last began to run
	quit    bool     // leave the loop
	code    int      // exit code when it was asked for
	silent  bool

	inputs    []Typed // evaluated without an error, for :save and :export
	lastValue string  // the name an input that begins with a dot is applied to
	lastError *Error
}

const (
	defaultPrompt       = "gospark> "
	defaultCloseTimeout = 10 * time.Second
	// doubleInterrupt is how quickly two Ctrl-C at an empty prompt mean that somebody wants to leave.
	doubleInterrupt = time.Second
)

// New returns a shell that has not read anything yet.
func New(cfg Config) *Shell {
	if cfg.Prompt == "" {
		cfg.Prompt = defaultPrompt
	}
	if cfg.CloseTimeout == 0 {
		cfg.CloseTimeout = defaultCloseTimeout
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Logs == nil {
		cfg.Logs = NewLogs(nil)
	}
	if cfg.Stdin == nil {
		cfg.Stdin = strings.NewReader("")
	}
	sh := &Shell{cfg: cfg, style: newStyle(cfg.Color)}
	sh.commands = append(append([]Command(nil), generalCommands()...), cfg.Commands...)
	sh.settings = append(generalSettings(sh), cfg.Settings...)
	return sh
}

// Run reads and evaluates inputs until the user leaves, stops what runs, and returns the exit code.
func (sh *Shell) Run() int {
	var err error
	if sh.history, err = terminal.OpenHistory(sh.cfg.History); err != nil {
		sh.Notice("history is not kept: " + reason(err))
	}
	if err := sh.openInputs(); err != nil {
		sh.printError(err)
		return 1
	}
	defer func() {
		_ = sh.in.Close()
		sh.cfg.Printer.Close()
	}()
	sh.signals = watchSignals(sh)
	defer sh.signals.stop()
	if sh.cfg.Banner != "" && sh.cfg.Terminal != nil {
		sh.cfg.Printer.Block(sh.cfg.Banner)
	}
	sh.evalInitFile()
	if sh.cfg.Load != "" {
		sh.report(sh.load(sh.cfg.Load))
	}
	sh.loop()
	return sh.close()
}

// loop is read, evaluate, print.
func (sh *Shell) loop() {
	var interrupted time.Time
	for !sh.leaving() {
		text, err := sh.in.ReadInput(sh.style.prompt(sh.cfg.Prompt), sh.style.prompt(continuation(sh.cfg.Prompt)))
		switch {
		case errors.Is(err, terminal.ErrInterrupt):
			now := sh.cfg.Now()
			if strings.TrimSpace(text) != "" {
				interrupted = time.Time{}
				continue
			}
			if now.Sub(interrupted) < doubleInterrupt {
				sh.Notice("to leave, type :quit or press Ctrl-D")
				now = time.Time{}
			}
			interrupted = now
			continue
		case err != nil:
			return
		}
		interrupted = time.Time{}
		if strings.TrimSpace(text) == "" {
			continue
		}
		if err := sh.history.Add(text); err != nil {
			sh.Notice("history is no longer kept: " + reason(err))
		}
		err = sh.Input(text)
		sh.report(err)
		if sh.cfg.After != nil && !sh.leaving() {
			sh.report(sh.interruptible(func(context.Context) error { return sh.cfg.After(sh, text, err) }))
		}
	}
}

// Input does what text asks for, as if it had been typed: a command, or code to evaluate.
func (sh *Shell) Input(text string) error {
	trimmed := strings.TrimSpace(text)
	switch {
	case strings.HasPrefix(trimmed, ":"):
		return sh.runCommand(trimmed[1:])
	case sh.isFarewell(trimmed):
		sh.Quit(0)
		return nil
	case strings.HasPrefix(trimmed, ".") && sh.lastValue != "":
		text = sh.lastValue + trimmed
	}
	return sh.Evaluate(Source{Text: text, Line: 1})
}

// isFarewell recognises what people type to leave other shells, unless they have defined it.
func (sh *Shell) isFarewell(s string) bool {
	switch s {
	case "exit", "quit", "exit()", "quit()":
		_, err := sh.cfg.Interp.TypeOf(strings.TrimSuffix(s, "()"))
		return err != nil
	}
	return false
}

// continuation is the prompt of an input's further lines, as wide as prompt.
func continuation(prompt string) string {
	const dots = "...> "
	return strings.Repeat(" ", max(len(prompt)-len(dots), 0)) + dots
}

// Quit leaves the shell with an exit code once the command or evaluation in progress is over.
func (sh *Shell) Quit(code int) {
	sh.mu.Lock()
	sh.quit, sh.code = true, code
	sh.mu.Unlock()
}

// leave is Quit with the exit code there is.
func (sh *Shell) leave() {
	sh.mu.Lock()
	sh.quit = true
	sh.mu.Unlock()
}

func (sh *Shell) leaving() bool {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	return sh.quit
}

func (sh *Shell) evalInitFile() {
	text, err := os.ReadFile(sh.cfg.InitFile)
	if sh.cfg.InitFile == "" || errors.Is(err, os.ErrNotExist) {
		return
	}
	if err == nil {
		err = sh.evaluate(Source{Text: withoutShebang(string(text)), File: withTilde(sh.cfg.InitFile), Line: 1}, nil)
	}
	sh.report(err)
}

// report shows an error. os.Exit in a snippet is not one: it leaves the shell.
func (sh *Shell) report(err error) {
	var e *Error
	switch {
	case errors.As(err, &e) && e.Kind == interp.Exit:
		sh.Quit(e.Code)
	case e != nil && e.Kind == interp.Interrupted:
		text := "interrupted"
		if sh.cfg.Unaffected != nil {
			if more := sh.cfg.Unaffected(); more != "" {
				text += "; " + more
			}
		}
		sh.Notice(sh.style.fault(text))
	case err != nil:
		sh.printError(err)
	}
}

// close stops what the session started and says what did not stop. Another signal ends the waiting.
func (sh *Shell) close() int {
	sh.mu.Lock()
	code := sh.code
	sh.mu.Unlock()
	if sh.cfg.Close == nil {
		return code
	}
	ctx, cancel := context.WithTimeout(context.Background(), sh.cfg.CloseTimeout)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- sh.cfg.Close(ctx) }()
	impatient := sh.signals.impatience()
	tell := time.After(closeNoticeAfter)
	overdue := time.After(sh.cfg.CloseTimeout + closeGrace)
	for {
		select {
		case err := <-done:
			if err != nil {
				sh.Notice("not everything stopped: " + err.Error())
				code = max(code, 1)
			}
			return code
		case <-tell:
			sh.Notice("stopping (Ctrl-C leaves at once)")
		case <-impatient:
			sh.Notice("left without waiting for the rest to stop")
			return exitInterrupted
		case <-overdue:
			sh.Notice("left: the session did not stop within " + sh.cfg.CloseTimeout.String())
			return max(code, 1)
		}
	}
}

const (
	closeNoticeAfter = 500 * time.Millisecond
	closeGrace       = time.Second // for Close to notice that its deadline has passed
	exitInterrupted  = 130
)

// reason is the last part of a file error: what went wrong, without the operation.
func reason(err error) string {
	var pe *os.PathError
	if errors.As(err, &pe) {
		return pe.Path + ": " + pe.Err.Error()
	}
	return err.Error()
}
