package importing

import (
	"cmp"
	"fmt"
	"slices"

	"changbei/internal/reading"
)

// Act says what applying a batch does.
type Act string

// The acts. A stock list opens a depot without entries; at others it is held
// against the books, and what differs is adjusted.
const (
	Settle     Act = "settle"
	Receive    Act = "receive"   // each row is goods that came in
	Journal    Act = "journal"   // receipts and issues, by document and day
	Catalogue  Act = "catalogue" // goods are added to the catalogue
	FoundDepot Act = "depots"    // depots are added
	DraftPlan  Act = "plan"      // a draft of a reserve plan is made
	Look       Act = "look"      // nothing is booked
)

// acts are what each kind of ledger may do; the first is the usual one.
var acts = map[reading.Kind][]Act{
	reading.StockList: {Settle, Receive}, reading.StockSummary: {Settle}, reading.Stocktake: {Settle},
	reading.DonationRegister: {Receive}, reading.MovementJournal: {Journal}, reading.ReservePlan: {DraftPlan},
	reading.ItemCatalogue: {Catalogue}, reading.DepotList: {FoundDepot}, StreetForm: {Returned},
}

var actNames = map[Act]string{
	Settle: "建账或对账：没有账目的储备库作期初入库，已有账目的列出差异，按差异调整", Receive: "作为新入库：每行生成入库单",
	Journal: "记入出入库：按日期和单据号生成入库单、出库单", Catalogue: "加入物资目录", FoundDepot: "加入储备库名录", Look: "只核对，不入账",
	DraftPlan: "作为储备计划草稿：按库、按物资列入计划，先与现行版本比较",
	Returned:  "按街镇填报的变动入账：新入库、领用出库、报废损失、清点差异",
}

// Acts gives what a kind of ledger may be applied as.
func Acts(k reading.Kind) []Act { return acts[k] }

// Name gives an act in people's words.
func (a Act) Name() string { return actNames[a] }

func actOf(k reading.Kind, chosen Act) Act {
	if slices.Contains(acts[k], chosen) {
		return chosen
	}
	if len(acts[k]) == 0 {
		return Look
	}
	return acts[k][0]
}

// placed reports an act that needs a depot for every place a ledger names.
func (a Act) placed() bool { return a.moves() || a == DraftPlan }

// moves reports an act that books goods at depots.
func (a Act) moves() bool { return a == Settle || a == Receive || a == Journal || a == Returned }

// kindNames are the kinds as people call them.
var kindNames = map[reading.Kind]string{reading.StockList: "库存台账", reading.StockSummary: "收发存汇总表", reading.MovementJournal: "出入库流水",
	reading.ReservePlan: "储备计划表", reading.Stocktake: "盘点表", reading.DonationRegister: "捐赠登记表",
	reading.ItemCatalogue: "物资目录", reading.DepotList: "储备库名录", StreetForm: "街镇核对表"}

// KindName gives the Chinese name of a kind of ledger.
func KindName(k reading.Kind) string { return cmp.Or(kindNames[k], "未能判断") }

// block says why a batch as a whole cannot be applied. Single rows are another
// matter.
func (p *Preview) block() {
	switch {
	case p.Batch.Status != Uploaded && p.Batch.ID != 0:
		p.Blocked = "这个批次已经处理过。"
	case p.Form != nil && p.Form.blocked(p.Batch, len(p.Rows)) != "":
		p.Blocked = p.Form.blocked(p.Batch, len(p.Rows))
	case p.Act == Look:
		p.Blocked = fmt.Sprintf("这份表是%s，只能核对，不在这里入账。", KindName(p.Kind))
	case len(p.Rows) == 0 && p.Form == nil:
		p.Blocked = "没有读到物资行，请检查表头是否有“物资名称”和“数量”两列，或在下方指定表头行和列的含义。"
	case p.Undecided():
		p.Blocked = fmt.Sprintf("「%s」像是单据、申请或采购、协议的表，不像某一天的库存。请在“作什么用”里选定怎样办理；是出入库记录的，请先在下面把这张表的类别改为“出入库流水”。%s", p.paper(), elsewhere(p.paper()))
	case p.Act == Settle && p.severalDays() != "":
		p.Blocked = p.severalDays()
	case p.Act == Settle && p.AsOf.IsZero():
		p.Blocked = "表中没有写明截止日期，请在下方填写台账的日期。"
	case p.Act.moves() && p.AsOf.First > p.today.First:
		p.Blocked = fmt.Sprintf("台账日期 %s 晚于今天，请改正。", p.AsOf)
	}
	p.blockDepots()
	p.blockPlan()
	if p.Blocked == "" && p.Compared && p.adjusts() == 0 && !p.opensAny() {
		// A ledger that agrees with the books moves nothing, and is taken in for
		// the record: that day the goods were counted.
		switch {
		case len(p.Compare) > 0:
			p.Blocked = "下面的差异都没有选中，或还有没处理完的行，没有要入账的内容。"
		case p.Counts.OK == 0:
			p.Blocked = "账面和台账没有要调整的差异，不需要入账。"
		}
	}
}

func (p *Preview) opensAny() bool {
	for _, opens := range p.opens {
		if opens {
			return true
		}
	}
	return false
}

func (p *Preview) blockDepots() {
	for _, d := range p.Depots {
		if p.Blocked == "" && p.Act.placed() && d.DepotID == 0 && !d.Left && d.Rows > 0 {
			p.Blocked = fmt.Sprintf("请先为%s选择对应的储备库。", cmp.Or(quote(d.Written), "这份台账"))
			if p.Act == DraftPlan {
				p.Blocked = fmt.Sprintf("请先为%s选择对应的储备库，或选“不导入这一处”。", cmp.Or(quote(d.Written), "这份计划表"))
			}
		}
	}
}

func quote(s string) string {
	if s == "" {
		return ""
	}
	return "「" + s + "」"
}
