//go:build race

package demo_test

import "changbei/internal/demo"

// district is a part of it: the race detector makes the embedded engine twenty
// times slower, and looks for races, not at two years of figures.
var district = demo.Size{Streets: 1, Months: 6}
