package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/creack/pty"
)

func build(dir string) (string, error) {
	bin := filepath.Join(dir, "gospark-shell")
	out, err := exec.Command("go", "build", "-o", bin, "./cmd/gospark-shell").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return bin, nil
}

// promptRows measures the start of the whole process, and the shell that waits at its prompt.
func promptRows() ([]row, error) {
	const runs = 11
	start := func(args ...string) (time.Duration, error) {
		var ds []time.Duration
		for range runs {
			t := time.Now()
			if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
				return 0, fmt.Errorf("%w: %s", err, out)
			}
			ds = append(ds, time.Since(t))
		}
		slices.Sort(ds)
		return ds[runs/2], nil
	}
	shell, err := start(binary, "--ui-port", "0", "-e", "1")
	if err != nil {
		return nil, err
	}
	ref, err := start("go", "version")
	if err != nil {
		return nil, err
	}
	rss, cpu, prompt, err := idle()
	if err != nil {
		return nil, err
	}
	return []row{
		{"`gospark-shell -e 1`, whole process, median of 11", ms(shell), "`go version`: " + ms(ref), fmt.Sprintf("%.1f×", float64(shell)/float64(ref))},
		{"prompt on a terminal, with monitor", ms(prompt), "limit 100 ms", ""},
		{"memory at the idle prompt", fmt.Sprintf("%.0f MB", rss), "limit 60 MB", ""},
		{"CPU at the idle prompt in 5 s", ms(cpu), "limit 0", ""},
	}, nil
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d)/1e6) }

// idle starts the shell on a pseudo-terminal and looks at it while it waits: memory in MB, CPU used in five seconds, and
// how long the prompt took.
func idle() (rss float64, cpu, prompt time.Duration, err error) {
	home, err := os.MkdirTemp("", "home")
	if err != nil {
		return 0, 0, 0, err
	}
	defer os.RemoveAll(home)
	c := exec.Command(binary, "--ui-port", "0")
	c.Env = append(os.Environ(), "HOME="+home, "TERM=xterm")
	begin := time.Now()
	tty, err := pty.StartWithSize(c, &pty.Winsize{Rows: 24, Cols: 80})
	if err != nil {
		return 0, 0, 0, err
	}
	defer func() {
		_ = c.Process.Kill()
		_ = c.Wait()
		tty.Close()
	}()
	shown := make(chan struct{})
	go func() {
		var seen bytes.Buffer
		var once sync.Once
		buf := make([]byte, 4096)
		for {
			n, err := tty.Read(buf)
			seen.Write(buf[:n])
			if bytes.Contains(seen.Bytes(), []byte("gospark>")) {
				once.Do(func() { close(shown) })
			}
			if err == io.EOF || err != nil {
				return
			}
		}
	}()
	select {
	case <-shown:
	case <-time.After(10 * time.Second):
		return 0, 0, 0, fmt.Errorf("no prompt in 10 s")
	}
	prompt = time.Since(begin)
	time.Sleep(2 * time.Second)
	before, err := cpuTime(c.Process.Pid)
	if err != nil {
		return 0, 0, 0, err
	}
	time.Sleep(5 * time.Second)
	after, err := cpuTime(c.Process.Pid)
	if err != nil {
		return 0, 0, 0, err
	}
	rss, err = residentMB(c.Process.Pid)
	return rss, after - before, prompt, err
}

// cpuTime is what a process has used, to a hundredth of a second.
func cpuTime(pid int) (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	f := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	user, _ := strconv.Atoi(f[11])
	sys, _ := strconv.Atoi(f[12])
	return time.Duration(user+sys) * 10 * time.Millisecond, nil
}

func residentMB(pid int) (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	_, rest, ok := strings.Cut(string(text), "VmRSS:")
	if !ok {
		return 0, fmt.Errorf("no VmRSS for process %d", pid)
	}
	kb, err := strconv.Atoi(strings.Fields(rest)[0])
	return float64(kb) / 1024, err
}
