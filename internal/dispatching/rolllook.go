package dispatching

import (
	"context"
	"fmt"
	"slices"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/order"
	"changbei/internal/place"
	"changbei/internal/quantity"
	"changbei/internal/store"
)

// RollView is a list as it may be shown: masked, unless Full.
type RollView struct {
	order.Roll
	Full     bool
	Desk     place.Depot
	Response order.Response // zero = daily
	Load     string         // ZL-2026-000001 第 1 车, "" = a whole response
	People   []RollPerson
	Words    []RollWord
	Items    []catalog.Item // what the words can mean
	Sums     []RollSum
	Vouchers []RollVoucher
	Wrong    int // rows that must be mended
	Doubtful int

	words map[string]int // the place of each in Words
}

// RollPerson is one person of a list with what they got; Rows are all theirs.
type RollPerson struct {
	order.RollRow // of their first row
	Rows          []order.RollRow
	Words         []int // of each row, its place in RollView.Words
}

// RollWord is what a list calls goods, and what that means.
type RollWord struct {
	Word, Unit string
	Item       catalog.Item // zero = not known yet
	Proposed   id.ID        // of the one that comes near
	Skipped    bool         // no row of it counts
	Rows       int
	Unlike     bool // it is counted in a unit that is not the item's, one for one
}

// RollSum is what a list takes of an item against what is owed.
type RollSum struct {
	Item         catalog.Item
	Listed, Owed quantity.Q
}

// Short is what the list takes too much.
func (s RollSum) Short() quantity.Q { return max(0, s.Listed-s.Owed) }

// RollVoucher is a voucher that booked a part of a list.
type RollVoucher struct {
	ID     id.ID
	Number string
	Undone bool
}

// Roll gives a list with its numbers masked.
func (s *Service) Roll(ctx context.Context, actor access.Actor, roll id.ID) (RollView, error) {
	var v RollView
	err := s.store.Snapshot(ctx, func(c *store.Conn) (err error) {
		v, err = s.roll(ctx, c, actor, roll, false)
		return err
	})
	return v, err
}

// RollUse says what whole numbers are wanted for.
type RollUse string

// The uses.
const (
	RollSeen     RollUse = "view"
	RollExported RollUse = "export"
	RollPrinted  RollUse = "print"
)

var rollUses = map[RollUse]string{RollSeen: "查看完整号码", RollExported: "导出完整号码", RollPrinted: "打印完整号码"}

// leastReason is the shortest reason that says anything.
const leastReason = 4

// Reveal gives a list with its whole numbers. Who asked, for which list and why
// is kept before anything is shown. Field name in errors: reason.
func (s *Service) Reveal(ctx context.Context, actor access.Actor, roll id.ID, use RollUse, reason string) (RollView, error) {
	var v RollView
	var c errs.Check
	reason = tidy(reason)
	needText(&c, "reason", "查看完整号码的理由", reason, 200)
	switch n := len([]rune(reason)); {
	case n > 0 && n < leastReason:
		c.Add("reason", "理由太短，请写明为什么需要完整的身份证号和电话，至少 %d 个字。", leastReason)
	case order.HoldsNumber(reason):
		c.Add("reason", "理由里不要写身份证号、电话号码。")
	case rollUses[use] == "":
		c.Add("reason", "请从花名册页面办理。")
	}
	if err := c.Err(); err != nil {
		return v, err
	}
	err := s.store.Tx(ctx, func(tx *store.Tx) (err error) {
		if v, err = s.roll(ctx, tx.Conn, actor, roll, true); err != nil {
			return err
		}
		return tx.Audit(ctx, v.DeskID, record(actor, "roll.reveal."+string(use), v.Number, fmt.Sprintf("%s，%d 人（户）。理由：%s", rollUses[use], len(v.People), reason)))
	})
	if err != nil {
		v = RollView{}
	}
	return v, err
}

func (s *Service) roll(ctx context.Context, c *store.Conn, actor access.Actor, roll id.ID, full bool) (RollView, error) {
	r, err := c.Roll(ctx, roll)
	if errs.KindOf(err) == errs.NotFound {
		return RollView{}, errs.New(errs.NotFound, "没有这份发放花名册，或您无权查看。")
	}
	if err != nil {
		return RollView{}, err
	}
	if err := seesRoll(actor, r); err != nil {
		return RollView{}, err
	}
	v := RollView{Roll: r, Full: full}
	if v.Desk, err = c.Depot(ctx, r.DeskID); err != nil {
		return v, err
	}
	if r.ResponseID != 0 {
		if v.Response, err = c.Response(ctx, r.ResponseID); err != nil {
			return v, err
		}
	}
	loads, err := rollLoads(ctx, c, &r)
	if err != nil {
		return v, err
	}
	if r.ShipmentID != 0 && len(loads) == 1 {
		v.Load = fmt.Sprintf("%s 第 %d 车", loads[0].Order.Number, loads[0].Shipment.No)
	}
	if v.Items, err = rollItems(ctx, c, loads); err != nil {
		return v, err
	}
	rows, err := c.RollRows(ctx, r.ID)
	if err != nil {
		return v, err
	}
	v.gather(rows, loads)
	return v, v.readVouchers(ctx, c)
}

