//go:build !linux

package storetest

import (
	"os"
	"os/exec"
	"os/user"
)

// dieWithParent has no equivalent here; the server is left to its owner.
func dieWithParent(*exec.Cmd) {}

// runAsUser has no equivalent here either.
func runAsUser(*exec.Cmd, *user.User) error { return nil }

// lock does nothing here: where there is no apt-get nothing is installed.
func lock(*os.File) error { return nil }
