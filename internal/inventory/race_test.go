//go:build race

package inventory_test

// planSteps bounds a random plan. The race detector makes the embedded engine
// thirty times slower, and a plan is one goroutine anyway.
const planSteps = 4
