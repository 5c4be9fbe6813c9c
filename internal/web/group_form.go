package web

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var groupFormPage = declare[view.GroupForm]("base", "group/form")

// How many lines the form of a group has: a usual group at once, and room for
// more goods each time it is opened. What is sent beyond the most is cut off.
const (
	groupLines     = 6
	moreGroupLines = 3
	mostGroupLines = 200
)

// unitNames lists the units of the catalogue for a field to offer.
func (s *Server) unitNames(ctx context.Context) ([]string, error) {
	units, err := s.Directory.Units(ctx)
	names := make([]string, len(units))
	for i, u := range units {
		names[i] = u.Name
	}
	return names, err
}

// groupFrame fills what the form offers, with the group as typed.
func (s *Server) groupFrame(c echo.Context, in planning.GroupInput) (*view.GroupForm, error) {
	ctx := c.Request().Context()
	goods, err := s.Planning.Goods(ctx, actorOf(c))
	if err != nil {
		return nil, err
	}
	units, err := s.unitNames(ctx)
	if err != nil {
		return nil, err
	}
	p := &view.GroupForm{Base: s.base(c), ID: in.ID, Version: in.LockNo, Action: "/groups", Units: units, Name: in.Name, Unit: in.Unit, Remark: in.Remark, Retired: in.Retired}
	if in.ID != 0 {
		p.Action = "/groups/" + in.ID.String()
	}
	for _, it := range goods.Items() {
		if !it.Draft {
			p.Items = append(p.Items, view.Option{Value: plan.TypedItem(it), Label: it.Unit})
		}
	}
	for i := range max(groupLines, len(in.Members)+moreGroupLines) {
		line := view.GroupLine{No: i + 1}
		if i < len(in.Members) {
			line.Item, line.Ratio = in.Members[i].Item, in.Members[i].Ratio
		}
		p.Lines = append(p.Lines, line)
	}
	return p, nil
}

// groupNew shows the empty form.
func (s *Server) groupNew(c echo.Context) error {
	p, err := s.groupFrame(c, planning.GroupInput{})
	if err != nil {
		return err
	}
	return show(s, c, groupFormPage, p)
}

// groupEdit shows the form of a group there is.
func (s *Server) groupEdit(c echo.Context) error {
	key, err := pathID(c, "id")
	if err != nil {
		return err
	}
	goods, err := s.Planning.Goods(c.Request().Context(), actorOf(c))
	if err != nil {
		return err
	}
	g, ok := goods.Group(key)
	if !ok {
		return errs.New(errs.NotFound, "没有这个等效组，请从列表重新进入。")
	}
	in := planning.GroupInput{ID: g.ID, LockNo: g.LockNo, Name: g.Name, Unit: g.Unit, Remark: g.Remark, Retired: g.Retired}
	for _, m := range g.Members {
		it, _ := goods.Item(m.ItemID)
		in.Members = append(in.Members, planning.MemberInput{Item: plan.TypedItem(it), Ratio: m.Ratio.String()})
	}
	p, err := s.groupFrame(c, in)
	if err != nil {
		return err
	}
	return show(s, c, groupFormPage, p)
}

// groupCreate adds a group.
func (s *Server) groupCreate(c echo.Context) error { return s.saveGroup(c, 0) }

// groupUpdate changes a group.
func (s *Server) groupUpdate(c echo.Context) error {
	key, err := pathID(c, "id")
	if err != nil {
		return err
	}
	return s.saveGroup(c, key)
}

func (s *Server) saveGroup(c echo.Context, key id.ID) error {
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	in := planning.GroupInput{ID: key, LockNo: f.Version(), Name: f.Text("name"), Unit: f.Text("unit"), Remark: f.Text("remark"), Retired: f.Checked("retired"),
		Members: readMembers(f)}
	g, err := s.Planning.SaveGroup(c.Request().Context(), actorOf(c), in)
	if err != nil {
		return s.refuseGroup(c, in, err)
	}
	s.flash(c, "ok", fmt.Sprintf("已保存等效组「%s」，%d 种物资。", g.Name, len(g.Members)))
	return redirect(c, "/groups")
}

// readMembers reads the lines in their order; a blank one between others keeps
// its place, so that a sentence stands at the line it is about.
func readMembers(f *form.Form) []planning.MemberInput {
	var lines []planning.MemberInput
	for no := 1; no <= mostGroupLines; no++ {
		prefix := "member." + strconv.Itoa(no) + "."
		if !f.Has(prefix + "item") {
			break
		}
		lines = append(lines, planning.MemberInput{Item: f.Text(prefix + "item"), Ratio: f.Figure(prefix + "ratio")})
	}
	for len(lines) > 0 && lines[len(lines)-1] == (planning.MemberInput{}) {
		lines = lines[:len(lines)-1]
	}
	return slices.Clip(lines)
}

func (s *Server) refuseGroup(c echo.Context, in planning.GroupInput, cause error) error {
	p, err := s.groupFrame(c, in)
	if err != nil {
		return err
	}
	p.Fail(cause)
	for i, l := range p.Lines {
		p.Lines[i].ItemError, p.Lines[i].RatioError = p.FieldError(fmt.Sprintf("member.%d.item", l.No)), p.FieldError(fmt.Sprintf("member.%d.ratio", l.No))
	}
	return refuse(s, c, groupFormPage, p, cause)
}
