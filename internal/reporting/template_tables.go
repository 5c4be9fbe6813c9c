package reporting

import (
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/money"
	"changbei/internal/sheet"
	"changbei/internal/store"
)

// numbered is a line with its number, from 1.
type numbered[T any] struct {
	n   int
	row T
}

func numberedOf[T any](rows []T) []numbered[T] {
	out := make([]numbered[T], len(rows))
	for i, r := range rows {
		out[i] = numbered[T]{i + 1, r}
	}
	return out
}

// fenOf is an amount that may be unknown.
func fenOf(f *money.Fen) sheet.Value {
	if f == nil {
		return sheet.Blank()
	}
	return sheet.Money(*f)
}

type stockHead struct {
	templateHead
	total sum
}

type stockLine = numbered[store.StockRow]

// stockTemplate is the stock ledger (库存台账), a line for each lot in a bin.
var stockTemplate = templateTable[stockHead, stockLine]{
	kind: "stock", name: "库存台账", about: "每个批次在每个货位一行，按类别、物资排列。",
	head: append(templateHeads(func(h stockHead) templateHead { return h.templateHead }),
		templateField[stockHead]{"截止日期", func(h stockHead) sheet.Value { return sheet.Date(h.today) }, nil},
		templateField[stockHead]{"合计数量", func(h stockHead) sheet.Value { return quantityOf(sheet.Quantity(h.total.qty), h.total.mixed) }, nil},
		templateField[stockHead]{"合计金额", func(h stockHead) sheet.Value { return sheet.Money(h.total.amount) }, nil},
	),
	line: []templateField[stockLine]{
		{"序号", func(l stockLine) sheet.Value { return sheet.Int(int64(l.n)) }, nil},
		{"储备库", func(l stockLine) sheet.Value { return sheet.Text(l.row.Depot) }, []string{"仓库"}},
		{"编码", func(l stockLine) sheet.Value { return sheet.Text(l.row.ItemCode) }, []string{"物资编码"}},
		{"物资类别", func(l stockLine) sheet.Value { return sheet.Text(l.row.Category) }, []string{"类别"}},
		{"物资名称", func(l stockLine) sheet.Value { return sheet.Text(l.row.Item) }, []string{"品名", "名称"}},
		{"规格型号", func(l stockLine) sheet.Value { return sheet.Text(l.row.Spec) }, []string{"规格", "型号"}},
		{"单位", func(l stockLine) sheet.Value { return sheet.Text(l.row.Unit) }, []string{"计量单位"}},
		{"批号", func(l stockLine) sheet.Value { return sheet.Text(l.row.Lot.No) }, []string{"批次"}},
		{"生产日期", func(l stockLine) sheet.Value { return sheet.Date(l.row.Lot.Produced) }, nil},
		{"有效期至", func(l stockLine) sheet.Value { return sheet.Date(l.row.Lot.Expires) }, []string{"有效期", "失效日期"}},
		{"入库日期", func(l stockLine) sheet.Value { return sheet.Date(l.row.Lot.Received) }, nil},
		{"数量", func(l stockLine) sheet.Value { return sheet.Quantity(l.row.OnHand) }, []string{"结存", "结存数量"}},
		{"单价", func(l stockLine) sheet.Value { return fenOf(l.row.Lot.Price) }, nil},
		{"金额", func(l stockLine) sheet.Value { return stockAmount(l.row) }, nil},
		{"来源", func(l stockLine) sheet.Value { return sheet.Text(string(l.row.Lot.Source)) }, nil},
		{"产权单位", func(l stockLine) sheet.Value { return sheet.Text(l.row.Lot.Owner) }, nil},
		{"货位", func(l stockLine) sheet.Value { return sheet.Text(l.row.Bin) }, []string{"存放地点"}},
		{"备注", func(stockLine) sheet.Value { return sheet.Blank() }, nil}, // the books have none: to be written by hand
	},
}

func stockAmount(r store.StockRow) sheet.Value {
	if r.Lot.Price == nil {
		return sheet.Blank()
	}
	return sheet.Money(r.Lot.Price.Times(r.OnHand))
}

type summaryHead struct {
	templateHead
	period string
	total  SummarySum
}

type summaryLine = numbered[inventory.SummaryRow]

