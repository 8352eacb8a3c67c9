// Package errors has the generic part of the standard library's errors.
package errors

import "errors"

// AsType returns the first error in the tree of err that is an E.
func AsType[E error](err error) (E, bool) {
	var e E
	ok := errors.As(err, &e)
	return e, ok
}
