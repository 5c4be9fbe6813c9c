package importing

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/plan"
	"changbei/internal/quantity"
	"changbei/internal/reading"
	"changbei/internal/store"
)

// Decisions are what people chose on a preview. Keys are row keys (sheet!cell)
// and words (name|spec|unit as the ledger writes them).
type Decisions struct {
	AsOf     string                           `json:"as_of,omitempty"`    // ISO day, when the sheet names none or a wrong one
	Kind     reading.Kind                     `json:"kind,omitempty"`     // which tables of a workbook with several kinds
	Act      Act                              `json:"act,omitempty"`      // where the kind leaves a choice
	Sheets   map[string]reading.SheetOverride `json:"sheets,omitempty"`   // how sheets are read, and texts typed over cells
	Depots   map[string]id.ID                 `json:"depots,omitempty"`   // depot as written → depot
	Items    map[string]Choice                `json:"items,omitempty"`    // word → what it is
	Accept   map[string]bool                  `json:"accept,omitempty"`   // row → a person said yes to its doubts
	Skip     map[string]bool                  `json:"skip,omitempty"`     // row → leave out (true) or take although known (false)
	Adjust   map[string]bool                  `json:"adjust,omitempty"`   // difference → adjust the books to it, or not
	Reasons  map[string]FormReason            `json:"reasons,omitempty"`  // line of a form, or AllLines → why its figure changed
	Leave    map[string]bool                  `json:"leave,omitempty"`    // a plan's depot as written → its rows are left out
	Year     int                              `json:"year,omitempty"`     // of a plan, when the sheet names none or a wrong one
	Season   plan.Season                      `json:"season,omitempty"`   // of a plan, "" = the whole year
	Rest     *bool                            `json:"rest,omitempty"`     // whether a draft takes along what the workbook does not speak of
	Draft    id.ID                            `json:"draft,omitempty"`    // the version made of it
	Unmapped int                              `json:"unmapped,omitempty"` // depots of the ledger still without one; kept by Decide
}

// Choice says what an unknown or similar word is: an item, or a new one.
type Choice struct {
	Item   id.ID  `json:"item,omitempty"`
	Create bool   `json:"create,omitempty"`
	Factor string `json:"factor,omitempty"` // how many of the item's unit one of the word's unit holds
}

// factor gives the answer as a quantity, 0 where there is none.
func (c Choice) factor() quantity.Q {
	r, err := quantity.Parse(c.Factor)
	if err != nil || r.Q < 0 {
		return 0
	}
	return r.Q
}

// decided is a batch with its decisions unpacked.
type decided struct {
	Batch
	Decisions Decisions
}

func unpack(b Batch) (decided, error) {
	d := decided{Batch: b}
	if b.Decisions != "" {
		if err := json.Unmarshal([]byte(b.Decisions), &d.Decisions); err != nil {
			return d, fmt.Errorf("importing: decisions of batch %s: %w", b.ID, err)
		}
	}
	return d, nil
}

func (d Decisions) encode() string {
	text, _ := json.Marshal(d)
	return string(text)
}

// Decide saves choices on a preview. version is that of the page they were
// made on; an older page is a Conflict. Choices that change nothing are not
// saved and leave the version as it is.
func (s *Service) Decide(ctx context.Context, actor access.Actor, batch id.ID, version int64, change func(*Decisions)) (*Preview, error) {
	d, err := s.batch(ctx, s.store.Read(), actor, batch)
	if err != nil {
		return nil, err
	}
	if d.Status != Uploaded || version != 0 && version != d.Version {
		return nil, errs.New(errs.Conflict, "这个批次刚刚被别人修改或处理过，请刷新页面后再办。")
	}
	old, err := unpack(d.Batch)
	if err != nil {
		return nil, err
	}
	d.Decisions = d.Decisions.ready()
	change(&d.Decisions)
	if err := d.Decisions.check(); err != nil {
		return nil, err
	}
	for _, depot := range d.Decisions.Depots {
		if err := actor.Require(access.LedgerImport, depot); depot != 0 && err != nil {
			return nil, err
		}
	}
	p, err := s.preview(ctx, actor, d.Batch, d.Decisions)
	if err != nil {
		return nil, err
	}
	changed := d.Decisions.since(old.Decisions)
	if changed == "" {
		return p, nil
	}
	return p, s.saveDecisions(ctx, actor, p, old.Decisions, changed)
}

