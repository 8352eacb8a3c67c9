package repl

import (
	"os"
	"path/filepath"
	"strings"

	"gospark/repl/terminal"
)

// complete proposes what may stand at cursor: a command, what the command takes, what stands in a string, Go.
func (sh *Shell) complete(text string, cursor int) (int, []terminal.Candidate) {
	from, cands := sh.candidates(text, cursor)
	out := make([]terminal.Candidate, len(cands))
	for i, c := range cands {
		out[i] = terminal.Candidate{Text: c.Text, Detail: c.Detail}
	}
	return from, out
}

func (sh *Shell) candidates(text string, cursor int) (int, []Candidate) {
	before := text[:cursor]
	if lead := len(before) - len(strings.TrimLeft(before, " \t")); strings.HasPrefix(before[lead:], ":") {
		name, args := splitCommand(before[lead+1:])
		if args == "" {
			from, cands := completeCommandNames(sh, name)
			return lead + 1 + from, cands
		}
		c, err := sh.findCommand(name)
		if err != nil || c.Complete == nil {
			return 0, nil
		}
		trimmed := strings.TrimLeft(args, " \t")
		from, cands := c.Complete(sh, trimmed)
		return cursor - len(trimmed) + from, cands
	}
	if sh.cfg.CompleteString != nil && inString(before) {
		return sh.cfg.CompleteString(text, cursor)
	}
	return sh.cfg.Interp.Complete(text, cursor)
}

// inString says that s ends inside a string literal.
func inString(s string) bool {
	const code = 0
	in := byte(code)
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case in == code && strings.HasPrefix(s[i:], "//"):
			j := strings.IndexByte(s[i:], '\n')
			if j < 0 {
				return false
			}
			i += j
		case in == code && strings.HasPrefix(s[i:], "/*"):
			j := strings.Index(s[i+2:], "*/")
			if j < 0 {
				return false
			}
			i += j + 3
		case in == code && (c == '"' || c == '`' || c == '\''):
			in = c
		case in == '"' && c == '\n':
			in = code
		case in != code && in != '`' && c == '\\':
			i++
		case c == in:
			in = code
		}
	}
	return in == '"' || in == '`'
}

func completeCommandNames(sh *Shell, prefix string) (int, []Candidate) {
	var out []Candidate
	for _, c := range sh.commands {
		if strings.HasPrefix(c.Name, prefix) {
			out = append(out, Candidate{Text: c.Name, Detail: c.Short})
		}
	}
	return 0, out
}

func completeCode(sh *Shell, args string) (int, []Candidate) {
	return sh.cfg.Interp.Complete(args, len(args))
}

// completeWords proposes the given words for a command's last argument.
func completeWords(words ...string) func(*Shell, string) (int, []Candidate) {
	return func(_ *Shell, args string) (int, []Candidate) { return wordsWith(args, words) }
}

func wordsWith(args string, words []string) (int, []Candidate) {
	from := strings.LastIndexAny(args, " \t") + 1
	var out []Candidate
	for _, w := range words {
		if strings.HasPrefix(w, args[from:]) {
			out = append(out, Candidate{Text: w})
		}
	}
	return from, out
}

func completeSetting(sh *Shell, args string) (int, []Candidate) {
	var names []string
	for _, s := range sh.settings {
		if strings.HasPrefix(args, s.Name+" ") {
			return wordsWith(args, s.Values)
		}
		names = append(names, s.Name)
	}
	return wordsWith(args, names)
}

func completeDefined(sh *Shell, args string) (int, []Candidate) {
	var names []string
	for _, list := range [][]Symbol{sh.cfg.Interp.Vars(), sh.cfg.Interp.Funcs(), sh.cfg.Interp.Types()} {
		for _, s := range list {
			names = append(names, s.Name)
		}
	}
	return wordsWith(args, names)
}

// completeFiles proposes file names for the last word; directories end in a slash.
func completeFiles(_ *Shell, args string) (int, []Candidate) {
	from := strings.LastIndexAny(args, " \t") + 1
	dir, prefix := filepath.Split(args[from:])
	entries, err := os.ReadDir(expandHome(filepath.Join(".", dir)))
	if strings.HasPrefix(dir, "/") || strings.HasPrefix(dir, "~/") {
		entries, err = os.ReadDir(expandHome(dir))
	}
	if err != nil {
		return 0, nil
	}
	var out []Candidate
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), prefix) || prefix == "" && strings.HasPrefix(e.Name(), ".") {
			continue
		}
		name := dir + e.Name()
		if e.IsDir() {
			name += "/"
		}
		out = append(out, Candidate{Text: name})
	}
	return from, out
}
