package reporting

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/ledger"
	"changbei/internal/polite"
	"changbei/internal/sheet"
	"changbei/internal/store"
)

// Kind is a sort of workbook an office asks for, by the word that addresses and
// commands use.
type Kind string

// The kinds of export.
const (
	Stock   Kind = "stock"   // 库存台账
	Card    Kind = "card"    // 物资卡片（明细账）
	Summary Kind = "summary" // 收发存汇总表
	Voucher Kind = "voucher" // one 入库单, 出库单 and so on
	Journal Kind = "journal" // 出入库流水
	Count   Kind = "count"   // 盘点表
	Board   Kind = "board"   // 储备情况统计表
	Goods   Kind = "items"   // 物资目录

	Plan      Kind = "plan"      // 储备计划表
	Coverage  Kind = "coverage"  // 储备对照表: the plan against stock
	Shortage  Kind = "shortage"  // 缺口清单
	Transfers Kind = "transfers" // 调拨建议表: what others can spare, and agreements
	Purchase  Kind = "purchase"  // 采购申请
	Rotation  Kind = "rotation"  // 轮换计划: what expires
)

// Form is what a kind is called and what may be said of it.
type Form struct {
	Kind   Kind
	Name   string   // 物资卡片
	About  string   // one sentence for people
	Words  []string // other words for it, as people type them
	Fields []Field
}

// Field names something that may be asked of a kind.
type Field string

// The fields. Blind and ByDepot are yes or no, the others are typed texts.
const (
	FieldDepot    Field = "depot"    // code, name or id; none = all the actor may see
	FieldItem     Field = "item"     // code, unique name or id
	FieldCategory Field = "category" // name or id
	FieldMonth    Field = "month"
	FieldFrom     Field = "from"
	FieldTo       Field = "to"
	FieldVoucher  Field = "voucher" // number or id
	FieldType     Field = "type"    // of vouchers
	FieldNumber   Field = "number"  // a part of a voucher's number
	FieldBlind    Field = "blind"   // 盲盘: without the books' quantities
	FieldByDepot  Field = "by-depot"
	FieldPlan     Field = "plan"   // a version's id or a year; none = the one in force
	FieldOn       Field = "on"     // the day of the stock, none = today
	FieldWithin   Field = "within" // months until expiry, none = a year
)

// Forms lists the kinds in the order pages and messages show them.
var Forms = []Form{
	{Stock, "库存台账", "每个批次在哪个货位、有多少、值多少；按类别小计。", []string{"台账"}, []Field{FieldDepot, FieldCategory}},
	{Card, "物资卡片", "一种物资的明细账：逐笔收入、发出、结存，带本月合计和本年累计。", []string{"卡片", "明细账"},
		[]Field{FieldItem, FieldDepot, FieldMonth, FieldFrom, FieldTo}},
	{Summary, "收发存汇总表", "一个月的期初、收入、发出、期末，数量和金额并列。", []string{"收发存", "汇总表", "汇总"},
		[]Field{FieldMonth, FieldDepot, FieldCategory, FieldByDepot}},
	{Voucher, "单据", "一张入库单、出库单、调拨单、归还单或报废单，带大写金额和校验码。",
		[]string{"入库单", "出库单", "调拨单", "归还单", "报废单"}, []Field{FieldVoucher}},
	{Journal, "出入库流水", "一段时间里每张单据的每一行，收发分列。", []string{"流水", "流水账"},
		[]Field{FieldMonth, FieldFrom, FieldTo, FieldDepot, FieldType, FieldNumber}},
	{Count, "盘点表", "按货位列出账面数量，实盘数量留空，盘盈盘亏自动计算。", []string{"盘点"}, []Field{FieldDepot, FieldCategory, FieldBlind}},
	{Board, "储备情况统计表", "各街镇一行、各种物资一列的储备数量。", []string{"储备情况", "统计表"}, []Field{FieldCategory}},
	{Goods, "物资目录", "目录里的物资，带储存期、单重和体积；填好后可以再导入，补上缺的单重和体积。", []string{"目录"}, []Field{FieldCategory}},
	{Plan, "储备计划表", "一份储备计划：物资一行、储备库一列，可以改了再导入。", []string{"储备计划", "计划表"}, []Field{FieldPlan}},
	{Coverage, "储备对照表", "计划和库存逐行对照：账面、不计入的原因、可用、缺口和完成率。", []string{"对照表", "对照"},
		[]Field{FieldPlan, FieldOn, FieldDepot, FieldCategory}},
	{Shortage, "缺口清单", "低于标准量的计划行，缺多少、按最近单价估多少钱。", []string{"缺口"}, []Field{FieldPlan, FieldOn, FieldDepot, FieldCategory}},
	{Transfers, "调拨建议表", "别的库多出来的可以调给谁，按调出、调入分组；计划没有计入的协议可以调用多少。", []string{"调拨建议", "补缺建议"}, []Field{FieldDepot, FieldCategory}},
	{Purchase, "采购申请", "调拨和调用协议之后还缺的按物资相加，填好单价、金额和大写，可以直接报批。", []string{"采购申请表", "采购"},
		[]Field{FieldPlan, FieldOn, FieldDepot, FieldCategory}},
	{Rotation, "轮换计划", "快到期和已过期的批次，按剩余时间建议用途；另附按用途、按季度的汇总。", []string{"轮换"}, []Field{FieldDepot, FieldCategory, FieldWithin}},
}

