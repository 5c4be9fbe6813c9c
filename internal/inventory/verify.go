package inventory

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"changbei/internal/day"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/quantity"
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
	Differences []Difference `json:"differences"`
}

// OK reports that everything agrees.
func (r CheckReport) OK() bool { return len(r.Differences) == 0 }

// maxDifferences bounds the list: a broken chain would name every voucher
// after the break.
const maxDifferences = 1000

// checker recomputes the books from the entries.
type checker struct {
	conn     *store.Conn
	report   CheckReport
	progress func(string)
}

func (k *checker) add(kind, object, format string, args ...any) {
	if len(k.report.Differences) < maxDifferences {
		k.report.Differences = append(k.report.Differences, Difference{Kind: kind, Object: object, Text: fmt.Sprintf(format, args...)})
	}
}

// Check recomputes balances, sums, prefixes, numbers, reversals and both hash
// chains from the entries, on one snapshot, and names every difference. It
// repairs nothing. progress may be nil.
func (s *Service) Check(ctx context.Context, progress func(string)) (CheckReport, error) {
	if progress == nil {
		progress = func(string) {}
	}
	started := s.store.Now().UnixMicro()
	k := &checker{progress: progress}
	err := s.store.Snapshot(ctx, func(c *store.Conn) error {
		k.conn = c
		return k.all(ctx)
	})
	if err != nil {
		return k.report, err
	}
	return k.report, s.recordCheck(ctx, started, k.report)
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
		{"结存与明细", k.stock}, {"单据平衡", k.balance}, {"孤立记录", k.orphans}, {"批次", k.lots}, {"红冲", k.reversals},
		{"编号与单据链", k.vouchers}, {"逐日结存", k.prefixes}, {"审计链", k.audit},
	}
	var err error
	if k.report.Entries, err = k.conn.EntryCount(ctx); err != nil {
		return err
	}
	for _, st := range steps {
		before := len(k.report.Differences)
		if err := st.run(ctx); err != nil {
			return fmt.Errorf("check %s: %w", st.name, err)
		}
		k.progress(fmt.Sprintf("%s：%d 处差异", st.name, len(k.report.Differences)-before))
	}
	return nil
}

// stock proves I1 and I3: every stock row is the sum of its entries and not
// below zero, and nothing promises more than it holds.
func (k *checker) stock(ctx context.Context) error {
	rows, err := k.conn.StockDifferences(ctx)
	if err != nil {
		return err
	}
	for _, r := range rows {
		k.add("stock", fmt.Sprintf("货位 %s 批次 %s", r.PlaceID, r.LotID), "库存记 %s，明细合计 %s（库存行 %d 个）", r.Stock, r.Entries, r.Rows)
	}
	stray, err := k.conn.StrayStock(ctx)
	if err != nil {
		return err
	}
	for _, r := range stray {
		k.add("stock", fmt.Sprintf("货位 %s 批次 %s", r.PlaceID, r.LotID), "库存行所记的储备库或物资，与货位、批次不符")
	}
	bad, err := k.conn.BadAllocations(ctx)
	for _, r := range bad {
		k.add("allocated", fmt.Sprintf("货位 %s 批次 %s", r.PlaceID, r.LotID), "结存 %s，已分配 %s", r.Qty, r.Allocated)
	}
	return err
}

// balance proves I2: no voucher makes or loses goods.
func (k *checker) balance(ctx context.Context) error {
	rows, err := k.conn.Unbalanced(ctx)
	for _, r := range rows {
		k.add("balance", fmt.Sprintf("单据 %s 批次 %s", r.VoucherID, r.LotID), "出入合计应为 0，实为 %s", r.Qty)
	}
	return err
}

// orphans proves I19.
func (k *checker) orphans(ctx context.Context) error {
	ids, err := k.conn.OrphanEntries(ctx)
	if err != nil {
		return err
	}
	for _, i := range ids {
		k.add("orphan", fmt.Sprintf("明细 %s", i), "所指的单据、货位、批次或物资不存在，或与之不符")
	}
	numbers, err := k.conn.EmptyVouchers(ctx)
	for _, n := range numbers {
		k.add("orphan", "单据 "+n, "没有明细")
	}
	return err
}

// lots proves that each lot still is what its key says. The vouchers' hashes
// cover lots too; this names the lot.
func (k *checker) lots(ctx context.Context) error {
	for after := id.ID(0); ; {
		page, err := k.conn.LotsInOrder(ctx, after, checkPage)
		if err != nil {
			return err
		}
		for _, l := range page {
			if l.Key != l.Lot.Key() || l.Last != l.Expires.Last() {
				k.add("lot", fmt.Sprintf("批次 %s（%s）", l.No, l.ID), "批号、日期、来源、单价或产权单位被改动过")
			}
			after = l.ID
		}
		if len(page) < checkPage {
			return nil
		}
	}
}

// reversals proves I7: each reversal is the exact opposite of its original.
func (k *checker) reversals(ctx context.Context) error {
	ids, err := k.conn.BadReversals(ctx)
	for _, i := range ids {
		k.add("reversal", fmt.Sprintf("明细 %s", i), "与所冲的明细不是同批次、同货位、等量相反")
	}
	return err
}

// checkPage is how many vouchers or audit rows are held at once.
const checkPage = 200

