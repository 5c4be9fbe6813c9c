package dispatching

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/order"
	"changbei/internal/quantity"
	"changbei/internal/store"
)

// A distribution list (发放花名册) says who got what of the goods a point of a
// street was sent. Its rows are personal data: only those with RollView at the
// desk that handed the goods out see them, masked, unless they say why they
// need the whole numbers, which is kept (see Reveal).

// RollSource is what a list can count against: a load, or all that a desk's
// points got in a response.
type RollSource struct {
	ShipmentID id.ID // 0 = the whole response
	ResponseID id.ID
	DeskID     id.ID
	Label      string
	Owed       []RollOwed
}

// RollOwed is goods not accounted for yet.
type RollOwed struct {
	Item catalog.Item
	Owed quantity.Q
}

// Key writes a source as a form sends it.
func (r RollSource) Key() string {
	if r.ShipmentID != 0 {
		return "load:" + r.ShipmentID.String()
	}
	return "response:" + r.ResponseID.String() + ":" + r.DeskID.String()
}

// parseSource reads what Key wrote; the desk of a load is looked up.
func parseSource(text string) (RollSource, bool) {
	kind, rest, _ := strings.Cut(text, ":")
	first, second, _ := strings.Cut(rest, ":")
	switch kind {
	case "load":
		return RollSource{ShipmentID: id.Parse(first)}, id.Parse(first) != 0
	case "response":
		return RollSource{ResponseID: id.Parse(first), DeskID: id.Parse(second)}, id.Parse(first) != 0 && id.Parse(second) != 0
	}
	return RollSource{}, false
}

// maxRollOrders bounds the orders looked through for goods to hand out.
const maxRollOrders = 500

// RollSources lists what the actor may hand out: loads at points of own desks
// with goods not accounted for, and where a desk has several of a response, all
// of them together.
func (s *Service) RollSources(ctx context.Context, actor access.Actor) ([]RollSource, error) {
	sc, err := scope(actor, access.RollView)
	if err != nil {
		return nil, err
	}
	c := s.store.Read()
	orders, err := c.Orders(ctx, store.OrderFilter{Scope: sc, Statuses: []order.Status{order.Approved, order.Done}}, maxRollOrders)
	if err != nil {
		return nil, err
	}
	var items []id.ID
	for _, o := range orders {
		items = append(items, itemsOf(o)...)
	}
	slices.Sort(items)
	w, err := readWorld(ctx, c, slices.Compact(items))
	if err != nil {
		return nil, err
	}
	responses, err := c.Responses(ctx)
	if err != nil {
		return nil, err
	}
	var list []RollSource
	for _, o := range orders {
		for _, p := range pointLoads(o, 0) {
			if owed := owedOf(p.Shipment, w); len(owed) > 0 && actor.May(access.RollView, p.Target.DeskID) {
				list = append(list, RollSource{ShipmentID: p.Shipment.ID, ResponseID: o.ResponseID, DeskID: p.Target.DeskID, Owed: owed,
					Label: fmt.Sprintf("%s · %s 第 %d 车", p.Target.Name, o.Number, p.Shipment.No)})
			}
		}
	}
	return append(together(list, responses, w), list...), nil
}

// pointLoads lists the loads of an order that left for points; desk 0 = of all
// desks.
func pointLoads(o order.Order, desk id.ID) []LoadRef {
	var list []LoadRef
	for _, sh := range o.Shipments {
		if t := o.Target(sh.TargetID); sh.Status.Gone() && t.Point() && (desk == 0 || t.DeskID == desk) {
			list = append(list, LoadRef{o, sh, t})
		}
	}
	return list
}

func owedOf(sh order.Shipment, w world) []RollOwed {
	var list []RollOwed
	for _, x := range sh.Lines {
		if x.Owed() > 0 {
			list = addOwed(list, w.items[x.ItemID], x.Owed())
		}
	}
	return list
}

func addOwed(list []RollOwed, it catalog.Item, q quantity.Q) []RollOwed {
	for i := range list {
		if list[i].Item.ID == it.ID {
			list[i].Owed += q
			return list
		}
	}
	return append(list, RollOwed{it, q})
}

