package world

import (
	_ "embed"
	"strings"
	"sync"
)

// Names of parameters, for people to read: reflection does not have them.

// ParamNames names the parameters of a compiled function, or of the method name of the type recv,
// followed by those of its results where they are known. Nil or a short list leaves the others
// without a name.
type ParamNames func(path, recv, name string) []string

//go:generate go run ./names

// params.txt has for each package a line with its path, and below it, indented, functions and methods
// with the names of their parameters and results.
//
//go:embed params.txt
var paramsText string

// standardParams is the part of params.txt for each package.
var standardParams = sync.OnceValue(func() map[string]string {
	parts := map[string]string{}
	path, start := "", 0
	for at := 0; at < len(paramsText); {
		end := at + strings.IndexByte(paramsText[at:], '\n') + 1
		if paramsText[at] != ' ' {
			parts[path] = paramsText[start:at]
			path, start = paramsText[at:end-1], end-1
		}
		at = end
	}
	parts[path] = paramsText[start:]
	return parts
})

func standardNames(path, recv, name string) []string {
	if recv != "" {
		name = recv + "." + name
	}
	part := standardParams()[path]
	_, line, ok := strings.Cut(part, "\n "+name+" ")
	if !ok {
		return nil
	}
	line, _, _ = strings.Cut(line, "\n")
	names := strings.Split(line, " ")
	for i, n := range names {
		if n == "_" {
			names[i] = ""
		}
	}
	return names
}

// NameParams sets a hook that names parameters of packages beyond the standard library. It has no
// effect on packages imported before.
func (w *World) NameParams(names ParamNames) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.params = names
}

func (w *World) paramNames(path, recv, name string) []string {
	if w.params != nil {
		if names := w.params(path, recv, name); names != nil {
			return names
		}
	}
	return standardNames(path, recv, name)
}
