// Package polite runs what takes long behind what people wait for: an export
// or a check beside two hundred keepers. A leaf; it knows nothing of either.
package polite

import "runtime"

// Run runs fn on a thread of its own that the kernel runs after all others,
// and waits for it. A panic in fn is the caller's.
func Run(fn func() error) error {
	var err error
	var panicked any
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() { panicked = recover() }()
		runtime.LockOSThread() // never unlocked: the thread ends with this
		stepBack()
		err = fn()
	}()
	<-done
	if panicked != nil {
		panic(panicked)
	}
	return err
}
