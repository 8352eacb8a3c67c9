//go:build amd64 || arm64

package exec

// goroutine returns g, the pointer to the runtime's record of the calling goroutine.
func goroutine() uintptr
