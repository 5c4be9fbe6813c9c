package polite

import "syscall"

// politeness is how far a heavy reader steps back: at 10 it gets a tenth of
// what a keeper's posting gets while both want the same core.
const politeness = 10

// stepBack lowers this thread alone: on Linux a thread has a priority of its
// own. Where it is not allowed the report is merely less polite.
func stepBack() { syscall.Setpriority(syscall.PRIO_PROCESS, syscall.Gettid(), politeness) }
