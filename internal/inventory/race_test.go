//go:build race

package inventory_test

import "flag"

// planSteps bounds a random plan. The race detector makes the embedded engine
// thirty times slower, and a plan is one goroutine anyway.
const planSteps = 4

// raced says that the race detector is on.
const raced = true

func init() { flag.Set("rapid.checks", "15") }
