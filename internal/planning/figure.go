package planning

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/quantity"
	"changbei/internal/store"
)

// Limits of a figure: the columns' widths, and the years anybody plans by.
const (
	maxFigureName   = 60
	maxFigureUnit   = 20
	maxFigureSource = 200
	firstFigureYear = 2000
	yearsAhead      = 5
)

// wholeUnits are counted in whole numbers though no goods are.
var wholeUnits = []string{"人", "人次", "户"}

// fixedUnits are those of figures that the program itself computes with.
var fixedUnits = map[string]string{plan.MovedPeople: "人"}

// Figures lists the basis figures, the newest record of each area, name and
// year.
func (s *Service) Figures(ctx context.Context, actor access.Actor) ([]plan.Figure, error) {
	figures, err := s.figures(ctx, actor)
	if err != nil {
		return nil, err
	}
	return figures.Newest(), nil
}

func (s *Service) figures(ctx context.Context, actor access.Actor) (*plan.Figures, error) {
	if _, err := scope(actor, access.PlanView); err != nil {
		return nil, err
	}
	return figuresOf(ctx, s.store.Read())
}

func figuresOf(ctx context.Context, c *store.Conn) (*plan.Figures, error) {
	records, err := c.Figures(ctx)
	return plan.NewFigures(records), err
}

// FigureName is a figure with its unit and the years it is known of, the last
// one first.
type FigureName struct {
	Name, Unit string
	Years      []int
}

// FigureRow is an area's figure of a year and what it took the place of; zero
// figures are unknown.
type FigureRow struct {
	Area        place.Division
	Now, Before plan.Figure
	Parts       int // areas below it
}

// FigureSheet is one figure of one year over the areas.
type FigureSheet struct {
	Names  []FigureName
	Chosen FigureName // zero = a new one
	Year   int
	Parent place.Division // the area whose parts the rows are, zero = district and streets
	Rows   []FigureRow
}

// FigureQuery chooses a sheet: "" and 0 are the first name and its last year;
// Under is a street whose villages are wanted.
type FigureQuery struct {
	Name  string
	New   bool // a figure nobody has recorded yet
	Year  int
	Under string
}

// FigureSheet gives the sheet of a figure.
func (s *Service) FigureSheet(ctx context.Context, actor access.Actor, q FigureQuery) (FigureSheet, error) {
	figures, err := s.figures(ctx, actor)
	if err != nil {
		return FigureSheet{}, err
	}
	areas, err := areasOf(ctx, s.store.Read())
	if err != nil {
		return FigureSheet{}, err
	}
	sheet := FigureSheet{Names: figureNames(figures)}
	at := slices.IndexFunc(sheet.Names, func(n FigureName) bool { return catalog.Key(n.Name) == catalog.Key(q.Name) })
	switch {
	case at >= 0:
		sheet.Chosen = sheet.Names[at]
	case !q.New && q.Name == "" && len(sheet.Names) > 0:
		sheet.Chosen = sheet.Names[0]
	}
	if sheet.Year = q.Year; sheet.Year < firstFigureYear || sheet.Year > s.lastFigureYear() {
		sheet.Year = s.Today().Time().Year()
		if len(sheet.Chosen.Years) > 0 {
			sheet.Year = sheet.Chosen.Years[0]
		}
	}
	return sheet, sheet.fill(areas, figures, q.Under)
}

func (f *FigureSheet) fill(areas areaList, figures *plan.Figures, under string) error {
	list := areas.upper()
	if under != "" {
		if f.Parent = areas.find(under); f.Parent.Code == "" {
			return errs.New(errs.NotFound, "没有这个区划，请从列表重新进入。")
		}
		list = areas.under(under)
	}
	for _, a := range list {
		row := FigureRow{Area: a}
		if a.Parent != "" && under == "" { // the district's parts are the rows themselves
			row.Parts = len(areas.under(a.Code))
		}
		now, known := figures.Of(a.Code, f.Chosen.Name, f.Year)
		if row.Now = now; known {
			row.Before, _ = figures.Before(now)
		} else if last, ok := figures.Latest(a.Code, f.Chosen.Name); ok && last.Year < f.Year {
			row.Before = last
		}
		f.Rows = append(f.Rows, row)
	}
	return nil
}

