package demo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"

	"changbei/internal/day"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/place"
)

// writer writes the vouchers of one depot.
type writer struct {
	*site
	chance   *rand.Rand
	shelves  []*shelf
	owner    string
	partners []string // who asks for goods here
	next     int      // the shelf the first stocking has come to
}

// Sizes of a voucher and of what a depot keeps.
const (
	minLines, maxLines = 2, 6
	streetKinds        = 25 // of the kinds a street may keep
	villageKinds       = 5
)

// streetCore is what every street keeps for people it takes in.
var streetCore = []string{"帐篷", "棉被", "折叠床", "防潮垫", "瓶装饮用水", "方便食品", "应急灯"}

// progressEvery is how many vouchers lie between two sentences on the console:
// about half a second.
const progressEvery = 100

// books posts all planned vouchers through the use cases, oldest first.
func (f *filler) books(ctx context.Context) error {
	goods, err := f.goods(ctx)
	if err != nil {
		return err
	}
	writers := make([]*writer, len(f.sites))
	for i, s := range f.sites {
		writers[i] = f.newWriter(s, goods)
	}
	events := f.plan()
	for i, e := range events {
		if err := f.post(ctx, writers[e.site], e); err != nil {
			return fmt.Errorf("demo: %s %s no. %d: %w", writers[e.site].Code, e.on, e.n, err)
		}
		if done := i + 1; done%progressEvery == 0 {
			f.log(fmt.Sprintf("演示数据：已记账到 %s（%d/%d）", e.on.Chinese(), done, len(events)))
		}
	}
	return nil
}

func (f *filler) newWriter(s *site, all []goods) *writer {
	w := &writer{site: s, chance: newRand(s.Code + "/books"), owner: "望城区应急管理局"}
	if s.Tier != place.District {
		w.owner = s.Custodian
	}
	for _, g := range all {
		level := map[place.Tier]int64{place.District: g.district, place.Township: g.street, place.Village: g.street / 4}[s.Tier]
		if level > 0 {
			w.shelves = append(w.shelves, &shelf{goods: g, level: level})
		}
	}
	kinds := map[place.Tier]int{place.District: len(w.shelves), place.Township: streetKinds, place.Village: villageKinds}[s.Tier]
	core := func(sh *shelf) bool { return s.Tier == place.Township && slices.Contains(streetCore, sh.Name) }
	if len(w.shelves) > kinds {
		w.chance.Shuffle(len(w.shelves), func(i, j int) { w.shelves[i], w.shelves[j] = w.shelves[j], w.shelves[i] })
		slices.SortStableFunc(w.shelves, func(a, b *shelf) int { // what each street keeps comes first
			switch {
			case core(a) == core(b):
				return 0
			case core(a):
				return -1
			}
			return 1
		})
		w.shelves = w.shelves[:kinds]
	}
	for _, sh := range w.shelves {
		sh.runOut = w.chance.IntN(6) == 0 && !core(sh)
	}
	parent := s.Division
	if s.Tier == place.District {
		parent = f.areas[0].Code
	}
	for _, a := range f.areas {
		if a.Parent == parent {
			w.partners = append(w.partners, a.Name)
		}
	}
	if len(w.partners) == 0 {
		w.partners = []string{f.area(s.Division).Name}
	}
	return w
}

func (f *filler) post(ctx context.Context, w *writer, e event) error {
	d, settle := w.receipt(e)
	if e.kind == ledger.Issue {
		d, settle = w.issue(e)
	}
	if len(d.Lines) == 0 {
		return nil
	}
	if e.slip {
		if err := f.slip(ctx, w, e, d); err != nil {
			return err
		}
	}
	d.ClientKey = keyOf(w.Code, e.n, "post")
	if _, err := f.Inventory.PostDraft(ctx, w.keeper, d); err != nil {
		return err
	}
	settle()
	return nil
}

