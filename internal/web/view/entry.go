package view

import (
	"fmt"
	"strings"

	"changbei/internal/errs"
	"changbei/internal/id"
)

// Entry is the form of a receipt or an issue: a head and a grid of lines.
type Entry struct {
	Base
	Kind    string // receipt or issue
	Receipt bool
	Heading string
	Action  string
	Saved   string // when the draft was saved, "" = not yet
	Draft   EntryDraft

	DiscardURL string
	Reasons    []Option
	Depots     []Option
	Bins       []EntryBins

	Columns   []EntryColumn
	Rows      []EntryRow
	Pattern   EntryRow // a blank row for the script to copy
	Owned     bool     // the folded column is open
	ErrorList []EntryError
}

// EntryDraft is the head of the form as it was typed, and its lines.
type EntryDraft struct {
	ID                      id.ID
	ClientKey               string
	Version                 int64
	BusinessOn              string
	Counterparty, Reference string
	Remark                  string
	Lines                   []EntryLine
}

// EntryLine is one line as it was typed. Texts holds the cells by key, the
// computed ones too; an id that was not chosen is "".
type EntryLine struct {
	Texts                  map[string]string
	ItemID, LotID, PlaceID string
	Facts                  EntryFacts
}

// EntryFacts is what the script must know of a line's item.
type EntryFacts struct {
	Unit   string
	Months int // storage life, 0 = not known
}

// EntryBins are the bins of one depot, to choose from.
type EntryBins struct {
	DepotID string
	Codes   []string
}

// EntryColumn is a column of the grid. Computed cells are text the system
// fills in, ReadOnly ones inputs a list fills in; Hint stands in the first row
// only, where it helps and does not repeat itself.
type EntryColumn struct {
	Key, Label, Width, Class     string
	Mode, Hint                   string
	Required, Computed, ReadOnly bool
	List                         bool
}

// EntryRow is a row of the grid; N 0 is the blank one for the script.
type EntryRow struct {
	N                      int
	Issue                  bool
	ItemID, LotID, PlaceID string
	Facts                  EntryFacts
	Cells                  []EntryCell
}

// EntryCell is a cell of a row.
type EntryCell struct {
	EntryColumn
	N        int
	ID, Name string
	Value    string
	Bins     string // the id of the datalist of bins
	Error    string
	Short    string // the error without what its place says already
}

// EntryError is a line of the list of errors; Target is the id of its field.
type EntryError struct{ Target, Text string }

var receiptColumns = []EntryColumn{
	{Key: "item", Label: "物资", Width: "is-c-item", Required: true, List: true, Hint: "名称 / 编码 / 拼音首字母"},
	{Key: "spec", Label: "规格型号", Width: "is-c-spec", Computed: true},
	{Key: "unit", Label: "单位", Width: "is-c-unit", Computed: true},
	{Key: "lot_no", Label: "批号", Width: "is-c-lot"},
	{Key: "produced", Label: "生产日期", Width: "is-c-day"},
	{Key: "expires", Label: "有效期至", Width: "is-c-day"},
	{Key: "qty", Label: "数量", Width: "is-c-qty", Class: "cb-num", Mode: "decimal", Required: true},
	{Key: "price", Label: "单价", Width: "is-c-price", Class: "cb-num", Mode: "decimal"},
	{Key: "amount", Label: "金额", Width: "is-c-amount", Class: "cb-num", Computed: true},
	{Key: "bin", Label: "货位", Width: "is-c-bin", Hint: "默认货位"},
	{Key: "owner", Label: "产权单位", Width: "is-c-owner", Class: "is-folded"},
	{Key: "remark", Label: "备注", Width: "is-c-remark"},
}

