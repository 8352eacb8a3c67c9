package monitor

import (
	"bufio"
	"context"
	"strings"
	"testing"
	"time"
)

// Pages that follow what happens do not hold up the end of the shell.
func TestCloseEndsLiveConnections(t *testing.T) {
	s := start(t, Config{})
	resp := do(t, "GET", s.URL()+"/events")
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "data: ") {
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := s.Close(ctx); err != nil {
		t.Errorf("close with a page open: %v", err)
	}
	for lines.Scan() {
	}
}

// What takes longer than the patience of Close is cut off.
func TestCloseCutsOffSlowAnswers(t *testing.T) {
	s, err := Start(Config{})
	if err != nil {
		t.Fatal(err)
	}
	resp := do(t, "GET", s.URL()+"/debug/pprof/trace?seconds=30") // the head of the answer comes at once
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := s.Close(ctx); err == nil {
		t.Error("close waited, or there was nothing to wait for")
	}
	for buf := make([]byte, 1024); err == nil; {
		_, err = resp.Body.Read(buf)
	}
}
