package app

import (
	"testing"
	"time"

	"changbei/internal/day"
)

func TestCheckDue(t *testing.T) {
	at := func(d, h int) time.Time { return time.Date(2026, 11, d, h, 10, 0, 0, day.Zone()) }
	for name, c := range map[string]struct {
		last, now time.Time
		want      bool
	}{
		"at three, when yesterday's is the last": {at(24, 3), at(25, 3), true},
		"at three, when it was made by day":      {at(24, 9), at(25, 3), true},
		"not twice in one hour":                  {at(25, 3), at(25, 3), false},
		"not again in the morning":               {at(25, 3), at(25, 8), false},
		"in the morning, when the night was off": {at(24, 3), at(25, 8), true},
		"not an hour after it was made up":       {at(25, 8), at(25, 9), false},
		"after a holiday":                        {at(20, 3), at(25, 14), true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := checkDue(c.last, c.now); got != c.want {
				t.Errorf("%v", got)
			}
		})
	}
}
