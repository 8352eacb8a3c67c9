package session

import (
	"context"
	"errors"

	"gospark/runtime/condition"
	"gospark/runtime/op"
)

// Error is a mistake in a definition or a failed action: Condition and SQLState are Spark's where it has them, and the
// message says what to type instead.
type Error = condition.Error

// Try runs f and returns the error that stopped it, if any.
//
//	err := Try(func() { rdd.First() })
func Try(f func()) (err error) {
	defer condition.Catch(&err)
	f()
	return nil
}

// raise stops the snippet with err.
func raise(op string, err error) {
	var e *Error
	if errors.Is(err, context.Canceled) {
		e = condition.New("", "", "%s: interrupted", op)
		e.Cause = err
		panic(e)
	}
	if errors.As(err, &e) {
		panic(e)
	}
	x := condition.New("", "", "%s: %v", op, err)
	x.Cause = err
	panic(x)
}

// check is raise for definition-time results.
func check[T any](v T, err error) T {
	if err != nil {
		raise("", err)
	}
	return v
}

// check0 runs user functions on the caller's goroutine, after a job: what goes wrong stops the snippet.
func check0(method string, f func() error) {
	err := func() (err error) {
		defer func() {
			if p := recover(); p != nil {
				if e, ok := p.(*Error); ok {
					panic(e)
				}
				err = op.PanicError(p)
			}
		}()
		return f()
	}()
	if err != nil {
		raise(method, err)
	}
}
