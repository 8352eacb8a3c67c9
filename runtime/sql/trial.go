package sql

// As no word is reserved, f(a b is a call that goes wrong at b, or a column f that goes wrong at the (. Spark decides by
// what can be read at all, and tells the mistake in the reading that it has decided for. A trial is a part of the text with
// such another reading: if a syntax error comes up in it, the other reading has the say.
type trial struct {
	kind   trialKind
	at     int // the token in which the other reading starts to differ
	inItem bool
}

type trialKind uint8

const (
	callTrial trialKind = iota // f(…): a column and its aliases in parentheses; at is the (
	caseTrial                  // CASE WHEN …: a column CASE with the alias WHEN; at is CASE
	sortTrial                  // ORDER BY …: no clause at all; at is ORDER
)

// try begins a part with another reading, tried ends it.
func (p *parser) try(kind trialKind, at int) {
	p.trials = append(p.trials, trial{kind, at, p.inItem})
}

func (p *parser) tried() {
	last := len(p.trials) - 1
	p.inItem = p.trials[last].inItem
	p.trials = p.trials[:last]
}

// retry goes through the other readings of a mistake at the next token, from the inside out, and sets the next token to
// where the mistake is told. It says whether that is another one than before.
func (p *parser) retry() bool {
	moved := false
	for n := len(p.trials) - 1; n >= 0; n-- {
		t := p.trials[n]
		p.trials = p.trials[:n]
		switch t.kind {
		case callTrial:
			if !p.onlyNames(t.at) {
				continue
			}
			p.i = t.at
			if t.inItem {
				p.identifierList()
			}
		case caseTrial:
			p.i = t.at + 1
			if t.inItem {
				p.i++
			}
		case sortTrial:
			p.i = t.at
		}
		moved = true
	}
	return moved
}

// itemCall says whether the innermost part is a call in an item of SELECT without a lambda: of these Spark guesses what is
// too much even at the end of the text.
func (p *parser) itemCall() bool {
	if len(p.trials) == 0 {
		return false
	}
	t := p.trials[len(p.trials)-1]
	for i := t.at; i < p.i; i++ {
		if p.tokens[i].sym == "->" {
			return false
		}
	}
	return t.kind == callTrial && t.inItem
}

// onlyNames says whether there are only names with commas from the ( of an index to the next token.
func (p *parser) onlyNames(open int) bool {
	at := open + 1
	for at+1 < p.i && isName(&p.tokens[at]) && p.tokens[at+1].sym == "," {
		at += 2
	}
	if isName(&p.tokens[at]) {
		at++
	}
	return at == p.i
}
