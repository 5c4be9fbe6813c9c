package view

import (
	"fmt"
	"slices"
)

// Home is the first page (储备总览). Who may not see stock gets a greeting
// instead of figures.
type Home struct {
	Base
	Plan      *HomePlan // nil = none in force, or not for these eyes
	AsOf      string
	SeesStock bool
	MayPost   bool

	Kinds     int // items in stock
	Lots      int
	Depots    int // with stock, of
	DepotsAll int // those in the person's scope
	Bare      int // without stock

	Expired, Expiring                 int // lots
	ExpiredURL, ExpiringURL           string
	ExpiryURL                         string
	Check                             *LedgerCheck // nil = never run
	Receipts, Issues, Reversals       int          // vouchers of this month
	ReceiptURL, IssueURL, ReversalURL string

	Heat       Heat
	Vouchers   []VoucherRow
	Drafts     []DraftRow
	OpenDrafts int
	Expiries   []ExpiryRow
}

// LedgerCheck is the last check of the books.
type LedgerCheck struct {
	Entries     int64
	Differences int64
	Named       []string // the first of them, for who sees the whole district
	When, Day   string
}

// ExpiryRow is a lot that is or soon will be over.
type ExpiryRow struct {
	Item, Depot, LotNo, Qty, Unit string
	Expires                       string
	URL                           string
	Tag                           Tag
}

// DraftList is the list of open drafts (草稿箱).
type DraftList struct {
	Base
	Rows  []DraftRow
	Empty Empty
}

// DraftRow is a voucher not yet posted.
type DraftRow struct {
	Type                       Tag
	Depot, Actor, Updated, URL string
	Lines                      int
}

// Heat is the table of what each depot holds of each category. Quantities of
// different units cannot be added, so it counts kinds and lots.
type Heat struct {
	Columns []string
	Rows    []HeatRow
	Total   HeatRow
}

// HeatRow is one depot, or the foot of the table.
type HeatRow struct {
	Name, URL string
	Cells     []HeatCell
	Sum       HeatSum
}

// HeatSum is what a row holds in all.
type HeatSum struct{ Kinds, Lots int }

// HeatCell is what one depot holds of one category. Band is 1 to 4, from few
// kinds to many.
type HeatCell struct {
	Kinds, Lots, Expired int
	Band                 int
	URL                  string
}

// Hint says the cell in words.
func (c HeatCell) Hint() string {
	switch {
	case c.Kinds == 0:
		return "没有储备"
	case c.Expired > 0:
		return fmt.Sprintf("%d 种 %d 批，其中 %d 批已过期", c.Kinds, c.Lots, c.Expired)
	}
	return fmt.Sprintf("%d 种 %d 批", c.Kinds, c.Lots)
}

// NewHeat bands the cells and adds them up. kinds are the totals per column: an
// item that stands in several depots counts once, so they are no sums.
func NewHeat(columns []string, rows []HeatRow, kinds []int) Heat {
	h := Heat{Columns: columns, Rows: rows, Total: HeatRow{Cells: make([]HeatCell, len(columns))}}
	for j, n := range kinds {
		h.Total.Cells[j].Kinds = n
		h.Total.Sum.Kinds += n
	}
	for i := range h.Rows {
		r := &h.Rows[i]
		for j, c := range r.Cells {
			r.Sum.Kinds += c.Kinds
			r.Sum.Lots += c.Lots
			h.Total.Cells[j].Lots += c.Lots
		}
		h.Total.Sum.Lots += r.Sum.Lots
	}
	h.band()
	return h
}

// band gives each stocked cell its quarter among all stocked cells. Equal
// counts get equal bands, whichever quarter's border they lie on.
func (h *Heat) band() {
	var counts []int
	for _, r := range h.Rows {
		for _, c := range r.Cells {
			if c.Kinds > 0 {
				counts = append(counts, c.Kinds)
			}
		}
	}
	slices.Sort(counts)
	for _, r := range h.Rows {
		for j := range r.Cells {
			if c := &r.Cells[j]; c.Kinds > 0 {
				below, _ := slices.BinarySearch(counts, c.Kinds)
				c.Band = 1 + 4*below/len(counts)
			}
		}
	}
}

// HomePlan is the plan in force against stock, in short.
type HomePlan struct {
	Name, URL      string
	Rate, Complete string
	Tone           string
	Tag            Tag
	Short, Lines   int
	ShortURL       string
	SortURL        string // none here
	Columns        []string
	Legend         []Band
	Rows           []CoverageRow
	Total          CoverageRow
}
