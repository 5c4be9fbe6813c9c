package demo

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"changbei/internal/catalog"
	"changbei/internal/id"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/planning"
)

// What stands as the source of invented figures, so that nobody takes them for
// the district's.
const (
	demoSource     = "演示值"
	standardSource = "示例值，请按本级规定修改"
)

// Basis figures of the streets, by name: people to be moved, and km of dikes
// where a street has any. The streets on the river have more of both.
var demoFigures = []struct {
	street, people, dikes string
}{
	{"高塘岭", "340", "12.6"}, {"丁字湾", "260", "8.4"}, {"大泽湖", "130", ""}, {"月亮岛", "110", ""}, {"白沙洲", "240", "6.8"}, {"金山桥", "50", ""},
	{"黄金园", "40", ""}, {"乌山", "70", ""}, {"铜官", "290", "14.2"}, {"雷锋", "30", ""}, {"白马", "40", ""}, {"桥驿", "100", ""}, {"茶亭", "140", ""},
	{"靖港", "360", "18.5"}, {"乔口", "310", "16.3"}, {"白箬铺", "60", ""},
}

// neighbours are streets side by side with the minutes between their depots;
// what is not among them stays unknown.
var neighbours = []struct {
	a, b    string
	minutes int
}{
	{"GTL", "DZH", 12}, {"GTL", "BM", 14}, {"GTL", "WS", 18}, {"GTL", "TG", 26}, {"GTL", "JG", 24}, {"DZH", "YLD", 15}, {"YLD", "JSQ", 11}, {"JSQ", "HJY", 13},
	{"HJY", "LF", 16}, {"LF", "BRP", 22}, {"WS", "HJY", 19}, {"WS", "JG", 21}, {"JG", "QK", 17}, {"TG", "CT", 20}, {"TG", "DZW", 18}, {"DZW", "BSZ", 13},
	{"DZW", "QY", 24}, {"QY", "CT", 23},
}

// fromDistrict are the minutes from the district's depot to every street.
var fromDistrict = map[string]int{"GTL": 12, "DZW": 28, "DZH": 15, "YLD": 20, "BSZ": 25, "JSQ": 24, "HJY": 26, "WS": 22, "TG": 32, "LF": 33, "BM": 16, "QY": 46,
	"CT": 48, "JG": 30, "QK": 41, "BRP": 55}

type demoMember struct{ name, spec, unit, ratio string }

// demoGroups are goods that count for each other.
var demoGroups = []struct {
	name, unit, remark string
	members            []demoMember
}{
	{"帐篷（12㎡当量）", "顶", "演示值：一顶班用帐篷约 36㎡，折三顶", []demoMember{{"帐篷", "", "顶", "1"}, {"单帐篷", "", "顶", "1"}, {"棉帐篷", "12㎡", "顶", "1"}, {"班用帐篷", "", "顶", "3"}}},
	{"手持照明", "个", "演示值：一盏应急灯可供两人，折两个", []demoMember{{"应急灯", "", "个", "2"}, {"强光手电", "", "支", "1"}, {"头灯", "", "个", "1"}}},
	{"发电机（5kW当量）", "台", "演示值：未标功率的按 5kW 计", []demoMember{{"发电机", "", "台", "1"}, {"汽油发电机", "5kW", "台", "1"}}},
}

// demoStandards are examples, each marked as one: of a group, or of an item as
// the catalogue names it.
var demoStandards = []struct {
	name, group     string
	item, unit, per string
	daily           bool
}{
	{name: "帐篷", group: "帐篷（12㎡当量）", unit: "顶", per: "1/4"},
	{name: "棉被", item: "棉被", unit: "床", per: "1"},
	{name: "折叠床", item: "折叠床", unit: "张", per: "1/2"},
	{name: "防潮垫", item: "防潮垫", unit: "张", per: "1/2"},
	{name: "瓶装饮用水", item: "瓶装饮用水", unit: "箱", per: "0.1", daily: true},
	{name: "方便食品", item: "方便食品", unit: "箱", per: "0.125", daily: true},
	{name: "照明", group: "手持照明", unit: "个", per: "1/5"},
}

// bases records what plans are computed from: figures, groups, standards and
// road minutes. A first attempt that was cut off is gone on with.
func (f *filler) bases(ctx context.Context) error {
	for _, step := range []func(context.Context) error{f.figures, f.groups, f.standards, f.roads} {
		if err := step(ctx); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
	}
	return nil
}