// summaryTemplate is a month's 收发存汇总表, a line for each item.
var summaryTemplate = templateTable[summaryHead, summaryLine]{
	kind: "summary", name: "收发存汇总表", about: "一个月里每种物资一行；“按储备库”导出时每个储备库的每种物资一行。",
	head: append(templateHeads(func(h summaryHead) templateHead { return h.templateHead }),
		templateField[summaryHead]{"期间", func(h summaryHead) sheet.Value { return sheet.Text(h.period) }, []string{"月份"}},
		templateField[summaryHead]{"合计期初数量", func(h summaryHead) sheet.Value { return quantityOf(sheet.Quantity(h.total.Opening), h.total.Mixed) }, nil},
		templateField[summaryHead]{"合计期初金额", func(h summaryHead) sheet.Value { return summedFen(h, h.total.Amounts.Opening) }, nil},
		templateField[summaryHead]{"合计收入数量", func(h summaryHead) sheet.Value { return quantityOf(sheet.Quantity(h.total.Received), h.total.Mixed) }, nil},
		templateField[summaryHead]{"合计收入金额", func(h summaryHead) sheet.Value { return summedFen(h, h.total.Amounts.Received) }, nil},
		templateField[summaryHead]{"合计发出数量", func(h summaryHead) sheet.Value { return quantityOf(sheet.Quantity(h.total.Issued), h.total.Mixed) }, nil},
		templateField[summaryHead]{"合计发出金额", func(h summaryHead) sheet.Value { return summedFen(h, h.total.Amounts.Issued) }, nil},
		templateField[summaryHead]{"合计期末数量", func(h summaryHead) sheet.Value { return quantityOf(sheet.Quantity(h.total.Closing), h.total.Mixed) }, nil},
		templateField[summaryHead]{"合计期末金额", func(h summaryHead) sheet.Value { return summedFen(h, h.total.Amounts.Closing) }, nil},
	),
	line: []templateField[summaryLine]{
		{"序号", func(l summaryLine) sheet.Value { return sheet.Int(int64(l.n)) }, nil},
		{"储备库", func(l summaryLine) sheet.Value { return sheet.Text(l.row.Depot.Name) }, []string{"仓库"}},
		{"编码", func(l summaryLine) sheet.Value { return sheet.Text(l.row.Item.Code) }, []string{"物资编码"}},
		{"物资类别", func(l summaryLine) sheet.Value { return sheet.Text(l.row.Item.Category) }, []string{"类别"}},
		{"物资名称", func(l summaryLine) sheet.Value { return sheet.Text(l.row.Item.Name) }, []string{"品名", "名称"}},
		{"规格型号", func(l summaryLine) sheet.Value { return sheet.Text(l.row.Item.Spec) }, []string{"规格", "型号"}},
		{"单位", func(l summaryLine) sheet.Value { return sheet.Text(l.row.Item.Unit) }, []string{"计量单位"}},
		{"期初数量", func(l summaryLine) sheet.Value { return sheet.Quantity(l.row.Opening) }, []string{"期初结存"}},
		{"期初金额", func(l summaryLine) sheet.Value {
			return amountOf(l, func(a inventory.Amounts) money.Fen { return a.Opening })
		}, nil},
		{"收入数量", func(l summaryLine) sheet.Value { return sheet.Quantity(l.row.Received) }, []string{"本期收入", "入库数量"}},
		{"收入金额", func(l summaryLine) sheet.Value {
			return amountOf(l, func(a inventory.Amounts) money.Fen { return a.Received })
		}, nil},
		{"发出数量", func(l summaryLine) sheet.Value { return sheet.Quantity(l.row.Issued) }, []string{"本期发出", "出库数量"}},
		{"发出金额", func(l summaryLine) sheet.Value {
			return amountOf(l, func(a inventory.Amounts) money.Fen { return a.Issued })
		}, nil},
		{"期末数量", func(l summaryLine) sheet.Value { return sheet.Quantity(l.row.Closing) }, []string{"期末结存", "结存数量"}},
		{"期末金额", func(l summaryLine) sheet.Value {
			return amountOf(l, func(a inventory.Amounts) money.Fen { return a.Closing })
		}, nil},
		{"备注", func(summaryLine) sheet.Value { return sheet.Blank() }, nil},
	},
}

func summedFen(h summaryHead, f money.Fen) sheet.Value {
	if !h.total.Priced {
		return sheet.Blank()
	}
	return sheet.Money(f)
}

func amountOf(l summaryLine, of func(inventory.Amounts) money.Fen) sheet.Value {
	if l.row.Amounts == nil {
		return sheet.Blank()
	}
	return sheet.Money(of(*l.row.Amounts))
}

type voucherHead struct {
	templateHead
	v inventory.VoucherView
}

type voucherLine = numbered[inventory.VoucherLine]

