package file

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gospark/runtime/condition"
)

// An input is a file to be read, as it was when it was listed.
type input struct {
	path string
	size int64
}

// uri is a path as Spark shows it.
func uri(path string) string { return "file:" + path }

// hidden says whether a name is left out of listings: what other programs keep beside their data, such as _SUCCESS.
func hidden(path string) bool {
	name := filepath.Base(path)
	return strings.HasPrefix(name, "_") || strings.HasPrefix(name, ".")
}

// list finds the files that a comma-separated list of files, directories and patterns names, in the order of the list and
// by name below it. As in Hadoop, hidden names are not there, and a directory in a listed directory is an error.
func list(paths string) ([]input, error) {
	var all []input
	var problems []string
	for _, p := range splitList(paths) {
		p, err := Local(p)
		if err != nil {
			return nil, err
		}
		found, err := Match(p, hidden)
		if err != nil {
			return nil, err
		}
		if found == nil {
			problems = append(problems, "Input path does not exist: "+uri(p))
		} else if len(found) == 0 {
			problems = append(problems, "Input Pattern "+uri(p)+" matches 0 files")
		}
		for _, f := range found {
			if all, err = add(all, f); err != nil {
				return nil, err
			}
		}
	}
	if problems != nil {
		return nil, condition.New("", "", "%s", strings.Join(problems, "\n"))
	}
	return all, nil
}

// add appends a file, or the files in a directory.
func add(all []input, path string) ([]input, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return append(all, input{path, info.Size()}), nil
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		child := filepath.Join(path, e.Name())
		if hidden(child) {
			continue
		}
		info, err := os.Stat(child)
		if err != nil {
			return nil, err
		}
		if info.IsDir() {
			return nil, condition.New("", "", "Not a file: %s", uri(child)).
				WithFix("name the directories below it with a pattern such as %s", filepath.Join(path, "*"))
		}
		all = append(all, input{child, info.Size()})
	}
	return all, nil
}

// splitList splits at the commas that are not inside braces.
func splitList(s string) []string {
	var parts []string
	depth, start := 0, 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '{':
			depth++
		case '}':
			depth--
		case ',':
			if depth <= 0 {
				parts = append(parts, s[start:i])
				start = i + 1
			}
		}
	}
	return append(parts, s[start:])
}

// Local turns a path or file: address into an absolute path.
func Local(p string) (string, error) {
	if p == "" {
		return "", condition.New("", "", "Can not create a Path from an empty string")
	}
	if scheme, rest, ok := strings.Cut(p, ":"); ok && isScheme(scheme) {
		if scheme != "file" {
			return "", condition.New("", "", "No FileSystem for scheme %q", scheme).WithFix("copy %s to a local path", p)
		}
		p = "/" + strings.TrimLeft(rest, "/")
	}
	return filepath.Abs(p)
}

func isScheme(s string) bool {
	for i, r := range s {
		letter := r|0x20 >= 'a' && r|0x20 <= 'z'
		if !letter && (i == 0 || !strings.ContainsRune("0123456789+-.", r)) {
			return false
		}
	}
	return s != ""
}

// Match expands a pattern to the names that are not left out. Nil means that a path which is no pattern does not exist.
func Match(p string, leftOut func(string) bool) ([]string, error) {
	alternatives, err := braces(p)
	if err != nil {
		return nil, err
	}
	if len(alternatives) == 1 && !strings.ContainsAny(p, `*?[\`) {
		if _, err := os.Stat(p); os.IsNotExist(err) || err == nil && leftOut(p) {
			return nil, nil
		} else if err != nil {
			return nil, err
		}
		return []string{p}, nil
	}
	found := []string{}
	for _, a := range alternatives {
		names, err := filepath.Glob(a)
		if err != nil {
			return nil, condition.New("", "", "Illegal file pattern %s", p)
		}
		found = append(found, names...)
	}
	found = slices.DeleteFunc(found, leftOut)
	slices.Sort(found)
	return slices.Compact(found), nil
}

// braces expands {a,b} to one pattern for each of the alternatives.
func braces(p string) ([]string, error) {
	open := strings.IndexByte(p, '{')
	if open < 0 {
		return []string{p}, nil
	}
	depth, start := 0, open+1
	var inner []string
	for i := open; i < len(p); i++ {
		switch p[i] {
		case '{':
			depth++
			continue
		case '}':
			depth--
		case ',':
		default:
			continue
		}
		if depth > 1 || depth == 1 && p[i] == '}' {
			continue
		}
		inner = append(inner, p[start:i])
		start = i + 1
		if depth > 0 {
			continue
		}
		var all []string
		for _, alternative := range inner {
			more, err := braces(p[:open] + alternative + p[i+1:])
			if err != nil {
				return nil, err
			}
			all = append(all, more...)
		}
		return all, nil
	}
	return nil, fmt.Errorf("file: pattern %q has a { without }", p)
}
