package exec

import "testing"

// Each goroutine has a key of its own, whatever runs beside it, and keeps it when its stack moves.
func TestGoroutine(t *testing.T) {
	const n = 1000
	type keys struct{ before, deep, after uintptr }
	got, over := make(chan keys), make(chan bool)
	for range n {
		go func() {
			k := keys{before: Goroutine()}
			k.deep = grown(1000)
			k.after = Goroutine()
			got <- k
			<-over // a key is another's only while both live
		}()
	}
	seen := map[uintptr]bool{0: true, Goroutine(): true}
	for range n {
		k := <-got
		if k.deep != k.before || k.after != k.before {
			t.Fatalf("the key of a goroutine changes: %x", k)
		}
		if seen[k.before] {
			t.Fatalf("two goroutines have the key %x", k.before)
		}
		seen[k.before] = true
	}
	close(over)
}

// grown is Goroutine called on a stack that had to grow for it.
func grown(depth int) uintptr {
	var room [64]byte
	if depth == 0 {
		return Goroutine()
	}
	room[depth%len(room)] = 1
	return grown(depth-1) + uintptr(room[0]&^1)
}

func BenchmarkGoroutine(b *testing.B) {
	for name, f := range map[string]func(){
		"key":    func() { Goroutine() },
		"number": func() { goroutineID() }, // what there was before
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				f()
			}
		})
	}
}