// voucherTemplate is one voucher as a sheet: 入库单, 出库单 and the others.
var voucherTemplate = templateTable[voucherHead, voucherLine]{
	kind: "voucher", name: "入库单、出库单等单据", about: "一张单据一个文件，明细每个批次一行。",
	head: append(templateHeads(func(h voucherHead) templateHead { return h.templateHead }),
		templateField[voucherHead]{"单据名称", func(h voucherHead) sheet.Value { return sheet.Text(h.v.Type.Name()) }, nil},
		templateField[voucherHead]{"单据编号", func(h voucherHead) sheet.Value { return sheet.Text(h.v.Number) }, []string{"单号", "编号"}},
		templateField[voucherHead]{"业务日期", func(h voucherHead) sheet.Value { return sheet.Date(h.v.BusinessOn) }, []string{"单据日期"}},
		templateField[voucherHead]{"调入储备库", func(h voucherHead) sheet.Value { return sheet.Text(h.v.ToDepot.Name) }, nil},
		templateField[voucherHead]{"往来单位", func(h voucherHead) sheet.Value { return sheet.Text(h.v.Counterparty) }, []string{"供货单位", "领用单位", "接收单位"}},
		templateField[voucherHead]{"事由", func(h voucherHead) sheet.Value { return sheet.Text(h.v.Reason) }, []string{"用途"}},
		templateField[voucherHead]{"依据", func(h voucherHead) sheet.Value { return sheet.Text(h.v.Reference) }, []string{"依据文号"}},
		templateField[voucherHead]{"单据备注", func(h voucherHead) sheet.Value { return sheet.Text(h.v.Remark) }, nil},
		templateField[voucherHead]{"经办人", func(h voucherHead) sheet.Value { return sheet.Text(h.v.ActorName) }, nil},
		templateField[voucherHead]{"校验码", func(h voucherHead) sheet.Value { return sheet.Text(ledger.Tail(h.v.Hash)) }, nil},
		templateField[voucherHead]{"合计金额", func(h voucherHead) sheet.Value { return voucherTotal(h.v, sheet.Money(h.v.Total)) }, nil},
		templateField[voucherHead]{"大写金额", func(h voucherHead) sheet.Value { return voucherTotal(h.v, sheet.Text(h.v.Total.Capital())) }, []string{"合计大写"}},
	),
	line: []templateField[voucherLine]{
		{"序号", func(l voucherLine) sheet.Value { return sheet.Int(int64(l.n)) }, nil},
		{"编码", func(l voucherLine) sheet.Value { return sheet.Text(l.row.Item.Code) }, []string{"物资编码"}},
		{"物资名称", func(l voucherLine) sheet.Value { return sheet.Text(l.row.Item.Name) }, []string{"品名", "名称"}},
		{"规格型号", func(l voucherLine) sheet.Value { return sheet.Text(l.row.Item.Spec) }, []string{"规格", "型号"}},
		{"单位", func(l voucherLine) sheet.Value { return sheet.Text(l.row.Item.Unit) }, []string{"计量单位"}},
		{"数量", func(l voucherLine) sheet.Value { return sheet.Quantity(l.row.Qty) }, nil},
		{"包装数量", func(l voucherLine) sheet.Value { return sheet.Text(l.row.Packed) }, nil},
		{"单价", func(l voucherLine) sheet.Value { return fenOf(l.row.Lot.Price) }, nil},
		{"金额", func(l voucherLine) sheet.Value { return fenOf(l.row.Amount) }, nil},
		{"批号", func(l voucherLine) sheet.Value { return sheet.Text(l.row.Lot.No) }, []string{"批次"}},
		{"生产日期", func(l voucherLine) sheet.Value { return sheet.Date(l.row.Lot.Produced) }, nil},
		{"有效期至", func(l voucherLine) sheet.Value { return sheet.Date(l.row.Lot.Expires) }, []string{"有效期", "失效日期"}},
		{"货位", func(l voucherLine) sheet.Value { return sheet.Text(l.row.Bin) }, []string{"存放地点"}},
		{"调入货位", func(l voucherLine) sheet.Value { return sheet.Text(l.row.ToBin) }, nil},
		{"来源", func(l voucherLine) sheet.Value { return sheet.Text(string(l.row.Lot.Source)) }, nil},
		{"产权单位", func(l voucherLine) sheet.Value { return sheet.Text(l.row.Lot.Owner) }, nil},
		{"备注", func(l voucherLine) sheet.Value { return sheet.Text(l.row.Remark) }, nil},
	},
}

// voucherTotal is blank where no line has a price: 零元 would be a figure.
func voucherTotal(v inventory.VoucherView, total sheet.Value) sheet.Value {
	for _, l := range v.Lines {
		if l.Amount != nil {
			return total
		}
	}
	return sheet.Blank()
}
