package sheet

import (
	"syscall"
	"time"
)

// cpuTime is what this process has used so far, on all cores and in the kernel:
// unlike the clock it does not count what other processes do meanwhile.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
