package importing_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"changbei/internal/catalog"
	"changbei/internal/directory"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/importing"
	"changbei/internal/inventory"
	"changbei/internal/place"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

const heading = "截至2026年10月31日,,,,\n物资名称,规格型号,单位,数量,货位\n"

// secondDepot makes another depot, whose keeper is somebody else.
func (d *desk) secondDepot() place.Depot {
	d.t.Helper()
	var other place.Depot
	err := d.st.Tx(d.ctx, func(tx *store.Tx) error {
		other = place.Depot{ID: tx.NewID(), Code: "GT01", Name: "高塘岭储备点", Tier: place.Township}
		return tx.InsertDepot(d.ctx, other)
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return other
}

// uploadInto uploads rows of a stock list and maps them to a depot, with every
// unknown word made new.
func (d *desk) uploadInto(depot id.ID, name, rows string) *importing.Preview {
	d.t.Helper()
	b := d.upload(name, []byte(heading+rows))
	p, err := d.imp.Preview(d.ctx, d.planner, b.ID)
	if err != nil {
		d.t.Fatal(err)
	}
	p, err = d.imp.Decide(d.ctx, d.planner, b.ID, 0, func(c *importing.Decisions) {
		for _, x := range p.Depots {
			c.Depots[x.Written] = depot
		}
		for _, w := range p.Words {
			c.Items[w.Key] = importing.Choice{Create: true}
		}
	})
	if err != nil || p.Blocked != "" || p.Counts.OK != len(p.Rows) {
		d.t.Fatalf("%s: %v, blocked %q, counts %+v, %+v", name, err, p.Blocked, p.Counts, p.Rows)
	}
	return p
}

// applyAtOnce books batches at the same moment and gives what each was told.
func (d *desk) applyAtOnce(batches ...*importing.Preview) []error {
	told := make([]error, len(batches))
	var start, done sync.WaitGroup
	start.Add(1)
	for i, p := range batches {
		done.Go(func() {
			start.Wait()
			_, told[i] = d.imp.Apply(d.ctx, d.planner, p.Batch.ID, importing.Yes{OnlyClean: false})
		})
	}
	start.Done()
	done.Wait()
	return told
}

func (d *desk) checkBooks() {
	d.t.Helper()
	if r, err := d.inv.Check(d.ctx, nil); err != nil || !r.OK() {
		d.t.Errorf("check: %v %v", err, r.Differences)
	}
}

func (d *desk) items() []catalog.Item {
	d.t.Helper()
	items, err := d.st.Read().Items(d.ctx)
	if err != nil {
		d.t.Fatal(err)
	}
	return items
}

// knownGoods writes rows of goods the catalogue has: nothing but the depot's
// head then keeps two batches apart.
func (d *desk) knownGoods(n int) string {
	var rows strings.Builder
	for _, it := range d.items() {
		if !strings.ContainsAny(it.Name+it.Spec, ",\"\n") && !it.Draft && n > 0 {
			fmt.Fprintf(&rows, "%s,%s,%s,7,\n", it.Name, it.Spec, it.Unit)
			n--
		}
	}
	return rows.String()
}

func TestOneDepotIsOpenedOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		d := newDesk(t, e)
		for _, c := range []struct{ goods, rows string }{
			{"known", d.knownGoods(3)},
			// Now the lots are there too: nothing makes the two wait for each
			// other but the depot's head.
			{"known, of lots that were there", d.knownGoods(3)},
			{"known, of lots that were there, again", d.knownGoods(3)},
			{"new", "玄武牌破拆锤,X1,台,2,A-1\n玄武牌破拆锤,X2,台,3,A-1\n"},
		} {
			t.Run("by two batches of one file at once, goods "+c.goods, func(t *testing.T) {
				batches := []*importing.Preview{d.uploadInto(d.depot.ID, "一.csv", c.rows), d.uploadInto(d.depot.ID, "二.csv", c.rows)}
				var won []*importing.Preview
				for i, told := range d.applyAtOnce(batches...) {
					if told == nil {
						won = append(won, batches[i])
					} else if kind := errs.KindOf(told); kind != errs.Conflict && kind != errs.Invalid {
						t.Errorf("the other was told %v", told)
					}
				}
				d.checkBooks()
				if len(won) != 1 {
					t.Fatalf("%d of two opened the depot", len(won))
				}
				// The next case opens the depot again.
				if _, err := d.imp.Undo(d.ctx, d.planner, won[0].Batch.ID); err != nil {
					t.Fatal(err)
				}
			})
		}
		rows, _, err := d.inv.Vouchers(d.ctx, d.planner, inventory.VoucherFilter{})
		if err != nil || len(rows) != 8 { // each opened and taken back
			t.Errorf("%d vouchers, %v", len(rows), err)
		}
		d.checkBooks()
	})
}

func TestNewGoodsOfTwoBatchesAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		d := newDesk(t, e)
		other := d.secondDepot()
		for n := range 5 {
			a := d.uploadInto(d.depot.ID, "甲.csv", fmt.Sprintf("朱雀牌喷雾器,X%d,斤,1.5,Ａ-%d\n白虎牌共用锯,X%d,斤,1,\n", n, n, n))
			b := d.uploadInto(other.ID, "乙.csv", fmt.Sprintf("青龙牌绞盘,X%d,斤,2,\n白虎牌共用锯,X%d,斤,4,\n", n, n))
			if told := d.applyAtOnce(a, b); told[0] != nil || told[1] != nil {
				t.Fatalf("told %v", told)
			}
			for _, p := range []*importing.Preview{a, b} {
				if _, err := d.imp.Undo(d.ctx, d.planner, p.Batch.ID); err != nil {
					t.Fatal(err)
				}
			}
		}
		codes, words := map[string]bool{}, map[string]int{}
		for _, it := range d.items() {
			if codes[it.Code] {
				t.Errorf("code %s twice", it.Code)
			}
			codes[it.Code] = true
			words[it.Name]++
			if it.Unit == "斤" && it.Decimals != 3 {
				t.Errorf("%s has %d decimals and is booked with one", it.Name, it.Decimals)
			}
		}
		if words["朱雀牌喷雾器"] != 5 || words["青龙牌绞盘"] != 5 || words["白虎牌共用锯"] != 5 {
			t.Errorf("made %v", words)
		}
		acts := d.acts()
		if acts["item.create"] != 15 || acts["unit.create"] != 1 || acts["bin.create"] != 5 {
			t.Errorf("audit has %v", acts)
		}
		d.checkBooks()
	})
}

// acts counts the audit trail by act.
func (d *desk) acts() map[string]int {
	d.t.Helper()
	list, err := d.st.Read().AuditPage(d.ctx, 0, 0, "", 1000)
	if err != nil {
		d.t.Fatal(err)
	}
	acts := map[string]int{}
	for _, a := range list {
		acts[a.Act]++
	}
	return acts
}

func TestGoodsOfALedgerFitTheirUnit(t *testing.T) {
	d := newDesk(t, storetest.SQLite())
	p := d.uploadInto(d.depot.ID, "新单位.csv", "玄武牌沙,X1,斤,2,\n玄武牌沙,X1,斤,2.25,B\n")
	t.Run("a unit that came to be meanwhile without decimals refuses them", func(t *testing.T) {
		if err := d.dir.CreateUnit(d.ctx, d.planner, catalog.Unit{Name: "斤"}); err != nil {
			t.Fatal(err)
		}
		_, err := d.imp.Apply(d.ctx, d.planner, p.Batch.ID, importing.Yes{OnlyClean: false})
		if !errors.Is(err, errs.Invalid) || !strings.Contains(errs.MessageOf(err), "小数") {
			t.Errorf("said %v", err)
		}
	})
	d = newDesk(t, storetest.SQLite())
	t.Run("a unit first met gets the decimals its kind has", func(t *testing.T) {
		p := d.uploadInto(d.depot.ID, "新单位.csv", "玄武牌沙,X1,斤,2,\n玄武牌沙,X1,斤,2.25,B\n")
		if _, err := d.imp.Apply(d.ctx, d.planner, p.Batch.ID, importing.Yes{OnlyClean: false}); err != nil {
			t.Fatal(err)
		}
		for _, it := range d.items() {
			if it.Unit == "斤" && it.Decimals != 3 {
				t.Errorf("%+v", it)
			}
		}
	})
	t.Run("an item whose unit was changed after the preview is asked about again", func(t *testing.T) {
		other := d.secondDepot()
		p := d.uploadInto(other.ID, "别库.csv", "玄武牌绳,X1,根,2,\n")
		it, err := d.dir.CreateItem(d.ctx, d.planner, directory.ItemInput{Name: "玄武牌绳", Spec: "X1", Unit: "根", CategoryID: d.items()[0].CategoryID})
		if err != nil {
			t.Fatal(err)
		}
		now, err := d.imp.Preview(d.ctx, d.planner, p.Batch.ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.dir.UpdateItem(d.ctx, d.planner, it.ID, directory.ItemInput{Name: it.Name, Spec: it.Spec, Unit: "捆", CategoryID: it.CategoryID}); err != nil {
			t.Fatal(err)
		}
		if err := d.imp.StillSo(d.ctx, now); !errors.Is(err, errs.Conflict) {
			t.Errorf("said %v", err)
		}
	})
}
