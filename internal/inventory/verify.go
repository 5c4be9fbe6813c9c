package inventory

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"changbei/internal/anchor"
	"changbei/internal/day"
	"changbei/internal/id"
	"changbei/internal/store"
)

// Difference is one thing the check found wrong: which invariant, where, and
// the figures, in Chinese for people.
type Difference struct {
	Kind   string `json:"kind"`
	Object string `json:"object"`
	Text   string `json:"text"`
}

// CheckReport is the outcome of a ledger check.
type CheckReport struct {
	Entries     int64        `json:"entries"`
	Vouchers    int64        `json:"vouchers"`
	AuditRows   int64        `json:"audit_rows"`
	Kept        int          `json:"kept"` // heads kept outside the database that were compared
	Differences []Difference `json:"differences"`
	Heads       []HeadEnd    `json:"-"` // where the chains end that were walked
	Notes       []string     `json:"-"` // what is no difference and should be known
}

// OK reports that everything agrees.
func (r CheckReport) OK() bool { return len(r.Differences) == 0 }

// maxPerKind bounds what is named of one kind: one wrong lot can touch every
// voucher, and must not crowd out what else is wrong.
const maxPerKind = 200

// checker recomputes the books from the entries.
type checker struct {
	conn     *store.Conn
	report   CheckReport
	progress func(string)
	counts   store.BookCounts
	unnamed  map[string]int // differences beyond maxPerKind, by kind
	named    map[string]int

	facts   facts
	files   []anchor.Kept
	kept    map[id.ID][]anchored // by depot
	claims  map[id.ID]claims     // sequences used, by depot
	walked  int64                // entries
	pieceAt []pieceAt            // by lot
	acts    acts                 // what the audit trail says was done
	months  []store.Period       // closed, by depot and month
	// Reversals in closed months count in the column of what they take back:
	// negative says where that had gone out.
	reversals map[id.ID]bool
	negative  map[flow]bool
}

func (k *checker) add(kind, object, format string, args ...any) {
	if k.named[kind]++; k.named[kind] > maxPerKind {
		k.unnamed[kind]++
		return
	}
	k.report.Differences = append(k.report.Differences, Difference{Kind: kind, Object: object, Text: fmt.Sprintf(format, args...)})
}

// Check proves the books as CheckAgainst does, with nothing kept outside the
// database to compare.
func (s *Service) Check(ctx context.Context, progress func(string)) (CheckReport, error) {
	return s.CheckAgainst(ctx, progress)
}

// CheckAgainst recomputes balances, sums, prefixes, numbers, reversals, returns,
// what left of expired and held lots, pieces, closed months and both hash chains
// from the entries, on one snapshot, compares holds, closed months, units of items
// and blanks with the audit trail, and the chains with the heads kept outside the database. It names every difference and repairs nothing. It only
// reads, so it keeps no posting waiting. progress may be nil.
func (s *Service) CheckAgainst(ctx context.Context, progress func(string), kept ...anchor.Kept) (CheckReport, error) {
	if progress == nil {
		progress = func(string) {}
	}
	started := s.store.Now().UnixMicro()
	k := &checker{progress: progress, unnamed: map[string]int{}, named: map[string]int{}, claims: map[id.ID]claims{},
		reversals: map[id.ID]bool{}, negative: map[flow]bool{}}
	k.anchors(kept)
	k.files = kept
	err := s.readBooks(ctx, func(c *store.Conn) error {
		restore, err := c.KeepFewPages(ctx)
		if err != nil {
			return err
		}
		defer restore()
		k.conn = c
		if err := k.marks(ctx); err != nil {
			return err
		}
		return k.all(ctx)
	})
	if err != nil {
		return k.report, err
	}
	return k.report, s.recordCheck(ctx, started, k.report)
}

// longBooks is from how many entries on a check takes whole seconds, and stands
// back for those who post.
const longBooks = 50_000

