package fault

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"changbei/internal/errs"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/quantity"
	"changbei/internal/reporting"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
	"changbei/internal/web/view"
)

// moment is a step of the clock's row: the clock is set, whatever it was, and a
// form of a business date is sent. want is the number it gets, or a part of
// the refusal.
type moment struct {
	at   string // in Shanghai
	form ledger.Type
	on   string
	qty  string
	want string
}

// moments is a winter with a bad clock: steps of an hour, eight hours and a day
// back and forth, the last millisecond of a day and of a year, a leap day.
var moments = []moment{
	{"2027-12-29 10:00:00.000", ledger.Receipt, "2027-12-29", "100", "RK-WC01-2027-000001"},
	{"2027-12-29 09:00:00.000", ledger.Issue, "2027-12-29", "5", "CK-WC01-2027-000001"},    // an hour back
	{"2027-12-29 17:00:00.000", ledger.Receipt, "2027年12月29日", "7", "RK-WC01-2027-000002"}, // eight hours on
	{"2027-12-29 09:00:00.000", ledger.Issue, "2027-12-28", "1", "低于零"},                    // goods came a day later
	{"2027-12-29 23:59:59.999", ledger.Issue, "2027-12-29", "2", "CK-WC01-2027-000002"},    // the day is not over
	{"2027-12-29 23:59:59.999", ledger.Receipt, "2027-12-30", "1", "还没有到"},                 // and the next has not begun
	{"2027-12-30 00:00:00.000", ledger.Receipt, "2027-12-30", "1", "RK-WC01-2027-000003"},  // now it has
	{"2027-12-31 12:00:00.000", ledger.Receipt, "2027-12-31", "50", "RK-WC01-2027-000004"}, // a day ahead of life
	{"2027-12-30 12:00:00.000", ledger.Issue, "2027-12-31", "1", "还没有到"},                   // set right: a day back
	{"2027-12-30 12:00:00.000", ledger.Issue, "2027-12-30", "120", "不够|低于零"},               // the 50 are of tomorrow
	{"2027-12-30 12:00:00.000", ledger.Issue, "2027-12-30", "90", "CK-WC01-2027-000003"},   // these are there
	{"2027-12-31 23:59:59.999", ledger.Issue, "2027-12-31", "3", "CK-WC01-2027-000004"},    // the last of the year
	{"2027-12-31 23:59:59.999", ledger.Issue, "2028-01-01", "1", "还没有到"},                   //
	{"2028-01-01 00:00:00.000", ledger.Receipt, "2028-01-01", "4", "RK-WC01-2028-000001"},  // the first of the next
	{"2028-01-01 08:00:00.000", ledger.Issue, "2027-12-31", "1", "CK-WC01-2027-000005"},    // keyed late: of the old year
	{"2028-01-01 00:00:00.000", ledger.Issue, "2028-01-01", "2", "CK-WC01-2028-000001"},    // eight hours back
	{"2028-02-29 12:00:00.000", ledger.Receipt, "2028-02-29", "9", "RK-WC01-2028-000002"},  // there is such a day
	{"2028-02-29 12:00:00.000", ledger.Receipt, "2027-02-29", "1", "2027"},                 // and here not
	{"2028-03-01 00:00:00.000", ledger.Issue, "2028-02-29", "3", "CK-WC01-2028-000002"},    // of yesterday, the leap day
	{"2028-03-01 00:00:00.000", ledger.Receipt, "2028-02-30", "1", "2028"},                 //
	{"2028-03-01 07:59:59.999", ledger.Receipt, "2028-03-01", "6", "RK-WC01-2028-000003"},  // in London still February
	{"2028-03-01 06:59:59.999", ledger.Receipt, "2028/3/1", "6", "RK-WC01-2028-000004"},    // an hour back
	{"2028-03-01 15:00:00.000", ledger.Issue, "2028-03-01", "12", "CK-WC01-2028-000003"},   //
	{"2028-02-29 15:00:00.000", ledger.Receipt, "2028-02-29", "1", "RK-WC01-2028-000005"},  // a day back
	{"2028-03-01 16:00:00.000", ledger.Receipt, "2028-03-01", "0.5", "line.1.qty"},         // no halves of a quilt
	{"2028-03-01 16:00:00.000", ledger.Receipt, "0028-03-01", "1", "business_on"},          //
	{"2028-03-02 00:00:00.000", ledger.Issue, "2028-03-02", "1", "CK-WC01-2028-000004"},    //
}

