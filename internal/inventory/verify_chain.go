package inventory

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"changbei/internal/anchor"
	"changbei/internal/day"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/store"
)

// anchored is a head kept outside the database.
type anchored struct {
	anchor.Line
	path string
}

// anchors takes what is kept outside, and names what is wrong with the files
// themselves.
func (k *checker) anchors(kept []anchor.Kept) {
	k.kept = map[id.ID][]anchored{}
	for _, file := range kept {
		for _, f := range file.Faults {
			k.add("anchor", k.lineOf(file.Path, f.Number), "%s", f.Text)
		}
		if file.Torn {
			k.report.Notes = append(k.report.Notes, "账外校验文件 "+file.Path+" 的最后一行没有写完（可能断过电），已略过，不影响核对。")
		}
		for _, l := range file.Lines {
			k.report.Kept++
			k.kept[l.DepotID] = append(k.kept[l.DepotID], anchored{l, file.Path})
		}
	}
}

// marks names files that have lost what the database remembers of them. A copy
// is as old as it is, and one with faults is named for those.
func (k *checker) marks(ctx context.Context) error {
	for _, file := range k.files {
		if !file.Own || len(file.Faults) > 0 || len(file.Lines) == 0 {
			continue
		}
		m, err := keptMark(ctx, k.conn, file.Lines[0].Chain)
		if err != nil {
			return err
		}
		if lost := file.Misses(m); lost != "" {
			k.add("anchor", k.lineOf(file.Path, 0), "%s", lost)
		}
	}
	return nil
}

// shownDepots bounds how many depots a note names.
const shownDepots = 10

// notCompared notes what the books have and nothing outside the database could
// be compared with: books rewritten as a whole agree with themselves.
func (k *checker) notCompared() {
	var without []string
	for _, h := range k.report.Heads {
		if h.Seq > 0 && len(k.kept[h.Depot.ID]) == 0 {
			without = append(without, k.facts.code(h.Depot.ID))
		}
	}
	switch n := len(without); {
	case n == 0:
	case k.report.Kept == 0:
		k.report.Notes = append(k.report.Notes, "没有账外保存的校验码可以比对：校验文件不在、是空的，或不在这个数据文件夹里。账本若被整本改写，这次核对看不出来。"+
			"请把以前另存的校验文件用 --heads 带上再核对一次，或与日结单上打印的校验码对照，并查明文件为什么不在；刚开始记账时属正常。")
	default:
		k.report.Notes = append(k.report.Notes, fmt.Sprintf("储备库 %s 在账外校验文件里还没有记录，这次没有与账外比对：新开的库在下一次核对后才有，以前有过的请查明原因。",
			someOf(without, shownDepots)))
	}
}

// someOf joins the first of many names.
func someOf(names []string, limit int) string {
	if n := len(names); n > limit {
		return fmt.Sprintf("%s 等 %d 个", strings.Join(names[:limit], "、"), n)
	}
	return strings.Join(names, "、")
}

func (k *checker) lineOf(path string, line int) string {
	if line == 0 {
		return "账外校验文件 " + path
	}
	return "账外校验文件 " + path + " 第 " + id.ID(line).String() + " 行"
}

// extends compares one chain with the heads kept of it: the chain must have
// each of them, and may go on behind.
type extends struct {
	k     *checker
	what  string
	heads []anchored
	of    func(anchored) (seq int64, hash string)
	next  int
}

func (k *checker) extends(depot id.ID, what string, of func(anchored) (int64, string)) *extends {
	heads := slices.Clone(k.kept[depot])
	slices.SortStableFunc(heads, func(a, b anchored) int {
		x, _ := of(a)
		y, _ := of(b)
		return int(min(1, max(-1, x-y)))
	})
	return &extends{k: k, what: what, heads: heads, of: of}
}

func keptVoucher(a anchored) (int64, string) { return a.Seq, a.Hash }
func keptAudit(a anchored) (int64, string)   { return a.AuditSeq, a.AuditHash }

