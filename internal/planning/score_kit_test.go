package planning_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/posting"
	"changbei/internal/quantity"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

// streets is two streets, the first with a village, with a clock to move.
type streets struct {
	t   *testing.T
	ctx context.Context
	now time.Time
	st  *store.Store
	*planning.Service
	first, second, village, center place.Depot
	pump                           catalog.Item
	planner, keeper, leader        access.Actor
	posted                         int
}

func grant(n int, name string, role access.Role, depot id.ID) access.Actor {
	return access.Actor{ID: id.ID(n), Name: name, Grants: []access.Grant{{Role: role, DepotID: depot}}}
}

func newStreets(t *testing.T, e storetest.Engine) *streets {
	t.Helper()
	w := &streets{t: t, ctx: context.Background(), now: time.Date(2026, 11, 25, 4, 0, 0, 0, time.UTC)}
	w.st = e.Open(t, func() time.Time { return w.now })
	w.Service = planning.New(w.st)
	w.must(w.st.Tx(w.ctx, w.fill))
	w.planner, w.leader = grant(11, "沈岚", access.Planner, 0), grant(12, "贺志远", access.Leader, 0)
	w.keeper = grant(13, "李红梅", access.Keeper, w.first.ID)
	return w
}

func (w *streets) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *streets) fill(tx *store.Tx) error {
	areas := []place.Division{{Code: "430112000000", Name: "望城区", Kind: "区"}, {Code: "430112001000", Name: "高塘岭街道", Kind: "街道", Parent: "430112000000"},
		{Code: "430112001001", Name: "西塘社区", Kind: "社区", Parent: "430112001000"}, {Code: "430112001002", Name: "湘陵社区", Kind: "社区", Parent: "430112001000"},
		{Code: "430112003000", Name: "丁字湾街道", Kind: "街道", Parent: "430112000000"}}
	if err := tx.InsertDivisions(w.ctx, areas...); err != nil {
		return err
	}
	w.center = place.Depot{ID: tx.NewID(), Code: "WC01", Name: "区库", Tier: place.District, Phone: "1"}
	w.first = place.Depot{ID: tx.NewID(), Code: "GTL", Name: "高塘岭库", Tier: place.Township, Division: areas[1].Code, Keeper: "李红梅", Phone: "13900001002", Custodian: "高塘岭街道办事处"}
	w.second = place.Depot{ID: tx.NewID(), Code: "AZW", Name: "丁字湾库", Tier: place.Township, Division: areas[4].Code, Custodian: "丁字湾街道办事处"}
	w.village = place.Depot{ID: tx.NewID(), Code: "XT", Name: "西塘点", Tier: place.Village, Division: areas[2].Code, Keeper: "陈志强", Phone: "13900001003"}
	for _, d := range []place.Depot{w.center, w.first, w.second, w.village} {
		if err := tx.InsertDepot(w.ctx, d); err != nil {
			return err
		}
	}
	if err := tx.InsertUnits(w.ctx, catalog.Unit{Name: "台"}); err != nil {
		return err
	}
	cat := catalog.Category{ID: tx.NewID(), Code: "FX", Name: "防汛"}
	w.pump = catalog.Item{ID: tx.NewID(), Code: "FX0001", Name: "抽水泵", Unit: "台", CategoryID: cat.ID, CheckMonths: 6}
	if err := tx.InsertCategories(w.ctx, cat); err != nil {
		return err
	}
	return tx.InsertItems(w.ctx, w.pump)
}

// book posts a voucher of some pumps of a lot at a depot; a negative quantity
// goes out.
func (w *streets) book(typ ledger.Type, depot id.ID, on, expires string, qty int64) ledger.Voucher {
	w.t.Helper()
	w.posted++
	var made ledger.Voucher
	w.must(w.st.Tx(w.ctx, func(tx *store.Tx) error {
		bin, err := tx.PlaceByCode(w.ctx, depot, place.DefaultBin)
		if err != nil {
			return err
		}
		lots := []ledger.Lot{{ItemID: w.pump.ID, No: "P-" + expires, Expires: day.Day{First: expires}}}
		if err := tx.FindOrMakeLots(w.ctx, lots); err != nil {
			return err
		}
		outside := place.Outer(place.Lost)
		if typ == ledger.Receipt {
			outside = place.Outer(place.Supplier)
		}
		v := ledger.Voucher{ID: tx.NewID(), DepotID: depot, Type: typ, BusinessOn: day.Day{First: on}, Reason: "本级采购", Entries: []ledger.Entry{
			{Line: 1, PlaceID: outside, LotID: lots[0].ID, ItemID: w.pump.ID, Qty: quantity.Of(-qty)},
			{Line: 1, PlaceID: bin.ID, DepotID: depot, LotID: lots[0].ID, ItemID: w.pump.ID, Qty: quantity.Of(qty)}}}
		made, err = posting.InTx(w.ctx, tx, posting.Request{Actor: grant(14, "吴敏", access.Keeper, 0), Permission: access.VoucherPost,
			ClientKey: fmt.Sprint("test-", w.posted), Hash: fmt.Sprint(w.posted)}, v)
		return err
	}))
	return made
}

