package main

import (
	"bufio"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"gospark-shell": main})
}

// TestScripts runs testdata/*.txtar. Beside the commands of testscript there are
//
//	shell CODE args...             gospark-shell exits with CODE
//	signalled SIGNAL CODE args...  the same after it has printed a line and got a signal
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"shell":     shellExits,
			"signalled": signalled,
		},
	})
}

func shellExits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: shell CODE args...")
	}
	wantCode(ts, args[0], ts.Exec("gospark-shell", args[1:]...))
}

func wantCode(ts *testscript.TestScript, want string, err error) {
	code := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		code = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if strconv.Itoa(code) != want {
		ts.Fatalf("exit status %d, want %s\n%s%s", code, want, ts.ReadFile("stdout"), ts.ReadFile("stderr"))
	}
}

var signalNames = map[string]os.Signal{"INT": os.Interrupt, "TERM": syscall.SIGTERM, "HUP": syscall.SIGHUP}

func signalled(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: signalled SIGNAL CODE args...")
	}
	program := ""
	for _, dir := range filepath.SplitList(ts.Getenv("PATH")) {
		if p := filepath.Join(dir, "gospark-shell"); program == "" {
			if _, err := os.Stat(p); err == nil {
				program = p
			}
		}
	}
	r, w, err := os.Pipe()
	ts.Check(err)
	defer r.Close()
	cmd := exec.Command(program, args[2:]...)
	cmd.Env = []string{"PATH=" + ts.Getenv("PATH"), "HOME=" + ts.Getenv("HOME")}
	cmd.Dir = ts.Getenv("WORK")
	cmd.Stdout = w
	var stderr strings.Builder
	cmd.Stderr = &stderr
	ts.Check(cmd.Start())
	w.Close()
	out := bufio.NewReader(r)
	first, err := out.ReadString('\n')
	if err != nil {
		_ = cmd.Wait()
		ts.Fatalf("nothing printed: %v\n%s", err, stderr.String())
	}
	ts.Check(cmd.Process.Signal(signalNames[args[0]]))
	rest, _ := io.ReadAll(out)
	code := 0
	var exit *exec.ExitError
	if err := cmd.Wait(); errors.As(err, &exit) {
		code = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if strconv.Itoa(code) != args[1] {
		ts.Fatalf("exit status %d, want %s\n%s%s%s", code, args[1], first, rest, stderr.String())
	}
	// for the stdout and stderr commands
	ts.Check(os.WriteFile(filepath.Join(ts.Getenv("WORK"), "out"), []byte(first+string(rest)), 0o600))
	ts.Check(os.WriteFile(filepath.Join(ts.Getenv("WORK"), "err"), []byte(stderr.String()), 0o600))
	ts.Check(ts.Exec("/bin/sh", "-c", "cat out; cat err >&2"))
}