// vouchers proves I6 and I18: numbers gapless in commit order, every hash over
// its content and its predecessor, the head at the end of the chain.
func (k *checker) vouchers(ctx context.Context) error {
	heads, err := k.conn.Heads(ctx)
	if err != nil {
		return err
	}
	depots, err := k.conn.Depots(ctx)
	if err != nil {
		return err
	}
	codes := map[id.ID]string{}
	for _, d := range depots {
		codes[d.ID] = d.Code
		// Without its head a depot's chains would not be walked at all.
		if !slices.ContainsFunc(heads, func(h store.Head) bool { return h.DepotID == d.ID }) {
			k.add("chain", "储备库 "+d.Code, "账本末尾的记录不存在，单据链和审计链无从核对")
		}
	}
	for _, h := range heads {
		if err := k.chain(ctx, h, codes[h.DepotID]); err != nil {
			return err
		}
	}
	return nil
}

func (k *checker) chain(ctx context.Context, h store.Head, code string) error {
	counters, last, after := map[string]int64{}, "", int64(0)
	for {
		page, err := k.conn.VouchersInOrder(ctx, h.DepotID, after, checkPage)
		if err != nil {
			return err
		}
		if err := k.sealLots(ctx, page); err != nil {
			return err
		}
		for _, v := range page {
			k.report.Vouchers++
			k.voucher(v, code, last, counters)
			last, after = v.Hash, v.Seq
		}
		if len(page) < checkPage {
			break
		}
	}
	if last != h.LastHash || after > h.Seq {
		k.add("chain", "储备库 "+code, "账本末尾的校验码 %s 与单据链 %s 不符，可能有单据被删除", ledger.Tail(h.LastHash), ledger.Tail(last))
	}
	for series := range h.Counters {
		counters[series] += 0 // a series without a single voucher is compared too
	}
	for _, series := range slices.Sorted(maps.Keys(counters)) {
		if h.Counters[series] != counters[series] {
			k.add("number", "储备库 "+code+" "+series, "编号记到 %d，实有单据 %d 张", h.Counters[series], counters[series])
		}
	}
	return nil
}

// sealLots fills in what the lots are now, as posting did when they were booked.
func (k *checker) sealLots(ctx context.Context, page []ledger.Voucher) error {
	var ids []id.ID
	for _, v := range page {
		for _, e := range v.Entries {
			ids = append(ids, e.LotID)
		}
	}
	slices.Sort(ids)
	lots, err := k.conn.LotsByID(ctx, slices.Compact(ids))
	if err != nil {
		return err
	}
	for _, v := range page {
		for i, e := range v.Entries {
			v.Entries[i].LotSeal = lots[e.LotID].Seal()
		}
	}
	return nil
}

func (k *checker) voucher(v ledger.Voucher, code, last string, counters map[string]int64) {
	series := fmt.Sprintf("%s-%d", v.Type.Prefix(), v.BusinessOn.Year())
	counters[series]++
	if want := ledger.Number(v.Type, code, v.BusinessOn.Year(), counters[series]); v.Number != want {
		k.add("number", "单据 "+v.Number, "按次序应为 %s", want)
	}
	if v.PrevHash != last {
		k.add("chain", "单据 "+v.Number, "与前一张单据的校验码不相连")
	}
	if v.Hash != v.ContentHash() {
		k.add("chain", "单据 "+v.Number, "内容与校验码不符，记账后被改动过")
	}
}

// prefixes proves I3 in time: in the order of business date and sequence, no
// shelf was ever below zero.
func (k *checker) prefixes(ctx context.Context) error {
	depots, err := k.conn.Depots(ctx)
	if err != nil {
		return err
	}
	for _, d := range depots {
		var shelf [2]id.ID
		var balance quantity.Q
		err := k.conn.EachMove(ctx, d.ID, func(m store.PrefixMove) {
			if at := [2]id.ID{m.PlaceID, m.LotID}; at != shelf {
				shelf, balance = at, 0
			}
			if balance += m.Qty; balance < 0 {
				k.add("prefix", fmt.Sprintf("%s 货位 %s 批次 %s", d.Name, m.PlaceID, m.LotID), "%s 的结存为 %s", m.On, balance)
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// audit proves I18 for the audit trail: one unbroken chain per depot and one
// for the system.
func (k *checker) audit(ctx context.Context) error {
	heads, err := k.conn.Heads(ctx)
	if err != nil {
		return err
	}
	for _, h := range heads {
		last, after := "", int64(0)
		for {
			page, err := k.conn.AuditChain(ctx, h.DepotID, after, checkPage)
			if err != nil {
				return err
			}
			for _, a := range page {
				k.report.AuditRows++
				if a.Seq != after+1 || a.PrevHash != last || a.Hash != a.ContentHash() {
					k.add("audit", fmt.Sprintf("审计链 %s 第 %d 条", h.DepotID, a.Seq), "与前一条不相连，或内容被改动过")
				}
				last, after = a.Hash, a.Seq
			}
			if len(page) < checkPage {
				break
			}
		}
		if last != h.AuditHash || after != h.AuditSeq {
			k.add("audit", fmt.Sprintf("审计链 %s", h.DepotID), "末尾的校验码与记录不符，可能有记录被删除")
		}
	}
	return nil
}

// Lines words the report for a console.
func (r CheckReport) Lines() []string {
	lines := []string{fmt.Sprintf("核对了 %d 张单据、%d 条明细、%d 条审计记录。", r.Vouchers, r.Entries, r.AuditRows)}
	for _, d := range r.Differences {
		lines = append(lines, strings.Join([]string{"✗", d.Object, d.Text}, " "))
	}
	if r.OK() {
		return append(lines, "账本一致：0 处差异。")
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