// meet compares the next link of the chain.
func (e *extends) meet(seq int64, hash string) {
	for ; e.next < len(e.heads); e.next++ {
		h := e.heads[e.next]
		kept, keptHash := e.of(h)
		switch {
		case kept > seq:
			return
		case kept == 0: // nothing was there yet
		case kept < seq:
			e.k.add("anchor", e.k.lineOf(h.path, h.Number), "%s 记的%s第 %d 号（校验码 %s）在数据库里没有", h.At, e.what, kept, ledger.Tail(keptHash))
		case keptHash != hash:
			e.k.add("anchor", e.k.lineOf(h.path, h.Number), "%s 记的%s第 %d 号校验码是 %s，数据库里是 %s，此号及以前被改动过", h.At, e.what, kept,
				ledger.Tail(keptHash), ledger.Tail(hash))
		}
	}
}

// end names the heads kept that the chain does not reach.
func (e *extends) end(last int64) {
	for ; e.next < len(e.heads); e.next++ {
		h := e.heads[e.next]
		if kept, hash := e.of(h); kept != 0 {
			e.k.add("anchor", e.k.lineOf(h.path, h.Number), "%s 记的%s到第 %d 号（校验码 %s），数据库里只到第 %d 号：之后的记录被删除，或用旧备份恢复过", h.At, e.what, kept,
				ledger.Tail(hash), last)
		}
	}
}

// chains proves I6 and I18 depot by depot: numbers gapless in the order of the
// chain, each link on the one before, the head at the end, and every head kept
// outside the database on the way.
func (k *checker) chains(ctx context.Context) error {
	for _, depot := range k.facts.order {
		c := &chain{checker: k, depot: depot, code: k.facts.code(depot), counters: map[series]int64{}, kept: k.extends(depot, "单据", keptVoucher)}
		c.head, c.hasHead = k.facts.heads[depot]
		if !c.hasHead {
			k.add("chain", "储备库 "+c.code, "账本末尾的记录不存在，单据链和审计链无从核对")
		}
		if err := k.conn.EachLink(ctx, depot, c.link); err != nil {
			return err
		}
		c.end()
	}
	for _, depot := range slices.Sorted(maps.Keys(k.kept)) {
		if _, known := slices.BinarySearch(k.facts.order, depot); !known {
			k.extends(depot, "单据", keptVoucher).end(0)
			k.extends(depot, "审计记录", keptAudit).end(0)
		}
	}
	return nil
}

// chain is the walk along one depot's links.
type chain struct {
	*checker
	depot    id.ID
	code     string
	head     store.Head
	hasHead  bool
	counters map[series]int64
	seq      int64
	hash     string
	number   string
	kept     *extends
}

// link proves a voucher's place in the chain: sequence, number, predecessor.
func (c *chain) link(l *store.Link) {
	object := "单据 " + l.Number
	year := day.Day{First: l.BusinessOn}.Year()
	s := series{l.Type.Prefix(), year}
	c.counters[s]++
	if want := ledger.Number(l.Type, c.code, year, c.counters[s]); l.Number != want {
		c.add("number", object, "按次序应为 %s", want)
	}
	if l.Seq <= c.seq {
		c.add("order", object, "顺序号 %d 不大于前一张的 %d", l.Seq, c.seq)
	} else {
		c.claim(c.depot, l.Seq, object)
	}
	if l.PrevHash != c.hash {
		c.add("chain", object, "与前一张单据的校验码不相连")
	}
	c.kept.meet(l.Seq, l.Hash)
	c.hash, c.seq, c.number = l.Hash, max(c.seq, l.Seq), l.Number
}