// figureNames lists the names, that of the people to be moved first.
func figureNames(figures *plan.Figures) []FigureName {
	var names []FigureName
	for _, f := range figures.Newest() {
		at := slices.IndexFunc(names, func(n FigureName) bool { return n.Name == f.Name })
		if at < 0 {
			at, names = len(names), append(names, FigureName{Name: f.Name, Unit: f.Unit})
		}
		if !slices.Contains(names[at].Years, f.Year) {
			names[at].Years = append(names[at].Years, f.Year)
		}
	}
	for _, n := range names {
		slices.SortFunc(n.Years, func(a, b int) int { return b - a })
	}
	slices.SortStableFunc(names, func(a, b FigureName) int {
		first := func(n FigureName) int {
			if n.Name == plan.MovedPeople {
				return 0
			}
			return 1
		}
		return cmp.Or(first(a)-first(b), cmp.Compare(a.Name, b.Name))
	})
	return names
}

// FiguresInput is a column of figures as typed: a value per area, "" = leave
// it as it is. Field names in errors: name, unit, year, source, value, and
// value.<code> of an area.
type FiguresInput struct {
	Name, Unit   string
	Year, Source string
	Values       map[string]string // by area code
}

// RecordFigures records the values that are other than the newest ones, and
// says how many those were. Nothing is overwritten: what was recorded stays in
// the history.
func (s *Service) RecordFigures(ctx context.Context, actor access.Actor, in FiguresInput) (recorded int, err error) {
	err = s.store.Tx(ctx, func(tx *store.Tx) error {
		recorded = 0
		if err := actor.Require(access.PlanEdit, 0); err != nil {
			return err
		}
		figures, err := figuresOf(ctx, tx.Conn)
		if err != nil {
			return err
		}
		areas, err := areasOf(ctx, tx.Conn)
		if err != nil {
			return err
		}
		changed, err := s.readFigures(ctx, tx.Conn, in, figures, areas)
		if err != nil || len(changed) == 0 {
			return err
		}
		var said []string
		for i := range changed {
			f := &changed[i]
			last, known := figures.Of(f.Division, f.Name, f.Year)
			// After the one it corrects even when the clock was set back.
			f.ID, f.ActorName, f.RecordedAt = tx.NewID(), actor.Name, max(tx.NowMicro(), last.RecordedAt+1)
			was := "—"
			if known {
				was = last.Value.String()
			}
			said = append(said, areas.name(f.Division)+" "+was+"→"+f.Value.String())
		}
		if err := tx.InsertFigures(ctx, actor.ID, changed...); err != nil {
			return err
		}
		recorded = len(changed)
		first := changed[0]
		return tx.Audit(ctx, 0, record(actor, "figure.record", fmt.Sprintf("%s %d年", first.Name, first.Year),
			fmt.Sprintf("来源 %s；单位 %s；%s", first.Source, first.Unit, strings.Join(said, "、"))))
	})
	return recorded, err
}

// readFigures turns what was typed into the figures that would change.
func (s *Service) readFigures(ctx context.Context, c *store.Conn, in FiguresInput, figures *plan.Figures, areas areaList) ([]plan.Figure, error) {
	units, err := c.Units(ctx)
	if err != nil {
		return nil, err
	}
	var check errs.Check
	f := s.readFigureHead(&check, in, figures)
	var changed []plan.Figure
	typed := 0
	for _, code := range slices.Sorted(maps.Keys(in.Values)) {
		text, field := strings.TrimSpace(in.Values[code]), "value."+code
		if text == "" {
			continue
		}
		typed++
		if areas.find(code).Code == "" {
			check.Add(field, "没有代码为 %s 的区划，请刷新页面重新填写。", clip(code, 20))
			continue
		}
		value, ok := readFigure(&check, field, areas.name(code), text, f.Unit, units)
		if last, known := figures.Of(code, f.Name, f.Year); ok && (!known || last.Value != value) {
			f.Division, f.Value = code, value
			changed = append(changed, f)
		}
	}
	if typed == 0 {
		check.Add("value", "请至少填写一个区划的数值；留空的保持不变。")
	}
	return changed, check.Err()
}

