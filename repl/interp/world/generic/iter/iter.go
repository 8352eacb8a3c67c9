// Package iter is about functions that yield one value after another.
package iter

// Seq yields values until yield returns false.
type Seq[V any] func(yield func(V) bool)

// Seq2 yields pairs until yield returns false.
type Seq2[K, V any] func(yield func(K, V) bool)

type pulled[V any] struct {
	v  V
	ok bool
}

// Pull turns a sequence around: each call of next returns one value, ok false at the end. Stop ends
// it early. The two must not be called at the same time.
func Pull[V any](seq Seq[V]) (next func() (V, bool), stop func()) {
	want := make(chan bool)
	got := make(chan pulled[V])
	started := false
	done := false
	run := func() {
		if <-want {
			seq(func(v V) bool {
				got <- pulled[V]{v: v, ok: true}
				return <-want
			})
		}
		close(got)
	}
	next = func() (V, bool) {
		var p pulled[V]
		if done {
			return p.v, false
		}
		if !started {
			started = true
			go run()
		}
		want <- true
		p = <-got
		if !p.ok {
			done = true
		}
		return p.v, p.ok
	}
	stop = func() {
		if done {
			return
		}
		done = true
		if started {
			want <- false
			<-got
		}
	}
	return next, stop
}

type pulled2[K, V any] struct {
	k  K
	v  V
	ok bool
}

// Pull2 is Pull for pairs.
func Pull2[K, V any](seq Seq2[K, V]) (next func() (K, V, bool), stop func()) {
	want := make(chan bool)
	got := make(chan pulled2[K, V])
	started := false
	done := false
	run := func() {
		if <-want {
			seq(func(k K, v V) bool {
				got <- pulled2[K, V]{k: k, v: v, ok: true}
				return <-want
			})
		}
		close(got)
	}
	next = func() (K, V, bool) {
		var p pulled2[K, V]
		if done {
			return p.k, p.v, false
		}
		if !started {
			started = true
			go run()
		}
		want <- true
		p = <-got
		if !p.ok {
			done = true
		}
		return p.k, p.v, p.ok
	}
	stop = func() {
		if done {
			return
		}
		done = true
		if started {
			want <- false
			<-got
		}
	}
	return next, stop
}