// figures records the streets' figures of last year and this one. Saying them
// again records nothing.
func (f *filler) figures(ctx context.Context) error {
	year := f.today.Time().Year()
	people, last, dikes := map[string]string{}, map[string]string{}, map[string]string{}
	for _, d := range demoFigures {
		at := slices.IndexFunc(f.areas, func(a place.Division) bool { return a.Name == d.street+"街道" || a.Name == d.street+"镇" })
		if at < 0 {
			return fmt.Errorf("no street %s", d.street)
		}
		code := f.areas[at].Code
		people[code], dikes[code] = d.people, d.dikes
		n, _ := strconv.Atoi(d.people)
		last[code] = strconv.Itoa(n * 9 / 10 / 10 * 10)
	}
	for _, in := range []planning.FiguresInput{
		{Name: plan.MovedPeople, Unit: "人", Year: strconv.Itoa(year - 1), Values: last},
		{Name: plan.MovedPeople, Unit: "人", Year: strconv.Itoa(year), Values: people},
		{Name: "堤防长度", Unit: "千米", Year: strconv.Itoa(year), Values: dikes},
	} {
		in.Source = demoSource
		if _, err := f.Planning.RecordFigures(ctx, f.planner, in); err != nil {
			return err
		}
	}
	return nil
}

func (f *filler) groups(ctx context.Context) error {
	there, err := f.Planning.Groups(ctx, f.planner)
	if err != nil {
		return err
	}
	goods, err := f.goods(ctx)
	if err != nil {
		return err
	}
	for _, g := range demoGroups {
		if slices.ContainsFunc(there, func(o plan.Group) bool { return o.Name == g.name }) {
			continue
		}
		in := planning.GroupInput{Name: g.name, Unit: g.unit, Remark: g.remark}
		for _, m := range g.members {
			in.Members = append(in.Members, planning.MemberInput{Item: codeOf(goods, m.name, m.spec, m.unit), Ratio: m.ratio})
		}
		if _, err := f.Planning.SaveGroup(ctx, f.planner, in); err != nil {
			return fmt.Errorf("%s: %w", g.name, err)
		}
	}
	return nil
}

// codeOf gives the code of goods the demo keeps.
func codeOf(list []goods, name, spec, unit string) string {
	at := slices.IndexFunc(list, func(g goods) bool {
		return catalog.ItemKey(g.Name, g.Spec, g.Unit) == catalog.ItemKey(name, spec, unit)
	})
	if at < 0 {
		return ""
	}
	return list[at].Code
}

func (f *filler) standards(ctx context.Context) error {
	there, err := f.Planning.Standards(ctx, f.planner)
	if err != nil {
		return err
	}
	goods, err := f.goods(ctx)
	if err != nil {
		return err
	}
	for _, st := range demoStandards {
		if slices.ContainsFunc(there, func(o plan.Standard) bool { return o.Name == st.name }) {
			continue
		}
		target := st.group
		if target == "" {
			target = codeOf(goods, st.item, "", st.unit)
		}
		in := planning.StandardInput{Name: st.name, Target: target, Unit: st.unit, Per: st.per, Daily: st.daily, Source: standardSource, Example: true}
		if _, err := f.Planning.SaveStandard(ctx, f.planner, in); err != nil {
			return fmt.Errorf("%s: %w", st.name, err)
		}
	}
	return nil
}

// roads fills in the pairs that nobody has filled in.
func (f *filler) roads(ctx context.Context) error {
	known, err := f.Planning.Roads(ctx, f.planner)
	if err != nil {
		return err
	}
	byCode := map[string]id.ID{}
	for _, s := range f.sites {
		byCode[s.Code] = s.ID
	}
	ways := map[string][]planning.RoadInput{}
	add := func(a, b string, minutes int) {
		from, to := byCode[a], byCode[b]
		if _, there := known.Minutes(from, to); there || from == 0 || to == 0 {
			return
		}
		ways[a] = append(ways[a], planning.RoadInput{DepotID: to, Minutes: strconv.Itoa(minutes)})
	}
	hub := f.sites[0].Code
	for _, s := range f.sites[1:] {
		if minutes := fromDistrict[s.Code]; minutes > 0 {
			add(hub, s.Code, minutes)
		}
	}
	for _, n := range neighbours {
		add(n.a, n.b, n.minutes)
	}
	for _, s := range f.sites { // in the order of the depots: the same trail every time
		if len(ways[s.Code]) == 0 {
			continue
		}
		if _, err := f.Planning.SaveRoads(ctx, f.planner, planning.RoadsInput{DepotID: s.ID, Source: demoSource, Rows: ways[s.Code]}); err != nil {
			return err
		}
	}
	return nil
}
