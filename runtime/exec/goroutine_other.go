//go:build !amd64 && !arm64

package exec

func goroutine() uintptr { return uintptr(goroutineID()) }
