package planning

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/store"
)

// LineInput is a line as typed. Field names in errors carry the row: target.3,
// unit.3, minimum.3, standard.3, maximum.3, forms.3. ID 0 is a new line; a row
// without a target is left out, and so taken from the plan.
type LineInput struct {
	ID          id.ID
	Target      string
	Unit        string // "" = the goods' own
	Minimum     string
	Standard    string
	Maximum     string
	Forms       []plan.Form
	Responsible string
	Fund        string
	BasisText   string
	Remark      string
}

// empty reports a row that is none: nothing typed, or one of the plan whose
// target was taken out. A new row with figures and no target is a slip.
func (in LineInput) empty() bool {
	return strings.TrimSpace(in.Target) == "" && (in.ID != 0 || strings.TrimSpace(in.Unit+in.Minimum+in.Standard+in.Maximum+in.Responsible+in.Fund+in.BasisText+in.Remark) == "")
}

// ParseScope reads where lines stand: district, tier:township, depot:<id>.
func ParseScope(text string) (plan.Scope, error) {
	kind, rest, _ := strings.Cut(text, ":")
	switch plan.ScopeKind(kind) {
	case plan.District:
		return plan.Scope{Kind: plan.District}, nil
	case plan.AtTier:
		if t := place.Tier(rest); t.Name() != "" {
			return plan.Scope{Kind: plan.AtTier, Tier: t}, nil
		}
	case plan.AtDepot:
		if d := id.Parse(rest); d != 0 {
			return plan.Scope{Kind: plan.AtDepot, DepotID: d}, nil
		}
	}
	return plan.Scope{}, errs.New(errs.Invalid, "请选择储备库、层级或全区。")
}

// ScopeText is the inverse of ParseScope.
func ScopeText(s plan.Scope) string {
	switch s.Kind {
	case plan.AtDepot:
		return string(plan.AtDepot) + ":" + s.DepotID.String()
	case plan.AtTier:
		return string(plan.AtTier) + ":" + string(s.Tier)
	}
	return string(plan.District)
}

// maxLines bounds a plan: 180 depots with twice the goods a district keeps.
const maxLines = 50_000

// SaveLines puts the typed rows in place of all lines of a scope. Lines that
// would overlap those of other scopes are named and nothing is saved.
func (s *Service) SaveLines(ctx context.Context, actor access.Actor, version id.ID, lockNo int64, at plan.Scope, rows []LineInput) error {
	return s.edit(ctx, actor, version, lockNo, "plan.lines", func(tx *store.Tx, p plan.Plan) (string, error) {
		f, err := frameOf(ctx, tx.Conn)
		if err != nil {
			return "", err
		}
		all, err := tx.PlanLines(ctx, p.ID)
		if err != nil {
			return "", err
		}
		e := &lineEdit{frame: f, plan: p, at: at, old: map[id.ID]plan.Line{}}
		for _, l := range all {
			if l.Scope == at {
				e.old[l.ID] = l
			} else {
				e.others = append(e.others, l)
			}
			e.last = max(e.last, l.No)
		}
		if err := e.read(rows); err != nil {
			return "", err
		}
		return e.said(), e.write(ctx, tx)
	})
}

// lineEdit is the lines of one scope on their way into a draft.
type lineEdit struct {
	*frame
	plan   plan.Plan
	at     plan.Scope
	old    map[id.ID]plan.Line
	others []plan.Line
	last   int // the highest number
	lines  []plan.Line
	rows   []int // the typed row of each line
}

func (e *lineEdit) read(rows []LineInput) error {
	var c errs.Check
	for i, in := range rows {
		if in.empty() {
			continue
		}
		l, err := e.line(in)
		if err == nil {
			err = plan.CheckLine(l, e.goods, e.depots)
		}
		for _, f := range errs.FieldsOf(err) {
			c.Add(fmt.Sprintf("%s.%d", f.Name, i+1), "%s", f.Message)
		}
		if err != nil && len(errs.FieldsOf(err)) == 0 {
			return err
		}
		e.lines, e.rows = append(e.lines, l), append(e.rows, i+1)
	}
	if !c.OK() {
		return c.Err()
	}
	if len(e.lines)+len(e.others) > maxLines {
		return errs.New(errs.TooLarge, "计划超过 %d 行，请按层级或类别合并。", maxLines)
	}
	return e.clashes()
}

// line reads one row. What was computed from a basis keeps it as long as the
// figure stays as computed.
func (e *lineEdit) line(in LineInput) (plan.Line, error) {
	var c errs.Check
	l := e.old[in.ID]
	if l.ID == 0 || e.taken(l.ID) {
		e.last++
		l = plan.Line{No: e.last, Basis: plan.Basis{Kind: plan.Fixed}}
	}
	was := l
	l.PlanID, l.Scope = e.plan.ID, e.at
	target, err := e.goods.ParseTargetIn(in.Target, in.Unit)
	if err != nil {
		c.Add("target", "%s", errs.MessageOf(err))
		return l, c.Err()
	}
	l.Target, l.Unit = target, tidy(in.Unit)
	if units := e.goods.Units(target); l.Unit == "" && len(units) > 0 {
		l.Unit = units[0]
	}
	l.Minimum, l.Standard = amount(&c, "minimum", "最低量", in.Minimum), amount(&c, "standard", "标准量", in.Standard)
	l.Maximum = amount(&c, "maximum", "最高量", in.Maximum)
	l.Forms, l.Responsible, l.Fund, l.BasisText, l.Remark = in.Forms, tidy(in.Responsible), tidy(in.Fund), tidy(in.BasisText), tidy(in.Remark)
	for _, t := range []struct {
		field, label, text string
		limit              int
	}{{"unit", "单位", l.Unit, 20}, {"responsible", "责任单位", l.Responsible, 100}, {"fund", "资金来源", l.Fund, 100},
		{"basis", "依据", l.BasisText, 300}, {"remark", "备注", l.Remark, 300}} {
		checkText(&c, t.field, t.label, t.text, t.limit)
	}
	if was.ID != 0 && (was.Standard != l.Standard || was.Target != l.Target || catalog.Key(was.Unit) != catalog.Key(l.Unit)) {
		l.Basis = plan.Basis{Kind: plan.Fixed}
	}
	return l, c.Err()
}

