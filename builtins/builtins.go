// Package builtins is what a snippet sees: the symbol table of package session under its true import path, the names in
// scope from the start, the help text of every name, and the commands at the prompt that know Spark.
package builtins

import (
	"reflect"
	"strings"
)

//go:generate go run ./gen

// Symbols are the compiled packages snippets can import, in the interpreter's form.
var Symbols = map[string]map[string]reflect.Value{}

// Docs is the help text of session's names, by name ("Seconds") or type and method ("RDD.Map").
var Docs map[string]Doc

// A Doc is one name's help.
type Doc struct {
	Signature string
	Text      string
	Params    []string
}

const sessionPath = "gospark/session"

// DotImports are the packages whose names are in scope unqualified.
var DotImports = []string{sessionPath}

// Help is the text of :doc for a member of a package: name is "Seconds" or "RDD.Map".
func Help(path, name string) (string, bool) {
	if path != sessionPath {
		return "", false
	}
	d, ok := Docs[name]
	if !ok {
		return "", false
	}
	return d.Signature + "\n    " + strings.ReplaceAll(d.Text, "\n", "\n    "), true
}

// ParamNames are the parameter names of a compiled function or method, which reflection does not know.
func ParamNames(path, recv, name string) []string {
	if path != sessionPath {
		return nil
	}
	if recv != "" {
		name = recv + "." + name
	}
	return Docs[name].Params
}
