package ledger

// The reasons a voucher of a type gives (入库类型, 出库用途, …), in the order
// forms show them. Those of receipts are the sources of the field (Sources);
// the rest are the product's words.
var (
	IssueReasons    = []string{Relief, HandedOver, Drill, DailyUse, Otherwise}
	TransferReasons = []string{"补充储备", "应急调拨", "轮换调整", Otherwise}
	MoveReasons     = []string{"整理货位", "移入待检区", "检验合格移出", Otherwise}
	DisposalReasons = []string{Outdated, Damaged, "淘汰更新", Missing, Otherwise}
)

// Reasons that rules name.
const (
	Purchased  = "本级采购"
	FromAbove  = "上级调拨"
	Donated    = "社会捐赠"
	Relief     = "救灾发放"
	HandedOver = "调拨出库"
	Drill      = "演练消耗"
	DailyUse   = "日常领用"
	Outdated   = "过期失效"
	Damaged    = "损坏变质"
	Missing    = "丢失"
	Otherwise  = "其他"
	Counted    = "盘盈盘亏" // of adjustments
)
