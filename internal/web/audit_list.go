package web

import (
	"fmt"
	"net/url"

	"github.com/labstack/echo/v4"

	"changbei/internal/accounts"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var auditListPage = declare[view.AuditList]("base", "audit/list")

// acts words what is in the trail, in the order of the filter.
var acts = []struct{ act, text string }{
	{"signin", "登录"}, {"signin.link", "发登录链接"}, {"signout", "退出登录"}, {"password.change", "修改密码"}, {"password.reset", "重设密码"},
	{"account.create", "新增账户"}, {"account.update", "修改账户"}, {"account.disable", "停用账户"}, {"account.enable", "启用账户"}, {"account.unlock", "解锁账户"},
	{"access.denied", "越权被拒"}, {"receipt.post", "入库记账"}, {"opening.post", "期初入账"}, {"issue.post", "出库记账"}, {"reversal.post", "红冲"},
	{"draft.save", "保存草稿"}, {"draft.discard", "作废草稿"},
	{"import.upload", "上传台账"}, {"import.decide", "核对台账"}, {"import.apply", "导入台账"}, {"import.undo", "撤销导入"}, {"import.discard", "作废上传"},
	{"form.send", "发出核对表"}, {"form.withdraw", "撤回核对表"},
	{"item.create", "新增物资"}, {"item.update", "修改物资"}, {"unit.create", "新增计量单位"}, {"depot.create", "新增储备库"}, {"depot.update", "修改储备库"},
	{"bin.create", "新增货位"}, {"lot.hold", "冻结批次"}, {"lot.release", "解除冻结"}, {"stock.export", "导出库存台账"}, {"summary.export", "导出收发存汇总表"},
	{"card.export", "导出物资卡片"}, {"voucher.export", "导出单据"}, {"journal.export", "导出出入库流水"}, {"count.export", "导出盘点表"}, {"board.export", "导出储备情况统计表"},
	{"period.close", "月结"}, {"period.reopen.ask", "申请反结账"}, {"period.reopen.approve", "批准反结账"}, {"period.reopen.refuse", "不批准反结账"},
	{"figure.record", "登记测算基数"}, {"standard.create", "新增保障标准"}, {"standard.update", "修改保障标准"}, {"group.create", "新增等效组"},
	{"group.update", "修改等效组"}, {"roads.change", "修改行车时间"},
	{"request.send", "报出需求"}, {"request.refused", "退回需求报告"}, {"request.withdrawn", "撤回需求报告"}, {"request.export", "导出需求报告"},
	{"roll.make", "上传发放花名册"}, {"roll.edit", "核对发放花名册"}, {"roll.apply", "花名册入账"}, {"roll.undo", "撤销花名册"}, {"roll.discard", "作废花名册"},
	{"roll.export", "导出发放花名册"}, {"roll.reveal.view", "查看花名册完整号码"}, {"roll.reveal.export", "导出花名册完整号码"}, {"roll.reveal.print", "打印花名册完整号码"},
	{"webhook.create", "新增推送地址"}, {"webhook.update", "修改推送地址"}, {"webhook.disable", "停用推送地址"}, {"webhook.enable", "启用推送地址"},
	{"webhook.test", "测试推送"}, {"webhook.resend", "重发推送"},
	{"period.reopen.withdraw", "撤回反结账申请"}, {"catalog.seed", "装入初始目录"},
}

func actText(act string) string {
	for _, a := range acts {
		if a.act == act {
			return a.text
		}
	}
	return act
}

func (s *Server) auditList(c echo.Context) error {
	q := form.Query(c.Request())
	act := q.Text("act")
	from := cursorOf(q.Text("before"))
	rows, next, err := s.Accounts.Trail(c.Request().Context(), actorOf(c), from, act)
	if err != nil {
		return err
	}
	data := &view.AuditList{Base: s.base(c), Act: act,
		Empty: view.Empty{Icon: "history", Title: "没有这样的记录", Text: "换一个动作，或查看全部。"}}
	for _, a := range acts {
		data.Acts = append(data.Acts, view.Option{Value: a.act, Label: a.text, Checked: a.act == act})
	}
	for _, r := range rows {
		data.Rows = append(data.Rows, auditRow(r))
	}
	data.Pager = auditPager(act, from, next, len(rows))
	return show(s, c, auditListPage, data)
}

func auditPager(act string, from, next accounts.Cursor, shown int) view.Pager {
	p := view.Pager{Shown: shown}
	query := url.Values{}
	if act != "" {
		query.Set("act", act)
	}
	if from != (accounts.Cursor{}) {
		p.First = "/audit?" + query.Encode()
	}
	if next != (accounts.Cursor{}) {
		query.Set("before", fmt.Sprintf("%d~%d", next.At, next.ID))
		p.Next = "/audit?" + query.Encode()
	}
	p.Needed = p.First != "" || p.Next != ""
	return p
}

// cursorOf reads a page's key; a wrong one is the first page.
func cursorOf(text string) accounts.Cursor {
	var at, last int64
	if n, err := fmt.Sscanf(text, "%d~%d", &at, &last); n != 2 || err != nil {
		return accounts.Cursor{}
	}
	return accounts.Cursor{At: at, ID: id.ID(last)}
}

func auditRow(r ledger.AuditRecord) view.AuditRow {
	row := view.AuditRow{At: view.When(r.At), Actor: r.ActorName, Act: actText(r.Act), Object: r.Object,
		Detail: r.Detail, IP: r.IP, RequestID: r.RequestID, Tail: ledger.Tail(r.Hash)}
	switch r.Result {
	case "ok":
		row.Result = view.Tag{Text: "成功", Tone: "is-ok", Icon: "circle-check"}
	case "denied":
		row.Result = view.Tag{Text: "被拒", Tone: "is-bad", Icon: "ban"}
	default:
		row.Result = view.Tag{Text: "失败", Tone: "is-warn", Icon: "alert-triangle"}
	}
	return row
}