// readBooks gives one snapshot. Books grow slowly: the last check tells how
// long this one will be.
func (s *Service) readBooks(ctx context.Context, fn func(*store.Conn) error) error {
	last, err := s.store.Read().LastCheck(ctx)
	if err != nil {
		return err
	}
	if last != nil && last.Entries >= longBooks {
		return s.store.Heavy(ctx, fn)
	}
	return s.store.Snapshot(ctx, fn)
}

func (s *Service) recordCheck(ctx context.Context, started int64, r CheckReport) error {
	text, err := json.Marshal(r.Differences)
	if err != nil {
		return err
	}
	return s.store.Tx(ctx, func(tx *store.Tx) error {
		return tx.InsertCheckRun(ctx, store.CheckRun{ID: tx.NewID(), StartedAt: started, FinishedAt: tx.NowMicro(), Entries: r.Entries,
			Differences: int64(len(r.Differences)), Report: string(text)})
	})
}

func (k *checker) all(ctx context.Context) error {
	steps := []struct {
		name string
		run  func(context.Context) error
	}{
		{"防改触发器", k.triggers}, {"批次与冻结", k.readFacts}, {"单据与明细", k.vouchers}, {"编号与单据链", k.chains}, {"结存与逐日结存", k.shelves}, {"归还", k.returns},
		{"逐件装备", k.pieces}, {"月结", k.periods}, {"调拨指令", k.orders}, {"审计链", k.audit},
		{"冻结、月结与目录的经办", k.recorded}, {"空白单据", k.blanks},
	}
	for _, st := range steps {
		before := len(k.report.Differences)
		if err := st.run(ctx); err != nil {
			return fmt.Errorf("check %s: %w", st.name, err)
		}
		k.progress(fmt.Sprintf("%s：%d 处差异", st.name, len(k.report.Differences)-before))
	}
	k.notCompared()
	for _, kind := range slices.Sorted(mapKeys(k.unnamed)) {
		k.report.Differences = append(k.report.Differences, Difference{Kind: kind, Object: "其余", Text: fmt.Sprintf("另有 %d 处同类差异没有列出", k.unnamed[kind])})
	}
	return nil
}

// stride is how many rows are looked at between two words of progress.
const stride = 200_000

// tell reports progress within a long step, now and then.
func (k *checker) tell(what string, done int64) {
	if done%stride == 0 {
		k.progress(fmt.Sprintf("%s：%d / %d 条明细", what, done, k.counts.Entries))
	}
}

// Lines words the report for a console.
func (r CheckReport) Lines() []string {
	lines := []string{fmt.Sprintf("核对了 %d 张单据、%d 条明细、%d 条审计记录，比对了账外保存的 %d 个末尾校验码。", r.Vouchers, r.Entries, r.AuditRows, r.Kept)}
	lines = append(lines, r.Notes...)
	for _, d := range r.Differences {
		lines = append(lines, strings.Join([]string{"✗", d.Object, d.Text}, " "))
	}
	if r.OK() {
		return append(lines, "账本一致：0 处差异。")
	}
	if slices.ContainsFunc(r.Differences, func(d Difference) bool { return d.Kind == "anchor" }) {
		lines = append(lines, "数据库与账外保存的校验码对不上。如果刚用备份恢复过，请把校验文件改名留存后再核对；否则账本被动过，请保留现场。")
	}
	return append(lines, fmt.Sprintf("发现 %d 处差异，请停止记账并联系系统管理员。", len(r.Differences)))
}

// Differences reads back a recorded report.
func Differences(run store.CheckRun) []Difference {
	var list []Difference
	if json.Unmarshal([]byte(run.Report), &list) != nil {
		return nil
	}
	return slices.Clip(list)
}

// CheckedOn is the business day of a recorded check.
func CheckedOn(run store.CheckRun) day.Day { return day.At(time.UnixMicro(run.FinishedAt)) }
