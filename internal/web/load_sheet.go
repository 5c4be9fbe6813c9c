package web

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"changbei/internal/code"
	"changbei/internal/dispatching"
	"changbei/internal/ledger"
	"changbei/internal/order"
	"changbei/internal/quantity"
	"changbei/internal/web/view"
)

var loadSheetsPage = declare[view.LoadSheets]("print", "load/papers")

// The papers of a load, as the address names them.
const (
	sheetTransfer = "transfer" // 调拨单, triplicate
	sheetPick     = "pick"     // 拣货单
	sheetReceipt  = "receipt"  // 交接单, with the code to sign by
)

var sheetNames = []struct{ kind, label, heading string }{{sheetPick, "拣货单", "拣货单"}, {sheetTransfer, "调拨单（三联）", "应急物资调拨单"}, {sheetReceipt, "交接单（回执）", "应急物资交接单（回执）"}}

// loadCopies names the three copies of a 调拨单 that goes with a load.
const loadCopies = "①存根 ②接收 ③财务"

// loadSheet lays the papers of a load out. Without a word in the address it is
// the one that is needed next.
func (s *Server) loadSheet(c echo.Context) error {
	shipment, err := pathID(c, "id")
	if err != nil {
		return err
	}
	v, err := s.Dispatching.LoadPapers(c.Request().Context(), actorOf(c), shipment)
	if err != nil {
		return err
	}
	self := loadURL(shipment) + "/papers"
	p := &view.LoadSheets{Base: s.base(c), Kind: sheetReceipt, Paper: "a4", Mark: natureMark(v.Nature), BackURL: loadURL(shipment), Order: v.Number, Load: loadName(v.Shipment),
		Voucher: "出发登记后编号", Tail: "出发登记后生成", Copies: loadCopies, Left: "尚未出发"}
	if v.Shipment.Status.Waiting() {
		p.Kind = sheetPick
	}
	for _, x := range sheetNames {
		if c.QueryParam("kind") == x.kind {
			p.Kind = x.kind
		}
	}
	for _, x := range sheetNames {
		p.Papers = append(p.Papers, view.StockTab{Label: x.label, URL: self + "?kind=" + x.kind, Current: x.kind == p.Kind})
		if x.kind == p.Kind {
			p.Heading = x.heading
		}
	}
	if v.Voucher.ID != 0 {
		p.Voucher, p.Tail, p.Left = v.Voucher.Number, ledger.Tail(v.Voucher.Hash), "出发 "+order.Clock(v.Shipment.LeftAt)
	}
	loadSides(p, v)
	switch p.Kind {
	case sheetTransfer:
		p.Sizes = []view.StockTab{{Label: "三联单 241×140", URL: self + "?kind=transfer"}, {Label: "A4 横向", URL: self + "?kind=transfer&paper=a4"}}
		p.Paper = "form"
		if c.QueryParam("paper") == "a4" {
			p.Paper = "a4"
		}
		p.Sizes[0].Current, p.Sizes[1].Current = p.Paper == "form", p.Paper == "a4"
		layTransfer(p, v)
	case sheetPick:
		layPick(p, v)
	default:
		if err := s.layReceipt(p, v, c.Request()); err != nil {
			return err
		}
	}
	return show(s, c, loadSheetsPage, p)
}

// loadSides fills in who sends and who receives.
func loadSides(p *view.LoadSheets, v dispatching.LoadPapers) {
	d := v.Depots[v.Shipment.DepotID]
	p.From = view.SheetContact{Name: d.Name, Address: d.Address, Contact: firstText(v.Shipment.Sender, d.Keeper), Phone: firstText(v.Shipment.SenderPhone, d.Phone)}
	p.To = receiver(v.OrderView, v.LoadView.Target)
}

// truck says what carries a load and who drives it.
func truck(sh order.Shipment) (vehicle, driver string) {
	return joined(sh.Vehicle, sh.Plate), joined(sh.Driver, sh.DriverPhone)
}

func joined(a, b string) string {
	if a != "" && b != "" {
		return a + " " + b
	}
	return a + b
}

// approvedBy says on whose word a load goes.
func approvedBy(v dispatching.LoadPapers) string {
	if v.ByWord {
		return v.WordOf + "（电话）"
	}
	return v.DecidedName
}

func layTransfer(p *view.LoadSheets, v dispatching.LoadPapers) {
	vehicle, driver := truck(v.Shipment)
	d := v.Depots[v.Shipment.DepotID]
	p.Unit = view.PaperUnit(firstText(d.Custodian, p.Org, d.Name))
	why := firstText(v.Response.Name, v.Reason)
	p.Head = view.SheetHead("调出："+p.From.Name, "发货："+joined(p.From.Contact, p.From.Phone), "日期："+papersDay(v),
		"接收："+v.LoadView.Target.Name, "收货："+joined(p.To.Contact, p.To.Phone), "指令："+v.Number,
		"地点："+p.To.Address, "车辆："+vehicle, "文号："+v.DocumentNo,
		"事由："+p.Mark+why, "驾驶员："+driver, fmt.Sprintf("运次：%s，共 %d 行", p.Load, len(v.Shipment.Lines)))
	for _, text := range []string{"批准：" + approvedBy(v), "审核：", "发货：", "承运：", "接收："} {
		p.Signers = append(p.Signers, view.PaperSigner(text))
	}
	var lines []view.VoucherLine
	for i, x := range v.Shipment.Lines {
		l := view.NewVoucherLine(v.Items[x.ItemID], v.Lots[x.LotID], x.Qty, nil, false)
		l.N, l.Bin = i+1, v.Bins[x.PlaceID].Code
		lines = append(lines, l)
	}
	p.Lay(lines)
}

