//go:build !race

package inventory_test

// planSteps bounds a random plan.
const planSteps = 14
