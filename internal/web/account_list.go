package web

import (
	"time"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/accounts"
	"changbei/internal/id"
	"changbei/internal/web/view"
)

var accountListPage = declare[view.AccountList]("base", "account/list")

func (s *Server) accountList(c echo.Context) error {
	ctx, actor := c.Request().Context(), actorOf(c)
	list, err := s.Accounts.List(ctx, actor)
	if err != nil {
		return err
	}
	names, err := s.depotNames(c)
	if err != nil {
		return err
	}
	data := &view.AccountList{Base: s.base(c), MayManage: actor.MayAnywhere(access.AccountManage)}
	for _, a := range list {
		data.Rows = append(data.Rows, accountRow(a, names))
	}
	return show(s, c, accountListPage, data)
}

// depotNames names the places of grants.
func (s *Server) depotNames(c echo.Context) (map[id.ID]string, error) {
	depots, err := s.Directory.AllDepots(c.Request().Context(), actorOf(c))
	if err != nil {
		return nil, err
	}
	names := map[id.ID]string{}
	for _, d := range depots {
		names[d.ID] = d.Name
	}
	return names, nil
}

func accountRow(a accounts.Account, names map[id.ID]string) view.AccountRow {
	row := view.AccountRow{URL: accountURL(a.ID), Login: a.Login, Name: a.Name, State: accountState(a), Created: day0(a.CreatedAt)}
	for _, g := range a.Grants {
		text := g.Role.Name()
		if g.DepotID != 0 {
			text += "（" + names[g.DepotID] + "）"
		} else if !g.Role.DistrictWide() {
			text += "（全区）"
		}
		row.Grants = append(row.Grants, text)
	}
	return row
}

func accountURL(account id.ID) string { return "/accounts/" + account.String() }

func day0(t time.Time) string { return view.When(t.UnixMicro()) }

func accountState(a accounts.Account) view.Tag {
	switch {
	case a.Disabled:
		return view.Tag{Text: "已停用", Icon: "ban"}
	case a.Locked:
		return view.Tag{Text: "暂时锁定", Tone: "is-bad", Icon: "lock"}
	case a.MustChange:
		return view.Tag{Text: "待改密码", Tone: "is-warn", Icon: "key"}
	}
	return view.Tag{Text: "启用", Tone: "is-ok", Icon: "circle-check"}
}