// Form gives a kind's form; the kind must be one of Forms.
func (k Kind) Form() Form {
	return Forms[slices.IndexFunc(Forms, func(f Form) bool { return f.Kind == k })]
}

// Planned reports a kind of reserve plans, for those who may see them.
func (k Kind) Planned() bool {
	return k == Plan || k == Coverage || k == Shortage || k == Transfers || k == Purchase || k == Rotation
}

// OfDistrict reports a kind only those may have who see the whole district:
// what one depot has to spare is seen from all of them.
func (k Kind) OfDistrict() bool { return k == Transfers }

// Takes reports whether a field may be asked of the kind.
func (f Form) Takes(field Field) bool { return slices.Contains(f.Fields, field) }

// ParseKind finds a kind by its word, Chinese or English.
func ParseKind(text string) (Kind, error) {
	word := strings.ToLower(strings.TrimSpace(text))
	var known []string
	for _, f := range Forms {
		if word == string(f.Kind) || word == f.Name || slices.Contains(f.Words, word) {
			return f.Kind, nil
		}
		known = append(known, fmt.Sprintf("%s（%s）", f.Kind, f.Name))
	}
	return "", errs.New(errs.Invalid, "没有「%s」这种导出，可以导出的是 %s。", strings.TrimSpace(text), strings.Join(known, "、"))
}

// Ask is what a person asks for, as typed: a field's text, or "1" for yes.
type Ask map[Field]string

// File is how a finished workbook is called: in Chinese, and in ASCII for
// programs that know nothing else. Both end in .xlsx.
type File struct{ Name, Plain string }

// Export writes a workbook of a kind in office layout. It gives the figures the
// actor may see, and is one line in the audit trail.
func (s *Service) Export(ctx context.Context, actor access.Actor, kind Kind, ask Ask, w io.Writer) (File, error) {
	q, err := s.read(ctx, actor, kind, ask)
	if err != nil {
		return File{}, err
	}
	switch kind {
	case Stock:
		return q.file(""), s.StockLedger(ctx, actor, q.stock(), w)
	case Summary:
		return q.file(string(q.month)), s.StockSummary(ctx, actor, q.summary(), w)
	}
	done, err := s.wait(ctx)
	if err != nil {
		return File{}, err
	}
	defer done()
	docs, err := s.documents(ctx, actor, q)
	if err != nil {
		return File{}, err
	}
	if err := s.trail(ctx, actor, q.kind, q.kind.Form().Name, q.about, docs); err != nil {
		return File{}, err
	}
	return q.file(q.about), polite.Run(func() error { return sheet.Write(w, docs...) })
}

func (s *Service) documents(ctx context.Context, actor access.Actor, q *query) (docs []sheet.Document, err error) {
	if err := s.readOrg(ctx, q); err != nil {
		return nil, err
	}
	switch q.kind {
	case Card:
		return s.cards(ctx, actor, q)
	case Voucher:
		return s.voucher(ctx, actor, q)
	case Journal:
		return s.journal(ctx, actor, q)
	case Count:
		return s.counts(ctx, actor, q)
	case Goods:
		return s.goods(ctx, actor, q)
	case Plan:
		return s.plan(ctx, actor, q)
	case Coverage:
		return s.coverage(ctx, actor, q)
	case Shortage:
		return s.shortage(ctx, actor, q)
	case Transfers:
		return s.transfers(ctx, actor, q)
	case Purchase:
		return s.purchase(ctx, actor, q)
	case Rotation:
		return s.rotation(ctx, actor, q)
	}
	return s.board(ctx, actor, q)
}

// readOrg reads who makes the paper.
func (s *Service) readOrg(ctx context.Context, q *query) error {
	org, err := s.store.Read().Setting(ctx, OrgSetting)
	q.office = cmp.Or(org, "（未设置）")
	q.org = "编制单位：" + q.office
	return err
}

// trail writes who took the figures out of the house, before they leave.
func (s *Service) trail(ctx context.Context, actor access.Actor, kind Kind, name, about string, docs []sheet.Document) error {
	rows := 0
	for _, d := range docs {
		for _, r := range d.Rows {
			if r.Kind == sheet.Data {
				rows++
			}
		}
	}
	return s.store.Tx(ctx, func(tx *store.Tx) error {
		return tx.Audit(ctx, 0, ledger.AuditRecord{ActorID: int64(actor.ID), ActorName: actor.Name, Act: string(kind) + ".export", Object: name,
			Result: "ok", Detail: strings.TrimSpace(fmt.Sprintf("%s %d 行", about, rows)), IP: actor.IP, RequestID: actor.RequestID})
	})
}
