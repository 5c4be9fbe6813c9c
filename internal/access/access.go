// Package access says who may do what, and where.
//
// Roles are data on an account; permissions are what routes and use cases ask
// for. A grant ties a role to one depot or to the whole district. The package
// is pure: it knows no session, password, SQL or HTTP.
package access

import (
	"slices"

	"changbei/internal/errs"
	"changbei/internal/id"
)

// Role is one of the product's seven roles. Their fine rules come with the
// rights step; the table below is the whole of what code may assume.
type Role string

// The roles, with the office's words in RoleNames.
const (
	Keeper   Role = "keeper"
	Planner  Role = "planner"
	Leader   Role = "leader"
	Street   Role = "street"
	System   Role = "system"
	Security Role = "security"
	Audit    Role = "audit"
)

// Roles lists all roles in the order pages show them.
var Roles = []Role{Keeper, Planner, Leader, Street, System, Security, Audit}

var roleNames = map[Role]string{
	Keeper: "仓库保管员", Planner: "计划员", Leader: "领导", Street: "街镇专干",
	System: "系统管理员", Security: "安全管理员", Audit: "审计员",
}

// Name gives the Chinese name, "" for an unknown role.
func (r Role) Name() string { return roleNames[r] }

// Administrative reports one of the three roles that exclude each other and
// all posting (三员分立, GB/T 22239-2019).
func (r Role) Administrative() bool { return r == System || r == Security || r == Audit }

// DistrictWide reports a role that makes sense only for the whole district.
func (r Role) DistrictWide() bool { return r != Keeper && r != Street }

// Permission is what a route or a use case asks for.
type Permission string

// The permissions.
const (
	Public        Permission = "public"         // no account needed
	SignedIn      Permission = "signed-in"      // any account
	StockView     Permission = "stock.view"     // stock, cards, vouchers of a depot
	VoucherPost   Permission = "voucher.post"   // draft, post and reverse receipts and issues
	LedgerImport  Permission = "ledger.import"  // upload a ledger and apply it
	CatalogEdit   Permission = "catalog.edit"   // items, categories, aliases
	DepotEdit     Permission = "depot.edit"     // depots
	BinEdit       Permission = "bin.edit"       // bins of a depot
	AccountView   Permission = "account.view"   // list of accounts and their roles
	AccountManage Permission = "account.manage" // make, change, lock accounts
	AuditView     Permission = "audit.view"     // the audit trail
	PeriodClose   Permission = "period.close"   // close a depot's month; ask to open it again
	PeriodReopen  Permission = "period.reopen"  // agree that a closed month is opened again
	LotHold       Permission = "lot.hold"       // hold a lot that stands at a depot
	LotRelease    Permission = "lot.release"    // release a held lot
	TemplateEdit  Permission = "template.edit"  // upload and retire the offices' own export layouts
	PlanView      Permission = "plan.view"      // reserve plans and stock against them, of a depot
	PlanEdit      Permission = "plan.edit"      // plans, their bases, agreements
	PlanApprove   Permission = "plan.approve"   // approve a plan
	Rectify       Permission = "depot.rectify"  // put right and close what is open at a depot
	MachineCheck  Permission = "machine.check"  // record a trial of a machine
	DispatchView  Permission = "dispatch.view"  // responses, requests, orders and loads that touch a depot
	ResponseEdit  Permission = "response.edit"  // begin, change and end responses
	RequestSend   Permission = "request.send"   // ask for goods on behalf of a depot
	OrderPropose  Permission = "order.propose"  // draw up dispatch orders, refuse requests
	OrderApprove  Permission = "order.approve"  // approve and refuse dispatch orders
	OrderWord     Permission = "order.word"     // let goods of a depot leave on a phone call
	OrderClear    Permission = "order.clear"    // say what became of goods of a depot that are on the road or out in use
	GoodsSign     Permission = "goods.sign"     // sign for goods at a depot or for its street
	RollView      Permission = "roll.view"      // distribution lists with their personal data
	WebhookEdit   Permission = "webhook.edit"   // where notices go outside, and how that went
)

// Permissions lists every permission, for tables that must be complete.
var Permissions = []Permission{Public, SignedIn, StockView, VoucherPost, LedgerImport, CatalogEdit, DepotEdit, BinEdit, AccountView, AccountManage, AuditView,
	PeriodClose, PeriodReopen, LotHold, LotRelease, TemplateEdit, PlanView, PlanEdit, PlanApprove, Rectify, MachineCheck,
	DispatchView, ResponseEdit, RequestSend, OrderPropose, OrderApprove, OrderWord, OrderClear, GoodsSign, RollView, WebhookEdit}

