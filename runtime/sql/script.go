package sql

import "strings"

// A Statement is one of several in a text. Start is its byte offset, Line the line it begins on, counted from 1.
type Statement struct {
	Text        string
	Start, Line int
}

// ParseMultiple cuts a text into its statements at the semicolons that are not in a string, name or comment. Statements
// with nothing but blanks and comments are left out; the statements themselves are not read.
func ParseMultiple(script string) []Statement {
	l := lex(script)
	var all []Statement
	first := -1
	add := func(end int) {
		if first >= 0 {
			p := parser{lexed: l}
			line, _ := p.position(first)
			all = append(all, Statement{Text: strings.TrimSpace(script[first:end]), Start: first, Line: line})
		}
		first = -1
	}
	for _, t := range l.tokens {
		switch {
		case t.sym == ";":
			add(t.start)
		case t.kind == endKind:
			add(t.start)
		case first < 0:
			first = t.start
		}
	}
	if first < 0 && l.unclosed >= 0 && (len(all) == 0 || l.unclosed > all[len(all)-1].Start) {
		return append(all, Statement{Text: script[l.unclosed:], Start: l.unclosed, Line: strings.Count(script[:l.unclosed], "\n") + 1})
	}
	return all
}

// Complete says that a text ends with the semicolon of its last statement.
func Complete(script string) bool {
	l := lex(script)
	if l.unclosed >= 0 {
		return false
	}
	last := ""
	for _, t := range l.tokens {
		if t.kind != endKind {
			last = t.sym
		}
	}
	return last == ";"
}