// together sums up the loads of a response at a desk, where there are several.
func together(loads []RollSource, responses []order.Response, w world) []RollSource {
	var list []RollSource
	for _, r := range responses {
		sums, count := map[id.ID]*RollSource{}, map[id.ID]int{}
		var desks []id.ID
		for _, l := range loads {
			if l.ResponseID != r.ID {
				continue
			}
			if sums[l.DeskID] == nil {
				sums[l.DeskID] = &RollSource{ResponseID: r.ID, DeskID: l.DeskID, Label: fmt.Sprintf("%s · %s 各点的全部物资", r.Name, w.depotName(l.DeskID))}
				desks = append(desks, l.DeskID)
			}
			count[l.DeskID]++
			for _, o := range l.Owed {
				sums[l.DeskID].Owed = addOwed(sums[l.DeskID].Owed, o.Item, o.Owed)
			}
		}
		for _, d := range desks {
			if count[d] > 1 {
				list = append(list, *sums[d])
			}
		}
	}
	return list
}

// RollInput is a list as it was read from a file. Field names in errors: source,
// title, held_on, file.
type RollInput struct {
	ClientKey string `json:"-"`
	Source    string // RollSource.Key
	Title     string
	HeldOn    string // "" = today
	FileName  string
	Notes     []string // of the file as a whole
	Lines     []RollLine
}

// RollLine is one kind of goods that one person got, as written. Issues begin
// with the cell they are about.
type RollLine struct {
	Row              int
	Cell             string // of the amount
	NameCell, IDCell string
	Person, IDNo     string
	Phone            string
	Household        string
	Village, Address string
	Word, Unit       string
	Typed            string
	Received, Signed string
	Remark           string
	Issues           []order.RowIssue
}

// maxRollRows bounds a list: more is several villages' and is split by village.
const maxRollRows = 5000

// MakeRoll keeps a list as a draft. Nothing is booked of it before somebody has
// looked at it. A second tap keeps none.
func (s *Service) MakeRoll(ctx context.Context, actor access.Actor, in RollInput) (order.Roll, error) {
	var r order.Roll
	hash := hashOf("roll", in)
	err := s.once(ctx, actor, in.ClientKey, hash, func(tx *store.Tx) error {
		var rows []order.RollRow
		var err error
		if r, rows, err = s.drawRoll(ctx, tx, actor, in); err != nil {
			return err
		}
		r.ClientKey, r.RequestHash = in.ClientKey, hash
		h, err := tx.TakeHead(ctx, r.DeskID)
		if err != nil {
			return err
		}
		year := dayOf(r.MadeAt).Year()
		r.Number = order.RollNumber(h.Depot.Code, year, h.Count(fmt.Sprintf("FF-%d", year)))
		if err := tx.InsertRoll(ctx, r, rows); err != nil {
			return err
		}
		return tx.Audit(ctx, r.DeskID, record(actor, "roll.make", r.Number, fmt.Sprintf("%s %d 行", r.Title, len(rows))))
	}, func(ctx context.Context) (done, error) {
		prior, err := s.store.Read().RollByKey(ctx, in.ClientKey)
		r = prior
		return done{prior.RequestHash, prior.AuthorID, prior.Number}, err
	})
	return r, err
}

