package planning

import (
	"context"
	"fmt"
	"slices"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/quantity"
	"changbei/internal/store"
)

// BasisInput makes a line at each of some depots, its standard computed from
// the figure of the depot's own area. Field names in errors: depots, target,
// unit, figure, year, per, days, factor, share, most, basis.
type BasisInput struct {
	Depots []id.ID
	Target string
	Unit   string // "" = the goods' own
	Kind   plan.BasisKind
	Figure string // 需转移人口, 堤防长度
	Year   string // "" = the plan's; the newest figure up to it counts
	Per    string
	Days   string // "" = once
	Factor string // "" = 1
	Share  string // the minimum in % of the standard, "" = none
	Most   string // the maximum in %, "" = none
	Basis  string
}

// Generated tells what became of a generation.
type Generated struct {
	Made, Changed int
	Without       []string // depots whose area has no such figure
}

// GenerateLines writes lines computed from basis figures into a draft. A line
// that stands there for the same goods is computed anew; a depot whose area has
// no figure is named and left as it is.
func (s *Service) GenerateLines(ctx context.Context, actor access.Actor, version id.ID, lockNo int64, in BasisInput) (out Generated, err error) {
	err = s.edit(ctx, actor, version, lockNo, "plan.generate", func(tx *store.Tx, p plan.Plan) (string, error) {
		out = Generated{}
		f, err := frameOf(ctx, tx.Conn)
		if err != nil {
			return "", err
		}
		g, err := s.readBasis(f, p, in)
		if err != nil {
			return "", err
		}
		figures, err := tx.Figures(ctx)
		if err != nil {
			return "", err
		}
		all, err := tx.PlanLines(ctx, p.ID)
		if err != nil {
			return "", err
		}
		lines, err := g.apply(f, p, all, plan.NewFigures(figures), in.Depots, &out)
		if err != nil {
			return "", err
		}
		return fmt.Sprintf("%s：新增 %d 行，重算 %d 行", f.goods.Label(g.target), out.Made, out.Changed), writeGenerated(ctx, tx, lines)
	})
	return out, err
}

// generation is a read BasisInput.
type generation struct {
	target      plan.Target
	unit, text  string
	basis       plan.Basis
	share, most quantity.Q // in thousandths of 1 %
}

const (
	maxDays   = 365
	maxShare  = 100
	maxMost   = 1000
	mostFirst = 100
)

func (s *Service) readBasis(f *frame, p plan.Plan, in BasisInput) (generation, error) {
	var c errs.Check
	g := generation{unit: tidy(in.Unit), text: tidy(in.Basis), basis: plan.Basis{Kind: in.Kind, Figure: tidy(in.Figure), Year: p.Year}}
	if len(in.Depots) == 0 {
		c.Add("depots", "请至少选择一个储备库。")
	}
	var err error
	if g.target, err = f.goods.ParseTargetIn(in.Target, in.Unit); err != nil {
		c.Add("target", "%s", errs.MessageOf(err))
	} else if units := f.goods.Units(g.target); g.unit == "" && len(units) > 0 {
		g.unit = units[0]
	}
	if in.Kind != plan.PerHead && in.Kind != plan.PerKm {
		c.Add("kind", "请选择按人数还是按长度测算。")
	}
	if g.basis.Figure == "" {
		c.Add("figure", "请填写用哪个测算基数，例如%s。", plan.MovedPeople)
	}
	if in.Year != "" {
		g.basis.Year = number(&c, "year", "基数年度", in.Year, earliestYear, s.Today().Year()+yearsAhead)
	}
	if g.basis.Per = amount(&c, "per", "单位用量", in.Per); g.basis.Per == 0 && c.OK() {
		c.Add("per", "请填写每人（每千米）用量。")
	}
	if in.Days != "" {
		g.basis.Days = number(&c, "days", "天数", in.Days, 1, maxDays)
	}
	g.basis.Factor = amount(&c, "factor", "系数", in.Factor)
	g.share, g.most = percent(&c, "share", "最低量占比", in.Share, 0, maxShare), percent(&c, "most", "最高量占比", in.Most, mostFirst, maxMost)
	checkText(&c, "basis", "依据", g.text, 300)
	checkText(&c, "figure", "测算基数", g.basis.Figure, 60)
	return g, c.Err()
}

// percent reads a share in %, "" = 0.
func percent(c *errs.Check, field, label, text string, least, most int64) quantity.Q {
	q := amount(c, field, label, text)
	if text != "" && q != 0 && (q < quantity.Of(least) || q > quantity.Of(most)) {
		c.Add(field, "%s应在 %d%% 到 %d%% 之间。", label, least, most)
	}
	return q
}

