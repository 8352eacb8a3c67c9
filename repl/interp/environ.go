package interp

import (
	"sort"
	"strings"
	"sync"
)

// environ is the environment variables of snippets. They are not those of the process: another
// snippet, or a stream, is not to be changed by os.Setenv.
type environ struct {
	mu   sync.Mutex
	vars map[string]string
}

func newEnviron(list []string) *environ {
	e := &environ{vars: map[string]string{}}
	for _, l := range list {
		name, value, _ := strings.Cut(l, "=")
		e.vars[name] = value
	}
	return e
}

func (e *environ) get(name string) string {
	v, _ := e.lookup(name)
	return v
}

func (e *environ) lookup(name string) (string, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	v, ok := e.vars[name]
	return v, ok
}

func (e *environ) set(name, value string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.vars[name] = value
	return nil
}

func (e *environ) unset(name string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.vars, name)
	return nil
}

func (e *environ) clear() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.vars = map[string]string{}
}

func (e *environ) list() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	var list []string
	for n, v := range e.vars {
		list = append(list, n+"="+v)
	}
	sort.Strings(list)
	return list
}
