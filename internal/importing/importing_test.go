package importing_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"changbei/internal/access"
	"changbei/internal/directory"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/importing"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/reading"
	"changbei/internal/reporting"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
	"changbei/sql"
)

const yunhu = "云湖县应急物资储备台账（2024年6月底）.xlsx"

type desk struct {
	t       *testing.T
	ctx     context.Context
	st      *store.Store
	imp     *importing.Service
	inv     *inventory.Service
	dir     *directory.Service
	lexicon *reading.Lexicon
	folder  string
	depot   place.Depot
	planner access.Actor
	keeper  access.Actor
}

func newDesk(t *testing.T, e storetest.Engine) *desk {
	t.Helper()
	noon := time.Date(2026, 11, 24, 4, 0, 0, 0, time.UTC)
	d := &desk{t: t, ctx: context.Background(), st: e.Open(t, func() time.Time { return noon })}
	d.dir, d.folder = directory.New(d.st, directory.Options{}), t.TempDir()
	if err := d.dir.Bootstrap(d.ctx); err != nil {
		t.Fatal(err)
	}
	f, err := sql.Seed.Open("seed/synonyms.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if d.lexicon, err = reading.LoadLexicon(f); err != nil {
		t.Fatal(err)
	}
	d.open()
	d.inv = inventory.New(d.st)
	err = d.st.Tx(d.ctx, func(tx *store.Tx) error {
		d.depot = place.Depot{ID: tx.NewID(), Code: "WC01", Name: "区级中心库", Tier: place.District}
		return tx.InsertDepot(d.ctx, d.depot)
	})
	if err != nil {
		t.Fatal(err)
	}
	d.planner = access.Actor{ID: 7, Name: "王芳", Grants: []access.Grant{{Role: access.Planner}}}
	d.keeper = access.Actor{ID: 8, Name: "周静", Grants: []access.Grant{{Role: access.Keeper, DepotID: d.depot.ID}}}
	return d
}

// open starts the service on its folder, as the program does.
func (d *desk) open() {
	d.t.Helper()
	imp, err := importing.New(d.st, d.dir, d.lexicon, nil, d.folder)
	if err != nil {
		d.t.Fatal(err)
	}
	d.imp = imp
}

func (d *desk) upload(name string, content []byte) importing.Batch {
	d.t.Helper()
	b, err := d.imp.Upload(d.ctx, d.planner, name, bytes.NewReader(content))
	if err != nil {
		d.t.Fatalf("upload %s: %v", name, err)
	}
	return b
}

