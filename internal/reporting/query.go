package reporting

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/inventory"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/planning"
)

// query is what was asked, read and checked.
type query struct {
	kind     Kind
	today    day.Day
	depot    place.Depot // zero = all in scope
	item     catalog.Item
	category catalog.Category
	month    ledger.Month
	from, to string // ISO days, "" = open
	typ      ledger.Type
	number   string // of the voucher, or a part of one
	blind    bool
	byDepot  bool
	plan     plan.Plan // zero = the one in force on the day
	on       string    // ISO day of the stock
	within   int       // months until expiry

	office string // who makes the paper
	org    string // the line 编制单位
	about  string // what the file and the trail say of it
}

// read takes what was typed. A field the kind has no use for is refused: it
// would be an export of something else than was asked.
func (s *Service) read(ctx context.Context, actor access.Actor, kind Kind, ask Ask) (*query, error) {
	q := &query{kind: kind, today: s.inventory.Today(), number: strings.ToUpper(ask[FieldNumber]), blind: ask[FieldBlind] != "", byDepot: ask[FieldByDepot] != ""}
	form := kind.Form()
	for field, text := range ask {
		if text != "" && !form.Takes(field) {
			return nil, errs.New(errs.Invalid, "导出%s不用 %s，请去掉它。", form.Name, string(field))
		}
	}
	for _, step := range []func() error{
		func() error { return s.readDepot(ctx, actor, q, ask[FieldDepot]) },
		func() error { return s.readItem(ctx, actor, q, ask[FieldItem]) },
		func() error { return s.readCategory(ctx, q, ask[FieldCategory]) },
		func() error { return q.readType(ask[FieldType]) },
		func() error { return q.readDays(ask) },
		func() error { return q.readVoucher(ask[FieldVoucher]) },
		func() error { return s.readPlan(ctx, actor, q, ask) },
		func() error { return q.readWithin(ask[FieldWithin]) },
	} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return q, nil
}

// readDepot finds a depot among those the actor may see.
func (s *Service) readDepot(ctx context.Context, actor access.Actor, q *query, text string) error {
	if text == "" {
		return nil
	}
	depots, err := s.depots(ctx, actor)
	if err != nil {
		return err
	}
	key := catalog.Key(text)
	for _, d := range depots {
		if catalog.Key(d.Code) == key || catalog.Key(d.Name) == key || d.ID.String() == text {
			q.depot = d
			return nil
		}
	}
	return errs.New(errs.NotFound, "没有储备库「%s」，或您无权查看。请填写储备库的代码或全名。", text)
}

// depots lists those whose stock the actor may see.
func (s *Service) depots(ctx context.Context, actor access.Actor) ([]place.Depot, error) {
	all, err := s.store.Read().Depots(ctx)
	return slices.DeleteFunc(all, func(d place.Depot) bool { return !actor.May(access.StockView, d.ID) }), err
}

func (s *Service) readItem(ctx context.Context, actor access.Actor, q *query, text string) (err error) {
	switch {
	case text != "":
		q.item, err = s.inventory.FindItem(ctx, actor, text)
	case q.kind == Card:
		err = errs.New(errs.Invalid, "没有说是哪种物资，请填写物资的编码或名称。")
	}
	return err
}

func (s *Service) readCategory(ctx context.Context, q *query, text string) error {
	if text == "" {
		return nil
	}
	list, err := s.store.Read().Categories(ctx)
	if err != nil {
		return err
	}
	var names []string
	for _, c := range list {
		if c.Name == text || c.ID.String() == text {
			q.category = c
			return nil
		}
		names = append(names, c.Name)
	}
	return errs.New(errs.NotFound, "没有物资类别「%s」，可以填的是 %s。", text, strings.Join(names, "、"))
}

// readType takes a type's word or its paper's name.
func (q *query) readType(text string) error {
	if text == "" {
		return nil
	}
	var names []string
	for _, t := range ledger.Types {
		if string(t) == text || t.Name() == text {
			q.typ = t
			return nil
		}
		names = append(names, t.Name())
	}
	return errs.New(errs.Invalid, "没有「%s」这种单据，可以填的是 %s。", text, strings.Join(names, "、"))
}

// readDays takes a month or two ends. A summary is of the newest month that is
// over, a journal of this month, when nothing is said.
func (q *query) readDays(ask Ask) error {
	month, from, to := ask[FieldMonth], ask[FieldFrom], ask[FieldTo]
	this := ledger.MonthOf(q.today)
	switch {
	case month != "" && from+to != "":
		return errs.New(errs.Invalid, "月份和起止日期只能填一样，请去掉其中一样。")
	case month != "":
		m, err := ledger.ParseMonth(month, q.today)
		if err != nil {
			return err
		}
		q.takeMonth(m)
	case q.kind == Summary:
		q.takeMonth(this.Add(-1))
	case q.kind == Journal && from+to == "":
		q.takeMonth(this)
	}
	return q.readEnds(from, to)
}

