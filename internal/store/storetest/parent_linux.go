package storetest

import (
	"os/exec"
	"syscall"
)

// dieWithParent has the kernel kill the server when the test process ends,
// however it ends.
func dieWithParent(c *exec.Cmd) {
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
