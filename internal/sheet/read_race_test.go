//go:build race

package sheet

// raceEnabled: the race detector slows reading tenfold, so times say nothing.
const raceEnabled = true

// heavy files are read without the race detector only.
var heavy []hostile
