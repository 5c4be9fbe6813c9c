//go:build race

package sheet

// heavy files are read without the race detector only.
var heavy []hostile
