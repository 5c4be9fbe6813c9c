package inventory_test

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/reporting"
	"changbei/internal/store/storetest"
)

// What stands in the books is told alike by every engine and under every time
// zone of the process: one history of a fixed seed, driven and judged by the
// machine, then every list, card, month and workbook, byte by byte. Ids, keys
// and hashes differ and are shown by none of them.
const (
	historySeed  = 20261124
	historySteps = 1_000
	dumpFile     = "CHANGBEI_TEST_DUMP" // a process of another time zone leaves its account here
)

// tell runs the history on an engine and gives all that can be read of it.
func tell(t *testing.T, e storetest.Engine) *bytes.Buffer {
	t.Helper()
	steps := historySteps
	if raced {
		steps = 60
	}
	l := openLab(t, e.Options(t), &tally{})
	defer l.closeStore()
	random := rand.New(rand.NewPCG(historySeed, 1))
	m := l.newMachine(t, func(string) int { return random.IntN(1 << 20) })
	m.every = steps / 4
	acts := m.acts()
	delete(acts, "")
	names := slices.Sorted(maps.Keys(acts))
	for range 3 { // more of what moves goods
		names = append(names, "Receive", "Issue", "Transfer", "Move", "Return", "Reverse")
	}
	for m.steps < steps {
		acts[names[random.IntN(len(names))]](nil)
		m.Check(nil)
	}
	m.agrees(true)
	out := &bytes.Buffer{}
	fmt.Fprintf(out, "%d vouchers\n", len(m.slips))
	m.tellLists(out)
	m.tellCards(out)
	m.tellMonths(out)
	m.tellWorkbooks(out)
	return out
}

func (m *machine) must(err error) {
	if err != nil {
		m.rt.Fatal(err)
	}
}

func (m *machine) tellLists(out *bytes.Buffer) {
	f := inventory.StockFilter{}
	for more := true; more; {
		rows, next, err := m.inv.StockByLot(m.ctx, m.both, f, 7)
		m.must(err)
		for _, r := range rows {
			fmt.Fprintln(out, r.DepotCode, r.Bin, r.ItemCode, r.Lot.No, r.Lot.Produced, r.Lot.Expires, r.Lot.Received, r.Lot.Source, r.Lot.Held, r.OnHand, r.Allocated)
		}
		if more = next; more {
			end := rows[len(rows)-1]
			f.AfterCode, f.AfterDepot, f.AfterLot, f.AfterPlace = end.ItemCode, end.DepotCode, end.Lot.ID, end.PlaceID
		}
	}
	items, _, err := m.inv.StockByItem(m.ctx, m.both, inventory.StockFilter{}, 50)
	m.must(err)
	for _, r := range items {
		fmt.Fprintln(out, r.ItemCode, r.Item, r.Qty, r.Available, r.Held, r.Quarantined, r.Expired, r.Expiring, r.Lots, r.Depots)
	}
	soon, err := m.inv.Expiring(m.ctx, m.both, 400, 500)
	m.must(err)
	for _, r := range soon {
		fmt.Fprintln(out, "expiring", r.DepotCode, r.Bin, r.ItemCode, r.Lot.No, r.Lot.Expires, r.OnHand)
	}
	vf := inventory.VoucherFilter{}
	for more := true; more; {
		rows, next, err := m.inv.Vouchers(m.ctx, m.both, vf)
		m.must(err)
		for _, v := range rows {
			fmt.Fprintln(out, v.Number, v.Type, v.BusinessOn, v.Seq, v.Reason, v.Depot, v.ToDepot, v.LineCount, v.ReversalCount, v.RecordedAt)
			vf.BeforeOn, vf.BeforeSeq, vf.BeforeDepot = v.BusinessOn, v.Seq, v.DepotID
		}
		more = next
	}
}

