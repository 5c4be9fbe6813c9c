//go:build !race

package inventory_test

// planSteps bounds a random plan.
const planSteps = 14

// raced says that the race detector is on.
const raced = false
