package web

import (
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/id"
	"changbei/internal/importing"
	"changbei/internal/place"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var formListPage = declare[view.FormList]("base", "form/list")

// formStatuses are the states of a form as people call them.
var formStatuses = map[string]view.Tag{
	importing.FormSent:      {Text: "未交回", Tone: "is-warn", Icon: "clock"},
	importing.FormReturned:  {Text: "已交回", Tone: "is-ok", Icon: "circle-check"},
	importing.FormWithdrawn: {Text: "已撤回", Icon: "ban"},
}

// formTiers are the depots to send to, the streets first: the page is theirs.
var formTiers = []place.Tier{place.Township, place.Village, place.District}

// formField is the name of the boxes of a tier.
func formField(t place.Tier) string { return "depot." + string(t) }

// formList shows whom forms can be sent to, and what became of those sent.
func (s *Server) formList(c echo.Context) error {
	p, err := s.formPage(c, nil)
	if err != nil {
		return err
	}
	return show(s, c, formListPage, p)
}

// formPage makes the page; ticked are the depots of a sending that failed.
func (s *Server) formPage(c echo.Context, ticked map[id.ID]bool) (*view.FormList, error) {
	ctx, actor, q := c.Request().Context(), actorOf(c), form.Query(c.Request())
	all, err := s.Directory.Depots(ctx, actor)
	if err != nil {
		return nil, err
	}
	p := &view.FormList{Base: s.base(c), Empty: view.Empty{Icon: "send", Title: "还没有发过核对表",
		Text: "勾选储备库发一份核对表，街镇在 Excel 或 WPS 里填好交回，在“台账导入”上传，系统逐行比对后入账。"}}
	if p.Depots, err = s.formDepots(c, depotsWith(actor, access.LedgerImport, all), ticked); err != nil {
		return nil, err
	}
	at, before := importAfter(q.Text("before"))
	rows, more, err := s.Importing.Forms(ctx, actor, at, before)
	if err != nil {
		return nil, err
	}
	names := depotNames(all)
	for _, f := range rows {
		p.Rows = append(p.Rows, sentForm(f, names, p.CSRF))
	}
	p.Pager = view.Pager{Shown: len(rows), Needed: more || before != 0}
	if before != 0 {
		p.Pager.First = "/forms"
	}
	if more {
		last := rows[len(rows)-1]
		p.Pager.Next = "/forms?before=" + strconv.FormatInt(last.SentAt, 10) + importAfterMark + last.ID.String()
	}
	if sent := q.All("sent"); len(sent) > 0 {
		p.Sent = &view.FormsSent{Count: len(sent), URL: withQuery("/forms/files", url.Values{"id": sent})}
	}
	return p, nil
}

func (s *Server) formDepots(c echo.Context, depots []place.Depot, ticked map[id.ID]bool) ([]view.FormDepots, error) {
	ids := make([]id.ID, len(depots))
	for i, d := range depots {
		ids[i] = d.ID
	}
	open, err := s.Importing.FormsOut(c.Request().Context(), actorOf(c), ids)
	if err != nil {
		return nil, err
	}
	out := map[id.ID]string{}
	for _, f := range open {
		out[f.DepotID] = f.BusinessOn
	}
	var tiers []view.FormDepots
	for _, t := range formTiers {
		tier := view.FormDepots{Tier: t.Name(), Field: formField(t)}
		for _, d := range depots {
			if d.Tier == t {
				tier.Depots = append(tier.Depots, view.FormDepot{ID: d.ID.String(), Name: d.Name, Out: out[d.ID], Checked: ticked[d.ID]})
			}
		}
		if len(tier.Depots) > 0 {
			tiers = append(tiers, tier)
		}
	}
	return tiers, nil
}

func sentForm(f importing.Form, depots map[id.ID]string, csrf string) view.SentForm {
	row := view.SentForm{Depot: depots[f.DepotID], Day: f.BusinessOn, File: f.FileName, FileURL: "/forms/" + f.ID.String() + "/file", By: f.SentName,
		At: view.When(f.SentAt), Status: formStatuses[f.Status], ClosedBy: f.ClosedName, ClosedAt: view.When(f.ClosedAt), CSRF: csrf}
	if f.BatchID != 0 {
		row.BatchURL = importURL(f.BatchID, "")
	}
	if f.Status == importing.FormSent {
		row.WithdrawURL = "/forms/" + f.ID.String() + "/withdraw"
	}
	return row
}
