package vttest

import "syscall"

// session makes the terminal the controlling one, so that Ctrl-C and resizing signal the program.
var session = &syscall.SysProcAttr{Setsid: true, Setctty: true}
