package web

import (
	"fmt"
	"strings"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/money"
	"changbei/internal/planning"
	"changbei/internal/quantity"
	"changbei/internal/reporting"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var proposalPage = declare[view.Proposals]("base", "proposal/view")

// proposalView shows what to do about today's shortages.
func (s *Server) proposalView(c echo.Context) error {
	data, _, err := s.proposalData(c)
	if err != nil {
		return err
	}
	return show(s, c, proposalPage, data)
}

func (s *Server) proposalData(c echo.Context) (*view.Proposals, planning.Proposals, error) {
	actor := actorOf(c)
	p, err := s.Planning.Propose(c.Request().Context(), actor)
	if err != nil {
		return nil, p, err
	}
	data := &view.Proposals{Base: s.base(c), On: p.On, MaySuggest: actor.May(access.PlanEdit, 0)}
	if !p.Found {
		data.Empty = view.Empty{Icon: "clipboard-list", Title: "没有生效的储备计划", Text: "计划经领导批准后，这里对每个缺口提出调拨、调用和采购建议。", URL: "/plans", Do: "查看储备计划"}
		return data, p, nil
	}
	data.Shown, data.Plan, data.PlanURL = true, planTitle(p.Plan), planURL(p.Plan)
	data.TransfersURL, data.PurchaseURL = exportURL(reporting.Transfers, nil), exportURL(reporting.Purchase, nil)
	for _, t := range p.Transfers {
		data.Transfers = append(data.Transfers, proposedTransfer(t))
	}
	for _, u := range p.CallUps {
		data.CallUps = append(data.CallUps, s.proposedCallUp(u))
	}
	var total money.Fen
	unpriced := 0
	for _, b := range p.Purchases {
		row := view.ProposedPurchase{Item: b.Label, Qty: b.Qty.Grouped(), Unit: b.Unit, For: shortDepots(b.Shares)}
		if b.Price != nil {
			amount := b.Price.Times(b.Qty)
			total += amount
			row.Price, row.Amount = b.Price.Grouped(), amount.Grouped()
		} else {
			unpriced++
		}
		data.Purchases = append(data.Purchases, row)
	}
	data.Total = total.Grouped()
	if unpriced > 0 {
		data.Unpriced = fmt.Sprintf("另有 %d 种没有成交价，待询价", unpriced)
	}
	lines := 0
	for _, t := range p.Transfers {
		lines += len(t.Lines)
	}
	data.Summary = []view.Kpi{
		{Label: "有缺口的计划行", Value: count(p.Short), Unit: "行", Tone: toneOf(p.Short == 0), Hint: "低于标准量", URL: "/coverage/lines?only=short"},
		{Label: "可以调拨", Value: count(len(p.Transfers)), Unit: "对库", Tone: "is-ok", Hint: fmt.Sprintf("%d 行，只动超出本库标准量的部分", lines), URL: "#transfers"},
		{Label: "可以调用协议", Value: count(len(p.CallUps)), Unit: "份", Tone: "is-ok", Hint: "计划没有计入的协议数量", URL: "#callups"},
		{Label: "需要采购", Value: count(len(p.Purchases)), Unit: "种", Tone: toneOf(len(p.Purchases) == 0), Hint: "估算 " + data.Total + " 元", URL: "#purchases"},
	}
	return data, p, nil
}

func shortDepots(shares []planning.PurchaseShare) string {
	const most = 3
	text := ""
	for i, one := range shares {
		if i == most {
			return fmt.Sprintf("%s 等 %d 处", text, len(shares))
		}
		if i > 0 {
			text += "、"
		}
		text += shortDepot(one.For())
	}
	return text
}

func minutesTag(minutes int, known bool) view.Tag {
	if !known {
		return view.Tag{Text: "路程未知", Tone: "is-warn", Icon: "help-circle"}
	}
	return view.Tag{Text: fmt.Sprintf("约 %d 分钟", minutes), Icon: "truck"}
}

func transferKey(t planning.TransferProposal) string { return t.From.Code + ">" + t.To.Code }

func proposedTransfer(t planning.TransferProposal) view.ProposedTransfer {
	out := view.ProposedTransfer{Key: transferKey(t), From: shortDepot(t.From.Name), To: shortDepot(t.To.Name), Minutes: minutesTag(t.Minutes, t.Known)}
	sums, order := map[string]quantity.Q{}, []string{}
	for _, l := range t.Lines {
		key := l.Item.Label() + "\n" + l.Item.Unit
		if _, seen := sums[key]; !seen {
			order = append(order, key)
		}
		sums[key] += l.Qty
		out.Lines = append(out.Lines, view.ProposedLine{Item: l.Item.Label(), LotNo: l.Lot.No, Expires: l.Lot.Expires.String(), Bin: l.Bin, Qty: l.Qty.Grouped(), Unit: l.Item.Unit})
	}
	var words []string
	for _, key := range order {
		name, unit, _ := strings.Cut(key, "\n")
		words = append(words, name+" "+sums[key].Grouped()+" "+unit)
	}
	out.Goods = strings.Join(words, "、")
	return out
}

func (s *Server) proposedCallUp(u planning.CallUpProposal) view.ProposedCallUp {
	out := view.ProposedCallUp{Firm: u.Deal.Firm, Number: u.Deal.Number, URL: "/agreements/" + u.Deal.ID.String(), Form: u.Deal.Form.Name(),
		Lead: fmt.Sprintf("%d 小时内送达", u.Deal.LeadHours), Contact: u.Deal.Contact, Phone: u.Deal.Phone}
	if u.Stale {
		out.Stale = view.Tag{Text: "核实过期", Tone: "is-warn", Icon: "phone"}
	}
	for _, l := range u.Lines {
		line := view.ProposedLine{Item: l.Item.Label(), To: l.To.Name, Qty: l.Qty.Grouped(), Unit: l.Item.Unit}
		if line.To == "" {
			line.To = "全区合计行"
		}
		if l.Price != nil {
			line.Price, line.Amount = l.Price.Grouped(), l.Price.Times(l.Qty).Grouped()
		}
		out.Lines = append(out.Lines, line)
	}
	return out
}

// proposalKey names the drafts made here: one open draft a pair of depots, on
// whatever day it was made.
const proposalKey = "reserve"

// proposalSuggest leaves the ticked transfers as drafts at the giving depots.
func (s *Server) proposalSuggest(c echo.Context) error {
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	data, p, err := s.proposalData(c)
	if err != nil {
		return err
	}
	chosen := map[string]bool{}
	for _, key := range f.All("transfer") {
		chosen[key] = true
	}
	var drafts []inventory.Draft
	for _, t := range p.Transfers {
		if chosen[transferKey(t)] {
			drafts = append(drafts, suggestedDraft(t, p.On))
			delete(chosen, transferKey(t))
		}
	}
	if len(chosen) > 0 {
		return refuse(s, c, proposalPage, data, errs.New(errs.Conflict, "库存刚刚有了变动，选中的建议有 %d 条已不成立。请看过下面新的建议再选。", len(chosen)))
	}
	made, err := s.Inventory.SuggestTransfers(c.Request().Context(), actorOf(c), proposalKey, drafts)
	if err != nil {
		return refuse(s, c, proposalPage, data, err)
	}
	s.flash(c, "ok", fmt.Sprintf("已在调出库的草稿箱里放入 %d 张调拨草稿，请对应的保管员核对后记账。%s", made, already(len(drafts)-made)))
	return redirect(c, "/proposals")
}

func already(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("另有 %d 张还在草稿箱里没有办理，没有重复生成。", n)
}

func suggestedDraft(t planning.TransferProposal, on string) inventory.Draft {
	d := inventory.Draft{Type: ledger.Transfer, DepotID: t.From.ID, ToDepotID: t.To.ID, BusinessOn: on, Reason: ledger.TransferReasons[0],
		Remark: "按储备计划缺口建议"}
	for _, l := range t.Lines {
		d.Lines = append(d.Lines, inventory.Line{ItemID: l.Item.ID, Item: l.Item.Label(), LotNo: l.Lot.No, LotID: l.Lot.ID, PlaceID: l.PlaceID, Bin: l.Bin,
			Produced: l.Lot.Produced.String(), Expires: l.Lot.Expires.String(), Qty: l.Qty.String()})
	}
	return d
}
