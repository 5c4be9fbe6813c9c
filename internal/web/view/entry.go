package view

import (
	"fmt"
	"slices"
	"strings"

	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
)

// Entry is the form of a keyed voucher: a head and a grid of lines.
type Entry struct {
	Base
	Kind        string // of the voucher's type
	Heading     string
	ReasonLabel string
	PartyLabel  string // "" = the type has no other party
	DepotLabel  string
	Action      string
	Saved       string // when the draft was saved, "" = not yet
	Draft       EntryDraft

	DiscardURL string
	Reasons    []Option
	Depots     []Option
	ToDepots   []Option // of a transfer
	Bins       []EntryBins

	Takes  bool // goods come off shelves: rows carry the lot that is taken
	ByHand bool // the lot is never proposed where there are several
	Priced bool // lines carry a price
	Blank  bool // there is numbered blank paper of the type

	Columns   []EntryColumn
	Foot      []EntryFoot
	Rows      []EntryRow
	Pattern   EntryRow // a blank row for the script to copy
	Owned     bool     // the folded column is open
	ErrorList []EntryError
}

// Transfer reports a form with two depots.
func (e *Entry) Transfer() bool { return e.Kind == string(ledger.Transfer) }

// Alone reports a transfer by somebody who may post at one depot only.
func (e *Entry) Alone() bool { return e.Transfer() && len(e.ToDepots) < 2 }

// EntryDraft is the head of the form as it was typed, and its lines.
type EntryDraft struct {
	ID                      id.ID
	ClientKey               string
	Version                 int64
	BusinessOn              string
	Counterparty, Reference string
	Remark                  string
	BlankNo                 string
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
	Months int    // storage life, 0 = not known
	Serial bool   // each piece has its number
	Packs  string // 箱=24、件=10
}

