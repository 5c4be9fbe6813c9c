// Package fault breaks things around the running product and looks at the
// books afterwards: the fault rows of the project's trust matrix, as tests.
//
// Nothing of the product is replaced. Its own store and use cases run on the
// real engines; what fails is around them: the process and the database are
// killed, the n-th SQL call fails in a driver that stands before the engine's
// own, a wire is cut, a disk is full, a clock jumps.
//
// CHANGBEI_TEST_FAULTS says how long: ci (the default) or nightly; -short runs
// each row a few times, for the race detector. Every row prints its counts at
// the end of the run.
//
// It has no code but tests and may import everything, since nothing imports it.
package fault