// gather groups the rows by person, lists the words and adds up. Numbers are
// masked here, so that no page can forget it.
func (v *RollView) gather(rows []order.RollRow, loads []LoadRef) {
	at := map[int]int{}
	v.words = map[string]int{}
	for _, x := range rows {
		word := v.word(x)
		if !v.Full {
			x = masked(x)
		}
		i, known := at[x.Line]
		if !known {
			i = len(v.People)
			at[x.Line] = i
			v.People = append(v.People, RollPerson{RollRow: x})
		}
		v.People[i].Rows, v.People[i].Words = append(v.People[i].Rows, x), append(v.People[i].Words, word)
		switch {
		case x.Left:
		case x.Grade == order.RowWrong:
			v.Wrong++
		case x.Grade == order.RowDoubtful:
			v.Doubtful++
		}
		if x.Counts() && x.ItemID != 0 {
			v.sum(x.ItemID).Listed += x.Qty
		}
	}
	for _, l := range loads {
		for _, x := range l.Shipment.Lines {
			if i := slices.IndexFunc(v.Sums, func(s RollSum) bool { return s.Item.ID == x.ItemID }); i >= 0 {
				v.Sums[i].Owed += max(0, x.Owed())
			}
		}
	}
}

// masked hides whatever may be somebody's number, in whatever column it stands.
func masked(x order.RollRow) order.RollRow {
	x.IDNo, x.Phone = order.MaskNumber(x.IDNo), order.MaskNumber(x.Phone)
	for _, text := range []*string{&x.Person, &x.Village, &x.Address, &x.Word, &x.Typed, &x.Received, &x.Signed, &x.Remark} {
		*text = order.MaskText(*text)
	}
	return x
}

func (v *RollView) item(item id.ID) catalog.Item {
	if at := slices.IndexFunc(v.Items, func(it catalog.Item) bool { return it.ID == item }); at >= 0 {
		return v.Items[at]
	}
	return catalog.Item{}
}

// word counts a row under its word and gives the word's place.
func (v *RollView) word(x order.RollRow) int {
	at, known := v.words[wordKey(x)]
	if !known {
		at = len(v.Words)
		v.words[wordKey(x)] = at
		w := RollWord{Word: order.MaskText(x.Word), Unit: x.WordUnit, Skipped: true}
		w.Proposed, _ = wordItem(v.Items, x.Word, x.WordUnit)
		v.Words = append(v.Words, w)
	}
	w := &v.Words[at]
	w.Rows++
	w.Skipped = w.Skipped && x.Left
	if x.ItemID != 0 {
		w.Item = v.item(x.ItemID)
		_, packed := w.Item.PackOf(w.Unit)
		w.Unlike = w.Unit != "" && !packed && catalog.Key(w.Unit) != catalog.Key(w.Item.Unit)
	}
	return at
}

func (v *RollView) sum(item id.ID) *RollSum {
	at := slices.IndexFunc(v.Sums, func(s RollSum) bool { return s.Item.ID == item })
	if at < 0 {
		at = len(v.Sums)
		v.Sums = append(v.Sums, RollSum{Item: v.item(item)})
	}
	return &v.Sums[at]
}

func (v *RollView) readVouchers(ctx context.Context, c *store.Conn) error {
	booked, err := c.RollClearings(ctx, v.ID)
	if err != nil {
		return err
	}
	for _, x := range booked {
		if slices.ContainsFunc(v.Vouchers, func(y RollVoucher) bool { return y.ID == x.VoucherID }) {
			continue
		}
		number, err := c.VoucherNumber(ctx, x.VoucherID)
		if err != nil {
			return err
		}
		v.Vouchers = append(v.Vouchers, RollVoucher{ID: x.VoucherID, Number: number, Undone: x.UndoneAt != 0})
	}
	return nil
}

// RollQuery narrows the list of lists.
type RollQuery struct {
	Status     order.RollStatus
	ResponseID id.ID
	BeforeAt   int64
	BeforeID   id.ID
}

// RollPage is one page of lists with the names they need, and how many people
// and how much of what each is about.
type RollPage struct {
	Rolls     []order.Roll
	More      bool
	Desks     map[id.ID]place.Depot
	Responses map[id.ID]order.Response
	Sums      map[id.ID][]store.RollSum
	Items     map[id.ID]catalog.Item
}

// Rolls lists one page, the newest first.
func (s *Service) Rolls(ctx context.Context, actor access.Actor, q RollQuery) (RollPage, error) {
	p := RollPage{Responses: map[id.ID]order.Response{}, Sums: map[id.ID][]store.RollSum{}}
	sc, err := scope(actor, access.RollView)
	if err != nil {
		return p, err
	}
	c := s.store.Read()
	p.Rolls, err = c.Rolls(ctx, store.RollFilter{Scope: sc, Status: q.Status, ResponseID: q.ResponseID, BeforeAt: q.BeforeAt, BeforeID: q.BeforeID}, PageSize+1)
	if err != nil {
		return p, err
	}
	if p.More = len(p.Rolls) > PageSize; p.More {
		p.Rolls = p.Rolls[:PageSize]
	}
	var ids, items []id.ID
	for _, r := range p.Rolls {
		ids = append(ids, r.ID)
	}
	sums, err := c.RollSums(ctx, ids)
	if err != nil {
		return p, err
	}
	for _, x := range sums {
		p.Sums[x.RollID] = append(p.Sums[x.RollID], x)
		items = append(items, x.ItemID)
	}
	slices.Sort(items)
	w, err := readWorld(ctx, c, slices.Compact(items))
	if err != nil {
		return p, err
	}
	p.Desks, p.Items = w.depots, w.items
	responses, err := c.Responses(ctx)
	for _, r := range responses {
		p.Responses[r.ID] = r
	}
	return p, err
}