func (m *machine) tellCards(out *bytes.Buffer) {
	for _, item := range []inventory.CardFilter{{ItemID: m.quilt.ID}, {ItemID: m.rice.ID}, {ItemID: m.water.ID}, {ItemID: m.generator.ID}} {
		for _, to := range append([]string{""}, oldDays...) {
			f := item
			f.To = to
			for more := true; more; {
				c, err := m.inv.Card(m.ctx, m.both, f)
				m.must(err)
				fmt.Fprintln(out, "card", c.Item.Code, to, c.Opening, c.Closing, c.Now)
				for _, r := range c.Rows {
					fmt.Fprintln(out, r.BusinessOn, r.Seq, r.Number, r.Type, r.Depot, r.Bin, r.FromDepot, r.ToDepot, r.LotNo, r.Expires, r.In, r.Out, r.Balance, r.Remark)
				}
				more, f.Before = c.More, c.Earlier
			}
		}
	}
}

var toldMonths = []ledger.Month{"2025-12", "2026-01", "2026-11", "2026-12", "2027-01"}

func (m *machine) tellMonths(out *bytes.Buffer) {
	for _, month := range toldMonths {
		if string(month) > m.today[:7] {
			continue
		}
		for _, byDepot := range []bool{true, false} {
			sum, err := m.inv.Summary(m.ctx, m.both, inventory.SummaryFilter{Month: month, ByDepot: byDepot})
			m.must(err)
			for _, r := range sum.Rows {
				fmt.Fprintln(out, month, r.Depot.Code, r.Item.Code, r.Opening, r.Received, r.Issued, r.Closing, r.Amounts != nil)
				if r.Amounts != nil {
					fmt.Fprintln(out, r.Amounts.Opening, r.Amounts.Received, r.Amounts.Issued, r.Amounts.Closing)
				}
			}
		}
	}
}

func (m *machine) tellWorkbooks(out *bytes.Buffer) {
	reports := reporting.New(m.st, m.inv)
	m.must(reports.StockLedger(m.ctx, m.both, inventory.StockFilter{}, out))
	for _, month := range toldMonths {
		if string(month) <= m.today[:7] {
			m.must(reports.StockSummary(m.ctx, m.both, inventory.SummaryFilter{Month: month, ByDepot: true}, out))
		}
	}
}

// differ names the first line two accounts do not share.
func differ(a, b []byte) string {
	x, y := strings.Split(string(a), "\n"), strings.Split(string(b), "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return fmt.Sprintf("line %d:\n%q\n%q", i+1, x[i], y[i])
		}
	}
	return fmt.Sprintf("%d and %d lines", len(x), len(y))
}

func TestEveryEngineTellsTheSame(t *testing.T) {
	if file := os.Getenv(dumpFile); file != "" { // the process of another time zone
		zone := time.Now().Format("-0700\n")
		if err := os.WriteFile(file, append([]byte(zone), tell(t, inMemory()).Bytes()...), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want := tell(t, inMemory())
	if got := tell(t, storetest.MySQL()); !bytes.Equal(got.Bytes(), want.Bytes()) {
		t.Fatal("MySQL differs from SQLite in ", differ(got.Bytes(), want.Bytes()))
	}
	t.Logf("%d steps, %s: %d bytes, the same on both engines", historySteps, strings.SplitN(want.String(), "\n", 2)[0], want.Len())
	if raced {
		return // zones race with nobody
	}
	for _, zone := range []string{"America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati"} {
		t.Run("under "+zone, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "account")
			cmd := exec.Command(os.Args[0], "-test.run=^TestEveryEngineTellsTheSame$", "-test.timeout=5m")
			cmd.Env = append(os.Environ(), "TZ="+zone, dumpFile+"="+file)
			if text, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, text)
			}
			got, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			used, account, _ := bytes.Cut(got, []byte("\n"))
			where, err := time.LoadLocation(zone)
			if err != nil || string(used) != time.Now().In(where).Format("-0700") {
				t.Fatalf("ran under %s: %v", used, err)
			}
			if !bytes.Equal(account, want.Bytes()) {
				t.Fatal(differ(account, want.Bytes()))
			}
		})
	}
}
