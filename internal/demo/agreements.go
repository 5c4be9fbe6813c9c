package demo

import (
	"context"
	"fmt"
	"slices"

	"changbei/internal/id"
	"changbei/internal/plan"
	"changbei/internal/planning"
)

// call is a telephone check some days ago.
type call struct {
	ago     int
	reached string
	remark  string
}

// deal is an agreement with an invented firm, told from the demo's day. Goods
// are name, spec, unit, quantity and price.
type deal struct {
	form                          plan.Form
	firm, contact, phone, address string
	begun, ends                   int // months ago; days ahead
	lead                          string
	remark                        string
	goods                         [][5]string
	calls                         []call // oldest first
}

// deals has one of each state a planner must see: called lately, called long
// ago, never called, and one that ends within a quarter.
var deals = []deal{
	{plan.Agreement, "长沙湘水食品饮料有限公司（演示）", "谭勇", "13900002001", "长沙市望城区金山桥街道（演示地址）", 10, 420, "6", "紧急调用先送后结，按月对账",
		[][5]string{{"瓶装饮用水", "", "箱", "5000", "28"}, {"方便食品", "", "箱", "2000", "52"}}, []call{{110, "yes", "谭勇确认数量不变"}, {20, "yes", "谭勇：库存充足，6 小时内送到"}}},
	{plan.Capacity, "望城暖阳被服厂（演示）", "邹芳", "13900002002", "长沙市望城区铜官街道（演示地址）", 7, 510, "120", "接到通知后 5 天内可转产",
		[][5]string{{"棉被", "", "床", "3000", "110"}, {"棉大衣", "", "件", "1000", "150"}, {"棉褥", "", "床", "2000", ""}}, []call{{45, "yes", "邹芳：两条生产线正常"}}},
	{plan.Social, "靖港水上救援志愿队（演示）", "彭海", "13900002003", "长沙市望城区靖港镇（演示地址）", 14, 280, "2", "每艘艇配 2 名艇员",
		[][5]string{{"冲锋舟", "", "艘", "6", ""}, {"橡皮艇", "4人座", "艘", "10", ""}, {"救生衣", "", "件", "60", ""}, {"救生绳", "", "根", "20", ""}}, []call{{8, "yes", "彭海：4 艘在港，2 艘检修，随时可出"}}},
	{plan.Agreement, "望城恒达油品经营部（演示）", "文斌", "13900002004", "长沙市望城区白箬铺镇（演示地址）", 11, 40, "4", "",
		[][5]string{{"油料", "", "升", "20000", "8"}}, []call{{75, "yes", "文斌确认"}}},
	{plan.Agreement, "湖南众诚机械租赁有限公司（演示）", "龙凯", "13900002005", "长沙市望城区丁字湾街道（演示地址）", 1, 340, "8", "含操作人员和燃油，按台班计价",
		[][5]string{{"发电机", "", "台", "12", ""}, {"排水泵", "", "台", "20", ""}, {"移动照明灯组", "", "套", "6", ""}}, nil},
	{plan.Capacity, "望城远大塑编厂（演示）", "廖平", "13900002006", "长沙市望城区乌山街道（演示地址）", 20, 160, "48", "",
		[][5]string{{"编织袋", "", "条", "100000", "1.05"}}, []call{{260, "yes", "廖平：日产 8 万条"}, {10, "no", "无人接听"}}},
}

// coming is goods that will come to a depot: site counts from the district's.
var coming = []struct {
	kind                     plan.ExpectedKind
	site                     int
	name, unit, qty          string
	due                      int // days ahead
	partner, reference, spec string
}{
	{plan.Delivery, 0, "瓶装饮用水", "箱", "600", 21, "湖南安达救灾物资有限公司（演示）", "冬春采购合同第 1 批（演示）", ""},
	{plan.Delivery, 0, "棉被", "床", "500", 45, "湖南安达救灾物资有限公司（演示）", "冬春采购合同第 2 批（演示）", ""},
	{plan.Delivery, 1, "雨衣", "件", "300", 9, "湘江应急装备有限公司（演示）", "街道自购合同（演示）", ""},
	{plan.GiveBack, 0, "发电机", "台", "2", -6, "望城区水利局（演示）", "借条 3 号（演示）", ""},
}

