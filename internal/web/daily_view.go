package web

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/inventory"
	"changbei/internal/reporting"
	"changbei/internal/store"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var dailyPage = declare[view.Daily]("base", "depot/daily")

// dailyView shows a depot's daily sheet (日结单), to be printed and signed. A day
// that cannot be meant is said above today's.
func (s *Server) dailyView(c echo.Context) error {
	depot, err := pathID(c, "id")
	if err != nil {
		return err
	}
	ctx, actor := c.Request().Context(), actorOf(c)
	d, wrong := s.Inventory.Daily(ctx, actor, depot, form.Query(c.Request()).Text("on"))
	if errs.KindOf(wrong) == errs.Invalid && wrong != nil {
		d, err = s.Inventory.Daily(ctx, actor, depot, "")
	} else {
		err, wrong = wrong, nil
	}
	if err != nil {
		return err
	}
	p := dailyData(d, s.Inventory.Today().First)
	p.Base = s.base(c)
	p.Unit = firstText(d.Depot.Custodian, p.Org, d.Depot.Name)
	if wrong != nil {
		p.Flash = append(p.Flash, view.Flash{Kind: "warn", Text: errs.MessageOf(wrong) + "下面是今天的。"})
	}
	return show(s, c, dailyPage, p)
}

// dayExport leads to the lines of the day's vouchers as a workbook.
func dayExport(d inventory.Daily) string {
	return exportURL(reporting.Journal, reporting.Ask{reporting.FieldDepot: d.Depot.ID.String(), reporting.FieldFrom: d.On.First, reporting.FieldTo: d.On.First})
}

func dailyURL(depot id.ID, on string) string {
	v := url.Values{}
	if on != "" {
		v.Set("on", on)
	}
	return withQuery(depotURL(depot)+"/daily", v)
}

func dailyData(d inventory.Daily, today string) *view.Daily {
	p := &view.Daily{Depot: d.Depot.Name, Code: d.Depot.Code, SelfURL: dailyURL(d.Depot.ID, ""), BackURL: depotURL(d.Depot.ID),
		On: d.On.First, Name: d.On.Chinese(), Latest: today, ExportURL: dayExport(d), Previous: dailyURL(d.Depot.ID, d.On.AddDays(-1).First), Custodian: d.Depot.Keeper,
		Rows: dailyVouchers(d.Depot.ID, d.Vouchers), Late: dailyVouchers(d.Depot.ID, d.Late), Printed: view.When(d.At), Last: d.Last.Number, Seq: d.Last.Seq, Tail: d.Tail,
		AuditSeq: d.AuditSeq, AuditTail: d.AuditTail,
		Empty: view.Empty{Icon: "file-text", Title: "这一天没有单据", Text: "没有这一天的业务，也没有在这一天补记别的日期。"}}
	if d.On.First < today {
		p.Next = dailyURL(d.Depot.ID, d.On.AddDays(1).First)
	}
	if d.Last.ID != 0 {
		p.LastURL = voucherURL(d.Last.ID)
	}
	if d.Unchecked {
		p.Warning = "账本末张单据与校验链的末端对不上，请系统管理员立即运行核对（changbei check）。"
	}
	if d.More {
		p.Cut = fmt.Sprintf("单据超过 %d 张，其余请在单据列表按日期查看。", len(d.Vouchers)+len(d.Late))
	}
	var counts []string
	for _, n := range d.Counts {
		counts = append(counts, fmt.Sprintf("%s %d 张", n.Type.Name(), n.Count))
	}
	p.Counts = strings.Join(counts, "，")
	for _, it := range d.Items {
		p.Items = append(p.Items, view.DailyItem{Code: it.Item.Code, Name: it.Item.Name, Spec: it.Item.Spec, Unit: it.Item.Unit, CardURL: cardURL(it.Item.ID, d.Depot.ID),
			Received: someQty(it.Received), Issued: someQty(it.Issued), Stock: it.Closing.Grouped()})
	}
	return p
}

func dailyVouchers(depot id.ID, lines []store.VoucherLine) []view.DailyVoucher {
	rows := make([]view.DailyVoucher, len(lines))
	for i, v := range lines {
		rows[i] = view.DailyVoucher{VoucherRow: voucherRow(v)}
		switch {
		case v.ToDepot != "" && v.DepotID == depot:
			rows[i].Other = "→ " + v.ToDepot
		case v.ToDepot != "":
			rows[i].Other = "← " + v.Depot
		}
		rows[i].Added = !strings.HasPrefix(rows[i].Recorded, v.BusinessOn)
	}
	return rows
}
