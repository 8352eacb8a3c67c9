package world

import (
	"path"
	"sort"
	"strings"
)

// Finding packages: which import path a bare package name means, and what there is to import.

// preferred settles names that more than one standard package has, where the shorter or
// alphabetically first path is not the one people mean.
var preferred = map[string]bool{
	"math/rand":     true,
	"text/template": true,
	"runtime/pprof": true,
}

// usual orders import paths of one package name: the one most likely meant first.
func usual(a, b string) bool {
	if preferred[a] != preferred[b] {
		return preferred[a]
	}
	if isStandard(a) != isStandard(b) {
		return isStandard(a)
	}
	if na, nb := strings.Count(a, "/"), strings.Count(b, "/"); na != nb {
		return na < nb
	}
	return a < b
}

// isStandard tells standard library paths by the go command's rule for those from elsewhere: a dot in the
// first element. Packages of the program itself count as standard here, which is meant.
func isStandard(importPath string) bool {
	first, _, _ := strings.Cut(importPath, "/")
	return !strings.Contains(first, ".")
}

// Lookup returns the import paths of the packages called name, the most usual first.
func (w *World) Lookup(name string) []string {
	return append([]string(nil), w.byName[name]...)
}

// Paths returns every path that can be imported, sorted.
func (w *World) Paths() []string {
	paths := make([]string, 0, len(w.tables))
	for p := range w.tables {
		paths = append(paths, p)
	}
	sort.Strings(paths)
	return paths
}

// Has reports whether the path can be imported.
func (w *World) Has(importPath string) bool {
	_, ok := w.tables[importPath]
	return ok || importPath == "unsafe"
}

// packageName guesses the name of a package from its path, as goimports does: the last element, or
// the one before a major version.
func packageName(importPath string) string {
	name := path.Base(importPath)
	if len(name) > 1 && name[0] == 'v' && strings.Trim(name[1:], "0123456789") == "" {
		if dir := path.Dir(importPath); dir != "." {
			name = path.Base(dir)
		}
	}
	if i := strings.LastIndexByte(name, '-'); i >= 0 {
		name = name[i+1:]
	}
	name, _, _ = strings.Cut(name, ".")
	return name
}

// didYouMean names a package for a path that was mistyped or given by its name alone.
func (w *World) didYouMean(importPath string) string {
	if paths := w.byName[packageName(importPath)]; len(paths) > 0 {
		return "; did you mean " + `"` + paths[0] + `"?`
	}
	return ""
}