func (s *Service) readFigureHead(c *errs.Check, in FiguresInput, figures *plan.Figures) plan.Figure {
	f := plan.Figure{Name: tidy(in.Name), Unit: tidy(in.Unit), Source: tidy(in.Source)}
	names := figureNames(figures)
	if at := slices.IndexFunc(names, func(n FigureName) bool { return catalog.Key(n.Name) == catalog.Key(f.Name) }); at >= 0 {
		f.Name = names[at].Name
		if f.Unit != "" && f.Unit != names[at].Unit {
			c.Add("unit", "「%s」以“%s”为单位，不能改为“%s”；单位不同的请另起一个指标名。", f.Name, names[at].Unit, f.Unit)
		}
		f.Unit = names[at].Unit
	} else if unit := fixedUnits[f.Name]; unit != "" && f.Unit != unit {
		c.Add("unit", "「%s」须以“%s”为单位，推演和测算都按它计。", f.Name, unit)
	}
	for _, t := range []struct {
		field, label, text string
		limit              int
	}{{"name", "指标名称", f.Name, maxFigureName}, {"unit", "单位", f.Unit, maxFigureUnit}, {"source", "数据来源", f.Source, maxFigureSource}} {
		if t.text == "" {
			c.Add(t.field, "请填写%s。", t.label)
		}
		checkText(c, t.field, t.label, t.text, t.limit)
	}
	latest := s.lastFigureYear()
	year, err := strconv.Atoi(catalog.Key(in.Year))
	if err != nil || year < firstFigureYear || year > latest {
		c.Add("year", "年份应在 %d 到 %d 之间，例如 %d。", firstFigureYear, latest, latest-yearsAhead)
	}
	f.Year = year
	return f
}

func (s *Service) lastFigureYear() int { return s.Today().Time().Year() + yearsAhead }

// readFigure reads a value; its unit may stand behind it.
func readFigure(c *errs.Check, field, area, text, unit string, units []catalog.Unit) (quantity.Q, bool) {
	r, err := quantity.Parse(text)
	switch {
	case err != nil:
		c.Add(field, "%s的数值“%s”看不懂，请只填数字，例如 120。", area, clip(text, 20))
		return 0, false
	case r.Unit != "" && catalog.Key(r.Unit) != catalog.Key(unit) || r.Doubt != "" || r.Note != "":
		c.Add(field, "%s的数值“%s”不明确，请只填以“%s”计的数字。", area, clip(text, 20), unit)
		return 0, false
	case r.Q < 0:
		c.Add(field, "%s的数值 %s 是负数，请填 0 或正数。", area, r.Q)
		return 0, false
	case r.Q > quantity.Max:
		c.Add(field, "%s的数值太大，请核对。", area)
		return 0, false
	case !r.Q.Fits(decimalsOf(unit, units)):
		c.Add(field, "%s的数值 %s 小数太多，“%s”按%s计。", area, r.Q, unit, decimalsSaid(decimalsOf(unit, units)))
		return 0, false
	}
	return r.Q, true
}

func decimalsOf(unit string, units []catalog.Unit) int {
	if slices.Contains(wholeUnits, unit) {
		return 0
	}
	for _, u := range units {
		if u.Name == unit {
			return u.Decimals
		}
	}
	return 3
}

func decimalsSaid(decimals int) string {
	if decimals == 0 {
		return "整数"
	}
	return fmt.Sprintf("最多 %d 位小数", decimals)
}
