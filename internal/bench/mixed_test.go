package bench

import (
	"context"
	"fmt"
	"time"

	"changbei/internal/catalog"
	"changbei/internal/day"
	"changbei/internal/id"
	"changbei/internal/place"
	"changbei/internal/store"
)

// Mixed books are as a plan meets them: depots of all tiers, some of which
// never closed a month, lots of their own with last days on either side of
// today, some of them held or set aside, and machines with and without a trial.
// The last month is open still.

// Shares of mixed books, one of so many.
const (
	oneUnclosed = 10   // depots
	oneHeld     = 1009 // lots
	oneAside    = 61   // shelves in quarantine
	oneMachine  = 20   // items
	tested      = 3    // of machines' lots all but one of so many
)

// kinds are the categories: one, or nine of mixed books.
func (b *books) kinds(tx *store.Tx) []catalog.Category {
	list := []catalog.Category{{ID: tx.NewID(), Code: "BN", Name: "量测物资"}}
	for n := 1; b.mixed && n < 9; n++ {
		list = append(list, catalog.Category{ID: tx.NewID(), Code: fmt.Sprintf("B%d", n), Name: fmt.Sprintf("量测物资%d类", n)})
	}
	return list
}

// goodUntil is a lot's last day. Three tenths of mixed ones expire from half a
// year ago to three years ahead, three tenths keep for ever.
func (b *books) goodUntil(item, lot int) day.Day {
	n := item*7 + lot*13
	switch {
	case !b.mixed || n%10 > 5:
		return day.Of(2038, 12, 31)
	case n%10 > 2:
		return day.Day{}
	}
	return day.At(time.Now()).AddDays(n*37%1278 - 183)
}

func (b *books) tier(depot int) place.Tier {
	switch {
	case !b.mixed || depot > 0 && depot <= 16:
		return place.Township
	case depot == 0:
		return place.District
	}
	return place.Village
}

func (b *books) neverClosed(depot int) bool { return b.mixed && depot%oneUnclosed == oneUnclosed-1 }

// openFrom is the first day of the oldest month that is open.
func (b *books) openFrom() day.Day {
	if b.mixed {
		return monthsBack(1)
	}
	return monthsBack(0)
}

// stand is where a shelf is among the places of its depot.
func (b *books) stand(places []place.Place, shelf int) id.ID {
	for _, p := range places {
		if aside := b.mixed && shelf%oneAside == 0; aside == (p.Kind == place.Quarantine) {
			return p.ID
		}
	}
	return places[0].ID
}

// setAside makes the depots' places for what waits to be looked at.
func (b *books) setAside(st *store.Store) {
	ctx := context.Background()
	must(b.t, st.Tx(ctx, func(tx *store.Tx) error {
		for _, s := range b.d.sites {
			if err := tx.InsertPlaces(ctx, place.Place{ID: tx.NewID(), Kind: place.Quarantine, DepotID: s.depot.ID, Code: "DJ", Name: "待检区"}); err != nil {
				return err
			}
		}
		return nil
	}))
}

// hold holds lots and tries machines, with the rows that say since when.
func (b *books) hold() {
	db := rawOf(b.t, b.o)
	defer db.Close()
	tx, err := db.Begin()
	must(b.t, err)
	exec := func(text string, args ...any) {
		_, err := tx.Exec(text, args...)
		must(b.t, err)
	}
	checked, due := monthsBack(2).First, monthsBack(0).AddDays(400).First
	for item, lots := range b.lot {
		if item%oneMachine == 0 {
			exec("UPDATE item SET check_months = 12 WHERE id = ?", int64(b.goods[item].ID))
		}
		for n, l := range lots {
			if (item+n)%oneHeld == 0 {
				exec("UPDATE lot SET held = 1 WHERE id = ?", int64(l.ID))
				for _, s := range b.d.sites { // as a hold writes it
					exec("INSERT INTO lot_hold (id, lot_id, depot_id, seq, held, reason, actor_id, actor_name, at) VALUES (?, ?, ?, 1, 1, '待检', 1, '王芳', ?)",
						int64(b.id()), int64(l.ID), int64(s.depot.ID), recorded(monthsBack(months-2)))
				}
			}
			if item%oneMachine == 0 && n%tested > 0 {
				exec("INSERT INTO readiness_check (id, lot_id, depot_id, checked_on, due_on, passed, remark, actor_id, actor_name, at) VALUES (?, ?, 0, ?, ?, 1, '', 1, '王芳', ?)",
					int64(b.id()), int64(l.ID), checked, due, recorded(monthsBack(2)))
			}
		}
	}
	must(b.t, tx.Commit())
}