// agreements keys agreements, their calls and what is expected, each unless a
// first attempt did.
func (f *filler) agreements(ctx context.Context) error {
	if f.Size.Plain {
		return nil
	}
	listed, err := f.listedItems(ctx)
	if err != nil {
		return err
	}
	there, err := f.Planning.Agreements(ctx, f.planner, planning.AgreementFilter{})
	if err != nil {
		return err
	}
	for i, d := range deals {
		in := f.agreementForm(i, d, listed)
		at := slices.IndexFunc(there, func(a planning.AgreementView) bool { return a.Number == in.Number })
		var made id.ID
		if at >= 0 {
			made = there[at].ID
		} else {
			saved, err := f.Planning.SaveAgreement(ctx, f.planner, in)
			if err != nil {
				return fmt.Errorf("demo: %s: %w", d.firm, err)
			}
			made = saved.ID
		}
		if err := f.calls(ctx, made, d.calls); err != nil {
			return fmt.Errorf("demo: %s: %w", d.firm, err)
		}
	}
	return f.expected(ctx, listed)
}

// listedItems gives the catalogue by name, spec and unit, each as forms list it.
func (f *filler) listedItems(ctx context.Context) (map[[3]string]string, error) {
	items, err := f.Store.Read().Items(ctx)
	listed := make(map[[3]string]string, len(items))
	for _, it := range items {
		listed[[3]string{it.Name, it.Spec, it.Unit}] = planning.Listed(it)
	}
	return listed, err
}

func (f *filler) agreementForm(i int, d deal, listed map[[3]string]string) planning.AgreementInput {
	begun := f.today.AddMonths(-d.begun)
	in := planning.AgreementInput{Number: fmt.Sprintf("望应急协〔%d〕%d号", begun.Year(), i+1), Form: string(d.form), Firm: d.firm, Contact: d.contact, Phone: d.phone,
		Address: d.address, FromOn: begun.String(), ToOn: f.today.AddDays(d.ends).String(), LeadHours: d.lead, Remark: d.remark}
	for _, g := range d.goods {
		in.Lines = append(in.Lines, planning.AgreementLine{Item: listed[[3]string(g[:3])], Qty: g[3], Price: g[4]})
	}
	return in
}

// calls records the telephone checks a first attempt did not come to.
func (f *filler) calls(ctx context.Context, agreement id.ID, list []call) error {
	there, err := f.Store.Read().PhoneChecks(ctx, plan.AboutAgreement, agreement)
	if err != nil {
		return err
	}
	for _, c := range list[min(len(there), len(list)):] {
		in := planning.VerifyInput{AgreementID: agreement, Reached: c.reached, CheckedOn: f.today.AddDays(-c.ago).String(), Remark: c.remark}
		if err := f.Planning.VerifyAgreement(ctx, f.planner, in); err != nil {
			return err
		}
	}
	return nil
}

func (f *filler) expected(ctx context.Context, listed map[[3]string]string) error {
	list, err := f.Planning.ExpectedList(ctx, f.planner)
	if err != nil {
		return err
	}
	for _, e := range coming {
		if slices.ContainsFunc(list.Open, func(r planning.ExpectedRow) bool { return r.Reference == e.reference }) {
			continue
		}
		in := planning.ExpectedInput{Kind: string(e.kind), DepotID: f.sites[e.site].ID, Item: listed[[3]string{e.name, e.spec, e.unit}], Qty: e.qty,
			DueOn: f.today.AddDays(e.due).String(), Partner: e.partner, Reference: e.reference}
		if _, err := f.Planning.SaveExpected(ctx, f.planner, in); err != nil {
			return fmt.Errorf("demo: %s: %w", e.reference, err)
		}
	}
	return nil
}