// apply computes the lines. Those that stood before keep their number.
func (g generation) apply(f *frame, p plan.Plan, all []plan.Line, figures *plan.Figures, depots []id.ID, out *Generated) ([]plan.Line, error) {
	last, there := 0, map[id.ID]plan.Line{}
	for _, l := range all {
		last = max(last, l.No)
		if l.Scope.Kind == plan.AtDepot && l.Target == g.target {
			there[l.Scope.DepotID] = l
		}
	}
	var lines []plan.Line
	for _, depot := range depots {
		d, _ := f.depots.Depot(depot)
		figure, has := figures.UpTo(d.Division, g.basis.Figure, g.basis.Year)
		basis := g.basis
		basis.Division, basis.Value, basis.Year = d.Division, figure.Value, figure.Year
		standard, ok := basis.Standard(figure.Value, f.goods.Decimals(g.target))
		if !has || !ok {
			out.Without = append(out.Without, d.Name)
			continue
		}
		l, was := there[depot]
		if !was {
			last++
			l = plan.Line{PlanID: p.ID, No: last, Scope: plan.Scope{Kind: plan.AtDepot, DepotID: depot}, Target: g.target, Forms: []plan.Form{plan.Physical}}
			out.Made++
		} else {
			out.Changed++
		}
		l.Unit, l.Basis, l.BasisText, l.Standard = g.unit, basis, g.text, standard
		l.Minimum, l.Maximum = part(standard, g.share, f.goods.Decimals(g.target)), part(standard, g.most, f.goods.Decimals(g.target))
		if err := plan.CheckLine(l, f.goods, f.depots); err != nil {
			return nil, err
		}
		lines = append(lines, l)
	}
	if len(lines) == 0 {
		return nil, errs.New(errs.Invalid, "所选储备库所在的街镇都没有“%s”的数，没有生成。请先在“测算基数”里填写。", g.basis.Figure)
	}
	return lines, g.clashes(f, all, lines)
}

func (g generation) clashes(f *frame, all, lines []plan.Line) error {
	fresh := map[int]bool{}
	for _, l := range lines {
		fresh[l.No] = true
	}
	rest := slices.DeleteFunc(slices.Clone(all), func(l plan.Line) bool { return fresh[l.No] })
	if found := freshClashes(rest, lines, f); len(found) > 0 {
		return errs.New(errs.Invalid, "%s", found[0].Sentence(f.goods, f.depots))
	}
	return nil
}

// part is a share of a standard in whole steps of the unit, rounded up.
func part(standard, share quantity.Q, decimals int) quantity.Q {
	if share == 0 {
		return 0
	}
	q := plan.Ratio{Num: int64(share), Den: int64(100 * quantity.One)}.Up(standard)
	step := quantity.One
	for range decimals {
		step /= 10
	}
	if rest := q % step; rest != 0 {
		q += step - rest
	}
	return q
}

func writeGenerated(ctx context.Context, tx *store.Tx, lines []plan.Line) error {
	var fresh []plan.Line
	for _, l := range lines {
		if l.ID != 0 {
			if err := tx.UpdatePlanLine(ctx, l); err != nil {
				return err
			}
			continue
		}
		l.ID = tx.NewID()
		fresh = append(fresh, l)
	}
	return tx.InsertPlanLines(ctx, fresh...)
}

// CopyInput copies the profile of one depot to others. Field names in errors:
// from, to, percent.
type CopyInput struct {
	From    id.ID
	Depots  []id.ID
	Percent string // of the figures, "" = 100
}

// CopyProfile gives depots the lines another one has in the draft. A depot that
// has lines already keeps them: it is named and left as it is.
func (s *Service) CopyProfile(ctx context.Context, actor access.Actor, version id.ID, lockNo int64, in CopyInput) (out Generated, err error) {
	err = s.edit(ctx, actor, version, lockNo, "plan.copy", func(tx *store.Tx, p plan.Plan) (string, error) {
		out = Generated{}
		f, err := frameOf(ctx, tx.Conn)
		if err != nil {
			return "", err
		}
		all, err := tx.PlanLines(ctx, p.ID)
		if err != nil {
			return "", err
		}
		lines, err := copyProfile(f, all, in, &out)
		if err != nil {
			return "", err
		}
		from, _ := f.depots.Depot(in.From)
		return fmt.Sprintf("照搬%s：新增 %d 行", from.Name, out.Made), writeGenerated(ctx, tx, lines)
	})
	return out, err
}

func copyProfile(f *frame, all []plan.Line, in CopyInput, out *Generated) ([]plan.Line, error) {
	var c errs.Check
	share := percent(&c, "percent", "比例", in.Percent, 1, maxMost)
	if share == 0 {
		share = quantity.Of(100)
	}
	from := slices.DeleteFunc(slices.Clone(all), func(l plan.Line) bool { return l.Scope.Kind != plan.AtDepot || l.Scope.DepotID != in.From })
	if len(from) == 0 {
		c.Add("from", "请选择一个在这份计划里已有计划行的储备库。")
	}
	if len(in.Depots) == 0 {
		c.Add("to", "请至少选择一个要照搬到的储备库。")
	}
	if !c.OK() {
		return nil, c.Err()
	}
	last, has := 0, map[id.ID]bool{}
	for _, l := range all {
		last = max(last, l.No)
		if l.Scope.Kind == plan.AtDepot {
			has[l.Scope.DepotID] = true
		}
	}
	var lines []plan.Line
	for _, depot := range in.Depots {
		d, ok := f.depots.Depot(depot)
		if !ok || has[depot] {
			out.Without = append(out.Without, d.Name)
			continue
		}
		for _, l := range from {
			last++
			lines = append(lines, copied(l, d, in.From, last, share, f))
			out.Made++
		}
	}
	if len(lines) == 0 {
		return nil, errs.New(errs.Invalid, "所选储备库都已有计划行，没有照搬。需要重来的，请先清空它们的计划行。")
	}
	return lines, checkFresh(all, lines, f)
}

func copied(l plan.Line, to place.Depot, from id.ID, no int, share quantity.Q, f *frame) plan.Line {
	decimals := f.goods.Decimals(l.Target)
	l.ID, l.No, l.Scope.DepotID = 0, no, to.ID
	l.Minimum, l.Standard, l.Maximum = part(l.Minimum, share, decimals), part(l.Standard, share, decimals), part(l.Maximum, share, decimals)
	l.Basis = plan.Basis{Kind: plan.CopiedOf, From: from}
	return l
}
