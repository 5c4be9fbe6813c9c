package web

import (
	"fmt"

	"github.com/labstack/echo/v4"

	"changbei/internal/dispatching"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/order"
	"changbei/internal/web/form"
)

// notGoods is the choice for a column that is no goods.
const notGoods = "none"

// rollEdit mends a draft: what its words mean, and single rows.
func (s *Server) rollEdit(c echo.Context) error {
	roll, f, err := rollForm(c)
	if err != nil {
		return err
	}
	in := dispatching.RollEdit{RollID: roll, LockNo: f.Version()}
	for n := 1; f.Has(fmt.Sprintf("word.%d", n)); n++ {
		switch text := f.Text(fmt.Sprintf("word.%d", n)); text {
		case "":
		case notGoods:
			in.Words = append(in.Words, dispatching.WordChoice{No: n - 1, Skip: true})
		default:
			in.Words = append(in.Words, dispatching.WordChoice{No: n - 1, ItemID: id.Parse(text)})
		}
	}
	for n := 1; f.Has(fmt.Sprintf("row.%d.id", n)); n++ {
		at := func(key string) string { return fmt.Sprintf("row.%d.%s", n, key) }
		e := dispatching.RowEdit{ID: f.ID(at("id")), Left: f.Checked(at("left"))}
		if person := f.Text(at("person")); person != f.Text(at("person_was")) {
			e.Person = &person
		}
		if typed := f.Figure(at("typed")); typed != f.Figure(at("typed_was")) {
			e.Typed = &typed
		}
		if e.Person != nil || e.Typed != nil || e.Left != (f.Text(at("left_was")) != "") {
			in.Rows = append(in.Rows, e)
		}
	}
	if err := s.Dispatching.EditRoll(c.Request().Context(), actorOf(c), in); err != nil {
		return s.refuseRoll(c, err, "")
	}
	s.flash(c, "ok", "已保存，请看下面还有没有要核对的。")
	return redirect(c, rollURL(roll))
}

func rollForm(c echo.Context) (id.ID, *form.Form, error) {
	roll, err := pathID(c, "id")
	if err != nil {
		return 0, nil, err
	}
	f, err := form.Read(c.Request())
	return roll, f, err
}

// rollApply books a list.
func (s *Server) rollApply(c echo.Context) error {
	roll, f, err := rollForm(c)
	if err != nil {
		return err
	}
	r, err := s.Dispatching.ApplyRoll(c.Request().Context(), actorOf(c), dispatching.RollAct{ClientKey: f.Text("client_key"), RollID: roll, LockNo: f.Version()})
	if err != nil {
		return s.refuseRoll(c, err, "")
	}
	s.flash(c, "ok", r.Number+" 已入账，物资按“已发放使用”核销。")
	return redirect(c, rollURL(roll))
}

// rollUndo takes a booked list back.
func (s *Server) rollUndo(c echo.Context) error {
	roll, f, err := rollForm(c)
	if err != nil {
		return err
	}
	if err := s.Dispatching.UndoRoll(c.Request().Context(), actorOf(c), dispatching.RollAct{ClientKey: f.Text("client_key"), RollID: roll, Reason: f.Text("reason")}); err != nil {
		return s.refuseRoll(c, err, f.Text("reason"))
	}
	s.flash(c, "ok", "已整份撤销，物资回到街镇未交代的数量里。")
	return redirect(c, rollURL(roll))
}

// rollDiscard takes a draft out with the people in it.
func (s *Server) rollDiscard(c echo.Context) error {
	roll, f, err := rollForm(c)
	if err != nil {
		return err
	}
	if err := s.Dispatching.DiscardRoll(c.Request().Context(), actorOf(c), roll, f.Version()); err != nil {
		return s.refuseRoll(c, err, "")
	}
	s.flash(c, "ok", "已作废，名单里的个人信息已删除。")
	return redirect(c, "/rolls")
}

// refuseRoll shows the list again with what is wrong.
func (s *Server) refuseRoll(c echo.Context, cause error, reason string) error {
	switch errs.KindOf(cause) {
	case errs.Forbidden, errs.Unauthenticated, errs.NotFound:
		return cause
	}
	data, err := s.rollPage(c)
	if err != nil {
		return err
	}
	data.Reason = order.MaskText(reason)
	return refuse(s, c, rollViewPage, data, cause)
}