// shanghai is this test's own: the product's is what is tested.
var shanghai = time.FixedZone("", 8*60*60)

// winter lives through the moments and writes down what people see.
func winter(h *house, c *clock) (string, error) {
	var told strings.Builder
	var seq int64
	for i, m := range moments {
		at, err := time.ParseInLocation("2006-01-02 15:04:05.000", m.at, shanghai)
		if err != nil {
			return "", err
		}
		c.set(at)
		d := h.form(m.form, fmt.Sprintf("winter-%016d", i), h.quilts(m.qty, ""))
		d.BusinessOn = m.on
		v, err := h.inv.PostDraft(h.ctx, h.keeper, d)
		if err != nil {
			if !refusedWith(err, m.want) {
				return "", fmt.Errorf("%s, %s of %s: %v; want %s", m.at, m.form, m.on, err, m.want)
			}
			fmt.Fprintf(&told, "%s %s: %s\n", m.at, m.on, errs.MessageOf(err))
			continue
		}
		if v.Number != m.want {
			return "", fmt.Errorf("%s, %s of %s: booked as %s; want %s", m.at, m.form, m.on, v.Number, m.want)
		}
		if v.Seq <= seq || v.RecordedAt != at.UnixMicro() {
			return "", fmt.Errorf("%s: sequence %d after %d, recorded at %d", v.Number, v.Seq, seq, v.RecordedAt)
		}
		seq = v.Seq
	}
	err := h.look(&told)
	return told.String(), err
}

func refusedWith(err error, want string) bool {
	text := err.Error()
	return slices.ContainsFunc(strings.Split(want, "|"), func(part string) bool { return strings.Contains(text, part) }) && errs.KindOf(err) == errs.Invalid
}

// look writes down the lists, the card, the workbook and the check.
func (h *house) look(told *strings.Builder) error {
	list, _, err := h.inv.Vouchers(h.ctx, h.planner, inventory.VoucherFilter{})
	if err != nil {
		return err
	}
	for _, v := range list {
		fmt.Fprintln(told, v.Number, v.BusinessOn, v.Seq, view.When(v.RecordedAt))
	}
	card, err := h.inv.Card(h.ctx, h.planner, inventory.CardFilter{ItemID: h.quilt.ID})
	if err != nil {
		return err
	}
	var last inventory.CardRow
	var sum quantity.Q
	for _, r := range card.Rows {
		if sum += r.Qty; r.Balance != sum || r.BusinessOn < last.BusinessOn || r.BusinessOn == last.BusinessOn && r.Seq < last.Seq {
			return fmt.Errorf("the card: %s of %s, sequence %d, balance %s after %s of %s, sequence %d", r.Number, r.BusinessOn, r.Seq, r.Balance, last.Number, last.BusinessOn, last.Seq)
		}
		last = r
		fmt.Fprintln(told, r.BusinessOn, r.Number, r.Qty, r.Balance)
	}
	stock, err := h.inv.StockByDepot(h.ctx, h.planner)
	if err != nil {
		return err
	}
	fmt.Fprintf(told, "%d depots, now %s\n", len(stock), card.Now)
	var book bytes.Buffer
	if err := reporting.New(h.st, h.inv).StockLedger(h.ctx, h.planner, inventory.StockFilter{}, &book); err != nil {
		return err
	}
	fmt.Fprintf(told, "workbook %x\n", sha256.Sum256(book.Bytes()))
	r, err := h.inv.Check(h.ctx, nil)
	if err == nil && !r.OK() {
		err = fmt.Errorf("check: %v", r.Differences)
	}
	fmt.Fprintf(told, "check %d entries\n", r.Entries)
	return err
}