// ledgerOf applies an uploaded ledger that booked a voucher, 0 = none.
func (w *streets) ledgerOf(kind, on string, depot, voucher id.ID) store.ImportBatch {
	w.t.Helper()
	b := store.ImportBatch{FileName: "台账.xlsx", FileHash: "x", Status: "uploaded", Version: 1, DepotID: depot, Kind: kind, AsOf: on, Decisions: "{}"}
	w.must(w.st.Tx(w.ctx, func(tx *store.Tx) error {
		b.ID = tx.NewID()
		if err := tx.InsertImport(w.ctx, b); err != nil {
			return err
		}
		if err := tx.InsertImportRows(w.ctx, []store.ImportRow{{BatchID: b.ID, Sheet: "表", Cell: "A2", Key: b.ID.String(), VoucherID: voucher}}); err != nil {
			return err
		}
		return tx.MoveImport(w.ctx, b, "applied", "甲")
	}))
	return b
}

func (w *streets) score(depot id.ID) plan.Score {
	w.t.Helper()
	b, err := w.Scores(w.ctx, w.planner, planning.ScoreFilter{DepotID: depot})
	w.must(err)
	if len(b.Rows) != 1 {
		w.t.Fatalf("%d rows", len(b.Rows))
	}
	return b.Rows[0].Score
}

func (w *streets) wantRule(depot id.ID, rule plan.Rule, pass bool, fact string) {
	w.t.Helper()
	if v := w.score(depot).Verdict(rule); v.Pass != pass || v.Fact != fact {
		w.t.Errorf("%s: %t %q, want %t %q", rule, v.Pass, v.Fact, pass, fact)
	}
}

func wantKind(t *testing.T, err error, kind errs.Kind, part string) {
	t.Helper()
	text := errs.MessageOf(err)
	for _, f := range errs.FieldsOf(err) {
		text += " " + f.Name + ": " + f.Message
	}
	if err == nil || errs.KindOf(err) != kind || !strings.Contains(text, part) {
		t.Errorf("%v (%s), want %v with %q", err, text, kind, part)
	}
}

func (w *streets) reverse(v ledger.Voucher) {
	w.t.Helper()
	w.posted++
	w.must(w.st.Tx(w.ctx, func(tx *store.Tx) error {
		r := ledger.Voucher{ID: tx.NewID(), DepotID: v.DepotID, Type: ledger.Reversal, BusinessOn: day.At(w.now), Reason: "记错", ReversesID: v.ID}
		for _, e := range v.Entries {
			r.Entries = append(r.Entries, ledger.Entry{Line: e.Line, PlaceID: e.PlaceID, DepotID: e.DepotID, LotID: e.LotID, ItemID: e.ItemID, Qty: -e.Qty, ReversesID: e.ID})
		}
		_, err := posting.InTx(w.ctx, tx, posting.Request{Actor: grant(14, "吴敏", access.Keeper, 0), Permission: access.VoucherPost,
			ClientKey: fmt.Sprint("test-", w.posted), Hash: fmt.Sprint(w.posted)}, r)
		return err
	}))
}

// form sends a form to a depot and takes its return.
func (w *streets) form(depot id.ID, on string) {
	w.t.Helper()
	b := w.ledgerOf("street_form", on, 0, 0)
	w.must(w.st.Tx(w.ctx, func(tx *store.Tx) error {
		f := store.StreetForm{ID: tx.NewID(), DepotID: depot, BusinessOn: "2026-11-01", Content: "[]", FileName: "核对表.xlsx", FileHash: "y"}
		if err := tx.InsertForms(w.ctx, []store.StreetForm{f}); err != nil {
			return err
		}
		f.Status = "sent"
		return tx.MoveForm(w.ctx, f, "returned", b.ID, "甲")
	}))
}