// slip books the voucher wrongly and takes it back, as happens: a receipt with
// a figure too many, an issue to the wrong receiver.
func (f *filler) slip(ctx context.Context, w *writer, e event, d inventory.Draft) error {
	reason := "领用单位填写错误"
	d.ClientKey = keyOf(w.Code, e.n, "slip")
	d.Lines = append([]inventory.Line(nil), d.Lines...)
	if d.Type == ledger.Receipt {
		reason = "数量录错一位"
		d.Lines[0].Qty += "0"
	} else {
		d.Counterparty = w.partners[w.chance.IntN(len(w.partners))]
	}
	wrong, err := f.Inventory.PostDraft(ctx, w.keeper, d)
	if err != nil {
		return err
	}
	_, err = f.Inventory.Reverse(ctx, w.keeper, inventory.ReverseRequest{VoucherID: wrong.ID, BusinessOn: e.on.String(), Reason: reason,
		ClientKey: keyOf(w.Code, e.n, "reverse")})
	return err
}

// keyOf names a voucher for all runs, so that a fill that was cut off finds
// what it booked before.
func keyOf(depot string, n int, act string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "demo/%s/%d/%s", depot, n, act))
	return hex.EncodeToString(sum[:16])
}

var (
	suppliers = []string{"湘江应急装备有限公司（演示）", "湖南安达救灾物资有限公司（演示）", "望城恒通五金经营部（演示）", "长沙洁康卫生用品有限公司（演示）"}
	donors    = []string{"望城区慈善会（演示）", "爱心企业联合会（演示）"}
)

// source draws where goods come from and who brings them.
func (w *writer) source() (ledger.Source, string) {
	switch n := w.chance.IntN(100); {
	case n < 60:
		return "本级采购", suppliers[w.chance.IntN(len(suppliers))]
	case n < 85 && w.Tier == place.District:
		return "上级调拨", "长沙市应急管理局"
	case n < 85:
		return "上级调拨", "望城区应急管理局"
	}
	return "社会捐赠", donors[w.chance.IntN(len(donors))]
}

// receipt fills shelves: the next ones at the first stocking, later those that
// have run low. settle notes the goods once they are booked.
func (w *writer) receipt(e event) (d inventory.Draft, settle func()) {
	source, from := w.source()
	d = w.draft(e, string(source), from)
	var notes []func()
	for _, sh := range w.toFill(e) {
		part := int64(40 + w.chance.IntN(40))
		if !e.stock {
			part = int64(15 + w.chance.IntN(35))
		}
		qty := rounded(sh.level * part / 100)
		line, expires := w.receiptLine(sh, e, qty)
		d.Lines = append(d.Lines, line)
		notes = append(notes, func() { sh.put(expires, qty) })
	}
	return d, settleAll(notes)
}

func settleAll(notes []func()) func() {
	return func() {
		for _, n := range notes {
			n()
		}
	}
}

func (w *writer) draft(e event, reason, counterparty string) inventory.Draft {
	return inventory.Draft{Type: e.kind, DepotID: w.ID, BusinessOn: e.on.String(), Reason: reason, Counterparty: counterparty,
		Reference: fmt.Sprintf("望应急〔%d〕%d号（演示）", e.on.Year(), 1+w.chance.IntN(120)), Remark: "演示数据"}
}

// toFill picks the shelves of a receipt.
func (w *writer) toFill(e event) []*shelf {
	if e.stock { // once around all shelves over the first receipts
		share := (len(w.shelves) + paces[w.Tier].first - 1) / paces[w.Tier].first
		from := min(w.next, len(w.shelves))
		w.next = min(from+share, len(w.shelves))
		return w.shelves[from:w.next]
	}
	lines := minLines + w.chance.IntN(maxLines-minLines+1)
	var list []*shelf
	for _, i := range w.chance.Perm(len(w.shelves)) {
		if sh := w.shelves[i]; len(list) < lines && !sh.runOut && sh.usable(e.on)*10 < sh.level*8 {
			list = append(list, sh)
		}
	}
	return list
}

