package web

import (
	"strings"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/accounts"
	"changbei/internal/id"
	"changbei/internal/place"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var (
	accountFormPage   = declare[view.AccountForm]("base", "account/form")
	accountSecretPage = declare[view.AccountSecret]("base", "account/secret")
)

func (s *Server) accountNew(c echo.Context) error {
	data, err := s.accountData(c, accounts.Account{})
	if err != nil {
		return err
	}
	return show(s, c, accountFormPage, data)
}

func (s *Server) accountCreate(c echo.Context) error {
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	p := personOf(f)
	p.Login = f.Text("login")
	_, password, err := s.Accounts.Create(c.Request().Context(), actorOf(c), p)
	if err != nil {
		return s.accountAgain(c, accounts.Account{Login: p.Login, Name: p.Name, Grants: p.Grants}, err)
	}
	return s.showSecret(c, "账户已建立", p.Login, p.Name, password)
}

func (s *Server) accountAgain(c echo.Context, a accounts.Account, err error) error {
	data, dataErr := s.accountData(c, a)
	if dataErr != nil {
		return dataErr
	}
	return refuse(s, c, accountFormPage, data, oneError(err))
}

// showSecret answers the POST itself: a one-time password is in this answer
// and nowhere else, so there is nothing to redirect to.
func (s *Server) showSecret(c echo.Context, heading, login, name, password string) error {
	return show(s, c, accountSecretPage, &view.AccountSecret{Base: s.base(c), Heading: heading,
		Login: login, Name: name, Password: password})
}

func (s *Server) accountEdit(c echo.Context) error {
	a, err := s.accountOf(c)
	if err != nil {
		return err
	}
	data, err := s.accountData(c, a)
	if err != nil {
		return err
	}
	return show(s, c, accountFormPage, data)
}

func (s *Server) accountOf(c echo.Context) (accounts.Account, error) {
	account, err := pathID(c, "id")
	if err != nil {
		return accounts.Account{}, err
	}
	return s.Accounts.Get(c.Request().Context(), actorOf(c), account)
}

func (s *Server) accountUpdate(c echo.Context) error {
	a, err := s.accountOf(c)
	if err != nil {
		return err
	}
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	p := personOf(f)
	if a.ID == actorOf(c).ID {
		p.Grants = a.Grants // the page shows one's own roles without boxes
	}
	if err := s.Accounts.Update(c.Request().Context(), actorOf(c), a.ID, p); err != nil {
		a.Name, a.Grants = p.Name, p.Grants
		return s.accountAgain(c, a, err)
	}
	s.flash(c, "ok", "已保存 "+p.Name+" 的账户。")
	return redirect(c, "/accounts")
}

// personOf reads name and roles. A grant is written role@depot, depot 0 for
// the whole district; what is not one is no grant.
func personOf(f *form.Form) accounts.Person {
	p := accounts.Person{Name: f.Text("name")}
	for _, text := range f.All("grant") {
		role, depot, _ := strings.Cut(text, "@")
		if access.Role(role).Name() != "" {
			p.Grants = append(p.Grants, access.Grant{Role: access.Role(role), DepotID: id.Parse(depot)})
		}
	}
	return p
}

func (s *Server) accountData(c echo.Context, a accounts.Account) (*view.AccountForm, error) {
	depots, err := s.Directory.AllDepots(c.Request().Context(), actorOf(c))
	if err != nil {
		return nil, err
	}
	d := &view.AccountForm{Base: s.base(c), New: a.ID == 0, Self: a.ID != 0 && a.ID == actorOf(c).ID,
		Login: a.Login, Name: a.Name, Action: "/accounts", BackURL: "/accounts"}
	if !d.New {
		d.Action, d.State, d.Created = accountURL(a.ID), accountState(a), day0(a.CreatedAt)
		accountActs(d, a)
	}
	for _, r := range access.Roles {
		choice := roleChoice(r, a.Grants, depots)
		if r.DistrictWide() {
			d.Districtwide = append(d.Districtwide, choice)
		} else {
			d.Local = append(d.Local, choice)
		}
	}
	return d, nil
}

func accountActs(d *view.AccountForm, a accounts.Account) {
	url := accountURL(a.ID)
	if d.Self {
		return
	}
	d.ResetURL = url + "/reset"
	if a.Disabled {
		d.EnableURL, d.ResetURL = url+"/enable", ""
	} else {
		d.DisableURL = url + "/disable"
	}
	if a.Locked {
		d.UnlockURL = url + "/unlock"
	}
}

var roleHints = map[access.Role]string{
	access.Keeper:   "办理入库、出库、红冲和台账导入",
	access.Planner:  "维护物资目录和储备库，导入台账",
	access.Leader:   "查看全区库存和单据",
	access.Street:   "查看和导入本街镇的台账",
	access.System:   "管理账户、角色和通知推送，不接触库存",
	access.Security: "查看账户和操作日志，不接触库存",
	access.Audit:    "查看操作日志和全部单据，不能修改",
}

func roleChoice(r access.Role, grants []access.Grant, depots []place.Depot) view.RoleChoice {
	has := map[id.ID]bool{}
	for _, g := range grants {
		if g.Role == r {
			has[g.DepotID] = true
		}
	}
	choice := view.RoleChoice{Role: r, Name: r.Name(), Hint: roleHints[r], Value: string(r) + "@0", Checked: has[0]}
	if r.DistrictWide() {
		return choice
	}
	for _, d := range depots {
		if !d.Closed || has[d.ID] {
			choice.Places = append(choice.Places, view.Option{Value: string(r) + "@" + d.ID.String(), Label: d.Name, Checked: has[d.ID]})
		}
	}
	return choice
}