// EntryBins are the places of one depot, to choose from by code.
type EntryBins struct {
	DepotID string
	Bins    []Option
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
	Takes                  bool
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

// EntryFoot is a cell of the grid's last line; Total names what stands in it.
type EntryFoot struct {
	Span         int
	Total, Class string
}

// The columns, by key.
var (
	itemColumn    = EntryColumn{Key: "item", Label: "物资", Width: "is-c-item", Required: true, List: true, Hint: "名称 / 编码 / 拼音首字母"}
	specColumn    = EntryColumn{Key: "spec", Label: "规格型号", Width: "is-c-spec", Computed: true}
	unitColumn    = EntryColumn{Key: "unit", Label: "单位", Width: "is-c-unit", Computed: true}
	newLotColumn  = EntryColumn{Key: "lot_no", Label: "批号", Width: "is-c-lot"}
	lotColumn     = EntryColumn{Key: "lot_no", Label: "批号", Width: "is-c-lot", ReadOnly: true, List: true}
	ownLotColumn  = EntryColumn{Key: "lot_no", Label: "批号", Width: "is-c-lot", ReadOnly: true, List: true, Required: true}
	madeColumn    = EntryColumn{Key: "produced", Label: "生产日期", Width: "is-c-day"}
	untilColumn   = EntryColumn{Key: "expires", Label: "有效期至", Width: "is-c-day"}
	qtyColumn     = EntryColumn{Key: "qty", Label: "数量", Width: "is-c-qty", Class: "cb-num", Mode: "decimal", Required: true}
	priceColumn   = EntryColumn{Key: "price", Label: "单价", Width: "is-c-price", Class: "cb-num", Mode: "decimal"}
	amountColumn  = EntryColumn{Key: "amount", Label: "金额", Width: "is-c-amount", Class: "cb-num", Computed: true}
	binColumn     = EntryColumn{Key: "bin", Label: "货位", Width: "is-c-bin", Hint: "默认货位"}
	fromBinColumn = EntryColumn{Key: "bin", Label: "货位", Width: "is-c-bin", ReadOnly: true}
	ownerColumn   = EntryColumn{Key: "owner", Label: "产权单位", Width: "is-c-owner", Class: "is-folded"}
	remarkColumn  = EntryColumn{Key: "remark", Label: "备注", Width: "is-c-remark"}
	madeShown     = computed(madeColumn)
	untilShown    = computed(untilColumn)
)

func computed(c EntryColumn) EntryColumn { c.Computed = true; return c }

func (c EntryColumn) named(label string) EntryColumn { c.Label = label; return c }

var issueColumns = []EntryColumn{itemColumn, specColumn, unitColumn, lotColumn, madeShown, untilShown, fromBinColumn, qtyColumn, remarkColumn}

var entryColumns = map[ledger.Type][]EntryColumn{
	ledger.Receipt: {itemColumn, specColumn, unitColumn, newLotColumn, madeColumn, untilColumn, qtyColumn, priceColumn, amountColumn, binColumn, ownerColumn, remarkColumn},
	ledger.Issue:   issueColumns,
	ledger.Transfer: {itemColumn, specColumn, unitColumn, lotColumn, madeShown, untilShown, fromBinColumn.named("调出货位"), qtyColumn,
		{Key: "to_bin", Label: "调入货位", Width: "is-c-bin", Hint: "默认货位"}, remarkColumn},
	ledger.BinMove: {itemColumn, specColumn, unitColumn, ownLotColumn, madeShown, untilShown, fromBinColumn.named("原货位"), qtyColumn,
		{Key: "to_bin", Label: "移入货位", Width: "is-c-bin", Required: true}, remarkColumn},
	ledger.Disposal: {itemColumn, specColumn, unitColumn, ownLotColumn, madeShown, untilShown, fromBinColumn, qtyColumn, remarkColumn},
}

// minRows is how many numbered rows an empty grid shows: they say that many
// lines may come.
const minRows = 8

// Lay makes the columns and rows from the draft. A row more than there are
// lines is always left, so that the form also grows without script.
func (e *Entry) Lay() {
	e.Columns = entryColumns[ledger.Type(e.Kind)]
	e.Foot = foot(e.Columns)
	bins := map[string]string{"bin": binList(e.Depots), "to_bin": binList(e.Depots)}
	if e.Transfer() {
		bins["to_bin"] = binList(e.ToDepots)
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

// binList gives the id of the chosen depot's list of bins, "" without one.
func binList(depots []Option) string {
	for _, d := range depots {
		if d.Checked {
			return "bins-" + d.Value
		}
	}
	return ""
}

// foot lays the grid's last line under its columns: the count of lines under
// the items, the sum of money across the figures it is made of.
func foot(columns []EntryColumn) []EntryFoot {
	priced := slices.ContainsFunc(columns, func(c EntryColumn) bool { return c.Key == "amount" })
	cells := []EntryFoot{{Span: 1}}
	for _, c := range columns {
		cell := EntryFoot{Span: 1, Class: c.Class}
		switch {
		case c.Key == "item":
			cell.Total = "lines"
		case priced && (c.Key == "qty" || c.Key == "price" || c.Key == "amount"):
			cell.Total = "amount"
		case c.Class != "is-folded":
			cell.Class = ""
		}
		if last := &cells[len(cells)-1]; len(cells) > 1 && last.Total == cell.Total && last.Class == cell.Class {
			last.Span++
			continue
		}
		cells = append(cells, cell)
	}
	return append(cells, EntryFoot{Span: 1})
}

func (e *Entry) row(n int, l EntryLine, bins map[string]string) EntryRow {
	r := EntryRow{N: n, Takes: e.Takes, ItemID: l.ItemID, LotID: l.LotID, PlaceID: l.PlaceID, Facts: l.Facts}
	for _, col := range e.Columns {
		c := EntryCell{EntryColumn: col, N: n, ID: cellID(n, col.Key), Name: r.Name(col.Key), Value: l.Texts[col.Key]}
		if n != 1 {
			c.Hint = ""
		}
		if !c.ReadOnly {
			c.Bins = bins[col.Key]
		}
		switch {
		case col.Key == "lot_no" && l.Facts.Serial: // pieces go by their numbers, which may be typed
			c.Label, c.Hint, c.ReadOnly = "编号", "FD-001至FD-003", false
		case col.Key == "qty" && l.Facts.Packs != "": // 5箱3瓶 needs letters
			c.Mode = "text"
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
var headFields = map[string]bool{"reason": true, "depot": true, "to_depot": true, "business_on": true, "counterparty": true, "reference": true, "remark": true, "blank_no": true}

// mark puts an error at its cell and gives the id to jump to.
func (e *Entry) mark(f errs.Field) string {
	if headFields[f.Name] {
		return f.Name
	}
	for i := range e.Rows {
		for j := range e.Rows[i].Cells {
			c := &e.Rows[i].Cells[j]
			if c.Name != f.Name && c.Name != f.Name+"_no" || c.Computed { // posting speaks of line.n.lot
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
