//go:build !unix

package checkpoint

import "os"

// tryLock goes by the process that the file names: without flock that is all there is.
func tryLock(f *os.File) bool {
	pid := holder(f)
	if pid == 0 {
		return true
	}
	p, err := os.FindProcess(pid)
	if err != nil {
		return true
	}
	p.Release()
	return false
}
