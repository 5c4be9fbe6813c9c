package importing

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/order"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/reading"
	"changbei/internal/store"
)

// RequestDraft is what was read of a 需求报告单, as the form of a new request
// holds it. Nothing is sent of it but what a person sends.
type RequestDraft struct {
	FileName, Sheet string
	DepotID         id.ID  // whose paper it is, 0 = it does not say
	Kind            string // of order.Kinds, "" = not said or not known
	HappenedAt      string // 2006-01-02T15:04
	Place           string
	MovedPeople     string
	Days            string
	Contact, Phone  string
	Remark          string
	Lines           []RequestLine
	Doubts          []Doubt
	Notes           []string // of the paper as a whole
}

// RequestLine is a line as typed: Target as a field offers it, else as written.
type RequestLine struct {
	Row                          int
	Target                       string
	Needed, InStock, Used, Asked string
	Basis, Remark                string
}

// maxRequestLines bounds what a form takes; a longer paper is another thing.
const maxRequestLines = 300

// ReadRequest reads a filled-in form of ours, or a street's own sheet.
func (s *Service) ReadRequest(ctx context.Context, actor access.Actor, name string, file io.Reader) (RequestDraft, error) {
	d := RequestDraft{FileName: paperName(name)}
	if !actor.MayAnywhere(access.RequestSend) {
		return d, actor.Require(access.RequestSend, 0)
	}
	p, err := s.readPaper(ctx, name, file, reading.RequestPaper)
	if err != nil {
		return d, err
	}
	if len(p.Rows) > maxRequestLines {
		return d, errs.New(errs.TooLarge, "「%s」里有 %d 行物资，一份需求报告最多 %d 行。请只留下要申请的物资，或分成几份。", d.FileName, len(p.Rows), maxRequestLines)
	}
	c := s.store.Read()
	depots, err := c.Depots(ctx)
	if err != nil {
		return d, err
	}
	depots = slices.DeleteFunc(depots, func(x place.Depot) bool { return x.Closed || !actor.May(access.RequestSend, x.ID) })
	d.head(p, depots, s.store.Now())
	m, err := s.goodsMatcher(ctx, c, d.DepotID)
	if err != nil {
		return d, err
	}
	d.lines(p, m)
	return d, nil
}

// head takes the labelled cells.
func (d *RequestDraft) head(p *reading.Paper, depots []place.Depot, now time.Time) {
	d.Sheet = p.Sheet
	ds := (*doubts)(&d.Doubts)
	if c, said := p.Labels["kind"]; said {
		if d.Kind = kindIn(c.Text); d.Kind == "" {
			ds.add("kind", c, "灾种写的是“%s”，不在列表里，请选择。", clip(c.Text, 30))
		}
	}
	d.HappenedAt = ds.moment("happened_at", p.Labels["happened_at"], now)
	d.MovedPeople, d.Days = ds.whole("moved_people", p.Labels["moved_people"], "人名"), ds.whole("days", p.Labels["days"], "天日")
	d.Place, d.Contact, d.Phone, d.Remark = p.Labels["place"].Text, p.Labels["contact"].Text, p.Labels["phone"].Text, p.Labels["remark"].Text
	if c, said := p.Labels["depot"]; said {
		if d.DepotID = propose(c.Text, depots); d.DepotID == 0 {
			ds.add("depot", c, "填报单位写的是“%s”，不是您可以填报的储备库，请核对。", clip(c.Text, 30))
		}
	}
	if len(p.Others) > 0 {
		d.Notes = append(d.Notes, fmt.Sprintf("只读了行数最多的工作表“%s”，没有读 %s。", p.Sheet, strings.Join(p.Others, "、")))
	}
	if !p.Has("needed") {
		d.Notes = append(d.Notes, "表里没有“需用量”一列，只读了申请量，请核对。")
	}
	d.Notes = append(append(d.Notes, unread(p)...), p.Notices...)
}

// kindIn finds the kind of disaster a text names, "" = none or several.
func kindIn(text string) string {
	key, found := catalog.Key(text), ""
	for _, k := range order.Kinds {
		switch {
		case key == catalog.Key(k.Name):
			return k.Key
		case strings.Contains(key, catalog.Key(k.Name)):
			if found != "" {
				return ""
			}
			found = k.Key
		}
	}
	return found
}

