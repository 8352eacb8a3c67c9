package rest

import (
	"net/http"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
)

// A thread is a goroutine under the names of a Java thread.
type thread struct {
	ThreadID   int64  `json:"threadId"`
	ThreadName string `json:"threadName"`
	State      string `json:"threadState"`
	StackTrace struct {
		Elems []string `json:"elems"`
	} `json:"stackTrace"`
	BlockedByLock string   `json:"blockedByLock"`
	HoldingLocks  []string `json:"holdingLocks"`
	Synchronizers []string `json:"synchronizers"`
	Monitors      []string `json:"monitors"`
	LockName      string   `json:"lockName,omitempty"`
	Suspended     bool     `json:"suspended"`
	InNative      bool     `json:"inNative"`
	IsDaemon      bool     `json:"isDaemon"`
	Priority      int      `json:"priority"`
}

// stackLimit bounds the text of all stacks.
const stackLimit = 4 << 20

func threadList(q *query) (any, error) {
	if id := q.http.PathValue("executor"); id != driver {
		if strings.Trim(id, "0123456789") != "" {
			return nil, &statusError{http.StatusBadRequest, "Invalid executorId: neither '" + driver + "' nor number."}
		}
		return nil, notFound("Executor does not exist.")
	}
	return threads(allStacks()), nil
}

func allStacks() string {
	for size := 64 << 10; ; size *= 4 {
		buf := make([]byte, size)
		if n := runtime.Stack(buf, true); n < size || size >= stackLimit {
			return string(buf[:n])
		}
	}
}

// goroutineHead is the first line of a goroutine's stack, such as "goroutine 7 [select, 3 minutes]:".
var goroutineHead = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^goroutine (\d+)(?: gp=\S+ m=\S+(?: mp=\S+)?)? \[([^\],]+)[^\]]*\]:$`)
})

// stateOf maps what a goroutine waits for to the state of a Java thread. What is not here is WAITING.
var stateOf = map[string]string{
	"running": "RUNNABLE", "runnable": "RUNNABLE", "syscall": "RUNNABLE", "IO wait": "RUNNABLE",
	"sleep": "TIMED_WAITING", "sync.Mutex.Lock": "BLOCKED", "sync.RWMutex.Lock": "BLOCKED", "sync.RWMutex.RLock": "BLOCKED",
}

func threads(stacks string) []thread {
	list := []thread{}
	for _, block := range strings.Split(strings.TrimSpace(stacks), "\n\n") {
		lines := strings.Split(block, "\n")
		m := goroutineHead().FindStringSubmatch(lines[0])
		if m == nil {
			continue
		}
		t := thread{State: "WAITING", HoldingLocks: []string{}, Synchronizers: []string{}, Monitors: []string{}, IsDaemon: true, Priority: 5}
		t.ThreadID, _ = strconv.ParseInt(m[1], 10, 64)
		if s, ok := stateOf[m[2]]; ok {
			t.State = s
		}
		t.ThreadName = "goroutine " + m[1] + " [" + m[2] + "]"
		t.StackTrace.Elems = []string{}
		for i := 1; i+1 < len(lines); i += 2 { // a function, then its place
			place, _, _ := strings.Cut(strings.TrimSpace(lines[i+1]), " +0x")
			t.StackTrace.Elems = append(t.StackTrace.Elems, lines[i]+" ("+place+")\n")
		}
		list = append(list, t)
	}
	return list
}
