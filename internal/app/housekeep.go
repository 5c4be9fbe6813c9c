package app

import (
	"context"
	"time"

	"changbei/internal/day"
)

// Rhythm of what runs beside the pages. The books are checked in the night's
// quietest hour, and the result stands on the first page in the morning.
const (
	purgeEvery = time.Hour
	checkHour  = 3
)

// housekeep ends dead sessions every hour and checks the books every night.
func (a *App) housekeep(ctx context.Context) {
	purge := time.NewTicker(purgeEvery)
	defer purge.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-purge.C:
			if err := a.store.PurgeSessions(ctx); err != nil {
				a.log.Warn("purge of sessions", "error", err.Error())
			}
		case <-time.After(untilCheck(a.store.Now())):
			a.checkBooks(ctx)
		}
	}
}

// untilCheck is the time until the next check, at least a minute.
func untilCheck(now time.Time) time.Duration {
	local := now.In(day.Zone())
	next := time.Date(local.Year(), local.Month(), local.Day(), checkHour, 0, 0, 0, day.Zone())
	if !next.After(local) {
		next = next.AddDate(0, 0, 1)
	}
	return max(next.Sub(local), time.Minute)
}

func (a *App) checkBooks(ctx context.Context) {
	report, err := a.uses.inventory.Check(ctx, nil)
	switch {
	case err != nil:
		a.log.Error("ledger check", "error", err.Error())
	case !report.OK():
		a.log.Error("ledger check found differences", "differences", len(report.Differences), "first", report.Differences[0].Text)
	default:
		a.log.Info("ledger check", "vouchers", report.Vouchers, "entries", report.Entries)
	}
}