func (q *query) takeMonth(m ledger.Month) { q.month, q.from, q.to = m, m.First(), m.Last() }

func (q *query) readEnds(from, to string) error {
	for _, end := range []struct {
		label, text string
		take        func(day.Day)
	}{
		{"起始日期", from, func(d day.Day) { q.from = d.First }},
		{"截止日期", to, func(d day.Day) { q.to = d.Last() }},
	} {
		if end.text == "" {
			continue
		}
		r, err := day.Typed(end.text, q.today)
		if err != nil {
			return errs.New(errs.Invalid, "%s「%s」看不懂：%s", end.label, end.text, errs.MessageOf(err))
		}
		end.take(r.Day)
	}
	if q.from <= ledger.EarliestMonth.First() {
		q.from = "" // before all books
	}
	if q.from != "" && q.to != "" && q.from > q.to {
		return errs.New(errs.Invalid, "起始日期 %s 晚于截止日期 %s，请对调。", q.from, q.to)
	}
	return nil
}

func (q *query) readVoucher(text string) error {
	if q.kind != Voucher {
		return nil
	}
	if q.number = strings.ToUpper(strings.TrimSpace(text)); q.number == "" {
		return errs.New(errs.Invalid, "没有说是哪张单据，请填写单据编号，例如 RK-WC01-%d-000001。", q.today.Year())
	}
	return nil
}

// readPlan finds the version asked for. A plan itself is always one; stock is
// held against the one in force on its day.
func (s *Service) readPlan(ctx context.Context, actor access.Actor, q *query, ask Ask) (err error) {
	if !q.kind.Planned() || q.kind == Rotation || q.kind == Transfers {
		return nil
	}
	q.on = q.today.First
	if text := ask[FieldOn]; text != "" {
		r, err := day.Typed(text, q.today)
		if err != nil {
			return errs.New(errs.Invalid, "日期「%s」看不懂：%s", text, errs.MessageOf(err))
		}
		if r.Day.Precision != day.ToDay {
			return errs.New(errs.Invalid, "日期「%s」请填到日，例如 %s。", text, q.today)
		}
		q.on = r.Day.First
	}
	if q.kind == Plan || ask[FieldPlan] != "" {
		q.plan, err = s.plans.PlanCalled(ctx, actor, ask[FieldPlan])
	}
	return err
}

// readWithin takes how many months a plan of rotation looks ahead.
func (q *query) readWithin(text string) (err error) {
	if text == "" {
		return nil
	}
	if q.within, err = strconv.Atoi(strings.TrimSuffix(text, "个月")); err != nil || !slices.Contains(planning.RotationMonths, q.within) {
		return errs.New(errs.Invalid, "期限「%s」不行，可以填的是 3、6、12（个月）。", text)
	}
	return nil
}

func (q *query) stock() inventory.StockFilter {
	return inventory.StockFilter{DepotID: q.depot.ID, CategoryID: q.category.ID}
}

func (q *query) summary() inventory.SummaryFilter {
	return inventory.SummaryFilter{Month: q.month, DepotID: q.depot.ID, CategoryID: q.category.ID, ByDepot: q.byDepot}
}

// isoDay is a full day by its ISO form.
func isoDay(on string) day.Day { return day.Day{First: on} }

// span words the days of a query: 起止日期：2026年1月1日至2026年6月30日. An open
// end is today, or the first day there is.
func (q *query) span(first string) string {
	from, to := q.from, q.to
	if from == "" {
		from = first
	}
	if to == "" || to > q.today.First {
		to = q.today.First
	}
	if from == "" || from > to {
		from = to
	}
	return "起止日期：" + isoDay(from).Chinese() + "至" + isoDay(to).Chinese()
}

// file names the workbook after its kind, what it is about, the depot and today.
func (q *query) file(about string) File {
	parts := []string{q.kind.Form().Name}
	if q.kind == Voucher && about != "" {
		parts = nil // the paper's own name and number
	}
	for _, p := range []string{about, q.depot.Name} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	plain := string(q.kind)
	if q.month == "" && q.kind != Voucher {
		parts, plain = append(parts, q.today.First), plain+"-"+q.today.First
	} else if q.month != "" {
		plain += "-" + string(q.month)
	}
	return fileNamed(parts, plain)
}

// fileOf names a workbook that is no kind of its own.
func (q *query) fileOf(name, about string) File {
	return fileNamed([]string{name, about, q.today.First}, string(q.kind)+"-"+q.today.First)
}

// fileNamed joins the parts into a name every system takes.
func fileNamed(parts []string, plain string) File {
	name := strings.NewReplacer("/", "／", "\\", "＼", ":", "：", "*", "＊", "?", "？", "\"", "”", "<", "＜", ">", "＞", "|", "｜").Replace(strings.Join(parts, "-"))
	return File{Name: name + ".xlsx", Plain: plain + ".xlsx"}
}
