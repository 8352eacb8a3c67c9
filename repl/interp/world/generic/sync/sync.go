// Package sync has the generic part of the standard library's sync.
package sync

import "sync"

// OnceValue returns a function that calls f the first time and returns its value every time.
func OnceValue[T any](f func() T) func() T {
	var once sync.Once
	var result T
	var failure any
	ok := false
	return func() T {
		once.Do(func() {
			defer func() {
				if !ok {
					failure = recover()
				}
			}()
			result = f()
			ok = true
		})
		if !ok {
			panic(failure)
		}
		return result
	}
}

// OnceValues is OnceValue for two values.
func OnceValues[T1, T2 any](f func() (T1, T2)) func() (T1, T2) {
	var once sync.Once
	var r1 T1
	var r2 T2
	var failure any
	ok := false
	return func() (T1, T2) {
		once.Do(func() {
			defer func() {
				if !ok {
					failure = recover()
				}
			}()
			r1, r2 = f()
			ok = true
		})
		if !ok {
			panic(failure)
		}
		return r1, r2
	}
}
