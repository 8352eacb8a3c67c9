// Package condition is the error of a user's mistake: Spark's error condition and SQLSTATE, the place in the user's
// text, and what to type instead. Definition-time mistakes surface as a panic of *[Error], which the shell catches at
// its edge and session.Try turns into a value; everything else returns it as an ordinary error.
package condition

import (
	"errors"
	"fmt"
	"strings"
)

// An Error names what is wrong and how to put it right.
type Error struct {
	condition string
	state     string
	Message   string            // what is wrong, with the values in question
	Fix       string            // what to type instead; may be empty
	Params    map[string]string // Spark's message parameters, where the condition has them
	Query     *Context          // the place in a query text, if it came from one
	Cause     error
}

// A Context is a place in the user's query text: byte offset and length, line and column counted from 1.
type Context struct {
	Text         string
	Offset, Len  int
	Line, Column int
}

// New makes an error of a condition ("UNRESOLVED_COLUMN.WITH_SUGGESTION") and SQLSTATE ("42703"). Either may be empty
// where Spark has no public name.
func New(condition, state, format string, args ...any) *Error {
	return &Error{condition: condition, state: state, Message: fmt.Sprintf(format, args...)}
}

// WithFix says what to type instead.
func (e *Error) WithFix(format string, args ...any) *Error {
	e.Fix = fmt.Sprintf(format, args...)
	return e
}

// WithParam sets one of Spark's message parameters.
func (e *Error) WithParam(name, value string) *Error {
	if e.Params == nil {
		e.Params = map[string]string{}
	}
	e.Params[name] = value
	return e
}

// In is err with the place in a query text it came from, unless it says so already. What a function returns may be made
// once and shared by tasks, so that it is not written to.
func In(err error, place *Context) error {
	e, ok := err.(*Error)
	if !ok || e.Query != nil || place == nil {
		return err
	}
	placed := *e
	placed.Query = place
	return &placed
}

// Condition is Spark's error condition, or "".
func (e *Error) Condition() string { return e.condition }

// SQLState is the five-character SQLSTATE, or "".
func (e *Error) SQLState() string { return e.state }

// unnamed is how Spark's placeholders for errors without a public name start; its messages do not show them.
const unnamed = "_LEGACY_ERROR_TEMP_"

func (e *Error) Error() string {
	var b strings.Builder
	if e.condition != "" && !strings.HasPrefix(e.condition, unnamed) {
		fmt.Fprintf(&b, "[%s] ", e.condition)
	}
	if e.Fix != "" {
		b.WriteString(strings.TrimSuffix(e.Message, ".") + "; " + e.Fix)
	} else {
		b.WriteString(e.Message)
	}
	if e.state != "" {
		fmt.Fprintf(&b, " SQLSTATE: %s", e.state)
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.Cause }

// Raise panics with e: for methods that define something and have no error result.
func (e *Error) Raise() { panic(e) }

// Catch turns a panic of *Error into err; other panics go on. Use: defer condition.Catch(&err).
func Catch(err *error) {
	switch r := recover().(type) {
	case nil:
	case *Error:
		*err = r
	default:
		panic(r)
	}
}

// As is errors.As for *Error.
func As(err error) (*Error, bool) {
	var e *Error
	ok := errors.As(err, &e)
	return e, ok
}
