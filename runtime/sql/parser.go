package sql

import (
	"sort"
	"unicode/utf8"

	"gospark/runtime/condition"
	"gospark/runtime/logical"
)

// A parser walks the tokens of one text. Its rules panic with a *condition.Error, which the entry points catch.
type parser struct {
	*lexed
	conf    *Parser
	i       int  // the next token
	depth   int  // of nested expressions and queries
	markers int  // ? seen so far
	inItem  bool // in an item of SELECT, outside of parentheses: column aliases may follow
	trials  []trial
	wrong   *condition.Error
	nested  []int8 // what isQuery said of the ( of an index: 1 no, 2 yes
	counted int    // the offset that column is of
	column  int
}

// maxDepth bounds nesting, so that a hostile text cannot exhaust the stack.
const maxDepth = 1500

// nest counts a level of nesting; use: defer p.nest()().
func (p *parser) nest() func() {
	if p.depth++; p.depth > maxDepth {
		p.tooComplex()
	}
	return p.unnest
}

func (p *parser) unnest() { p.depth-- }

// peek is the token n after the next one, the end token beyond the last.
func (p *parser) peek(n int) *token {
	if i := p.i + n; i < len(p.tokens) {
		return &p.tokens[i]
	}
	return &p.tokens[len(p.tokens)-1]
}

func (p *parser) next() *token {
	t := p.peek(0)
	if t.kind != endKind {
		p.i++
	}
	return t
}

// at says whether the next tokens are these keywords or symbols.
func (p *parser) at(syms ...string) bool {
	for i, s := range syms {
		if p.peek(i).sym != s {
			return false
		}
	}
	return true
}

func (p *parser) atAny(syms ...string) bool {
	sym := p.peek(0).sym
	for _, s := range syms {
		if sym == s {
			return true
		}
	}
	return false
}

// accept takes these keywords or symbols if they are next.
func (p *parser) accept(syms ...string) bool {
	if !p.at(syms...) {
		return false
	}
	p.i += len(syms)
	return true
}

// expect takes a keyword or symbol that must be next. If it is missing, what follows it tells Spark's guess: follow says
// whether the next token could stand behind the missing one; it may be nil.
func (p *parser) expect(sym string, follow func(*token) bool) {
	if p.accept(sym) {
		return
	}
	t := p.peek(0)
	switch {
	case p.peek(1).sym == sym && t.kind != endKind:
		p.extraInput()
	case follow != nil && follow(t):
		p.missing(sym)
	}
	p.unexpected()
}

// words takes keywords that must be next, one after the other.
func (p *parser) words(syms ...string) {
	for _, s := range syms {
		p.expect(s, nil)
	}
}

// list reads items separated by commas, and says whether there was a comma.
func (p *parser) list(item func()) bool {
	item()
	more := false
	for p.accept(",") {
		more = true
		item()
	}
	return more
}

// closeList takes the ) behind a list; more is what list said.
func (p *parser) closeList(more bool) {
	if p.accept(")") {
		return
	}
	if p.peek(0).kind == endKind {
		if more && p.itemCall() {
			p.extraInput()
		}
		p.unexpected()
	}
	if n := p.peek(1).sym; more || n == ")" || n == "," {
		p.extraInput()
	}
	p.unexpected()
}

// parens reads a list in parentheses.
func (p *parser) parens(item func()) {
	p.expect("(", startsExpression)
	p.closeList(p.list(item))
}

// end requires the end of the text.
func (p *parser) end() {
	if p.peek(0).kind != endKind {
		if p.peek(1).kind == endKind {
			p.extraInput()
		}
		p.unexpected()
	}
	p.closed()
}

// finish requires the end of the text behind semicolons.
func (p *parser) finish() {
	if t := p.peek(0); t.kind != endKind && t.sym != ";" {
		if n := p.peek(1); n.kind == endKind || n.sym == ";" {
			p.extraInput()
		}
		p.unexpected()
	}
	for p.accept(";") {
	}
	if p.peek(0).kind != endKind {
		p.extraInput()
	}
	p.closed()
}

// raw is the text of a token.
func (p *parser) raw(t *token) string { return p.text[t.start:t.end] }

// between is the text from the token of an index to the last one taken.
func (p *parser) between(from int) string {
	if from >= p.i {
		return ""
	}
	return p.text[p.tokens[from].start:p.tokens[p.i-1].end]
}

// from is the place from the token of an index to the last one taken.
func (p *parser) from(from int) *logical.Origin {
	t := &p.tokens[min(from, len(p.tokens)-1)]
	end := t.end
	if p.i > from {
		end = p.tokens[p.i-1].end
	}
	line, column := p.position(t.start)
	return &logical.Origin{Text: p.text, Start: t.start, End: end, Line: line, Column: column}
}

func (p *parser) position(offset int) (line, column int) {
	n := sort.SearchInts(p.lines, offset+1)
	start := 0
	if n > 0 {
		start = p.lines[n-1]
	}
	if !p.wide {
		return n + 1, offset - start + 1
	}
	// Places come in order mostly, so that counting goes on from the last one.
	if p.column == 0 || p.counted < start || p.counted > offset {
		p.counted, p.column = start, 1
	}
	p.column += utf8.RuneCountInString(p.text[p.counted:offset])
	p.counted = offset
	return n + 1, p.column
}

func (p *parser) common(from int) logical.Common {
	return logical.Common{PlanID: logical.NextPlanID(), Origin: p.from(from)}
}

func (p *parser) base(from int) logical.Base { return logical.Base{Origin: p.from(from)} }
