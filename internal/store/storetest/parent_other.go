//go:build !linux

package storetest

import "os/exec"

// dieWithParent has no equivalent here; the server is left to its owner.
func dieWithParent(*exec.Cmd) {}
