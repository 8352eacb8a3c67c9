package repl

import (
	"os"
	"os/signal"
	"syscall"
	"time"
)

// signals carries the signals of the process to the shell. SIGINT interrupts what runs, or the line being typed;
// SIGTERM and SIGHUP leave. None of them is fatal by itself.
type signals struct {
	sh        *Shell
	in        <-chan os.Signal
	own       chan os.Signal // nil when given by the configuration
	done      chan struct{}
	ended     chan struct{}
	impatient chan struct{} // gets a value for each signal once the shell is leaving
	leaving   chan struct{}

	last os.Signal // that asked to leave, and when
	at   time.Time
}

// twin is how soon after a signal the same one counts as part of it: timeout(1) sends SIGTERM to the process, and then to
// its group.
const twin = 250 * time.Millisecond

func watchSignals(sh *Shell) *signals {
	s := &signals{
		sh: sh, in: sh.cfg.Signals, done: make(chan struct{}), ended: make(chan struct{}),
		impatient: make(chan struct{}, 1), leaving: make(chan struct{}),
	}
	if s.in == nil {
		s.own = make(chan os.Signal, 4)
		signal.Notify(s.own, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
		s.in = s.own
	}
	go s.watch()
	return s
}

func (s *signals) watch() {
	defer close(s.ended)
	for {
		select {
		case <-s.done:
			return
		case sig := <-s.in:
			if now := s.sh.cfg.Now(); sig != os.Interrupt {
				if sig == s.last && now.Sub(s.at) < twin {
					continue
				}
				s.last, s.at = sig, now
			}
			select {
			case <-s.leaving:
				select {
				case s.impatient <- struct{}{}:
				default:
				}
				continue
			default:
			}
			s.sh.signal(sig)
		}
	}
}

// impatience turns every later signal into a value of the channel: the shell is leaving already.
func (s *signals) impatience() <-chan struct{} {
	close(s.leaving)
	return s.impatient
}

func (s *signals) stop() {
	if s.own != nil {
		signal.Stop(s.own)
	}
	close(s.done)
	<-s.ended
}

func (sh *Shell) signal(sig os.Signal) {
	if sig != os.Interrupt {
		sh.leave()
	}
	ran := sh.interrupt()
	switch {
	case sh.in == nil:
	case sig != os.Interrupt:
		sh.in.End()
	default:
		// a command may be reading, or the input may have been taken and not begun to run
		if n := sh.in.Reads(); !sh.in.Interrupt() && !ran {
			sh.mu.Lock()
			sh.early = n
			sh.mu.Unlock()
		}
	}
}