var allowed = map[Role][]Permission{
	Keeper: {StockView, VoucherPost, LedgerImport, BinEdit, LotHold, PlanView, Rectify, MachineCheck,
		DispatchView, RequestSend, OrderWord, OrderClear, GoodsSign},
	Planner: {StockView, LedgerImport, CatalogEdit, DepotEdit, BinEdit, PeriodClose, PeriodReopen, LotHold, LotRelease, TemplateEdit,
		PlanView, PlanEdit, Rectify, MachineCheck, DispatchView, ResponseEdit, RequestSend, OrderPropose, OrderWord, OrderClear, GoodsSign, RollView},
	Leader:   {StockView, PeriodReopen, PlanView, PlanApprove, DispatchView, ResponseEdit, OrderApprove, OrderWord},
	Street:   {StockView, LedgerImport, PlanView, Rectify, DispatchView, RequestSend, GoodsSign, RollView},
	System:   {AccountView, AccountManage, WebhookEdit},
	Security: {AccountView, AuditView},
	Audit:    {StockView, AuditView, PlanView, DispatchView},
}

// Grant gives a role at one depot; DepotID 0 is the whole district.
type Grant struct {
	Role    Role
	DepotID id.ID
}

// Actor is the person on whose behalf a use case runs, with where the request
// came from for the audit trail. The zero Actor is nobody and may do nothing.
type Actor struct {
	ID        id.ID
	Login     string
	Name      string
	Grants    []Grant
	IP        string
	RequestID string
}

// May reports whether the actor has a permission at a depot. DepotID 0 asks
// for the whole district.
func (a Actor) May(p Permission, depot id.ID) bool {
	if p == Public {
		return true
	}
	if a.ID == 0 {
		return false
	}
	if p == SignedIn {
		return true
	}
	for _, g := range a.Grants {
		if (g.DepotID == 0 || g.DepotID == depot) && slices.Contains(allowed[g.Role], p) {
			return true
		}
	}
	return false
}

// MayAnywhere reports whether the actor has a permission at some depot: the
// check of a route, before the depot is known.
func (a Actor) MayAnywhere(p Permission) bool {
	all, depots := a.Depots(p)
	return all || len(depots) > 0
}

// Depots gives where the actor has a permission: everywhere, or at a list.
func (a Actor) Depots(p Permission) (all bool, depots []id.ID) {
	if a.May(p, 0) {
		return true, nil
	}
	for _, g := range a.Grants {
		if a.ID != 0 && g.DepotID != 0 && slices.Contains(allowed[g.Role], p) && !slices.Contains(depots, g.DepotID) {
			depots = append(depots, g.DepotID)
		}
	}
	return false, depots
}

// Has reports whether the actor holds a role anywhere.
func (a Actor) Has(r Role) bool {
	return slices.ContainsFunc(a.Grants, func(g Grant) bool { return g.Role == r })
}

// Require gives a Forbidden error that says what is missing, or nil.
func (a Actor) Require(p Permission, depot id.ID) error {
	if a.May(p, depot) {
		return nil
	}
	if a.ID == 0 {
		return errs.New(errs.Unauthenticated, "请先登录。")
	}
	return errs.New(errs.Forbidden, "您没有这里的%s权限。如确需办理，请联系系统管理员授权。", permissionNames[p])
}

var permissionNames = map[Permission]string{
	StockView: "库存查看", VoucherPost: "出入库记账", LedgerImport: "台账导入", CatalogEdit: "物资目录维护",
	DepotEdit: "储备库维护", BinEdit: "货位维护", AccountView: "用户查看", AccountManage: "用户管理", AuditView: "审计查看",
	PeriodClose: "月结", PeriodReopen: "反结账审批", LotHold: "批次冻结", LotRelease: "批次解冻", TemplateEdit: "导出模板维护",
	PlanView: "储备计划查看", PlanEdit: "储备计划编制", PlanApprove: "储备计划审批", Rectify: "整改办理", MachineCheck: "试机登记",
	DispatchView: "调度查看", ResponseEdit: "应急响应管理", RequestSend: "需求报告", OrderPropose: "调拨指令拟制", OrderApprove: "调拨指令审批",
	OrderWord: "先调后补", OrderClear: "应急物资清账", GoodsSign: "物资签收", RollView: "发放花名册查看",
	WebhookEdit: "通知推送维护",
}

// CheckRoles refuses combinations the rules exclude: the three administrative
// roles exclude each other and every other role.
func CheckRoles(grants []Grant) error {
	if len(grants) == 0 {
		return errs.New(errs.Invalid, "请至少选择一个角色。")
	}
	var first Role
	for _, g := range grants {
		if g.Role.Name() == "" {
			return errs.New(errs.Invalid, "没有名为「%s」的角色，请从列表中选择。", string(g.Role))
		}
		if g.Role.DistrictWide() && g.DepotID != 0 {
			return errs.New(errs.Invalid, "「%s」是全区角色，不能只授予一个储备库。", g.Role.Name())
		}
		if first == "" {
			first = g.Role
		}
		if g.Role != first && (g.Role.Administrative() || first.Administrative()) {
			return errs.New(errs.Invalid, "「%s」与「%s」不能授予同一个人：系统管理、安全管理、审计三员须分开，也不能兼办出入库。", first.Name(), g.Role.Name())
		}
	}
	return nil
}
