package planning_test

import (
	"maps"
	"strings"
	"testing"

	"changbei/internal/errs"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

// settingsForm is the form as it was shown, with some fields typed anew.
func (r *dealRoom) settingsForm(t *testing.T, typed map[string]string) planning.SettingsInput {
	t.Helper()
	list, err := r.Settings(t.Context(), r.leader)
	if err != nil || len(list) != 14 {
		t.Fatalf("%d settings, %v", len(list), err)
	}
	in := planning.SettingsInput{Typed: map[string]string{}, Seen: map[string]string{}}
	for _, s := range list {
		in.Typed[s.Name], in.Seen[s.Name] = s.Value, s.Value
	}
	maps.Copy(in.Typed, typed)
	return in
}

func (r *dealRoom) setting(t *testing.T, name string) planning.Setting {
	t.Helper()
	list, err := r.Settings(t.Context(), r.planner)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range list {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("no setting %s", name)
	return planning.Setting{}
}

func TestPlanSettings(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		r := newDealRoom(t, e)
		if s := r.setting(t, "plan.verify-days"); s.Word() != "90" || s.Value != "" || !s.IsNumber() {
			t.Errorf("by default %+v", s)
		}
		n, err := r.SaveSettings(t.Context(), r.planner, r.settingsForm(t, map[string]string{"plan.verify-days": "６０", "rotation.rest": " 与经销商  调换 ", "rotation.soon": "冬春救助或发放"}))
		if err != nil || n != 2 {
			t.Fatalf("%d changed, %v", n, err)
		}
		if days, rest, soon := r.setting(t, "plan.verify-days"), r.setting(t, "rotation.rest"), r.setting(t, "rotation.soon"); days.Value != "60" || rest.Word() != "与经销商 调换" || soon.Value != "" {
			t.Errorf("saved %+v, %+v, %+v", days, rest, soon)
		}
		trail, err := r.store.Read().AuditPage(t.Context(), 0, 0, "plan-setting.update", 10)
		if err != nil || len(trail) != 1 || trail[0].Detail != "电话核实有效天数：90 → 60；六个月以后到期的用途：调换轮换 → 与经销商 调换" {
			t.Errorf("the trail says %+v, %v", trail, err)
		}
		if v, err := r.Agreement(t.Context(), r.leader, r.save(t, r.form()).ID); err != nil || v.VerifyDays != 60 {
			t.Errorf("an agreement's call stands %d days, %v", v.VerifyDays, err)
		}
		t.Run("nothing changed leaves no trail", func(t *testing.T) {
			if n, err := r.SaveSettings(t.Context(), r.planner, r.settingsForm(t, nil)); err != nil || n != 0 {
				t.Errorf("%d changed, %v", n, err)
			}
			if trail, err := r.store.Read().AuditPage(t.Context(), 0, 0, "plan-setting.update", 10); err != nil || len(trail) != 1 {
				t.Errorf("%d lines, %v", len(trail), err)
			}
		})
		t.Run("an older form does not undo what another set", func(t *testing.T) {
			older := r.settingsForm(t, map[string]string{"rotation.rest": "捐给敬老院", "rotation.expired": "报废"})
			if _, err := r.SaveSettings(t.Context(), r.planner, r.settingsForm(t, map[string]string{"rotation.rest": "折价处理"})); err != nil {
				t.Fatal(err)
			}
			_, err := r.SaveSettings(t.Context(), r.planner, older)
			if errs.KindOf(err) != errs.Conflict || !strings.Contains(errs.MessageOf(err), "折价处理") {
				t.Errorf("err = %v", err)
			}
			if r.setting(t, "rotation.rest").Value != "折价处理" || r.setting(t, "rotation.expired").Value != "" {
				t.Error("half of the older form was saved")
			}
			// What the older form did not touch is nobody's conflict.
			apart := r.settingsForm(t, map[string]string{"rotation.later": "培训"})
			if _, err := r.SaveSettings(t.Context(), r.planner, r.settingsForm(t, map[string]string{"rotation.soon": "发放"})); err != nil {
				t.Fatal(err)
			}
			if n, err := r.SaveSettings(t.Context(), r.planner, apart); err != nil || n != 1 || r.setting(t, "rotation.soon").Value != "发放" {
				t.Errorf("%d changed, %v", n, err)
			}
		})
		t.Run("emptied is the default again", func(t *testing.T) {
			if _, err := r.SaveSettings(t.Context(), r.planner, r.settingsForm(t, map[string]string{"rotation.rest": "", "plan.verify-days": "90"})); err != nil {
				t.Fatal(err)
			}
			if rest, days := r.setting(t, "rotation.rest"), r.setting(t, "plan.verify-days"); rest.Word() != "调换轮换" || days.Value != "" {
				t.Errorf("left %+v, %+v", rest, days)
			}
			if n, err := r.SaveSettings(t.Context(), r.planner, r.settingsForm(t, map[string]string{"rotation.rest": "再次"})); err != nil || n != 1 {
				t.Errorf("from the default again: %d changed, %v", n, err)
			}
		})
		t.Run("the usual lorry is set in any unit and read exactly", func(t *testing.T) {
			vehicle := func() plan.Vehicle {
				t.Helper()
				v, err := r.store.Read().Vehicle(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				return v
			}
			if v := vehicle(); v.Known() || r.setting(t, store.VehiclePayload).Word() != "未设" {
				t.Errorf("by default %+v", v)
			}
			n, err := r.SaveSettings(t.Context(), r.planner, r.settingsForm(t, map[string]string{store.VehiclePayload: "5吨", store.VehicleSpace: "２０．5"}))
			if err != nil || n != 2 || vehicle() != (plan.Vehicle{PayloadGram: 5_000_000, SpaceCm3: 20_500_000}) || r.setting(t, store.VehiclePayload).Value != "5000" {
				t.Errorf("%d changed, %v: %+v, %q", n, err, vehicle(), r.setting(t, store.VehiclePayload).Value)
			}
			for _, none := range []string{"", "0", "未设"} {
				if _, err := r.SaveSettings(t.Context(), r.planner, r.settingsForm(t, map[string]string{store.VehiclePayload: none, store.VehicleSpace: "1"})); err != nil {
					t.Fatal(err)
				}
				if v := vehicle(); v.PayloadGram != 0 || v.SpaceCm3 != 1_000_000 {
					t.Errorf("%q leaves %+v", none, v)
				}
			}
			_, err = r.SaveSettings(t.Context(), r.planner, r.settingsForm(t, map[string]string{store.VehiclePayload: "五吨", store.VehicleSpace: "-1"}))
			turnedDown(t, err, errs.Invalid, store.VehiclePayload, store.VehicleSpace)
		})
		t.Run("refused", func(t *testing.T) {
			for _, days := range []string{"0", "-3", "731", "一季度", "1.5"} {
				_, err := r.SaveSettings(t.Context(), r.planner, r.settingsForm(t, map[string]string{"plan.verify-days": days, "rotation.later": strings.Repeat("字", 21)}))
				turnedDown(t, err, errs.Invalid, "plan.verify-days", "rotation.later")
			}
			_, err := r.SaveSettings(t.Context(), r.leader, r.settingsForm(t, nil))
			turnedDown(t, err, errs.Forbidden)
			_, err = r.Settings(t.Context(), r.keeper)
			turnedDown(t, err, errs.Forbidden)
		})
	})
}
