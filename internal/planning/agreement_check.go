package planning

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"changbei/internal/catalog"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/plan"
	"changbei/internal/store"
)

// AgreementInput is the form of an agreement, as typed. Field names in errors:
// number, form, firm, contact, phone, address, from_on, to_on, lead_hours,
// remark, lines, line.N.item, line.N.qty, line.N.price with N from 1.
type AgreementInput struct {
	ID                              id.ID // 0 = a new one
	LockNo                          int64 // of the version the form showed
	Number                          string
	Form                            string
	Firm, Contact, Phone, Address   string
	FromOn, ToOn, LeadHours, Remark string
	Lines                           []AgreementLine // blank ones are passed over
}

// AgreementLine is a line of the form's goods.
type AgreementLine struct{ Item, Qty, Price string }

// Blank reports a line nobody typed in.
func (l AgreementLine) Blank() bool {
	return strings.TrimSpace(l.Item+l.Qty+l.Price) == ""
}

// Bounds of an agreement: more is a slip.
const (
	maxTermYears = 20
	maxLeadHours = 24 * 365
	maxDealLines = 200
)

func (s *Service) checkAgreement(ctx context.Context, tx *store.Tx, in AgreementInput) (plan.Deal, error) {
	items, err := tx.Items(ctx)
	if err != nil {
		return plan.Deal{}, err
	}
	others, err := tx.Agreements(ctx)
	if err != nil {
		return plan.Deal{}, err
	}
	var c errs.Check
	d := plan.Deal{ID: in.ID, LockNo: in.LockNo, Number: tidy(in.Number), Form: plan.Form(in.Form), Firm: tidy(in.Firm), Contact: tidy(in.Contact),
		Phone: tidy(in.Phone), Address: tidy(in.Address), Remark: tidy(in.Remark)}
	checkNumber(&c, d, others)
	checkDealForm(&c, d.Form)
	checkFirm(&c, d)
	s.checkTerm(&c, in, &d)
	d.LeadHours = checkLead(&c, in.LeadHours)
	for _, f := range []struct {
		field, label, text string
		limit              int
	}{{"number", "协议编号", d.Number, 60}, {"firm", "签约单位", d.Firm, 100}, {"contact", "调用联系人", d.Contact, 60}, {"phone", "联系电话", d.Phone, 60},
		{"address", "地址", d.Address, 200}, {"remark", "备注", d.Remark, 300}} {
		checkText(&c, f.field, f.label, f.text, f.limit)
	}
	d.Goods = checkDealGoods(&c, in.Lines, newNamed(items))
	return d, c.Err()
}

// checkNumber refuses a number that another agreement in force bears: a call-up
// that quotes it must mean one paper.
func checkNumber(c *errs.Check, d plan.Deal, others []plan.Deal) {
	if catalog.Key(d.Number) == "" {
		c.Add("number", "请填写协议编号，例如 望应急协〔2026〕3号。")
		return
	}
	for _, o := range others {
		if o.ID != d.ID && !o.Ended && catalog.Key(o.Number) == catalog.Key(d.Number) {
			c.Add("number", "编号「%s」已用于%s的协议。请核对编号；那份已作废的，请先终止它。", o.Number, o.Firm)
			return
		}
	}
}

func checkDealForm(c *errs.Check, f plan.Form) {
	switch {
	case f.Promised():
	case f == plan.Kept:
		c.Add("form", "代储的物资放在企业库里，是实物库存：请在储备库中新增一个「企业代储」的储备库来记账，不在这里登记。")
	case f == plan.Physical:
		c.Add("form", "实物储备在储备库里入库记账，不在这里登记。请选择协议、产能或社会。")
	default:
		c.Add("form", "请选择储备形式：协议、产能或社会。")
	}
}

// minPhoneDigits is what the shortest number with its exchange has.
const minPhoneDigits = 7

