package interp

import (
	"strings"

	"gospark/repl/interp/split"
)

// Status is how far a text is from being something to evaluate.
type Status = split.State

const (
	Complete   = split.Complete
	Incomplete = split.Incomplete // more lines are needed
	Invalid    = split.Invalid    // wrong whatever follows
)

// Check tells whether a text is complete, for the prompt to ask for more lines. The error says what
// is wrong with an invalid one.
func Check(text string) (Status, *Error) {
	state, offset, msg := split.Status(text)
	if state != Invalid {
		return state, nil
	}
	start := strings.LastIndexByte(text[:offset], '\n') + 1
	line, _, _ := strings.Cut(text[start:], "\n")
	return state, &Error{
		Kind: Syntax, Msg: msg, SourceLine: strings.TrimSuffix(line, "\r"),
		Line: strings.Count(text[:start], "\n") + 1, Col: offset - start + 1,
	}
}
