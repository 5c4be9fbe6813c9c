package web

import (
	"strings"

	"changbei/internal/access"
	"changbei/internal/web/view"
)

// entry is a line of the menu and what it asks for.
type entry struct {
	view.Link
	permission access.Permission
	district   bool // the permission must be the whole district's
}

type group struct {
	label   string
	entries []entry
}

func at(key, path, label, icon string, p access.Permission) entry {
	return entry{view.Link{Key: key, Path: path, Label: label, Icon: icon}, p, false}
}

// atDistrict is a line for those who have its permission everywhere.
func atDistrict(key, path, label, icon string, p access.Permission) entry {
	e := at(key, path, label, icon, p)
	e.district = true
	return e
}

// menu is the whole menu; each person sees the lines their roles may use.
var menu = []group{
	{"", []entry{at("home", "/", "储备总览", "dashboard", access.SignedIn)}},
	{"调度", []entry{
		at("dispatch", "/dispatch", "调度台", "bolt", access.DispatchView),
		at("responses", "/responses", "应急响应", "bell", access.DispatchView),
		at("requests", "/requests", "需求报告", "clipboard-list", access.DispatchView),
		at("sources", "/sources", "三套方案", "wand", access.ResponseEdit),
		at("orders", "/orders", "调拨指令", "clipboard-check", access.DispatchView),
		at("word", "/word/new", "先调后补", "phone", access.OrderWord),
		at("rolls", "/rolls", "发放花名册", "users", access.RollView),
		at("speed", "/speed", "调得快", "clock", access.DispatchView),
		at("events", "/events", "突发事件", "alert-circle", access.DispatchView),
	}},
	{"库存", []entry{
		at("stock", "/stock", "库存台账", "stack-2", access.StockView),
		at("receipt", "/receipts/new", "入库", "package-import", access.VoucherPost),
		at("issue", "/issues/new", "出库", "package-export", access.VoucherPost),
		at("transfer", "/transfers/new", "调拨", "truck-delivery", access.VoucherPost),
		at("move", "/moves/new", "移库", "arrows-exchange", access.VoucherPost),
		at("disposal", "/disposals/new", "报废", "trash", access.VoucherPost),
		at("drafts", "/drafts", "草稿箱", "list-check", access.VoucherPost),
		at("vouchers", "/vouchers", "单据", "file-text", access.StockView),
		at("blanks", "/blanks", "空白单据", "file-plus", access.StockView),
		at("summary", "/summary", "收发存汇总", "report-analytics", access.StockView),
		at("exports", "/exports", "报表导出", "file-export", access.StockView),
		at("periods", "/periods", "月结", "calendar", access.StockView),
		at("imports", "/imports", "台账导入", "upload", access.LedgerImport),
		at("forms", "/forms", "发给街镇", "send", access.LedgerImport),
	}},
	{"计划", []entry{
		at("coverage", "/coverage", "储备对照", "chart-bar", access.PlanView),
		at("plans", "/plans", "储备计划", "clipboard-list", access.PlanView),
		atDistrict("proposals", "/proposals", "补缺建议", "wand", access.PlanView),
		at("rotation", "/rotation", "轮换计划", "recycle", access.PlanView),
		atDistrict("carry", "/carry", "保障人·天", "users", access.PlanView),
		atDistrict("scenario", "/scenario", "情景推演", "report-search", access.PlanView),
		atDistrict("agreements", "/agreements", "协议储备", "certificate", access.PlanView),
		at("expected", "/expected", "预计到货", "calendar-due", access.PlanView),
		at("bases", "/bases", "测算基数", "ruler", access.PlanView),
		at("standards", "/standards", "保障标准", "list-check", access.PlanView),
		at("groups", "/groups", "等效组", "replace", access.PlanView),
		at("roads", "/roads", "行车时间", "map-2", access.PlanView),
		at("score", "/score", "六有三有", "certificate", access.PlanView),
		at("rectifications", "/rectifications", "整改销号", "checks", access.PlanView),
		atDistrict("plan-settings", "/plan-settings", "计划设置", "settings", access.PlanView),
	}},
	{"基础资料", []entry{
		at("items", "/items", "物资目录", "box", access.StockView),
		at("words", "/words", "台账用语", "list-details", access.LedgerImport),
		at("depots", "/depots", "储备库", "building-warehouse", access.StockView),
		at("templates", "/templates", "导出模板", "file-spreadsheet", access.TemplateEdit),
	}},
	{"系统", []entry{
		at("accounts", "/accounts", "账户与角色", "users", access.AccountView),
		at("webhooks", "/webhooks", "通知推送", "send", access.WebhookEdit),
		at("audit", "/audit", "操作日志", "history", access.AuditView),
	}},
}

// shortcuts are the five of the phone's bottom bar, by key.
var shortcuts = []string{"home", "dispatch", "receipt", "issue", "stock", "orders", "vouchers", "items", "depots", "accounts", "audit"}

// maxShortcuts is what fits a phone's width with a thumb.
const maxShortcuts = 5

// menuFor gives the menu of a person and the bottom bar made from it.
func menuFor(actor access.Actor, path string) ([]view.MenuGroup, []view.Link) {
	var groups []view.MenuGroup
	byKey := map[string]view.Link{}
	for _, g := range menu {
		shown := view.MenuGroup{Label: g.label}
		for _, e := range g.entries {
			if !actor.MayAnywhere(e.permission) || e.district && !actor.May(e.permission, 0) {
				continue
			}
			l := e.Link
			l.Current = isCurrent(path, l.Path)
			byKey[l.Key] = l
			shown.Items = append(shown.Items, l)
		}
		if len(shown.Items) > 0 {
			groups = append(groups, shown)
		}
	}
	return groups, bottomBar(byKey)
}

func bottomBar(byKey map[string]view.Link) []view.Link {
	var bar []view.Link
	for _, key := range shortcuts {
		if l, ok := byKey[key]; ok && len(bar) < maxShortcuts {
			bar = append(bar, l)
		}
	}
	return bar
}

func isCurrent(path, link string) bool {
	return path == link || link != "/" && strings.HasPrefix(path, link+"/")
}
