package terminal

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// historyLimit is how many inputs are kept; older ones leave the file when it is read with twice as many.
const historyLimit = 5000

// History is the inputs of this and earlier sessions, oldest first. In its file an input is one line, with line
// ends and backslashes escaped. Several shells may append to one file. Methods may be called from any goroutine.
type History struct {
	mu      sync.Mutex
	path    string
	entries []string
	old     int // entries read from the file, of earlier sessions
}

// OpenHistory reads the history kept in path; an empty path keeps it in memory only. With an error the history
// returned still works, without its file.
func OpenHistory(path string) (*History, error) {
	h := &History{path: path}
	if path == "" {
		return h, nil
	}
	if err := h.load(); err != nil {
		h.path = ""
		return h, err
	}
	return h, nil
}

func (h *History) load() error {
	if err := os.MkdirAll(filepath.Dir(h.path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(h.path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	in := bufio.NewScanner(f)
	in.Buffer(make([]byte, 0, 64<<10), 16<<20)
	for in.Scan() {
		if s := unescapeEntry(in.Text()); strings.TrimSpace(s) != "" {
			h.entries = append(h.entries, s)
		}
	}
	if err := in.Err(); err != nil {
		return err
	}
	if len(h.entries) > 2*historyLimit {
		h.entries = h.entries[len(h.entries)-historyLimit:]
		if err := h.rewrite(); err != nil {
			return err
		}
	}
	h.old = len(h.entries)
	return nil
}

// rewrite replaces the file by one with the entries held.
func (h *History) rewrite() error {
	var b strings.Builder
	for _, e := range h.entries {
		b.WriteString(escapeEntry(e) + "\n")
	}
	tmp, err := os.CreateTemp(filepath.Dir(h.path), ".history-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.WriteString(b.String())
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	return os.Rename(tmp.Name(), h.path)
}

// Add appends an input, unless it repeats the one before. When the file cannot be written the entry is kept in
// memory, the file is given up, and the error says so once.
func (h *History) Add(entry string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if strings.TrimSpace(entry) == "" || len(h.entries) > 0 && h.entries[len(h.entries)-1] == entry {
		return nil
	}
	h.entries = append(h.entries, entry)
	if h.path == "" {
		return nil
	}
	f, err := os.OpenFile(h.path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err == nil {
		_, err = f.WriteString(escapeEntry(entry) + "\n")
		if cerr := f.Close(); err == nil {
			err = cerr
		}
	}
	if err != nil {
		h.path = ""
	}
	return err
}

// Entries returns all inputs, oldest first, and how many of them are from earlier sessions.
func (h *History) Entries() (entries []string, old int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]string(nil), h.entries...), h.old
}

func (h *History) len() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.entries)
}

func (h *History) at(i int) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.entries[i]
}

// search returns the newest entry before index i that contains query, or -1. Case matters only if query has
// upper case.
func (h *History) search(query string, i int) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	fold := query == strings.ToLower(query)
	for i = min(i, len(h.entries)) - 1; i >= 0; i-- {
		e := h.entries[i]
		if fold {
			e = strings.ToLower(e)
		}
		if strings.Contains(e, query) {
			return i
		}
	}
	return -1
}

var entryEscapes = strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\r", `\r`)

func escapeEntry(s string) string { return entryEscapes.Replace(s) }

func unescapeEntry(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		switch s[i] {
		case 'n':
			b.WriteByte('\n')
		case 'r':
			b.WriteByte('\r')
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}