// The environment of a child that lives through the winter elsewhere.
const clockMySQL = "CHANGBEI_TEST_FAULT_MYSQL"

func clockJob() error {
	c := clockAt(noon)
	h, err := openHouse(store.Options{SQLite: os.Getenv(clerkFile), MySQL: os.Getenv(clockMySQL), Now: c.now})
	if err != nil {
		return err
	}
	told, err := winter(h, c)
	fmt.Printf("zone %s\n%s", time.Date(2028, 1, 1, 0, 0, 0, 0, time.Local).Format("-0700"), told)
	return err
}

// zones are where a process or a database session may think it is.
var zones = []struct{ process, offset, session string }{
	{"UTC", "+0000", "+00:00"}, {"Asia/Shanghai", "+0800", "+08:00"}, {"America/Los_Angeles", "-0800", "-08:00"}, {"Pacific/Kiritimati", "+1400", "+13:00"},
}

// TestR17Clocks lives through a winter with a bad clock on each engine, in
// processes and database sessions of several time zones: the books follow the
// sequence and the business dates, and people see the same everywhere.
func TestR17Clocks(t *testing.T) {
	begun := time.Now()
	c := clockAt(noon)
	first, err := winter(newHouse(t, store.Options{SQLite: filepath.Join(t.TempDir(), "changbei.db"), Now: c.now}), c)
	if err != nil {
		t.Fatal(err)
	}
	server := storetest.NewServer(t, t.TempDir(), serverSettings...)
	hand := storetest.Raw(t, server.Fresh(t))
	there := zones[:count(1, len(zones), len(zones))]
	for _, z := range there {
		if _, err := hand.Exec("SET GLOBAL time_zone = '" + z.session + "'"); err != nil {
			t.Fatal(err)
		}
		for engine, env := range map[string]string{"sqlite": clerkFile + "=" + filepath.Join(t.TempDir(), "changbei.db"), "mysql": clockMySQL + "=" + server.Fresh(t).MySQL} {
			zone, told := elsewhere(t, env, "TZ="+z.process)
			if zone != z.offset {
				t.Fatalf("a process of %s thinks it is at %s: no zones on this machine", z.process, zone)
			}
			if told != first {
				t.Errorf("%s at %s shows other things:\n%s\nand here:\n%s", engine, z.process, told, first)
			}
		}
	}
	counted(t, begun, "R17", "both   %d moments of a bad clock in %d time zones of process and session: same numbers, lists, card and workbook", len(moments), len(there))
}

func elsewhere(t *testing.T, env ...string) (zone, told string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	cmd := exec.CommandContext(ctx, self, "-test.run=^$")
	cmd.Env = append(append(os.Environ(), childEnv+"=clock"), env...)
	var out, faults bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &faults
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %v\n%s", env, err, faults.Bytes())
	}
	zone, told, _ = strings.Cut(strings.TrimPrefix(out.String(), "zone "), "\n")
	return zone, told
}

// TestR17RestartOnAClockSetBack starts the program again at a moment in which
// it has booked before. Ids are made of the time, and none may come twice.
func TestR17RestartOnAClockSetBack(t *testing.T) {
	onEach(t, func(t *testing.T, e storetest.Engine) {
		begun := time.Now()
		e, o := e.Fixed(t)
		c := clockAt(noon)
		o.Now = c.now
		restarts, booked := count(2, 10, 100), 0
		for range restarts {
			h, err := openHouse(o)
			if err != nil {
				t.Fatal(err)
			}
			if booked == 0 {
				h.fill(t)
			}
			for i := range 3 * len(acts) {
				c.set(noon.Add(time.Duration(i) * time.Millisecond)) // as in each life before
				if err := h.act(keyOf(i)); err != nil {
					t.Fatal(err)
				}
				booked++
			}
			h.mustCheck(t)
			if err := h.st.Close(); err != nil {
				t.Fatal(err)
			}
		}
		counted(t, begun, "R17", "%-6s %d restarts on a clock set back to where it was: %d booked, no id twice", e.Server, restarts, booked)
	})
}
