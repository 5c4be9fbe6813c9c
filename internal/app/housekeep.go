package app

import (
	"context"
	"time"

	"changbei/internal/day"
)

// Rhythm of what runs beside the pages. The books are checked once a day, in
// the night's quietest hour if the machine is on then, else when it next is; and
// within the hour when heads.txt is missing or lacks a depot that has begun its
// books, so that a crash on the first day leaves something to compare with.
const (
	lookEvery = time.Hour
	checkHour = 3
	checkAge  = 24 * time.Hour
)

// watchEvery is how soon somebody hears that papers or goods are late.
const watchEvery = time.Minute

// housekeep ends dead sessions and checks the books, looking every hour, and
// watches what is late every minute.
func (a *App) housekeep(ctx context.Context) {
	look, watch := time.NewTicker(lookEvery), time.NewTicker(watchEvery)
	defer look.Stop()
	defer watch.Stop()
	a.lookAround(ctx)
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
			a.lookAround(ctx)
		case <-watch.C:
			if err := a.uses.dispatching.Watch(ctx); err != nil && ctx.Err() == nil {
				a.log.Warn("watch of what is late", "error", err.Error())
			}
		}
	}
}

func (a *App) lookAround(ctx context.Context) {
	if err := a.store.PurgeSessions(ctx); err != nil {
		a.log.Warn("purge of sessions", "error", err.Error())
	}
	last, err := a.store.Read().LastCheck(ctx)
	if err != nil {
		a.log.Warn("last check", "error", err.Error())
		return
	}
	// Heads are kept only of books that were just proved, so a file that is
	// missing takes a check. Books that were not in order wait for the night.
	missing := last != nil && last.Differences == 0 && a.headsMissing(ctx)
	if last == nil || missing || checkDue(time.UnixMicro(last.StartedAt), a.store.Now()) {
		a.checkBooks(ctx)
	}
}

// checkDue says that a day has gone by, or that it is the hour and today's
// check has not been made.
func checkDue(last, now time.Time) bool {
	if now.Sub(last) >= checkAge {
		return true
	}
	return now.In(day.Zone()).Hour() == checkHour && day.At(last) != day.At(now)
}

func (a *App) checkBooks(ctx context.Context) {
	report, err := CheckBooks(ctx, a.uses.inventory, a.config.Data, nil)
	for _, note := range report.Notes {
		a.log.Warn("ledger check", "note", note)
	}
	switch {
	case err != nil:
		a.log.Error("ledger check", "error", err.Error())
	case !report.OK():
		a.log.Error("ledger check found differences", "differences", len(report.Differences), "first", report.Differences[0].Text)
	default:
		a.log.Info("ledger check", "vouchers", report.Vouchers, "entries", report.Entries, "kept", report.Kept)
	}
}