func ledgerFile(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "reading", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// decideAll maps every depot to ours and makes every open word a new item.
func (d *desk) decideAll(batch id.ID) *importing.Preview {
	d.t.Helper()
	p, err := d.imp.Preview(d.ctx, d.planner, batch)
	if err != nil {
		d.t.Fatal(err)
	}
	p, err = d.imp.Decide(d.ctx, d.planner, batch, p.Batch.Version, func(c *importing.Decisions) {
		for _, x := range p.Depots {
			c.Depots[x.Written] = d.depot.ID
		}
		for _, w := range p.Words {
			c.Items[w.Key] = importing.Choice{Create: true}
		}
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return p
}

func TestRealLedger(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		d := newDesk(t, e)
		b := d.upload(yunhu, ledgerFile(t, yunhu))
		p, err := d.imp.Preview(d.ctx, d.planner, b.ID)
		if err != nil || len(p.Rows) != 30 || p.AsOf.String() != "2024-06-30" || len(p.Result.Skipped) != 11 {
			t.Fatalf("%d rows, as of %s, %v", len(p.Rows), p.AsOf, err)
		}
		t.Run("nothing is booked before the depot is mapped", func(t *testing.T) {
			if _, err := d.imp.Apply(d.ctx, d.planner, b.ID, importing.Yes{OnlyClean: false}); !errors.Is(err, errs.Invalid) {
				t.Fatalf("got %v", err)
			}
		})
		p = d.decideAll(b.ID)
		if p.Blocked != "" || p.Counts.OK != 30 {
			t.Fatalf("blocked %q, counts %+v", p.Blocked, p.Counts)
		}
		posted, err := d.imp.Apply(d.ctx, d.planner, b.ID, importing.Yes{Version: p.Batch.Version, OnlyClean: false})
		if err != nil || len(posted) != 1 || posted[0].Number != "RK-WC01-2024-000001" {
			t.Fatalf("%v %v", posted, err)
		}
		t.Run("a second tap books nothing more", func(t *testing.T) {
			again, err := d.imp.Apply(d.ctx, d.planner, b.ID, importing.Yes{OnlyClean: false})
			if err != nil || len(again) != 1 || again[0].ID != posted[0].ID {
				t.Fatalf("%v %v", again, err)
			}
		})
		t.Run("the same file again is recognised and can book nothing", func(t *testing.T) {
			p := d.decideAll(d.upload("改名.xlsx", ledgerFile(t, yunhu)).ID)
			if p.Twin == nil || p.Counts.Skipped != 30 || p.Blocked == "" || len(p.Compare) != 0 {
				t.Fatalf("twin %v, counts %+v, blocked %q, %d differences", p.Twin, p.Counts, p.Blocked, len(p.Compare))
			}
		})
		t.Run("the export reads back with no difference", func(t *testing.T) { d.roundTrip() })
		t.Run("undo takes everything back and the ledger can be booked again", func(t *testing.T) {
			if _, err := d.imp.Undo(d.ctx, d.planner, b.ID); err != nil {
				t.Fatal(err)
			}
			p := d.decideAll(d.upload(yunhu, ledgerFile(t, yunhu)).ID)
			if _, err := d.imp.Apply(d.ctx, d.planner, p.Batch.ID, importing.Yes{OnlyClean: false}); err != nil {
				t.Fatal(err)
			}
		})
		if r, err := d.inv.Check(d.ctx, nil); err != nil || !r.OK() {
			t.Fatalf("check: %v %v", err, r.Differences)
		}
	})
}

func (d *desk) roundTrip() {
	d.t.Helper()
	var out bytes.Buffer
	if err := reporting.New(d.st, d.inv).StockLedger(d.ctx, d.planner, inventory.StockFilter{DepotID: d.depot.ID}, &out); err != nil {
		d.t.Fatal(err)
	}
	p := d.decideAll(d.upload("导出.xlsx", out.Bytes()).ID)
	if !p.Compared || len(p.Rows) != 30 || len(p.Compare) != 0 {
		d.t.Fatalf("compared %v, %d rows, differences %+v", p.Compared, len(p.Rows), p.Compare)
	}
}

func TestUndoAfterUse(t *testing.T) {
	d := newDesk(t, storetest.SQLite())
	p := d.decideAll(d.upload(yunhu, ledgerFile(t, yunhu)).ID)
	if _, err := d.imp.Apply(d.ctx, d.planner, p.Batch.ID, importing.Yes{OnlyClean: false}); err != nil {
		t.Fatal(err)
	}
	rows, _, err := d.inv.StockByLot(d.ctx, d.keeper, inventory.StockFilter{}, 50)
	if err != nil {
		t.Fatal(err)
	}
	taken := false
	var issue ledger.Voucher
	for _, r := range rows {
		l := inventory.Line{ItemID: r.Lot.ItemID, Qty: "1", LotID: r.Lot.ID, PlaceID: r.PlaceID}
		issue, err = d.inv.PostDraft(d.ctx, d.keeper, inventory.Draft{Type: "issue", DepotID: d.depot.ID, ClientKey: inventory.NewKey(),
			BusinessOn: "2026-11-24", Reason: "救灾发放", Lines: []inventory.Line{l}})
		if taken = err == nil; taken {
			break
		}
	}
	if _, err := d.imp.Undo(d.ctx, d.planner, p.Batch.ID); !taken || !errors.Is(err, errs.Conflict) || !strings.Contains(err.Error(), "已经动用（CK-") {
		t.Fatalf("taken %v, got %v", taken, err)
	}
	if fields := errs.FieldsOf(errors.Unwrap(err)); len(fields) > 1 {
		t.Errorf("goods nobody touched are named too: %+v", fields)
	}
	// The remedy named leads on: with the issue reversed the batch can be undone.
	if _, err := d.inv.Reverse(d.ctx, d.keeper, inventory.ReverseRequest{VoucherID: issue.ID, Reason: "撤销导入", ClientKey: inventory.NewKey()}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.imp.Undo(d.ctx, d.planner, p.Batch.ID); err != nil {
		t.Fatal(err)
	}
	report, err := d.inv.Check(d.ctx, nil)
	if err != nil || !report.OK() {
		t.Errorf("%+v %v", report, err)
	}
}

func TestOtherLedgersSayWhy(t *testing.T) {
	d := newDesk(t, storetest.SQLite())
	files, err := filepath.Glob(filepath.Join("..", "reading", "testdata", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		name := filepath.Base(path)
		if strings.HasSuffix(name, ".json") || name == yunhu || name == "synonyms.csv" || filepath.Ext(name) == "" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			b, err := d.imp.Upload(d.ctx, d.planner, name, bytes.NewReader(ledgerFile(t, name)))
			if err != nil {
				if errs.KindOf(err) != errs.Invalid {
					t.Fatal(err)
				}
				return
			}
			p, err := d.imp.Preview(d.ctx, d.planner, b.ID)
			if err != nil || p.Blocked == "" {
				t.Fatalf("an unmapped ledger is not blocked: %v", err)
			}
			if _, err := d.imp.Apply(d.ctx, d.planner, b.ID, importing.Yes{OnlyClean: true}); err == nil {
				t.Fatal("booked without a mapped depot")
			}
		})
	}
	if rows, _, err := d.inv.Vouchers(d.ctx, d.planner, inventory.VoucherFilter{}); err != nil || len(rows) != 0 {
		t.Fatalf("something was written: %v %v", rows, err)
	}
}