var issueColumns = []EntryColumn{
	{Key: "item", Label: "物资", Width: "is-c-item", Required: true, List: true, Hint: "名称 / 编码 / 拼音首字母"},
	{Key: "spec", Label: "规格型号", Width: "is-c-spec", Computed: true},
	{Key: "unit", Label: "单位", Width: "is-c-unit", Computed: true},
	{Key: "lot_no", Label: "批号", Width: "is-c-lot", ReadOnly: true, List: true},
	{Key: "produced", Label: "生产日期", Width: "is-c-day", Computed: true},
	{Key: "expires", Label: "有效期至", Width: "is-c-day", Computed: true},
	{Key: "bin", Label: "货位", Width: "is-c-bin", ReadOnly: true},
	{Key: "qty", Label: "数量", Width: "is-c-qty", Class: "cb-num", Mode: "decimal", Required: true},
	{Key: "remark", Label: "备注", Width: "is-c-remark"},
}

// minRows is how many numbered rows an empty grid shows: they say that many
// lines may come.
const minRows = 8

// Lay makes the columns and rows from the draft. A row more than there are
// lines is always left, so that the form also grows without script.
func (e *Entry) Lay() {
	e.Columns = issueColumns
	if e.Receipt {
		e.Columns = receiptColumns
	}
	bins := ""
	for _, d := range e.Depots {
		if d.Checked && e.Receipt {
			bins = "bins-" + d.Value
		}
	}
	e.Pattern = e.row(0, EntryLine{}, bins)
	e.Rows = nil
	for i := range max(minRows, len(e.Draft.Lines)+1) {
		line := EntryLine{}
		if i < len(e.Draft.Lines) {
			line = e.Draft.Lines[i]
		}
		e.Rows = append(e.Rows, e.row(i+1, line, bins))
		e.Owned = e.Owned || line.Texts["owner"] != ""
	}
}

func (e *Entry) row(n int, l EntryLine, bins string) EntryRow {
	r := EntryRow{N: n, Issue: !e.Receipt, ItemID: l.ItemID, LotID: l.LotID, PlaceID: l.PlaceID, Facts: l.Facts}
	for _, col := range e.Columns {
		c := EntryCell{EntryColumn: col, N: n, ID: cellID(n, col.Key), Name: r.Name(col.Key), Value: l.Texts[col.Key]}
		if n != 1 {
			c.Hint = ""
		}
		if col.Key == "bin" {
			c.Bins = bins
		}
		r.Cells = append(r.Cells, c)
	}
	return r
}

// Name gives the field name of a cell of the row, as errors name it.
func (r EntryRow) Name(key string) string { return fmt.Sprintf("line.%d.%s", r.N, key) }

func cellID(n int, key string) string { return fmt.Sprintf("line-%d-%s", n, key) }

// Fail takes over what a use case said, puts it at the cells and lists it.
func (e *Entry) Fail(err error) {
	e.Base.Fail(err)
	e.ErrorList = nil
	for _, f := range e.Fields {
		e.ErrorList = append(e.ErrorList, EntryError{Target: e.mark(f), Text: f.Message})
	}
}

// headFields are the head's inputs; their ids are their names.
var headFields = map[string]bool{"reason": true, "depot": true, "business_on": true, "counterparty": true, "reference": true, "remark": true}

// mark puts an error at its cell and gives the id to jump to.
func (e *Entry) mark(f errs.Field) string {
	if headFields[f.Name] {
		return f.Name
	}
	for i := range e.Rows {
		for j := range e.Rows[i].Cells {
			c := &e.Rows[i].Cells[j]
			if c.Name != f.Name || c.Computed {
				continue
			}
			if c.Error == "" {
				c.Error, c.Short = f.Message, short(f.Message, c.N, c.Label)
			}
			e.Owned = e.Owned || c.Key == "owner"
			return c.ID
		}
	}
	if f.Name == "lines" {
		return cellID(1, "item")
	}
	return ""
}

// short leaves out of a sentence what its place beside the cell says already:
// the line and the column.
func short(sentence string, n int, label string) string {
	text := strings.TrimPrefix(sentence, fmt.Sprintf("第 %d 行", n))
	if rest, ok := strings.CutPrefix(text, label+"："); ok {
		text = rest
	}
	return strings.TrimSpace(text)
}
