package web

import (
	"fmt"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/planning"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var planSettingsPage = declare[view.PlanSettings]("base", "plan/settings")

// seenField is the field that holds what a setting was when the form was shown.
func seenField(name string) string { return "seen." + name }

// planSettings shows what is the bureau's to set of plans.
func (s *Server) planSettings(c echo.Context) error {
	data, err := s.planSettingsPage(c)
	if err != nil {
		return err
	}
	return show(s, c, planSettingsPage, data)
}

func (s *Server) planSettingsPage(c echo.Context) (*view.PlanSettings, error) {
	actor := actorOf(c)
	list, err := s.Planning.Settings(c.Request().Context(), actor)
	if err != nil {
		return nil, err
	}
	data := &view.PlanSettings{Base: s.base(c), MayEdit: actor.May(access.PlanEdit, 0)}
	for _, one := range list {
		row := view.PlanSetting{Name: one.Name, Label: one.Label, Value: one.Value, Seen: one.Value, SeenName: seenField(one.Name), Default: one.Default, Word: one.Word()}
		switch {
		case one.OfDispatch():
			data.Dispatch = append(data.Dispatch, row)
		case one.IsNumber():
			data.Days = row
		case one.OfVehicle():
			data.Vehicle = append(data.Vehicle, row)
		default:
			data.Uses = append(data.Uses, row)
		}
	}
	return data, nil
}

// planSettingsSave changes what was changed in the form.
func (s *Server) planSettingsSave(c echo.Context) error {
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	data, err := s.planSettingsPage(c)
	if err != nil {
		return err
	}
	in := planning.SettingsInput{Typed: map[string]string{}, Seen: map[string]string{}}
	for _, row := range data.Rows() {
		in.Typed[row.Name], in.Seen[row.Name] = f.Text(row.Name), f.Text(row.SeenName)
	}
	changed, err := s.Planning.SaveSettings(c.Request().Context(), actorOf(c), in)
	if err != nil {
		// A form that lost a race is shown with what holds now, so that saving
		// it again is on purpose.
		for _, row := range data.Rows() {
			if row.Value = in.Typed[row.Name]; errs.KindOf(err) != errs.Conflict {
				row.Seen = in.Seen[row.Name]
			}
		}
		return refuse(s, c, planSettingsPage, data, err)
	}
	if changed == 0 {
		s.flash(c, "warn", "没有改动，什么都没有保存。")
	} else {
		s.flash(c, "ok", fmt.Sprintf("已保存 %d 项设置，现在起生效。", changed))
	}
	return redirect(c, "/plan-settings")
}
