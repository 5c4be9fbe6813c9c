package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/ledger"
)

// Route is one row of the route table: what it answers and what it asks for.
// Body bounds the request's body in bytes, 0 = the usual form.
type Route struct {
	Method, Path string
	Permission   access.Permission
	Body         int64
	handle       func(*Server, echo.Context) error
}

const (
	get  = http.MethodGet
	post = http.MethodPost
)

// Routes is the one table of everything a person can ask for. A test walks it
// with every role, so a row here is a row there.
var Routes = []Route{
	{get, "/signin", access.Public, 0, (*Server).signInForm},
	{post, "/signin", access.Public, bodyEntry, (*Server).signIn},
	{get, "/signin/link/:token", access.Public, 0, (*Server).linkForm},
	{post, "/signin/link/:token", access.Public, 0, (*Server).useLink},
	{get, "/setup", access.Public, 0, (*Server).setupForm},
	{post, "/setup", access.Public, 0, (*Server).setup},
	{post, "/signout", access.SignedIn, 0, (*Server).signOut},
	{get, "/me/password", access.SignedIn, 0, (*Server).passwordForm},
	{post, "/me/password", access.SignedIn, 0, (*Server).passwordChange},

	{get, "/", access.SignedIn, 0, (*Server).home},
	{get, "/drafts", access.VoucherPost, 0, (*Server).draftList},
	{get, "/drafts/:id", access.VoucherPost, 0, (*Server).draftOpen},
	{post, "/drafts/:id", access.VoucherPost, bodyEntry, (*Server).draftSubmit},
	{post, "/drafts/:id/discard", access.VoucherPost, 0, (*Server).draftDiscard},
	{get, "/receipts/new", access.VoucherPost, 0, newEntry(ledger.Receipt)},
	{post, "/receipts", access.VoucherPost, bodyEntry, submitEntry(ledger.Receipt)},
	{get, "/issues/new", access.VoucherPost, 0, newEntry(ledger.Issue)},
	{post, "/issues", access.VoucherPost, bodyEntry, submitEntry(ledger.Issue)},
	{get, "/transfers/new", access.VoucherPost, 0, newEntry(ledger.Transfer)},
	{post, "/transfers", access.VoucherPost, bodyEntry, submitEntry(ledger.Transfer)},
	{get, "/moves/new", access.VoucherPost, 0, newEntry(ledger.BinMove)},
	{post, "/moves", access.VoucherPost, bodyEntry, submitEntry(ledger.BinMove)},
	{get, "/disposals/new", access.VoucherPost, 0, newEntry(ledger.Disposal)},
	{post, "/disposals", access.VoucherPost, bodyEntry, submitEntry(ledger.Disposal)},
	{get, "/shelves", access.VoucherPost, 0, (*Server).shelves},
	{get, "/vouchers", access.StockView, 0, (*Server).voucherList},
	{get, "/vouchers/:id", access.StockView, 0, (*Server).voucherView},
	{get, "/vouchers/:id/print", access.StockView, 0, (*Server).voucherPrint},
	{get, "/vouchers/:id/reversal", access.VoucherPost, 0, (*Server).reversalForm},
	{post, "/vouchers/:id/reversal", access.VoucherPost, 0, (*Server).reversalSubmit},
	{get, "/vouchers/:id/return", access.VoucherPost, 0, (*Server).returnForm},
	{post, "/vouchers/:id/return", access.VoucherPost, bodyEntry, (*Server).returnSubmit},

	{get, "/api/vouchers/:id", access.StockView, 0, (*Server).apiShow},
	{post, "/api/vouchers", access.VoucherPost, bodyEntry, (*Server).apiCreate},
	{post, "/api/vouchers/:id/reversal", access.VoucherPost, 0, (*Server).apiReverse},
	{post, "/api/vouchers/:id/return", access.VoucherPost, bodyEntry, (*Server).apiGiveBack},

	{get, "/stock", access.StockView, 0, (*Server).stockList},
	{get, "/stock/export", access.StockView, 0, (*Server).stockExport},
	{get, "/stock/card/:item", access.StockView, 0, (*Server).stockCard},

	{get, "/lots/:id", access.StockView, 0, (*Server).lotView},
	{post, "/lots/:id/hold", access.LotHold, 0, (*Server).lotHold},
	{post, "/lots/:id/release", access.LotRelease, 0, (*Server).lotRelease},
	{post, "/lots/:id/checks", access.MachineCheck, 0, (*Server).lotCheck},

	{get, "/periods", access.StockView, 0, (*Server).periodList},
	{post, "/periods/close", access.PeriodClose, 0, (*Server).periodClose},
	{get, "/periods/reopen", access.PeriodClose, 0, (*Server).reopenForm},
	{post, "/periods/reopen", access.PeriodClose, 0, (*Server).reopenAsk},
	{post, "/periods/reopenings/:id/decide", access.PeriodReopen, 0, (*Server).reopenDecide},
	{post, "/periods/reopenings/:id/withdraw", access.PeriodClose, 0, (*Server).reopenWithdraw},
	{get, "/summary", access.StockView, 0, (*Server).summaryView},
	{get, "/summary/export", access.StockView, 0, (*Server).summaryExport},

	{get, "/plans", access.PlanView, 0, (*Server).planList},
	{get, "/plans/new", access.PlanEdit, 0, (*Server).planNew},
	{post, "/plans", access.PlanEdit, 0, (*Server).planCreate},
	{get, "/plans/:id", access.PlanView, 0, (*Server).planView},
	{get, "/plans/:id/edit", access.PlanEdit, 0, (*Server).planEdit},
	{post, "/plans/:id", access.PlanEdit, 0, (*Server).planUpdate},
	{get, "/plans/:id/lines", access.PlanEdit, 0, (*Server).planLines},
	{post, "/plans/:id/lines", access.PlanEdit, bodyEntry, (*Server).planLinesSave},
	{get, "/plans/:id/generate", access.PlanEdit, 0, (*Server).planGenerate},
	{post, "/plans/:id/generate", access.PlanEdit, 0, (*Server).planByBasis},
	{post, "/plans/:id/copy", access.PlanEdit, 0, (*Server).planCopy},
	{get, "/plans/:id/changes", access.PlanView, 0, (*Server).planChanges},
	{post, "/plans/:id/submit", access.PlanEdit, 0, (*Server).planSubmit},
	{post, "/plans/:id/decide", access.PlanApprove, 0, (*Server).planDecide},
	{post, "/plans/:id/discard", access.PlanEdit, 0, (*Server).planDiscard},
	{get, "/coverage", access.PlanView, 0, (*Server).coverageView},
	{get, "/coverage/lines", access.PlanView, 0, (*Server).coverageLines},
	{get, "/coverage/lots", access.PlanView, 0, (*Server).coverageLots},
	{get, "/carry", access.PlanView, 0, (*Server).carryView},
	{get, "/proposals", access.PlanView, 0, (*Server).proposalView},
	{post, "/proposals/transfers", access.PlanEdit, 0, (*Server).proposalSuggest},
	{get, "/rotation", access.PlanView, 0, (*Server).rotationList},
	{get, "/scenario", access.PlanView, 0, (*Server).scenarioView},
	{get, "/scenario/export", access.PlanView, 0, (*Server).scenarioExport},
	{get, "/plan-settings", access.PlanView, 0, (*Server).planSettings},
	{post, "/plan-settings", access.PlanEdit, 0, (*Server).planSettingsSave},

	{get, "/templates", access.StockView, 0, (*Server).templateList},
	{post, "/templates", access.TemplateEdit, bodyUpload, (*Server).templateUpload},
	{get, "/templates/export", access.StockView, 0, (*Server).templateExport},
	{get, "/templates/sample", access.StockView, 0, (*Server).templateSample},
	{get, "/templates/:id/file", access.StockView, 0, (*Server).templateFile},
	{post, "/templates/:id/retire", access.TemplateEdit, 0, (*Server).templateRetire},
	{get, "/exports", access.StockView, 0, (*Server).exportList},
	{get, "/exports/:kind", access.StockView, 0, (*Server).exportFile},

	{get, "/items", access.StockView, 0, (*Server).itemList},
	{get, "/items/search", access.VoucherPost, 0, (*Server).itemSearch},
	{get, "/items/new", access.CatalogEdit, 0, (*Server).itemNew},
	{post, "/items", access.CatalogEdit, 0, (*Server).itemCreate},
	{get, "/items/:id", access.StockView, 0, (*Server).itemView},
	{get, "/items/:id/edit", access.CatalogEdit, 0, (*Server).itemEdit},
	{post, "/items/:id", access.CatalogEdit, 0, (*Server).itemUpdate},

	{get, "/depots", access.StockView, 0, (*Server).depotList},
	{get, "/depots/new", access.DepotEdit, 0, (*Server).depotNew},
	{post, "/depots", access.DepotEdit, 0, (*Server).depotCreate},
	{get, "/depots/:id", access.StockView, 0, (*Server).depotView},
	{get, "/depots/:id/daily", access.StockView, 0, (*Server).dailyView},
	{get, "/depots/:id/edit", access.DepotEdit, 0, (*Server).depotEdit},
	{post, "/depots/:id", access.DepotEdit, 0, (*Server).depotUpdate},
	{post, "/depots/:id/bins", access.BinEdit, 0, (*Server).binCreate},
	{post, "/depots/:id/phone-checks", access.Rectify, 0, (*Server).depotCall},

	{get, "/score", access.PlanView, 0, (*Server).scoreList},
	{post, "/score/rectifications", access.Rectify, 0, (*Server).scoreRectify},
	{get, "/rectifications", access.PlanView, 0, (*Server).rectificationList},
	{post, "/rectifications/:id/close", access.Rectify, 0, (*Server).rectificationClose},

	{get, "/imports", access.LedgerImport, 0, (*Server).importList},
	{get, "/imports/new", access.LedgerImport, 0, (*Server).importNew},
	{post, "/imports", access.LedgerImport, bodyUpload, (*Server).importUpload},
	{get, "/imports/:id", access.LedgerImport, 0, (*Server).importPreview},
	{post, "/imports/:id/decisions", access.LedgerImport, bodyEntry, (*Server).importDecide},
	{post, "/imports/:id/apply", access.LedgerImport, bodyEntry, (*Server).importApply},
	{post, "/imports/:id/undo", access.LedgerImport, 0, (*Server).importUndo},
	{post, "/imports/:id/discard", access.LedgerImport, 0, (*Server).importDiscard},
	{get, "/imports/:id/file", access.LedgerImport, 0, (*Server).importFile},
	{get, "/imports/:id/marked", access.LedgerImport, 0, (*Server).importMarked},
	{get, "/imports/progress", access.LedgerImport, 0, (*Server).importProgress},
	{get, "/forms", access.LedgerImport, 0, (*Server).formList},
	{post, "/forms", access.LedgerImport, 0, (*Server).formSend},
	{get, "/forms/files", access.LedgerImport, 0, (*Server).formFiles},
	{get, "/forms/:id/file", access.LedgerImport, 0, (*Server).formFile},
	{post, "/forms/:id/withdraw", access.LedgerImport, 0, (*Server).formWithdraw},
	{get, "/words", access.LedgerImport, 0, (*Server).wordList},
	{post, "/words", access.CatalogEdit, 0, (*Server).wordAdd},
	{post, "/words/forget", access.CatalogEdit, 0, (*Server).wordForget},

	{get, "/agreements", access.PlanView, 0, (*Server).agreementList},
	{get, "/agreements/new", access.PlanEdit, 0, (*Server).agreementNew},
	{post, "/agreements", access.PlanEdit, 0, (*Server).agreementCreate},
	{get, "/agreements/:id", access.PlanView, 0, (*Server).agreementView},
	{get, "/agreements/:id/edit", access.PlanEdit, 0, (*Server).agreementEdit},
	{post, "/agreements/:id", access.PlanEdit, 0, (*Server).agreementUpdate},
	{post, "/agreements/:id/verify", access.PlanEdit, 0, (*Server).agreementVerify},
	{post, "/agreements/:id/end", access.PlanEdit, 0, (*Server).agreementEnd},
	{get, "/expected", access.PlanView, 0, (*Server).expectedList},
	{post, "/expected", access.PlanView, 0, (*Server).expectedCreate},
	{post, "/expected/:id/close", access.PlanView, 0, (*Server).expectedClose},
	{get, "/bases", access.PlanView, 0, (*Server).basisList},
	{post, "/bases", access.PlanEdit, 0, (*Server).basisSave},
	{get, "/standards", access.PlanView, 0, (*Server).standardList},
	{get, "/standards/new", access.PlanEdit, 0, (*Server).standardNew},
	{post, "/standards", access.PlanEdit, 0, (*Server).standardCreate},
	{get, "/standards/:id/edit", access.PlanEdit, 0, (*Server).standardEdit},
	{post, "/standards/:id", access.PlanEdit, 0, (*Server).standardUpdate},
	{get, "/groups", access.PlanView, 0, (*Server).groupList},
	{get, "/groups/new", access.PlanEdit, 0, (*Server).groupNew},
	{post, "/groups", access.PlanEdit, 0, (*Server).groupCreate},
	{get, "/groups/:id/edit", access.PlanEdit, 0, (*Server).groupEdit},
	{post, "/groups/:id", access.PlanEdit, 0, (*Server).groupUpdate},
	{get, "/roads", access.PlanView, 0, (*Server).roadList},
	{post, "/roads", access.PlanEdit, 0, (*Server).roadSave},

	{get, "/requests", access.DispatchView, 0, (*Server).requestList},
	{get, "/requests/new", access.RequestSend, 0, (*Server).requestNew},
	{post, "/requests", access.RequestSend, bodyEntry, (*Server).requestCreate},
	{get, "/requests/blank", access.RequestSend, 0, (*Server).requestBlank},
	{post, "/requests/read", access.RequestSend, bodyUpload, (*Server).requestRead},
	{get, "/requests/:id", access.DispatchView, 0, (*Server).requestView},
	{get, "/requests/:id/print", access.DispatchView, 0, (*Server).requestPrint},
	{get, "/requests/:id/export", access.DispatchView, 0, (*Server).requestExport},
	{post, "/requests/:id/refuse", access.OrderPropose, 0, (*Server).requestRefuse},
	{post, "/requests/:id/withdraw", access.RequestSend, 0, (*Server).requestWithdraw},
	{get, "/rolls", access.RollView, 0, (*Server).rollList},
	{get, "/rolls/new", access.RollView, 0, (*Server).rollNew},
	{post, "/rolls", access.RollView, bodyUpload, (*Server).rollUpload},
	{get, "/rolls/:id", access.RollView, 0, (*Server).rollView},
	{get, "/rolls/:id/print", access.RollView, 0, (*Server).rollPrint},
	{get, "/rolls/:id/export", access.RollView, 0, (*Server).rollExport},
	{post, "/rolls/:id/full", access.RollView, 0, (*Server).rollFull},
	{post, "/rolls/:id/edit", access.RollView, bodyEntry, (*Server).rollEdit},
	{post, "/rolls/:id/apply", access.RollView, 0, (*Server).rollApply},
	{post, "/rolls/:id/undo", access.RollView, 0, (*Server).rollUndo},
	{post, "/rolls/:id/discard", access.RollView, 0, (*Server).rollDiscard},

	{get, "/accounts", access.AccountView, 0, (*Server).accountList},
	{get, "/accounts/new", access.AccountManage, 0, (*Server).accountNew},
	{post, "/accounts", access.AccountManage, 0, (*Server).accountCreate},
	{get, "/accounts/:id", access.AccountManage, 0, (*Server).accountEdit},
	{post, "/accounts/:id", access.AccountManage, 0, (*Server).accountUpdate},
	{post, "/accounts/:id/disable", access.AccountManage, 0, (*Server).accountDisable},
	{post, "/accounts/:id/enable", access.AccountManage, 0, (*Server).accountEnable},
	{post, "/accounts/:id/unlock", access.AccountManage, 0, (*Server).accountUnlock},
	{post, "/accounts/:id/reset", access.AccountManage, 0, (*Server).accountReset},
	{get, "/audit", access.AuditView, 0, (*Server).auditList},
}

// Bodies: a usual form; an entry form of a thousand long lines; a workbook of
// 50 MB with its multipart frame.
const (
	bodyForm   = 1 << 20
	bodyEntry  = 8 << 20
	bodyUpload = 52 << 20
)