// receiptLine writes one line with a lot of its own. Some production days are
// known to the month only, as on many boxes; the first stocking holds some old
// goods, which by now have expired.
func (w *writer) receiptLine(sh *shelf, e event, qty int64) (inventory.Line, day.Day) {
	age := 5 + w.chance.IntN(60)
	if e.stock && sh.months > 12 && w.chance.IntN(3) == 0 {
		age += 30 * w.chance.IntN(sh.months*2/3)
	}
	produced := e.on.AddDays(-age)
	if w.chance.IntN(4) == 0 {
		produced = day.Day{First: produced.First[:8] + "01", Precision: day.ToMonth}
	}
	sh.made++
	l := inventory.Line{ItemID: sh.ID, Item: sh.Label(), Qty: strconv.FormatInt(qty, 10), Price: sh.price, Produced: produced.String(),
		Bin: w.binFor(sh), Owner: w.owner, LotNo: produced.First[2:4] + produced.First[5:7] + "-" + w.Code + fmt.Sprintf("-%02d", sh.made)}
	var expires day.Day
	if sh.months > 0 {
		expires = produced.AddMonths(sh.months)
		l.Expires = expires.String()
	}
	return l, expires
}

// binFor keeps a kind of goods in one bin; loose material lies outside.
func (w *writer) binFor(sh *shelf) string {
	if sh.Unit == "立方米" || sh.Unit == "根" || sh.Unit == "吨" {
		return w.bins[len(w.bins)-1]
	}
	sum := 0
	for _, r := range sh.Code {
		sum += int(r)
	}
	return w.bins[sum%len(w.bins)]
}

// issue takes goods of the season, more of them in its height.
func (w *writer) issue(e event) (d inventory.Draft, settle func()) {
	season := inSeason(e.on)
	reason := "日常领用"
	switch {
	case season != "any" && w.chance.IntN(3) > 0:
		reason = "救灾发放"
	case w.chance.IntN(4) == 0:
		reason = "演练消耗"
	case w.Tier == place.District && w.chance.IntN(3) == 0:
		reason = "调拨出库"
	}
	d = w.draft(e, reason, w.partners[w.chance.IntN(len(w.partners))])
	lines := minLines + w.chance.IntN(maxLines-minLines+1)
	var notes []func()
	for _, i := range w.chance.Perm(len(w.shelves)) {
		sh := w.shelves[i]
		if len(d.Lines) == lines {
			break
		}
		if sh.season != season && sh.season != "any" && w.chance.IntN(6) > 0 {
			continue
		}
		qty := w.toIssue(sh, e.on, reason == "救灾发放" && sh.season == season)
		if qty == 0 {
			continue
		}
		d.Lines = append(d.Lines, inventory.Line{ItemID: sh.ID, Item: sh.Label(), Qty: strconv.FormatInt(qty, 10)})
		notes = append(notes, func() { sh.take(e.on, qty) })
	}
	return d, settleAll(notes)
}

func (w *writer) toIssue(sh *shelf, on day.Day, relief bool) int64 {
	have := sh.usable(on)
	part := int64(1 + w.chance.IntN(4))
	if relief {
		part = int64(5 + w.chance.IntN(20))
	}
	if sh.runOut {
		part *= 2
	}
	return min(have, rounded(max(have*part/100, 1)))
}

// rounded keeps two figures, as people count out goods: 1234 becomes 1200.
func rounded(n int64) int64 {
	step := int64(1)
	for n/step >= 100 {
		step *= 10
	}
	return max(1, n/step*step)
}

// openDrafts leaves the district's keeper something unfinished.
func (f *filler) openDrafts(ctx context.Context) error {
	goods, err := f.goods(ctx)
	if err != nil {
		return err
	}
	w := f.newWriter(f.sites[0], goods)
	in := event{on: f.today, n: 1, kind: ledger.Receipt, stock: true}
	d, _ := w.receipt(in)
	d.ClientKey = keyOf(w.Code, 1, "draft")
	if _, err := f.Inventory.SaveDraft(ctx, w.keeper, d); err != nil {
		return err
	}
	out := inventory.Draft{Type: ledger.Issue, DepotID: w.ID, BusinessOn: f.today.String(), Reason: "日常领用", Counterparty: w.partners[0],
		ClientKey: keyOf(w.Code, 2, "draft"), Remark: "演示数据", Lines: []inventory.Line{{ItemID: goods[0].ID, Item: goods[0].Label(), Qty: "5"}}}
	_, err = f.Inventory.SaveDraft(ctx, w.keeper, out)
	return err
}
