package web

import (
	"fmt"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/directory"
	"changbei/internal/ledger"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/reporting"
	"changbei/internal/web/view"
)

var exportListPage = declare[view.Exports]("base", "export/list")

// maxExportItems bounds the list a browser offers while goods are typed.
const maxExportItems = 500

var exportIcons = map[reporting.Kind]string{reporting.Stock: "stack-2", reporting.Card: "book", reporting.Summary: "report-analytics", reporting.Voucher: "file-text",
	reporting.Journal: "list-details", reporting.Count: "clipboard-check", reporting.Board: "table", reporting.Goods: "box", reporting.Plan: "clipboard-list", reporting.Coverage: "checks",
	reporting.Shortage: "alert-triangle", reporting.Transfers: "truck-delivery", reporting.Purchase: "shopping-cart", reporting.Rotation: "recycle"}

// exportFields word the fields of the page's forms; a kind shows those it takes.
// What its own page narrows by (a part of a number) is not among them.
var exportFields = []struct {
	field              reporting.Field
	label, input, hint string
}{
	{reporting.FieldItem, "物资", "item", "编码或名称"},
	{reporting.FieldVoucher, "单据编号", "text", "RK-WC01-2026-000001"},
	{reporting.FieldMonth, "月份", "month", "2026-10"},
	{reporting.FieldFrom, "开始日期", "date", "2026-01-01"},
	{reporting.FieldTo, "结束日期", "date", "2026-12-31"},
	{reporting.FieldPlan, "计划", "select", "现行计划"},
	{reporting.FieldOn, "日期", "date", "2026-12-31"},
	{reporting.FieldDepot, "储备库", "select", "全部可见"},
	{reporting.FieldCategory, "类别", "select", "全部"},
	{reporting.FieldWithin, "期限", "select", "12 个月内"},
	{reporting.FieldType, "单据类型", "select", "全部"},
	{reporting.FieldByDepot, "每库分列", "check", "一库一物资一行"},
	{reporting.FieldBlind, "盲盘", "check", "不列账面数量"},
}

// exportList shows all that can be exported in one place.
func (s *Server) exportList(c echo.Context) error {
	data, err := s.exportsPage(c, "", nil)
	if err != nil {
		return err
	}
	return show(s, c, exportListPage, data)
}

// exportsPage makes the page; sent is the kind whose form was refused, and ask
// what it said.
func (s *Server) exportsPage(c echo.Context, sent reporting.Kind, ask reporting.Ask) (*view.Exports, error) {
	ctx, actor := c.Request().Context(), actorOf(c)
	depots, err := s.stockDepots(ctx, actor)
	if err != nil {
		return nil, err
	}
	categories, err := s.Directory.Categories(ctx)
	if err != nil {
		return nil, err
	}
	goods, err := s.Directory.Items(ctx, actor, directory.ItemFilter{Drafts: directory.WithoutDrafts}, directory.Page{Number: 1, Size: maxExportItems})
	if err != nil {
		return nil, err
	}
	data := &view.Exports{Base: s.base(c)}
	for _, it := range goods.Items {
		data.Items = append(data.Items, view.Option{Value: it.Code, Label: it.Label()})
	}
	choices := map[reporting.Field][]view.Option{reporting.FieldDepot: depotOptions(depots, 0), reporting.FieldCategory: categoryOptions(categories, 0)}
	for _, t := range ledger.Types {
		choices[reporting.FieldType] = append(choices[reporting.FieldType], view.Option{Value: string(t), Label: t.Name()})
	}
	for _, n := range planning.RotationMonths[:len(planning.RotationMonths)-1] { // the last is what is meant without a choice
		choices[reporting.FieldWithin] = append(choices[reporting.FieldWithin], view.Option{Value: count(n), Label: fmt.Sprintf("%d 个月内", n)})
	}
	plans := actor.MayAnywhere(access.PlanView)
	if plans {
		if choices[reporting.FieldPlan], err = s.planOptions(c); err != nil {
			return nil, err
		}
	}
	for _, f := range reporting.Forms {
		if f.Kind.Planned() && !plans || f.Kind.OfDistrict() && !actor.May(access.PlanView, 0) {
			continue
		}
		typed := s.exportDefaults(f.Kind)
		if f.Kind == sent {
			typed = ask
		}
		data.Kinds = append(data.Kinds, s.exportForm(f, typed, choices, f.Kind == sent))
	}
	return data, nil
}

// planOptions lists the versions an export may be of, newest first.
func (s *Server) planOptions(c echo.Context) ([]view.Option, error) {
	list, err := s.Planning.Plans(c.Request().Context(), actorOf(c))
	if err != nil {
		return nil, err
	}
	var options []view.Option
	for _, p := range list {
		if p.Status != plan.Discarded {
			options = append(options, view.Option{Value: p.ID.String(), Label: planning.Label(p.Plan) + "（" + p.Status.Name() + "）"})
		}
	}
	return options, nil
}

// exportDefaults are what a form begins with.
func (s *Server) exportDefaults(kind reporting.Kind) reporting.Ask {
	today := s.Inventory.Today()
	switch kind {
	case reporting.Summary:
		return reporting.Ask{reporting.FieldMonth: string(s.lastMonth())}
	case reporting.Journal:
		return reporting.Ask{reporting.FieldFrom: ledger.MonthOf(today).First(), reporting.FieldTo: today.First}
	}
	return nil
}

func (s *Server) exportForm(f reporting.Form, typed reporting.Ask, choices map[reporting.Field][]view.Option, failed bool) view.ExportKind {
	k := view.ExportKind{Key: string(f.Kind), Name: f.Name, About: f.About, Icon: exportIcons[f.Kind], Action: "/exports/" + string(f.Kind), Failed: failed}
	today := s.Inventory.Today()
	for _, w := range exportFields {
		if !f.Takes(w.field) || w.field == reporting.FieldMonth && f.Takes(reporting.FieldFrom) {
			continue // two days say a month as well
		}
		field := view.ExportField{ID: k.Key + "-" + string(w.field), Name: string(w.field), Label: w.label, Input: w.input, Value: typed[w.field], Hint: w.hint,
			Required: w.field == reporting.FieldItem || w.field == reporting.FieldVoucher}
		switch w.input {
		case "month":
			field.Latest = string(ledger.MonthOf(today))
		case "select":
			field.Any = w.hint
			for _, o := range choices[w.field] {
				o.Checked = o.Value == typed[w.field]
				field.Options = append(field.Options, o)
			}
		}
		k.Fields = append(k.Fields, field)
	}
	return k
}