// end compares the end of the walk with the depot's head.
func (c *chain) end() {
	c.kept.end(c.seq)
	c.report.Heads = append(c.report.Heads, HeadEnd{Depot: c.facts.depot(c.depot), Number: c.number, Seq: c.seq, Hash: c.hash})
	if !c.hasHead {
		return
	}
	if c.hash != c.head.LastHash || c.seq > c.head.Seq {
		c.add("chain", "储备库 "+c.code, "账本末尾的校验码 %s 与单据链 %s 不符，可能有单据被删除", ledger.Tail(c.head.LastHash), ledger.Tail(c.hash))
	}
	counted := map[string]int64{}
	maps.Copy(counted, c.facts.blanks.counts[c.depot])
	for s, n := range c.counters {
		counted[s.String()] = n
	}
	for name := range c.head.Counters {
		if prefix, _, _ := strings.Cut(name, "-"); !ofOrders(prefix) {
			counted[name] += 0 // a series without a single voucher is compared too
		}
	}
	for _, name := range slices.Sorted(maps.Keys(counted)) {
		if c.head.Counters[name] != counted[name] {
			c.add("number", "储备库 "+c.code+" "+name, "编号记到 %d，实有 %d 张", c.head.Counters[name], counted[name])
		}
	}
}

// ofOrders reports the letters of the numbers of orders and requests, which are
// proved with them, and of distribution lists, which may be discarded with the
// people on them.
func ofOrders(prefix string) bool { return prefix == "ZL" || prefix == "XQ" || prefix == "FF" }

// series is a run of numbers.
type series struct {
	prefix string
	year   int
}

func (s series) String() string { return fmt.Sprintf("%s-%d", s.prefix, s.year) }

// claims are the sequence numbers of a depot in use, a bit each: the numbers
// are dense, and a million take an eighth of a megabyte.
type claims map[int64]*[1024]uint64

func (c claims) take(seq int64) (free bool) {
	page := c[seq>>16]
	if page == nil {
		page = new([1024]uint64)
		c[seq>>16] = page
	}
	word, bit := &page[seq>>6&1023], uint64(1)<<(seq&63)
	free = *word&bit == 0
	*word |= bit
	return free
}

// claim takes a sequence of a depot for one voucher, at home or at the other
// end of a transfer: none may serve two.
func (k *checker) claim(depot id.ID, seq int64, object string) {
	c := k.claims[depot]
	if c == nil {
		c = claims{}
		k.claims[depot] = c
	}
	if !c.take(seq) {
		k.add("order", object, "顺序号 %d 在 %s 已被另一张单据用去", seq, k.facts.code(depot))
	}
}

// audit proves I18 for the audit trail: one unbroken chain per depot and one
// for the system.
func (k *checker) audit(ctx context.Context) error {
	ends := map[id.ID]*HeadEnd{}
	for i := range k.report.Heads {
		ends[k.report.Heads[i].Depot.ID] = &k.report.Heads[i]
	}
	for _, depot := range k.facts.order {
		if err := k.auditChain(ctx, depot, ends[depot]); err != nil {
			return err
		}
	}
	if k.report.AuditRows == k.counts.Audits {
		return nil
	}
	ids, err := k.conn.LostAudits(ctx)
	for _, i := range ids {
		k.add("orphan", "审计记录 "+i.String(), "所属的储备库不存在")
	}
	return err
}

func (k *checker) auditChain(ctx context.Context, depot id.ID, at *HeadEnd) error {
	kept := k.extends(depot, "审计记录", keptAudit)
	last, after := "", int64(0)
	err := k.conn.EachAudit(ctx, depot, func(a *ledger.AuditRecord) {
		k.report.AuditRows++
		if a.Seq != after+1 || a.PrevHash != last || a.Hash != a.ContentHash() {
			k.add("audit", "审计链 "+depot.String()+" 第 "+id.ID(a.Seq).String()+" 条", "与前一条不相连，或内容被改动过")
		}
		kept.meet(a.Seq, a.Hash)
		k.acts.take(depot, a)
		last, after = a.Hash, a.Seq
	})
	if err != nil {
		return err
	}
	kept.end(after)
	at.AuditSeq, at.AuditHash = after, last
	if h, known := k.facts.heads[depot]; known && (last != h.AuditHash || after != h.AuditSeq) {
		k.add("audit", "审计链 "+depot.String(), "末尾的校验码与记录不符，可能有记录被删除")
	}
	return nil
}