// checkFirm wants whom to call: an agreement nobody can call up is none.
func checkFirm(c *errs.Check, d plan.Deal) {
	if catalog.Key(d.Firm) == "" {
		c.Add("firm", "请填写签约单位的全称。")
	}
	if catalog.Key(d.Contact) == "" {
		c.Add("contact", "请填写调用联系人：紧急调用时先打电话找他。")
	}
	digits := 0
	for _, r := range d.Phone {
		if unicode.IsDigit(r) {
			digits++
		}
	}
	switch {
	case d.Phone == "":
		c.Add("phone", "请填写联系电话，最好是能 24 小时接通的。")
	case digits < minPhoneDigits:
		c.Add("phone", "「%s」不像电话号码，请核对，例如 0731-88060000 或 13900000000。", clip(d.Phone, 60))
	}
}

func (s *Service) checkTerm(c *errs.Check, in AgreementInput, d *plan.Deal) {
	first, last := day.Day{First: earliestDay}, s.Today().AddMonths(12*maxTermYears)
	d.FromOn = s.checkDayWithin(c, "from_on", "开始日期", in.FromOn, first, last)
	d.ToOn = s.checkDayWithin(c, "to_on", "截止日期", in.ToOn, first, last)
	if d.FromOn != "" && d.ToOn != "" && d.ToOn < d.FromOn {
		c.Add("to_on", "截止日期 %s 早于开始日期 %s，请核对。", d.ToOn, d.FromOn)
	}
}

func checkLead(c *errs.Check, text string) int {
	text = strings.TrimSuffix(catalog.Key(text), "小时")
	n, err := strconv.Atoi(text)
	switch {
	case text == "":
		c.Add("lead_hours", "请填写送达时限（小时），例如 24。")
	case err != nil:
		c.Add("lead_hours", "送达时限「%s」不是整数，请填小时数，例如 24；3 天填 72。", clip(text, 20))
	case n <= 0 || n > maxLeadHours:
		c.Add("lead_hours", "送达时限应在 1 到 %d 小时之间，请核对。", maxLeadHours)
	}
	return n
}

// checkDealGoods reads the lines; an item stands once, in one line.
func checkDealGoods(c *errs.Check, lines []AgreementLine, names named) []plan.DealItem {
	var goods []plan.DealItem
	at := map[id.ID]int{}
	for i, l := range lines {
		if l.Blank() {
			continue
		}
		n := i + 1
		field, where := func(key string) string { return fmt.Sprintf("line.%d.%s", n, key) }, fmt.Sprintf("第 %d 行", n)
		it, known := names.item(c, field("item"), where, l.Item)
		g := plan.DealItem{ItemID: it.ID, Qty: checkQty(c, field("qty"), where, l.Qty, it), Price: checkPrice(c, field("price"), where, l.Price)}
		if !known {
			continue
		}
		if earlier, twice := at[it.ID]; twice {
			c.Add(field("item"), "%s与第 %d 行都是「%s」，请合并为一行。", where, earlier, it.Label())
			continue
		}
		at[it.ID] = n
		goods = append(goods, g)
	}
	switch {
	case len(lines) > maxDealLines:
		c.Add("lines", "一份协议最多 %d 行物资，请分成几份登记。", maxDealLines)
	case !slices.ContainsFunc(lines, func(l AgreementLine) bool { return !l.Blank() }):
		c.Add("lines", "请至少填写一种物资和数量。")
	}
	return goods
}

func compareCodes(a, b catalog.Item) int { return cmp.Compare(a.Code, b.Code) }

// takes reports that an agreement is among those asked for.
func (f AgreementFilter) takes(v AgreementView) bool {
	switch {
	case f.Form != "" && v.Form != f.Form, f.Stale && !v.Stale:
		return false
	case f.State == plan.DealHolds:
		if v.State != plan.DealHolds && v.State != plan.DealEnding {
			return false
		}
	case f.State != "" && v.State != f.State:
		return false
	}
	key := catalog.Key(f.Query)
	return key == "" || strings.Contains(catalog.Key(v.Number), key) || strings.Contains(catalog.Key(v.Firm), key) ||
		slices.ContainsFunc(v.Lines, func(g AgreementGood) bool {
			return strings.Contains(catalog.Key(g.Item.Label()), key) || catalog.Key(g.Item.Code) == key
		})
}