func (s *Service) saveDecisions(ctx context.Context, actor access.Actor, p *Preview, old Decisions, changed string) error {
	p.record(&p.Batch)
	p.Decisions.Unmapped = p.unmapped()
	p.Batch.Decisions = p.Decisions.encode()
	a := audit(actor, "import.decide", p.Batch, "ok")
	a.Detail = changed
	err := s.store.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.DecideImport(ctx, p.Batch); err != nil {
			return err
		}
		if err := p.remember(ctx, tx, actor, old); err != nil {
			return err
		}
		return tx.Audit(ctx, 0, a)
	})
	p.Batch.Version++
	return err
}

// ready makes the maps, so that a change may put into each.
func (d Decisions) ready() Decisions {
	d.Depots, d.Items, d.Accept = maps.Clone(d.Depots), maps.Clone(d.Items), maps.Clone(d.Accept)
	d.Skip, d.Adjust, d.Sheets = maps.Clone(d.Skip), maps.Clone(d.Adjust), maps.Clone(d.Sheets)
	made(&d.Depots)
	made(&d.Items)
	made(&d.Accept)
	made(&d.Skip)
	made(&d.Adjust)
	made(&d.Sheets)
	d.Leave = maps.Clone(d.Leave)
	made(&d.Leave)
	d.Reasons = maps.Clone(d.Reasons)
	made(&d.Reasons)
	return d
}

func made[K comparable, V any](m *map[K]V) {
	if *m == nil {
		*m = map[K]V{}
	}
}

// Bounds of what is typed over a ledger: more is no mending but a new one.
const (
	maxMends    = 5000
	maxMendText = 2000
)

func (d Decisions) check() error {
	n := 0
	for _, r := range d.Reasons {
		if !slices.Contains(FormReasons, r) {
			return errs.New(errs.Invalid, "变动原因“%s”不在四种之内，请重新选择。", clip(string(r), 20))
		}
	}
	for _, o := range d.Sheets {
		n += len(o.Cells)
		for ref, text := range o.Cells {
			if len(text) > maxMendText {
				return errs.New(errs.Invalid, "%s 格里填的内容太长，最多 %d 个字。", ref, maxMendText/3)
			}
		}
	}
	if n > maxMends {
		return errs.New(errs.TooLarge, "在网页上改动的单元格超过 %d 个。请下载带错误原因的表格，在 WPS 或 Excel 里改好后重新上传。", maxMends)
	}
	return nil
}

// since says for the audit trail what is decided otherwise than before, "" for
// nothing.
func (d Decisions) since(old Decisions) string {
	var parts []string
	count := func(n int, what string) {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, what))
		}
	}
	count(differing(d.Items, old.Items), "项物资")
	count(differing(d.Depots, old.Depots)+differing(d.Leave, old.Leave), "个储备库")
	count(differing(d.Accept, old.Accept), "行确认")
	count(differing(d.Skip, old.Skip), "行导入与否")
	count(differing(d.Adjust, old.Adjust), "项差异")
	count(differing(d.Reasons, old.Reasons), "个变动原因")
	count(sheetsDiffer(d.Sheets, old.Sheets), "张表的读法或单元格")
	if d.Kind != old.Kind || d.Act != old.Act {
		parts = append(parts, strings.TrimSpace("办理方式 "+string(d.Kind)+" "+string(d.Act)))
	}
	if d.AsOf != old.AsOf {
		parts = append(parts, strings.TrimSpace("台账日期 "+d.AsOf))
	}
	if d.Year != old.Year || d.Season != old.Season {
		parts = append(parts, strings.TrimSpace(fmt.Sprintf("计划年度 %d %s", d.Year, d.Season.Name())))
	}
	if d.Rest != nil && (old.Rest == nil || *d.Rest != *old.Rest) {
		parts = append(parts, "没写到的计划行照旧与否")
	}
	return strings.Join(parts, "、")
}

func differing[V comparable](now, old map[string]V) int {
	n := 0
	for k, v := range now {
		if was, had := old[k]; !had || was != v {
			n++
		}
	}
	for k := range old {
		if _, has := now[k]; !has {
			n++
		}
	}
	return n
}

func sheetsDiffer(now, old map[string]reading.SheetOverride) int {
	texts := func(m map[string]reading.SheetOverride) map[string]string {
		out := make(map[string]string, len(m))
		for name, o := range m {
			text, _ := json.Marshal(o)
			if string(text) != "{}" {
				out[name] = string(text)
			}
		}
		return out
	}
	return differing(texts(now), texts(old))
}
