package planning

import (
	"cmp"
	"context"
	"strconv"
	"strings"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/plan"
	"changbei/internal/quantity"
	"changbei/internal/store"

	"golang.org/x/text/width"
)

// The uses of goods that expire, by how soon. Each is a setting with the word
// it has until the bureau sets another.
const (
	useExpired = "rotation.expired"
	useSoon    = "rotation.soon"
	useLater   = "rotation.later"
	useRest    = "rotation.rest"
)

// Setting is something of plans that is the bureau's to set.
type Setting struct {
	Name    string
	Label   string
	Default string // what holds while Value is empty
	Value   string
	Least   int // of a number,
	Most    int // 0 = it is a word
}

// Word gives what holds.
func (s Setting) Word() string { return cmp.Or(s.Value, s.Default) }

// OfDispatch reports a setting of dispatching.
func (s Setting) OfDispatch() bool { return strings.HasPrefix(s.Name, "dispatch.") }

// IsNumber reports a setting that is a whole number.
func (s Setting) IsNumber() bool { return s.Most > 0 }

// OfVehicle reports a setting of the bureau's usual lorry; store.Vehicle reads
// both. The others are words.
func (s Setting) OfVehicle() bool {
	return s.Name == store.VehiclePayload || s.Name == store.VehicleSpace
}

// notSet is what a figure is called that has no default.
const notSet = "未设"

// planSettings lists them in the order the page shows them.
var planSettings = []Setting{
	{Name: verifySetting, Label: "电话核实有效天数", Default: strconv.Itoa(plan.VerifyDays), Least: 1, Most: mostVerifyDays},
	{Name: useExpired, Label: "已过期的用途", Default: "报废鉴定"},
	{Name: useSoon, Label: "三个月内到期的用途", Default: "冬春救助或发放"},
	{Name: useLater, Label: "六个月内到期的用途", Default: "演练培训"},
	{Name: useRest, Label: "六个月以后到期的用途", Default: "调换轮换"},
	{Name: store.VehiclePayload, Label: "常用车辆载重（公斤）", Default: notSet},
	{Name: store.VehicleSpace, Label: "常用车辆容积（立方米）", Default: notSet},
	dispatchSetting(store.PaperHours, "先调后补的手续时限（小时）", 1, 720),
	dispatchSetting(store.TransitHours, "在途超时提醒（小时）", 1, 720),
	dispatchSetting(store.RankDistrict, "调出次序：区级库", 0, mostRank),
	dispatchSetting(store.RankTownship, "调出次序：街镇库", 0, mostRank),
	dispatchSetting(store.RankVillage, "调出次序：村社区点", 0, mostRank),
	dispatchSetting(store.RankDepartment, "调出次序：其他部门", 0, mostRank),
	dispatchSetting(store.RankFirm, "调出次序：企业代储", 0, mostRank),
}

// mostRank bounds how late a kind of depot is asked: 0 comes first.
const mostRank = 9

func dispatchSetting(name, label string, least, most int) Setting {
	return Setting{Name: name, Label: label, Default: strconv.Itoa(store.DispatchDefaults[name]), Least: least, Most: most}
}

// Bounds of settings. A call that stands for more than two years proves
// nothing, and a longer word takes more lines than a row of a workbook has.
const (
	mostVerifyDays = 730
	maxUseWord     = 20
)

// Settings lists what may be set of plans.
func (s *Service) Settings(ctx context.Context, actor access.Actor) ([]Setting, error) {
	if err := actor.Require(access.PlanView, 0); err != nil {
		return nil, err
	}
	return settingsOf(ctx, s.store.Read())
}

func settingsOf(ctx context.Context, c *store.Conn) ([]Setting, error) {
	list := make([]Setting, len(planSettings))
	for i, one := range planSettings {
		value, err := c.Setting(ctx, one.Name)
		if err != nil {
			return nil, err
		}
		one.Value = value
		list[i] = one
	}
	return list, nil
}

// settingWords gives what holds, by name.
func settingWords(ctx context.Context, c *store.Conn) (map[string]string, error) {
	list, err := settingsOf(ctx, c)
	words := make(map[string]string, len(list))
	for _, one := range list {
		words[one.Name] = one.Word()
	}
	return words, err
}

// SettingsInput is a form of settings, by their names: what was typed, and what
// stood there when the form was shown. An empty text is the default.
type SettingsInput struct {
	Typed, Seen map[string]string
}

// SaveSettings changes what was changed in the form and says how many that
// were. A setting that somebody else changed meanwhile is a Conflict: the form
// would undo it unseen.
func (s *Service) SaveSettings(ctx context.Context, actor access.Actor, in SettingsInput) (changed int, err error) {
	err = s.store.Tx(ctx, func(tx *store.Tx) error {
		changed = 0
		if err := actor.Require(access.PlanEdit, 0); err != nil {
			return err
		}
		wanted, err := in.check()
		if err != nil {
			return err
		}
		list, err := settingsOf(ctx, tx.Conn)
		if err != nil {
			return err
		}
		var said []string
		for _, one := range list {
			want := wanted[one.Name]
			if want == in.Seen[one.Name] {
				continue
			}
			if one.Value != in.Seen[one.Name] {
				return errs.New(errs.Conflict, "“%s”刚被别人改为“%s”，请核对后重新保存。", one.Label, one.Word())
			}
			if err := tx.ChangeSetting(ctx, one.Name, one.Value, want); err != nil {
				return err
			}
			changed++
			said = append(said, one.Label+"："+one.Word()+" → "+cmp.Or(want, one.Default))
		}
		if changed == 0 {
			return nil
		}
		return tx.Audit(ctx, 0, record(actor, "plan-setting.update", "计划设置", strings.Join(said, "；")))
	})
	return changed, err
}

// measure reads what the lorry carries or holds and writes it one way; 0 is not
// set.
func (s Setting) measure(c *errs.Check, text string) string {
	if text == notSet {
		return ""
	}
	read, write := quantity.Gram, quantity.KgText
	if s.Name == store.VehicleSpace {
		read, write = quantity.Cm3, quantity.M3Text
	}
	n, err := read(text)
	if err != nil {
		c.Add(s.Name, "%s：%s", s.Label, errs.MessageOf(err))
	}
	if n == 0 {
		return ""
	}
	return write(n)
}

// check reads what was typed; a default typed out is the default.
func (in SettingsInput) check() (map[string]string, error) {
	var c errs.Check
	wanted := map[string]string{}
	for _, one := range planSettings {
		text := tidy(in.Typed[one.Name])
		switch {
		case text == "":
		case one.IsNumber():
			text = width.Narrow.String(text)
			text = strconv.Itoa(number(&c, one.Name, one.Label, text, one.Least, one.Most))
		case one.OfVehicle():
			text = one.measure(&c, text)
		default:
			checkText(&c, one.Name, one.Label, text, maxUseWord)
		}
		if text == one.Default {
			text = ""
		}
		wanted[one.Name] = text
	}
	return wanted, c.Err()
}
