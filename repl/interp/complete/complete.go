// Package complete offers what may stand at a place in Go text that is being typed.
//
// The text up to the cursor is closed (split.Close), parsed and type-checked with all errors ignored, with a
// placeholder where the cursor is. What the checker then knows about the place decides: the type
// left of a dot, the struct of a composite literal, the innermost scope. So chains, function
// literals' parameters, inferred types and packages nobody has imported yet all work the same way,
// in well under a millisecond.
//
// Nothing is offered inside comments, numbers and characters. Inside strings there are import
// paths, and what a hook knows about the call the string is an argument of.
package complete

import (
	"cmp"
	"go/scanner"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"gospark/repl/interp/world"
)

// A Candidate is something to type.
type Candidate struct {
	Text   string
	Detail string // signature or type
	Kind   string // func, method, field, var, const, type, package, keyword
}

// A Completer knows what a session has. Its functions are called anew for each completion.
type Completer struct {
	World *world.World
	// Objects are the names declared in the session, at top level.
	Objects func() []types.Object
	// Imports are the packages imported by the session, by the name they have there.
	Imports func() map[string]string
	// DotImports are import paths whose exported names are in scope.
	DotImports []string
	// Package is the one session objects belong to: its unexported fields and methods are offered.
	Package *types.Package
	// Hidden names are not offered. May be nil.
	Hidden func(path, name string) bool
	// InString completes inside a string literal: from is where the completed part begins. May be nil.
	InString func(text string, cursor int) (from int, candidates []Candidate)
}

// Complete returns what may stand at the cursor, best first, and where the part begins that a
// candidate replaces. Positions are in bytes.
func (c *Completer) Complete(text string, cursor int) (from int, candidates []Candidate) {
	cursor = min(max(cursor, 0), len(text))
	head := text[:cursor]
	switch place, at := placeOf(head); place {
	case inNothing:
		return cursor, nil
	case inImport:
		return at, c.importPaths(head[at:])
	case inString:
		if c.InString == nil {
			return cursor, nil
		}
		return c.InString(text, cursor)
	}
	from = cursor - len(lastName(head))
	if number(head[:from], head[from:]) {
		return cursor, nil
	}
	l := &list{prefix: head[from:], hidden: c.Hidden}
	c.gather(l, head[:from])
	return from, l.sorted()
}

// lastName is the identifier, or its beginning, that the text ends with.
func lastName(text string) string {
	i := len(text)
	for i > 0 {
		r, n := utf8.DecodeLastRuneInString(text[:i])
		if r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			break
		}
		i -= n
	}
	return text[i:]
}

// number reports whether the cursor is in a number: 12, 0xff, 1.
func number(before, name string) bool {
	if name != "" {
		return name[0] >= '0' && name[0] <= '9'
	}
	digits := strings.TrimSuffix(before, ".")
	if digits == before {
		return false
	}
	name = lastName(digits)
	return name != "" && name[0] >= '0' && name[0] <= '9'
}

// What the cursor is in.
type place int

const (
	inCode place = iota
	inString
	inImport
	inNothing
)

// placeOf tells what the end of the text is in, and where the content of an import path begins.
func placeOf(head string) (place, int) {
	file := token.NewFileSet().AddFile("", 1, len(head))
	var s scanner.Scanner
	s.Init(file, []byte(head), nil, scanner.ScanComments)
	importing, group := false, false // after the import keyword, in its parentheses
	for {
		pos, tok, lit := s.Scan()
		at := file.Offset(pos)
		switch tok {
		case token.EOF:
			return inCode, 0
		case token.COMMENT:
			if strings.HasPrefix(lit, "//") && !strings.Contains(head[at:], "\n") || strings.HasPrefix(lit, "/*") && !strings.HasSuffix(lit, "*/") || lit == "/*/" {
				return inNothing, 0
			}
			continue
		case token.CHAR:
			if at+len(lit) == len(head) && (len(lit) < 2 || lit[len(lit)-1] != '\'') {
				return inNothing, 0
			}
		case token.STRING:
			if open(head[at:]) {
				if importing || group {
					return inImport, at + 1
				}
				return inString, 0
			}
		case token.IMPORT:
			importing = true
			continue
		case token.LPAREN:
			group = importing
		case token.RPAREN:
			group = false
		case token.SEMICOLON:
			importing = false
			continue
		}
		if tok != token.IDENT && tok != token.PERIOD { // import name "path"
			importing = false
		}
	}
}

// open reports whether the string literal that the text begins with has no end.
func open(lit string) bool {
	quote := lit[0]
	for i := 1; i < len(lit); i++ {
		switch {
		case lit[i] == quote, lit[i] == '\n' && quote == '"': // a line ends a wrong one
			return false
		case lit[i] == '\\' && quote == '"':
			i++
		}
	}
	return true
}

// importPaths offers paths that begin with the prefix, and those of packages that are called so.
func (c *Completer) importPaths(prefix string) []Candidate {
	var begin, named []Candidate
	for _, p := range c.World.Paths() {
		switch {
		case strings.HasPrefix(p, prefix):
			begin = append(begin, Candidate{Text: p, Kind: "package"})
		case strings.HasPrefix(p[strings.LastIndexByte(p, '/')+1:], prefix):
			named = append(named, Candidate{Text: p, Kind: "package"})
		}
	}
	return append(begin, named...)
}

// A list collects candidates.
type list struct {
	prefix string
	hidden func(path, name string) bool
	found  []ranked
	seen   map[string]bool
}

type ranked struct {
	Candidate
	rank int
}

// add offers a name if it goes on from the prefix. The first of a name counts: it shadows those after it.
func (l *list) add(rank int, pkg *types.Package, name string, kind string, detail func() string) {
	if l.seen[name] {
		return
	}
	if len(name) < len(l.prefix) || !strings.EqualFold(name[:len(l.prefix)], l.prefix) {
		return
	}
	if name == "_" || strings.Contains(name, "__") || l.hidden != nil && pkg != nil && l.hidden(pkg.Path(), name) {
		return
	}
	if l.seen == nil {
		l.seen = map[string]bool{}
	}
	l.seen[name] = true
	if !strings.HasPrefix(name, l.prefix) {
		rank += wrongCase
	}
	l.found = append(l.found, ranked{Candidate{name, detail(), kind}, rank})
}

// Ranks: what is nearer comes first.
const (
	rankNear     = iota // fields of the literal, members
	rankLocal           // declared in the text
	rankSession         // declared in the session
	rankImported        // dot imports, imported packages
	rankUniverse        // predeclared names and keywords
	rankPackage         // packages that could be imported
	wrongCase    = 10   // begins as the prefix but for upper and lower case
)

func (l *list) sorted() []Candidate {
	slices.SortStableFunc(l.found, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), strings.Compare(a.Text, b.Text))
	})
	out := make([]Candidate, len(l.found))
	for i, r := range l.found {
		out[i] = r.Candidate
	}
	return out
}
