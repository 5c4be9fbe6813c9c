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
// the end of the run; go test shows them when it runs in this folder.
//
// Every row was seen red before it was believed, on the product with one of
// these spoilt: the guard of the stock UPDATE (R1); an answer before its COMMIT
// (R4, R6); no transaction (R4); a log that is not flushed (R5); synchronous
// NORMAL (R6); COMMIT where ROLLBACK belongs (R7, R10, R12); no look-up of the
// key (R7); success though the COMMIT failed (R7); a refused member's half kept
// in a shared commit (R7); a key made anew at each sending (R8, R9); one try or
// nine (R10); 1205 not known (R10); disk full not known (R12); the zone of the
// process, the year of the clock, lists by recorded time, node numbers free at
// once (R17).
//
// It has no code but tests and may import everything, since nothing imports it.
package fault