// papersDay is the day a load left, or was promised.
func papersDay(v dispatching.LoadPapers) string {
	if v.Voucher.ID != 0 {
		return v.Voucher.BusinessOn.Chinese()
	}
	return "　　年　月　日"
}

// loadRows lists a load's lots; by bin for whoever picks them, else as they
// stand on the voucher.
func loadRows(v dispatching.LoadPapers, byBin bool) []view.LoadSheetRow {
	lines := slices.Clone(v.Shipment.Lines)
	if byBin {
		slices.SortStableFunc(lines, func(a, b order.ShipmentLine) int {
			return cmp.Or(cmp.Compare(v.Bins[a.PlaceID].Code, v.Bins[b.PlaceID].Code), cmp.Compare(v.Items[a.ItemID].Code, v.Items[b.ItemID].Code),
				cmp.Compare(lastDay(v.Lots[a.LotID]), lastDay(v.Lots[b.LotID])), cmp.Compare(v.Lots[a.LotID].No, v.Lots[b.LotID].No))
		})
	}
	var rows []view.LoadSheetRow
	for i, x := range lines {
		it, lot := v.Items[x.ItemID], v.Lots[x.LotID]
		rows = append(rows, view.LoadSheetRow{N: i + 1, Bin: v.Bins[x.PlaceID].Code, Code: it.Code, Name: it.Name, Spec: it.Spec, LotNo: lot.No, Expires: lot.Expires.String(),
			Unit: it.Unit, Qty: x.Qty.Grouped(), Pack: packHint(it)})
	}
	return rows
}

// lastDay orders lots by their expiry, those without one last.
func lastDay(lot ledger.Lot) string {
	if lot.Expires.IsZero() {
		return "9999"
	}
	return lot.Expires.Last()
}

func loadSums(v dispatching.LoadPapers) string {
	var lines []view.VoucherLine
	for _, x := range v.Shipment.Lines {
		lines = append(lines, view.NewVoucherLine(v.Items[x.ItemID], v.Lots[x.LotID], x.Qty, nil, false))
	}
	return fmt.Sprintf("共 %d 行，%s", len(lines), view.Sums(lines))
}

func layPick(p *view.LoadSheets, v dispatching.LoadPapers) {
	vehicle, driver := truck(v.Shipment)
	p.Facts = []view.SheetFact{{Label: "储备库", Text: p.From.Name}, {Label: "指令", Text: v.Number + " " + p.Load}, {Label: "送往", Text: p.To.Name}, {Label: "地点", Text: p.To.Address},
		{Label: "车辆", Text: vehicle}, {Label: "驾驶员", Text: driver}, {Label: "批准", Text: approvedBy(v)}, {Label: "事由", Text: p.Mark + firstText(v.Response.Name, v.Reason)}}
	p.Rows, p.Sums = loadRows(v, true), loadSums(v)
	p.Signs = []string{"拣货：", "复核：", "时间："}
}

// layReceipt lays the paper out by which goods are handed over: its code leads
// to the page that signs for them.
func (s *Server) layReceipt(p *view.LoadSheets, v dispatching.LoadPapers, r *http.Request) error {
	vehicle, driver := truck(v.Shipment)
	p.Facts = []view.SheetFact{{Label: "调出", Text: p.From.Name}, {Label: "发货联系", Text: joined(p.From.Contact, p.From.Phone)}, {Label: "接收", Text: p.To.Name}, {Label: "接收联系", Text: joined(p.To.Contact, p.To.Phone)},
		{Label: "地点", Text: p.To.Address}, {Label: "车辆", Text: vehicle}, {Label: "驾驶员", Text: driver}, {Label: "调拨单", Text: p.Voucher},
		{Label: "指令", Text: joined(v.Number+" "+p.Load, v.DocumentNo)}, {Label: "校验码", Text: p.Tail}}
	p.Rows, p.Sums = loadRows(v, false), loadSums(v)
	for i := range p.Rows {
		signedRow(&p.Rows[i], v.Shipment.Lines[i])
	}
	p.Signs = []string{"发货人：", "驾驶员：", "接收人：", "签收时间："}
	base := s.reachable(r)
	if base == "" {
		base = "http://" + r.Host
		p.Local = "您是用 " + r.Host + " 打开本页的，印出的二维码只有这台电脑打得开。请用局域网地址或域名打开后再打印，手机才能扫码签收。"
	}
	p.Link = base + "/sign/" + v.Shipment.Token
	var err error
	p.Code, err = code.QR(p.Link)
	return err
}

// signedRow fills in what was signed for already.
func signedRow(row *view.LoadSheetRow, x order.ShipmentLine) {
	if x.Good+x.Damaged+x.Missing == 0 {
		return
	}
	for _, f := range []struct {
		text *string
		qty  quantity.Q
	}{{&row.Good, x.Good}, {&row.Damaged, x.Damaged}, {&row.Missing, x.Missing}} {
		*f.text = f.qty.Grouped()
	}
}