func (d *RequestDraft) lines(p *reading.Paper, m *goodsMatcher) {
	ds := (*doubts)(&d.Doubts)
	seen := map[plan.Target]int{}
	for _, r := range p.Rows {
		cells := r.Cells
		n := len(d.Lines) + 1
		at := func(field string) string { return fmt.Sprintf("line.%d.%s", n, field) }
		l := RequestLine{Row: r.Row, Basis: clip(cells["basis"].Text, 200), Remark: cells[reading.PaperRemark].Text}
		l.Needed, l.InStock = ds.amount(at("needed"), cells["needed"]), ds.amount(at("in_stock"), cells["in_stock"])
		l.Used, l.Asked = ds.amount(at("used"), cells["used"]), ds.amount(at("asked"), cells["asked"])
		if cells[reading.PaperItem].Text == "" && cells[reading.PaperCode].Text == "" && l.Needed+l.InStock+l.Used+l.Asked == "" {
			continue // a numbered line of a form that nobody filled in
		}
		found := m.find(cells[reading.PaperItem].Text, cells[reading.PaperSpec].Text, cells[reading.PaperUnit].Text, cells[reading.PaperCode].Text)
		if l.Target = found.typed; found.why != "" {
			ds.add(at("target"), cmp.Or(cells[reading.PaperItem], cells[reading.PaperCode]), "%s", found.why)
		}
		if r.Hidden {
			ds.add(at("target"), cells[reading.PaperItem], "第 %d 行在表里是隐藏的，请核对要不要申请。", r.Row)
		}
		if first, twice := seen[found.target]; twice && found.target.ID != 0 {
			ds.add(at("target"), cells[reading.PaperItem], "和第 %d 行是同一种物资，请合并成一行。", first)
		}
		seen[found.target] = n
		for _, text := range []*string{&l.Needed, &l.InStock, &l.Used, &l.Asked} {
			*text = found.measured(*text)
		}
		d.Lines = append(d.Lines, l)
	}
	if len(d.Lines) == 0 {
		d.Notes = append(d.Notes, "表里没有填写物资，请在下面补填。")
	}
}

// goodsMatcher ties the words of a paper to goods and groups.
type goodsMatcher struct {
	goods *plan.Goods
	index *catalog.Index
	known map[string]id.ID // words chosen for earlier ledgers of the depot
	same  func(a, b string) bool
}

func (s *Service) goodsMatcher(ctx context.Context, c *store.Conn, depot id.ID) (*goodsMatcher, error) {
	items, err := c.Items(ctx)
	if err != nil {
		return nil, err
	}
	categories, err := c.Categories(ctx)
	if err != nil {
		return nil, err
	}
	groups, err := c.ItemGroups(ctx)
	if err != nil {
		return nil, err
	}
	words, err := c.ImportWords(ctx, []id.ID{depot})
	if err != nil {
		return nil, err
	}
	m := &goodsMatcher{goods: plan.NewGoods(items, categories, groups), index: catalog.NewIndex(items, s.words), known: map[string]id.ID{}, same: s.lexicon.SameUnit}
	for _, w := range words {
		if w.Factor == 0 {
			m.known[w.Key] = w.ItemID
		}
	}
	return m, nil
}

// foundGoods is what a line's words mean; why is what keeps it from being sure.
type foundGoods struct {
	target plan.Target
	typed  string
	pack   string // the unit the figures are in, where it is not the target's
	why    string
}

// measured writes a figure with the pack it counts.
func (f foundGoods) measured(text string) string {
	if text == "" || f.pack == "" || strings.Trim(text, "0123456789.") != "" {
		return text
	}
	return text + f.pack
}

// find goes from the surest to the least: a code, what a field offers, a word
// chosen before, the catalogue's matching.
func (m *goodsMatcher) find(name, spec, unit, code string) foundGoods {
	label := strings.TrimSpace(name + " " + spec)
	if label == "" && code == "" {
		return foundGoods{why: "没有写物资名称，请补上。"}
	}
	if it, err := m.goods.ParseItem(code); code != "" && err == nil {
		f := m.of(plan.Target{Kind: plan.OfItem, ID: it.ID}, unit)
		if name != "" && catalog.Key(name) != catalog.Key(it.Name) && f.why == "" {
			f.why = fmt.Sprintf("编码 %s 是「%s」，表中写的是「%s」，请核对。", it.Code, it.Label(), clip(label, 60))
		}
		return f
	}
	for _, text := range []string{label, name} {
		t, err := m.goods.ParseTargetIn(text, unit)
		if err == nil && t.Kind != plan.OfCategory && (text == label || spec == "") {
			return m.of(t, unit)
		}
	}
	if item := m.known[digest(catalog.ItemKey(name, spec, unit))]; item != 0 {
		return m.of(plan.Target{Kind: plan.OfItem, ID: item}, unit)
	}
	match := m.index.Match(name, spec, unit)
	if match.Verdict == catalog.Same {
		return m.of(plan.Target{Kind: plan.OfItem, ID: match.Item.ID}, unit)
	}
	f := foundGoods{typed: clip(label, 200), why: match.Why}
	if len(match.Candidates) > 0 {
		f = m.of(plan.Target{Kind: plan.OfItem, ID: match.Candidates[0].ID}, unit)
		f.why = cmp.Or(match.Why, f.why)
	}
	return f
}

// of takes a target in the unit the paper counts in.
func (m *goodsMatcher) of(t plan.Target, unit string) foundGoods {
	f := foundGoods{target: t, typed: m.goods.Typed(t)}
	own := ""
	if it, known := m.goods.Item(t.ID); known && t.Kind == plan.OfItem {
		own = it.Unit
		if p, packed := it.PackOf(unit); packed {
			f.pack = p.Name
			return f
		}
	} else if g, known := m.goods.Group(t.ID); known {
		own = g.Unit
	}
	if unit != "" && catalog.Key(unit) != catalog.Key(own) && !m.same(unit, own) {
		f.why = fmt.Sprintf("表中单位是「%s」，「%s」按「%s」计，请核对数量。", clip(unit, 20), m.goods.Label(t), own)
	}
	return f
}