// taken reports a line that an earlier row has changed already.
func (e *lineEdit) taken(line id.ID) bool {
	return slices.ContainsFunc(e.lines, func(l plan.Line) bool { return l.ID == line })
}

// clashes refuses rows that overlap each other or the plan's other lines. Rows
// are numbered as the page numbers them.
func (e *lineEdit) clashes() error {
	rowOf := map[int]int{}
	for i, l := range e.lines {
		rowOf[l.No] = e.rows[i]
	}
	var c errs.Check
	for _, clash := range freshClashes(e.others, e.lines, e.frame) {
		field := fmt.Sprintf("target.%d", rowOf[clash.B.No])
		if n := rowOf[clash.A.No]; n != 0 {
			clash.A.No, clash.B.No = n, rowOf[clash.B.No]
			c.Add(field, "%s", clash.Sentence(e.goods, e.depots))
			continue
		}
		c.Add(field, "%s", clash.Beside(e.goods, e.depots))
	}
	return c.Err()
}

// freshClashes finds what new lines overlap. Old lines may overlap each other
// since a group or a depot changed: each place is mended by itself, and
// submitting names what is left.
func freshClashes(old, fresh []plan.Line, f *frame) []plan.Clash {
	isFresh := make(map[int]bool, len(fresh))
	for _, l := range fresh {
		isFresh[l.No] = true
	}
	return slices.DeleteFunc(plan.Clashes(slices.Concat(old, fresh), f.goods, f.depots), func(c plan.Clash) bool { return !isFresh[c.B.No] })
}

func (e *lineEdit) write(ctx context.Context, tx *store.Tx) error {
	var gone []id.ID
	kept := map[id.ID]bool{}
	var fresh []plan.Line
	for _, l := range e.lines {
		if l.ID != 0 {
			kept[l.ID] = true
			if err := tx.UpdatePlanLine(ctx, l); err != nil {
				return err
			}
			continue
		}
		l.ID = tx.NewID()
		fresh = append(fresh, l)
	}
	for old := range e.old {
		if !kept[old] {
			gone = append(gone, old)
		}
	}
	if len(gone) > 0 {
		if err := tx.DeletePlanLines(ctx, e.plan.ID, gone); err != nil {
			return err
		}
	}
	return tx.InsertPlanLines(ctx, fresh...)
}

func (e *lineEdit) said() string {
	return fmt.Sprintf("%s：原 %d 行，现 %d 行", e.depots.Label(e.at), len(e.old), len(e.lines))
}

// ReplaceLines puts whole new lines in place of all of a draft, as an import
// does. Numbers and ids are given here; every line is checked.
func (s *Service) ReplaceLines(ctx context.Context, actor access.Actor, version id.ID, lockNo int64, lines []plan.Line, said string) error {
	return s.edit(ctx, actor, version, lockNo, "plan.replace", func(tx *store.Tx, p plan.Plan) (string, error) {
		return said, replaceLines(ctx, tx, p, lines)
	})
}

func replaceLines(ctx context.Context, tx *store.Tx, p plan.Plan, lines []plan.Line) error {
	f, err := frameOf(ctx, tx.Conn)
	if err != nil {
		return err
	}
	for i := range lines {
		lines[i].ID, lines[i].PlanID, lines[i].No = tx.NewID(), p.ID, i+1
	}
	if err := checkLines(lines, f); err != nil {
		return err
	}
	return tx.ReplacePlanLines(ctx, p.ID, lines)
}

// checkLines says what is wrong with the lines of a whole plan, the first few.
func checkLines(lines []plan.Line, f *frame) error {
	return checkFresh(nil, lines, f)
}

// checkFresh says what is wrong with lines that are new beside old ones.
func checkFresh(old, fresh []plan.Line, f *frame) error {
	var wrong []string
	for _, l := range fresh {
		for _, field := range errs.FieldsOf(plan.CheckLine(l, f.goods, f.depots)) {
			wrong = append(wrong, fmt.Sprintf("第 %d 行（%s %s）：%s", l.No, f.depots.Label(l.Scope), f.goods.Label(l.Target), field.Message))
		}
	}
	for _, c := range freshClashes(old, fresh, f) {
		wrong = append(wrong, c.Sentence(f.goods, f.depots))
	}
	if len(wrong) == 0 {
		return nil
	}
	const most = 5
	more := ""
	if len(wrong) > most {
		more = fmt.Sprintf(" 另有 %d 处。", len(wrong)-most)
		wrong = wrong[:most]
	}
	return errs.New(errs.Invalid, "%s%s", strings.Join(wrong, " "), more)
}