// drawRoll checks what was read and ties its words to goods.
func (s *Service) drawRoll(ctx context.Context, tx *store.Tx, actor access.Actor, in RollInput) (order.Roll, []order.RollRow, error) {
	r := order.Roll{ID: tx.NewID(), Title: orElse(tidy(in.Title), "应急物资发放花名册"), FileName: clip(order.MaskText(tidy(in.FileName)), 200), Note: clip(order.MaskText(strings.Join(in.Notes, "\n")), 500),
		Status: order.RollDraft, AuthorID: actor.ID, AuthorName: actor.Name, MadeAt: tx.NowMicro(), LockNo: 1}
	var c errs.Check
	source, known := parseSource(in.Source)
	if !known {
		c.Add("source", "请选择发的是哪一批物资。")
		return r, nil, c.Err()
	}
	r.ShipmentID, r.ResponseID, r.DeskID = source.ShipmentID, source.ResponseID, source.DeskID
	loads, err := rollLoads(ctx, tx.Conn, &r)
	if err != nil {
		return r, nil, err
	}
	if err := seesRoll(actor, r); err != nil {
		return r, nil, err
	}
	checkText(&c, "title", "标题", r.Title, 100)
	if order.HoldsNumber(r.Title) {
		c.Add("title", "标题里不要写身份证号、电话号码。")
	}
	r.HeldOn = heldOn(&c, in.HeldOn, tx.Now)
	switch n := len(in.Lines); {
	case n == 0:
		c.Add("file", "表里没有读到领取人和数量，请核对后重新上传。")
	case n > maxRollRows:
		c.Add("file", "花名册有 %d 条发放记录，一份最多 %d 条。请按村（社区）拆成几份。", n, maxRollRows)
	}
	if err := c.Err(); err != nil {
		return r, nil, err
	}
	items, err := rollItems(ctx, tx.Conn, loads)
	if err == nil && len(items) == 0 {
		c.Add("source", "选的物资还没有签收，或送到的是储备库，不用登记发放。")
		err = c.Err()
	}
	return r, rollRows(tx, r, in.Lines, items), err
}

func heldOn(c *errs.Check, text string, now time.Time) string {
	today := day.At(now)
	if strings.TrimSpace(text) == "" {
		return today.First
	}
	d, err := day.Typed(text, today)
	switch {
	case err != nil:
		c.Add("held_on", "发放日期：%s", errs.MessageOf(err))
	case d.Day.IsZero() || d.Day.Precision != day.ToDay || d.Day.First > today.First:
		c.Add("held_on", "发放日期要精确到日，且不晚于今天（%s）。", today)
	}
	return d.Day.First
}

// seesRoll refuses a list out of sight as one that is not there.
func seesRoll(actor access.Actor, r order.Roll) error {
	if !actor.May(access.RollView, r.DeskID) {
		return errs.New(errs.NotFound, "没有这份发放花名册，或您无权查看。")
	}
	return nil
}

// rollLoads gives the loads a list counts against, and sets the desk and the
// response of a load.
func rollLoads(ctx context.Context, c *store.Conn, r *order.Roll) ([]LoadRef, error) {
	if r.ShipmentID == 0 {
		orders, err := c.Orders(ctx, store.OrderFilter{Scope: store.Scope{All: true}, ResponseID: r.ResponseID, Statuses: []order.Status{order.Approved, order.Done}}, maxOrders)
		var list []LoadRef
		for _, o := range orders {
			list = append(list, pointLoads(o, r.DeskID)...)
		}
		return list, err
	}
	of, err := c.ShipmentOrder(ctx, r.ShipmentID)
	if err != nil {
		return nil, err
	}
	o, err := c.Order(ctx, of)
	if err != nil {
		return nil, err
	}
	sh, _ := o.Shipment(r.ShipmentID)
	r.ResponseID, r.DeskID = o.ResponseID, o.Target(sh.TargetID).DeskID
	return slices.DeleteFunc(pointLoads(o, 0), func(l LoadRef) bool { return l.Shipment.ID != r.ShipmentID }), nil
}

// rollItems gives the goods of some loads, by code: what the words of a list
// can mean.
func rollItems(ctx context.Context, c *store.Conn, loads []LoadRef) ([]catalog.Item, error) {
	var ids []id.ID
	for _, l := range loads {
		for _, x := range l.Shipment.Lines {
			if x.Good > 0 && !slices.Contains(ids, x.ItemID) {
				ids = append(ids, x.ItemID)
			}
		}
	}
	byID, err := c.ItemsByID(ctx, ids)
	var list []catalog.Item
	for _, it := range byID {
		list = append(list, it)
	}
	slices.SortFunc(list, func(a, b catalog.Item) int { return cmp.Compare(a.Code, b.Code) })
	return list, err
}
