package exec

import "runtime"

// Goroutine is a key for the calling goroutine: another than that of every goroutine that lives at the same time, and
// used again after its end. User code calls back without a context, once for each record when it adds to an accumulator,
// so the key must cost nothing: it is the address of the runtime's record of the goroutine, read from where the ABI keeps
// it. What is stored under a key must be taken out before the goroutine ends.
func Goroutine() uintptr { return goroutine() }

// goroutineID is the number of the calling goroutine, which is never used again. It is read from the header of its stack
// trace, which takes longer the deeper the stack is: Go has no other way.
func goroutineID() uint64 {
	var buf [40]byte
	n := runtime.Stack(buf[:], false)
	var id uint64
	for _, c := range buf[len("goroutine "):n] {
		if c < '0' || c > '9' {
			break
		}
		id = id*10 + uint64(c-'0')
	}
	return id
}
